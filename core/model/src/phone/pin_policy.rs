//! Whether the PIN of a room is asked of a telephone that has proved its account.

use crate::FieldError;

/// What proving an account is worth at a room's door.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PhonePin {
    /// As of everybody.
    #[default]
    Asks,
    /// It enters as one who gave the room's ordinary PIN.
    Skipped,
}

impl PhonePin {
    pub const ALL: [PhonePin; 2] = [PhonePin::Asks, PhonePin::Skipped];

    /// As a setting says it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            PhonePin::Asks => "asks",
            PhonePin::Skipped => "skipped",
        }
    }

    /// # Errors
    /// Names every word there is.
    pub fn read(text: &str) -> Result<Self, FieldError> {
        let found = Self::ALL.into_iter().find(|policy| policy.name() == text);
        found.ok_or_else(|| FieldError::new("pin", text, "one of asks, skipped"))
    }
}
