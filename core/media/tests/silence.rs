//! What silence costs: no decoder, no mix, no encode of its own; and no first word.
#![allow(clippy::unwrap_used, reason = "a test stops where it finds nothing")]

mod studio;

use std::net::SocketAddr;
use std::sync::Arc;

use conclave_contract::Command;
use conclave_media::{Deck, DeckConfig, PacketSink, Port, Preparer};
use conclave_model::{Codec, LegId, Moment, StageId};
use studio::{Library, Phone, Studio, TICK};

/// How many samples after its first word another phone hears it.
fn onset_after(silent_ms: u32, codec: Codec) -> usize {
    let mut studio = Studio::new();
    let a = studio.join(Phone::new(1, codec, 400.0));
    let b = studio.join(Phone::new(2, codec, 900.0));
    studio.phones[b].talks = false;
    studio.run_ms(500);
    studio.phones[a].talks = false;
    studio.run_ms(silent_ms);
    let before = studio.phones[b].sound.len();
    studio.phones[a].talks = true;
    studio.run_ms(400);
    let after = &studio.phones[b].sound[before..];
    let first = after.iter().position(|sample| sample.abs() > 0.1).unwrap();
    let settled = after[first..].len() * 3 / 4;
    let loud = after[after.len() - settled..]
        .iter()
        .filter(|x| x.abs() > 0.05);
    assert!(loud.count() > settled / 2, "{codec}: it goes on");
    first
}

#[test]
fn who_was_silent_for_long_is_heard_from_the_first_word() {
    for codec in Codec::ALL {
        // Half a second keeps its ear; five gave it away.
        let (soon, late) = (onset_after(500, codec), onset_after(5_000, codec));
        let sample_rate = codec.sample_rate_hz() as usize;
        assert!(late <= soon + sample_rate / 500, "{codec} {soon} {late}");
        assert!(late < sample_rate / 20, "{codec} {late}");
    }
}

#[test]
fn a_thousand_people_alone_in_their_rooms_cost_no_mix_and_one_encode_for_all() {
    const ROOMS: u32 = 1_000;
    let config = DeckConfig {
        legs_max: ROOMS as usize,
        stages_max: ROOMS as usize,
    };
    let mut preparer = Preparer::new(Arc::new(Library::new()), config.legs_max);
    let mut deck = Deck::new(config);
    let mut now = Moment::EPOCH;
    let local = SocketAddr::from(([10, 9, 9, 9], 16_384));
    let mut phones = Vec::new();
    for number in 1..=ROOMS {
        let mut phone = Phone::new(number, Codec::ALL[number as usize % 4], 400.0);
        let (leg, stage) = (phone.leg, StageId(number));
        // Loud, but nobody is there to hear it.
        let spoken = phone.speak();
        for command in [
            Command::OpenStage { stage },
            Command::OpenLeg {
                leg,
                near: Some(stage),
                reached_at: None,
                spec: Box::new(phone.spec()),
            },
            Command::JoinStage { leg, stage },
        ] {
            deck.obey(now, preparer.prepare(command, local));
        }
        phones.push((phone, spoken));
    }
    let mut sent = Sent(0);
    for tick in 0..150 {
        now += TICK;
        for (phone, spoken) in &phones {
            let datagram = &spoken[0];
            let mut packet = datagram.clone();
            let sequence = u16::from_be_bytes([datagram[2], datagram[3]]).wrapping_add(tick);
            packet[2..4].copy_from_slice(&sequence.to_be_bytes());
            deck.receive(now, phone.leg, Port::Rtp, phone.address, &packet);
        }
        deck.tick(now, &mut sent);
        while deck.poll_retired().is_some() {}
        while deck.poll_event().is_some() {}
        assert_eq!(deck.poll_wish(), None);
    }
    let health = deck.health();
    assert_eq!((health.mixes, health.frames_decoded), (0, 0), "{health:?}");
    // The first of each codec leads at once; the others of G.722 and Opus settle for three frames.
    let alone = u64::from(ROOMS) / 2 * 3;
    assert!(health.encodes <= 4 * 150 + alone, "{health:?}");
    assert!(sent.0 >= 150 * u64::from(ROOMS));
}

/// Ten thousand rooms that are configured and empty have no stage at all; one that is left empty
/// costs as little.
#[test]
fn empty_stages_cost_nothing() {
    let mut studio = Studio::new();
    for number in 2..16 {
        let stage = StageId(number);
        studio.command(Command::OpenStage { stage });
    }
    studio.run_ms(1_000);
    let health = studio.deck.health();
    assert_eq!((health.mixes, health.encodes), (0, 0), "{health:?}");
}

struct Sent(u64);

impl PacketSink for Sent {
    fn send(&mut self, _: LegId, _: Port, _: SocketAddr, _: &[u8]) {
        self.0 += 1;
    }
}
