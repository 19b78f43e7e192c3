//! The scenarios of ConfBridge's own tests about single calls: how they begin, what keys do, why
//! they end.

mod scene;

use conclave_api::{Request, RoomKey};
use conclave_model::{CallEnd, PlaylistName};
use conclave_world::Line;
use scene::meeting::{As, Meeting, plan};
use scene::{millis, seconds};

const ALL: [(&str, As); 4] = [
    ("adi", As::Moderator),
    ("una", As::Member),
    ("ulf", As::Member),
    ("uwe", As::Member),
];

/// A default user, a marked one with a PIN of their own, and an admin with another, muted at first.
#[test]
fn scenario_01_three_with_pins_names_and_counts_come_talk_and_go() {
    let options = "sound_join=join-tone\nsound_leave=leave-tone";
    let mut room = plan(options, "announce_user_count=yes\nhear_own_join_sound=yes");
    room.message = true;
    room.keypad = "asterisk".parse().expect("a preset");
    room.moderator_keypad = room.keypad.clone();
    let cast = [
        ("fay", As::Member),
        ("una", As::With("marked=yes")),
        ("adi", As::With("admin=yes\nmarked=yes\nstartmuted=yes")),
    ];
    let mut meeting = Meeting::new(room, &cast);
    let door = ["pin-please", "say-your-name", "beep"];
    let named = |voice: &'static str| ["join-tone", voice, "has-joined"];
    meeting.comes("fay");
    assert_eq!(meeting.room(), "SINGLE: fay");
    let heard = meeting.heard("fay");
    assert_eq!(
        heard,
        [&door[..], &named("voice 0"), &["only-one"]].concat()
    );
    meeting.comes("una");
    assert_eq!(meeting.room(), "MULTI_MARKED: fay, una");
    let heard = meeting.heard("una");
    assert_eq!(
        heard,
        [&door[..], &["one-other-here"], &named("voice 1")].concat()
    );
    assert_eq!(meeting.heard("fay"), named("voice 1"));
    meeting.comes("adi");
    assert_eq!(meeting.room(), "MULTI_MARKED: fay, una, adi muted");
    let heard = meeting.heard("adi");
    let told = ["muted-hint", "there-are", "number-2", "others-here"];
    assert_eq!(heard, [&door[..], &told, &named("voice 2")].concat());
    for name in ["fay", "una"] {
        assert_eq!(meeting.heard(name), named("voice 2"), "{name}");
    }
    assert_eq!(meeting.audience("adi"), [""; 0]);
    meeting.presses("adi", "1");
    assert_eq!(meeting.heard("adi"), ["unmuted"]);
    assert_eq!(meeting.audience("adi"), ["fay", "una"]);
    assert_eq!(meeting.audience("fay"), ["una", "adi"]);
    meeting.forget();
    meeting.presses("una", "8");
    assert_eq!(meeting.heard("una"), ["goodbye"]);
    assert_eq!(meeting.room(), "MULTI_MARKED: fay, adi");
    assert_eq!(meeting.heard("fay"), ["leave-tone", "voice 1", "has-left"]);
    meeting.goes("adi");
    assert_eq!(meeting.room(), "SINGLE: fay");
    let told = [
        "leader-has-left",
        "leave-tone",
        "voice 2",
        "has-left",
        "only-one",
    ];
    assert_eq!(meeting.heard("fay"), told);
    meeting.goes("fay");
    assert_eq!(meeting.room(), "EMPTY");
    let hung_up = CallEnd::HungUp;
    assert_eq!(meeting.ends(), [CallEnd::LeftByKey, hung_up, hung_up]);
}

