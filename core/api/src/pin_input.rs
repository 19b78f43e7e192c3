//! Reads whose PIN is to be made, set or cleared: all of it or nothing, and repeats none.

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
    /// `None`: generated.
    pub pin: Option<Pin>,
}

/// The PIN to set. The schema of the request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"of": "person", "name": "Anna Huber", "role": "moderator"}))]
pub struct PinInput {
    /// 4 to 12 digits; generated when null or left out.
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
    /// Of a `person`; `member` when left out.
    #[schema(nullable = false)]
    pub role: Option<PinRoleName>,
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
    let mut fields = Fields::of(body, ["pin", "of", "name", "role"])?;
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
    let text = |field: &str| {
        fields
            .all
            .get(field)
            .map(|value| value.as_str().unwrap_or(""))
    };
    let (of, name, role) = (text("of"), text("name"), text("role"));
    let role = role.map(str::parse::<PinRole>).transpose();
    match (read_pin_of(of, name), role) {
        (Ok(of), Ok(role)) if matches!(of, PinOf::Person(_)) || role.is_none() => {
            fields.end(NewPin { of, role, pin })
        }
        (of, role) => {
            let accepted = "nothing: it is for the PIN of a person";
            match role {
                Ok(Some(role)) if of.is_ok() => {
                    fields
                        .errors
                        .push(Wrong::new("role", role.name(), accepted));
                }
                Ok(_) => {}
                Err(error) => fields.errors.push(error.into()),
            }
            fields.errors.extend(of.err());
            Err(Problem::invalid(fields.errors))
        }
    }
}

/// Reads whose PIN is meant from the two words that say so.
///
/// # Errors
/// Names the word that is missing, unknown or too many.
pub fn read_pin_of(of: Option<&str>, name: Option<&str>) -> Result<PinOf, Wrong> {
    let unnamed = |of: PinOf| match name {
        None => Ok(of),
        Some(name) => {
            let accepted = "nothing: it is for the PIN of a person";
            Err(Wrong::new("name", name, accepted))
        }
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
        assert_eq!(
            (anna.role, anna.pin.is_some()),
            (Some(PinRole::Moderator), true)
        );
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
