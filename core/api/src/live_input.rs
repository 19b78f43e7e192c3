//! Reads what was sent to change a running conference, a PIN or a playlist: all of it or nothing.

use conclave_model::{Pin, PlaylistName, Title};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::room_input::{object, unknown_field};
use crate::{LiveChange, ParticipantChange, Problem, Setting, SettingValue, Wrong};

/// Reads the body of a request that changes a running conference ([`LiveInput`]).
///
/// # Errors
/// Names every field that is unknown or wrong.
pub fn read_live_change(body: &Value) -> Result<LiveChange, Problem> {
    let mut fields = Fields::of(body, ["locked", "muted_all"])?;
    let change = LiveChange {
        locked: fields.flag("locked"),
        muted_all: fields.flag("muted_all"),
    };
    fields.end(change)
}

/// Reads the body of a request that changes a participant ([`ParticipantInput`]).
///
/// # Errors
/// Names every field that is unknown or wrong.
pub fn read_participant_change(body: &Value) -> Result<ParticipantChange, Problem> {
    let mut fields = Fields::of(body, ["muted", "name"])?;
    let change = ParticipantChange {
        muted: fields.flag("muted"),
        name: fields.name(),
    };
    fields.end(change)
}

/// Reads the body of a request for a new PIN ([`PinInput`]); `None` asks for a generated one.
///
/// # Errors
/// Names every field that is unknown or wrong.
pub fn read_new_pin(body: &Value) -> Result<Option<Pin>, Problem> {
    let mut fields = Fields::of(body, ["pin"])?;
    let pin = match fields.all.get("pin") {
        None | Some(Value::Null) => None,
        Some(value) => match Setting::Pin.read(value) {
            Ok(SettingValue::Pin(pin)) => pin,
            Ok(_) | Err(_) => {
                let accepted = "a text of 4 to 12 digits, or null for a generated one";
                fields.errors.push(Wrong::new("pin", "", accepted));
                None
            }
        },
    };
    fields.end(pin)
}

/// Reads the body of a request that makes a playlist ([`NewPlaylist`]).
///
/// # Errors
/// Names every field that is missing, unknown or wrong.
pub fn read_new_playlist(body: &Value) -> Result<PlaylistName, Problem> {
    let mut fields = Fields::of(body, ["name"])?;
    let text = fields.all.get("name").and_then(Value::as_str);
    let name = text.unwrap_or_default().parse::<PlaylistName>();
    match name {
        Ok(name) => fields.end(name),
        Err(error) => {
            let wrong = Wrong::new("name", &error.value, error.accepted);
            fields.errors.push(wrong);
            Err(Problem::invalid(fields.errors))
        }
    }
}

/// What to change on a running conference; what is left out stays. The schema of the request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LiveInput {
    /// Nobody else gets in.
    #[schema(nullable = false)]
    pub locked: Option<bool>,
    /// Mutes or unmutes everybody who is in the room now.
    #[schema(nullable = false)]
    pub muted_all: Option<bool>,
}

/// What to change on a participant; what is left out stays. The schema of the request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ParticipantInput {
    /// Nobody hears what this participant says.
    #[schema(nullable = false)]
    pub muted: Option<bool>,
    /// The name that is shown.
    #[schema(min_length = 1, max_length = 80, nullable = false)]
    pub name: Option<String>,
}

/// The PIN to set. The schema of the request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PinInput {
    /// 4 to 12 digits; generated when null or left out.
    #[schema(pattern = "^[0-9]{4,12}$")]
    pub pin: Option<String>,
}

/// A playlist to make. The schema of the request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPlaylist {
    #[schema(example = "jazz", pattern = "^[a-z0-9_-]{1,40}$")]
    pub name: String,
}

/// The fields of a body, and what was wrong with them so far.
struct Fields<'a> {
    all: &'a Map<String, Value>,
    errors: Vec<Wrong>,
}

impl<'a> Fields<'a> {
    fn of<const N: usize>(body: &'a Value, known: [&'static str; N]) -> Result<Self, Problem> {
        let all = object(body)?;
        let errors = all
            .keys()
            .filter(|name| !known.contains(&name.as_str()))
            .map(|name| unknown_field(name, known))
            .collect();
        Ok(Self { all, errors })
    }

    fn flag(&mut self, field: &'static str) -> Option<bool> {
        let value = self.all.get(field)?;
        if value.as_bool().is_none() {
            let shown = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            self.errors.push(Wrong::new(field, &shown, "true or false"));
        }
        value.as_bool()
    }

    fn name(&mut self) -> Option<String> {
        let value = self.all.get("name")?;
        match value.as_str().unwrap_or_default().parse::<Title>() {
            Ok(name) => Some(name.to_string()),
            Err(error) => {
                self.errors
                    .push(Wrong::new("name", &error.value, error.accepted));
                None
            }
        }
    }

    fn end<T>(self, value: T) -> Result<T, Problem> {
        if self.errors.is_empty() {
            Ok(value)
        } else {
            Err(Problem::invalid(self.errors))
        }
    }
}
