//! What holds of the guard whatever comes: bounds, and nobody honest shut out.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

use conclave_guard::{Guard, Guesses, Neighbours, News, Offence, Rules};
use conclave_model::{BlockCause, Chance, Network, RoomId, UnixMillis, WallClock, limits};
use proptest::prelude::*;

const OPTIONS: &[u8] = b"OPTIONS sip:a@192.0.2.1 SIP/2.0\r\nUser-Agent: A Phone\r\n\r\n";
const SCAN: &[u8] = b"OPTIONS sip:a@192.0.2.1 SIP/2.0\r\nUser-Agent: friendly-scanner\r\n\r\n";

#[expect(clippy::disallowed_methods, reason = "a test starts at some moment")]
fn start() -> Instant {
    Instant::now()
}

fn guard(start: Instant) -> Guard {
    let wall = WallClock {
        mono: start,
        wall: UnixMillis(1_000_000),
    };
    Guard::new(wall, Rules::default(), Vec::new())
}

/// On the Internet, each number another.
fn stranger(number: u32) -> IpAddr {
    IpAddr::V4(Ipv4Addr::from_bits(0x0b00_0000 + number))
}

fn room() -> RoomId {
    RoomId::mint(UnixMillis(1), &mut Chance::from_seed([1; 32]))
}

#[test]
fn a_scanner_is_not_heard_and_its_neighbour_is() {
    let start = start();
    let mut guard = guard(start);
    assert!(!guard.hears_datagram(start, stranger(1), SCAN));
    assert!(guard.is_blocked(start, stranger(1)));
    assert!(!guard.hears_datagram(start, stranger(1), OPTIONS));
    assert!(!guard.hears_stream(start, stranger(1)));
    assert!(guard.hears_datagram(start, stranger(2), OPTIONS));
    let Some(News::Blocked(block)) = guard.poll_news() else {
        panic!("the owner is told");
    };
    assert_eq!(block.cause, BlockCause::Scanner);
    let (end, _) = guard.poll_timeout().unwrap();
    assert_eq!(end, start + limits::BLOCK_FIRST);
    guard.handle_timeout(end);
    assert!(matches!(guard.poll_news(), Some(News::Unblocked(_))));
    assert!(guard.hears_datagram(end, stranger(1), OPTIONS));
}

#[test]
fn each_block_in_a_row_is_longer_and_none_is_for_ever() {
    let mut now = start();
    let mut guard = guard(now);
    let mut lengths = Vec::new();
    for _ in 0..8 {
        for _ in 0..=limits::OFFENCE_MOST / Offence::WrongPin.points() {
            guard.offend(now, stranger(1), Offence::WrongPin);
        }
        let (end, _) = guard.poll_timeout().unwrap();
        lengths.push(end - now);
        now = end;
        guard.handle_timeout(now);
    }
    assert_eq!(lengths[0], limits::BLOCK_FIRST);
    assert!(
        lengths.windows(2).all(|two| two[0] <= two[1]),
        "{lengths:?}"
    );
    assert!(lengths[1] > lengths[0]);
    assert_eq!(*lengths.last().unwrap(), limits::BLOCK_LONGEST);
}

#[test]
fn who_may_have_been_forged_is_blocked_for_an_hour_at_most() {
    let mut now = start();
    let mut guard = guard(now);
    for _ in 0..8 {
        guard.hears_datagram(now, stranger(1), SCAN);
        let (end, _) = guard.poll_timeout().unwrap();
        assert!(end - now <= limits::BLOCK_UNPROVEN);
        now = end;
        guard.handle_timeout(now);
    }
}

#[test]
fn neighbours_are_never_blocked_unless_it_is_asked_for() {
    let start = start();
    let near: IpAddr = "192.168.1.7".parse().unwrap();
    let own: IpAddr = "198.51.100.9".parse().unwrap();
    for (neighbours, is_blocked) in [
        (Neighbours::Trusted, false),
        (Neighbours::AsStrangers, true),
    ] {
        let wall = WallClock {
            mono: start,
            wall: UnixMillis(0),
        };
        let rules = Rules {
            neighbours,
            own_networks: vec!["198.51.100.0/24".parse().unwrap()],
        };
        let mut guard = Guard::new(wall, rules, Vec::new());
        for address in [near, own] {
            assert_eq!(guard.hears_datagram(start, address, SCAN), !is_blocked);
            assert_eq!(guard.is_blocked(start, address), is_blocked);
        }
    }
}

