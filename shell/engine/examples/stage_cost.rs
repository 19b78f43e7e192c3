//! What one stage costs: 200 PCMU legs, 3 of them talking, on one worker; beside it the same
//! packets received and sent by bare system calls. `cargo run --release --example stage_cost`.
#![allow(
    clippy::unwrap_used,
    reason = "a measurement may stop where it finds nothing"
)]

mod crowd;

use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use conclave_contract::{Command, Event};
use conclave_engine::{Engine, EngineConfig, LATENESS_STEPS_MS};
use conclave_model::{Codec, LegId};
use crowd::{LEGS, NoSound, STAGE, Voices};
use nix::time::{ClockId, clock_gettime};

const SECONDS: u64 = 10;

fn main() {
    let phones: Vec<UdpSocket> = (0..LEGS)
        .map(|_| UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap())
        .collect();
    let config = EngineConfig {
        workers: 1,
        bind: vec![IpAddr::V4(Ipv4Addr::LOCALHOST)],
        ports: 22_000..=23_000,
        legs_max: 1_000,
        ..EngineConfig::default()
    };
    let mut engine = Engine::start(config, Arc::new(NoSound), Box::new(|| {})).unwrap();
    engine.command(Command::OpenStage { stage: STAGE });
    let servers: Vec<SocketAddr> = (phones.iter().zip(1..))
        .map(|(phone, number)| open(&mut engine, LegId(number), phone.local_addr().unwrap()))
        .collect();
    let stop = Arc::new(AtomicBool::new(false));
    let callers = start_callers(phones, servers, Arc::clone(&stop));
    std::thread::sleep(Duration::from_secs(2));
    let before = engine.health().workers[0];
    std::thread::sleep(Duration::from_secs(SECONDS));
    let after = engine.health().workers[0];
    while engine.poll_event().is_some() {}
    let per_leg = |busy: Duration| busy.as_secs_f64() * 1_000.0 / f64::from(LEGS) / SECONDS as f64;
    let cpu = per_leg(after.cpu.saturating_sub(before.cpu));
    let wall = per_leg(after.busy.saturating_sub(before.busy));
    let (deck, start) = (after.deck, before.deck);
    println!("engine   {cpu:.3} ms/s per leg, CPU; {wall:.3} by the clock on the wall");
    println!("  longest tick {:?}", after.busy_max);
    println!(
        "  sent {} received {} encodes {} decoded {} skipped {}",
        deck.packets_sent - start.packets_sent,
        deck.packets_received - start.packets_received,
        deck.encodes - start.encodes,
        deck.frames_decoded - start.frames_decoded,
        deck.frames_skipped - start.frames_skipped,
    );
    println!("  late by ms {LATENESS_STEPS_MS:?}: {:?}", after.lateness);
    stop.store(true, Ordering::Relaxed);
    let phones = callers.join().unwrap();
    engine.shutdown();
    println!("bare I/O {:.3} ms/s per leg, CPU", per_leg(bare(&phones)));
}

fn open(engine: &mut Engine, leg: LegId, remote: SocketAddr) -> SocketAddr {
    engine.command(crowd::open(leg, Codec::Pcmu, remote));
    engine.command(crowd::join(leg));
    loop {
        match engine.poll_event() {
            Some(Event::LegOpened { leg: of, local }) if of == leg => return local,
            Some(Event::LegFailed { why, .. }) => panic!("{why:?}"),
            _ => std::thread::sleep(Duration::from_millis(1)),
        }
    }
}

/// All phones on one thread; their received packets are left to the kernel, which drops them.
fn start_callers(
    phones: Vec<UdpSocket>,
    servers: Vec<SocketAddr>,
    stop: Arc<AtomicBool>,
) -> std::thread::JoinHandle<Vec<UdpSocket>> {
    std::thread::spawn(move || {
        let began = Instant::now();
        let voices = Voices::new(Codec::Pcmu);
        let mut datagram = Vec::new();
        let mut tick = 0_u32;
        while !stop.load(Ordering::Relaxed) {
            for (leg, (phone, server)) in (1..).zip(phones.iter().zip(&servers)) {
                let packet = voices.packet(LegId(leg), tick, &mut datagram);
                let _ = phone.send_to(packet, server);
            }
            tick += 1;
            let due = began + Duration::from_millis(20) * tick;
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
        }
        phones
    })
}

/// The same number of packets, one receive and one send each, and nothing else: CPU time.
fn bare(phones: &[UdpSocket]) -> Duration {
    let servers: Vec<UdpSocket> = (phones.iter())
        .map(|_| {
            let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
            socket.set_nonblocking(true).unwrap();
            socket
        })
        .collect();
    let packet = [0; 172];
    let mut datagram = [0; 1_500];
    let mut spent = Duration::ZERO;
    for _ in 0..SECONDS * 50 {
        for (phone, server) in phones.iter().zip(&servers) {
            phone
                .send_to(&packet, server.local_addr().unwrap())
                .unwrap();
        }
        let began = cpu();
        for server in &servers {
            let (_, from) = server.recv_from(&mut datagram).unwrap();
            server.send_to(&packet, from).unwrap();
        }
        spent += cpu() - began;
    }
    spent
}

fn cpu() -> Duration {
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID)
        .unwrap()
        .into()
}
