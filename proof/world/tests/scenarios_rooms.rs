//! The scenarios of ConfBridge's own tests about what a room has: a recording, keys, silence.

mod scene;

use conclave_api::{LiveChange, Request, RoomKey};
use conclave_model::confbridge::OptionSection;
use conclave_world::Voice;
use scene::meeting::{As, Meeting, plan};
use scene::seconds;

const CAST: [(&str, As); 3] = [
    ("adi", As::Moderator),
    ("bob", As::Member),
    ("eve", As::Member),
];

/// How a recording is asked for; upstream's ways are a function, a profile and both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Option,
    Profile,
    ProfileWithAFile,
    Api,
    Key,
}

#[test]
fn scenario_02_a_recording_is_asked_for_in_every_way_told_to_all_and_has_their_voices() {
    for asked in [
        By::Option,
        By::Profile,
        By::ProfileWithAFile,
        By::Api,
        By::Key,
    ] {
        let mut meeting = recorded(asked);
        assert!(meeting.live().recording.is_some(), "{asked:?}");
        assert_eq!(meeting.room(), "MULTI_MARKED: adi, bob");
        let (first, second) = (meeting.heard("adi"), meeting.heard("bob"));
        match asked {
            By::Option | By::Profile | By::ProfileWithAFile => {
                let expected = ["pin-please", "being-recorded", "only-one", "join-tone"];
                assert_eq!(first, expected);
                assert_eq!(second, ["pin-please", "being-recorded"]);
            }
            By::Api | By::Key => {
                let expected = ["pin-please", "only-one", "join-tone", "being-recorded"];
                assert_eq!(first, expected);
                assert_eq!(second, ["pin-please", "being-recorded"]);
            }
        }
        meeting.comes("eve");
        let heard = meeting.heard("eve");
        assert_eq!(heard, ["pin-please", "being-recorded"], "{asked:?}");
        assert_eq!(meeting.audience("bob"), ["adi", "eve"]);
        for name in ["eve", "bob", "adi"] {
            meeting.goes(name);
        }
        assert_eq!(meeting.room(), "EMPTY");
        let events = meeting.happened("");
        let of_recording = events.iter().filter(|name| name.starts_with("recording"));
        let expected = ["recording.started", "recording.stopped"];
        assert!(of_recording.eq(&expected), "{asked:?} {events:?}");
        let left = events.iter().filter(|name| **name == "participant.left");
        assert_eq!((left.count(), events.contains(&"session.ended")), (3, true));
        let tapes: Vec<_> = meeting.city.exchange().tapes().collect();
        assert_eq!(tapes.len(), 1, "{asked:?}");
        let bob = Voice::numbered(1).pitch_hz;
        assert!(tapes[0].loudest(bob, tapes[0].seconds()) > 0.1, "{asked:?}");
    }
}

/// Adi and bob are in it, and it is recorded.
fn recorded(asked: By) -> Meeting {
    let options = match asked {
        By::Option => "record_conference=yes",
        By::Profile => "template=recorded",
        By::ProfileWithAFile => "template=recorded\nrecord_file=board.wav",
        By::Api | By::Key => "",
    };
    let mut meeting = Meeting::new(plan("", ""), &CAST);
    meeting.has_profile(OptionSection::Bridge, "recorded", "record_conference=yes");
    meeting.is_changed(|room| room.options = Some(options.to_owned()));
    meeting.comes("adi");
    meeting.comes("bob");
    match asked {
        By::Option | By::Profile | By::ProfileWithAFile => {}
        By::Key => meeting.presses("adi", "*2"),
        By::Api => {
            let change = LiveChange {
                recording: Some(true),
                ..LiveChange::default()
            };
            let (key, by) = (RoomKey::new("801"), "test".to_owned());
            let reply = meeting.city.ask(Request::SetLive { key, change, by });
            assert!(reply.is_ok(), "{reply:?}");
            meeting.calm();
        }
    }
    meeting
}

