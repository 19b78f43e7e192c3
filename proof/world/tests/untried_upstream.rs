//! What ConfBridge has and its own tests never try: limits, locks, volumes, quiet and languages.

mod scene;

use conclave_model::{CallEnd, Language, RoomLanguage};
use scene::meeting::{As, Meeting, plan};

const CAST: [(&str, As); 5] = [
    ("adi", As::Moderator),
    ("ada", As::Moderator),
    ("una", As::Member),
    ("ulf", As::Member),
    ("uwe", As::Member),
];

#[test]
fn max_members_refuses_who_is_too_many_tells_them_and_stops_no_moderator() {
    let mut meeting = Meeting::new(plan("max_members=2", ""), &CAST);
    meeting.comes("una");
    meeting.comes("ulf");
    meeting.forget();
    meeting.comes("uwe");
    assert_eq!(meeting.heard("uwe"), ["pin-please", "room-full", "goodbye"]);
    assert_eq!(meeting.ends(), [CallEnd::RoomFull]);
    assert_eq!(meeting.room(), "MULTI: una, ulf");
    assert_eq!(
        meeting.heard("una"),
        [""; 0],
        "the others hear nothing of it"
    );
    meeting.comes("adi");
    assert_eq!(meeting.room(), "MULTI_MARKED: adi, una, ulf");
    meeting.goes("una");
    meeting.goes("ulf");
    meeting.comes("uwe");
    assert_eq!(meeting.room(), "MULTI_MARKED: adi, uwe");
    assert_eq!(meeting.audience("uwe"), ["adi"]);
}

#[test]
fn a_room_locked_by_key_refuses_members_and_is_opened_by_the_same_key() {
    let mut meeting = Meeting::new(plan("", ""), &CAST);
    meeting.comes("adi");
    meeting.comes("una");
    meeting.forget();
    meeting.presses("una", "*7");
    assert_eq!(meeting.heard("una"), ["only-moderators"]);
    assert!(!meeting.live().locked);
    meeting.presses("adi", "*7");
    assert_eq!(meeting.heard("adi"), ["locked-now"]);
    assert_eq!(meeting.heard("una"), [""; 0]);
    assert!(meeting.live().locked);
    meeting.comes("ulf");
    assert_eq!(
        meeting.heard("ulf"),
        ["pin-please", "room-locked", "goodbye"]
    );
    assert_eq!(meeting.ends(), [CallEnd::RoomLocked]);
    meeting.comes("ada");
    assert_eq!(meeting.room(), "MULTI_MARKED: adi, ada, una");
    meeting.forget();
    meeting.presses("ada", "*7");
    assert_eq!(meeting.heard("ada"), ["unlocked-now"]);
    let events = meeting.happened("session.");
    assert!(
        events.ends_with(&["session.locked", "session.unlocked"]),
        "{events:?}"
    );
    meeting.comes("ulf");
    assert_eq!(meeting.room(), "MULTI_MARKED: adi, ada, una, ulf");
    assert_eq!(meeting.audience("ulf"), ["adi", "ada", "una"]);
}

/// Beside `wait_marked`, upstream loses count of who is where.
#[test]
fn end_marked_any_sends_away_with_the_first_leader_who_goes() {
    for user_options in ["end_marked_any=yes", "wait_marked=yes\nend_marked_any=yes"] {
        let mut meeting = Meeting::new(plan("", user_options), &CAST);
        for name in ["adi", "ada", "una"] {
            meeting.comes(name);
        }
        assert_eq!(meeting.room(), "MULTI_MARKED: adi, ada, una");
        meeting.forget();
        meeting.goes("ada");
        assert_eq!(meeting.room(), "SINGLE_MARKED: adi");
        assert_eq!(meeting.heard("una"), ["leader-has-left", "goodbye"]);
        let heard = meeting.heard("adi");
        assert!(heard.starts_with(&["leave-tone".to_owned()]), "{heard:?}");
        assert!(
            !heard.contains(&"leader-has-left".to_owned()),
            "one is still there"
        );
        assert_eq!(meeting.ends(), [CallEnd::HungUp, CallEnd::LeaderLeft]);
        meeting.goes("adi");
        assert_eq!(meeting.room(), "EMPTY");
    }
}

#[test]
fn keys_make_one_softer_and_louder_for_the_others_within_bounds_and_as_at_first() {
    let mut meeting = Meeting::new(plan("", ""), &CAST[2..4]);
    let keys = "7=decrease_talking_volume\n9=increase_talking_volume\n5=reset_talking_volume";
    meeting.has_keys(As::Member, "volume", keys);
    meeting.comes("una");
    meeting.comes("ulf");
    let at_first = meeting.loudness("una", "ulf");
    meeting.forget();
    for _ in 0..4 {
        meeting.presses("una", "7");
    }
    assert_eq!(meeting.heard("una"), ["beep"; 4]);
    assert_eq!(meeting.view("una").volume_db, -12);
    let softer = meeting.loudness("una", "ulf") / at_first;
    assert!(
        (0.2..0.3).contains(&softer),
        "12 dB are a quarter: {softer}"
    );
    meeting.forget();
    meeting.presses("una", "5");
    assert_eq!(meeting.heard("una"), ["beep"]);
    let reset = meeting.loudness("una", "ulf") / at_first;
    assert!((0.95..1.05).contains(&reset), "{reset}");
    for _ in 0..8 {
        meeting.presses("una", "9");
    }
    assert_eq!(meeting.view("una").volume_db, 20, "and no further");
    assert!(meeting.loudness("una", "ulf") > 1.5 * at_first);
    assert_eq!(meeting.heard("ulf"), [""; 0], "beeps are for who pressed");
}

