//! The settings of a room, one table for REST, the command line and their documents.

use conclave_model::confbridge::MenuName;
use conclave_model::{
    Extension, FieldError, Pin, PlaylistName, RoomLanguage, RoomPatch, Title, limits,
};
use serde_json::Value;

/// One thing that can be set on a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Setting {
    Title,
    Extension,
    Message,
    Music,
    Pin,
    ModeratorPin,
    Language,
    Options,
    UserOptions,
    Keypad,
    ModeratorKeypad,
}

/// A setting with a value that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingValue {
    Title(Title),
    Extension(Extension),
    Message(bool),
    Music(Option<PlaylistName>),
    Pin(Option<Pin>),
    ModeratorPin(Option<Pin>),
    Language(RoomLanguage),
    Options(String),
    UserOptions(String),
    Keypad(MenuName),
    ModeratorKeypad(MenuName),
}

impl Setting {
    pub const ALL: [Setting; 11] = [
        Setting::Title,
        Setting::Extension,
        Setting::Message,
        Setting::Music,
        Setting::Pin,
        Setting::ModeratorPin,
        Setting::Language,
        Setting::Options,
        Setting::UserOptions,
        Setting::Keypad,
        Setting::ModeratorKeypad,
    ];

    /// The name in JSON and in `key=value`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Setting::Title => "title",
            Setting::Extension => "extension",
            Setting::Message => "message",
            Setting::Music => "music",
            Setting::Pin => "pin",
            Setting::ModeratorPin => "moderator_pin",
            Setting::Language => "language",
            Setting::Options => "options",
            Setting::UserOptions => "user_options",
            Setting::Keypad => "keypad",
            Setting::ModeratorKeypad => "moderator_keypad",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Setting> {
        Setting::ALL
            .into_iter()
            .find(|setting| setting.name() == name)
    }

    /// What JSON is accepted, for people.
    #[must_use]
    pub const fn accepted(self) -> &'static str {
        match self {
            Setting::Title => "a text of 1 to 80 characters",
            Setting::Extension => "a text of 2 to 12 digits, not starting with 0",
            Setting::Message => "true or false",
            Setting::Music => "the name of a playlist, or null for none",
            Setting::Pin | Setting::ModeratorPin => "a text of 4 to 12 digits, or null for none",
            Setting::Language => "auto, en or de",
            Setting::Options | Setting::UserOptions => "a text of at most 8192 bytes",
            Setting::Keypad | Setting::ModeratorKeypad => KEYPAD,
        }
    }

    /// What is accepted after `key=`, for people.
    #[must_use]
    pub const fn accepted_text(self) -> &'static str {
        match self {
            Setting::Title => "1 to 80 characters",
            Setting::Extension => "2 to 12 digits, not starting with 0",
            Setting::Message => "yes or no",
            Setting::Music => "the name of a playlist, or none",
            Setting::Pin | Setting::ModeratorPin => "4 to 12 digits, or none",
            Setting::Language => "auto, en or de",
            Setting::Options | Setting::UserOptions => "at most 8192 bytes of text",
            Setting::Keypad | Setting::ModeratorKeypad => KEYPAD,
        }
    }

    /// The JSON for what was typed after `key=`; whether it is a good value is checked by `read`.
    ///
    /// # Errors
    /// When a yes or no was expected and something else was typed.
    pub fn json_from_text(self, text: &str) -> Result<Value, FieldError> {
        match self {
            Setting::Message => match text.to_ascii_lowercase().as_str() {
                "yes" | "on" | "true" | "1" => Ok(Value::Bool(true)),
                "no" | "off" | "false" | "0" => Ok(Value::Bool(false)),
                _ => Err(FieldError::new("message", text, "yes or no")),
            },
            Setting::Music | Setting::Pin | Setting::ModeratorPin
                if text.eq_ignore_ascii_case("none") =>
            {
                Ok(Value::Null)
            }
            Setting::Title
            | Setting::Extension
            | Setting::Music
            | Setting::Pin
            | Setting::ModeratorPin
            | Setting::Language
            | Setting::Options
            | Setting::UserOptions
            | Setting::Keypad
            | Setting::ModeratorKeypad => Ok(Value::String(text.to_owned())),
        }
    }

    /// Checks a JSON value.
    ///
    /// # Errors
    /// Names the setting, the value (not a PIN's) and what is accepted.
    pub fn read(self, value: &Value) -> Result<SettingValue, FieldError> {
        let text = || value.as_str().ok_or_else(|| self.refuse(value));
        match self {
            Setting::Title => Ok(SettingValue::Title(text()?.parse()?)),
            Setting::Extension => Ok(SettingValue::Extension(text()?.parse()?)),
            Setting::Message => {
                let message = value.as_bool().ok_or_else(|| self.refuse(value))?;
                Ok(SettingValue::Message(message))
            }
            Setting::Music if value.is_null() => Ok(SettingValue::Music(None)),
            Setting::Music => match text()?.parse() {
                Ok(name) => Ok(SettingValue::Music(Some(name))),
                Err(_) => Err(self.refuse(value)),
            },
            Setting::Pin if value.is_null() => Ok(SettingValue::Pin(None)),
            Setting::Pin => Ok(SettingValue::Pin(Some(text()?.parse()?))),
            Setting::ModeratorPin if value.is_null() => Ok(SettingValue::ModeratorPin(None)),
            Setting::ModeratorPin => match text()?.parse() {
                Ok(pin) => Ok(SettingValue::ModeratorPin(Some(pin))),
                Err(_) => Err(self.refuse(value)),
            },
            Setting::Language => Ok(SettingValue::Language(text()?.parse()?)),
            Setting::Options => Ok(SettingValue::Options(self.options_text(text()?)?)),
            Setting::UserOptions => Ok(SettingValue::UserOptions(self.options_text(text()?)?)),
            Setting::Keypad => Ok(SettingValue::Keypad(self.menu_name(text()?)?)),
            Setting::ModeratorKeypad => Ok(SettingValue::ModeratorKeypad(self.menu_name(text()?)?)),
        }
    }

    fn options_text(self, text: &str) -> Result<String, FieldError> {
        let readable = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
        if text.len() > limits::OPTIONS_BYTES || !text.chars().all(readable) {
            let accepted = "at most 8192 bytes of text without control characters";
            return Err(FieldError::new(self.name(), text, accepted));
        }
        Ok(text.to_owned())
    }

    fn menu_name(self, text: &str) -> Result<MenuName, FieldError> {
        let name = text.parse();
        name.map_err(|_| FieldError::new(self.name(), text, self.accepted()))
    }

    fn refuse(self, value: &Value) -> FieldError {
        let shown = match (self, value) {
            (Setting::Pin | Setting::ModeratorPin, _) => String::new(),
            (_, Value::String(text)) => text.clone(),
            (_, Value::Null | Value::Bool(_) | Value::Number(_)) => value.to_string(),
            (_, Value::Array(_)) => "a list".to_owned(),
            (_, Value::Object(_)) => "an object".to_owned(),
        };
        FieldError::new(self.name(), &shown, self.accepted())
    }
}

