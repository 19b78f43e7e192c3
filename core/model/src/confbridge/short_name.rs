//! What menus and profiles may be called; knows neither.

use std::sync::Arc;

use crate::FieldError;

/// 1 to 40 letters, digits, `-` and `_`, kept in lower case as ConfBridge compares names in any:
/// safe in a URL and in a log.
pub(super) fn short_name(text: &str) -> Result<Arc<str>, FieldError> {
    let name = text.to_ascii_lowercase();
    let allowed = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_');
    if name.is_empty() || name.len() > 40 || !name.bytes().all(allowed) {
        let accepted = "1 to 40 letters, digits, - and _";
        return Err(FieldError::new("name", text, accepted));
    }
    Ok(name.into())
}
