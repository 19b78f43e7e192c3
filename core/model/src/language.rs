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

    /// The one of ours that a telephone prefers, by its Accept-Language (RFC 3261 §20.3, RFC 9110
    /// §12.5.4): `de-AT, en;q=0.5`. `None`: it wants none of ours, or says nothing of it.
    #[must_use]
    pub fn accepted_by(header: &str) -> Option<Self> {
        let wishes = header.split(',').take(WISHES_READ).filter_map(|wish| {
            let (range, weight) = wish.split_once(';').unwrap_or((wish, ""));
            let primary = range.trim().split('-').next()?;
            let language = Self::ALL
                .into_iter()
                .find(|language| language.tag().eq_ignore_ascii_case(primary))?;
            Some((language, thousandths(weight)?))
        });
        let mut best: Option<(Self, u16)> = None;
        for (language, weight) in wishes {
            if weight > 0 && best.is_none_or(|(_, most)| weight > most) {
                best = Some((language, weight));
            }
        }
        best.map(|(language, _)| language)
    }

    /// The primary subtag of RFC 5646.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::German => "de",
        }
    }
}

/// `q=0.8` as 800; 1000 where nothing is said.
fn thousandths(weight: &str) -> Option<u16> {
    let weight = weight.trim();
    if weight.is_empty() {
        return Some(1_000);
    }
    let number: f32 = weight.strip_prefix("q=")?.trim().parse().ok()?;
    (0.0..=1.0)
        .contains(&number)
        .then_some((number * 1_000.0) as u16)
}

/// Nobody speaks more languages than that, and a header can be long.
const WISHES_READ: usize = 16;

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

/// A room's language setting: what is said to all, and to each whose own language nobody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum RoomLanguage {
    /// The server's.
    #[default]
    Auto,
    Always(Language),
}

impl RoomLanguage {
    /// What to speak to one caller alone: their own language where it is known, else the room's,
    /// else that of the house.
    #[must_use]
    pub fn for_caller(self, own: Option<Language>, house: Language) -> Language {
        own.unwrap_or_else(|| self.for_all(house))
    }

    /// What to speak to everybody at once.
    #[must_use]
    pub fn for_all(self, house: Language) -> Language {
        match self {
            RoomLanguage::Auto => house,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_telephone_says_which_language_it_prefers() {
        for (header, expected) in [
            ("de", Some(Language::German)),
            ("DE-at", Some(Language::German)),
            ("fr, en;q=0.5, de;q=0.8", Some(Language::German)),
            ("en, de", Some(Language::English)),
            ("de;q=0, en;q=0.1", Some(Language::English)),
            ("fr", None),
            ("", None),
            ("den, *;q=1, de;q=many, en;q=7", None),
        ] {
            assert_eq!(Language::accepted_by(header), expected, "{header}");
        }
    }
}
