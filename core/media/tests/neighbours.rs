//! One stage on two decks: everybody hears everybody else, late or dead neighbours included.
#![allow(clippy::unwrap_used, reason = "a test stops where it finds nothing")]

mod studio;

use std::net::SocketAddr;
use std::sync::Arc;

use conclave_contract::{Command, Event, Segment, StageSpec};
use conclave_media::{
    Deck, DeckConfig, DeckHealth, NeighbourId, Order, PacketSink, Port, Preparer, TapeFrame,
};
use conclave_model::{Codec, Language, LegId, Moment, PlayId, Prompt};
use studio::link::neighbours;
use studio::reel::{level_of, tape};
use studio::{Library, Phone, STAGE, TICK, roughness};

/// Which part of a tick a deck does, and in which order.
#[derive(Clone, Copy)]
enum Step {
    HearFirst(usize),
    Hear(usize),
    Speak(usize),
}

use Step::{Hear, HearFirst, Speak};

/// Both hear before either speaks.
const IN_TIME: [Step; 4] = [Hear(0), Hear(1), Speak(0), Speak(1)];
/// The second deck is later than the first would wait.
const SECOND_IS_LATE: [Step; 4] = [Hear(0), Speak(0), Hear(1), Speak(1)];
/// The second deck has said in time what was said on by those who talked before, and no more.
const SECOND_IS_SLOW: [Step; 6] = [
    HearFirst(0),
    HearFirst(1),
    Hear(0),
    Speak(0),
    Hear(1),
    Speak(1),
];
const FIRST_ALONE: [Step; 2] = [Hear(0), Speak(0)];

struct Pair {
    decks: [Deck; 2],
    preparer: Preparer,
    now: Moment,
    /// Who is on which deck.
    phones: Vec<(usize, Phone)>,
    events: Vec<Event>,
}

#[derive(Default)]
struct Wire {
    sent: Vec<(LegId, Port, Vec<u8>)>,
}

impl PacketSink for Wire {
    fn send(&mut self, leg: LegId, port: Port, _: SocketAddr, packet: &[u8]) {
        self.sent.push((leg, port, packet.to_vec()));
    }
}

impl Pair {
    fn new() -> Self {
        let mut pair = Self::apart();
        pair.link();
        pair
    }

    fn apart() -> Self {
        let config = DeckConfig {
            legs_max: 64,
            stages_max: 4,
        };
        let mut pair = Self {
            decks: [Deck::new(config), Deck::new(config)],
            preparer: Preparer::new(Arc::new(Library::new()), config.legs_max),
            now: Moment::EPOCH,
            phones: Vec::new(),
            events: Vec::new(),
        };
        for deck in 0..2 {
            pair.command(deck, Command::OpenStage { stage: STAGE });
        }
        pair
    }

    fn link(&mut self) {
        for (deck, neighbour) in neighbours(0, 1).into_iter().enumerate() {
            let stage = STAGE;
            self.decks[deck].obey(self.now, Order::Link { stage, neighbour });
        }
    }

    fn command(&mut self, deck: usize, command: Command) {
        let local = SocketAddr::from(([10, 9, 9, 9], 16_384));
        let order = self.preparer.prepare(command, local);
        self.decks[deck].obey(self.now, order);
    }

    /// The index of the phone.
    fn join(&mut self, deck: usize, phone: Phone) -> usize {
        let leg = phone.leg;
        let open = Command::OpenLeg {
            leg,
            near: None,
            reached_at: None,
            spec: Box::new(phone.spec()),
        };
        self.command(deck, open);
        self.command(deck, Command::JoinStage { leg, stage: STAGE });
        self.phones.push((deck, phone));
        self.phones.len() - 1
    }

    fn run_ms(&mut self, ms: u32, steps: &[Step]) {
        for _ in 0..ms / 20 {
            self.tick(steps);
        }
    }

