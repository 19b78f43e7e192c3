//! Waiting for a leader without music and going with one: what is heard.

mod scene;

use conclave_api::{ParticipantKey, Request, RoomKey};
use conclave_model::{CallEnd, Chance, Codec, Prompt};
use conclave_world::{City, Line, PhoneId};
use scene::{city_of, dial, hears, millis, now, seconds, silent, speaking, told};

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

fn waiting(city: &mut City) -> Vec<conclave_api::WaitingView> {
    match city.ask(Request::ShowLive(RoomKey::new("801"))) {
        Ok(conclave_api::Response::Live(live)) => live.waiting,
        other => panic!("{other:?}"),
    }
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
fn who_is_tied_to_the_leader_is_told_and_let_go() {
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
