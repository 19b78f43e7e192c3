//! What a room's options make it say, to whom and in which order, as phones hear it.

mod scene;

use conclave_api::{Problem, Request, Response, RoomKey};
use conclave_model::{Chance, Codec, Prompt, RoomPatch};
use conclave_world::{City, PhoneId, Voice, prompt_hz, room};
use scene::{AUDIBLE, city_of, dial, enter, millis, now, participants, seconds, silent, told};

/// A city with room 801, whose names and music are asked for nowhere.
fn city(options: &str, user_options: &str) -> City {
    city_with(options, user_options, None, false)
}

fn city_with(options: &str, user_options: &str, pin: Option<&str>, message: bool) -> City {
    let mut room = room(&mut Chance::from_seed([7; 32]), "801", pin, message, false);
    room.options = options.to_owned();
    room.user_options = user_options.to_owned();
    city_of(vec![room])
}

fn change(city: &mut City, options: &str) -> Result<Response, Problem> {
    let patch = RoomPatch {
        options: Some(options.to_owned()),
        ..RoomPatch::default()
    };
    city.ask(Request::UpdateRoom {
        key: RoomKey::new("801"),
        patch,
        if_version: None,
    })
}

/// Of what the operator uploaded; no voice and no prompt has it.
const GONG_HZ: f32 = 2_990.0;

fn gong(city: &mut City, phone: PhoneId, from: f32) -> bool {
    let ear = &city.phone(phone).handset.ear;
    ear.span(GONG_HZ, from, AUDIBLE).is_some()
}

/// Which of these were heard, in the order of their beginnings.
fn order(city: &mut City, phone: PhoneId, from: f32, prompts: &[Prompt]) -> Vec<Prompt> {
    let mut heard: Vec<(f32, Prompt)> = prompts
        .iter()
        .filter_map(|prompt| Some((told(city, phone, *prompt, from)?.start, *prompt)))
        .collect();
    heard.sort_by(|one, other| one.0.total_cmp(&other.0));
    heard.into_iter().map(|(_, prompt)| prompt).collect()
}

fn names(city: &mut City, phone: PhoneId, voice: usize) {
    city.run(millis(1_300));
    city.phone(phone)
        .handset
        .set_voice(Some(Voice::numbered(voice)));
    city.run(seconds(1));
    city.phone(phone).handset.set_voice(None);
    city.run(seconds(3));
}

/// Prompts that a room of these options says in place of those with which they would be confused.
const TOLD_APART: &str = "sound_only_one=two-tries-left\nsound_there_are=no-such-room\n\
                          sound_other_in_party=room-locked";

#[test]
fn an_uploaded_sound_is_heard_from_the_moment_it_is_named_and_ours_once_it_is_gone() {
    let mut city = city("", "");
    let host = silent(&mut city, Codec::G722);
    enter(&mut city, host);
    assert!(change(&mut city, "sound_join=gong").is_err(), "not there");
    city.upload("gong", GONG_HZ);
    assert!(change(&mut city, "sound_join=gong").is_ok());
    for (uploaded, is_gong) in [("gong", true), ("bell", false), ("gong", true)] {
        city.upload(uploaded, GONG_HZ);
        let before = now(&mut city, host);
        let guest = silent(&mut city, Codec::Pcmu);
        enter(&mut city, guest);
        city.run(seconds(5));
        assert_eq!(gong(&mut city, host, before), is_gong, "{uploaded}");
        assert!(!gong(&mut city, guest, 0.0), "not to who comes");
    }
}

#[test]
fn an_announcement_is_heard_alone_by_one_who_is_in_already() {
    let mut city = city("", "announcement=gong");
    city.upload("gong", GONG_HZ);
    let host = silent(&mut city, Codec::G722);
    enter(&mut city, host);
    city.run(seconds(4));
    assert!(gong(&mut city, host, 0.0));
    let before = now(&mut city, host);
    let guest = scene::speaking(&mut city, Codec::Pcmu, 4);
    dial(&mut city, guest, "801");
    city.run(seconds(3));
    let ear = &city.phone(guest).handset.ear;
    let greeting = ear.span(GONG_HZ, 0.0, AUDIBLE).expect("greeted");
    assert!(!gong(&mut city, host, before), "to nobody else");
    // Both clocks run alike; the guest's began when the call was answered.
    let lag = now(&mut city, host) - now(&mut city, guest);
    let pitch = Voice::numbered(4).pitch_hz;
    let ear = &city.phone(host).handset.ear;
    let voice = ear.span(pitch, before, 0.05).expect("heard");
    assert!(voice.start < greeting.end + lag, "{voice:?} {greeting:?}");
}