    fn tick(&mut self, steps: &[Step]) {
        self.now += TICK;
        for (deck, phone) in &mut self.phones {
            for datagram in phone.speak() {
                let (leg, from) = (phone.leg, phone.address);
                self.decks[*deck].receive(self.now, leg, Port::Rtp, from, &datagram);
            }
        }
        let mut wire = Wire::default();
        for step in steps {
            match step {
                HearFirst(deck) => self.decks[*deck].hear_first(self.now),
                Hear(deck) => self.decks[*deck].hear(self.now),
                Speak(deck) => self.decks[*deck].speak(self.now, &mut wire),
            }
        }
        for (leg, port, packet) in wire.sent {
            let phone = self.phones.iter_mut().find(|(_, it)| it.leg == leg);
            if let (Some((_, phone)), Port::Rtp) = (phone, port) {
                phone.listen(self.now, &packet);
            }
        }
        for deck in &mut self.decks {
            while deck.poll_retired().is_some() {}
            while let Some(event) = deck.poll_event() {
                self.events.push(event);
            }
        }
    }

    fn hears(&self, listener: usize, hz: f32) -> f32 {
        self.phones[listener].1.hears(hz, 200)
    }

    fn health(&self, deck: usize) -> DeckHealth {
        self.decks[deck].health()
    }
}

/// Only whole periods in a tick, so that pitches do not leak into each other.
fn pitch(index: usize) -> f32 {
    400.0 + 150.0 * index as f32
}

#[test]
fn everybody_hears_everybody_else_on_either_deck_in_every_codec() {
    let mut pair = Pair::new();
    for (index, codec) in [
        Codec::Pcmu,
        Codec::G722,
        Codec::Pcma,
        Codec::G722,
        Codec::Pcmu,
    ]
    .into_iter()
    .enumerate()
    {
        let phone = Phone::new(index as u32 + 1, codec, pitch(index));
        pair.join(index % 2, phone);
    }
    pair.run_ms(1_000, &IN_TIME);
    for listener in 0..5 {
        for talker in 0..5 {
            let heard = pair.hears(listener, pitch(talker));
            let is_right = if listener == talker {
                heard < 0.03
            } else {
                (0.8..1.2).contains(&heard)
            };
            assert!(is_right, "{listener} hears {talker}: {heard}");
        }
    }
    for deck in 0..2 {
        let health = pair.health(deck);
        assert_eq!(
            (health.links, health.exports_late, health.exports_missing),
            (1, 0, 0)
        );
        assert!(health.frames_imported > 90, "{health:?}");
    }
}

#[test]
fn a_tape_on_one_deck_holds_the_talkers_of_both_and_nothing_else() {
    for has_opus in [false, true] {
        let mut pair = Pair::new();
        for (index, codec) in [Codec::Pcmu, Codec::G722, Codec::Pcma, Codec::G722]
            .into_iter()
            .enumerate()
        {
            let mut phone = Phone::new(index as u32 + 1, codec, pitch(index));
            phone.talks = index < 3;
            pair.join(index % 2, phone);
        }
        let muted = Phone::new(5, Codec::Pcmu, pitch(5));
        pair.join(1, muted);
        let (leg, is_muted) = (LegId(5), true);
        pair.command(
            1,
            Command::SetMute {
                leg,
                muted: is_muted,
            },
        );
        if has_opus {
            let mut phone = Phone::new(6, Codec::Opus, pitch(6));
            phone.talks = false;
            pair.join(1, phone);
        }
        let (tape, reel) = tape();
        pair.decks[0].obey(pair.now, Order::StartTape { stage: STAGE, tape });
        pair.run_ms(1_000, &IN_TIME);
        pair.command(0, Command::StopTape { stage: STAGE });
        pair.run_ms(200, &IN_TIME);
        let frames: Vec<TapeFrame> = reel.iter().collect();
        let numbers = frames.iter().map(|frame| frame.number);
        assert!(numbers.eq(0..50), "one frame a tick, until it is stopped");
        let last = &frames[40..];
        for index in 0..3 {
            let level = level_of(last, pitch(index));
            assert!(level > 0.1, "{index}: {level}");
        }
        for index in 3..7 {
            let level = level_of(last, pitch(index));
            assert!(level < 0.003, "{index}: {level}");
        }
        assert_eq!(last[9].speakers().len(), 3, "{:?}", last[9].speakers());
        let rate = if has_opus { 48_000 } else { 16_000 };
        assert_eq!(last[0].rate.hz(), rate);
    }
}

