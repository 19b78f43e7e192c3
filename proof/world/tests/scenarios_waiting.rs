//! The scenarios of ConfBridge's own tests in which people wait for leaders and go with them.

mod scene;

use conclave_model::{CallEnd, PlaylistName};
use scene::meeting::{As, Meeting, plan};

/// Who comes with the PIN of the room waits; the one with that of moderators leads.
fn who_waits_for_lea(cast: &[(&'static str, As)]) -> Meeting {
    let mut room = plan("", "wait_marked=yes");
    room.music = Some(PlaylistName::built_in());
    Meeting::new(room, cast)
}

/// At the door, to everybody who waits.
const WAITS: [&str; 3] = ["pin-please", "wait-for-leader", "music"];

/// A room with music and people with options of their own.
fn room_with_music(cast: &[(&'static str, As)]) -> Meeting {
    let mut room = plan("", "");
    room.music = Some(PlaylistName::built_in());
    Meeting::new(room, cast)
}

const WAITER: As = As::With("wait_marked=yes");
const LEADER: As = As::With("marked=yes");
const NOBODY: [&str; 0] = [];

#[test]
fn scenario_05_who_is_tied_to_the_leader_goes_and_who_waits_waits_again() {
    let mut meeting = room_with_music(&[
        ("wim", WAITER),
        ("eva", As::With("end_marked=yes")),
        ("bea", As::With("wait_marked=yes\nend_marked=yes")),
        ("lea", LEADER),
    ]);
    assert_eq!(meeting.room(), "EMPTY");
    meeting.comes("wim");
    assert_eq!(meeting.room(), "INACTIVE: wim waits");
    assert_eq!(meeting.heard("wim"), WAITS);
    meeting.comes("eva");
    assert_eq!(meeting.room(), "SINGLE: wim waits, eva");
    assert_eq!(meeting.heard("eva"), ["pin-please", "music"]);
    meeting.comes("bea");
    assert_eq!(meeting.room(), "SINGLE: wim waits, eva, bea waits");
    assert_eq!(meeting.heard("bea"), WAITS);
    assert_eq!(meeting.music(), ["wim", "eva", "bea"]);
    assert_eq!(meeting.audience("eva"), NOBODY);
    meeting.forget();
    meeting.comes("lea");
    assert_eq!(meeting.room(), "MULTI_MARKED: wim, eva, bea, lea");
    for name in ["wim", "eva", "bea"] {
        assert_eq!(
            meeting.heard(name),
            ["music", "conference-begins", "join-tone"]
        );
    }
    assert_eq!(meeting.music(), NOBODY);
    assert_eq!(meeting.audience("wim"), ["eva", "bea", "lea"]);
    assert_eq!(meeting.audience("lea"), ["wim", "eva", "bea"]);
    meeting.forget();
    meeting.goes("lea");
    // Upstream passes SINGLE on the way, as who is sent away is counted until the call has ended.
    assert_eq!(meeting.room(), "INACTIVE: wim waits");
    for name in ["eva", "bea"] {
        // Upstream says that they were removed.
        assert_eq!(
            meeting.heard(name),
            ["leader-has-left", "goodbye"],
            "{name}"
        );
    }
    assert_eq!(
        meeting.heard("wim"),
        ["leader-has-left", "leave-tone", "music"]
    );
    let ended = CallEnd::LeaderLeft;
    assert_eq!(meeting.ends(), [CallEnd::HungUp, ended, ended]);
    meeting.goes("wim");
    assert_eq!(meeting.room(), "EMPTY");
}

#[test]
fn scenario_06_two_leaders_one_of_them_quiet_in_both_orders() {
    for [first, second] in [["ann", "qui"], ["qui", "ann"]] {
        let quiet_one = As::With("marked=yes\nquiet=yes");
        let mut meeting = Meeting::new(plan("", ""), &[("ann", LEADER), ("qui", quiet_one)]);
        let alone = |name: &str| -> &[&str] { if name == "qui" { &[] } else { &["only-one"] } };
        meeting.comes(first);
        assert_eq!(meeting.room(), format!("SINGLE_MARKED: {first}"));
        let expected = [&["pin-please"], alone(first)].concat();
        assert_eq!(meeting.heard(first), expected);
        meeting.comes(second);
        assert_eq!(meeting.room(), "MULTI_MARKED: ann, qui");
        assert_eq!(meeting.heard(second), ["pin-please"]);
        let chime: &[&str] = if second == "qui" { &[] } else { &["join-tone"] };
        assert_eq!(meeting.heard(first), chime);
        assert_eq!(meeting.audience(first), [second]);
        assert_eq!(meeting.audience(second), [first]);
        meeting.goes(first);
        assert_eq!(meeting.room(), format!("SINGLE_MARKED: {second}"));
        let chime: &[&str] = if first == "qui" { &[] } else { &["leave-tone"] };
        let heard = meeting.heard(second);
        assert_eq!(heard, [chime, alone(second)].concat(), "one leads still");
        assert_eq!(meeting.music(), NOBODY);
        meeting.goes(second);
        assert_eq!(meeting.room(), "EMPTY");
    }
}

/// Who comes, how the room is then, and who has music.
type Step = (&'static str, &'static str, &'static [&'static str]);
const ALL_THREE: &str = "MULTI_MARKED: wim, una, lea";

/// Upstream has four of these orders.
const ORDERS: [[Step; 3]; 6] = [
    [
        ("wim", "INACTIVE: wim waits", &["wim"]),
        ("una", "SINGLE: wim waits, una", &["wim", "una"]),
        ("lea", ALL_THREE, &[]),
    ],
    [
        ("una", "SINGLE: una", &["una"]),
        ("wim", "SINGLE: wim waits, una", &["wim", "una"]),
        ("lea", ALL_THREE, &[]),
    ],
    [
        ("wim", "INACTIVE: wim waits", &["wim"]),
        ("lea", "MULTI_MARKED: wim, lea", &[]),
        ("una", ALL_THREE, &[]),
    ],
    [
        ("lea", "SINGLE_MARKED: lea", &["lea"]),
        ("wim", "MULTI_MARKED: wim, lea", &[]),
        ("una", ALL_THREE, &[]),
    ],
    [
        ("lea", "SINGLE_MARKED: lea", &["lea"]),
        ("una", "MULTI_MARKED: una, lea", &[]),
        ("wim", ALL_THREE, &[]),
    ],
    [
        ("una", "SINGLE: una", &["una"]),
        ("lea", "MULTI_MARKED: una, lea", &[]),
        ("wim", ALL_THREE, &[]),
    ],
];

#[test]
fn scenario_14_a_waiter_a_user_and_a_leader_in_every_order() {
    for order in ORDERS {
        let cast = [("wim", WAITER), ("una", As::With("")), ("lea", LEADER)];
        let mut meeting = room_with_music(&cast);
        for (comes, room, music) in order {
            meeting.comes(comes);
            assert_eq!(meeting.room(), room);
            assert_eq!(meeting.music(), music, "{room}");
        }
        let names = order.map(|(name, ..)| name);
        let comes_at = |who: &str| names.iter().position(|name| *name == who);
        let heard = meeting.heard("wim");
        if comes_at("wim") > comes_at("lea") {
            let chimes = 2 - comes_at("wim").expect("comes");
            assert_eq!(heard[0], "pin-please", "{names:?}");
            assert_eq!(heard[1..], vec!["join-tone"; chimes], "{names:?}");
        } else {
            assert_eq!(heard[..3], WAITS, "{names:?}");
            assert_eq!(heard[3], "conference-begins", "{names:?}");
        }
        for [one, two, three] in [
            ["wim", "una", "lea"],
            ["una", "wim", "lea"],
            ["lea", "wim", "una"],
        ] {
            assert_eq!(meeting.audience(one), [two, three]);
        }
        meeting.forget();
        meeting.goes("lea");
        assert_eq!(meeting.room(), "SINGLE: wim waits, una");
        for name in ["wim", "una"] {
            assert_eq!(
                meeting.heard(name),
                ["leader-has-left", "leave-tone", "music"]
            );
        }
        assert_eq!(meeting.music(), ["wim", "una"]);
        assert_eq!(meeting.audience("una"), NOBODY);
    }
}

#[test]
fn scenario_16_a_waiter_has_music_while_a_user_comes_and_goes_or_stays() {
    let cast = [("wim", WAITER), ("una", As::With(""))];
    for goes_first in ["una", "wim"] {
        let mut meeting = room_with_music(&cast);
        meeting.comes("wim");
        assert_eq!(meeting.room(), "INACTIVE: wim waits");
        assert_eq!(meeting.heard("wim"), WAITS);
        meeting.comes("una");
        assert_eq!(meeting.room(), "SINGLE: wim waits, una");
        assert_eq!(meeting.heard("una"), ["pin-please", "music"]);
        assert_eq!(
            meeting.heard("wim"),
            ["music"],
            "nobody has joined for them"
        );
        assert_eq!(meeting.audience("una"), NOBODY);
        assert_eq!(meeting.audience("wim"), NOBODY);
        meeting.goes(goes_first);
        let (room, stays) = if goes_first == "una" {
            ("INACTIVE: wim waits", "wim")
        } else {
            ("SINGLE: una", "una")
        };
        assert_eq!(meeting.room(), room);
        assert_eq!(meeting.music(), [stays]);
        meeting.goes(stays);
        assert_eq!(meeting.room(), "EMPTY");
    }
}

#[test]
fn scenario_15_a_leader_removed_at_once_leaves_three_waiting_and_nothing_broken() {
    let cast = ["wim", "wes", "wyn"].map(|name| (name, As::Member));
    let mut meeting = who_waits_for_lea(&[&cast[..], &[("lea", As::Moderator)]].concat());
    for (name, _) in cast {
        meeting.comes(name);
        assert_eq!(meeting.heard(name), WAITS);
    }
    assert_eq!(meeting.room(), "INACTIVE: wim waits, wes waits, wyn waits");
    meeting.forget();
    meeting.arrives("lea");
    assert_eq!(meeting.room(), "MULTI_MARKED: wim, wes, wyn, lea");
    meeting.is_removed("lea");
    assert_eq!(meeting.room(), "INACTIVE: wim waits, wes waits, wyn waits");
    assert_eq!(meeting.music(), ["wim", "wes", "wyn"]);
    for (name, _) in cast {
        // Who came and went before it could be told was never there.
        let heard = meeting.heard(name);
        let expected = ["music", "conference-begins", "leader-has-left", "music"];
        assert_eq!(heard, expected);
    }
    let heard = meeting.heard("lea");
    assert_eq!(
        heard,
        ["pin-please", "conference-begins", "removed", "goodbye"]
    );
    meeting.is_removed("wes");
    assert_eq!(meeting.heard("wes"), ["music", "removed", "goodbye"]);
    assert_eq!(meeting.room(), "INACTIVE: wim waits, wyn waits");
    assert_eq!(meeting.audience("wim"), NOBODY);
    meeting.goes("wyn");
    meeting.goes("wim");
    assert_eq!(meeting.room(), "EMPTY");
    let (removed, hung_up) = (CallEnd::Removed, CallEnd::HungUp);
    assert_eq!(meeting.ends(), [removed, removed, hung_up, hung_up]);
    assert_eq!(meeting.city.exchange().stages_open(), 0);
}

#[test]
fn scenario_17_two_who_wait_both_have_music_and_the_prompt_and_hear_nobody() {
    let mut meeting = who_waits_for_lea(&[("wim", As::Member), ("wes", As::Member)]);
    meeting.comes("wim");
    assert_eq!(meeting.heard("wim"), WAITS[1..]);
    assert_eq!(meeting.room(), "INACTIVE: wim waits");
    meeting.comes("wes");
    assert_eq!(meeting.heard("wes"), WAITS[1..]);
    assert_eq!(meeting.heard("wim"), ["music"], "nothing of the other");
    assert_eq!(meeting.room(), "INACTIVE: wim waits, wes waits");
    assert_eq!(meeting.music(), ["wim", "wes"]);
    assert_eq!(meeting.audience("wim"), NOBODY);
    meeting.goes("wim");
    assert_eq!(meeting.room(), "INACTIVE: wes waits");
    assert_eq!(meeting.heard("wes"), ["music"]);
    meeting.goes("wes");
    assert_eq!(meeting.room(), "EMPTY");
}

#[test]
fn scenario_18_a_waiter_and_a_leader_in_both_orders() {
    let cast = [("wim", As::Member), ("lea", As::Moderator)];
    let mut meeting = who_waits_for_lea(&cast);
    meeting.comes("wim");
    let heard = meeting.transcript("wim");
    let [_, asked, music] = heard.as_slice() else {
        panic!("{heard:?}");
    };
    assert!(asked.when.end < music.when.start + 0.1, "{heard:?}");
    meeting.comes("lea");
    assert_eq!(meeting.room(), "MULTI_MARKED: wim, lea");
    assert_eq!(
        meeting.heard("wim"),
        ["music", "conference-begins", "join-tone"]
    );
    // The leader hears it too, where upstream's never does.
    let heard = meeting.heard("lea");
    assert_eq!(heard, ["pin-please", "conference-begins"]);
    both_talk(&mut meeting);
    leaves_wim_waiting(&mut meeting);

    let mut meeting = who_waits_for_lea(&cast);
    meeting.comes("lea");
    assert_eq!(meeting.room(), "SINGLE_MARKED: lea");
    assert_eq!(meeting.heard("lea"), ["pin-please", "music"]);
    meeting.comes("wim");
    assert_eq!(meeting.room(), "MULTI_MARKED: wim, lea");
    assert_eq!(meeting.heard("wim"), ["pin-please"], "nobody to wait for");
    assert_eq!(meeting.heard("lea"), ["music", "join-tone"]);
    both_talk(&mut meeting);
    leaves_wim_waiting(&mut meeting);
}

fn both_talk(meeting: &mut Meeting) {
    assert_eq!(meeting.audience("wim"), ["lea"]);
    assert_eq!(meeting.audience("lea"), ["wim"]);
    assert_eq!(meeting.music(), NOBODY);
}

/// Lea goes, comes back and wim goes first.
fn leaves_wim_waiting(meeting: &mut Meeting) {
    meeting.forget();
    meeting.goes("lea");
    assert_eq!(meeting.room(), "INACTIVE: wim waits");
    let heard = meeting.transcript("wim");
    let [left, tone, music] = heard.as_slice() else {
        panic!("{heard:?}");
    };
    assert_eq!(
        [&left.what, &tone.what, &music.what],
        ["leader-has-left", "leave-tone", "music"]
    );
    // Upstream has the music over it since its announcements are asynchronous.
    assert!(tone.when.end < music.when.start + 0.1, "{heard:?}");
    meeting.comes("lea");
    meeting.forget();
    meeting.goes("wim");
    assert_eq!(meeting.room(), "SINGLE_MARKED: lea");
    assert_eq!(meeting.heard("lea"), ["leave-tone", "music"]);
    meeting.goes("lea");
    assert_eq!(meeting.room(), "EMPTY");
}

#[test]
fn scenario_07_a_user_and_a_leader_have_music_while_they_are_alone_in_every_order() {
    for [first, second, stays] in [
        ["una", "lea", "una"],
        ["una", "lea", "lea"],
        ["lea", "una", "una"],
        ["lea", "una", "lea"],
    ] {
        let mut room = plan("", "");
        room.music = Some(PlaylistName::built_in());
        let mut meeting = Meeting::new(room, &[("una", As::Member), ("lea", As::Moderator)]);
        // Music is the room's here, not one user's: the leader who is alone has it too.
        let alone = |who: &str| {
            let state = if who == "lea" {
                "SINGLE_MARKED"
            } else {
                "SINGLE"
            };
            format!("{state}: {who}")
        };
        meeting.comes(first);
        assert_eq!(meeting.heard(first), ["pin-please", "music"]);
        assert_eq!(
            (meeting.room(), meeting.music()),
            (alone(first), vec![first])
        );
        meeting.comes(second);
        assert_eq!(meeting.room(), "MULTI_MARKED: una, lea");
        assert_eq!(meeting.heard(first), ["music", "join-tone"]);
        assert_eq!(meeting.heard(second), ["pin-please"]);
        assert_eq!(meeting.audience(first), [second]);
        assert_eq!(meeting.audience(second), [first]);
        meeting.forget();
        let goes = if stays == first { second } else { first };
        meeting.goes(goes);
        assert_eq!(
            (meeting.room(), meeting.music()),
            (alone(stays), vec![stays])
        );
        let leader_left: &[&str] = if goes == "lea" {
            &["leader-has-left"]
        } else {
            &[]
        };
        let expected = [leader_left, &["leave-tone", "music"]].concat();
        assert_eq!(meeting.heard(stays), expected, "{goes} goes");
        meeting.goes(stays);
        assert_eq!(meeting.room(), "EMPTY");
    }
}
