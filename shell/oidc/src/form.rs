//! Writes `application/x-www-form-urlencoded`; reads nothing.

use std::fmt::Write;

/// `name=value` pairs with `&` between them.
pub(crate) fn form(fields: &[(&str, &str)]) -> String {
    let pairs = fields
        .iter()
        .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// Everything but the unreserved characters of RFC 3986 §2.3 as `%XX`.
pub(crate) fn encoded(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            written.push(char::from(byte));
        } else {
            let _ = write!(written, "%{byte:02X}");
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_in_a_form_is_written_otherwise() {
        assert_eq!(
            form(&[("a", "b&c=d e"), ("ü", "~")]),
            "a=b%26c%3Dd%20e&%C3%BC=~"
        );
    }
}
