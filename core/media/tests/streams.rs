//! What arrives and what leaves under trouble: loss, new streams, strangers, keys, hand-overs.
#![allow(
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "a test stops where it finds nothing, and looks for one kind of event"
)]

mod studio;

use std::net::SocketAddr;
use std::time::Duration;

use conclave_contract::{Command, DigitSource, Event};
use conclave_model::{Codec, LegId, limits};
use studio::phone::AMPLITUDE;
use studio::{Phone, Studio, roughness};

const HEARD: std::ops::Range<f32> = 0.7..1.3;
const SILENT: f32 = 0.03;

fn pair(codec: Codec) -> (Studio, usize, usize) {
    let mut studio = Studio::new();
    let a = studio.join(Phone::new(1, codec, 400.0));
    let b = studio.join(Phone::new(2, codec, 900.0));
    (studio, a, b)
}

#[test]
fn loss_is_concealed() {
    for codec in Codec::ALL {
        let (mut studio, a, b) = pair(codec);
        studio.phones[a].loss = 13;
        studio.run_ms(6_000);
        let heard = studio.phones[b].hears(400.0, 4_000);
        assert!((0.6..1.3).contains(&heard), "{codec}: {heard}");
        studio.command(Command::CloseLeg { leg: LegId(1) });
        studio.run_ms(40);
        let stats = &studio.stats(LegId(1))[0];
        assert!((5..40).contains(&stats.packets_lost), "{stats:?}");
    }
}

#[test]
fn a_new_ssrc_is_followed_and_both_streams_count() {
    for codec in Codec::ALL {
        let (mut studio, a, b) = pair(codec);
        studio.run_ms(1_000);
        studio.phones[a].ssrc = 99;
        studio.phones[a].sequence = 7;
        studio.phones[a].timestamp = 1;
        studio.run_ms(1_000);
        let heard = studio.phones[b].hears(400.0, 700);
        assert!(HEARD.contains(&heard), "{codec}: {heard}");
        studio.command(Command::CloseLeg { leg: LegId(1) });
        studio.run_ms(40);
        assert_eq!(studio.stats(LegId(1))[0].packets_received, 100);
    }
}

#[test]
fn a_stranger_is_not_heard_and_a_moved_phone_is() {
    let (mut studio, a, b) = pair(Codec::Pcmu);
    studio.run_ms(1_000);
    let home = studio.phones[a].address;
    let elsewhere = SocketAddr::from(([203, 0, 113, 7], 9_000));
    studio.phones[a].address = elsewhere;
    let before = studio.phones[a].packets.len();
    studio.run_ms(1_000);
    assert!(studio.phones[b].hears(400.0, 500) < SILENT);
    assert_eq!(studio.phones[a].packets.len(), before, "still sent home");
    assert!(studio.deck.health().packets_refused >= 50);
    studio.run_ms(limits::MEDIA_RELATCH.as_millis() as u32);
    assert!(HEARD.contains(&studio.phones[b].hears(400.0, 500)));
    assert!(studio.phones[a].packets.len() > before);
    let starts = studio.events.iter().filter_map(|(_, event)| match event {
        Event::MediaStarted { leg, from } if *leg == LegId(1) => Some(*from),
        _ => None,
    });
    assert_eq!(starts.collect::<Vec<_>>(), [home, elsewhere]);
}

#[test]
fn noise_on_the_port_changes_nothing() {
    let (mut studio, _, b) = pair(Codec::G722);
    let mut dice = 1_u32;
    for _ in 0..100 {
        for length in 0..60 {
            let noise: Vec<u8> = (0..length)
                .map(|_| {
                    dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (dice >> 24) as u8
                })
                .collect();
            studio.inject(LegId(1), SocketAddr::from(([10, 0, 0, 1], 4_000)), &noise);
        }
        studio.tick();
    }
    studio.run_ms(1_000);
    assert!(HEARD.contains(&studio.phones[b].hears(400.0, 500)));
}

#[test]
fn comfort_noise_is_a_pause_and_no_offence() {
    let (mut studio, a, b) = pair(Codec::Pcmu);
    studio.run_ms(1_000);
    let refused = studio.deck.health().packets_refused;
    studio.phones[a].pauses_with_comfort_noise = true;
    studio.run_ms(1_000);
    assert!(studio.phones[b].hears(400.0, 700) < SILENT);
    studio.phones[a].pauses_with_comfort_noise = false;
    studio.run_ms(500);
    assert!(HEARD.contains(&studio.phones[b].hears(400.0, 300)));
    assert_eq!(studio.deck.health().packets_refused, refused);
    studio.command(Command::CloseLeg { leg: LegId(1) });
    studio.run_ms(40);
    assert_eq!(studio.stats(LegId(1))[0].packets_lost, 0);
}

