//! Reads whose PIN is to be made, set or cleared: all of it or nothing, and repeats none.

use conclave_model::confbridge::ProfileName;
use conclave_model::{PersonName, Pin, PinOf, PinRole};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::live_input::Fields;
use crate::{Problem, Setting, SettingValue, Wrong};

/// A PIN that somebody wants to be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPin {
    pub of: PinOf,
    /// What a person's PIN makes of them; `None`: what it did, or a member.
    pub role: Option<PinRole>,
    /// The user profile that a person comes with; `None`: the one they had. `Some(None)`: none.
    pub profile: Option<Option<ProfileName>>,
    pub pin: PinWish,
}

/// Which digits a new PIN is to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PinWish {
    Generated,
    /// As they are, for who has a PIN; only the role or the profile changes.
    Kept,
    These(Pin),
}

/// The PIN to set. The schema of the request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"of": "person", "name": "Anna Huber", "role": "moderator"}))]
pub struct PinInput {
    /// 4 to 12 digits; generated when null or left out. A person whose role or profile is named
    /// keeps theirs when it is left out.
    #[schema(pattern = "^[0-9]{4,12}$")]
    pub pin: Option<String>,
    /// Whose PIN; the room's own when left out.
    #[schema(nullable = false)]
    pub of: Option<PinOfName>,
    /// Of a `person`: what they are called in lists.
    #[schema(
        min_length = 1,
        max_length = 80,
        nullable = false,
        example = "Anna Huber"
    )]
    pub name: Option<String>,
    /// Of a `person`; what it was, or `member`, when left out.
    #[schema(nullable = false)]
    pub role: Option<PinRoleName>,
    /// Of a `person`: the user profile whose options hold for them, before what their role is and
    /// before the room's User options. Null: none. What it was, or none, when left out.
    #[schema(pattern = "^[A-Za-z0-9_-]{1,40}$", example = "all_hands")]
    pub profile: Option<String>,
}

/// Which of a room's PINs is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PinOfName {
    /// The one that everybody is given.
    Room,
    /// Who types it comes as a moderator: is not stopped by a lock, may use the keys of moderators,
    /// and is a leader.
    Moderator,
    /// One person's own, who is shown by name.
    Person,
}

/// What somebody may do in a room, as the PIN says or the options.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PinRoleName {
    Member,
    Moderator,
}

/// Reads the body of a request for a new PIN ([`PinInput`]).
///
/// # Errors
/// Names every field that is unknown, missing or wrong.
pub fn read_new_pin(body: &Value) -> Result<NewPin, Problem> {
    let mut fields = Fields::of(body, ["pin", "of", "name", "role", "profile"])?;
    let all = fields.all;
    let text = |field: &str| all.get(field).map(|value| value.as_str().unwrap_or(""));
    let role = text("role").map(str::parse::<PinRole>).transpose();
    let profile = match all.get("profile") {
        None => Ok(None),
        Some(Value::Null) => Ok(Some(None)),
        Some(name) => read_profile(name).map(|name| Some(Some(name))),
    };
    let of = read_pin_of(text("of"), text("name"));
    let is_persons = of.is_err() || matches!(of, Ok(PinOf::Person(_)));
    for field in ["role", "profile"] {
        if let Some(value) = all.get(field).filter(|_| !is_persons) {
            let value = value.as_str().unwrap_or_default();
            fields.errors.push(Wrong::new(field, value, NOT_OF_PERSON));
        }
    }
    let changes_person = all.contains_key("role") || all.contains_key("profile");
    let pin = fields.pin_wish(changes_person);
    match (of, role, profile) {
        (Ok(of), Ok(role), Ok(profile)) => fields.end(NewPin {
            of,
            role,
            profile,
            pin,
        }),
        (of, role, profile) => {
            fields.errors.extend(role.err().map(Wrong::from));
            fields.errors.extend(profile.err());
            fields.errors.extend(of.err());
            Err(Problem::invalid(fields.errors))
        }
    }
}

fn read_profile(name: &Value) -> Result<ProfileName, Wrong> {
    let name = name.as_str().unwrap_or_default();
    let read = name.parse::<ProfileName>();
    read.map_err(|error| Wrong::new("profile", name, error.accepted))
}

