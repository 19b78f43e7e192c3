//! `key=value` on the command line, checked by the same table as the API.

use conclave_api::{Setting, Wrong, nearest};
use conclave_model::confbridge::{OptionSection, with_option};
use serde_json::{Map, Value};

/// One setting of a room, or one option of its texts.
#[derive(Clone)]
pub enum Assignment {
    /// With its value as JSON.
    Setting(Setting, Value),
    /// Of ConfBridge; an empty value takes it out of the text.
    Option {
        section: OptionSection,
        name: &'static str,
        value: String,
    },
}

/// Reads `key=value`; the answer to a wrong one names what is accepted, and never a PIN.
pub(crate) fn read_assignment(text: &str) -> Result<Assignment, String> {
    let (key, value) = text
        .split_once('=')
        .ok_or("expected KEY=VALUE, such as message=yes")?;
    if let Some(setting) = Setting::from_name(key) {
        return assignment(setting, value);
    }
    if let Some((section, name)) = option_of(key)? {
        let value = value.trim().to_owned();
        return Ok(Assignment::Option {
            section,
            name,
            value,
        });
    }
    let names = Setting::ALL.map(Setting::name);
    let options = OptionSection::ALL
        .into_iter()
        .flat_map(OptionSection::options)
        .map(|option| option.name);
    Err(match nearest(key, names.into_iter().chain(options)) {
        Some(meant) => format!("{key}: unknown; did you mean {meant}?"),
        None => format!(
            "{key}: unknown; expected one of {}, or an option of ConfBridge",
            names.join(", ")
        ),
    })
}

/// An option by its name, after `options.` or `user_options.` where both texts have it.
fn option_of(key: &str) -> Result<Option<(OptionSection, &'static str)>, String> {
    let sections = [
        (OptionSection::Bridge, "options."),
        (OptionSection::User, "user_options."),
    ];
    for (section, prefix) in sections {
        if let Some(name) = key.strip_prefix(prefix) {
            return Ok(section.find(name).map(|option| (section, option.name)));
        }
    }
    let found = sections.map(|(section, _)| Some((section, section.find(key)?.name)));
    match found {
        [Some((_, name)), Some(_)] => Err(format!(
            "{name}: both texts have it; write options.{name} or user_options.{name}"
        )),
        [one, other] => Ok(one.or(other)),
    }
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
    Ok(Assignment::Setting(setting, value))
}

impl Assignment {
    pub fn none(setting: Setting) -> Self {
        Assignment::Setting(setting, Value::Null)
    }
}

/// Whether the texts of the room must be known to say these.
pub(crate) fn name_options(assignments: &[Assignment]) -> bool {
    let is_option = |one: &Assignment| matches!(one, Assignment::Option { .. });
    assignments.iter().any(is_option)
}

/// The body of a request; of several values for one key the last counts. Options are put into the
/// text that was typed before them, else into that of `texts`: the room's Options and User options.
pub(crate) fn body(assignments: impl IntoIterator<Item = Assignment>, texts: &RoomTexts) -> Value {
    let mut fields = Map::new();
    for assignment in assignments {
        match assignment {
            Assignment::Setting(setting, value) => {
                fields.insert(setting.name().to_owned(), value);
            }
            Assignment::Option {
                section,
                name,
                value,
            } => {
                let (setting, before) = match section {
                    OptionSection::Bridge => (Setting::Options, &texts.options),
                    OptionSection::User => (Setting::UserOptions, &texts.user_options),
                };
                let typed = fields.get(setting.name()).and_then(Value::as_str);
                let text = with_option(section, typed.unwrap_or(before), name, &value);
                fields.insert(setting.name().to_owned(), Value::String(text));
            }
        }
    }
    Value::Object(fields)
}

/// The texts of a room as they are.
#[derive(Default)]
pub(crate) struct RoomTexts {
    pub(crate) options: String,
    pub(crate) user_options: String,
}

/// Without the value, which may be a PIN.
impl std::fmt::Debug for Assignment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = match self {
            Assignment::Setting(setting, _) => setting.name(),
            Assignment::Option { name, .. } => name,
        };
        write!(f, "{name}=…")
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
        let typed = [read("message=no"), read("music=none"), read("title=a=b")];
        let body = body(typed, &RoomTexts::default());
        assert_eq!(
            body,
            serde_json::json!({"message": false, "music": null, "title": "a=b"})
        );
    }

    #[test]
    fn options_are_put_into_the_texts_of_the_room() {
        let texts = RoomTexts {
            options: "max_members=2\nlanguage=de".to_owned(),
            user_options: String::new(),
        };
        let typed = [
            "max_members=20",
            "startmuted=yes",
            "Sound_Join=silence",
            "options.template=base",
        ];
        assert!(name_options(
            &typed.map(|text| read_assignment(text).unwrap())
        ));
        let body = body(typed.map(|text| read_assignment(text).unwrap()), &texts);
        let expected = serde_json::json!({
            "options": "max_members=20\nlanguage=de\nsound_join=silence\ntemplate=base",
            "user_options": "startmuted=yes",
        });
        assert_eq!(body, expected);
        let error = |text| read_assignment(text).unwrap_err();
        assert!(error("template=base").contains("options.template"));
        assert!(error("max_member=2").contains("did you mean max_members?"));
        assert!(error("user_options.max_members=2").contains("unknown"));
    }
}
