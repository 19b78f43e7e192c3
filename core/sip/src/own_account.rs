//! The name and password with which we answer a challenge; shown to nobody.

use std::fmt;

/// An account of ours with somebody else.
#[derive(Clone, PartialEq, Eq)]
pub struct OwnAccount {
    pub user: String,
    pub password: String,
}

impl fmt::Debug for OwnAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let user = &self.user;
        f.debug_struct("OwnAccount")
            .field("user", user)
            .finish_non_exhaustive()
    }
}
