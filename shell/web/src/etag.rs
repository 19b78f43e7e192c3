//! Versions as ETags (RFC 9110 §8.8.3) and the conditions clients put on them.

use axum::http::{HeaderMap, HeaderValue, header};
use conclave_api::{Problem, ProblemKind};

/// The ETag of a version: the number in quotes.
pub(crate) fn etag(version: u64) -> String {
    format!("\"{version}\"")
}

pub(crate) fn header_value(etag: &str) -> HeaderValue {
    HeaderValue::from_str(etag).unwrap_or(HeaderValue::from_static("\"\""))
}

/// The version that `If-Match` insists on; `None` when any will do.
///
/// # Errors
/// `malformed` for several tags; `version-mismatch` for one that no version of ours can have.
pub(crate) fn if_match(headers: &HeaderMap) -> Result<Option<u64>, Problem> {
    let Some(value) = headers.get(header::IF_MATCH) else {
        return Ok(None);
    };
    let text = value.to_str().unwrap_or("?").trim();
    if text == "*" {
        return Ok(None);
    }
    if text.contains(',') {
        let detail = "If-Match: one ETag is accepted, or *";
        return Err(Problem::new(ProblemKind::Malformed, detail));
    }
    let version = text
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    version
        .and_then(|digits| digits.parse().ok())
        .map(Some)
        .ok_or_else(|| {
            let detail = format!("If-Match: {text:?} is not the ETag of any version");
            Problem::new(ProblemKind::VersionMismatch, detail)
        })
}

/// Whether the client already has this version (RFC 9110 §13.1.2: weak comparison).
pub(crate) fn if_none_match(headers: &HeaderMap, etag: &str) -> bool {
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: header::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_str(value).unwrap())])
    }

    #[test]
    fn if_match_takes_one_strong_tag() {
        let read = |value| if_match(&headers(header::IF_MATCH, value));
        assert_eq!(read("\"7\"").unwrap(), Some(7));
        assert_eq!(read("*").unwrap(), None);
        assert_eq!(if_match(&HeaderMap::new()).unwrap(), None);
        assert_eq!(read("W/\"7\"").unwrap_err().status, 412);
        assert_eq!(read("\"abc\"").unwrap_err().status, 412);
        assert_eq!(read("\"1\", \"2\"").unwrap_err().status, 400);
    }

    #[test]
    fn if_none_match_compares_weakly() {
        let has = |value| if_none_match(&headers(header::IF_NONE_MATCH, value), "\"7\"");
        assert!(has("\"7\"") && has("W/\"7\"") && has("\"1\", \"7\"") && has("*"));
        assert!(!has("\"8\"") && !has("7"));
    }
}
