//! Voices that have places: what two ears hear of each, and that nobody with one hears another
//! sound for it.
#![allow(clippy::unwrap_used, reason = "a test stops where it finds nothing")]

mod studio;

use std::time::Duration;

use conclave_audio::{SampleRate, level};
use conclave_contract::{Command, Direction, LegSpec, Segment, StageSpec};
use conclave_model::{Codec, Language, LegId, PlayId, Prompt};
use studio::{Phone, STAGE, Studio, compare, speech};

const RATE: SampleRate = SampleRate::Hz48000;

fn binaural(studio: &mut Studio, binaural: bool) {
    studio.command(Command::SetStage {
        stage: STAGE,
        spec: StageSpec {
            binaural,
            ..StageSpec::default()
        },
    });
}

fn set(studio: &mut Studio, leg: u32, on: bool) {
    let leg = LegId(leg);
    studio.command(Command::SetBinaural { leg, on });
}

fn stereo(number: u32) -> Phone {
    let mut phone = Phone::quiet(number, Codec::Opus);
    phone.stereo = true;
    phone
}

/// Somebody who speaks from `from_ms` on for two seconds.
fn speaker(number: u32, from_ms: u32) -> Phone {
    let mut sound = speech::silence(RATE, from_ms);
    let round = speech::sentences(RATE, -26.0).into_iter().cycle();
    sound.extend(round.take(RATE.samples_in_ms(2_000)));
    Phone::reciting(number, Codec::Opus, &sound)
}

/// By how many samples the right ear is ahead, by the best match, and by how many dB louder at high
/// frequencies.
fn differences(ears: [&[f32]; 2]) -> (i32, f32) {
    let [left, right] = ears;
    let match_at = |lag: i32| -> f32 {
        let pairs = 100..left.len() - 100;
        pairs
            .map(|n| right[n] * left[n.wrapping_add_signed(lag as isize)])
            .sum()
    };
    // A head shades what is high: what is left of a voice after two differences.
    let high = |ear: &[f32]| -> Vec<f32> {
        let bend = ear.windows(3).map(|x| x[2] - 2.0 * x[1] + x[0]);
        bend.collect()
    };
    let lag = (-48..=48).max_by(|one, other| match_at(*one).total_cmp(&match_at(*other)));
    let louder = level::dbov(&high(right)) - level::dbov(&high(left));
    (lag.unwrap(), louder)
}

fn heard(phone: &Phone, from_ms: u32, to_ms: u32) -> (i32, f32) {
    let part = RATE.samples_in_ms(from_ms)..RATE.samples_in_ms(to_ms);
    differences([&phone.ears[0][part.clone()], &phone.ears[1][part]])
}

/// Woodworth's formula has 16.4 samples at 40 degrees, which is what a click has. At the pitch of a
/// voice it is `3 a/c sin azimuth` (G. F. Kuhn, JASA 62, 1977), 23.6: the shadow's filter makes up
/// the difference, as a head does.
const AT_40_DEG: i32 = 23;

#[test]
fn each_voice_comes_from_its_place_and_stays_there() {
    let mut studio = Studio::new();
    binaural(&mut studio, true);
    let listener = studio.join(stereo(1));
    set(&mut studio, 1, true);
    // The first speaks again after the third.
    let mut twice = speech::silence(RATE, 0);
    let sentence = speech::sentences(RATE, -26.0);
    twice.extend(sentence.iter().cycle().take(RATE.samples_in_ms(2_000)));
    twice.extend(speech::silence(RATE, 7_000));
    twice.extend(sentence.iter().cycle().take(RATE.samples_in_ms(2_000)));
    studio.join(Phone::reciting(2, Codec::Opus, &twice));
    studio.join(speaker(3, 3_000));
    studio.join(speaker(4, 6_000));
    studio.run_ms(11_500);
    let phone = &studio.phones[listener];
    for (from_ms, samples, louder_db) in [
        (400, -AT_40_DEG, -20.0..-4.0),
        (3_400, AT_40_DEG, 4.0..20.0),
        (6_400, 0, -0.5..0.5),
        (9_400, -AT_40_DEG, -20.0..-4.0),
    ] {
        let (lag, louder) = heard(phone, from_ms, from_ms + 1_500);
        assert!((lag - samples).abs() <= 1, "at {from_ms}: {lag} samples");
        assert!(louder_db.contains(&louder), "at {from_ms}: {louder} dB");
    }
    assert_eq!(phone.packets.len(), 575, "one packet each tick");
    for two in phone.packets.windows(2) {
        assert_eq!(two[1].sequence, two[0].sequence.wrapping_add(1));
        assert_eq!(two[1].timestamp, two[0].timestamp.wrapping_add(960));
    }
}

