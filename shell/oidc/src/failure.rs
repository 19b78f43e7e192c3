//! Why nobody is signed in, in a word for pages and a sentence for logs; holds no secret.

/// Why somebody was not signed in by the sign-in service.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignInFailure {
    /// The service is down, or is not what it should be.
    #[error("the sign-in service cannot be used: {0}")]
    Unusable(String),
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
    /// No more users are kept.
    #[error("there are so many users already that no more are kept")]
    Full,
    /// Too many that failed came from the same address.
    #[error("too many sign-ins failed from there")]
    TooMany,
}

impl SignInFailure {
    /// As the page of signing in knows it.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            SignInFailure::Unusable(_) => "unusable",
            SignInFailure::Refused => "refused",
            SignInFailure::Unknown => "unknown",
            SignInFailure::NotProven(_) => "not-proven",
            SignInFailure::NoRole | SignInFailure::Full => "no-role",
            SignInFailure::TooMany => "too-many",
        }
    }

    /// What an `error` says with which the service sends somebody back (RFC 6749 §4.1.2.1, OpenID
    /// Connect Core 1.0 §3.1.2.6). Its other words are not repeated: anybody could have sent them.
    pub(crate) fn of_error(code: &str) -> Self {
        let why = match code {
            "server_error" => "it says that it failed (server_error)",
            "temporarily_unavailable" => "it has no time (temporarily_unavailable)",
            "invalid_scope" => "it does not know one of oidc.scopes (invalid_scope)",
            "unauthorized_client" => "oidc.client_id may not use it (unauthorized_client)",
            "invalid_request" => "it does not accept how it is asked (invalid_request)",
            "unsupported_response_type" => "it gives no codes (unsupported_response_type)",
            _ => return SignInFailure::Refused,
        };
        SignInFailure::Unusable(why.to_owned())
    }

    /// What an error says that answers the request for a token (RFC 6749 §5.2).
    pub(crate) fn of_token_error(code: Option<&str>) -> Self {
        match code {
            Some("invalid_client" | "unauthorized_client") => {
                let why = "it does not accept oidc.client_id with its secret (invalid_client)";
                SignInFailure::Unusable(why.to_owned())
            }
            _ => SignInFailure::NotProven("the service did not take its code"),
        }
    }
}
