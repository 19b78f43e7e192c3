//! Reads what was sent to change a running conference or a playlist: all of it or nothing.

use conclave_model::{PlaylistName, Prompt, Title, limits};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::room_input::{object, unknown_field};
use crate::{LiveChange, ParticipantChange, ParticipantKey, Problem, RoomKey, Wrong, nearest};

/// Reads the body of a request that changes a running conference ([`LiveInput`]).
///
/// # Errors
/// Names every field that is unknown or wrong.
pub fn read_live_change(body: &Value) -> Result<LiveChange, Problem> {
    let mut fields = Fields::of(body, ["locked", "muted_all", "muted_all_but", "recording"])?;
    let change = LiveChange {
        locked: fields.flag("locked"),
        muted_all: fields.flag("muted_all"),
        muted_all_but: fields.muted_all_but(),
        recording: fields.flag("recording"),
    };
    fields.end(change)
}

/// Reads the body of a request that changes a participant ([`ParticipantInput`]).
///
/// # Errors
/// Names every field that is unknown or wrong.
pub fn read_participant_change(body: &Value) -> Result<ParticipantChange, Problem> {
    let known = ["muted", "name", "volume_db", "hand_raised", "room"];
    let mut fields = Fields::of(body, known)?;
    let change = ParticipantChange {
        muted: fields.flag("muted"),
        name: fields.name(),
        volume_db: fields.volume_db(),
        hand_raised: fields.flag("hand_raised"),
        room: fields.room(),
    };
    fields.end(change)
}

/// Reads the body of a request that lets somebody in ([`AdmissionInput`]).
///
/// # Errors
/// Names every field that is unknown or wrong; only `true` is accepted.
pub fn read_admission(body: &Value) -> Result<(), Problem> {
    let mut fields = Fields::of(body, ["admitted"])?;
    if fields.flag("admitted") != Some(true) && fields.errors.is_empty() {
        let shown = fields.all.get("admitted").map(Value::to_string);
        let accepted = "true; DELETE turns somebody away";
        let wrong = Wrong::new("admitted", &shown.unwrap_or_default(), accepted);
        fields.errors.push(wrong);
    }
    fields.end(())
}

/// Reads the body of a request that plays something to a room ([`AnnouncementInput`]).
///
/// # Errors
/// Names every field that is unknown or wrong, and for a prompt that there is not, all there are.
pub fn read_announcement(body: &Value) -> Result<Prompt, Problem> {
    let mut fields = Fields::of(body, ["prompt"])?;
    let name = fields.all.get("prompt").map(shown).unwrap_or_default();
    let prompt = Prompt::of_stem(&name);
    let Some(prompt) = prompt else {
        let names: Vec<String> = Prompt::words().map(Prompt::file_stem).collect();
        let all = names.join(", ");
        let accepted = match nearest(&name, names.iter().map(String::as_str)) {
            Some(near) => format!("did you mean {near}? There are: {all}"),
            None => format!("one of {all}"),
        };
        fields.errors.push(Wrong::new("prompt", &name, accepted));
        return Err(Problem::invalid(fields.errors));
    };
    fields.end(prompt)
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
#[schema(example = json!({"locked": true}))]
pub struct LiveInput {
    /// Nobody else gets in.
    #[schema(nullable = false)]
    pub locked: Option<bool>,
    /// Mutes or unmutes everybody who is in the room now. `false` also ends it that whoever comes
    /// is muted, which a moderator's key may have begun.
    #[schema(nullable = false)]
    pub muted_all: Option<bool>,
    /// Mutes everybody who is in the room now but the participant of this id, number or name, who
    /// is unmuted.
    #[schema(nullable = false, example = "anna")]
    pub muted_all_but: Option<String>,
    /// Starts or stops a recording; everybody is told, and whoever comes later.
    #[schema(nullable = false)]
    pub recording: Option<bool>,
}

/// What to change on a participant; what is left out stays. The schema of the request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"muted": true}))]
pub struct ParticipantInput {
    /// Nobody hears what this participant says.
    #[schema(nullable = false)]
    pub muted: Option<bool>,
    /// The name that is shown.
    #[schema(min_length = 1, max_length = 80, nullable = false)]
    pub name: Option<String>,
    /// How much louder or softer the others hear this participant.
    #[schema(minimum = -20, maximum = 20, nullable = false)]
    pub volume_db: Option<i8>,
    #[schema(nullable = false)]
    pub hand_raised: Option<bool>,
    /// Another room by id, extension or title, where the participant goes on without its PIN.
    #[schema(nullable = false, example = "802")]
    pub room: Option<String>,
}

/// Lets somebody in. The schema of the request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"admitted": true}))]
pub struct AdmissionInput {
    /// True: without a PIN, and though the room is locked.
    pub admitted: bool,
}

/// What to play to everybody in a room. The schema of the request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnnouncementInput {
    /// The name of a prompt; a name that there is not is answered with all there are.
    #[schema(example = "room-locked")]
    pub prompt: String,
}

/// A playlist to make. The schema of the request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPlaylist {
    #[schema(example = "jazz", pattern = "^[a-z0-9_-]{1,40}$")]
    pub name: String,
}

/// The fields of a body, and what was wrong with them so far.
pub(crate) struct Fields<'a> {
    pub(crate) all: &'a Map<String, Value>,
    pub(crate) errors: Vec<Wrong>,
}

impl<'a> Fields<'a> {
    pub(crate) fn of<const N: usize>(
        body: &'a Value,
        known: [&'static str; N],
    ) -> Result<Self, Problem> {
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
            let wrong = Wrong::new(field, &shown(value), "true or false");
            self.errors.push(wrong);
        }
        value.as_bool()
    }

    fn volume_db(&mut self) -> Option<i8> {
        let value = self.all.get("volume_db")?;
        let decibels = value.as_i64().and_then(|value| i8::try_from(value).ok());
        let within = decibels.filter(|decibels| limits::VOLUME_DB.contains(decibels));
        if within.is_none() {
            let accepted = format!(
                "a whole number from {} to {}",
                limits::VOLUME_DB.start(),
                limits::VOLUME_DB.end()
            );
            let wrong = Wrong::new("volume_db", &shown(value), accepted);
            self.errors.push(wrong);
        }
        within
    }

    fn room(&mut self) -> Option<RoomKey> {
        let value = self.all.get("room")?;
        if value.as_str().is_none_or(str::is_empty) {
            let accepted = "the id, extension or title of a room";
            self.errors
                .push(Wrong::new("room", &shown(value), accepted));
        }
        value.as_str().map(RoomKey::new)
    }

    fn muted_all_but(&mut self) -> Option<ParticipantKey> {
        let value = self.all.get("muted_all_but")?;
        let accepted = match value.as_str() {
            _ if self.all.contains_key("muted_all") => "nothing beside muted_all",
            Some("") | None => "the id, number or name of a participant",
            Some(who) => return Some(ParticipantKey::new(who)),
        };
        let wrong = Wrong::new("muted_all_but", &shown(value), accepted);
        self.errors.push(wrong);
        None
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

    pub(crate) fn end<T>(self, value: T) -> Result<T, Problem> {
        if self.errors.is_empty() {
            Ok(value)
        } else {
            Err(Problem::invalid(self.errors))
        }
    }
}

/// A wrong value as the problem names it.
fn shown(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
