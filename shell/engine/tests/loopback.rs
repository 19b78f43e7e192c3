//! Real sockets on the loopback interface: sound goes through, ports come back, workers live on.
#![allow(
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "a test stops where it finds nothing, and looks for one kind of event"
)]

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use conclave_audio::{SampleRate, Tone, g711, measure};
use conclave_contract::{Clip, Command, Direction, Event, LegFailure, LegSpec, MediaFormat};
use conclave_engine::{Engine, EngineConfig};
use conclave_media::{Music, SoundLibrary};
use conclave_model::{Codec, Language, LegId, PlaylistName, Prompt, StageId};
use conclave_rtp::{Header, RtpPacket, write_header};

struct Silence;

impl SoundLibrary for Silence {
    fn prompt(&self, _: Prompt, _: Language) -> Option<Clip> {
        None
    }

    fn playlist(&self, _: &PlaylistName) -> Option<Arc<Music>> {
        None
    }
}

/// An engine and the bell that it rings.
struct House {
    engine: Engine,
    bell: Receiver<()>,
}

const PATIENCE: Duration = Duration::from_secs(20);

impl House {
    fn open(workers: usize, ports: std::ops::RangeInclusive<u16>) -> Self {
        Self::open_spreading_at(usize::MAX, workers, ports)
    }

    fn open_spreading_at(
        spread_at: usize,
        workers: usize,
        ports: std::ops::RangeInclusive<u16>,
    ) -> Self {
        let config = EngineConfig {
            workers,
            bind: vec![IpAddr::V4(Ipv4Addr::LOCALHOST)],
            ports,
            legs_max: 400,
            spread_at,
            real_time: true,
        };
        let (ring, bell) = channel();
        let wake = Box::new(move || {
            let _ = ring.send(());
        });
        let engine = Engine::start(config, Arc::new(Silence), wake).unwrap();
        Self { engine, bell }
    }

    /// Waits for the bell until `wanted` has found what it looks for.
    fn wait_for<T>(&mut self, mut wanted: impl FnMut(&Event) -> Option<T>) -> T {
        let until = Instant::now() + PATIENCE;
        loop {
            while let Some(event) = self.engine.poll_event() {
                if let Some(found) = wanted(&event) {
                    return found;
                }
            }
            let left = until.saturating_duration_since(Instant::now());
            self.bell.recv_timeout(left).unwrap();
        }
    }

    fn open_leg(&mut self, leg: LegId, remote: SocketAddr) -> SocketAddr {
        self.engine.command(Command::OpenLeg {
            leg,
            near: Some(StageId(1)),
            reached_at: None,
            spec: Box::new(spec(leg, remote)),
        });
        self.wait_for(|event| match event {
            Event::LegOpened { leg: of, local } if *of == leg => Some(*local),
            Event::LegFailed { leg: of, why } if *of == leg => panic!("{why:?}"),
            _ => None,
        })
    }

    /// Waits until the workers have so many legs, stages and links.
    fn wait_until(&mut self, expected: &[(u64, u64, u64)]) {
        let until = Instant::now() + PATIENCE;
        loop {
            while self.engine.poll_event().is_some() {}
            let workers = self.engine.health().workers.into_iter().map(|it| it.deck);
            let now: Vec<_> = workers.map(|it| (it.legs, it.stages, it.links)).collect();
            if now == expected {
                return;
            }
            assert!(Instant::now() < until, "{now:?} instead of {expected:?}");
            let _ = self.bell.recv_timeout(Duration::from_millis(20));
        }
    }

    fn close_leg(&mut self, leg: LegId) {
        self.engine.command(Command::CloseLeg { leg });
        self.wait_for(|event| match event {
            Event::LegClosed { leg: of, .. } if *of == leg => Some(()),
            _ => None,
        });
    }
}

fn spec(leg: LegId, remote: SocketAddr) -> LegSpec {
    let format = MediaFormat {
        payload_type: 0,
        codec: Codec::Pcmu,
    };
    LegSpec {
        remote: Some(remote),
        remote_rtcp: None,
        rtcp_mux: false,
        send: format,
        receive: vec![format],
        keypad: Vec::new(),
        direction: Direction::SendRecv,
        ptime_ms: 20,
        ptime_max_ms: None,
        opus_fec: false,
        opus_bitrate_max: None,
        opus_stereo: false,
        audio_level: None,
        protection: None,
        handshakes: Default::default(),
        is_checked: false,
        ssrc: leg.0,
        first_sequence: 1,
        first_timestamp: 1,
    }
}