#[test]
fn scenario_04_menus_of_ones_own_with_one_key_with_many_changed_and_chosen() {
    let mut meeting = Meeting::new(plan("", ""), &CAST);
    for (name, _) in CAST {
        meeting.comes(name);
    }
    // Nobody has chosen yet: the standard.
    assert_eq!(says(&mut meeting, "bob", "*6"), ["muted"]);
    assert_eq!(says(&mut meeting, "bob", "*6"), ["unmuted"]);
    meeting.has_keys(As::Member, "one", "5=playback(room-locked)");
    assert_eq!(says(&mut meeting, "bob", "5"), ["room-locked"]);
    assert_eq!(says(&mut meeting, "bob", "*6"), [""; 0], "no longer there");
    assert_eq!(
        says(&mut meeting, "adi", "5"),
        [""; 0],
        "moderators have theirs"
    );
    let several = "1=playback(room-locked)\n2=playback(no-such-room),playback(ended)\n\
                   34=playback(goodbye)";
    meeting.has_keys(As::Member, "several", several);
    assert_eq!(says(&mut meeting, "bob", "1"), ["room-locked"]);
    assert_eq!(says(&mut meeting, "bob", "2"), ["no-such-room", "ended"]);
    assert_eq!(says(&mut meeting, "bob", "34"), ["goodbye"]);
    assert_eq!(says(&mut meeting, "bob", "5"), [""; 0]);
    // A menu begun as another, one key changed and one added: of two lines the later holds.
    let changed = format!("{several}\n1=toggle_mute\n0=participant_count");
    meeting.has_keys(As::Member, "changed", &changed);
    assert_eq!(says(&mut meeting, "bob", "1"), ["muted"]);
    assert_eq!(meeting.room(), "MULTI_MARKED: adi, bob muted, eve");
    assert_eq!(meeting.audience("bob"), [""; 0]);
    assert_eq!(
        says(&mut meeting, "bob", "0"),
        ["there-are", "number-2", "others-here"]
    );
    assert_eq!(says(&mut meeting, "bob", "34"), ["goodbye"]);
    // What the room has chosen holds, live, whatever was there before.
    meeting.is_changed(|room| room.keypad = Some("asterisk".parse().expect("a preset")));
    assert_eq!(says(&mut meeting, "bob", "1"), ["unmuted"]);
    assert_eq!(meeting.audience("bob"), ["adi", "eve"]);
    assert_eq!(says(&mut meeting, "bob", "0"), [""; 0]);
}

/// What one hears of keys of their own; the others hear nothing of it.
fn says(meeting: &mut Meeting, name: &str, keys: &str) -> Vec<String> {
    meeting.forget();
    meeting.presses(name, keys);
    for (other, _) in CAST.iter().filter(|(other, _)| *other != name) {
        assert_eq!(meeting.heard(other), [""; 0], "{keys} of {name}");
    }
    meeting.heard(name)
}

#[test]
fn scenario_19_a_muted_room_mutes_who_is_there_and_who_comes_but_no_admin() {
    let mut meeting = Meeting::new(plan("", ""), &CAST);
    let keys = "5=admin_toggle_mute_participants";
    meeting.has_keys(As::Moderator, "mutes", keys);
    meeting.comes("adi");
    meeting.comes("bob");
    meeting.forget();
    meeting.presses("adi", "5");
    assert_eq!(meeting.room(), "MULTI_MARKED: adi, bob muted");
    assert!(meeting.live().muted);
    assert_eq!(meeting.happened("session.muted"), ["session.muted"]);
    for name in ["adi", "bob"] {
        assert_eq!(meeting.heard(name), ["all-muted"]);
    }
    assert_eq!(meeting.audience("bob"), [""; 0]);
    assert_eq!(meeting.audience("adi"), ["bob"]);
    meeting.comes("eve");
    assert_eq!(meeting.room(), "MULTI_MARKED: adi, bob muted, eve muted");
    assert_eq!(meeting.heard("eve"), ["pin-please", "all-muted"]);
    assert_eq!(meeting.audience("eve"), [""; 0]);
    // Upstream lets bob unmute himself; here he asks to speak.
    meeting.forget();
    meeting.presses("bob", "*6");
    assert_eq!(meeting.heard("bob"), ["asked-to-speak"]);
    assert!(meeting.view("bob").hand_raised_at.is_some());
    assert_eq!(meeting.audience("bob"), [""; 0]);
    meeting.presses("adi", "5");
    meeting.city.run(seconds(1));
    assert_eq!(meeting.room(), "MULTI_MARKED: adi, bob, eve");
    assert_eq!(meeting.heard("eve"), ["all-unmuted"]);
    assert_eq!(meeting.audience("bob"), ["adi", "eve"]);
    assert_eq!(meeting.audience("eve"), ["adi", "bob"]);
}