#[test]
fn a_key_counts_once_and_is_not_heard_by_others() {
    for ssrc in [None, Some(0xABCD)] {
        let (mut studio, a, b) = pair(Codec::Pcmu);
        studio.run_ms(500);
        for key in ['5', '5', '#'] {
            studio.phones[a].press(key, ssrc);
            studio.run_ms(100);
            assert!(studio.phones[b].hears(400.0, 40) < SILENT);
            studio.run_ms(300);
        }
        assert_eq!(studio.digits(LegId(1)), "55#");
        assert_eq!(studio.digits(LegId(2)), "");
        assert!(HEARD.contains(&studio.phones[b].hears(400.0, 100)));
    }
}

#[test]
fn keys_in_the_sound_count_where_no_events_were_agreed() {
    let mut studio = Studio::new();
    let mut phone = Phone::new(1, Codec::Pcmu, 0.0);
    phone.talks = false;
    let mut spec = phone.spec();
    spec.keypad.clear();
    let leg = phone.leg;
    studio.command(Command::OpenLeg {
        leg,
        near: None,
        reached_at: None,
        spec: Box::new(spec),
    });
    phone.dial = Some((770.0, 1_336.0));
    studio.phones.push(phone);
    for _ in 0..2 {
        studio.phones[0].talks = true;
        studio.run_ms(100);
        studio.phones[0].talks = false;
        studio.run_ms(200);
    }
    assert_eq!(studio.digits(leg), "55");
    assert!(studio.events.iter().any(|(_, event)| matches!(
        event,
        Event::Digit {
            source: DigitSource::InBand,
            ..
        }
    )));
}

#[test]
fn a_listener_who_becomes_a_talker_and_back_hears_no_click() {
    for codec in Codec::ALL {
        let mut studio = Studio::new();
        let a = studio.join(Phone::new(1, codec, 400.0));
        for number in 2..5 {
            let mut listener = Phone::new(number, codec, 2_000.0);
            listener.talks = false;
            studio.join(listener);
        }
        studio.run_ms(1_000);
        studio.phones[a].sound.clear();
        for phone in &mut studio.phones {
            phone.sound.clear();
        }
        for step in 0..6 {
            studio.phones[2].talks = step % 2 == 0;
            studio.run_ms(1_000);
        }
        let rate_hz = studio.phones[2].rate_hz();
        let rough = roughness(&studio.phones[2].sound, rate_hz, 400.0, AMPLITUDE);
        assert!(rough < 1.3, "{codec}: steps {rough} times those of a sine");
        let heard = studio.phones[2].hears(400.0, 5_000);
        assert!((0.8..1.2).contains(&heard), "{codec}: {heard}");
        let health = studio.deck.health();
        assert!(health.encodes_shared > 0);
    }
}

#[test]
fn all_who_listen_share_one_encode() {
    let mut studio = Studio::new();
    studio.join(Phone::new(1, Codec::Pcmu, 400.0));
    for number in 2..102 {
        let mut phone = Phone::new(number, Codec::Pcmu, 900.0);
        phone.talks = false;
        studio.join(phone);
    }
    studio.run_ms(500);
    let before = studio.deck.health();
    studio.run_ms(1_000);
    let after = studio.deck.health();
    assert_eq!(after.packets_sent - before.packets_sent, 101 * 50);
    let encodes = after.encodes - before.encodes;
    assert_eq!(encodes, 2 * 50, "one for all listeners, one for the talker");
    let decoded = after.frames_decoded - before.frames_decoded;
    assert_eq!(decoded, 50, "only who speaks is decoded");
}

#[test]
fn a_silent_peer_is_missed_once_and_not_while_it_holds() {
    let (mut studio, a, b) = pair(Codec::Pcmu);
    studio.run_ms(1_000);
    for index in [a, b] {
        studio.phones[index].sends = false;
    }
    let mut spec = studio.phones[b].spec();
    spec.direction = conclave_contract::Direction::Inactive;
    studio.command(Command::UpdateLeg {
        leg: LegId(2),
        spec: Box::new(spec),
    });
    studio.run_ms(130_000);
    let lost: Vec<(Duration, LegId)> = (studio.events.iter())
        .filter_map(|(at, event)| match event {
            Event::MediaLost { leg } => Some((*at, *leg)),
            _ => None,
        })
        .collect();
    let at = Duration::from_secs(1) + limits::MEDIA_TIMEOUT;
    assert_eq!(lost, [(at, LegId(1))]);
    assert!(studio.phones[a].rtcp > 20, "reports every five seconds");
}