struct Phone {
    leg: LegId,
    socket: UdpSocket,
    server: SocketAddr,
    tone: Tone,
    sequence: u16,
    heard: Vec<f32>,
}

impl Phone {
    fn call(house: &mut House, number: u32, hz: f32) -> Self {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        socket.set_nonblocking(true).unwrap();
        let leg = LegId(number);
        let server = house.open_leg(leg, socket.local_addr().unwrap());
        assert_eq!(server.port() % 2, 0);
        let stage = StageId(1);
        house.engine.command(Command::JoinStage { leg, stage });
        Self {
            leg,
            socket,
            server,
            tone: Tone::single(SampleRate::Hz8000, hz, 0.2),
            sequence: 0,
            heard: Vec::new(),
        }
    }

    fn step(&mut self) {
        let mut samples = [0.0; 160];
        self.tone.fill(&mut samples);
        let mut packet = [0; 172];
        g711::encode(g711::Law::Mu, &samples, &mut packet[12..]);
        let header = Header {
            payload_type: 0,
            marker: false,
            sequence: self.sequence,
            timestamp: u32::from(self.sequence) * 160,
            ssrc: self.leg.0,
        };
        write_header(packet.first_chunk_mut().unwrap(), &header);
        self.sequence += 1;
        self.socket.send_to(&packet, self.server).unwrap();
        let mut datagram = [0; 1_500];
        while let Ok((length, from)) = self.socket.recv_from(&mut datagram) {
            assert_eq!(from, self.server);
            let packet = RtpPacket::parse(&datagram[..length]).unwrap();
            let mut samples = [0.0; 160];
            g711::decode(g711::Law::Mu, packet.payload, &mut samples);
            self.heard.extend_from_slice(&samples);
        }
    }

    fn hears(&self, hz: f32) -> f32 {
        let last = &self.heard[self.heard.len() - 4_000..];
        measure::amplitude_at(last, 8_000, hz)
    }
}

/// Two seconds of conversation at the pace of the clock.
fn talk(phones: &mut [Phone]) {
    let began = Instant::now();
    for tick in 1..=100 {
        for phone in &mut *phones {
            phone.step();
        }
        let due = began + Duration::from_millis(20) * tick;
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
    }
}

#[test]
fn two_phones_hear_each_other_through_a_stage() {
    let mut house = House::open(2, 21_000..=21_100);
    let stage = StageId(1);
    house.engine.command(Command::OpenStage { stage });
    let mut phones = [(1, 400.0), (2, 900.0)].map(|(leg, hz)| Phone::call(&mut house, leg, hz));
    talk(&mut phones);
    assert!(phones[0].hears(900.0) > 0.1 && phones[0].hears(400.0) < 0.02);
    assert!(phones[1].hears(400.0) > 0.1 && phones[1].hears(900.0) < 0.02);
    for phone in &phones {
        assert!(
            phone.heard.len() > 160 * 95,
            "{} samples",
            phone.heard.len()
        );
    }
    house.engine.shutdown();
}

#[test]
fn a_leg_that_was_opened_on_another_worker_moves_to_its_stage() {
    let mut house = House::open(2, 21_130..=21_150);
    for stage in [StageId(1), StageId(2)] {
        house.engine.command(Command::OpenStage { stage });
    }
    // Both near the first stage, on the first worker; then one goes to the second and back.
    let mut phones = [(1, 400.0), (2, 900.0)].map(|(leg, hz)| Phone::call(&mut house, leg, hz));
    let leg = LegId(2);
    for (stage, legs) in [(StageId(2), [1, 1]), (StageId(1), [2, 0])] {
        house.engine.command(Command::JoinStage { leg, stage });
        let muted = false;
        house.engine.command(Command::SetMute { leg, muted });
        house.wait_until(&legs.map(|legs| (legs, 1, 0)));
    }
    talk(&mut phones);
    assert!(phones[0].hears(900.0) > 0.1 && phones[1].hears(400.0) > 0.1);
    house.close_leg(leg);
    house.close_leg(LegId(1));
    assert_eq!(house.engine.health().ports_free, 10);
}

