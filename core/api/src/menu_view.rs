//! Menus of keys and what is said of their lines, as they are shown and sent; judges nothing.

use conclave_model::confbridge::{Menu, MenuPreset, MenuRecord};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{LiveRef, OptionLineView, rfc3339};

/// Which keys do what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MenuView {
    /// Under which rooms choose it.
    #[schema(example = "reception")]
    pub name: String,
    /// Comes with the server and cannot be changed.
    pub preset: bool,
    /// As ConfBridge writes it: `keys=action,action`, one a line.
    #[schema(example = "*6=toggle_mute\n*8=leave_conference\n")]
    pub text: String,
    /// Of a preset that has other keys for moderators, those.
    #[schema(required)]
    pub moderator_text: Option<String>,
    /// What the text says.
    pub entries: Vec<MenuEntryView>,
    /// The rooms that have chosen it, for callers or for moderators.
    pub rooms: Vec<LiveRef>,
    /// Null: a preset.
    #[schema(required, format = DateTime)]
    pub created_at: Option<String>,
    /// Grows with every change; also the ETag.
    pub version: u64,
}

/// Keys and what is done for them, one after the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MenuEntryView {
    #[schema(example = "*6")]
    pub keys: String,
    #[schema(example = json!(["toggle_mute"]))]
    pub actions: Vec<String>,
}

/// A menu to make. The schema of the request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "reception", "text": "*6=toggle_mute"}))]
pub struct NewMenu {
    /// 1 to 40 letters, digits, - and _; kept in lower case.
    #[schema(pattern = "^[A-Za-z0-9_-]{1,40}$")]
    pub name: String,
    /// `keys=action,action`, one a line.
    #[schema(max_length = 8192)]
    pub text: String,
}

/// What to change of a menu; what is left out stays. The schema of the request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"text": "*6=toggle_mute"}))]
pub struct MenuUpdate {
    /// A new name, under which every room that has chosen the menu has it from then on.
    #[schema(pattern = "^[A-Za-z0-9_-]{1,40}$", nullable = false)]
    pub name: Option<String>,
    /// `keys=action,action`, one a line.
    #[schema(max_length = 8192, nullable = false)]
    pub text: Option<String>,
}

/// A text to try out as a menu. The schema of the request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"text": "*6=toggle_mute"}))]
pub struct MenuInput {
    /// `keys=action,action`, one a line.
    #[schema(max_length = 8192)]
    pub text: String,
}

/// What becomes of each line of a menu.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MenuCheckView {
    /// Whether a menu with this text would be saved.
    pub accepted: bool,
    /// In their order; empty lines and comments are left out.
    pub lines: Vec<OptionLineView>,
}

impl MenuView {
    #[must_use]
    pub fn of(record: &MenuRecord, rooms: Vec<LiveRef>) -> Self {
        Self {
            name: record.name.to_string(),
            preset: false,
            text: record.text.to_string(),
            moderator_text: None,
            entries: entries(&record.menu),
            rooms,
            created_at: Some(rfc3339(record.created_at)),
            version: record.version,
        }
    }

    #[must_use]
    pub fn of_preset(preset: MenuPreset, rooms: Vec<LiveRef>) -> Self {
        let (text, moderators) = (preset.text(false), preset.text(true));
        Self {
            name: preset.name().to_owned(),
            preset: true,
            text: text.to_owned(),
            moderator_text: (moderators != text).then(|| moderators.to_owned()),
            entries: entries(&preset.menu(false)),
            rooms,
            created_at: None,
            version: 1,
        }
    }
}

fn entries(menu: &Menu) -> Vec<MenuEntryView> {
    let entries = menu.entries().iter().map(|entry| MenuEntryView {
        keys: entry.keys.to_string(),
        actions: entry.actions.iter().map(ToString::to_string).collect(),
    });
    entries.collect()
}