#[test]
fn a_phone_that_reports_but_sends_no_sound_is_not_missed() {
    let (mut studio, a, _) = pair(Codec::Pcmu);
    studio.run_ms(1_000);
    studio.phones[a].sends = false;
    // An empty receiver report (RFC 3550 §6.4.2), from the port that RTCP was told to go to.
    let report = [0x80, 201, 0, 1, 1, 2, 3, 4];
    let from = SocketAddr::new(
        studio.phones[a].address.ip(),
        studio.phones[a].address.port() + 1,
    );
    for _ in 0..26 {
        studio.run_ms(5_000);
        let now = studio.now;
        let port = conclave_media::Port::Rtcp;
        studio.deck.receive(now, LegId(1), port, from, &report);
    }
    let lost = |(_, event): &(Duration, Event)| matches!(event, Event::MediaLost { .. });
    assert!(!studio.events.iter().any(lost));
}

#[test]
fn every_leg_is_closed_once_and_unknown_ones_are_ignored() {
    let (mut studio, _, _) = pair(Codec::Pcmu);
    studio.run_ms(100);
    let recorded = conclave_contract::RecordSpec {
        length_max: Duration::from_secs(5),
        end_silence: Duration::from_secs(1),
        speech_min: Duration::from_millis(200),
        stop_on_digit: true,
    };
    studio.record(LegId(1), recorded);
    for _ in 0..2 {
        studio.command(Command::CloseLeg { leg: LegId(1) });
    }
    studio.run_ms(40);
    assert_eq!(studio.stats(LegId(1)).len(), 1);
    let order: Vec<_> = (studio.events.iter())
        .filter_map(|(_, event)| match event {
            Event::Recorded { .. } => Some("recorded"),
            Event::LegClosed { .. } => Some("closed"),
            _ => None,
        })
        .collect();
    assert_eq!(order, ["recorded", "closed"]);
    assert_eq!(studio.deck.health().legs, 1);
    assert_eq!(studio.phones[0].rtcp, 1, "a goodbye");
}

#[test]
fn a_stage_that_panics_takes_no_other_with_it() {
    let mut studio = Studio::new();
    let a = studio.join(Phone::new(1, Codec::Pcmu, 400.0));
    let b = studio.join(Phone::new(2, Codec::Pcmu, 900.0));
    let other = conclave_model::StageId(2);
    studio.command(Command::OpenStage { stage: other });
    let c = studio.call(Phone::new(3, Codec::Pcmu, 600.0));
    for leg in [LegId(1), LegId(3)] {
        studio.command(Command::LeaveStage { leg });
        studio.command(Command::JoinStage { leg, stage: other });
    }
    studio.run_ms(500);
    let now = studio.now;
    let stage = studio::STAGE;
    let order = conclave_media::Order::BreakStage { stage };
    studio.deck.obey(now, order);
    studio.run_ms(1_000);
    let failed = studio.events.iter().filter_map(|(_, event)| match event {
        Event::StageFailed { stage } => Some(*stage),
        _ => None,
    });
    assert_eq!(failed.collect::<Vec<_>>(), [stage]);
    assert!(HEARD.contains(&studio.phones[a].hears(600.0, 800)));
    assert!(HEARD.contains(&studio.phones[c].hears(400.0, 800)));
    assert!(studio.phones[b].hears(400.0, 800) < SILENT);
    for phone in &studio.phones {
        assert_eq!(phone.packets.len(), 75, "every leg is still sent to");
    }
}

#[test]
fn a_stage_may_close_between_a_leave_and_the_next_tick() {
    for codec in Codec::ALL {
        let (mut studio, a, _) = pair(codec);
        studio.run_ms(400);
        studio.command(Command::LeaveStage { leg: LegId(1) });
        let stage = studio::STAGE;
        studio.command(Command::CloseStage { stage });
        studio.run_ms(200);
        assert_eq!(
            studio.phones[a].packets.len(),
            30,
            "{codec}: sent to all along"
        );
        assert_eq!(studio.deck.health().stages, 0);
    }
}
