//! The room as it is kept: what an administrator set, checked once and then trusted.

use std::fmt;
use std::str::FromStr;

use crate::confbridge::MenuName;
use crate::{
    Extension, FieldError, MorePins, PersonalPin, Pin, PinOf, PlaylistName, RoomId, RoomLanguage,
    UnixMillis, limits,
};

/// Everything kept about one room. A value of this type is always valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomRecord {
    pub id: RoomId,
    pub title: Title,
    pub extension: Extension,
    /// "Message": whether callers are asked for their name and announced by it.
    pub message: bool,
    /// What a lone participant hears; `None` is silence and "you are the only one".
    pub music: Option<PlaylistName>,
    /// `None`: the room is open to whoever dials it, unless it has other PINs.
    pub pin: Option<Pin>,
    pub more_pins: MorePins,
    pub language: RoomLanguage,
    /// ConfBridge's bridge options as the administrator typed them.
    pub options: String,
    /// ConfBridge's user options as the administrator typed them.
    pub user_options: String,
    /// The menu of whoever is no moderator.
    pub keypad: MenuName,
    pub moderator_keypad: MenuName,
    pub created_at: UnixMillis,
    /// Grows by one with every change; the ETag of the public API.
    pub version: u64,
}

impl RoomRecord {
    /// Every PIN that opens the room, with whose it is.
    pub fn pins(&self) -> impl Iterator<Item = (PinOf, &Pin)> {
        let own = self.pin.iter().map(|pin| (PinOf::Room, pin));
        let moderator = self.more_pins.moderator.iter();
        let personal = self.more_pins.personal.iter();
        own.chain(moderator.map(|pin| (PinOf::Moderator, pin)))
            .chain(personal.map(|one| (PinOf::Person(one.name.clone()), &one.pin)))
    }

    /// The first PIN that begins with another or is the same, with the other's owner.
    #[must_use]
    pub fn colliding_pins(&self) -> Option<(PinOf, PinOf)> {
        let pins: Vec<(PinOf, &Pin)> = self.pins().collect();
        let collides = |at: usize| {
            let (whose, pin) = &pins[at];
            let before = pins[..at]
                .iter()
                .find(|(_, other)| pin.collides_with(other));
            before.map(|(other, _)| (whose.clone(), other.clone()))
        };
        (0..pins.len()).find_map(collides)
    }
}

/// A room that is about to be made: only the title has no default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomDraft {
    pub title: Title,
    /// `None`: the next free one.
    pub extension: Option<Extension>,
    /// `None`: generated. `Some(None)`: without.
    pub pin: Option<Option<Pin>>,
    pub moderator_pin: Option<Pin>,
    pub message: bool,
    /// `None`: the default playlist. `Some(None)`: without.
    pub music: Option<Option<PlaylistName>>,
    pub language: RoomLanguage,
    pub options: String,
    pub user_options: String,
    pub keypad: MenuName,
    pub moderator_keypad: MenuName,
}

impl RoomDraft {
    #[must_use]
    pub fn new(title: Title) -> Self {
        Self {
            title,
            extension: None,
            pin: None,
            moderator_pin: None,
            message: true,
            music: None,
            language: RoomLanguage::Auto,
            options: String::new(),
            user_options: String::new(),
            keypad: MenuName::standard(),
            moderator_keypad: MenuName::standard(),
        }
    }
}

/// The fields to change; `None` leaves a field as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoomPatch {
    pub title: Option<Title>,
    pub extension: Option<Extension>,
    pub pin: Option<Option<Pin>>,
    pub moderator_pin: Option<Option<Pin>>,
    pub personal_pins: Option<Vec<PersonalPin>>,
    pub message: Option<bool>,
    pub music: Option<Option<PlaylistName>>,
    pub language: Option<RoomLanguage>,
    pub options: Option<String>,
    pub user_options: Option<String>,
    pub keypad: Option<MenuName>,
    pub moderator_keypad: Option<MenuName>,
}

impl RoomPatch {
    /// The record with the patch applied and its version raised.
    #[must_use]
    pub fn apply_to(self, old: &RoomRecord) -> RoomRecord {
        RoomRecord {
            id: old.id,
            title: self.title.unwrap_or_else(|| old.title.clone()),
            extension: self.extension.unwrap_or_else(|| old.extension.clone()),
            message: self.message.unwrap_or(old.message),
            music: self.music.unwrap_or_else(|| old.music.clone()),
            pin: self.pin.unwrap_or_else(|| old.pin.clone()),
            more_pins: MorePins {
                moderator: self
                    .moderator_pin
                    .unwrap_or_else(|| old.more_pins.moderator.clone()),
                personal: self
                    .personal_pins
                    .unwrap_or_else(|| old.more_pins.personal.clone()),
            },
            language: self.language.unwrap_or(old.language),
            options: self.options.unwrap_or_else(|| old.options.clone()),
            user_options: self
                .user_options
                .unwrap_or_else(|| old.user_options.clone()),
            keypad: self.keypad.unwrap_or_else(|| old.keypad.clone()),
            moderator_keypad: self
                .moderator_keypad
                .unwrap_or_else(|| old.moderator_keypad.clone()),
            created_at: old.created_at,
            version: old.version + 1,
        }
    }
}

/// 1 to 80 characters without control characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Title(Box<str>);

impl Title {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Title {
    type Err = FieldError;

    fn from_str(text: &str) -> Result<Self, FieldError> {
        let text = text.trim();
        let length = text.chars().count();
        if !limits::TITLE_CHARS.contains(&length) || text.chars().any(char::is_control) {
            let accepted = "1 to 80 characters without control characters";
            return Err(FieldError::new("title", text, accepted));
        }
        Ok(Self(text.into()))
    }
}

impl fmt::Display for Title {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Regression db2ee74883
    #[test]
    fn a_title_has_a_beginning_and_an_end() {
        let umlauts = "ä".repeat(80);
        for good in ["a", umlauts.as_str(), "  Standup "] {
            assert_eq!(good.parse::<Title>().unwrap().as_str(), good.trim());
        }
        for bad in ["", "  ", "a\u{7}b", &"x".repeat(81), &"x".repeat(100_000)] {
            assert_eq!(bad.parse::<Title>().unwrap_err().field, "title");
        }
    }
}