#[test]
fn who_talks_hears_the_others_from_their_places_and_never_itself() {
    let mut studio = Studio::new();
    binaural(&mut studio, true);
    let mut talker = speaker(1, 0);
    talker.stereo = true;
    let talker = studio.join(talker);
    set(&mut studio, 1, true);
    studio.join(speaker(2, 2_500));
    studio.run_ms(4_800);
    let phone = &studio.phones[talker];
    let alone = &phone.ears[0][RATE.samples_in_ms(500)..RATE.samples_in_ms(2_000)];
    assert!(level::dbov(alone) < -70.0, "it does not hear itself");
    let (lag, _) = heard(phone, 2_900, 4_400);
    assert!((lag - AT_40_DEG).abs() <= 1, "the second place: {lag}");
}

/// Everything that phones with one channel are sent in a meeting with two that want two.
fn sent_to_mono(has_places: bool, on: bool) -> Vec<Vec<u8>> {
    let mut studio = Studio::new();
    binaural(&mut studio, has_places);
    studio.join(speaker(1, 500));
    studio.join(speaker(2, 1_500));
    let mono: Vec<usize> = Codec::ALL
        .iter()
        .enumerate()
        .map(|(at, codec)| studio.join(Phone::quiet(10 + at as u32, *codec)))
        .collect();
    for number in [20, 21] {
        studio.join(stereo(number));
        set(&mut studio, number, on);
    }
    for leg in 10..14 {
        set(&mut studio, leg, on);
    }
    studio.run_ms(2_000);
    studio.command(Command::Announce {
        stage: STAGE,
        play: PlayId(1),
        segments: vec![Segment::Prompt(Prompt::HasJoined, Language::English)],
        except: None,
    });
    studio.run_ms(2_500);
    let talkers = [0, 1].into_iter().chain(mono);
    let packets = talkers.flat_map(|at| studio.phones[at].packets.clone());
    packets.map(|packet| packet.payload).collect()
}

#[test]
fn the_packets_of_who_has_one_channel_are_the_same_bit_for_bit() {
    let plain = sent_to_mono(false, false);
    assert!(plain.len() > 6 * 220);
    assert!(plain == sent_to_mono(true, true));
}

#[test]
fn without_the_room_the_phone_or_the_wish_there_is_one_channel() {
    for (has_places, wants, on) in [
        (false, true, true),
        (true, false, true),
        (true, true, false),
    ] {
        let mut studio = Studio::new();
        binaural(&mut studio, has_places);
        let mut phone = stereo(1);
        phone.stereo = wants;
        let listener = studio.join(phone);
        set(&mut studio, 1, on);
        studio.join(speaker(2, 0));
        studio.run_ms(1_500);
        let phone = &studio.phones[listener];
        // RFC 6716 §3.1: the third bit of the table of contents.
        let stereo = phone.packets.iter().filter(|it| it.payload[0] & 4 != 0);
        assert_eq!(stereo.count(), 0, "{has_places} {wants} {on}");
    }
}