/// What was heard where, in the order of [`QUIET_AND_NOT`].
fn what_quiet_changes(quiet: &str) -> Vec<Vec<String>> {
    let options = format!("announce_user_count=yes\nannouncement=have-joined\n{quiet}");
    let mut heard = Vec::new();
    let mut meeting = Meeting::new(plan("", &options), &CAST[1..]);
    meeting.comes("una");
    heard.push(meeting.heard("una"));
    meeting.comes("ulf");
    heard.push(meeting.heard("ulf"));
    heard.push(meeting.heard("una"));
    meeting.presses("ulf", "*6");
    heard.push(meeting.heard("ulf"));
    meeting.goes("ulf");
    heard.push(meeting.heard("una"));
    meeting.presses("una", "*#");
    heard.push(meeting.heard("una"));
    meeting.comes("ada");
    meeting.presses("ada", "*7");
    heard.push(meeting.heard("ada"));
    meeting.comes("uwe");
    heard.push(meeting.heard("uwe"));
    meeting.forget();
    meeting.is_removed("una");
    heard.push(meeting.heard("una"));

    let options = format!("wait_marked=yes\nannounce_user_count_all=yes\n{quiet}");
    let mut meeting = Meeting::new(plan("", &options), &CAST[1..]);
    meeting.comes("una");
    heard.push(meeting.heard("una"));
    meeting.comes("ada");
    heard.push(meeting.heard("una"));
    meeting.goes("ada");
    heard.push(meeting.heard("una"));
    heard
}

type Words = &'static [&'static str];

/// What is heard without `quiet`, and with it.
const QUIET_AND_NOT: [(&str, Words, Words); 12] = [
    (
        "the first one comes",
        &["pin-please", "have-joined", "only-one"],
        &["pin-please", "have-joined"],
    ),
    (
        "another comes",
        &["pin-please", "have-joined", "one-other-here"],
        &["pin-please", "have-joined", "one-other-here"],
    ),
    ("the first one hears that", &["join-tone"], &[]),
    ("a key mutes", &["muted"], &["muted"]),
    ("one goes", &["leave-tone", "only-one"], &[]),
    ("a key counts", &["only-one"], &["only-one"]),
    (
        "a moderator comes and locks",
        &["pin-please", "have-joined", "one-other-here", "locked-now"],
        &["pin-please", "have-joined", "one-other-here", "locked-now"],
    ),
    (
        "one is refused",
        &["pin-please", "room-locked", "goodbye"],
        &["pin-please", "room-locked", "goodbye"],
    ),
    ("one is removed", &["removed", "goodbye"], &[]),
    (
        "one waits",
        &["pin-please", "wait-for-leader"],
        &["pin-please"],
    ),
    (
        "the leader comes",
        &["conference-begins", "join-tone", "one-other-here"],
        &["one-other-here"],
    ),
    ("the leader goes", &["leader-has-left", "leave-tone"], &[]),
];

#[test]
fn quiet_silences_what_it_should_and_nothing_else() {
    for quiet in [false, true] {
        let heard = what_quiet_changes(if quiet { "quiet=yes" } else { "" });
        assert_eq!(heard.len(), QUIET_AND_NOT.len());
        for (heard, (when, loud, silent)) in heard.iter().zip(QUIET_AND_NOT) {
            let expected = if quiet { silent } else { loud };
            assert_eq!(heard, expected, "{when}, quiet: {quiet}");
        }
    }
}

#[test]
fn each_is_spoken_to_in_their_own_language_and_all_in_that_of_the_room() {
    for (language, to_all) in [
        (RoomLanguage::Auto, "English"),
        (RoomLanguage::Always(Language::German), "German"),
        (RoomLanguage::Always(Language::English), "English"),
    ] {
        let mut room = plan("sound_join=has-joined", "");
        room.language = language;
        let mut meeting = Meeting::new(room, &CAST[1..4]);
        let (una, ulf) = (meeting.phone("una"), meeting.phone("ulf"));
        meeting.city.phone(ulf).speak("de-CH, de;q=0.9, en;q=0.5");
        meeting.city.phone(una).speak("en-GB");
        let said = |words: &str, language: &str| format!("{words} in {language}");
        meeting.comes("una");
        let expected = ["pin-please", "only-one"].map(|words| said(words, "English"));
        assert_eq!(meeting.heard_in_languages("una"), expected);
        meeting.comes("ulf");
        assert_eq!(
            meeting.heard_in_languages("ulf"),
            [said("pin-please", "German")]
        );
        assert_eq!(
            meeting.heard_in_languages("una"),
            [said("has-joined", to_all)]
        );
        meeting.presses("ulf", "*6");
        assert_eq!(meeting.heard_in_languages("ulf"), [said("muted", "German")]);
        meeting.comes("ada");
        for name in ["una", "ulf"] {
            let heard = meeting.heard_in_languages(name);
            assert_eq!(heard, [said("has-joined", to_all)], "{name}");
        }
    }
}
