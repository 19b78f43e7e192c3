//! What an administrator changes while the server runs, as callers meet it: at once.

mod scene;

use conclave_api::{NewPin, PinWish, Request, Response, RoomKey};
use conclave_model::{CallEnd, Codec, PinOf, Prompt, RoomDraft};
use conclave_world::{City, Line};
use scene::{city, dial, enter, now, participants, seconds, silent, told};

#[test]
fn a_room_can_be_dialled_the_moment_it_is_made() {
    let mut city = city(None, false, false);
    let draft = RoomDraft::new("Standup".parse().expect("a title"));
    let made = city.ask(Request::CreateRoom(draft)).expect("made");
    let Response::RoomCreated(room) = made else {
        panic!("{made:?}");
    };
    let pin = room.pin.expect("a generated PIN, shown once");
    let caller = silent(&mut city, Codec::Pcmu);
    dial(&mut city, caller, &room.extension);
    city.run(seconds(2));
    city.press(caller, &pin);
    city.run(seconds(3));
    assert!(told(&mut city, caller, Prompt::SayYourName, 0.0).is_some());
}

#[test]
fn a_new_pin_counts_for_the_next_digit_and_the_old_one_no_more() {
    let mut city = city(Some("627184"), false, false);
    let [early, late] = [(); 2].map(|()| silent(&mut city, Codec::Pcmu));
    dial(&mut city, early, "801");
    city.run(seconds(2));
    set_pin(&mut city, "394815");
    city.press(early, "627184");
    city.run(seconds(7));
    assert!(told(&mut city, early, Prompt::PinWrong, 0.0).is_some());
    city.press(early, "394815");
    city.run(seconds(3));
    dial(&mut city, late, "801");
    city.run(seconds(2));
    city.press(late, "394815");
    city.run(seconds(3));
    assert_eq!(participants(&mut city, "801"), 2);
}

#[test]
fn a_pin_that_is_switched_off_is_asked_of_nobody() {
    let mut city = city(Some("627184"), false, false);
    let cleared = city.ask(Request::ClearPin {
        key: RoomKey::new("801"),
        of: PinOf::Room,
    });
    assert!(cleared.is_ok(), "{cleared:?}");
    let caller = silent(&mut city, Codec::Pcmu);
    enter(&mut city, caller);
    assert_eq!(participants(&mut city, "801"), 1);
    assert!(told(&mut city, caller, Prompt::PinPlease, 0.0).is_none());
}

#[test]
fn deleting_a_room_says_goodbye_to_everybody_in_it() {
    let mut city = city(None, false, false);
    let [one, other] = [(); 2].map(|()| silent(&mut city, Codec::Pcmu));
    enter(&mut city, one);
    enter(&mut city, other);
    let before = now(&mut city, one);
    let key = RoomKey::new("801");
    let deleted = city.ask(Request::DeleteRoom {
        key,
        if_version: None,
    });
    assert!(deleted.is_ok(), "{deleted:?}");
    city.run(seconds(5));
    for phone in [one, other] {
        assert!(matches!(city.phone(phone).line, Line::Over(_)));
    }
    assert!(told(&mut city, one, Prompt::Ended, before).is_some());
    assert!(told(&mut city, one, Prompt::Goodbye, before).is_some());
    let ends: Vec<CallEnd> = city.call_log.iter().map(|call| call.end).collect();
    assert_eq!(ends, [CallEnd::RoomEnded; 2]);
    assert_eq!(city.exchange().stages_open(), 0);
    let late = silent(&mut city, Codec::Pcmu);
    city.dial(late, "801");
    city.run(seconds(5));
    assert_eq!(city.phone(late).line, Line::Refused(404));
}

fn set_pin(city: &mut City, pin: &str) {
    let pin = PinWish::These(pin.parse().expect("a PIN"));
    let key = RoomKey::new("801");
    let reply = city.ask(Request::NewPin {
        key,
        new: NewPin {
            of: PinOf::Room,
            role: None,
            profile: None,
            pin,
        },
    });
    assert!(reply.is_ok(), "{reply:?}");
}