#[test]
fn it_is_switched_on_and_off_while_somebody_talks_without_a_gap() {
    let mut studio = Studio::new();
    binaural(&mut studio, true);
    let listener = studio.join(stereo(1));
    studio.join(Phone::quiet(3, Codec::Opus));
    let round = speech::sentences(RATE, -26.0).into_iter().cycle();
    let sound: Vec<f32> = round.take(RATE.samples_in_ms(9_000)).collect();
    studio.join(Phone::reciting(2, Codec::Opus, &sound));
    studio.run_ms(2_000);
    set(&mut studio, 1, true);
    studio.run_ms(2_000);
    set(&mut studio, 1, false);
    studio.run_ms(2_000);
    let phone = &studio.phones[listener];
    assert_eq!(heard(phone, 500, 1_900).0, 0);
    assert!((heard(phone, 2_300, 3_900).0 + AT_40_DEG).abs() <= 1);
    assert_eq!(heard(phone, 4_300, 5_900), (0, 0.0));
    assert_eq!(phone.packets.len(), 300);
    let [left, right] = &phone.ears;
    for ear in [left, right] {
        let steps = ear.windows(2).map(|two| (two[1] - two[0]).abs());
        let all = steps.clone().fold(0.0, f32::max);
        for at_ms in [2_000, 4_000] {
            let around = RATE.samples_in_ms(at_ms - 40)..RATE.samples_in_ms(at_ms + 80);
            let here = ear[around].windows(2).map(|two| (two[1] - two[0]).abs());
            let here = here.fold(0.0, f32::max);
            assert!(here <= all, "{here} of {all}");
        }
    }
    // Nothing is left of it: it follows the stream of all again.
    let before = studio.deck.health().encodes;
    studio.run_ms(1_000);
    assert_eq!(studio.deck.health().encodes - before, 2 * 50);
}

#[test]
fn a_hold_and_a_new_offer_change_over_as_they_say() {
    let mut studio = Studio::new();
    binaural(&mut studio, true);
    let listener = studio.join(stereo(1));
    set(&mut studio, 1, true);
    studio.join(Phone::new(2, Codec::Opus, 400.0));
    studio.run_ms(1_000);
    let spec = studio.phones[listener].spec();
    for (direction, opus_stereo) in [
        (Direction::RecvOnly, true),
        (Direction::SendRecv, true),
        (Direction::SendRecv, false),
        (Direction::SendRecv, true),
    ] {
        let spec = LegSpec {
            direction,
            opus_stereo,
            ..spec.clone()
        };
        let (leg, spec) = (LegId(1), Box::new(spec));
        studio.command(Command::UpdateLeg { leg, spec });
        let before = studio.phones[listener].packets.len();
        studio.run_ms(1_000);
        let phone = &studio.phones[listener];
        let new = &phone.packets[before..];
        let stereo = new.iter().filter(|it| it.payload[0] & 4 != 0).count();
        let expected = match (direction.sends(), opus_stereo) {
            (false, _) => (0, 0),
            (true, false) => (50, 0),
            (true, true) => (50, 50),
        };
        assert_eq!((new.len(), stereo), expected, "{direction:?} {opus_stereo}");
        for two in phone.packets.windows(2) {
            assert_eq!(two[1].sequence, two[0].sequence.wrapping_add(1));
        }
    }
}

#[test]
fn prompts_and_volumes_are_for_both_ears() {
    let mut studio = Studio::new();
    binaural(&mut studio, true);
    let listener = studio.join(stereo(1));
    set(&mut studio, 1, true);
    studio.join(Phone::new(2, Codec::Opus, 400.0));
    studio.run_ms(1_000);
    studio.play(
        LegId(1),
        7,
        vec![Segment::Prompt(Prompt::Muted, Language::English)],
        false,
    );
    studio.run_ms(900);
    let rate_hz = RATE.hz();
    let last = |studio: &Studio, ear: usize, hz: f32| {
        let ear = &studio.phones[listener].ears[ear];
        conclave_audio::measure::amplitude_at(&ear[ear.len() - 24_000..], rate_hz, hz)
    };
    let prompt = [0, 1].map(|ear| last(&studio, ear, 1_000.0));
    assert!(
        prompt[0] > 0.2 && (prompt[0] - prompt[1]).abs() < 0.01,
        "{prompt:?}"
    );
    studio.run_ms(1_500);
    let before = [0, 1].map(|ear| last(&studio, ear, 400.0));
    let (leg, volume_db) = (LegId(1), -12);
    studio.command(Command::SetListeningVolume { leg, volume_db });
    studio.run_ms(1_000);
    for ear in [0, 1] {
        let part = last(&studio, ear, 400.0) / before[ear];
        assert!((0.22..0.28).contains(&part), "{part}");
    }
}

