//! What went wrong, as RFC 9457 says it; never holds a PIN.

use conclave_model::FieldError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The body of every answer that is not a success (`application/problem+json`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// Names the kind of problem for programs; one of the `urn:conclave:problem:` names.
    #[serde(rename = "type")]
    #[schema(example = "urn:conclave:problem:not-found")]
    pub kind: String,
    /// The same for people; does not change from case to case.
    pub title: String,
    /// The HTTP status.
    #[schema(example = 404)]
    pub status: u16,
    /// What happened in this case, and what to do about it.
    pub detail: String,
    /// Every value that was not accepted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Wrong>,
}

/// One value that was not accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Wrong {
    #[schema(example = "extension")]
    pub field: String,
    /// As it was sent, shortened; empty when it was missing or is a secret.
    #[schema(example = "080")]
    pub value: String,
    #[schema(example = "2 to 12 digits, not starting with 0")]
    pub accepted: String,
    /// The line of a text that has several, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub line: Option<usize>,
}

/// The kinds of problem, each with its HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProblemKind {
    /// 400: not JSON, not an object, a header that cannot be read.
    Malformed,
    /// 401: no token, or not ours.
    Unauthorized,
    /// 403: understood and not allowed.
    Refused,
    /// 404.
    NotFound,
    /// 405.
    MethodNotAllowed,
    /// 409: the extension is taken, the name fits two rooms, the room is not live.
    Conflict,
    /// 412: `If-Match` named a version that is no longer the newest.
    VersionMismatch,
    /// 413.
    TooLarge,
    /// 415.
    UnsupportedMediaType,
    /// 422: JSON, but with values that are not accepted.
    Invalid,
    /// 429: the answer says in `Retry-After` when to come back.
    TooMany,
    /// 500: ours; the log has the rest.
    Internal,
    /// 503: too busy, shutting down, or the disk is full.
    Unavailable,
}

impl Problem {
    #[must_use]
    pub fn new(kind: ProblemKind, detail: impl Into<String>) -> Self {
        Self {
            kind: kind.name().to_owned(),
            title: kind.title().to_owned(),
            status: kind.status(),
            detail: detail.into(),
            errors: Vec::new(),
        }
    }

    #[must_use]
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(ProblemKind::NotFound, detail)
    }

    #[must_use]
    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::new(ProblemKind::Conflict, detail)
    }

    /// Every field that was wrong, in one answer.
    #[must_use]
    pub fn invalid(errors: Vec<Wrong>) -> Self {
        let detail = match errors.as_slice() {
            [one] => one.sentence(),
            several => format!(
                "{} values are not accepted; nothing was changed",
                several.len()
            ),
        };
        Self {
            errors,
            ..Self::new(ProblemKind::Invalid, detail)
        }
    }

    /// The same problem with the value that caused it.
    #[must_use]
    pub fn with(mut self, wrong: impl Into<Wrong>) -> Self {
        self.errors.push(wrong.into());
        self
    }
}

impl From<FieldError> for Problem {
    fn from(error: FieldError) -> Self {
        Problem::invalid(vec![error.into()])
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.title, self.detail)
    }
}

impl std::error::Error for Problem {}

impl Wrong {
    #[must_use]
    pub fn new(field: &str, value: &str, accepted: impl Into<String>) -> Self {
        Self {
            field: shortened(field),
            value: shortened(value),
            accepted: accepted.into(),
            line: None,
        }
    }

    /// The same in this line of a text.
    #[must_use]
    pub fn at_line(mut self, line: usize) -> Self {
        self.line = Some(line);
        self
    }

    /// The whole of it for a person.
    #[must_use]
    pub fn sentence(&self) -> String {
        let Wrong {
            field,
            value,
            accepted,
            line,
        } = self;
        let line = line.map_or(String::new(), |line| format!(" line {line}"));
        if value.is_empty() {
            format!("{field}{line}: expected {accepted}")
        } else {
            format!("{field}{line}: {value:?} is not accepted; expected {accepted}")
        }
    }
}