#[test]
fn a_stranger_is_held_to_its_pace_and_whoever_vouched_is_not() {
    let start = start();
    let mut guard = guard(start);
    let heard = |guard: &mut Guard, who, count: u32| {
        let heard = (0..count).filter(|_| guard.hears_datagram(start, who, OPTIONS));
        u32::try_from(heard.count()).unwrap()
    };
    assert_eq!(
        heard(&mut guard, stranger(1), 10_000),
        limits::STRANGER_BURST
    );
    guard.vouch(stranger(2));
    assert_eq!(heard(&mut guard, stranger(2), 10_000), 10_000);
    assert_eq!(heard(&mut guard, stranger(3), 5), 5, "others are heard");
}

#[test]
fn a_flood_of_forged_addresses_costs_a_bounded_share_and_stops_nobody_who_speaks() {
    let start = start();
    let mut guard = guard(start);
    let (honest, phone) = (stranger(1), stranger(2));
    assert!(guard.hears_datagram(start, honest, OPTIONS));
    guard.vouch(phone);
    let (mut parsed, mut lost) = (0_u32, 0_u32);
    // Ten seconds of 50,000 packets each.
    for number in 0..500_000_u32 {
        let now = start + Duration::from_micros(u64::from(number) * 20);
        parsed += u32::from(guard.hears_datagram(now, stranger(100 + number), OPTIONS));
        if number.is_multiple_of(5_000) {
            lost += u32::from(!guard.hears_datagram(now, honest, OPTIONS));
            lost += u32::from(!guard.hears_datagram(now, phone, OPTIONS));
        }
    }
    let most = limits::NEWCOMER_BURST + 10 * limits::NEWCOMERS_PER_SECOND;
    println!("of 500,000 forged packets {parsed} were looked at, of 200 honest ones {lost} lost");
    assert!(parsed <= most, "{parsed} of at most {most}");
    assert_eq!(lost, 0, "honest packets");
}

#[test]
fn what_goes_to_an_address_that_never_answered_is_bounded_by_what_came() {
    let start = start();
    let mut guard = guard(start);
    assert!(guard.hears_datagram(start, stranger(1), OPTIONS));
    let sent: usize = (0..100)
        .filter(|_| guard.may_answer(stranger(1), 60))
        .map(|_| 60)
        .sum();
    let most = OPTIONS.len() * usize::try_from(limits::ANSWER_FACTOR).unwrap();
    assert!(sent <= most && sent + 60 > most, "{sent} of {most}");
    guard.hears_us(stranger(1));
    assert!(guard.may_answer(stranger(1), 60_000));
}

#[test]
fn a_block_by_hand_may_be_wide_lasts_and_is_lifted() {
    let start = start();
    let mut guard = guard(start);
    let wide: Network = "203.0.113.0/24".parse().unwrap();
    let inside: IpAddr = "203.0.113.77".parse().unwrap();
    guard.block(start, wide, None).unwrap();
    let later = start + Duration::from_secs(10_000_000);
    guard.handle_timeout(later);
    assert!(guard.is_blocked(later, inside));
    assert!(!guard.is_blocked(later, "203.0.114.77".parse().unwrap()));
    assert!(guard.lift(wide).is_some());
    assert!(guard.lift(wide).is_none());
    assert!(!guard.is_blocked(later, inside));
}

#[test]
fn blocks_are_bounded_and_those_by_hand_stay() {
    let start = start();
    let mut guard = guard(start);
    let by_hand = Network::source(stranger(0x00ff_ffff));
    guard.block(start, by_hand, None).unwrap();
    for number in 0..12_000 {
        guard.offend(start, stranger(number), Offence::Scanner);
        while guard.poll_news().is_some() {}
    }
    assert_eq!(guard.blocks_count(), limits::BLOCKS);
    assert!(guard.blocks().any(|block| block.network == by_hand));
    let room = limits::BLOCKS_BY_HAND - 1;
    let taken = (0..1_000).filter(|number| {
        let network = Network::source(stranger(0x00f0_0000 + number));
        guard.block(start, network, None).is_ok()
    });
    assert_eq!(taken.count(), room);
}

