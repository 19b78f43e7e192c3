//! Rooms for tests, in one line each.

use conclave_model::confbridge::MenuName;
use conclave_model::{Chance, PlaylistName, RoomId, RoomLanguage, RoomRecord, UnixMillis};

/// A room of this extension; `message` asks for names, `music` plays for whoever is alone.
///
/// # Panics
/// When the extension or the PIN is none.
#[must_use]
pub fn room(
    chance: &mut Chance,
    extension: &str,
    pin: Option<&str>,
    message: bool,
    music: bool,
) -> RoomRecord {
    RoomRecord {
        id: RoomId::mint(UnixMillis(1_700_000_000_000), chance),
        title: format!("Room {extension}").parse().expect("a title"),
        extension: extension.parse().expect("an extension"),
        message,
        music: music.then(PlaylistName::built_in),
        pin: pin.map(|digits| digits.parse().expect("a PIN")),
        more_pins: conclave_model::MorePins::default(),
        language: RoomLanguage::Auto,
        options: String::new(),
        user_options: String::new(),
        keypad: MenuName::standard(),
        moderator_keypad: MenuName::standard(),
        created_at: UnixMillis(1_700_000_000_000),
        version: 1,
    }
}
