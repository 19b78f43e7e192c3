//! The languages we speak, and what a room asks for.

use std::fmt;
use std::str::FromStr;

use crate::FieldError;

/// A language that every prompt exists in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Language {
    English,
    German,
}

impl Language {
    pub const ALL: [Language; 2] = [Language::English, Language::German];

    /// The primary subtag of RFC 5646.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::German => "de",
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

/// A room's language setting: one language, or whatever suits each listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum RoomLanguage {
    /// The caller's own (from the number or trunk called), else the server's.
    #[default]
    Auto,
    Always(Language),
}

impl RoomLanguage {
    /// What to speak to a caller whose own language is `callers`.
    #[must_use]
    pub fn for_caller(self, callers: Language) -> Language {
        match self {
            RoomLanguage::Auto => callers,
            RoomLanguage::Always(language) => language,
        }
    }
}

impl fmt::Display for RoomLanguage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RoomLanguage::Auto => f.write_str("auto"),
            RoomLanguage::Always(language) => f.write_str(language.tag()),
        }
    }
}

impl FromStr for RoomLanguage {
    type Err = FieldError;

    fn from_str(text: &str) -> Result<Self, FieldError> {
        match text.to_ascii_lowercase().as_str() {
            "auto" => Ok(RoomLanguage::Auto),
            "en" => Ok(RoomLanguage::Always(Language::English)),
            "de" => Ok(RoomLanguage::Always(Language::German)),
            _ => Err(FieldError::new("language", text, "auto, en or de")),
        }
    }
}
