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
        let heard = meeting.heard(name);
        assert_eq!(heard[..3], ["music", "conference-begins", "join-tone"]);
        assert_eq!(heard[3..], ["leader-has-left", "leave-tone", "music"]);
    }
    let heard = meeting.heard("lea");
    assert_eq!(
        heard,
        ["pin-please", "conference-begins", "removed", "goodbye"]
    );
    meeting.is_removed("wes");
    assert_eq!(meeting.heard("wes"), ["music", "removed", "goodbye"]);
    assert_eq!(meeting.room(), "INACTIVE: wim waits, wyn waits");
    assert_eq!(meeting.audience("wim"), [""; 0]);
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
    assert_eq!(meeting.audience("wim"), [""; 0]);
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
    assert_eq!(
        meeting.heard("lea"),
        ["pin-please", "conference-begins", "join-tone"]
    );
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
    assert_eq!(meeting.music(), [""; 0]);
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