impl Fields<'_> {
    fn pin_wish(&mut self, changes_person: bool) -> PinWish {
        match self.all.get("pin") {
            None if changes_person => PinWish::Kept,
            None | Some(Value::Null) => PinWish::Generated,
            Some(value) => match Setting::Pin.read(value) {
                Ok(SettingValue::Pin(Some(pin))) => PinWish::These(pin),
                Ok(_) | Err(_) => {
                    let accepted = "a text of 4 to 12 digits, or null for a generated one";
                    self.errors.push(Wrong::new("pin", "", accepted));
                    PinWish::Generated
                }
            },
        }
    }
}

const NOT_OF_PERSON: &str = "nothing: it is for the PIN of a person";

/// Reads whose PIN is meant from the two words that say so.
///
/// # Errors
/// Names the word that is missing, unknown or too many.
pub fn read_pin_of(of: Option<&str>, name: Option<&str>) -> Result<PinOf, Wrong> {
    let unnamed = |of: PinOf| match name {
        None => Ok(of),
        Some(name) => Err(Wrong::new("name", name, NOT_OF_PERSON)),
    };
    match of {
        None | Some("room") => unnamed(PinOf::Room),
        Some("moderator") => unnamed(PinOf::Moderator),
        Some("person") => match name.unwrap_or_default().parse::<PersonName>() {
            Ok(name) => Ok(PinOf::Person(name)),
            Err(error) => Err(error.into()),
        },
        Some(other) => Err(Wrong::new("of", other, "room, moderator or person")),
    }
}

impl From<PinRole> for PinRoleName {
    fn from(role: PinRole) -> Self {
        match role {
            PinRole::Member => PinRoleName::Member,
            PinRole::Moderator => PinRoleName::Moderator,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_pin_is_the_rooms_a_moderators_or_a_persons() {
        let read = |body: Value| read_new_pin(&body).unwrap();
        assert_eq!(read(json!({})).of, PinOf::Room);
        assert_eq!(read(json!({"of": "moderator"})).of, PinOf::Moderator);
        let anna =
            read(json!({"of": "person", "name": " Anna ", "role": "moderator", "pin": "4711"}));
        assert_eq!(anna.of, PinOf::Person("Anna".parse().unwrap()));
        assert_eq!(anna.role, Some(PinRole::Moderator));
        assert_eq!(anna.pin, PinWish::These("4711".parse().unwrap()));
    }

    #[test]
    fn a_person_keeps_their_pin_when_only_something_else_is_said() {
        let read = |mut body: Value| {
            body["of"] = "person".into();
            body["name"] = "Anna".into();
            let new = read_new_pin(&body).unwrap();
            (new.pin, new.profile)
        };
        let hers = Some(Some("all_hands".parse().unwrap()));
        for (body, expected) in [
            (json!({}), (PinWish::Generated, None)),
            (json!({"role": "member"}), (PinWish::Kept, None)),
            (
                json!({"profile": "All_Hands"}),
                (PinWish::Kept, hers.clone()),
            ),
            (json!({"profile": null}), (PinWish::Kept, Some(None))),
            (
                json!({"profile": "all_hands", "pin": null}),
                (PinWish::Generated, hers),
            ),
        ] {
            assert_eq!(read(body.clone()), expected, "{body}");
        }
    }

    #[test]
    fn what_does_not_fit_is_named_and_no_pin_repeated() {
        for (body, field) in [
            (json!({"of": "anna"}), "of"),
            (json!({"of": "person"}), "name"),
            (json!({"of": "moderator", "name": "Anna"}), "name"),
            (json!({"of": "moderator", "role": "member"}), "role"),
            (
                json!({"of": "person", "name": "Anna", "role": "owner"}),
                "role",
            ),
            (json!({"profile": "all_hands"}), "profile"),
            (json!({"of": "room", "profile": null}), "profile"),
            (
                json!({"of": "person", "name": "Anna", "profile": "all hands"}),
                "profile",
            ),
            (
                json!({"of": "person", "name": "Anna", "profile": 7}),
                "profile",
            ),
            (json!({"pin": "62x184"}), "pin"),
            (json!({"pni": "627184"}), "pni"),
        ] {
            let problem = read_new_pin(&body).unwrap_err();
            assert_eq!(problem.errors[0].field, field, "{body}");
            let whole = serde_json::to_string(&problem).unwrap();
            assert!(!whole.contains("184"), "{whole}");
        }
    }
}