#[test]
fn whoever_is_alone_is_on_a_tape_of_the_other_deck() {
    let mut pair = Pair::new();
    pair.join(1, Phone::new(1, Codec::G722, pitch(0)));
    let (tape, reel) = tape();
    pair.decks[0].obey(pair.now, Order::StartTape { stage: STAGE, tape });
    pair.run_ms(1_000, &IN_TIME);
    let frames: Vec<TapeFrame> = reel.try_iter().collect();
    let level = level_of(&frames[40..], pitch(0));
    assert!(level > 0.1, "{level}");
}

#[test]
fn an_opus_phone_hears_a_narrow_one_on_the_other_deck() {
    let mut pair = Pair::new();
    pair.join(0, Phone::new(1, Codec::Opus, 700.0));
    pair.join(1, Phone::new(2, Codec::Pcmu, 440.0));
    pair.run_ms(1_000, &IN_TIME);
    assert!(pair.hears(0, 440.0) > 0.6 && pair.hears(0, 700.0) < 0.1);
    assert!(pair.hears(1, 700.0) > 0.6 && pair.hears(1, 440.0) < 0.1);
}

#[test]
fn whoever_talks_next_is_heard_on_both_decks_and_whoever_is_muted_on_none() {
    let mut pair = Pair::new();
    for index in 0..4 {
        let mut phone = Phone::new(index as u32 + 1, Codec::Pcmu, pitch(index));
        phone.talks = index == 0;
        pair.join(index % 2, phone);
    }
    pair.run_ms(600, &IN_TIME);
    assert!(pair.hears(1, pitch(0)) > 0.8 && pair.hears(2, pitch(0)) > 0.8);
    pair.phones[0].1.talks = false;
    pair.phones[1].1.talks = true;
    pair.run_ms(1_000, &IN_TIME);
    for listener in [0, 2, 3] {
        assert!(pair.hears(listener, pitch(1)) > 0.8);
        assert!(pair.hears(listener, pitch(0)) < 0.02);
    }
    assert!(pair.hears(1, pitch(1)) < 0.02);
    let (leg, muted) = (LegId(2), true);
    pair.command(1, Command::SetMute { leg, muted });
    pair.run_ms(400, &IN_TIME);
    for listener in 0..4 {
        assert!(pair.hears(listener, pitch(1)) < 0.02);
    }
}

#[test]
fn of_many_talkers_on_both_decks_the_loudest_are_heard_and_no_more() {
    let mut pair = Pair::new();
    for index in 0..12 {
        pair.join(
            index % 2,
            Phone::new(index as u32 + 1, Codec::Pcmu, pitch(index)),
        );
    }
    let mut listener = Phone::new(99, Codec::Pcmu, 100.0);
    listener.talks = false;
    let listener = pair.join(0, listener);
    pair.run_ms(1_000, &IN_TIME);
    let heard = (0..12).filter(|talker| pair.hears(listener, pitch(*talker)) > 0.1);
    assert_eq!(heard.count(), conclave_model::limits::TALKERS);
    for talker in 0..12 {
        assert!(pair.hears(talker, pitch(talker)) < 0.05);
    }
}

#[test]
fn one_person_on_each_deck_has_company_until_the_other_goes() {
    let mut pair = Pair::new();
    pair.join(0, Phone::new(1, Codec::Pcmu, 440.0));
    pair.join(1, Phone::new(2, Codec::Pcmu, 700.0));
    pair.run_ms(400, &IN_TIME);
    assert!(pair.hears(0, 700.0) > 0.8);
    let skipped = pair.health(0).frames_skipped;
    pair.command(1, Command::CloseLeg { leg: LegId(2) });
    pair.run_ms(400, &IN_TIME);
    assert!(pair.hears(0, 700.0) < 0.02);
    assert!(
        pair.health(0).frames_skipped > skipped + 15,
        "nobody to be heard by"
    );
}