#[test]
fn a_room_that_is_too_large_for_one_worker_is_on_two() {
    let mut house = House::open_spreading_at(2, 2, 21_160..=21_190);
    let stage = StageId(1);
    house.engine.command(Command::OpenStage { stage });
    let pitches = [400.0, 600.0, 900.0, 1_400.0];
    let mut phones: Vec<Phone> = (1..)
        .zip(pitches)
        .map(|(leg, hz)| Phone::call(&mut house, leg, hz))
        .collect();
    house.wait_until(&[(2, 1, 1), (2, 1, 1)]);
    let all_hear_the_others = |phones: &mut Vec<Phone>| {
        talk(phones);
        for (listener, own) in phones.iter().zip(pitches) {
            for hz in pitches {
                let heard = listener.hears(hz);
                assert_eq!(heard > 0.1, hz != own, "{own} hears {hz}: {heard}");
            }
        }
    };
    all_hear_the_others(&mut phones);
    // One half fails: those who were there go on in the other.
    house.engine.break_stage(stage);
    house.wait_until(&[(4, 1, 0), (0, 0, 0)]);
    all_hear_the_others(&mut phones);
    // The next to come are spread again, and when they go the second half is closed.
    for leg in [5, 6] {
        phones.push(Phone::call(&mut house, leg, 2_000.0));
    }
    house.wait_until(&[(4, 1, 1), (2, 1, 1)]);
    for leg in [5, 6] {
        house.close_leg(LegId(leg));
    }
    house.wait_until(&[(4, 1, 0), (0, 0, 0)]);
    house.engine.command(Command::CloseStage { stage });
    house.wait_until(&[(4, 0, 0), (0, 0, 0)]);
}

#[test]
fn a_thousand_legs_share_a_hundred_ports() {
    let mut house = House::open(2, 21_200..=21_399);
    let remote = SocketAddr::from((Ipv4Addr::LOCALHOST, 9));
    let mut used = BTreeSet::new();
    for round in 0..10 {
        let legs: Vec<LegId> = (0..100).map(|leg| LegId(round * 100 + leg + 1)).collect();
        for leg in &legs {
            house.engine.command(Command::OpenLeg {
                leg: *leg,
                near: None,
                reached_at: None,
                spec: Box::new(spec(*leg, remote)),
            });
        }
        let mut opened = 0;
        house.wait_for(|event| {
            if let Event::LegOpened { local, .. } = event {
                used.insert(local.port());
                opened += 1;
            }
            (opened == 100).then_some(())
        });
        let leg = LegId(5_000 + round);
        house.engine.command(Command::OpenLeg {
            leg,
            near: None,
            reached_at: None,
            spec: Box::new(spec(leg, remote)),
        });
        let why = house.wait_for(|event| match event {
            Event::LegFailed { why, .. } => Some(*why),
            _ => None,
        });
        assert_eq!(why, LegFailure::NoPort);
        for leg in legs {
            house.engine.command(Command::CloseLeg { leg });
        }
        let mut closed = 0;
        house.wait_for(|event| {
            closed += u32::from(matches!(event, Event::LegClosed { .. }));
            (closed == 100).then_some(())
        });
        assert_eq!(house.engine.health().ports_free, 100);
    }
    assert_eq!(used.len(), 100);
    let again = UdpSocket::bind((Ipv4Addr::LOCALHOST, 21_200));
    assert!(again.is_ok(), "no socket was left open");
}

#[test]
fn a_port_that_another_program_holds_is_passed_over() {
    let held = UdpSocket::bind((Ipv4Addr::LOCALHOST, 21_401)).unwrap();
    let mut house = House::open(1, 21_400..=21_403);
    let remote = SocketAddr::from((Ipv4Addr::LOCALHOST, 9));
    let local = house.open_leg(LegId(1), remote);
    assert_eq!(local.port(), 21_402);
    drop(held);
    house.close_leg(LegId(1));
    assert_eq!(house.open_leg(LegId(2), remote).port(), 21_400);
}

#[test]
fn a_worker_survives_a_stage_that_panics() {
    let mut house = House::open(1, 21_500..=21_520);
    let stages = [StageId(1), StageId(2)];
    for stage in stages {
        house.engine.command(Command::OpenStage { stage });
    }
    let mut phones = [(1, 400.0), (2, 900.0)].map(|(leg, hz)| Phone::call(&mut house, leg, hz));
    house.engine.break_stage(stages[1]);
    let failed = house.wait_for(|event| match event {
        Event::StageFailed { stage } => Some(*stage),
        _ => None,
    });
    assert_eq!(failed, stages[1]);
    talk(&mut phones);
    assert!(phones[0].hears(900.0) > 0.1 && phones[1].hears(400.0) > 0.1);
    let health = house.engine.health();
    assert_eq!(health.workers[0].deck.stages_failed, 1);
    assert!(health.workers[0].busy > Duration::ZERO);
}

#[test]
fn an_engine_without_ports_says_so() {
    let config = EngineConfig {
        ports: 21_601..=21_602,
        ..EngineConfig::default()
    };
    assert!(Engine::start(config, Arc::new(Silence), Box::new(|| {})).is_err());
}
