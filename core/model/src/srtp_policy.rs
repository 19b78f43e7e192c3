//! Whether sound goes over the wire encrypted; knows no key.

use crate::FieldError;

/// What is asked of a caller's telephone: of all, of one account or of one trunk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SrtpPolicy {
    /// Never: keys in an offer are passed over.
    Off,
    /// As the telephone has it (RFC 8643 where it leaves the choice to us).
    #[default]
    Offered,
    /// Always: who offers no encryption is refused.
    Required,
}

impl SrtpPolicy {
    pub const ALL: [SrtpPolicy; 3] = [SrtpPolicy::Off, SrtpPolicy::Offered, SrtpPolicy::Required];

    /// As a setting says it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            SrtpPolicy::Off => "off",
            SrtpPolicy::Offered => "offered",
            SrtpPolicy::Required => "required",
        }
    }

    /// # Errors
    /// Names every word there is.
    pub fn read(text: &str) -> Result<Self, FieldError> {
        let found = Self::ALL.into_iter().find(|policy| policy.name() == text);
        found.ok_or_else(|| FieldError::new("srtp", text, "one of off, offered, required"))
    }
}