#[test]
fn a_neighbour_that_is_late_is_heard_a_tick_later_without_a_gap() {
    let mut pair = Pair::new();
    let mut quiet = Phone::new(1, Codec::Pcmu, 440.0);
    quiet.talks = false;
    pair.join(0, quiet);
    pair.join(1, Phone::new(2, Codec::Pcmu, 500.0));
    pair.run_ms(1_000, &IN_TIME);
    let before = pair.phones[0].1.sound.len();
    pair.run_ms(1_000, &SECOND_IS_LATE);
    let health = pair.health(0);
    assert_eq!((health.exports_missing, health.exports_late), (1, 1));
    let sound = &pair.phones[0].1.sound;
    let rough = roughness(
        &sound[before - 1_600..],
        8_000,
        500.0,
        studio::phone::AMPLITUDE,
    );
    assert!(rough < 1.6, "clicks: {rough}");
    assert!(pair.hears(0, 500.0) > 0.9);
    // Early again: after a second the tick is given back in a pause.
    pair.run_ms(500, &IN_TIME);
    pair.phones[1].1.talks = false;
    pair.run_ms(1_500, &IN_TIME);
    pair.phones[1].1.talks = true;
    let silent = pair.phones[0].1.sound.len();
    pair.run_ms(400, &IN_TIME);
    let sound = &pair.phones[0].1.sound[silent..];
    let onset = sound.iter().position(|sample| sample.abs() > 0.01).unwrap();
    assert!(onset < 160 * 3, "heard after {onset} samples");
    assert_eq!(pair.health(0).exports_missing, 1);
}

#[test]
fn a_neighbour_that_is_slow_misses_nothing_of_those_who_go_on_and_costs_nobody_a_tick() {
    let mut pair = Pair::new();
    let mut quiet = Phone::new(1, Codec::Pcmu, 440.0);
    quiet.talks = false;
    pair.join(0, quiet);
    pair.join(1, Phone::new(2, Codec::Pcmu, 500.0));
    pair.run_ms(1_000, &IN_TIME);
    let from = pair.phones[0].1.sound.len() - 1_600;
    pair.run_ms(1_000, &SECOND_IS_SLOW);
    let health = pair.health(0);
    assert_eq!((health.exports_missing, health.exports_late), (0, 0));
    let sound = &pair.phones[0].1.sound[from..];
    let rough = roughness(sound, 8_000, 500.0, studio::phone::AMPLITUDE);
    assert!(rough < 1.2, "clicks: {rough}");
    pair.decks[0].hear_first(pair.now);
    pair.decks[1].hear_first(pair.now);
    pair.decks[0].hear(pair.now);
    assert!(pair.decks[0].awaits_neighbours(), "a word may begin there");
    pair.decks[1].hear(pair.now);
    assert!(!pair.decks[0].awaits_neighbours());
}

/// Silence of the listener until the first sound of a word that begins on the other deck.
fn silence_before_a_word(steps: &[Step]) -> (usize, f32) {
    let mut pair = Pair::new();
    let mut quiet = Phone::new(1, Codec::Pcmu, 440.0);
    quiet.talks = false;
    pair.join(0, quiet);
    let mut talker = Phone::new(2, Codec::Pcmu, 500.0);
    talker.talks = false;
    pair.join(1, talker);
    pair.run_ms(1_000, &IN_TIME);
    pair.phones[1].1.talks = true;
    let from = pair.phones[0].1.sound.len();
    pair.run_ms(1_000, steps);
    let sound = &pair.phones[0].1.sound[from..];
    let silent = sound.iter().position(|sample| sample.abs() > 0.01).unwrap();
    let rough = roughness(
        &sound[silent + 320..],
        8_000,
        500.0,
        studio::phone::AMPLITUDE,
    );
    assert_eq!(pair.health(0).exports_missing, 0);
    (silent, rough)
}

#[test]
fn a_word_that_begins_on_a_slow_neighbour_is_heard_a_tick_later_and_what_follows_is_not() {
    let (in_time, _) = silence_before_a_word(&IN_TIME);
    let (slow, rough) = silence_before_a_word(&SECOND_IS_SLOW);
    let tick_samples = 160;
    assert!(
        (in_time..=in_time + tick_samples + 40).contains(&slow),
        "{slow}, {in_time}"
    );
    assert!(rough < 1.2, "clicks: {rough}");
}

#[test]
fn a_tick_of_depth_is_given_back_without_a_click_where_nobody_ever_pauses() {
    let mut pair = Pair::new();
    let mut quiet = Phone::new(1, Codec::Pcmu, 440.0);
    quiet.talks = false;
    pair.join(0, quiet);
    pair.join(1, Phone::new(2, Codec::Pcmu, 500.0));
    pair.run_ms(400, &IN_TIME);
    pair.run_ms(40, &SECOND_IS_LATE);
    pair.run_ms(1_000, &IN_TIME);
    let from = pair.phones[0].1.sound.len();
    pair.run_ms(25_000, &IN_TIME);
    let sound = &pair.phones[0].1.sound[from..];
    let rough = roughness(sound, 8_000, 500.0, studio::phone::AMPLITUDE);
    assert!(rough < 1.2, "clicks: {rough}");
    // Late again: had the tick been kept, nothing would be missing now.
    let missing = pair.health(0).exports_missing;
    pair.run_ms(40, &SECOND_IS_LATE);
    assert_eq!(pair.health(0).exports_missing, missing + 1);
}

