//! Reads what was sent to make or change a webhook: all of it or nothing.

use conclave_model::{HttpUrl, NumbersShown, limits};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::room_input::{object, unknown_field};
use crate::{Happening, Problem, Wrong, nearest};

/// What to set on a webhook; `None` leaves it as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WebhookChange {
    pub url: Option<HttpUrl>,
    pub note: Option<String>,
    pub types: Option<Vec<String>>,
    pub numbers: Option<NumbersShown>,
    pub enabled: Option<bool>,
}

/// Reads the body of a request that changes a webhook ([`WebhookInput`]).
///
/// # Errors
/// Names every field that is unknown or wrong.
pub fn read_webhook_change(body: &Value) -> Result<WebhookChange, Problem> {
    let mut change = WebhookChange::default();
    let mut errors = Vec::new();
    for (name, value) in object(body)? {
        let read = match name.as_str() {
            "url" => url(value).map(|url| change.url = Some(url)),
            "note" => note(value).map(|note| change.note = Some(note)),
            "types" => types(value).map(|types| change.types = Some(types)),
            "numbers" => numbers(value).map(|numbers| change.numbers = Some(numbers)),
            "enabled" => flag(value).map(|enabled| change.enabled = Some(enabled)),
            _ => Err(unknown_field(name, FIELDS)),
        };
        errors.extend(read.err());
    }
    if errors.is_empty() {
        Ok(change)
    } else {
        Err(Problem::invalid(errors))
    }
}

/// Reads the body of a request that makes a webhook ([`NewWebhook`]): url and types are there.
///
/// # Errors
/// Names every field that is missing, unknown or wrong.
pub fn read_new_webhook(body: &Value) -> Result<(HttpUrl, Vec<String>, WebhookChange), Problem> {
    let change = read_webhook_change(body);
    let mut errors = change
        .as_ref()
        .err()
        .map_or(Vec::new(), |problem| problem.errors.clone());
    for (field, accepted) in [("url", URL), ("types", TYPES)] {
        if object(body)?.get(field).is_none() {
            errors.push(Wrong::new(field, "", accepted));
        }
    }
    match change {
        Ok(WebhookChange {
            url: Some(url),
            types: Some(types),
            note,
            numbers,
            enabled,
        }) => {
            let rest = WebhookChange {
                note,
                numbers,
                enabled,
                ..WebhookChange::default()
            };
            Ok((url, types, rest))
        }
        Ok(_) | Err(_) if !errors.is_empty() => Err(Problem::invalid(errors)),
        Ok(_) => Err(Problem::invalid(vec![Wrong::new("url", "", URL)])),
        Err(problem) => Err(problem),
    }
}

/// The types of event that a webhook may be told of: all but those of a stream.
pub fn webhook_types() -> impl Iterator<Item = &'static str> {
    Happening::TYPES
        .iter()
        .copied()
        .filter(|name| *name != "gap")
}

/// A webhook to make. The schema of the request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWebhook {
    /// Where events are sent: `https`, or `http` within a network that you trust.
    #[schema(example = "https://tickets.example.com/conclave", max_length = 2048)]
    pub url: String,
    /// Types of event as in the stream of events.
    #[schema(example = json!(["session.started", "session.ended"]), min_items = 1)]
    pub types: Vec<String>,
    /// What it is for.
    #[schema(example = "Ticket system", max_length = 120, nullable = false)]
    pub note: Option<String>,
    /// `masked` or `full`; the latter takes the permission `numbers:read`.
    #[schema(default = "masked", nullable = false)]
    pub numbers: Option<String>,
    #[schema(default = true, nullable = false)]
    pub enabled: Option<bool>,
}

/// What to change on a webhook; what is left out stays. The schema of the request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookInput {
    #[schema(max_length = 2048, nullable = false)]
    pub url: Option<String>,
    #[schema(min_items = 1, nullable = false)]
    pub types: Option<Vec<String>>,
    #[schema(max_length = 120, nullable = false)]
    pub note: Option<String>,
    /// `masked` or `full`; the latter takes the permission `numbers:read`.
    #[schema(nullable = false)]
    pub numbers: Option<String>,
    /// True begins anew after it was disabled.
    #[schema(nullable = false)]
    pub enabled: Option<bool>,
}

fn url(value: &Value) -> Result<HttpUrl, Wrong> {
    value
        .as_str()
        .unwrap_or_default()
        .parse()
        .map_err(Wrong::from)
}

fn note(value: &Value) -> Result<String, Wrong> {
    let note = value.as_str().map(str::trim);
    let fits = |note: &&str| {
        note.chars().count() <= limits::WEBHOOK_NOTE_CHARS && !note.contains(char::is_control)
    };
    let shown = value.as_str().unwrap_or_default();
    note.filter(fits)
        .map(str::to_owned)
        .ok_or_else(|| Wrong::new("note", shown, "a line of up to 120 characters"))
}

fn types(value: &Value) -> Result<Vec<String>, Wrong> {
    let items = value.as_array().filter(|items| !items.is_empty());
    let mut types = Vec::new();
    for item in items.ok_or_else(|| Wrong::new("types", "", TYPES))? {
        let name = item.as_str().unwrap_or_default();
        if !webhook_types().any(|known| known == name) {
            let accepted = match nearest(name, webhook_types()) {
                Some(meant) => format!("a type of event; did you mean {meant}?"),
                None => TYPES.to_owned(),
            };
            return Err(Wrong::new("types", name, accepted));
        }
        if !types.iter().any(|known| known == name) {
            types.push(name.to_owned());
        }
    }
    Ok(types)
}

fn numbers(value: &Value) -> Result<NumbersShown, Wrong> {
    value
        .as_str()
        .unwrap_or_default()
        .parse()
        .map_err(Wrong::from)
}

fn flag(value: &Value) -> Result<bool, Wrong> {
    let wrong = || Wrong::new("enabled", &value.to_string(), "true or false");
    value.as_bool().ok_or_else(wrong)
}

const FIELDS: [&str; 5] = ["url", "types", "note", "numbers", "enabled"];
const URL: &str = "https://HOST/PATH or http://HOST:PORT/PATH";
const TYPES: &str = "a list of types of event, such as session.started";

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn wrong(body: &Value) -> Vec<(String, String)> {
        let problem = read_new_webhook(body).expect_err("wrong");
        let named = problem.errors.into_iter();
        named.map(|wrong| (wrong.field, wrong.accepted)).collect()
    }

    #[test]
    fn a_webhook_needs_an_address_and_types() {
        let body = json!({"url": "https://a.example/", "types": ["room.created", "room.created"]});
        let (url, types, rest) = read_new_webhook(&body).expect("good");
        assert_eq!((url.host(), types.len()), ("a.example", 1));
        assert_eq!(rest, WebhookChange::default());
        let missing = wrong(&json!({}));
        assert_eq!(missing.len(), 2, "{missing:?}");
    }

    #[test]
    fn a_slip_in_a_type_is_named() {
        let body = json!({"url": "ftp://a", "types": ["room.create"], "notes": 1});
        let named = wrong(&body);
        let fields: Vec<_> = named.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(fields, ["notes", "types", "url"]);
        assert!(named[1].1.contains("room.created"), "{named:?}");
        assert!(
            wrong(&json!({"url": "http://a/", "types": ["gap"]}))[0]
                .1
                .contains("such as")
        );
    }
}