/// Upstream removes one channel, then `participants`, then `all`; the API one, or everybody.
#[test]
fn scenario_03_one_is_removed_then_all_participants_then_all() {
    let mut meeting = Meeting::new(plan("", ""), &ALL);
    for (name, _) in ALL {
        meeting.comes(name);
    }
    assert_eq!(meeting.room(), "MULTI_MARKED: adi, una, ulf, uwe");
    meeting.forget();
    meeting.is_removed("una");
    assert_eq!(meeting.room(), "MULTI_MARKED: adi, ulf, uwe");
    assert_eq!(meeting.heard("una"), ["removed", "goodbye"]);
    assert_eq!(meeting.heard("ulf"), ["leave-tone"]);
    assert_eq!(meeting.audience("adi"), ["ulf", "uwe"]);
    meeting.forget();
    for name in ["ulf", "uwe"] {
        meeting.remove(name);
    }
    meeting.calm();
    assert_eq!(meeting.room(), "SINGLE_MARKED: adi");
    assert_eq!(
        meeting.heard("adi"),
        ["leave-tone", "leave-tone", "only-one"]
    );
    for name in ["ulf", "uwe"] {
        assert_eq!(meeting.heard(name).last().expect("is told"), "goodbye");
    }
    let ended = meeting.city.ask(Request::EndLive(RoomKey::new("801")));
    assert!(ended.is_ok(), "{ended:?}");
    meeting.calm();
    assert_eq!(meeting.room(), "EMPTY");
    assert_eq!(meeting.heard("adi"), ["ended", "goodbye"]);
    let removed = CallEnd::Removed;
    assert_eq!(
        meeting.ends(),
        [removed, removed, removed, CallEnd::RoomEnded]
    );
}

#[test]
fn scenario_08_a_call_is_answered_unless_the_options_say_no_and_takes_part_either_way() {
    for (user_options, line) in [
        ("", Line::Up),
        ("answer_channel=yes", Line::Up),
        ("answer_channel=no", Line::Ringing),
    ] {
        let mut room = plan("", user_options);
        room.music = Some(PlaylistName::built_in());
        room.pin = Some("627184".parse().expect("a PIN"));
        let mut meeting = Meeting::new(room, &[("una", As::Member), ("ulf", As::Member)]);
        meeting.comes("una");
        assert_eq!(
            meeting.heard("una"),
            ["pin-please", "music"],
            "{user_options}"
        );
        assert_eq!(meeting.room(), "SINGLE: una");
        meeting.comes("ulf");
        assert_eq!(meeting.heard("una"), ["music", "join-tone"]);
        assert_eq!(meeting.room(), "MULTI: una, ulf");
        for name in ["una", "ulf"] {
            let phone = meeting.phone(name);
            assert_eq!(meeting.city.phone(phone).line, line, "{user_options}");
        }
        assert_eq!(meeting.audience("una"), ["ulf"]);
        assert_eq!(meeting.audience("ulf"), ["una"]);
        meeting.goes("ulf");
        meeting.goes("una");
        for call in &meeting.city.call_log {
            assert_eq!(
                call.answered_at.is_some(),
                line == Line::Up,
                "{user_options}"
            );
        }
        assert_eq!(meeting.city.exchange().stages_open(), 0);
    }
}

/// Upstream's results, in their order here: DTMF, HANGUP, KICKED, ENDMARKED and FAILED.
#[test]
fn scenario_09_every_end_of_a_call_has_its_name() {
    let mut room = plan("", "end_marked=yes");
    room.keypad = "asterisk".parse().expect("a preset");
    room.moderator_keypad = room.keypad.clone();
    let cast = [&ALL[..], &[("ute", As::Member)]].concat();
    let mut meeting = Meeting::new(room, &cast);
    for (name, _) in ALL {
        meeting.comes(name);
    }
    meeting.forget();
    meeting.presses("una", "8");
    assert_eq!(meeting.heard("una"), ["goodbye"]);
    meeting.goes("ulf");
    assert_eq!(meeting.room(), "MULTI_MARKED: adi, uwe");
    meeting.presses("adi", "3");
    assert_eq!(
        meeting.heard("uwe"),
        ["leave-tone", "leave-tone", "removed", "goodbye"]
    );
    assert_eq!(meeting.room(), "SINGLE_MARKED: adi");
    meeting.comes("ute");
    assert_eq!(meeting.audience("ute"), ["adi"]);
    meeting.goes("adi");
    let heard = meeting.heard("ute");
    assert_eq!(heard, ["pin-please", "leader-has-left", "goodbye"]);
    assert_eq!(meeting.room(), "EMPTY");
    let ends = [CallEnd::LeftByKey, CallEnd::HungUp, CallEnd::Removed];
    assert_eq!(meeting.ends()[..3], ends);
    assert_eq!(meeting.ends()[3..], [CallEnd::HungUp, CallEnd::LeaderLeft]);
    // An unknown profile ends no call here: it is refused when it is typed.
    let stranger = meeting.phone("una");
    meeting.city.dial(stranger, "999");
    meeting.city.run(seconds(6));
    assert_eq!(meeting.ends().last(), Some(&CallEnd::NoSuchRoom));
}

