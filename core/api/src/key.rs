//! How a person or program points at a room or participant: by id, number or name.

use std::fmt;
use std::str::FromStr;

use conclave_model::{Extension, ParticipantId, RoomId, RoomRecord};

use crate::Problem;

/// A room by its id, its extension or its title, in this order of precedence.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RoomKey(Box<str>);

impl RoomKey {
    /// Takes any text; one that fits no room is `not-found` later.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.chars().take(KEY_CHARS).collect::<String>().into())
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    #[must_use]
    pub fn as_id(&self) -> Option<RoomId> {
        RoomId::from_str(&self.0).ok()
    }

    #[must_use]
    pub fn as_extension(&self) -> Option<Extension> {
        Extension::from_str(&self.0).ok()
    }

    /// The one room meant: by id, else by extension, else by title without regard to case.
    ///
    /// # Errors
    /// `not-found`, or `conflict` when the title is that of several rooms.
    pub fn find<'a, I>(&self, rooms: I) -> Result<&'a RoomRecord, Problem>
    where
        I: IntoIterator<Item = &'a RoomRecord>,
        I::IntoIter: Clone,
    {
        let rooms = rooms.into_iter();
        if let Some(id) = self.as_id() {
            return rooms
                .clone()
                .find(|room| room.id == id)
                .ok_or_else(|| self.unknown());
        }
        if let Some(room) = rooms
            .clone()
            .find(|room| room.extension.as_str() == &*self.0)
        {
            return Ok(room);
        }
        let wanted = self.0.to_lowercase();
        let mut fitting = rooms.filter(|room| room.title.as_str().to_lowercase() == wanted);
        let first = fitting.next().ok_or_else(|| self.unknown())?;
        match fitting.next() {
            None => Ok(first),
            Some(second) => Err(Problem::conflict(format!(
                "the rooms {} and {} have this title; name the room by its extension or id",
                first.extension, second.extension
            ))),
        }
    }

    /// The answer when nothing fits.
    #[must_use]
    pub fn unknown(&self) -> Problem {
        Problem::not_found(format!(
            "there is no room with the id, extension or title {:?}",
            self.0
        ))
    }
}

/// A participant of one room by id, telephone number or name, in this order of precedence.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ParticipantKey(Box<str>);

impl ParticipantKey {
    /// Takes any text; one that fits nobody is `not-found` later.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.chars().take(KEY_CHARS).collect::<String>().into())
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    #[must_use]
    pub fn as_id(&self) -> Option<ParticipantId> {
        ParticipantId::from_str(&self.0).ok()
    }

    /// The one participant meant, out of `(id, number, name)`.
    ///
    /// # Errors
    /// `not-found`, or `conflict` when number or name is that of several.
    pub fn find<'a, I>(&self, present: I) -> Result<ParticipantId, Problem>
    where
        I: IntoIterator<Item = (ParticipantId, &'a str, Option<&'a str>)>,
        I::IntoIter: Clone,
    {
        let present = present.into_iter();
        if let Some(id) = self.as_id() {
            let mut ids = present.map(|(id, _, _)| id);
            return ids.find(|other| *other == id).ok_or_else(|| self.unknown());
        }
        let wanted = self.0.to_lowercase();
        let by_number: Vec<_> = present
            .clone()
            .filter(|(_, number, _)| number.to_lowercase() == wanted)
            .map(|(id, _, _)| id)
            .collect();
        let by_name = || {
            present
                .filter(|(_, _, name)| name.is_some_and(|name| name.to_lowercase() == wanted))
                .map(|(id, _, _)| id)
                .collect()
        };
        let fitting: Vec<_> = if by_number.is_empty() {
            by_name()
        } else {
            by_number
        };
        match fitting.as_slice() {
            [] => Err(self.unknown()),
            [one] => Ok(*one),
            [first, second, ..] => Err(Problem::conflict(format!(
                "{first} and {second} both fit {:?}; name the participant by its id",
                self.0
            ))),
        }
    }

    /// The answer when nobody fits.
    #[must_use]
    pub fn unknown(&self) -> Problem {
        Problem::not_found(format!(
            "there is no participant with the id, number or name {:?} in this room",
            self.0
        ))
    }
}

impl fmt::Display for RoomKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for RoomKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for ParticipantKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ParticipantKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// Longer than any title; what is cut off could not have fitted.
const KEY_CHARS: usize = 100;