#[test]
fn whoever_is_late_again_and_again_is_waited_for_longer_and_longer() {
    let mut pair = Pair::new();
    pair.join(0, Phone::new(1, Codec::Pcmu, 440.0));
    pair.join(1, Phone::new(2, Codec::Pcmu, 500.0));
    pair.run_ms(1_000, &IN_TIME);
    // Late for 40 ms in every five seconds, for five minutes.
    let mut missing = Vec::new();
    for _ in 0..60 {
        pair.run_ms(40, &SECOND_IS_LATE);
        pair.run_ms(4_960, &IN_TIME);
        missing.push(pair.health(0).exports_missing);
    }
    assert!(
        missing[2] > missing[0],
        "given back soon at first: {missing:?}"
    );
    let (early, late) = (missing[9], missing[59] - missing[9]);
    assert!(
        late < 50 / 4,
        "{early}, and then one in ten seconds at most: {late}"
    );
}

#[test]
fn a_neighbour_that_dies_fades_is_forgotten_and_comes_back() {
    let mut pair = Pair::new();
    let mut quiet = Phone::new(1, Codec::Pcmu, 440.0);
    quiet.talks = false;
    pair.join(0, quiet);
    pair.join(0, Phone::new(3, Codec::Pcmu, 900.0));
    pair.join(1, Phone::new(2, Codec::Pcmu, 500.0));
    pair.run_ms(1_000, &IN_TIME);
    pair.phones[1].1.talks = false;
    pair.run_ms(1_000, &IN_TIME);
    let from = pair.phones[0].1.sound.len() - 1_600;
    pair.tick(&FIRST_ALONE);
    pair.decks[0].hear(pair.now);
    assert!(pair.decks[0].awaits_neighbours(), "it was alive just now");
    pair.run_ms(2_000, &FIRST_ALONE);
    let sound = &pair.phones[0].1.sound[from..];
    let rough = roughness(sound, 8_000, 500.0, studio::phone::AMPLITUDE);
    assert!(rough < 1.6, "clicks: {rough}");
    pair.decks[0].hear(pair.now);
    assert!(
        !pair.decks[0].awaits_neighbours(),
        "nobody waits for the dead"
    );
    assert_eq!(pair.health(0).exports_missing, 50);
    // Those who are left are still heard.
    pair.phones[1].1.talks = true;
    pair.run_ms(400, &FIRST_ALONE);
    assert!(pair.hears(0, 900.0) > 0.8 && pair.hears(0, 500.0) < 0.02);
    pair.run_ms(600, &IN_TIME);
    assert!(pair.hears(0, 500.0) > 0.8 && pair.hears(2, 900.0) > 0.8);
}

// Defect 33
#[test]
fn a_deck_that_makes_up_for_lost_ticks_loses_no_sound_of_its_neighbour() {
    let mut pair = Pair::new();
    let mut quiet = Phone::new(1, Codec::Pcmu, 440.0);
    quiet.talks = false;
    pair.join(0, quiet);
    pair.join(1, Phone::new(2, Codec::Pcmu, 500.0));
    pair.run_ms(1_000, &IN_TIME);
    let from = pair.phones[0].1.sound.len();
    for _ in 0..4 {
        pair.tick(&[Hear(1), Speak(1)]);
    }
    for _ in 0..4 {
        pair.tick(&FIRST_ALONE);
        pair.now -= TICK;
    }
    pair.run_ms(400, &IN_TIME);
    let sound = &pair.phones[0].1.sound[from..];
    let rough = roughness(sound, 8_000, 500.0, studio::phone::AMPLITUDE);
    assert!(rough < 1.2, "clicks: {rough}");
    assert_eq!(pair.health(0).exports_missing, 0);
}

