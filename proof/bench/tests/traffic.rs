//! The traffic of many legs against a reflector on loopback, which loses what it is told to.

// A test may panic.
#![allow(clippy::unwrap_used)]

use std::net::{Ipv4Addr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use conclave_bench::{
    Counted, Far, LegConfig, LegIndex, Sends, Traffic, TrafficConfig, TrafficEvent,
};
use conclave_model::{Chance, Codec};

/// Sends everything back from where it came to; a port of its own for each leg.
struct Reflector {
    ports: Vec<u16>,
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Reflector {
    /// The last leg's every tenth packet is lost.
    fn start(legs: usize) -> Self {
        let sockets: Vec<UdpSocket> = (0..legs)
            .map(|_| UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap())
            .collect();
        let port = |socket: &UdpSocket| socket.local_addr().unwrap().port();
        let ports = sockets.iter().map(port).collect();
        for socket in &sockets {
            socket.set_nonblocking(true).unwrap();
        }
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            let (mut buffer, mut last) = ([0; 2_048], 0);
            while !stopped.load(Ordering::Relaxed) {
                for (leg, socket) in sockets.iter().enumerate() {
                    while let Ok((bytes, from)) = socket.recv_from(&mut buffer) {
                        let is_last = leg + 1 == sockets.len();
                        last += u32::from(is_last);
                        if !is_last || !last.is_multiple_of(10) {
                            socket.send_to(&buffer[..bytes], from).unwrap();
                        }
                    }
                }
                std::thread::sleep(Duration::from_millis(1));
            }
        });
        Self {
            ports,
            stop,
            thread,
        }
    }

    fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().unwrap();
    }
}

fn traffic(legs_per_socket: usize) -> Traffic {
    let config = TrafficConfig {
        local: Ipv4Addr::LOCALHOST.into(),
        remote: Ipv4Addr::LOCALHOST.into(),
        codecs: vec![Codec::Pcmu],
        legs_per_socket,
        slots_per_tick: 10,
        marker_turns: 1,
    };
    Traffic::new(&config, Chance::from_seed([3; 32]))
}

fn add(traffic: &mut Traffic, port: u16, sends: Sends) -> LegIndex {
    let config = LegConfig {
        codec: Codec::Pcmu,
        sends,
        keys: Vec::new(),
        counted: Counted::Measured,
        phase: None,
    };
    let leg = traffic.add(&config).unwrap();
    let far = Far {
        address: (Ipv4Addr::LOCALHOST, port).into(),
        payload_type: 0,
        receive_types: vec![0],
        events: None,
    };
    traffic.begin(leg, &far);
    leg
}

#[test]
fn legs_that_share_sockets_are_told_apart_and_counted() {
    let reflector = Reflector::start(30);
    let mut traffic = traffic(20);
    let marked = Sends::Marked { turn: 0 };
    let legs: Vec<LegIndex> = reflector
        .ports
        .iter()
        .enumerate()
        .map(|(index, port)| {
            let sends = if index == 0 { marked } else { Sends::Noise };
            add(&mut traffic, *port, sends)
        })
        .collect();
    let mut locals: Vec<_> = legs.iter().map(|leg| traffic.local(*leg)).collect();
    locals.dedup();
    assert_eq!(locals.len(), 2);
    traffic.listen(legs[0]);
    let began = Instant::now();
    traffic.run_until(began + Duration::from_millis(400));
    traffic.begin_measuring();
    traffic.run_until(began + Duration::from_millis(2_400));
    let stats = traffic.stats();
    // Of 30 legs in 2 s, a little for the edges; a machine that stalls makes up for it.
    assert!((2_900..=3_100).contains(&stats.sent), "{}", stats.sent);
    assert!(stats.received >= 2_800, "{}", stats.received);
    assert!((8..=12).contains(&stats.lost), "{}", stats.lost);
    assert_eq!(
        (stats.refused, stats.strangers, stats.silent_legs),
        (0, 0, 0)
    );
    let last = traffic.leg(legs[29]).unwrap().measured(Instant::now());
    assert_eq!(last.lost, stats.lost);
    assert!(last.gap_max >= Duration::from_millis(30), "{last:?}");
    let median = stats.gaps.quantile(0.5);
    assert!(median >= Duration::from_millis(15), "{median:?}");
    expect_markers(&mut traffic, legs[0]);
    reflector.stop();
}

/// A marker a second, and each is heard by who listens.
fn expect_markers(traffic: &mut Traffic, own: LegIndex) {
    let (mut sent, mut heard) = (0, 0);
    for event in traffic.drain_events() {
        match event {
            TrafficEvent::MarkerSent { leg, .. } => {
                assert_eq!(leg, own);
                sent += 1;
            }
            TrafficEvent::MarkerHeard { leg, .. } => {
                assert_eq!(leg, own);
                heard += 1;
            }
        }
    }
    assert!((2..=3).contains(&sent), "{sent}");
    // The first has nothing before it.
    assert!(heard + 1 >= sent && heard <= sent, "{heard} of {sent}");
}

#[test]
fn one_port_serves_all_when_each_leg_has_a_socket_of_its_own() {
    let reflector = Reflector::start(1);
    let mut traffic = traffic(1);
    let legs: Vec<LegIndex> = (0..3)
        .map(|_| add(&mut traffic, reflector.ports[0], Sends::Noise))
        .collect();
    traffic.run_until(Instant::now() + Duration::from_millis(200));
    for leg in &legs {
        assert!(traffic.leg(*leg).unwrap().first_at().is_some());
    }
    // A leg that is gone leaves its place to the next one.
    let place = traffic.local(legs[1]);
    traffic.remove(legs[1]);
    assert!(traffic.leg(legs[1]).is_none());
    let next = add(&mut traffic, reflector.ports[0], Sends::Nothing);
    assert_eq!((next, traffic.local(next)), (legs[1], place));
    reflector.stop();
}
