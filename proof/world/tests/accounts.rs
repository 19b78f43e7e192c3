//! Telephones with an account: they register, call, are known and enter; others have to prove it.

mod scene;

use conclave_api::{PhoneKey, PhoneRequest, Request, Response, RoomKey};
use conclave_model::{Chance, Codec, Guests, PhoneDraft, PhonePin, Prompt};
use conclave_world::{Account, City, Decks, Line, PhoneId, room};
use scene::{seconds, silent, speaking, told};

/// A city whose room 801 has a PIN and asks for names, and where nobody calls without an account.
fn closed_city() -> City {
    let mut chance = Chance::from_seed([7; 32]);
    let rooms = vec![room(&mut chance, "801", Some("627184"), true, false)];
    City::with_settings(7, rooms, Decks::ONE, |config| {
        config.guests = Guests::Nobody;
    })
}

fn make(city: &mut City, user: &str, pin: PhonePin) -> String {
    let draft = PhoneDraft {
        user: user.parse().expect("a user"),
        name: "Anna Huber".parse().expect("a name"),
        number: Some("201".parse().expect("a number")),
        password: None,
        srtp: None,
        pin,
        enabled: true,
    };
    match city.ask(Request::Phone(PhoneRequest::Create(draft))) {
        Ok(Response::PhoneMade(made)) => made.password,
        other => panic!("{other:?}"),
    }
}

fn registrations(city: &mut City, user: &str) -> u64 {
    let asked = PhoneRequest::Show(PhoneKey::new(user));
    match city.ask(Request::Phone(asked)) {
        Ok(Response::Phone(phone)) => phone.registrations,
        other => panic!("{other:?}"),
    }
}

fn inside(city: &mut City) -> Vec<(Option<String>, String)> {
    match city.ask(Request::ShowLive(RoomKey::new("801"))) {
        Ok(Response::Live(live)) => {
            let all = live.participants.into_iter();
            all.map(|one| (one.name, one.number)).collect()
        }
        other => panic!("{other:?}"),
    }
}

fn status(city: &mut City, phone: PhoneId) -> Vec<u16> {
    let account = city.phone(phone).account.as_ref();
    account.expect("it has one").registered.clone()
}

#[test]
fn a_telephone_registers_calls_and_is_in_the_room_by_name_without_a_question() {
    let mut city = closed_city();
    let password = make(&mut city, "anna", PhonePin::Skipped);
    let phone = speaking(&mut city, Codec::G722, 1);
    city.phone(phone).account = Some(Account::new("anna", &password));
    city.register(phone, 300);
    city.run(seconds(1));
    assert_eq!(status(&mut city, phone), [200]);
    assert_eq!(registrations(&mut city, "anna"), 1);
    city.dial(phone, "801");
    city.run(seconds(6));
    assert_eq!(city.phone(phone).line, Line::Up);
    // Whatever From says.
    let anna = (Some("Anna Huber".to_owned()), "201".to_owned());
    assert_eq!(inside(&mut city), [anna]);
    for prompt in [Prompt::PinPlease, Prompt::SayYourName] {
        assert!(told(&mut city, phone, prompt, 0.0).is_none(), "{prompt:?}");
    }
    // It is not renewed.
    city.run(seconds(300));
    assert_eq!(registrations(&mut city, "anna"), 0);
    city.register(phone, 300);
    city.run(seconds(1));
    city.register(phone, 0);
    city.run(seconds(1));
    assert_eq!(status(&mut city, phone), [200, 200, 200]);
    assert_eq!(registrations(&mut city, "anna"), 0);
}

#[test]
fn an_account_that_is_asked_for_the_pin_is_asked_for_no_name() {
    let mut city = closed_city();
    let password = make(&mut city, "anna", PhonePin::Asks);
    let phone = silent(&mut city, Codec::Pcma);
    city.phone(phone).account = Some(Account::new("anna", &password));
    city.dial(phone, "801");
    city.run(seconds(5));
    assert!(told(&mut city, phone, Prompt::PinPlease, 0.0).is_some());
    city.press(phone, "627184");
    city.run(seconds(6));
    assert_eq!(inside(&mut city).len(), 1);
    assert!(told(&mut city, phone, Prompt::SayYourName, 0.0).is_none());
}

#[test]
fn a_wrong_password_an_unknown_user_and_a_stranger_fare_alike() {
    let mut city = closed_city();
    make(&mut city, "anna", PhonePin::Skipped);
    for user in ["anna", "nobody"] {
        let phone = silent(&mut city, Codec::Pcma);
        city.phone(phone).account = Some(Account::new(user, "not the password"));
        city.register(phone, 300);
        city.run(seconds(2));
        assert_eq!(status(&mut city, phone), [401], "{user}");
        city.dial(phone, "801");
        city.run(seconds(3));
        assert_eq!(city.phone(phone).line, Line::Refused(401), "{user}");
    }
    let stranger = silent(&mut city, Codec::Pcma);
    city.dial(stranger, "801");
    city.run(seconds(3));
    assert_eq!(city.phone(stranger).line, Line::Refused(401));
    assert_eq!(registrations(&mut city, "anna"), 0);
    assert!(city.call_log.is_empty());
}
