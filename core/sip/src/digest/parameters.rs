//! The grammar of challenges and credentials: `Digest a="b", c=d`; knows no parameter's meaning.

use conclave_model::limits;

use crate::message::{list, trim};

/// The parameters of a `Digest` header value. Quotes are taken off; what a backslash escapes inside
/// stays escaped, as both sides hash it so.
#[derive(Debug)]
pub(super) struct Parameters<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Parameters<'a> {
    /// `None` for another scheme, a value that is not UTF-8, is too long or not closed, and for a
    /// parameter given twice.
    pub(super) fn parse(value: &'a [u8]) -> Option<Self> {
        let value = trim(value);
        let space = value.iter().position(u8::is_ascii_whitespace)?;
        let (scheme, rest) = value.split_at(space);
        if !scheme.eq_ignore_ascii_case(b"Digest") || value.len() > limits::SIP_DIGEST_BYTES {
            return None;
        }
        let mut all: Vec<(&str, &str)> = Vec::new();
        for item in list(rest) {
            let item = std::str::from_utf8(item).ok()?;
            let (name, value) = item.split_once('=')?;
            let (name, value) = (name.trim(), unquoted(value.trim())?);
            if all
                .iter()
                .any(|(known, _)| known.eq_ignore_ascii_case(name))
            {
                return None;
            }
            all.push((name, value));
        }
        Some(Self(all))
    }

    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        let found = self
            .0
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| *value)
    }

    pub(super) fn owned(&self, name: &str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }
}

/// `None` when a quote is open or stands inside a token.
fn unquoted(value: &str) -> Option<&str> {
    let Some(rest) = value.strip_prefix('"') else {
        return (!value.contains('"')).then_some(value);
    };
    let mut escaped = false;
    for (at, letter) in rest.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return rest[at + 1..].is_empty().then_some(&rest[..at]),
            _ => {}
        }
    }
    None
}

/// A value of ours for between quotes.
pub(super) fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

/// A value from between quotes as it was meant.
pub(super) fn unescaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut letters = value.chars();
    while let Some(letter) = letters.next() {
        let meant = if letter == '\\' {
            letters.next()
        } else {
            Some(letter)
        };
        out.extend(meant);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_found_whatever_their_form() {
        let value = b" digest  Realm=\"a, \\\"b\\\"\" ,nonce = x,\r\n opaque=\"\", stale=TRUE";
        let all = Parameters::parse(value).unwrap();
        assert_eq!(all.get("realm"), Some("a, \\\"b\\\""));
        assert_eq!(all.get("NONCE"), Some("x"));
        assert_eq!(all.get("opaque"), Some(""));
        assert_eq!(all.get("qop"), None);
        assert_eq!(unescaped("a, \\\"b\\\""), "a, \"b\"");
        assert_eq!(unescaped(&escaped("x\\\"y")), "x\\\"y");
    }

    #[test]
    fn what_is_ambiguous_is_nothing() {
        let long = format!("Digest realm=\"{}\"", "x".repeat(limits::SIP_DIGEST_BYTES));
        for bad in [
            "Basic dXNlcjpwYXNz",
            "Digest",
            "Digest realm",
            "Digest realm=\"a",
            "Digest realm=\"a\"b",
            "Digest realm=a\"b",
            "Digest realm=a, REALM=b",
            &long,
        ] {
            assert!(Parameters::parse(bad.as_bytes()).is_none(), "{bad}");
        }
        assert!(Parameters::parse(b"Digest realm=\"\xff\"").is_none());
    }
}
