//! Numbers from outside in the simulated city: a carrier's call reaches the room that its number
//! means, however the carrier writes it, and what has no number outside does not exist for it.

mod scene;

use conclave_api::{Request, Response, RoomKey, TrunkRequest, TrunkWish};
use conclave_model::{
    Codec, MappedNumber, NumberBlock, NumberTarget, NumberingRecord, RoomId, UnixMillis,
};
use conclave_world::{City, Line, PhoneId};
use scene::{city_with_numbers, dial, seconds, silent};
use serde_json::{Value, json};

fn germany() -> NumberingRecord {
    NumberingRecord::Country("DE".parse().expect("a country"))
}

/// `+49 991 29691` with the extensions 0 to 999.
fn block() -> NumberingRecord {
    let block = NumberBlock::read("+49 991 29691", "0", "999", UnixMillis(0));
    NumberingRecord::Block(block.expect("a block"))
}

fn mapped(number: &str, target: NumberTarget) -> NumberingRecord {
    NumberingRecord::Mapped(MappedNumber {
        number: number.parse().expect("a number"),
        target,
        created_at: UnixMillis(0),
    })
}

/// A phone that stands for the other side of a trunk with these settings.
fn attach(city: &mut City, settings: &Value) -> PhoneId {
    let phone = silent(city, Codec::Pcma);
    let mut body = json!({"name": "Carrier", "host": city.phone(phone).sip.to_string()});
    let settings = settings.as_object().expect("an object").clone();
    body.as_object_mut().expect("an object").extend(settings);
    let wish = TrunkWish::read(&body).expect("a wish");
    let made = city.ask(Request::Trunk(TrunkRequest::Create(wish)));
    assert!(matches!(made, Ok(Response::Trunk(_))), "{made:?}");
    city.run(seconds(2));
    phone
}

fn carrier(city: &mut City) -> PhoneId {
    attach(city, &json!({"callers": "outside"}))
}

/// Dials, and says in which room the call is then; it is hung up again.
fn reaches(city: &mut City, phone: PhoneId, number: &str) -> Option<String> {
    city.dial(phone, number);
    city.run(seconds(10));
    let live = match city.ask(Request::ListLive) {
        Ok(Response::Now(now)) => now.items,
        other => panic!("{other:?}"),
    };
    let extension = live.first().map(|live| live.extension.clone());
    let is_up = city.phone(phone).line == Line::Up;
    assert_eq!(extension.is_some(), is_up, "{number}");
    if is_up {
        city.hang_up(phone);
    }
    city.run(seconds(10));
    extension
}

#[test]
fn a_number_of_a_block_rings_its_room_however_the_carrier_writes_it() {
    let mut city = city_with_numbers(&["801", "802"], vec![germany(), block()]);
    let phone = carrier(&mut city);
    for number in [
        "+4999129691802",
        "004999129691802",
        "4999129691802",
        "099129691802",
        "99129691802",
    ] {
        let room = reaches(&mut city, phone, number);
        assert_eq!(room.as_deref(), Some("802"), "{number}");
    }
}

#[test]
fn an_internal_room_does_not_exist_for_a_carrier_and_is_as_an_unknown_number() {
    let mut city = city_with_numbers(&["801", "8000"], vec![germany(), block()]);
    let (outside, inside) = (carrier(&mut city), silent(&mut city, Codec::Pcma));
    city.dial(outside, "+4999129691555");
    city.run(seconds(10));
    let unknown = format!("{:?}", city.phone(outside).line);
    assert!(unknown.contains("404"), "{unknown}");
    for number in ["8000", "+49991296918000", "0991296918000"] {
        city.dial(outside, number);
        city.run(seconds(10));
        assert_eq!(
            format!("{:?}", city.phone(outside).line),
            unknown,
            "{number}"
        );
    }
    dial(&mut city, inside, "8000");
    let said = |words: &str| city.log.iter().any(|line| line.sentence.contains(words));
    assert!(
        said("leads nowhere: the room is internal only"),
        "{:?}",
        city.log
    );
    assert!(!said("4999129691555"), "{:?}", city.log);
}

#[test]
fn a_single_number_rings_what_it_is_mapped_to_before_the_block_that_it_is_in() {
    let mut city = city_with_numbers(&["801", "8000"], vec![]);
    let internal = room_id(&mut city, "8000");
    let number = "+49 991 29691 801";
    let numbers = vec![
        germany(),
        block(),
        mapped(number, NumberTarget::Room(internal)),
    ];
    let mut city = city_with_numbers(&["801", "8000"], numbers);
    let phone = carrier(&mut city);
    let room = reaches(&mut city, phone, "+4999129691801");
    assert_eq!(room.as_deref(), Some("8000"));
}

fn room_id(city: &mut City, extension: &str) -> RoomId {
    match city.ask(Request::ShowRoom(RoomKey::new(extension))) {
        Ok(Response::Room(room)) => room.id.parse().expect("an id"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_leads_nowhere_reaches_the_target_of_its_trunk_and_an_internal_room_is_nowhere() {
    let mut city = city_with_numbers(&["801", "8000"], vec![germany(), block()]);
    let phone = attach(&mut city, &json!({"callers": "outside", "target": "801"}));
    for number in ["8000", "+33123456789", "4711", "somebody"] {
        let room = reaches(&mut city, phone, number);
        assert_eq!(room.as_deref(), Some("801"), "{number}");
    }
}

#[test]
fn a_telephone_system_in_the_same_network_hands_over_extensions_unless_it_is_told_otherwise() {
    let mut city = city_with_numbers(&["8000"], vec![germany(), block()]);
    let phone = attach(&mut city, &json!({}));
    let room = reaches(&mut city, phone, "8000");
    assert_eq!(room.as_deref(), Some("8000"));
}