impl SettingValue {
    /// Puts the value into a patch.
    pub fn put(self, patch: &mut RoomPatch) {
        match self {
            SettingValue::Title(title) => patch.title = Some(title),
            SettingValue::Extension(extension) => patch.extension = Some(extension),
            SettingValue::Message(message) => patch.message = Some(message),
            SettingValue::Music(music) => patch.music = Some(music),
            SettingValue::Pin(pin) => patch.pin = Some(pin),
            SettingValue::ModeratorPin(pin) => patch.moderator_pin = Some(pin),
            SettingValue::Language(language) => patch.language = Some(language),
            SettingValue::Options(options) => patch.options = Some(options),
            SettingValue::UserOptions(options) => patch.user_options = Some(options),
            SettingValue::Keypad(menu) => patch.keypad = Some(menu),
            SettingValue::ModeratorKeypad(menu) => patch.moderator_keypad = Some(menu),
        }
    }
}

const KEYPAD: &str = "modern, asterisk, none or the name of a menu of your own";

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn typed_values_become_json() {
        let json = |setting: Setting, text| setting.json_from_text(text).unwrap();
        assert_eq!(json(Setting::Message, "Yes"), json!(true));
        assert_eq!(json(Setting::Message, "off"), json!(false));
        assert_eq!(json(Setting::Music, "none"), json!(null));
        assert_eq!(json(Setting::Title, "none"), json!("none"));
        assert_eq!(json(Setting::Pin, "0123"), json!("0123"));
        assert!(Setting::Message.json_from_text("maybe").is_err());
    }

    #[test]
    fn a_refused_pin_is_not_repeated() {
        for bad in [json!(123_456), json!("12a4"), json!(["123456"])] {
            for setting in [Setting::Pin, Setting::ModeratorPin] {
                let error = setting.read(&bad).unwrap_err();
                assert_eq!((error.value.as_str(), error.field), ("", setting.name()));
            }
        }
    }

    #[test]
    fn control_characters_are_no_options() {
        assert!(Setting::Options.read(&json!("max_members=5\n")).is_ok());
        assert!(Setting::Options.read(&json!("\u{0}")).is_err());
        assert!(Setting::Options.read(&json!("x".repeat(8_193))).is_err());
    }
}