#[test]
fn who_wants_to_hears_their_own_coming() {
    for (user_options, hears_own) in [("", false), ("hear_own_join_sound=yes", true)] {
        let mut city = city("sound_join=has-joined", user_options);
        let host = silent(&mut city, Codec::G722);
        enter(&mut city, host);
        let guest = silent(&mut city, Codec::Pcmu);
        enter(&mut city, guest);
        city.run(seconds(4));
        let own = told(&mut city, guest, Prompt::HasJoined, 0.0).is_some();
        assert_eq!(own, hears_own, "{user_options}");
        let first = told(&mut city, host, Prompt::HasJoined, 0.0);
        assert!(first.is_some(), "the others always do");
    }
}

#[test]
fn all_are_told_how_many_there_are_above_a_number() {
    let mut city = city(TOLD_APART, "announce_user_count_all=2");
    let host = silent(&mut city, Codec::G722);
    enter(&mut city, host);
    for (come, is_told) in [(1, false), (2, true)] {
        let before = now(&mut city, host);
        let guest = silent(&mut city, Codec::Pcmu);
        enter(&mut city, guest);
        city.run(seconds(5));
        let counted = told(&mut city, host, Prompt::NoSuchRoom, before).is_some();
        assert_eq!(counted, is_told, "{come}");
        assert!(told(&mut city, guest, Prompt::NoSuchRoom, 0.0).is_none());
    }
}

#[test]
fn a_name_is_heard_again_and_said_again_before_it_is_told() {
    let mut city = city_with("", "announce_join_leave_review=yes", None, true);
    let host = silent(&mut city, Codec::G722);
    dial(&mut city, host, "801");
    names(&mut city, host, 16);
    city.press(host, "1");
    city.run(seconds(1));
    assert_eq!(participants(&mut city, "801"), 1);

    let pitch = |voice: usize| Voice::numbered(voice).pitch_hz;
    let guest = silent(&mut city, Codec::Pcmu);
    dial(&mut city, guest, "801");
    names(&mut city, guest, 3);
    let before = now(&mut city, guest);
    city.press(guest, "2");
    city.run(seconds(2));
    let ear = &city.phone(guest).handset.ear;
    assert!(ear.span(pitch(3), before, AUDIBLE).is_some(), "played back");
    city.press(guest, "3");
    names(&mut city, guest, 5);
    assert_eq!(participants(&mut city, "801"), 1, "nothing was pressed yet");
    let before = now(&mut city, host);
    city.run(seconds(6));
    assert_eq!(participants(&mut city, "801"), 2, "silence is content");
    city.run(seconds(3));
    let ear = &city.phone(host).handset.ear;
    assert!(ear.span(pitch(5), before, AUDIBLE).is_some());
    assert!(ear.span(pitch(3), before, AUDIBLE).is_none());
    let joined = told(&mut city, host, Prompt::HasJoined, before);
    assert!(joined.is_some(), "{}", prompt_hz(Prompt::HasJoined));
}

#[test]
fn without_announcements_nothing_is_told_to_all_and_no_name_is_asked_for() {
    let options = "announcements=no\nsound_join=has-joined\nsound_leave=has-left";
    let mut city = city_with(options, "", None, true);
    let host = silent(&mut city, Codec::G722);
    enter(&mut city, host);
    city.run(seconds(3));
    assert!(told(&mut city, host, Prompt::OnlyOne, 0.0).is_some());
    assert!(told(&mut city, host, Prompt::SayYourName, 0.0).is_none());
    let guest = silent(&mut city, Codec::Pcmu);
    enter(&mut city, guest);
    city.run(seconds(3));
    city.hang_up(guest);
    city.run(seconds(4));
    let told_of = [Prompt::HasJoined, Prompt::HasLeft];
    assert_eq!(order(&mut city, host, 0.0, &told_of), []);
}