#[test]
fn scenario_10_three_who_begin_muted_are_heard_by_nobody_until_their_key() {
    let cast = &ALL[1..];
    let mut meeting = Meeting::new(plan("", "startmuted=yes"), cast);
    for (name, _) in cast {
        meeting.comes(name);
    }
    assert_eq!(meeting.room(), "MULTI: una muted, ulf muted, uwe muted");
    // Upstream says nothing of it.
    assert_eq!(meeting.heard("una")[0], "muted-hint");
    assert_eq!(meeting.heard("ulf"), ["muted-hint", "join-tone"]);
    assert_eq!(meeting.heard("uwe"), ["muted-hint"]);
    for (name, _) in cast {
        assert_eq!(meeting.audience(name), [""; 0]);
    }
    meeting.forget();
    meeting.presses("una", "*6");
    assert_eq!(meeting.room(), "MULTI: una, ulf muted, uwe muted");
    assert_eq!(meeting.heard("una"), ["unmuted"]);
    assert_eq!(meeting.audience("una"), ["ulf", "uwe"]);
    meeting.forget();
    meeting.presses("una", "*6");
    assert_eq!(meeting.heard("una"), ["muted"]);
    assert_eq!(meeting.audience("una"), [""; 0]);
    assert_eq!(meeting.heard("ulf"), [""; 0]);
}

/// Upstream's two ways to say it, a profile and a function, are one text here: both of its times.
#[test]
fn scenario_13_the_time_in_the_room_is_over_when_it_is_counted_from_entering() {
    for time_s in [10, 5] {
        let options = format!("timeout={time_s}");
        let mut meeting = Meeting::new(plan("", &options), &ALL[..2]);
        meeting.comes("adi");
        let phone = meeting.phone("una");
        // Time at the door does not count.
        meeting.city.dial(phone, "801");
        meeting.city.run(seconds(9));
        meeting.city.press(phone, scene::meeting::MEMBER_PIN);
        meeting.city.run(seconds(2));
        assert_eq!(meeting.room(), "MULTI_MARKED: adi, una");
        assert_eq!(meeting.audience("una"), ["adi"]);
        meeting.city.run(seconds(time_s + 2));
        assert_eq!(
            meeting.room(),
            "SINGLE_MARKED: adi",
            "a moderator's is not counted"
        );
        let heard = meeting.heard("una");
        assert_eq!(
            heard[heard.len() - 2..],
            ["time-up", "goodbye"],
            "{heard:?}"
        );
        assert!(!heard.contains(&"removed".to_owned()));
        assert!(meeting.heard("adi").contains(&"leave-tone".to_owned()));
        let call = &meeting.city.call_log[0];
        assert_eq!(call.end, CallEnd::TimeUp);
        let stayed_ms = call.ended_at.0 - call.joined_at.expect("was in").0;
        let due_ms = time_s * 1_000;
        // With what is said last.
        assert!((due_ms..due_ms + 2_500).contains(&stayed_ms), "{stayed_ms}");
    }
}