#[test]
fn those_who_hear_the_same_share_one_encode() {
    let encodes = |listeners: u32| {
        let mut studio = Studio::new();
        binaural(&mut studio, true);
        studio.join(Phone::new(1, Codec::Pcmu, 400.0));
        for number in 10..10 + listeners {
            studio.join(stereo(number));
            set(&mut studio, number, true);
        }
        studio.run_ms(1_000);
        let before = studio.deck.health().encodes;
        studio.run_ms(1_000);
        let shared = studio.deck.health().encodes - before;
        // One of them is told something alone.
        let segments = vec![Segment::Prompt(Prompt::Muted, Language::English)];
        studio.play(LegId(10), 7, segments, false);
        let before = studio.deck.health().encodes;
        studio.run_ms(800);
        let own = studio.deck.health().encodes - before;
        studio.run_ms(1_000);
        for number in 0..listeners as usize {
            let phone = &studio.phones[1 + number];
            assert_eq!(phone.packets.len(), 190, "one packet each tick");
            assert!(
                phone
                    .packets
                    .iter()
                    .skip(5)
                    .all(|it| it.payload[0] & 4 != 0)
            );
            assert!(phone.hears(400.0, 500) > 0.5);
        }
        (shared, own)
    };
    assert_eq!(encodes(2), encodes(8));
    let (shared, own) = encodes(8);
    assert_eq!(
        (shared, own),
        (2 * 50, 3 * 40),
        "the talker, the others, and the one"
    );
}

#[test]
fn to_have_a_stream_of_ones_own_and_to_share_again_is_not_heard() {
    let mut studio = Studio::new();
    binaural(&mut studio, true);
    let round = speech::sentences(RATE, -26.0).into_iter().cycle();
    let sound: Vec<f32> = round.take(RATE.samples_in_ms(8_000)).collect();
    studio.join(Phone::reciting(1, Codec::Opus, &sound));
    let [stays, moves] = [2, 3].map(|number| {
        let phone = studio.join(stereo(number));
        set(&mut studio, number, true);
        phone
    });
    studio.run_ms(1_000);
    for round in 0..5 {
        // Whoever is not to hear an announcement has a stream of its own; this one says nothing.
        studio.command(Command::Announce {
            stage: STAGE,
            play: PlayId(round),
            segments: vec![Segment::Silence(Duration::from_millis(500))],
            except: Some(LegId(3)),
        });
        studio.run_ms(1_107);
    }
    let (stayed, moved) = (&studio.phones[stays], &studio.phones[moves]);
    let differs = stayed.packets.iter().zip(&moved.packets);
    let differs = differs.filter(|(one, other)| one.payload != other.payload);
    assert!(differs.count() > 5 * 25, "it had a stream of its own");
    for ear in [0, 1] {
        let window = RATE.samples_in_ms(5) / 2;
        let crackle_of = |phone: &Phone| compare::crackle(&phone.ears[ear], window);
        let (stayed, moved) = (crackle_of(stayed), crackle_of(moved));
        let near = |at: usize| stayed[at - 12..=at + 12].iter().copied();
        let sharpness = |at: usize| moved[at] / near(at).fold(INAUDIBLE, f32::max);
        let worst = (200..stayed.len() - 12).map(sharpness).fold(0.0, f32::max);
        assert!(worst < CLICK, "{worst} times as sharp");
    }
}

/// As in `same_sound`: what a click has may exceed the most that is near it so often; without a
/// hand-over it comes to 19.
const CLICK: f32 = 3.0;
/// The last bit of 16.
const INAUDIBLE: f32 = 0.000_1;
