//! Reads what was sent to make or change a profile: all of it or nothing.

use conclave_model::confbridge::{OptionSection, ProfileName};
use conclave_model::{FieldError, limits};
use serde_json::{Map, Value};

use crate::options_check::wrong_lines_of;
use crate::room_input::{object, unknown_field};
use crate::{Problem, ProfileKey, ProfileKind, Rewording, Wrong};

/// Reads the body of a request that makes a profile ([`crate::NewProfile`]).
///
/// # Errors
/// Names every field and line that is missing, unknown or wrong.
pub fn read_new_profile(body: &Value) -> Result<(ProfileKey, String), Problem> {
    let fields = object(body)?;
    let mut errors = strangers(fields, ["kind", "name", "text"]);
    let kind = read_kind(fields).map_err(|error| errors.push(error.into()));
    let name = read_name(fields).map_err(|error| errors.push(error.into()));
    let section = kind.map_or(OptionSection::User, ProfileKind::section);
    let text = read_text(fields, section).map_err(|found| errors.extend(found));
    match (kind, name, text) {
        (Ok(_), Ok(name), Ok(text)) if errors.is_empty() => {
            Ok((ProfileKey { section, name }, text))
        }
        (Ok(_) | Err(()), Ok(_) | Err(()), Ok(_) | Err(())) => Err(Problem::invalid(errors)),
    }
}

/// Reads the body of a request that changes a profile ([`crate::ProfileInput`]).
///
/// # Errors
/// Names every field and line that is missing, unknown or wrong.
pub fn read_profile_change(
    section: OptionSection,
    body: &Value,
) -> Result<Rewording<ProfileName>, Problem> {
    let fields = object(body)?;
    let mut errors = strangers(fields, ["name", "text"]);
    if !fields.contains_key("name") && !fields.contains_key("text") {
        errors.push(Wrong::new("text", "", "a text, a new name, or both"));
    }
    let name = fields.get("name").map(|_| read_name(fields)).transpose();
    let name = name.map_err(|error| errors.push(error.into()));
    let text = fields.get("text").map(|_| read_text(fields, section));
    let text = text.transpose().map_err(|found| errors.extend(found));
    match (name, text) {
        (Ok(name), Ok(text)) if errors.is_empty() => Ok(Rewording { name, text }),
        (Ok(_) | Err(()), Ok(_) | Err(())) => Err(Problem::invalid(errors)),
    }
}

fn strangers<const N: usize>(fields: &Map<String, Value>, known: [&'static str; N]) -> Vec<Wrong> {
    let strange = fields.keys().filter(|name| !known.contains(&name.as_str()));
    strange.map(|name| unknown_field(name, known)).collect()
}

fn read_kind(fields: &Map<String, Value>) -> Result<ProfileKind, FieldError> {
    let text = fields.get("kind").and_then(Value::as_str).unwrap_or("");
    let kinds = [ProfileKind::Bridge, ProfileKind::User];
    let found = kinds.into_iter().find(|kind| kind.name() == text);
    found.ok_or_else(|| FieldError::new("kind", text, "bridge or user"))
}

fn read_name(fields: &Map<String, Value>) -> Result<ProfileName, FieldError> {
    let text = fields.get("name").and_then(Value::as_str).unwrap_or("");
    text.parse()
}

fn read_text(fields: &Map<String, Value>, section: OptionSection) -> Result<String, Vec<Wrong>> {
    let readable = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    let text = fields.get("text").and_then(Value::as_str);
    let fits = |text: &&str| text.len() <= limits::OPTIONS_BYTES && text.chars().all(readable);
    let Some(text) = text.filter(fits) else {
        let accepted = "at most 8192 bytes of text without control characters";
        return Err(vec![Wrong::new("text", "", accepted)]);
    };
    let wrong = wrong_lines_of("text", section, text);
    if wrong.is_empty() {
        Ok(text.to_owned())
    } else {
        Err(wrong)
    }
}