#[test]
fn scenario_20_a_room_is_registered_while_somebody_is_in_it() {
    let mut room = plan("regcontext=conferences", "");
    room.pin = Some("627184".parse().expect("a PIN"));
    let mut meeting = Meeting::new(room, &ALL[1..3]);
    let none: [String; 0] = [];
    assert_eq!(registered(&mut meeting), none);
    let phone = meeting.phone("una");
    meeting.city.dial(phone, "801");
    meeting.city.run(seconds(2));
    assert_eq!(
        registered(&mut meeting),
        none,
        "one at the door is nobody yet"
    );
    meeting.city.press(phone, "627184");
    meeting.calm();
    assert_eq!(meeting.room(), "SINGLE: una");
    assert_eq!(registered(&mut meeting), ["801@conferences"]);
    meeting.comes("ulf");
    assert_eq!(meeting.audience("una"), ["ulf"]);
    assert_eq!(
        meeting.heard("una"),
        ["pin-please", "only-one", "join-tone"]
    );
    meeting.goes("una");
    assert_eq!(registered(&mut meeting), ["801@conferences"]);
    meeting.goes("ulf");
    assert_eq!(meeting.room(), "EMPTY");
    assert_eq!(registered(&mut meeting), none);
}

fn registered(meeting: &mut Meeting) -> Vec<String> {
    let context = Some("conferences".to_owned());
    match meeting.city.ask(Request::ListRegistrations { context }) {
        Ok(conclave_api::Response::Registrations(rooms)) => rooms
            .iter()
            .map(|room| format!("{}@{}", room.extension, room.context))
            .collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn scenario_11_a_hold_ends_talking_at_once_and_its_end_begins_it_again() {
    let mut meeting = Meeting::new(plan("", ""), &ALL[1..3]);
    meeting.comes("una");
    meeting.comes("ulf");
    assert_eq!(meeting.happened("participant.speaking"), [""; 0]);
    let phone = meeting.phone("una");
    meeting.speaks(phone, Some(0));
    meeting.city.run(seconds(2));
    assert!(meeting.view("una").talking && !meeting.view("ulf").talking);
    assert_eq!(
        meeting.happened("participant.speaking"),
        ["participant.speaking_started"]
    );
    meeting.city.hold(phone, true);
    meeting.city.run(millis(200));
    assert_eq!(
        meeting.happened("participant.speaking"),
        ["participant.speaking_stopped"]
    );
    // A phone that plays its own music on hold goes on speaking.
    meeting.city.run(seconds(2));
    assert_eq!(meeting.room(), "MULTI: una held, ulf");
    assert!(!meeting.view("una").talking);
    assert_eq!(meeting.audience("una"), [""; 0]);
    meeting.city.hold(phone, false);
    meeting.speaks(phone, Some(0));
    meeting.city.run(seconds(2));
    assert!(meeting.view("una").talking);
    assert_eq!(
        meeting.happened("participant.speaking"),
        ["participant.speaking_started"]
    );
    assert_eq!(meeting.audience("una"), ["ulf"]);
    assert_eq!(meeting.room(), "MULTI: una, ulf");
    assert_eq!(meeting.heard("ulf"), [""; 0]);
}

/// The list says at each moment what the events said last, though silence is dropped.
#[test]
fn scenario_12_the_list_agrees_with_the_events_where_silence_is_dropped() {
    let mut meeting = Meeting::new(plan("", "dsp_drop_silence=yes"), &ALL[1..3]);
    meeting.comes("una");
    meeting.comes("ulf");
    meeting.happened("participant.speaking");
    let phone = meeting.phone("una");
    let mut said = "participant.speaking_stopped";
    for (act, talks) in [
        ("speak", true),
        ("be silent", false),
        ("speak", true),
        ("hold", false),
        ("resume", true),
        ("mute", false),
        ("unmute", true),
    ] {
        match act {
            "speak" => meeting.speaks(phone, Some(0)),
            "be silent" => meeting.speaks(phone, None),
            "hold" | "resume" => meeting.city.hold(phone, act == "hold"),
            _mute => meeting.city.press(phone, "*6"),
        }
        meeting.city.run(seconds(4));
        said = meeting
            .happened("participant.speaking")
            .last()
            .unwrap_or(&said);
        assert_eq!(said == "participant.speaking_started", talks, "{act}");
        let listed = meeting.live().participants;
        let listed: Vec<bool> = listed.iter().map(|one| one.talking).collect();
        assert_eq!(listed, [talks, false], "{act}");
    }
    assert_eq!(meeting.audience("una"), ["ulf"]);
    assert_eq!(meeting.room(), "MULTI: una, ulf");
}
