//! What a deck costs without sockets: 200 legs on a stage, 3 of them talking, codec by codec.
//! `cargo run --release --example deck_cost`.
#![allow(
    clippy::unwrap_used,
    reason = "a measurement stops where it finds nothing"
)]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use conclave_audio::{Encoder, OpusSettings, SampleRate, Tone};
use conclave_contract::{Clip, Command, Direction, Keypad, LegSpec, MediaFormat};
use conclave_media::{Deck, DeckConfig, Music, PacketSink, Port, Preparer, SoundLibrary};
use conclave_model::{Codec, Language, LegId, PlaylistName, Prompt, StageId};
use conclave_rtp::{Header, write_header};

const LEGS: u32 = 200;
const TALKERS: u32 = 3;
const TICKS: u32 = 500;

struct Silence;

impl SoundLibrary for Silence {
    fn prompt(&self, _: Prompt, _: Language) -> Option<Clip> {
        None
    }

    fn playlist(&self, _: &PlaylistName) -> Option<Arc<Music>> {
        None
    }
}

/// Counts what would be sent.
struct Counter(u64);

impl PacketSink for Counter {
    fn send(&mut self, _: LegId, _: Port, _: SocketAddr, packet: &[u8]) {
        self.0 += packet.len() as u64;
    }
}

fn main() {
    // Kept, so that none gets the memory of the one before.
    let codecs = [Codec::Pcmu, Codec::Pcma, Codec::G722, Codec::Opus];
    let _decks = codecs.map(measure);
}

fn measure(codec: Codec) -> Deck {
    let config = DeckConfig {
        legs_max: LEGS as usize,
        stages_max: 1,
    };
    let preparer = Preparer::new(Arc::new(Silence), config.legs_max);
    let mut deck = Deck::new(config);
    let (mut now, stage) = (Instant::now(), StageId(1));
    let address = SocketAddr::from(([10, 0, 0, 1], 4_000));
    deck.obey(now, preparer.prepare(Command::OpenStage { stage }, address));
    let before = resident_kb();
    for leg in (1..=LEGS).map(LegId) {
        let (near, spec) = (None, Box::new(spec(codec, address)));
        let open = Command::OpenLeg {
            leg,
            near,
            reached_at: None,
            spec,
        };
        deck.obey(now, preparer.prepare(open, address));
        let join = Command::JoinStage { leg, stage };
        deck.obey(now, preparer.prepare(join, address));
    }
    let memory_kb = resident_kb().saturating_sub(before) / u64::from(LEGS);
    let rate = SampleRate::of(codec);
    let mut tone = Tone::single(rate, 400.0, 0.15);
    let mut encoders = [(); 2].map(|()| Encoder::new(codec, &OpusSettings::default()));
    let (mut receiving, mut ticking, mut sink) = (Duration::ZERO, Duration::ZERO, Counter(0));
    for tick in 0..TICKS {
        let mut frames = [[0.0; 960]; 2];
        tone.fill(&mut frames[0][..rate.frame_samples()]);
        let packets = [0, 1].map(|kind| {
            let mut packet = vec![0; 1_400];
            let samples = &frames[kind][..rate.frame_samples()];
            let length = encoders[kind].encode(samples, &mut packet[12..]).unwrap();
            packet.truncate(12 + length);
            let header = Header {
                payload_type: 96,
                marker: false,
                sequence: tick as u16,
                timestamp: tick * codec.clock_rate_hz() / 50,
                ssrc: 7,
            };
            write_header(packet.first_chunk_mut().unwrap(), &header);
            packet
        });
        now += Duration::from_millis(20);
        let began = Instant::now();
        for leg in 1..=LEGS {
            let packet = &packets[usize::from(leg > TALKERS)];
            deck.receive(now, LegId(leg), Port::Rtp, address, packet);
        }
        receiving += began.elapsed();
        let began = Instant::now();
        deck.tick(now, &mut sink);
        ticking += began.elapsed();
        while deck.poll_event().is_some() || deck.poll_retired().is_some() {}
    }
    let per_leg = |spent: Duration| spent.as_secs_f64() * 1e6 / f64::from(LEGS * TICKS);
    let health = deck.health();
    println!(
        "{codec:5} {:.2} µs receive + {:.2} µs tick per leg and tick; {} encodes, {} decoded, {} MB, {memory_kb} KB a leg",
        per_leg(receiving),
        per_leg(ticking),
        health.encodes,
        health.frames_decoded,
        sink.0 / 1_000_000,
    );
    deck
}

/// Memory of this process that is really there.
fn resident_kb() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: u64 = pages.split(' ').nth(1).unwrap().parse().unwrap();
    pages * 4
}

fn spec(codec: Codec, remote: SocketAddr) -> LegSpec {
    let format = MediaFormat {
        payload_type: 96,
        codec,
    };
    LegSpec {
        remote: Some(remote),
        remote_rtcp: None,
        rtcp_mux: false,
        send: format,
        receive: vec![format],
        keypad: vec![Keypad {
            payload_type: 101,
            clock_rate_hz: 8_000,
        }],
        direction: Direction::SendRecv,
        ptime_ms: 20,
        opus_fec: false,
        opus_bitrate_max: None,
        ssrc: 9,
        first_sequence: 1,
        first_timestamp: 1,
    }
}
