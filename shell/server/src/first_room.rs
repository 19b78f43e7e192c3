//! The room that is ready when a server starts for the first time.

use conclave_model::confbridge::MenuName;
use conclave_model::{
    Chance, MorePins, Pin, PlaylistName, RoomId, RoomLanguage, RoomRecord, UnixMillis,
};

/// "Conference" under 800, with a PIN of its own, names and music.
pub fn make(now: UnixMillis, chance: &mut Chance) -> RoomRecord {
    let extension = "800".parse().expect("three digits are an extension");
    RoomRecord {
        id: RoomId::mint(now, chance),
        title: "Conference".parse().expect("a word is a title"),
        pin: Some(Pin::generate(chance, &extension, &[])),
        more_pins: MorePins::default(),
        extension,
        message: true,
        music: Some(PlaylistName::built_in()),
        language: RoomLanguage::Auto,
        options: String::new(),
        user_options: String::new(),
        keypad: MenuName::standard(),
        moderator_keypad: MenuName::standard(),
        created_at: now,
        version: 1,
    }
}
