//! `key=value` on the command line, checked by the same table as the API.

use conclave_api::{Setting, Wrong, nearest};
use serde_json::{Map, Value};

/// One setting and its value as JSON.
#[derive(Clone)]
pub struct Assignment {
    setting: Setting,
    value: Value,
}

/// Reads `key=value`; the answer to a wrong one names what is accepted, and never a PIN.
pub(crate) fn read_assignment(text: &str) -> Result<Assignment, String> {
    let (key, value) = text
        .split_once('=')
        .ok_or("expected KEY=VALUE, such as message=yes")?;
    let names = Setting::ALL.map(Setting::name);
    let setting = Setting::from_name(key).ok_or_else(|| match nearest(key, names) {
        Some(meant) => format!("{key}: unknown; did you mean {meant}?"),
        None => format!("{key}: unknown; expected one of {}", names.join(", ")),
    })?;
    assignment(setting, value)
}

/// The setting with a value from an option of its own.
pub(crate) fn assignment(setting: Setting, text: &str) -> Result<Assignment, String> {
    let wrong = |error: conclave_model::FieldError| {
        let shown = error.value.clone();
        Wrong::new(setting.name(), &shown, setting.accepted_text()).sentence()
    };
    let value = setting.json_from_text(text).map_err(wrong)?;
    setting.read(&value).map_err(|error| match setting {
        // A title's own rule or an emergency number says more than the table.
        Setting::Extension | Setting::Title => error.to_string(),
        Setting::Message
        | Setting::Music
        | Setting::Pin
        | Setting::ModeratorPin
        | Setting::Language
        | Setting::Options
        | Setting::UserOptions
        | Setting::Keypad
        | Setting::ModeratorKeypad => wrong(error),
    })?;
    Ok(Assignment { setting, value })
}

impl Assignment {
    pub fn none(setting: Setting) -> Self {
        Self {
            setting,
            value: Value::Null,
        }
    }
}

/// The body of a request; of several values for one key the last counts.
pub(crate) fn body(assignments: impl IntoIterator<Item = Assignment>) -> Value {
    let fields = assignments
        .into_iter()
        .map(|assignment| (assignment.setting.name().to_owned(), assignment.value));
    Value::Object(fields.collect::<Map<_, _>>())
}

/// Without the value, which may be a PIN.
impl std::fmt::Debug for Assignment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}=…", self.setting.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_setting_says_what_is_accepted() {
        let error = |text| read_assignment(text).unwrap_err();
        assert!(error("titel=x").contains("did you mean title?"));
        assert!(error("colour=red").contains("title, extension"));
        assert!(error("message").contains("KEY=VALUE"));
        assert_eq!(
            error("message=maybe"),
            "message: \"maybe\" is not accepted; expected yes or no"
        );
        assert!(error("extension=112").contains("emergency"));
        assert!(!error("pin=12x456").contains("12x456"));
    }

    #[test]
    fn settings_become_one_object() {
        let read = |text| read_assignment(text).unwrap();
        let body = body([read("message=no"), read("music=none"), read("title=a=b")]);
        assert_eq!(
            body,
            serde_json::json!({"message": false, "music": null, "title": "a=b"})
        );
    }
}
