//! The grammar inside header values: lists, parameters, name-addr and numbers; allocates nothing.

/// `"Name" <uri>;params` or `uri;params`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NameAddr<'a> {
    /// Without its quotes, escapes not yet undone.
    pub(crate) display: Option<&'a [u8]>,
    pub(crate) uri: &'a [u8],
    params: &'a [u8],
}

impl<'a> NameAddr<'a> {
    /// `None` when a quote or bracket is not closed, or there is no URI.
    pub(crate) fn parse(value: &'a [u8]) -> Option<Self> {
        let value = trim(value);
        let Some(open) = find_outside_quotes(value, b'<')? else {
            // Without brackets every parameter is the header's, not the URI's (RFC 3261 §20.10).
            let end = value.iter().position(|byte| *byte == b';');
            let (uri, params) = value.split_at(end.unwrap_or(value.len()));
            return NameAddr::checked(None, trim(uri), params);
        };
        let close = open + value[open..].iter().position(|byte| *byte == b'>')?;
        let display = unquote(trim(&value[..open]));
        let display = (!display.is_empty()).then_some(display);
        NameAddr::checked(display, trim(&value[open + 1..close]), &value[close + 1..])
    }

    fn checked(display: Option<&'a [u8]>, uri: &'a [u8], params: &'a [u8]) -> Option<Self> {
        let colon = uri.iter().position(|byte| *byte == b':')?;
        let broken = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'<' | b'"');
        let addr = NameAddr {
            display,
            uri,
            params,
        };
        (colon > 0 && !uri.iter().any(broken)).then_some(addr)
    }

    pub(crate) fn param(&self, name: &str) -> Option<&'a [u8]> {
        param(self.params, name)
    }

    /// An empty tag is no tag.
    pub(crate) fn tag(&self) -> Option<&'a [u8]> {
        self.param("tag").filter(|tag| !tag.is_empty())
    }
}

/// White space and folds at both ends are no part of a value.
pub(crate) fn trim(bytes: &[u8]) -> &[u8] {
    bytes.trim_ascii()
}

/// The values of a comma-separated list, empty ones left out.
pub(crate) fn list(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    split(value, b',').map(trim).filter(|item| !item.is_empty())
}

/// Splits at `separator` outside of quotes and angle brackets.
fn split(value: &[u8], separator: u8) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(value);
    std::iter::from_fn(move || {
        let whole = rest?;
        let end = end_of_item(whole, separator);
        rest = whole.get(end + 1..);
        Some(&whole[..end])
    })
}

fn end_of_item(value: &[u8], separator: u8) -> usize {
    let (mut quoted, mut escaped, mut bracketed) = (false, false, false);
    for (at, byte) in value.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'<' if !quoted => bracketed = true,
            b'>' if !quoted => bracketed = false,
            byte if *byte == separator && !quoted && !bracketed => return at,
            _ => {}
        }
    }
    value.len()
}

/// Where `wanted` first is outside of quotes; the outer `None` when a quote is not closed.
fn find_outside_quotes(value: &[u8], wanted: u8) -> Option<Option<usize>> {
    let (mut quoted, mut escaped) = (false, false);
    for (at, byte) in value.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            byte if *byte == wanted && !quoted => return Some(Some(at)),
            _ => {}
        }
    }
    (!quoted).then_some(None)
}

/// The parameters of `;a=b;c`, names and values trimmed.
pub(crate) fn params(params: &[u8]) -> impl Iterator<Item = (&[u8], Option<&[u8]>)> {
    split(params, b';').filter_map(|item| {
        let item = trim(item);
        let equals = item.iter().position(|byte| *byte == b'=');
        match equals {
            Some(at) => Some((trim(&item[..at]), Some(trim(&item[at + 1..])))),
            None if item.is_empty() => None,
            None => Some((item, None)),
        }
    })
}

/// A parameter's value; a parameter without one is an empty value.
pub(crate) fn param<'a>(all: &'a [u8], name: &str) -> Option<&'a [u8]> {
    params(all)
        .find(|(key, _)| key.eq_ignore_ascii_case(name.as_bytes()))
        .map(|(_, value)| value.unwrap_or(b""))
}

/// The value before its parameters.
pub(crate) fn before_params(value: &[u8]) -> &[u8] {
    trim(&value[..end_of_item(value, b';')])
}

/// The parameters behind the value.
pub(crate) fn after_params(value: &[u8]) -> &[u8] {
    &value[end_of_item(value, b';')..]
}

/// Digits alone; `None` on anything else or overflow.
pub(crate) fn number(bytes: &[u8]) -> Option<u32> {
    let digits = !bytes.is_empty() && bytes.iter().all(u8::is_ascii_digit);
    let text = std::str::from_utf8(bytes).ok()?;
    digits.then(|| text.parse().ok()).flatten()
}

pub(crate) fn unquote(bytes: &[u8]) -> &[u8] {
    match bytes {
        [b'"', inner @ .., b'"'] => inner,
        _ => bytes,
    }
}

/// A display name or comment as text: escapes undone, folds made spaces, bad UTF-8 replaced.
pub(crate) fn text(bytes: &[u8]) -> String {
    let mut out = Vec::with_capacity(bytes.len());
    let mut escaped = false;
    for byte in bytes {
        match byte {
            b'\\' if !escaped => escaped = true,
            byte if byte.is_ascii_control() => {
                escaped = false;
                if out.last() != Some(&b' ') {
                    out.push(b' ');
                }
            }
            byte => {
                escaped = false;
                out.push(*byte);
            }
        }
    }
    String::from_utf8_lossy(&out).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_found_with_and_without_brackets() {
        let cases: [(&str, Option<&str>, &str, Option<&str>); 6] = [
            ("sip:a@b;tag=x", None, "sip:a@b", Some("x")),
            ("<sip:a@b;lr>;tag=x", None, "sip:a@b;lr", Some("x")),
            (
                "\"A <,;> \\\" B\" <sip:a@b> ; TAG = y",
                Some("A <,;> \\\" B"),
                "sip:a@b",
                Some("y"),
            ),
            ("A B<sip:a@b>", Some("A B"), "sip:a@b", None),
            ("sip:+1@x;user=phone", None, "sip:+1@x", None),
            ("<sip:a@b>;tag=", None, "sip:a@b", None),
        ];
        for (value, display, uri, tag) in cases {
            let addr = NameAddr::parse(value.as_bytes()).expect(value);
            assert_eq!(addr.display, display.map(str::as_bytes), "{value}");
            assert_eq!(addr.uri, uri.as_bytes(), "{value}");
            assert_eq!(addr.tag(), tag.map(str::as_bytes), "{value}");
        }
    }

    #[test]
    fn what_is_not_closed_is_no_address() {
        for bad in [
            "\"A <sip:a@b>",
            "<sip:a@b",
            "",
            "nothing",
            "<>",
            "sip:a b@c",
        ] {
            assert_eq!(NameAddr::parse(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn a_list_is_split_outside_of_quotes_and_brackets() {
        let items: Vec<_> = list(b"\"a,b\" <sip:x,y>, , c").collect();
        assert_eq!(items, [b"\"a,b\" <sip:x,y>".as_slice(), b"c"]);
    }

    #[test]
    fn numbers_do_not_overflow() {
        assert_eq!(number(b"0070"), Some(70));
        for bad in ["", "-1", "+1", "36893488147419103232", "1 2", "x"] {
            assert_eq!(number(bad.as_bytes()), None, "{bad}");
        }
    }
}
