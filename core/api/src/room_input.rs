//! Reads what was sent to create or change a room: all of it or nothing.

use conclave_model::{RoomDraft, RoomPatch};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::options_check::wrong_lines;
use crate::{Problem, ProblemKind, Setting, Wrong, nearest};

/// Reads the body of a request that creates a room ([`NewRoom`]).
///
/// # Errors
/// Names every field that is missing, unknown or wrong.
pub fn read_new_room(body: &Value) -> Result<RoomDraft, Problem> {
    let (patch, mut errors) = read_settings(object(body)?);
    let Some(title) = patch.title else {
        if !errors.iter().any(|wrong| wrong.field == "title") {
            errors.insert(0, Wrong::new("title", "", Setting::Title.accepted()));
        }
        return Err(Problem::invalid(errors));
    };
    if !errors.is_empty() {
        return Err(Problem::invalid(errors));
    }
    let plain = RoomDraft::new(title);
    Ok(RoomDraft {
        extension: patch.extension,
        pin: patch.pin,
        moderator_pin: patch.moderator_pin.flatten(),
        message: patch.message.unwrap_or(plain.message),
        music: patch.music,
        language: patch.language.unwrap_or(plain.language),
        options: patch.options.unwrap_or_default(),
        user_options: patch.user_options.unwrap_or_default(),
        keypad: patch.keypad.unwrap_or(plain.keypad),
        moderator_keypad: patch.moderator_keypad.unwrap_or(plain.moderator_keypad),
        title: plain.title,
    })
}

/// Reads the body of a request that changes a room ([`RoomChange`]).
///
/// # Errors
/// Names every field that is unknown or wrong.
pub fn read_change(body: &Value) -> Result<RoomPatch, Problem> {
    let (patch, errors) = read_settings(object(body)?);
    if errors.is_empty() {
        Ok(patch)
    } else {
        Err(Problem::invalid(errors))
    }
}

/// A room to create; only the title has no default. The schema of the request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"title": "Team meeting", "extension": "813", "pin": "627184"}))]
pub struct NewRoom {
    /// 1 to 80 characters.
    #[schema(example = "Standup", min_length = 1, max_length = 80)]
    pub title: String,
    /// The number to dial; the next free one when left out.
    #[schema(example = "801", pattern = "^[1-9][0-9]{1,11}$", nullable = false)]
    pub extension: Option<String>,
    /// Whether callers are asked for their name and announced by it.
    #[schema(default = true, nullable = false)]
    pub message: Option<bool>,
    /// A playlist; null for none, the built-in one when left out.
    pub music: Option<String>,
    /// 4 to 12 digits; null for none, a generated one when left out.
    #[schema(pattern = "^[0-9]{4,12}$")]
    pub pin: Option<String>,
    /// 4 to 12 digits, with which one comes as a moderator; null for none.
    #[schema(pattern = "^[0-9]{4,12}$")]
    pub moderator_pin: Option<String>,
    /// `auto`, `en` or `de`.
    #[schema(default = "auto", nullable = false)]
    pub language: Option<String>,
    /// ConfBridge bridge options.
    #[schema(max_length = 8192, nullable = false)]
    pub options: Option<String>,
    /// ConfBridge user options.
    #[schema(max_length = 8192, nullable = false)]
    pub user_options: Option<String>,
    /// What keys do for callers: `modern`, `asterisk`, `none` or the name of a menu of one's own.
    #[schema(default = "modern", nullable = false)]
    pub keypad: Option<String>,
    /// And for moderators.
    #[schema(default = "modern", nullable = false)]
    pub moderator_keypad: Option<String>,
}

/// What to change on a room; what is left out stays. The schema of the request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"title": "Team meeting"}))]
pub struct RoomChange {
    /// 1 to 80 characters.
    #[schema(min_length = 1, max_length = 80, nullable = false)]
    pub title: Option<String>,
    /// The number to dial.
    #[schema(pattern = "^[1-9][0-9]{1,11}$", nullable = false)]
    pub extension: Option<String>,
    /// Whether callers are asked for their name and announced by it.
    #[schema(nullable = false)]
    pub message: Option<bool>,
    /// A playlist; null for none.
    pub music: Option<String>,
    /// 4 to 12 digits; null for none.
    #[schema(pattern = "^[0-9]{4,12}$")]
    pub pin: Option<String>,
    /// 4 to 12 digits, with which one comes as a moderator; null for none.
    #[schema(pattern = "^[0-9]{4,12}$")]
    pub moderator_pin: Option<String>,
    /// `auto`, `en` or `de`.
    #[schema(nullable = false)]
    pub language: Option<String>,
    /// ConfBridge bridge options.
    #[schema(max_length = 8192, nullable = false)]
    pub options: Option<String>,
    /// ConfBridge user options.
    #[schema(max_length = 8192, nullable = false)]
    pub user_options: Option<String>,
    /// What keys do for callers: `modern`, `asterisk`, `none` or the name of a menu of one's own.
    #[schema(nullable = false)]
    pub keypad: Option<String>,
    /// And for moderators.
    #[schema(nullable = false)]
    pub moderator_keypad: Option<String>,
}

fn read_settings(fields: &Map<String, Value>) -> (RoomPatch, Vec<Wrong>) {
    let mut patch = RoomPatch::default();
    let mut errors = Vec::new();
    for (name, value) in fields {
        let Some(setting) = Setting::from_name(name) else {
            errors.push(unknown_field(name, Setting::ALL.map(Setting::name)));
            continue;
        };
        match setting.read(value) {
            Ok(value) => {
                errors.extend(wrong_lines(&value));
                value.put(&mut patch);
            }
            Err(error) => errors.push(error.into()),
        }
    }
    (patch, errors)
}

/// A field that nobody knows; its value may be a mistyped secret and is not repeated.
pub(crate) fn unknown_field<const N: usize>(name: &str, known: [&'static str; N]) -> Wrong {
    let accepted = match nearest(name, known) {
        Some(meant) => format!("a known field; did you mean {meant}?"),
        None => format!("one of {}", known.join(", ")),
    };
    Wrong::new(name, "", accepted)
}

pub(crate) fn object(body: &Value) -> Result<&Map<String, Value>, Problem> {
    body.as_object()
        .ok_or_else(|| Problem::new(ProblemKind::Malformed, "the body must be a JSON object"))
}
