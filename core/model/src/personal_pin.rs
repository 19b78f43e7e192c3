//! The PINs of a room beside its own, and what each makes of whoever types it; compares none.

use std::fmt;
use std::str::FromStr;

use crate::confbridge::ProfileName;
use crate::{FieldError, Pin, limits};

/// What a PIN makes of whoever types it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PinRole {
    #[default]
    Member,
    /// Admin and leader.
    Moderator,
}

/// 1 to 80 characters without control characters: what a person is called in lists.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PersonName(Box<str>);

/// A PIN that one person has alone, so that it says who comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonalPin {
    pub name: PersonName,
    pub role: PinRole,
    pub pin: Pin,
    /// The user profile whose options hold for this person before those of the room.
    pub profile: Option<ProfileName>,
}

/// The PINs of a room beside its own. None of all the room's PINs begins with another, so that the
/// last digit typed always decides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MorePins {
    /// Who types it comes as a moderator.
    pub moderator: Option<Pin>,
    /// In the order in which they were given, no name twice.
    pub personal: Vec<PersonalPin>,
}

/// Which of a room's PINs is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PinOf {
    Room,
    Moderator,
    Person(PersonName),
}

impl MorePins {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.moderator.is_none() && self.personal.is_empty()
    }

    /// The PIN of this person.
    #[must_use]
    pub fn of(&self, name: &PersonName) -> Option<&PersonalPin> {
        self.personal.iter().find(|one| one.name == *name)
    }

    /// Puts in a person's PIN, in place of the one they had.
    pub fn give(&mut self, new: PersonalPin) {
        match self.personal.iter_mut().find(|one| one.name == new.name) {
            Some(old) => *old = new,
            None => self.personal.push(new),
        }
    }

    /// As it is kept: a line for each person, `ROLE PIN NAME` or `ROLE:PROFILE PIN NAME`.
    #[must_use]
    pub fn personal_text(&self) -> String {
        let line = |one: &PersonalPin| {
            let (role, pin) = (one.role.name(), one.pin.reveal());
            let profile = one.profile.as_ref().map(|profile| format!(":{profile}"));
            format!("{role}{} {pin} {}\n", profile.unwrap_or_default(), one.name)
        };
        self.personal.iter().map(line).collect()
    }

    /// Reads what [`MorePins::personal_text`] wrote.
    ///
    /// # Errors
    /// A line is not as it was written; it is not repeated.
    pub fn read_personal(text: &str) -> Result<Vec<PersonalPin>, FieldError> {
        let wrong = || FieldError::new("personal_pins", "", "ROLE[:PROFILE] PIN NAME");
        let read = |line: &str| {
            let mut words = line.splitn(3, ' ');
            let mut word = || words.next().ok_or_else(wrong);
            let (role, pin, name) = (word()?, word()?, word()?);
            let (role, profile) = match role.split_once(':') {
                Some((role, profile)) => (role, Some(profile)),
                None => (role, None),
            };
            Ok(PersonalPin {
                role: role.parse()?,
                profile: profile.map(str::parse).transpose()?,
                pin: pin.parse()?,
                name: name.parse()?,
            })
        };
        text.lines().map(read).collect()
    }
}

impl PinRole {
    /// As the API writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            PinRole::Member => "member",
            PinRole::Moderator => "moderator",
        }
    }
}

impl FromStr for PinRole {
    type Err = FieldError;

    fn from_str(text: &str) -> Result<Self, FieldError> {
        match text {
            "member" => Ok(PinRole::Member),
            "moderator" => Ok(PinRole::Moderator),
            _ => Err(FieldError::new("role", text, "member or moderator")),
        }
    }
}

impl PersonName {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PersonName {
    type Err = FieldError;

    fn from_str(text: &str) -> Result<Self, FieldError> {
        let text = text.trim();
        let length = text.chars().count();
        if !limits::TITLE_CHARS.contains(&length) || text.chars().any(char::is_control) {
            let accepted = "1 to 80 characters without control characters";
            return Err(FieldError::new("name", text, accepted));
        }
        Ok(Self(text.into()))
    }
}

impl fmt::Display for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pin_of(name: &str, pin: &str) -> PersonalPin {
        PersonalPin {
            name: name.parse().unwrap(),
            role: PinRole::Moderator,
            pin: pin.parse().unwrap(),
            profile: None,
        }
    }

    #[test]
    fn what_is_kept_is_read_again() {
        let mut pins = MorePins::default();
        pins.give(pin_of("Anna  Huber, 2nd", "627184"));
        pins.give(PersonalPin {
            profile: Some("all_hands".parse().unwrap()),
            ..pin_of("Carla: the 3rd", "4713")
        });
        pins.give(pin_of("Бен", "4711"));
        pins.give(pin_of("Бен", "4712"));
        assert_eq!(pins.personal.len(), 3);
        let read = MorePins::read_personal(&pins.personal_text());
        assert_eq!(read.unwrap(), pins.personal);
        assert_eq!(MorePins::read_personal("").unwrap(), []);
        let error = MorePins::read_personal("member 62x184 Anna").unwrap_err();
        assert!(!error.to_string().contains("62x"));
    }

    #[test]
    fn names_are_lines_of_text() {
        assert!("".parse::<PersonName>().is_err());
        assert!("a\nmember 1234 b".parse::<PersonName>().is_err());
        assert!(!format!("{:?}", pin_of("Anna", "627184")).contains("627"));
    }
}
