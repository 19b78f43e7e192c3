//! What people in a room write to each other on their phones, and what their phones are told.

mod scene;

use conclave_api::{Request, RoomKey};
use conclave_model::{Chance, Codec, RoomPatch};
use conclave_world::{City, Line, PhoneId, Weather, room};
use scene::{city, city_of, dial, enter, hears, millis, participants, seconds, silent, speaking};

fn in_the_room(city: &mut City) -> PhoneId {
    let phone = silent(city, Codec::Pcma);
    enter(city, phone);
    phone
}

fn read(city: &mut City, phone: PhoneId) -> Vec<String> {
    let texts = std::mem::take(&mut city.phone(phone).texts);
    let text = |text: &conclave_model::TextMessage| {
        String::from_utf8(text.body.clone()).expect("was written as text")
    };
    texts.iter().map(text).collect()
}

/// The types of the events that came.
fn events(city: &mut City, phone: PhoneId) -> Vec<String> {
    let quoted = |text: &String| text.split('"').nth(3).expect("a type").to_owned();
    read(city, phone).iter().map(quoted).collect()
}

fn set_options(city: &mut City, options: &str, user_options: &str) {
    let patch = RoomPatch {
        options: Some(options.to_owned()),
        user_options: Some(user_options.to_owned()),
        ..RoomPatch::default()
    };
    let (key, if_version) = (RoomKey::new("801"), None);
    let changed = city.ask(Request::UpdateRoom {
        key,
        patch,
        if_version,
    });
    assert!(changed.is_ok(), "{changed:?}");
}

/// What `message_confbridge` of upstream's tests asks for.
#[test]
fn what_one_writes_all_others_read_as_it_is() {
    let mut city = city(None, false, false);
    let [anna, ben, carla] = [(); 3].map(|()| in_the_room(&mut city));
    let text = "Grüße aus München\r\n\r\n-- \r\nAnna \u{1f600}";
    city.write(anna, text);
    city.run(seconds(1));
    let came = city.phone(ben).texts.clone();
    assert_eq!(came[0].content_type, "text/plain;charset=utf-8");
    for other in [ben, carla] {
        assert_eq!(read(&mut city, other), [text]);
    }
    assert!(read(&mut city, anna).is_empty());
    assert_eq!(city.phone(anna).text_answers(), [202]);
    let log = format!("{:?}{:?}{:?}", city.log, city.published, city.call_log);
    assert!(
        !log.contains("München"),
        "what is written is nobody's matter"
    );
}

#[test]
fn a_phone_that_does_not_allow_messages_gets_none() {
    let mut city = city(None, false, false);
    let [anna, ben] = [(); 2].map(|()| in_the_room(&mut city));
    let old = silent(&mut city, Codec::Pcma);
    city.phone(old).forget_texts();
    enter(&mut city, old);
    set_options(&mut city, "enable_events=yes", "send_events=yes");
    city.write(anna, "hello");
    city.run(seconds(1));
    assert_eq!(
        read(&mut city, ben).len(),
        2,
        "a welcome and what was written"
    );
    assert!(read(&mut city, old).is_empty());
    assert_eq!(city.phone(old).line, Line::Up);
}

#[test]
fn messages_get_through_a_storm_once_each_and_in_order() {
    let mut city = city(None, false, false);
    let [anna, ben] = [(); 2].map(|()| in_the_room(&mut city));
    for phone in [anna, ben] {
        let weather = Weather {
            lost_permille: 300,
            ..Weather::STORM
        };
        city.phone(phone).set_weather(weather);
    }
    let written: Vec<String> = (0..8).map(|at| format!("line {at}")).collect();
    for line in &written {
        city.write(anna, line);
    }
    city.run(seconds(90));
    assert_eq!(read(&mut city, ben), written);
    assert_eq!(city.phone(ben).line, Line::Up);
}

