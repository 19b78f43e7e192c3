//! Why nobody is signed in, in a word for pages and a sentence for logs; holds no secret.

/// Why somebody was not signed in by the sign-in service.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignInFailure {
    /// The service is down, or is not what it should be.
    #[error("the sign-in service cannot be used: {0}")]
    Unreachable(String),
    /// They changed their mind, or the service does not let them in here.
    #[error("the sign-in service refused")]
    Refused,
    /// This browser did not begin here lately, or comes back a second time.
    #[error("nobody began to sign in with this, or too long ago")]
    Unknown,
    /// What came back proves nothing.
    #[error("what the sign-in service sent proves nothing: {0}")]
    NotProven(&'static str),
    /// Nobody said that they may come in here.
    #[error("their sign-in is right, but gives them no role here")]
    NoRole,
}

impl SignInFailure {
    /// As the page of signing in knows it.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            SignInFailure::Unreachable(_) => "unreachable",
            SignInFailure::Refused => "refused",
            SignInFailure::Unknown => "unknown",
            SignInFailure::NotProven(_) => "not-proven",
            SignInFailure::NoRole => "no-role",
        }
    }
}
