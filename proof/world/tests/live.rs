//! What a moderator does from the live page, as those on the telephone hear it.

mod scene;

use conclave_api::{
    LiveChange, LiveView, ParticipantChange, ParticipantKey, Problem, Request, Response, RoomKey,
    WaitingStep,
};
use conclave_model::{CallEnd, Chance, Codec, Prompt};
use conclave_world::{City, Line, PhoneId, room};
use scene::{
    city, city_of, dial, enter, hears, now, participants, seconds, silent, speaking, told,
};

fn key() -> RoomKey {
    RoomKey::new("801")
}

fn named(phone: PhoneId) -> ParticipantKey {
    ParticipantKey::new(&format!("{}", 1_000 + phone.0))
}

fn live(city: &mut City) -> LiveView {
    match city.ask(Request::ShowLive(key())) {
        Ok(Response::Live(live)) => live,
        other => panic!("{other:?}"),
    }
}

fn set(city: &mut City, phone: PhoneId, change: ParticipantChange) -> Result<Response, Problem> {
    let who = named(phone);
    city.ask(Request::SetParticipant {
        key: key(),
        who,
        change,
    })
}

fn lock(city: &mut City) {
    let change = LiveChange {
        locked: Some(true),
        ..LiveChange::default()
    };
    let (key, by) = (key(), "test".to_owned());
    let locked = city.ask(Request::SetLive { key, change, by });
    assert!(locked.is_ok(), "{locked:?}");
}

#[test]
fn one_who_waits_is_let_in_without_a_pin_though_the_room_is_locked() {
    let mut city = city(Some("627184"), false, false);
    let inside = speaking(&mut city, Codec::Pcmu, 3);
    dial(&mut city, inside, "801");
    city.run(seconds(2));
    city.press(inside, "627184");
    city.run(seconds(3));
    let caller = speaking(&mut city, Codec::G722, 5);
    dial(&mut city, caller, "801");
    city.run(seconds(2));
    assert!(hears(&mut city, caller, 3, 1.0) < 0.01, "not in yet");
    let waiting = live(&mut city).waiting;
    assert_eq!(waiting.len(), 1, "{waiting:?}");
    assert_eq!(waiting[0].step, WaitingStep::Pin);
    assert_eq!(waiting[0].number, format!("{}", 1_000 + caller.0));
    lock(&mut city);
    let who = named(caller);
    let admitted = city.ask(Request::Admit { key: key(), who });
    assert!(admitted.is_ok(), "{admitted:?}");
    city.run(seconds(3));
    let live = live(&mut city);
    assert_eq!((live.participants.len(), live.waiting.len()), (2, 0));
    assert!(hears(&mut city, caller, 3, 1.0) > 0.1);
    assert!(hears(&mut city, inside, 5, 1.0) > 0.1);
}

#[test]
fn one_who_waits_is_turned_away_with_a_goodbye() {
    let mut city = city(Some("627184"), false, false);
    let caller = silent(&mut city, Codec::Pcmu);
    dial(&mut city, caller, "801");
    city.run(seconds(2));
    let before = now(&mut city, caller);
    let who = named(caller);
    let away = city.ask(Request::TurnAway { key: key(), who });
    assert!(away.is_ok(), "{away:?}");
    city.run(seconds(5));
    assert!(told(&mut city, caller, Prompt::Goodbye, before).is_some());
    assert!(matches!(city.phone(caller).line, Line::Over(_)));
    assert_eq!(city.call_log[0].end, CallEnd::Removed);
    assert!(live(&mut city).waiting.is_empty());
}

