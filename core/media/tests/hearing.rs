//! Who hears whom: everybody but themselves, in every codec and packet time.

mod studio;

use std::time::Duration;

use conclave_contract::{Command, Direction, Event};
use conclave_model::{Codec, LegId};
use studio::{Phone, STAGE, Studio};

/// Leaves room for neighbours at 300 Hz distance and for codecs.
const HEARD: std::ops::Range<f32> = 0.7..1.3;
const SILENT: f32 = 0.03;

/// SILK models a voice; of three sines at once it keeps some better than others.
const HEARD_IN_OPUS: std::ops::Range<f32> = 0.35..1.6;
const SILENT_IN_OPUS: f32 = 0.1;

fn assert_hears_all_but_itself(studio: &Studio) {
    for listener in &studio.phones {
        for talker in &studio.phones {
            let heard = listener.hears(talker.hz, 1_000);
            let (who, whom) = (listener.leg, talker.leg);
            let (audible, silent) = match (listener.codec, talker.codec) {
                (Codec::Opus, _) | (_, Codec::Opus) => (HEARD_IN_OPUS, SILENT_IN_OPUS),
                (_, Codec::Pcmu | Codec::Pcma | Codec::G722) => (HEARD, SILENT),
            };
            if who == whom {
                assert!(heard < silent, "{who} hears itself: {heard}");
            } else {
                assert!(audible.contains(&heard), "{who} hears {whom}: {heard}");
            }
        }
    }
}

#[test]
fn everybody_hears_all_but_themselves_in_every_codec() {
    let mut studio = Studio::new();
    let codecs = [Codec::Pcmu, Codec::Pcma, Codec::G722, Codec::Opus];
    for (number, codec) in (1..).zip(codecs) {
        studio.join(Phone::new(number, codec, 300.0 * number as f32 + 100.0));
    }
    studio.run_ms(2_000);
    assert_hears_all_but_itself(&studio);
}

// Defect 34
#[test]
fn every_packet_time_both_ways() {
    for codec in Codec::ALL {
        let mut studio = Studio::new();
        for (number, ptime_ms) in (1..).zip([10, 20, 40, 60]) {
            let mut phone = Phone::new(number, codec, 300.0 * number as f32 + 100.0);
            phone.ptime_ms = ptime_ms;
            studio.join(phone);
        }
        studio.run_ms(2_400);
        assert_hears_all_but_itself(&studio);
        for phone in &studio.phones {
            let expected = 2_400 / phone.ptime_ms as usize;
            assert_eq!(phone.packets.len(), expected, "{codec} {}", phone.ptime_ms);
        }
    }
}

// Regression fc794de756
// Defect 30
#[test]
fn packet_times_that_are_no_multiple_of_a_tick() {
    for codec in [Codec::Pcmu, Codec::Pcma, Codec::G722] {
        let mut studio = Studio::new();
        for (number, ptime_ms) in (1..).zip([30, 50, 20]) {
            let mut phone = Phone::new(number, codec, 300.0 * number as f32 + 100.0);
            phone.ptime_ms = ptime_ms;
            studio.join(phone);
        }
        studio.run_ms(3_000);
        assert_hears_all_but_itself(&studio);
        for phone in &studio.phones {
            assert_eq!(phone.packets.len(), 3_000 / phone.ptime_ms as usize);
            let ticks = 8 * phone.ptime_ms;
            let two = &phone.packets[10..12];
            assert_eq!(two[1].timestamp.wrapping_sub(two[0].timestamp), ticks);
        }
    }
}

// Regression fb17b630a5
#[test]
fn rtp_never_jumps_whatever_is_heard() {
    let mut studio = Studio::new();
    for number in 1..4 {
        studio.join(Phone::new(number, Codec::Pcmu, 400.0 * number as f32));
    }
    for second in 0_u32..8 {
        studio.phones[1].talks = second.is_multiple_of(2);
        let (leg, muted) = (LegId(3), second % 3 == 1);
        studio.command(Command::SetMute { leg, muted });
        if second == 4 {
            studio.command(Command::LeaveStage { leg: LegId(1) });
        }
        if second == 6 {
            studio.command(Command::CloseStage { stage: STAGE });
        }
        studio.run_ms(1_000);
    }
    for phone in &studio.phones {
        assert_eq!(phone.packets.len(), 400, "one packet in each tick");
        for two in phone.packets.windows(2) {
            assert_eq!(two[1].sequence, two[0].sequence.wrapping_add(1));
            assert_eq!(two[1].timestamp, two[0].timestamp.wrapping_add(160));
            assert_eq!(two[1].ssrc, two[0].ssrc);
            assert!(!two[1].marker);
        }
    }
}

