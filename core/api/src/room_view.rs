//! A room as the public sees it; the PIN is in it only where it was asked for.

use conclave_model::{PersonalPin, Pin, RoomRecord};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{PinRoleName, rfc3339};

/// A room as an administrator set it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RoomView {
    #[schema(example = "rm_0193a6c1b2f07c3e9d5a4b6c7d8e9f00")]
    pub id: String,
    #[schema(example = "Standup")]
    pub title: String,
    /// The number that is dialled.
    #[schema(example = "801")]
    pub extension: String,
    /// Whether callers are asked for their name and announced by it.
    pub message: bool,
    /// The playlist a lone participant hears, or null for none.
    #[schema(required)]
    pub music: Option<String>,
    /// Whether the room has a PIN of its own; without any PIN, whoever dials it is let in.
    pub pin_set: bool,
    /// Whether there is a PIN with which one comes as a moderator.
    pub moderator_pin_set: bool,
    /// How many people have a PIN of their own.
    pub personal_pins: u64,
    /// The PIN; only in the answer to the request that created the room.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub pin: Option<String>,
    /// `auto`, `en` or `de`.
    #[schema(example = "auto")]
    pub language: String,
    /// ConfBridge bridge options as typed.
    pub options: String,
    /// ConfBridge user options as typed.
    pub user_options: String,
    /// What keys do for callers: the name of a menu.
    #[schema(example = "modern")]
    pub keypad: String,
    /// And for moderators.
    #[schema(example = "modern")]
    pub moderator_keypad: String,
    #[schema(format = DateTime)]
    pub created_at: String,
    /// Grows with every change; also the ETag.
    pub version: u64,
}

impl RoomView {
    /// The room without its PIN.
    #[must_use]
    pub fn of(room: &RoomRecord) -> Self {
        Self {
            id: room.id.to_string(),
            title: room.title.to_string(),
            extension: room.extension.to_string(),
            message: room.message,
            music: room.music.as_ref().map(ToString::to_string),
            pin_set: room.pin.is_some(),
            moderator_pin_set: room.more_pins.moderator.is_some(),
            personal_pins: room.more_pins.personal.len() as u64,
            pin: None,
            language: room.language.to_string(),
            options: room.options.clone(),
            user_options: room.user_options.clone(),
            keypad: room.keypad.to_string(),
            moderator_keypad: room.moderator_keypad.to_string(),
            created_at: rfc3339(room.created_at),
            version: room.version,
        }
    }

    /// The room with its PIN, for the one who created it.
    #[must_use]
    pub fn with_pin(room: &RoomRecord) -> Self {
        Self {
            pin: room.pin.as_ref().map(revealed),
            ..Self::of(room)
        }
    }
}

/// A room's PINs, for whoever asked for exactly that.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PinView {
    /// The room's id.
    pub room: String,
    /// Null: whoever dials the room is let in, unless there are other PINs.
    #[schema(required, example = "627184")]
    pub pin: Option<String>,
    /// With which one comes as a moderator.
    #[schema(required, example = "539182")]
    pub moderator_pin: Option<String>,
    /// Of those who have one of their own.
    pub personal_pins: Vec<PersonalPinView>,
    /// The room's version after the change.
    pub version: u64,
}

impl PinView {
    #[must_use]
    pub fn of(room: &RoomRecord) -> Self {
        Self {
            room: room.id.to_string(),
            pin: room.pin.as_ref().map(revealed),
            moderator_pin: room.more_pins.moderator.as_ref().map(revealed),
            personal_pins: room.more_pins.personal.iter().map(Into::into).collect(),
            version: room.version,
        }
    }
}

/// One person's PIN.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PersonalPinView {
    #[schema(example = "Anna Huber")]
    pub name: String,
    pub role: PinRoleName,
    #[schema(example = "864209")]
    pub pin: String,
    /// The user profile whose options hold for them, before what their role is and before the
    /// room's User options.
    #[schema(required, example = "all_hands")]
    pub profile: Option<String>,
}

impl From<&PersonalPin> for PersonalPinView {
    fn from(one: &PersonalPin) -> Self {
        Self {
            name: one.name.to_string(),
            role: one.role.into(),
            pin: revealed(&one.pin),
            profile: one.profile.as_ref().map(ToString::to_string),
        }
    }
}

fn revealed(pin: &Pin) -> String {
    pin.reveal().to_owned()
}

impl std::fmt::Debug for PersonalPinView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PersonalPinView({})", self.name)
    }
}

impl std::fmt::Debug for RoomView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "RoomView({} {} v{})",
            self.id, self.extension, self.version
        )
    }
}

impl std::fmt::Debug for PinView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PinView({})", self.room)
    }
}