#[test]
fn blocks_survive_a_restart() {
    let start = start();
    let mut before = guard(start);
    before.offend(start, stranger(1), Offence::Scanner);
    let kept: Vec<_> = before.blocks().copied().collect();
    let wall = WallClock {
        mono: start,
        wall: UnixMillis(1_000_000),
    };
    let after = Guard::new(wall, Rules::default(), kept);
    assert!(after.is_blocked(start, stranger(1)));
}

#[test]
fn ten_thousand_guesses_take_days_and_an_honest_caller_waits_four_seconds_at_most() {
    let start = start();
    let mut guesses = Guesses::default();
    let (room, mut now) = (room(), start);
    let (attacker, mut alarms) = (stranger(1), 0);
    for _ in 0..10_000 {
        now += guesses.wait(now, room, attacker);
        alarms += u32::from(guesses.wrong(now, room, attacker).is_some());
    }
    let hours = (now - start).as_secs() / 3600;
    let honest = guesses.wait(now, room, stranger(2));
    println!("10,000 guesses took {hours} h; an honest caller waits {honest:?}");
    assert!(hours >= 50, "{hours}");
    assert!(honest <= limits::ROOM_GUESS_WAIT_MOST);
    assert_eq!(alarms, 1);
    guesses.right(room, stranger(2));
    assert_eq!(
        guesses.wait(now, room, stranger(2)),
        Duration::ZERO,
        "known now"
    );
}

#[test]
fn one_who_mistypes_waits_for_nothing_and_all_is_forgiven() {
    let start = start();
    let mut guesses = Guesses::default();
    let room = room();
    for _ in 0..limits::GUESSES_FREE {
        assert_eq!(guesses.wait(start, room, stranger(1)), Duration::ZERO);
        guesses.wrong(start, room, stranger(1));
    }
    guesses.wrong(start, room, stranger(1));
    assert!(guesses.wait(start, room, stranger(1)) > Duration::ZERO);
    let later = start + Duration::from_secs(3_600);
    assert_eq!(guesses.wait(later, room, stranger(1)), Duration::ZERO);
}

proptest! {
    /// Whoever types the right PIN hears so in a time that people wait, whatever others did.
    #[test]
    fn no_guess_waits_longer_than_the_longest(
        deeds in prop::collection::vec((0_u32..6, 0_u64..30_000, any::<bool>()), 0..400)
    ) {
        let mut guesses = Guesses::default();
        let (room, mut now) = (room(), start());
        for (who, pause_ms, is_wrong) in deeds {
            now += Duration::from_millis(pause_ms);
            let wait = guesses.wait(now, room, stranger(who));
            prop_assert!(wait <= limits::GUESS_WAIT_MOST);
            if is_wrong {
                guesses.wrong(now, room, stranger(who));
            }
        }
        prop_assert!(guesses.wait(now, room, stranger(99)) <= limits::ROOM_GUESS_WAIT_MOST);
    }

    /// Only who offended is blocked, and never before the points are full.
    #[test]
    fn nobody_is_blocked_for_what_others_did(
        deeds in prop::collection::vec((0_u32..8, 0_u64..5_000), 0..600)
    ) {
        let mut now = start();
        let mut guard = guard(now);
        let mut wrongs = [0_u32; 8];
        for (who, pause_ms) in deeds {
            now += Duration::from_millis(pause_ms);
            guard.offend(now, stranger(who), Offence::WrongPin);
            wrongs[who as usize] += 1;
            for (who, wrongs) in (0..).zip(wrongs) {
                let enough = wrongs * Offence::WrongPin.points() >= limits::OFFENCE_MOST;
                prop_assert!(enough || !guard.is_blocked(now, stranger(who)));
            }
        }
        prop_assert!(!guard.is_blocked(now, stranger(50)));
    }
}