#[test]
fn one_who_is_moved_talks_with_the_others_there_and_no_more_with_those_here() {
    let mut chance = Chance::from_seed([7; 32]);
    let here = room(&mut chance, "801", None, false, false);
    let there = room(&mut chance, "802", Some("394815"), false, false);
    let mut city = city_of(vec![here, there]);
    let moved = speaking(&mut city, Codec::Pcmu, 1);
    let stays = speaking(&mut city, Codec::G722, 3);
    let other = speaking(&mut city, Codec::Pcma, 5);
    enter(&mut city, moved);
    enter(&mut city, stays);
    dial(&mut city, other, "802");
    city.run(seconds(2));
    city.press(other, "394815");
    city.run(seconds(3));
    assert!(hears(&mut city, moved, 3, 1.0) > 0.1);
    let change = ParticipantChange {
        room: Some(RoomKey::new("802")),
        ..ParticipantChange::default()
    };
    let answer = set(&mut city, moved, change);
    assert!(answer.is_ok(), "{answer:?}");
    city.run(seconds(3));
    assert_eq!(participants(&mut city, "801"), 1);
    assert_eq!(participants(&mut city, "802"), 2);
    assert!(hears(&mut city, moved, 5, 1.0) > 0.1);
    assert!(hears(&mut city, other, 1, 1.0) > 0.1);
    assert!(hears(&mut city, moved, 3, 1.0) < 0.01);
    assert!(hears(&mut city, stays, 1, 1.0) < 0.01);
    city.hang_up(moved);
    city.run(seconds(2));
    assert_eq!(city.call_log.len(), 1, "one call, one line");
    assert_eq!(participants(&mut city, "802"), 1);
}

#[test]
fn a_volume_makes_one_softer_for_the_others_and_nobody_else() {
    let mut city = city(None, false, false);
    let listener = silent(&mut city, Codec::G722);
    let softened = speaking(&mut city, Codec::Pcmu, 1);
    let other = speaking(&mut city, Codec::Pcma, 5);
    for phone in [listener, softened, other] {
        enter(&mut city, phone);
    }
    city.run(seconds(2));
    let before = hears(&mut city, listener, 1, 1.5);
    let change = ParticipantChange {
        volume_db: Some(-12),
        ..ParticipantChange::default()
    };
    let answer = set(&mut city, softened, change);
    assert!(answer.is_ok(), "{answer:?}");
    city.run(seconds(3));
    let ratio = hears(&mut city, listener, 1, 1.5) / before;
    assert!((0.2..0.32).contains(&ratio), "{ratio}: -12 dB is a quarter");
    assert!(hears(&mut city, listener, 5, 1.5) > 0.15);
    assert!(hears(&mut city, softened, 5, 1.5) > 0.15);
}

#[test]
fn star_five_raises_a_hand_that_others_see_and_may_lower() {
    let mut city = city(None, false, false);
    let caller = silent(&mut city, Codec::Pcmu);
    enter(&mut city, caller);
    for raised in [true, false, true] {
        city.press(caller, "*5");
        city.run(seconds(2));
        let one = &live(&mut city).participants[0];
        assert_eq!(one.hand_raised_at.is_some(), raised);
    }
    let change = ParticipantChange {
        hand_raised: Some(false),
        ..ParticipantChange::default()
    };
    assert!(set(&mut city, caller, change).is_ok());
    assert_eq!(live(&mut city).participants[0].hand_raised_at, None);
}

#[test]
fn a_prompt_is_heard_by_all_who_are_in_and_by_nobody_at_the_door() {
    let mut city = city(Some("627184"), false, false);
    let [one, other, outside] = [(); 3].map(|()| silent(&mut city, Codec::Pcmu));
    for phone in [one, other] {
        dial(&mut city, phone, "801");
        city.run(seconds(2));
        city.press(phone, "627184");
        city.run(seconds(3));
    }
    dial(&mut city, outside, "801");
    city.run(seconds(3));
    let before = [one, other, outside].map(|phone| now(&mut city, phone));
    let prompt = Prompt::RoomLocked;
    let asked = city.ask(Request::Announce { key: key(), prompt });
    assert!(asked.is_ok(), "{asked:?}");
    city.run(seconds(3));
    assert!(told(&mut city, one, prompt, before[0]).is_some());
    assert!(told(&mut city, other, prompt, before[1]).is_some());
    assert!(told(&mut city, outside, prompt, before[2]).is_none());
}

#[test]
fn nothing_is_played_to_a_room_that_nobody_is_in() {
    let mut city = city(None, false, false);
    let prompt = Prompt::RoomLocked;
    let refused = city.ask(Request::Announce { key: key(), prompt });
    assert_eq!(refused.expect_err("nobody hears it").status, 409);
}