#[test]
fn two_that_are_no_longer_linked_do_not_hear_each_other() {
    let mut pair = Pair::new();
    for index in 0..4 {
        pair.join(
            index % 2,
            Phone::new(index as u32 + 1, Codec::Pcmu, pitch(index)),
        );
    }
    pair.run_ms(400, &IN_TIME);
    for deck in 0..2 {
        let neighbour = NeighbourId(1 - u16::try_from(deck).unwrap());
        let unlink = Order::Unlink {
            stage: STAGE,
            neighbour,
        };
        pair.decks[deck].obey(pair.now, unlink);
    }
    pair.run_ms(400, &IN_TIME);
    assert!(pair.hears(0, pitch(2)) > 0.8 && pair.hears(0, pitch(1)) < 0.02);
    assert!(pair.hears(3, pitch(1)) > 0.8 && pair.hears(3, pitch(2)) < 0.02);
    assert_eq!(pair.health(0).links, 0);
    pair.link();
    pair.run_ms(400, &IN_TIME);
    assert!(pair.hears(0, pitch(2)) > 0.8 && pair.hears(0, pitch(1)) > 0.8);
}

#[test]
fn an_announcement_is_heard_on_both_decks_and_its_end_told_once() {
    let mut pair = Pair::new();
    for index in 0..2 {
        let mut phone = Phone::new(index as u32 + 1, Codec::Pcmu, pitch(index));
        phone.talks = false;
        pair.join(index, phone);
    }
    for deck in 0..2 {
        let announce = Command::Announce {
            stage: STAGE,
            play: PlayId(5),
            segments: vec![Segment::Prompt(Prompt::HasJoined, Language::English)],
            except: None,
        };
        let local = SocketAddr::from(([10, 9, 9, 9], 16_384));
        let mut order = pair.preparer.prepare(announce, local);
        if deck == 1 {
            order.say_nothing_of_its_end();
        }
        pair.decks[deck].obey(pair.now, order);
    }
    pair.run_ms(400, &IN_TIME);
    assert!(pair.hears(0, 1_000.0) > 0.8 && pair.hears(1, 1_000.0) > 0.8);
    pair.run_ms(1_000, &IN_TIME);
    let done = pair.events.iter();
    let done = done.filter(|event| matches!(event, Event::AnnounceDone { .. }));
    assert_eq!(done.count(), 1);
}

#[test]
fn the_same_ticks_give_the_same_packets() {
    let live = || {
        let mut pair = Pair::new();
        for index in 0..10 {
            let codec = [Codec::Pcmu, Codec::G722][index % 2];
            pair.join(index % 2, Phone::new(index as u32 + 1, codec, pitch(index)));
        }
        pair.run_ms(400, &IN_TIME);
        pair.run_ms(200, &SECOND_IS_LATE);
        let packets = pair.phones.into_iter().flat_map(|(_, phone)| phone.packets);
        packets.map(|packet| packet.payload).collect::<Vec<_>>()
    };
    assert!(live() == live());
}

#[test]
fn places_and_a_bounded_band_hold_across_decks() {
    let mut pair = Pair::new();
    let spec = StageSpec {
        binaural: true,
        rate_max_hz: Some(8_000),
        ..StageSpec::default()
    };
    for deck in 0..2 {
        pair.command(deck, Command::SetStage { stage: STAGE, spec });
    }
    pair.join(0, Phone::new(1, Codec::Opus, 1_000.0));
    pair.join(0, Phone::new(2, Codec::Opus, 6_000.0));
    let mut listener = Phone::quiet(3, Codec::Opus);
    listener.stereo = true;
    let listener = pair.join(1, listener);
    let (leg, on) = (LegId(3), true);
    pair.command(1, Command::SetBinaural { leg, on });
    pair.run_ms(2_000, &IN_TIME);
    let heard = pair.phones[listener].1.ears.each_ref().map(|ear| {
        let last = &ear[ear.len() - 24_000..];
        [1_000.0, 6_000.0].map(|hz| conclave_audio::measure::amplitude_at(last, 48_000, hz))
    });
    let [left, right] = heard;
    assert!(
        left[0] > 1.2 * right[0] && right[0] > 0.05,
        "from the left: {heard:?}"
    );
    assert!(
        left[1] < 0.002 && right[1] < 0.002,
        "beyond the bound: {heard:?}"
    );
}
