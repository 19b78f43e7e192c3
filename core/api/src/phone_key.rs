//! How a request names an account of a telephone; finds none.

use std::fmt;

use conclave_model::{PhoneId, limits};

/// Its id or its user, as it stood in the path.
#[derive(Clone, PartialEq, Eq)]
pub struct PhoneKey(Box<str>);

impl PhoneKey {
    /// Takes any text; one that fits no account is `not-found` later.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let longest = *limits::PHONE_USER_CHARS.end();
        Self(text.chars().take(longest).collect::<String>().into())
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    #[must_use]
    pub fn as_id(&self) -> Option<PhoneId> {
        self.0.parse().ok()
    }
}

impl fmt::Debug for PhoneKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
