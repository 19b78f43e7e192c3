//! Waiting for a leader, going with one, beginning muted and staying for a while: what is heard.

mod scene;

use conclave_api::{ParticipantKey, Request, RoomKey};
use conclave_model::{CallEnd, Chance, Codec, Prompt};
use conclave_world::{City, Line, MUSIC_HZ, PhoneId};
use scene::{city_of, dial, hears, millis, now, participants, seconds, silent, speaking, told};

const PIN: &str = "627184";
const MODERATOR_PIN: &str = "4711";

fn city(user_options: &str, music: bool) -> City {
    let mut chance = Chance::from_seed([7; 32]);
    let mut room = conclave_world::room(&mut chance, "801", Some(PIN), false, music);
    room.more_pins.moderator = Some(MODERATOR_PIN.parse().expect("a PIN"));
    room.user_options = user_options.to_owned();
    city_of(vec![room])
}

fn enters(city: &mut City, phone: PhoneId, pin: &str) {
    dial(city, phone, "801");
    city.run(millis(800));
    city.press(phone, pin);
    city.run(seconds(3));
}

fn music(city: &mut City, phone: PhoneId) -> f32 {
    city.phone(phone).handset.ear.loudest(MUSIC_HZ, 1.0)
}

fn waiting(city: &mut City) -> Vec<conclave_api::WaitingView> {
    match city.ask(Request::ShowLive(RoomKey::new("801"))) {
        Ok(conclave_api::Response::Live(live)) => live.waiting,
        other => panic!("{other:?}"),
    }
}

#[test]
fn scenario_18_a_waiter_has_music_until_the_leader_comes_and_again_when_they_have_left() {
    let mut city = city("wait_marked=yes", true);
    let waiter = speaking(&mut city, Codec::G722, 0);
    let leader = speaking(&mut city, Codec::Pcma, 4);
    enters(&mut city, waiter, PIN);
    let asked = told(&mut city, waiter, Prompt::WaitForLeader, 0.0).expect("told to wait");
    city.run(seconds(4));
    assert!(music(&mut city, waiter) > 0.05);
    let began = city.phone(waiter).handset.ear.span(MUSIC_HZ, 0.0, 0.01);
    assert!(began.expect("music").start > asked.end - 0.1, "words first");
    assert_eq!(participants(&mut city, "801"), 0);
    assert_eq!(waiting(&mut city).len(), 1);

    let before = now(&mut city, waiter);
    enters(&mut city, leader, MODERATOR_PIN);
    city.run(seconds(3));
    for phone in [waiter, leader] {
        let begins = told(&mut city, phone, Prompt::ConferenceBegins, 0.0);
        assert!(begins.is_some(), "{phone:?}");
    }
    assert!(told(&mut city, waiter, Prompt::WaitForLeader, before).is_none());
    assert!(hears(&mut city, waiter, 4, 1.0) > 0.15 && hears(&mut city, leader, 0, 1.0) > 0.15);
    assert!(music(&mut city, waiter) < 0.005);
    assert_eq!(participants(&mut city, "801"), 2);

    let before = now(&mut city, waiter);
    city.hang_up(leader);
    city.run(seconds(8));
    let left = told(&mut city, waiter, Prompt::LeaderHasLeft, before).expect("told");
    let ear = &city.phone(waiter).handset.ear;
    let music_again = ear.span(MUSIC_HZ, before, 0.01).expect("music again");
    assert!(left.end - left.start > 0.25, "{left:?}");
    assert!(
        music_again.start > left.end - 0.1,
        "{left:?} {music_again:?}"
    );
    assert_eq!(
        (participants(&mut city, "801"), waiting(&mut city).len()),
        (0, 1)
    );
}

