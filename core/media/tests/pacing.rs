//! Packets that last longer where the peer takes them, and as long as it asked for where not.

mod studio;

use conclave_contract::{Command, Direction, LegSpec};
use conclave_model::{Codec, LegId};
use studio::{Phone, Studio};

/// How many packets a phone gets in a second, of how many milliseconds each.
fn paced(codec: Codec, ptime_ms: u32, ptime_max_ms: Option<u32>, interval_ms: u32) -> (usize, u32) {
    let mut studio = Studio::new();
    let mut listener = Phone::quiet(1, codec);
    listener.ptime_ms = ptime_ms;
    listener.ptime_max_ms = ptime_max_ms;
    let listener = studio.call(listener);
    let leg = LegId(1);
    studio.command(Command::SetPacing { leg, interval_ms });
    let stage = studio::STAGE;
    studio.command(Command::JoinStage { leg, stage });
    studio.join(Phone::new(2, codec, 400.0));
    studio.run_ms(1_200);
    let phone = &studio.phones[listener];
    assert!(
        (0.7..1.3).contains(&phone.hears(400.0, 800)),
        "{codec} {interval_ms}"
    );
    for two in phone.packets.windows(2) {
        assert_eq!(two[1].sequence, two[0].sequence.wrapping_add(1));
    }
    let steps = phone.packets[1]
        .timestamp
        .wrapping_sub(phone.packets[0].timestamp);
    let packets = phone.packets.len() * 1_000 / 1_200;
    (packets, steps * 1_000 / codec.clock_rate_hz())
}

#[test]
fn packets_are_as_long_as_the_interval_and_the_peer_allow() {
    for codec in Codec::ALL {
        assert_eq!(
            paced(codec, 20, None, 40),
            (50, 20),
            "{codec}: it says nothing"
        );
        assert_eq!(
            paced(codec, 20, Some(20), 80),
            (50, 20),
            "{codec}: it takes no more"
        );
        assert_eq!(paced(codec, 20, Some(40), 40), (25, 40), "{codec}");
        assert_eq!(paced(codec, 20, Some(150), 40), (25, 40), "{codec}");
        assert_eq!(paced(codec, 20, Some(40), 80), (25, 40), "{codec}");
        let sixty = paced(codec, 20, Some(150), 80);
        assert_eq!(sixty.1, 60, "{codec}: our longest");
        assert_eq!(
            paced(codec, 60, Some(60), 40).1,
            60,
            "{codec}: it asked for more"
        );
    }
}

#[test]
fn a_hold_changes_nothing_about_it_and_those_alike_still_share() {
    let mut studio = Studio::new();
    for number in 1..=3 {
        let mut listener = Phone::quiet(number, Codec::G722);
        listener.ptime_max_ms = Some(60);
        studio.join(listener);
        let leg = LegId(number);
        studio.command(Command::SetPacing {
            leg,
            interval_ms: 40,
        });
    }
    studio.join(Phone::new(4, Codec::G722, 400.0));
    studio.run_ms(1_000);
    let before = studio.deck.health().encodes;
    studio.run_ms(1_000);
    // 25 for the three, 50 for who talks.
    assert_eq!(studio.deck.health().encodes - before, 75);
    for direction in [Direction::RecvOnly, Direction::SendRecv] {
        let spec = LegSpec {
            direction,
            ..studio.phones[0].spec()
        };
        let (leg, spec) = (LegId(1), Box::new(spec));
        studio.command(Command::UpdateLeg { leg, spec });
        studio.run_ms(500);
    }
    let packets = studio.phones[0].packets.len();
    studio.run_ms(1_000);
    assert_eq!(studio.phones[0].packets.len() - packets, 25);
    assert!((0.7..1.3).contains(&studio.phones[0].hears(400.0, 500)));
}