#[test]
fn a_muted_leg_is_silent_at_once_and_hears_on() {
    let mut studio = Studio::new();
    let [a, b] = [(1, 400.0), (2, 900.0)]
        .map(|(number, hz)| studio.join(Phone::new(number, Codec::Pcmu, hz)));
    studio.run_ms(1_000);
    assert!(HEARD.contains(&studio.phones[b].hears(400.0, 500)));
    let (leg, muted) = (LegId(1), true);
    studio.command(Command::SetMute { leg, muted });
    studio.run_ms(200);
    // The limiter looks 2 ms ahead, so what it held comes out in the first frame.
    assert!(studio.phones[b].hears(400.0, 180) < SILENT);
    assert!(HEARD.contains(&studio.phones[a].hears(900.0, 180)));
    let talked = studio.events.iter().any(
        |(_, event)| matches!(event, Event::Talking { leg, talking: false } if *leg == LegId(1)),
    );
    assert!(talked, "control is told that the talking ended");
    let muted = false;
    studio.command(Command::SetMute { leg, muted });
    studio.run_ms(400);
    assert!(HEARD.contains(&studio.phones[b].hears(400.0, 200)));
}

#[test]
fn who_is_cut_off_in_a_word_never_hears_itself() {
    for codec in [Codec::Pcmu, Codec::G722] {
        let mut studio = Studio::new();
        let talker = studio.join(Phone::new(1, codec, 400.0));
        studio.join(Phone::quiet(2, codec));
        studio.run_ms(1_000);
        let (leg, muted) = (LegId(1), true);
        studio.command(Command::SetMute { leg, muted });
        studio.run_ms(200);
        // What others hear of it is held by their limiter for 2 ms.
        let sound = &studio.phones[talker].sound;
        let loudest = sound.iter().fold(0.0, |most: f32, x| most.max(x.abs()));
        assert!(loudest < SILENT, "{codec}: {loudest}");
    }
}

#[test]
fn a_holding_phone_is_silent_at_once_and_is_sent_nothing() {
    let mut studio = Studio::new();
    let [a, b] = [(1, 400.0), (2, 900.0)]
        .map(|(number, hz)| studio.join(Phone::new(number, Codec::G722, hz)));
    studio.run_ms(1_000);
    let mut spec = studio.phones[a].spec();
    spec.direction = Direction::RecvOnly;
    let leg = LegId(1);
    let update = |spec| Command::UpdateLeg {
        leg,
        spec: Box::new(spec),
    };
    studio.command(update(spec.clone()));
    let sent = studio.phones[a].packets.len();
    studio.run_ms(400);
    assert!(studio.phones[b].hears(400.0, 360) < SILENT);
    assert_eq!(studio.phones[a].packets.len(), sent);
    spec.direction = Direction::SendRecv;
    studio.command(update(spec));
    studio.run_ms(600);
    assert!(HEARD.contains(&studio.phones[b].hears(400.0, 400)));
    let packets = &studio.phones[a].packets;
    let (before, after) = (&packets[sent - 1], &packets[sent]);
    assert_eq!(after.sequence, before.sequence.wrapping_add(1));
    assert_eq!(after.timestamp, before.timestamp.wrapping_add(160 * 21));
    assert!(after.marker, "speech begins anew");
}

#[test]
fn a_call_changes_its_codec_and_goes_on() {
    let mut studio = Studio::new();
    let a = studio.join(Phone::new(1, Codec::Pcmu, 400.0));
    let b = studio.join(Phone::new(2, Codec::Pcmu, 900.0));
    studio.run_ms(1_000);
    let ssrc = studio.phones[a].packets[0].ssrc;
    let mut changed = Phone::new(1, Codec::Opus, 400.0);
    changed.ssrc += 9;
    let mut spec = changed.spec();
    spec.ssrc = 1;
    studio.phones[a] = changed;
    studio.command(Command::UpdateLeg {
        leg: LegId(1),
        spec: Box::new(spec),
    });
    studio.run_ms(1_000);
    assert!(HEARD.contains(&studio.phones[a].hears(900.0, 500)));
    assert!(HEARD.contains(&studio.phones[b].hears(400.0, 500)));
    assert_eq!(studio.phones[a].packets[0].ssrc, ssrc, "our stream goes on");
}

#[test]
fn a_late_joiner_and_a_leaver() {
    let mut studio = Studio::new();
    let a = studio.join(Phone::new(1, Codec::Pcma, 400.0));
    studio.run_ms(1_000);
    assert!(studio.phones[a].hears(400.0, 500) < SILENT);
    assert_eq!(studio.deck.health().frames_decoded, 0, "nobody can hear it");
    let b = studio.join(Phone::new(2, Codec::Pcma, 900.0));
    studio.run_ms(500);
    assert!(HEARD.contains(&studio.phones[a].hears(900.0, 300)));
    assert!(HEARD.contains(&studio.phones[b].hears(400.0, 300)));
    studio.command(Command::CloseLeg { leg: LegId(2) });
    studio.run_ms(200);
    assert!(studio.phones[a].hears(900.0, 160) < SILENT);
    assert_eq!(studio.stats(LegId(2)).len(), 1);
    assert!(studio.stats(LegId(2))[0].talked > Duration::from_millis(400));
}