#[test]
fn without_music_who_waits_hears_the_room_and_is_not_heard() {
    let mut city = city("wait_marked=yes", false);
    let [waiter, other] = [0, 4].map(|voice| speaking(&mut city, Codec::Pcmu, voice));
    enters(&mut city, waiter, PIN);
    enters(&mut city, other, PIN);
    city.run(seconds(2));
    assert!(hears(&mut city, waiter, 4, 1.0) < 0.02, "both wait");
    let who = ParticipantKey::new(&waiting(&mut city)[1].id);
    let key = RoomKey::new("801");
    assert!(city.ask(Request::Admit { key, who }).is_ok());
    city.run(seconds(3));
    assert!(told(&mut city, other, Prompt::ConferenceBegins, 0.0).is_some());
    assert!(hears(&mut city, waiter, 4, 1.0) > 0.15, "a listener");
    assert!(hears(&mut city, other, 0, 1.0) < 0.02);
}

#[test]
fn scenario_05_who_is_tied_to_the_leader_is_told_and_let_go() {
    let mut city = city("end_marked=yes", false);
    let (caller, leader) = (
        silent(&mut city, Codec::Opus),
        silent(&mut city, Codec::Pcmu),
    );
    enters(&mut city, caller, PIN);
    enters(&mut city, leader, MODERATOR_PIN);
    let before = now(&mut city, caller);
    city.hang_up(leader);
    city.run(seconds(6));
    let left = told(&mut city, caller, Prompt::LeaderHasLeft, before).expect("told why");
    let goodbye = told(&mut city, caller, Prompt::Goodbye, before).expect("goodbye");
    assert!(left.start < goodbye.start);
    assert!(told(&mut city, caller, Prompt::Removed, before).is_none());
    assert!(matches!(city.phone(caller).line, Line::Over(_)));
    let ends: Vec<CallEnd> = city.call_log.iter().map(|call| call.end).collect();
    assert_eq!(ends, [CallEnd::HungUp, CallEnd::LeaderLeft]);
    assert_eq!(city.exchange().stages_open(), 0);
}

#[test]
fn scenario_13_ones_time_is_up_and_nobody_says_removed() {
    let mut city = city("timeout=10", false);
    let (caller, other) = (
        silent(&mut city, Codec::Pcmu),
        silent(&mut city, Codec::Pcmu),
    );
    enters(&mut city, other, MODERATOR_PIN);
    enters(&mut city, caller, PIN);
    assert_eq!(participants(&mut city, "801"), 2);
    city.run(seconds(13));
    assert_eq!(participants(&mut city, "801"), 1);
    assert!(told(&mut city, caller, Prompt::Goodbye, 0.0).is_some());
    assert!(told(&mut city, caller, Prompt::Removed, 0.0).is_none());
    let call = &city.call_log[0];
    assert_eq!(call.end, CallEnd::TimeUp);
    let stayed = call.ended_at.0 - call.joined_at.expect("was in").0;
    assert!(
        (10_000..13_000).contains(&stayed),
        "{stayed} ms with the goodbye"
    );
}

#[test]
fn scenario_10_who_begins_muted_is_heard_after_the_key() {
    let mut city = city("startmuted=yes", false);
    let (listener, caller) = (
        silent(&mut city, Codec::Pcma),
        speaking(&mut city, Codec::Pcma, 4),
    );
    enters(&mut city, listener, MODERATOR_PIN);
    enters(&mut city, caller, PIN);
    city.run(seconds(3));
    assert!(hears(&mut city, listener, 4, 2.0) < 0.02);
    city.press(caller, "*6");
    city.run(seconds(3));
    assert!(hears(&mut city, listener, 4, 1.0) > 0.15);
}

#[test]
fn scenario_08_who_is_never_answered_is_in_the_room_by_early_media() {
    let mut city = city("answer_channel=no", true);
    let caller = silent(&mut city, Codec::Pcmu);
    city.dial(caller, "801");
    city.run(seconds(2));
    assert_eq!(city.phone(caller).line, Line::Ringing);
    assert!(told(&mut city, caller, Prompt::PinPlease, 0.0).is_some());
    city.press(caller, PIN);
    city.run(seconds(4));
    assert_eq!(city.phone(caller).line, Line::Ringing);
    assert_eq!(participants(&mut city, "801"), 1);
    assert!(music(&mut city, caller) > 0.05);
    city.hang_up(caller);
    city.run(seconds(2));
    assert_eq!(city.call_log[0].answered_at, None);
    assert_eq!(city.exchange().stages_open(), 0);
}
