//! Numbers that are no room, as telephones hear them: dialled, and gone to by key from a room.

mod scene;

use conclave_api::Request;
use conclave_model::{CallEnd, CallMoment, Codec, HouseService, Prompt};
use conclave_world::{City, GERMAN_HZ, Line, PhoneId, Voice};
use scene::meeting::{As, Meeting, plan};
use scene::{AUDIBLE, city, dial, hears, now, seconds, speaking, told};

/// As loud as a voice is; what a codec takes or adds is within.
const ITS_OWN: std::ops::Range<f32> = 0.22..0.28;

fn put(city: &mut City, extension: &str, kind: &str, sound: Option<&str>) {
    let service = HouseService::read(kind, sound).expect("a service");
    let extension = extension.parse().expect("a number");
    let made = city.ask(Request::PutExtension { extension, service });
    assert!(made.is_ok(), "{made:?}");
}

fn at_the_echo_test(codec: Codec) -> (City, PhoneId) {
    let mut city = city(None, false, false);
    put(&mut city, "899", "echo", None);
    let caller = speaking(&mut city, codec, 3);
    dial(&mut city, caller, "899");
    city.run(seconds(3));
    (city, caller)
}

#[test]
fn a_caller_hears_their_own_voice_as_loud_as_it_is() {
    for codec in [Codec::Pcmu, Codec::Pcma, Codec::G722] {
        let (mut city, caller) = at_the_echo_test(codec);
        // First the sentence alone.
        let own = Voice::numbered(3).pitch_hz;
        let ear = &city.phone(caller).handset.ear;
        let first = ear.span(own, 0.0, AUDIBLE).expect("an echo");
        assert!(first.start > 0.7, "{codec}: {first:?}");
        city.run(seconds(3));
        let heard = hears(&mut city, caller, 3, 2.0);
        assert!(ITS_OWN.contains(&heard), "{codec}: {heard}");
        city.hang_up(caller);
        city.run(seconds(2));
        let record = &city.call_log[0];
        assert_eq!((record.end, record.room), (CallEnd::HungUp, None));
        assert!(record.timeline.has(CallMoment::EchoTested));
    }
}

#[test]
fn the_sentence_is_said_once_in_the_callers_language() {
    for (language, is_german) in [("en", false), ("de-AT", true)] {
        let mut city = city(None, false, false);
        put(&mut city, "899", "echo", None);
        let caller = speaking(&mut city, Codec::G722, 3);
        city.phone(caller).speak(language);
        dial(&mut city, caller, "899");
        city.run(seconds(4));
        let sentence = told(&mut city, caller, Prompt::EchoTest, 0.0).expect("the sentence");
        assert!(sentence.start > 0.4, "{sentence:?}");
        assert!(sentence.end - sentence.start < 0.6, "{sentence:?}");
        let ear = &city.phone(caller).handset.ear;
        let german = ear.span(GERMAN_HZ, 0.0, AUDIBLE);
        assert_eq!(german.is_some(), is_german, "{language}");
    }
}

#[test]
fn the_key_ends_it_with_a_goodbye_and_no_other_key_does() {
    let (mut city, caller) = at_the_echo_test(Codec::Pcma);
    city.press(caller, "5*0");
    city.run(seconds(2));
    assert_eq!(city.phone(caller).line, Line::Up);
    let pressed = now(&mut city, caller);
    city.press(caller, "#");
    city.run(seconds(3));
    assert!(told(&mut city, caller, Prompt::Goodbye, pressed).is_some());
    assert_ne!(city.phone(caller).line, Line::Up);
    assert_eq!(city.call_log[0].end, CallEnd::LeftByKey);
}

#[test]
fn an_echo_is_nobody_elses() {
    let (mut city, first) = at_the_echo_test(Codec::Pcma);
    let second = speaking(&mut city, Codec::G722, 9);
    dial(&mut city, second, "899");
    city.run(seconds(5));
    for (caller, own, others) in [(first, 3, 9), (second, 9, 3)] {
        assert!(hears(&mut city, caller, own, 2.0) > 0.2);
        assert!(hears(&mut city, caller, others, 2.0) < AUDIBLE);
    }
}

#[test]
fn a_sound_of_the_operators_is_said_once_and_the_call_is_over() {
    let mut city = city(None, false, false);
    city.upload("acme-hours", 2_200.0);
    put(&mut city, "888", "sound", Some("acme-hours"));
    let caller = speaking(&mut city, Codec::Pcma, 3);
    dial(&mut city, caller, "888");
    city.run(seconds(10));
    let ear = &city.phone(caller).handset.ear;
    assert_eq!(ear.spans(2_200.0, 0.0, AUDIBLE, 0.3).len(), 1);
    assert!(told(&mut city, caller, Prompt::Goodbye, 0.0).is_some());
    assert!(hears(&mut city, caller, 3, 10.0) < AUDIBLE);
    assert_eq!(city.call_log[0].end, CallEnd::SoundOver);
}

/// Una and Ulf in room 801, with a key to the echo test and one to an announcement.
fn meeting() -> Meeting {
    let mut meeting = Meeting::new(plan("", ""), &[("una", As::Member), ("ulf", As::Member)]);
    put(&mut meeting.city, "899", "echo", None);
    put(&mut meeting.city, "888", "sound", Some("removed"));
    let keys = "1=dialplan_exec(default,899,1)\n2=dialplan_exec(default,888,1)\n6=toggle_mute";
    meeting.has_keys(As::Member, "ways", keys);
    meeting.comes("una");
    meeting.comes("ulf");
    meeting
}

#[test]
fn from_a_room_one_goes_to_hear_oneself_and_comes_back_to_the_others() {
    let mut meeting = meeting();
    let (una, ulf) = (meeting.phone("una"), meeting.phone("ulf"));
    meeting.presses("una", "6");
    meeting.presses("una", "1");
    assert!(meeting.view("una").away);
    for (phone, voice) in [(una, 0), (ulf, 1)] {
        meeting.speaks(phone, Some(voice));
    }
    meeting.city.run(seconds(3));
    // She is muted over there, not here; nobody hears the other.
    let heard = hears(&mut meeting.city, una, 0, 2.0);
    assert!(ITS_OWN.contains(&heard), "{heard}");
    assert!(hears(&mut meeting.city, una, 1, 2.0) < AUDIBLE);
    assert!(hears(&mut meeting.city, ulf, 0, 2.0) < AUDIBLE);
    for phone in [una, ulf] {
        meeting.speaks(phone, None);
    }
    let back = now(&mut meeting.city, una);
    meeting.presses("una", "#");
    assert_eq!(meeting.city.phone(una).line, Line::Up);
    let view = meeting.view("una");
    assert!(view.muted && !view.away);
    let goodbye = told(&mut meeting.city, una, Prompt::Goodbye, back);
    assert_eq!(goodbye, None);
    assert!(meeting.audience("una").is_empty());
    assert_eq!(meeting.audience("ulf"), ["una"]);
    meeting.presses("una", "6");
    assert_eq!(meeting.audience("una"), ["ulf"]);
}

#[test]
fn from_a_room_one_hears_an_announcement_once_and_is_back() {
    let mut meeting = meeting();
    let una = meeting.phone("una");
    let before = now(&mut meeting.city, una);
    meeting.presses("una", "2");
    let said = told(&mut meeting.city, una, Prompt::Removed, before).expect("the announcement");
    assert!(said.end - said.start < 0.6, "{said:?}");
    assert!(!meeting.view("una").away);
    assert_eq!(meeting.audience("una"), ["ulf"]);
}
