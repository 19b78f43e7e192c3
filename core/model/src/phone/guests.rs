//! Who may call without an account; knows no address.

use crate::{FieldError, Origin};

/// Whose calls are answered without a proof.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Guests {
    /// Trunks alone.
    Nobody,
    /// And whoever calls from a network of our own.
    #[default]
    Neighbours,
    /// And whoever calls from anywhere.
    Anyone,
}

impl Guests {
    pub const ALL: [Guests; 3] = [Guests::Nobody, Guests::Neighbours, Guests::Anyone];

    /// As a setting says it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Guests::Nobody => "nobody",
            Guests::Neighbours => "neighbours",
            Guests::Anyone => "anyone",
        }
    }

    /// # Errors
    /// Names every word there is.
    pub fn read(text: &str) -> Result<Self, FieldError> {
        let found = Self::ALL.into_iter().find(|guests| guests.name() == text);
        found.ok_or_else(|| FieldError::new("guests", text, "one of nobody, neighbours, anyone"))
    }

    /// Whether somebody of this origin need prove nothing.
    #[must_use]
    pub const fn welcomes(self, origin: Origin) -> bool {
        match (self, origin) {
            (_, Origin::Phone(_) | Origin::Trunk(_))
            | (Guests::Neighbours | Guests::Anyone, Origin::Neighbour)
            | (Guests::Anyone, Origin::Stranger) => true,
            (Guests::Nobody, Origin::Neighbour)
            | (Guests::Nobody | Guests::Neighbours, Origin::Stranger) => false,
        }
    }
}