impl From<FieldError> for Wrong {
    fn from(error: FieldError) -> Self {
        Wrong::new(error.field, &error.value, error.accepted)
    }
}

impl ProblemKind {
    pub const ALL: [ProblemKind; 13] = [
        ProblemKind::Malformed,
        ProblemKind::Unauthorized,
        ProblemKind::Refused,
        ProblemKind::NotFound,
        ProblemKind::MethodNotAllowed,
        ProblemKind::Conflict,
        ProblemKind::VersionMismatch,
        ProblemKind::TooLarge,
        ProblemKind::UnsupportedMediaType,
        ProblemKind::Invalid,
        ProblemKind::TooMany,
        ProblemKind::Internal,
        ProblemKind::Unavailable,
    ];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            ProblemKind::Malformed => "urn:conclave:problem:malformed",
            ProblemKind::Unauthorized => "urn:conclave:problem:unauthorized",
            ProblemKind::Refused => "urn:conclave:problem:refused",
            ProblemKind::NotFound => "urn:conclave:problem:not-found",
            ProblemKind::MethodNotAllowed => "urn:conclave:problem:method-not-allowed",
            ProblemKind::Conflict => "urn:conclave:problem:conflict",
            ProblemKind::VersionMismatch => "urn:conclave:problem:version-mismatch",
            ProblemKind::TooLarge => "urn:conclave:problem:too-large",
            ProblemKind::UnsupportedMediaType => "urn:conclave:problem:unsupported-media-type",
            ProblemKind::Invalid => "urn:conclave:problem:invalid",
            ProblemKind::TooMany => "urn:conclave:problem:too-many-requests",
            ProblemKind::Internal => "urn:conclave:problem:internal",
            ProblemKind::Unavailable => "urn:conclave:problem:unavailable",
        }
    }

    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            ProblemKind::Malformed => "The request cannot be read",
            ProblemKind::Unauthorized => "A token is needed",
            ProblemKind::Refused => "Not allowed",
            ProblemKind::NotFound => "Not found",
            ProblemKind::MethodNotAllowed => "The method is not allowed here",
            ProblemKind::Conflict => "In conflict with what is there",
            ProblemKind::VersionMismatch => "Changed by somebody else in the meantime",
            ProblemKind::TooLarge => "Too large",
            ProblemKind::UnsupportedMediaType => "The content type is not accepted here",
            ProblemKind::Invalid => "Some values are not accepted",
            ProblemKind::TooMany => "Too many tries",
            ProblemKind::Internal => "The server failed",
            ProblemKind::Unavailable => "The server cannot do this now",
        }
    }

    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            ProblemKind::Malformed => 400,
            ProblemKind::Unauthorized => 401,
            ProblemKind::Refused => 403,
            ProblemKind::NotFound => 404,
            ProblemKind::MethodNotAllowed => 405,
            ProblemKind::Conflict => 409,
            ProblemKind::VersionMismatch => 412,
            ProblemKind::TooLarge => 413,
            ProblemKind::UnsupportedMediaType => 415,
            ProblemKind::Invalid => 422,
            ProblemKind::TooMany => 429,
            ProblemKind::Internal => 500,
            ProblemKind::Unavailable => 503,
        }
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(SHOWN_CHARS).collect()
}

/// Enough to recognise a typing error, too little to flood a log.
const SHOWN_CHARS: usize = 80;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_wrong_field_is_the_detail_and_several_are_counted() {
        let one = Problem::from(FieldError::new("extension", "080", "2 to 12 digits"));
        assert_eq!(one.status, 422);
        assert_eq!(
            one.detail,
            r#"extension: "080" is not accepted; expected 2 to 12 digits"#
        );
        let two = Problem::invalid(vec![one.errors[0].clone(), one.errors[0].clone()]);
        assert!(two.detail.starts_with("2 values"), "{}", two.detail);
    }

    #[test]
    fn kinds_have_distinct_names() {
        for (index, kind) in ProblemKind::ALL.iter().enumerate() {
            for other in &ProblemKind::ALL[index + 1..] {
                assert_ne!(kind.name(), other.name());
            }
        }
    }
}
