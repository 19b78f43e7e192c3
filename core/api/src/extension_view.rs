//! Numbers that are no room, as they are shown and sent; judges nothing.

use conclave_model::{Extension, HouseService, ServiceExtension};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::room_input::{object, unknown_field};
use crate::{Problem, Wrong, rfc3339};

/// A number that is no room, and what is heard under it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExtensionView {
    #[schema(example = "899")]
    pub extension: String,
    pub service: ServiceName,
    /// The name of the sound that is said; null for an echo test.
    #[schema(required, example = "acme-hours")]
    pub sound: Option<String>,
    #[schema(format = DateTime)]
    pub created_at: String,
}

/// What is heard under a number that is no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ServiceName {
    /// Callers hear themselves, until they press `#`.
    Echo,
    /// A sound is said once; then the call is over.
    Sound,
}

/// What a number is to be. The schema of the request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"service": "sound", "sound": "acme-hours"}))]
pub struct ExtensionInput {
    pub service: ServiceName,
    /// One of our sounds or one that was uploaded; of a `sound` alone.
    #[schema(example = "acme-hours")]
    pub sound: Option<String>,
}

impl ExtensionView {
    #[must_use]
    pub fn of(record: &ServiceExtension) -> Self {
        Self {
            extension: record.extension.to_string(),
            service: match record.service {
                HouseService::EchoTest => ServiceName::Echo,
                HouseService::Sound(_) => ServiceName::Sound,
            },
            sound: record.service.sound(),
            created_at: rfc3339(record.created_at),
        }
    }
}

/// Reads the number of a path and the body ([`ExtensionInput`]) of a request that sets it.
///
/// # Errors
/// Names every field that is missing, unknown or wrong.
pub fn read_extension(number: &str, body: &Value) -> Result<(Extension, HouseService), Problem> {
    let fields = object(body)?;
    let known = ["service", "sound"];
    let strange = fields.keys().filter(|name| !known.contains(&name.as_str()));
    let mut errors: Vec<Wrong> = strange.map(|name| unknown_field(name, known)).collect();
    let extension = number.parse::<Extension>();
    let extension = extension.map_err(|error| errors.push(error.into()));
    let kind = fields.get("service").and_then(Value::as_str);
    let sound = match fields.get("sound") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(name)) => Ok(Some(name.as_str())),
        Some(other) => {
            let accepted = "the name of a sound";
            Err(Wrong::new("sound", &other.to_string(), accepted))
        }
    };
    let service = sound.and_then(|sound| Ok(HouseService::read(kind.unwrap_or_default(), sound)?));
    let service = service.map_err(|error: Wrong| errors.push(error));
    match (extension, service) {
        (Ok(extension), Ok(service)) if errors.is_empty() => Ok((extension, service)),
        (Ok(_) | Err(()), Ok(_) | Err(())) => Err(Problem::invalid(errors)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn everything_that_is_wrong_is_named_at_once() {
        let fields = |number: &str, body: Value| -> Vec<String> {
            let problem = read_extension(number, &body).unwrap_err();
            problem
                .errors
                .into_iter()
                .map(|wrong| wrong.field)
                .collect()
        };
        assert_eq!(
            fields("112", json!({"service": "fax", "x": 1})),
            ["x", "extension", "service"]
        );
        assert_eq!(fields("899", json!({})), ["service"]);
        assert_eq!(fields("899", json!({"service": "sound"})), ["sound"]);
        assert_eq!(
            fields("899", json!({"service": "sound", "sound": 7})),
            ["sound"]
        );
        let body = json!({"service": "echo", "sound": null});
        let (extension, service) = read_extension("899", &body).unwrap();
        assert_eq!(extension.as_str(), "899");
        assert_eq!(service, HouseService::EchoTest);
    }
}
