//! What a deck costs without sockets: 200 legs on a stage, 3 of them talking; knows no worker.
//!
//! `cargo run --release --example deck_cost [CODEC|mixed]` says it in time. `cargo xtask
//! instructions` runs the same under callgrind, which counts inside [`counted_tick`] alone.
#![allow(
    clippy::unwrap_used,
    reason = "a measurement stops where it finds nothing"
)]

mod crowd;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use conclave_contract::Command;
use conclave_media::{Deck, DeckConfig, PacketSink, Port, Preparer};
use conclave_model::{Codec, LegId, Moment};
use crowd::{LEGS, NoSound, STAGE, Voices};

/// After a second the listeners have laid down what they need to be heard.
const WARM_UP_TICKS: u32 = 60;
const TICKS: u32 = 500;
/// Under callgrind a tick takes a hundred times as long, and one is as good as the next.
const COUNTED_TICKS: u32 = 50;

/// The codecs of a room, taken in turn.
const ROOMS: [(&str, &[Codec]); 5] = [
    ("pcmu", &[Codec::Pcmu]),
    ("pcma", &[Codec::Pcma]),
    ("g722", &[Codec::G722]),
    ("opus", &[Codec::Opus]),
    (
        "mixed",
        &[Codec::Opus, Codec::Pcmu, Codec::G722, Codec::Pcma],
    ),
];

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        [] => {
            // Kept, so that none gets the memory of the one before.
            let _decks = ROOMS.map(|(name, codecs)| measure(name, codecs, TICKS));
        }
        [name] => drop(measure(name, codecs_of(name), TICKS)),
        [name, "counted"] => drop(measure(name, codecs_of(name), COUNTED_TICKS)),
        _ => panic!("deck_cost [pcmu|pcma|g722|opus|mixed [counted]]"),
    }
}

fn codecs_of(name: &str) -> &'static [Codec] {
    let room = ROOMS.iter().find(|(known, _)| *known == name);
    room.expect("a room is pcmu, pcma, g722, opus or mixed").1
}

fn measure(name: &str, codecs: &[Codec], ticks: u32) -> Deck {
    let memory_before = resident_kb();
    let mut preparer = Preparer::new(Arc::new(NoSound), LEGS as usize);
    let mut deck = full_deck(&mut preparer, codecs);
    let memory_kb = resident_kb().saturating_sub(memory_before) / u64::from(LEGS);
    let voices: Vec<Voices> = codecs.iter().map(|codec| Voices::new(*codec)).collect();
    let mut datagrams = vec![Vec::new(); LEGS as usize];
    let (mut spent, mut sink) = (Spent::default(), Counter(0));
    let mut now = Moment::EPOCH;
    for tick in 0..WARM_UP_TICKS + ticks {
        for (leg, datagram) in (1..).zip(&mut datagrams) {
            voices[leg as usize % voices.len()].packet(LegId(leg), tick, datagram);
        }
        now += Duration::from_millis(20);
        if tick < WARM_UP_TICKS {
            receive(&mut deck, now, &datagrams);
            deck.tick(now, &mut sink);
        } else {
            counted_tick(&mut deck, now, &datagrams, &mut sink, &mut spent);
        }
        while deck.poll_retired().is_some() || deck.poll_event().is_some() {}
        while let Some(wish) = deck.poll_wish() {
            deck.obey(now, preparer.spare(wish));
        }
    }
    let per_leg = |spent: Duration| spent.as_secs_f64() * 1e6 / f64::from(LEGS * ticks);
    let health = deck.health();
    println!(
        "{name:5} {:.2} µs receive + {:.2} µs tick per leg and tick; {} encodes, {} decoded, {} MB, {memory_kb} KB a leg",
        per_leg(spent.receiving),
        per_leg(spent.ticking),
        health.encodes,
        health.frames_decoded,
        sink.0 / 1_000_000,
    );
    println!("leg-ticks {}", LEGS * ticks);
    deck
}

/// Nothing but the deck's own work, under a name that callgrind can find.
#[inline(never)]
fn counted_tick(
    deck: &mut Deck,
    now: Moment,
    datagrams: &[Vec<u8>],
    sink: &mut Counter,
    spent: &mut Spent,
) {
    let began = Instant::now();
    receive(deck, now, datagrams);
    let received = Instant::now();
    deck.tick(now, sink);
    spent.receiving += received - began;
    spent.ticking += received.elapsed();
}

fn receive(deck: &mut Deck, now: Moment, datagrams: &[Vec<u8>]) {
    for (leg, datagram) in (1..).zip(datagrams) {
        deck.receive(now, LegId(leg), Port::Rtp, REMOTE.into(), datagram);
    }
}

fn full_deck(preparer: &mut Preparer, codecs: &[Codec]) -> Deck {
    let config = DeckConfig {
        legs_max: LEGS as usize,
        stages_max: 1,
    };
    let mut deck = Deck::new(config);
    let now = Moment::EPOCH;
    let mut command = |command| deck.obey(now, preparer.prepare(command, REMOTE.into()));
    command(Command::OpenStage { stage: STAGE });
    for leg in 1..=LEGS {
        let codec = codecs[leg as usize % codecs.len()];
        command(crowd::open(LegId(leg), codec, REMOTE.into()));
        command(crowd::join(LegId(leg)));
    }
    deck
}

#[derive(Default)]
struct Spent {
    receiving: Duration,
    ticking: Duration,
}

/// Counts what would be sent.
struct Counter(u64);

impl PacketSink for Counter {
    fn send(&mut self, _: LegId, _: Port, _: SocketAddr, packet: &[u8]) {
        self.0 += packet.len() as u64;
    }
}

/// Memory of this process that is really there.
fn resident_kb() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: u64 = pages.split(' ').nth(1).unwrap().parse().unwrap();
    pages * 4
}

const REMOTE: ([u8; 4], u16) = ([10, 0, 0, 1], 4_000);
