//! Reads what was sent to make or change a menu: all of it or nothing.

use conclave_model::confbridge::MenuName;
use conclave_model::{FieldError, limits};
use serde_json::{Map, Value};

use crate::menu_check::wrong_menu_lines;
use crate::room_input::{object, unknown_field};
use crate::{Problem, Rewording, Wrong};

/// Reads the body of a request that makes a menu ([`crate::NewMenu`]).
///
/// # Errors
/// Names every field and line that is missing, unknown or wrong.
pub fn read_new_menu(body: &Value) -> Result<(MenuName, String), Problem> {
    let fields = object(body)?;
    let mut errors = strangers(fields, ["name", "text"]);
    let name = read_name(fields).map_err(|error| errors.push(error.into()));
    let text = read_text(fields).map_err(|found| errors.extend(found));
    match (name, text) {
        (Ok(name), Ok(text)) if errors.is_empty() => Ok((name, text)),
        (Ok(_) | Err(()), Ok(_) | Err(())) => Err(Problem::invalid(errors)),
    }
}

/// Reads the body of a request that changes a menu ([`crate::MenuUpdate`]).
///
/// # Errors
/// Names every field and line that is missing, unknown or wrong.
pub fn read_menu_change(body: &Value) -> Result<Rewording<MenuName>, Problem> {
    let fields = object(body)?;
    let mut errors = strangers(fields, ["name", "text"]);
    if !fields.contains_key("name") && !fields.contains_key("text") {
        errors.push(Wrong::new("text", "", "a text, a new name, or both"));
    }
    let name = fields.get("name").map(|_| read_name(fields)).transpose();
    let name = name.map_err(|error| errors.push(error.into()));
    let text = fields.get("text").map(|_| read_text(fields)).transpose();
    let text = text.map_err(|found| errors.extend(found));
    match (name, text) {
        (Ok(name), Ok(text)) if errors.is_empty() => Ok(Rewording { name, text }),
        (Ok(_) | Err(()), Ok(_) | Err(())) => Err(Problem::invalid(errors)),
    }
}

/// Reads the body of a request that tries a text out; lines are no errors here.
///
/// # Errors
/// Names what is no text, or too long.
pub fn read_menu_text(body: &Value) -> Result<String, Problem> {
    let fields = object(body)?;
    let mut errors = strangers(fields, ["text"]);
    match plain_text(fields) {
        Ok(text) if errors.is_empty() => Ok(text),
        Ok(_) => Err(Problem::invalid(errors)),
        Err(error) => {
            errors.push(error.into());
            Err(Problem::invalid(errors))
        }
    }
}

fn strangers<const N: usize>(fields: &Map<String, Value>, known: [&'static str; N]) -> Vec<Wrong> {
    let strange = fields.keys().filter(|name| !known.contains(&name.as_str()));
    strange.map(|name| unknown_field(name, known)).collect()
}

fn read_name(fields: &Map<String, Value>) -> Result<MenuName, FieldError> {
    let text = fields.get("name").and_then(Value::as_str).unwrap_or("");
    let name: MenuName = text.parse()?;
    if name.preset().is_some() {
        let accepted = "a name that no preset has";
        return Err(FieldError::new("name", text, accepted));
    }
    Ok(name)
}

fn read_text(fields: &Map<String, Value>) -> Result<String, Vec<Wrong>> {
    let text = plain_text(fields).map_err(|error| vec![error.into()])?;
    let wrong = wrong_menu_lines(&text);
    if wrong.is_empty() {
        Ok(text)
    } else {
        Err(wrong)
    }
}

fn plain_text(fields: &Map<String, Value>) -> Result<String, FieldError> {
    let readable = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    let text = fields.get("text").and_then(Value::as_str);
    let fits = |text: &&str| text.len() <= limits::OPTIONS_BYTES && text.chars().all(readable);
    let text = text.filter(fits).ok_or_else(|| {
        let accepted = "at most 8192 bytes of text without control characters";
        FieldError::new("text", "", accepted)
    })?;
    Ok(text.to_owned())
}
