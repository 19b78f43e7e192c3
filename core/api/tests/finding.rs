//! A room or participant is found by whatever a person calls it.

#![allow(clippy::unwrap_used)] // A test may fail.

use conclave_api::{Happening, ParticipantKey, RoomKey};
use conclave_model::confbridge::MenuName;
use conclave_model::{Chance, ParticipantId, RoomId, RoomLanguage, RoomRecord, UnixMillis};

fn room(extension: &str, title: &str) -> RoomRecord {
    let seed = extension.parse::<u64>().unwrap();
    RoomRecord {
        id: RoomId::mint(UnixMillis(seed), &mut Chance::from_seed([1; 32])),
        title: title.parse().unwrap(),
        extension: extension.parse().unwrap(),
        message: true,
        music: None,
        pin: None,
        more_pins: conclave_model::MorePins::default(),
        language: RoomLanguage::Auto,
        options: String::new(),
        user_options: String::new(),
        keypad: MenuName::standard(),
        moderator_keypad: MenuName::standard(),
        created_at: UnixMillis(0),
        version: 1,
    }
}

#[test]
fn a_room_is_found_by_id_extension_or_title() {
    let rooms = [
        room("801", "Standup"),
        room("802", "801"),
        room("803", "Über uns"),
    ];
    let find = |key: &str| {
        RoomKey::new(key)
            .find(&rooms)
            .map(|room| room.extension.to_string())
    };
    assert_eq!(find(&rooms[1].id.to_string()).unwrap(), "802");
    assert_eq!(
        find("801").unwrap(),
        "801",
        "the extension counts before the title"
    );
    assert_eq!(find("sTANDUP").unwrap(), "801");
    assert_eq!(find("über uns").unwrap(), "803");
    assert_eq!(find("stand").unwrap_err().status, 404);
    assert_eq!(find("").unwrap_err().status, 404);
}

#[test]
fn a_title_of_two_rooms_finds_none_and_names_both() {
    let rooms = [room("801", "Standup"), room("802", "standup")];
    let problem = RoomKey::new("Standup").find(&rooms).unwrap_err();
    assert_eq!(problem.status, 409);
    assert!(problem.detail.contains("801") && problem.detail.contains("802"));
}

#[test]
fn a_participant_is_found_by_id_number_or_name() {
    let id = |n| ParticipantId::mint(UnixMillis(n), &mut Chance::from_seed([2; 32]));
    let present = [
        (id(1), "+49301", Some("Ann")),
        (id(2), "+49302", Some("Bob")),
        (id(3), "+49303", Some("bob")),
        (id(4), "+49303", None),
    ];
    let find = |key: &str| ParticipantKey::new(key).find(present);
    assert_eq!(find("ann").unwrap(), id(1));
    assert_eq!(find("+49302").unwrap(), id(2));
    assert_eq!(find(&id(4).to_string()).unwrap(), id(4));
    assert_eq!(find("Bob").unwrap_err().status, 409);
    assert_eq!(find("+49303").unwrap_err().status, 409);
    assert_eq!(find("carl").unwrap_err().status, 404);
    assert_eq!(find(&id(9).to_string()).unwrap_err().status, 404);
}

#[test]
fn an_event_says_its_type_and_comes_back_from_its_text() {
    let event = conclave_api::Event {
        at: UnixMillis(0),
        what: Happening::RoomUpdated(conclave_api::RoomView::of(&room("801", "Standup"))),
    };
    let text = serde_json::to_value(event.clone().numbered(7, None)).unwrap();
    assert_eq!(text["id"], 7);
    assert_eq!(text["type"], event.what.type_name());
    assert_eq!(text["data"]["extension"], "801");
    assert!(text["data"].get("pin").is_none());
    assert!(text.get("by").is_none());
    assert!(Happening::TYPES.contains(&event.what.type_name()));
    let back: conclave_api::NumberedEvent = serde_json::from_value(text).unwrap();
    assert_eq!(back, event.numbered(7, None));
}