#[test]
fn who_writes_a_thousand_a_second_is_bounded_and_harms_nobody() {
    let mut city = city(None, false, false);
    let [anna, ben] = [(); 2].map(|()| in_the_room(&mut city));
    let carla = speaking(&mut city, Codec::Pcma, 3);
    enter(&mut city, carla);
    city.write(anna, "spam");
    for _ in 0..5_000 {
        city.write_again(anna);
        city.run(millis(1));
    }
    city.run(millis(10));
    let answers = city.phone(anna).text_answers().to_vec();
    assert_eq!(answers.len(), 5_001);
    let taken = answers.iter().filter(|status| **status == 202).count();
    let refused = answers.iter().filter(|status| **status == 503).count();
    assert_eq!((taken, refused), (19, 4_982), "ten, and two a second");
    assert_eq!(read(&mut city, ben).len(), taken);
    // Others talk, write and hold as ever.
    assert!(hears(&mut city, ben, 3, 1.0) > 0.01);
    city.write(ben, "please stop");
    city.hold(ben, true);
    city.run(seconds(1));
    assert_eq!(read(&mut city, carla).last().unwrap(), "please stop");
    assert_eq!(city.phone(ben).text_answers(), [202]);
    let held = "participant.held";
    assert!(city.published.iter().any(|it| it.what.type_name() == held));
    assert_eq!(participants(&mut city, "801"), 3);
}

#[test]
fn at_the_pin_nobody_writes_and_nobody_reads() {
    let mut city = city(Some("627184"), false, false);
    let [anna, ben] = [(); 2].map(|()| {
        let phone = silent(&mut city, Codec::Pcma);
        dial(&mut city, phone, "801*627184");
        city.run(seconds(3));
        phone
    });
    let door = silent(&mut city, Codec::Pcma);
    dial(&mut city, door, "801");
    city.run(seconds(2));
    city.write(door, "let me in");
    city.write(anna, "who is that?");
    city.run(seconds(1));
    assert_eq!(city.phone(door).text_answers(), [480]);
    assert_eq!(read(&mut city, ben), ["who is that?"]);
    assert!(read(&mut city, door).is_empty());
}

#[test]
fn phones_are_told_of_the_room_as_soon_as_it_is_switched_on() {
    let mut city = city(None, false, false);
    let anna = in_the_room(&mut city);
    assert!(events(&mut city, anna).is_empty());
    set_options(&mut city, "enable_events=yes", "send_events=yes");
    city.run(seconds(1));
    assert_eq!(events(&mut city, anna), ["ConfbridgeWelcome"]);
    let ben = speaking(&mut city, Codec::Pcma, 3);
    enter(&mut city, ben);
    city.hang_up(ben);
    city.run(seconds(2));
    let told = events(&mut city, anna);
    assert_eq!(told.first().map(String::as_str), Some("ConfbridgeJoin"));
    assert_eq!(told.last().map(String::as_str), Some("ConfbridgeLeave"));
    assert!(told.iter().any(|it| it == "ConfbridgeTalking"), "{told:?}");
    set_options(&mut city, "enable_events=no", "send_events=yes");
    let carla = in_the_room(&mut city);
    city.hang_up(carla);
    city.run(seconds(1));
    assert!(events(&mut city, anna).is_empty());
}

#[test]
fn nobody_can_forge_an_event_of_the_room() {
    let mut city = city(None, false, false);
    let [anna, ben] = [(); 2].map(|()| in_the_room(&mut city));
    let now = city.now();
    let kind = "application/x-asterisk-confbridge-event+json";
    city.phone(anna)
        .write(now, kind, "{\"type\":\"ConfbridgeLeave\"}");
    city.run(seconds(1));
    assert_eq!(city.phone(anna).text_answers(), [403]);
    assert!(read(&mut city, ben).is_empty());
}

#[test]
fn a_message_stays_in_its_room() {
    let mut chance = Chance::from_seed([7; 32]);
    let rooms = ["801", "802"].map(|it| room(&mut chance, it, None, false, false));
    let mut city = city_of(rooms.into());
    let anna = in_the_room(&mut city);
    let ben = silent(&mut city, Codec::Pcma);
    dial(&mut city, ben, "802");
    city.run(seconds(2));
    city.write(anna, "is anybody here?");
    city.run(seconds(1));
    assert_eq!(city.phone(anna).text_answers(), [202]);
    assert!(read(&mut city, ben).is_empty());
}
