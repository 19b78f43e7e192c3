//! Finds the session description in a body, alone or in a multipart; does not read it.

use super::value::{before_params, param, trim, unquote};
use super::{Message, Name, after_params};

/// What a body holds for us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Description<'a> {
    Sdp(&'a [u8]),
    Absent,
    /// Another type, or one that is encoded: 415.
    Foreign,
}

pub(crate) fn session_description(message: &Message) -> Description<'_> {
    let body = message.body();
    if body.is_empty() {
        return Description::Absent;
    }
    let encoded = message
        .values(Name::ContentEncoding)
        .any(|coding| !coding.eq_ignore_ascii_case(b"identity"));
    let Some(content_type) = message.field(Name::ContentType) else {
        return Description::Foreign;
    };
    let kind = before_params(content_type);
    if encoded {
        Description::Foreign
    } else if is_type(kind, "application/sdp") {
        Description::Sdp(body)
    } else if kind.len() > 10 && kind[..10].eq_ignore_ascii_case(b"multipart/") {
        let boundary = param(after_params(content_type), "boundary").map(unquote);
        boundary
            .filter(|boundary| !boundary.is_empty())
            .and_then(|boundary| find_part(body, boundary))
            .map_or(Description::Foreign, Description::Sdp)
    } else {
        Description::Foreign
    }
}

/// `type/subtype` with any white space around the slash.
pub(crate) fn is_type(kind: &[u8], wanted: &str) -> bool {
    let bare = kind.iter().filter(|byte| !byte.is_ascii_whitespace());
    bare.map(u8::to_ascii_lowercase).eq(wanted.bytes())
}

fn find_part<'a>(body: &'a [u8], boundary: &[u8]) -> Option<&'a [u8]> {
    let mut rest = body;
    let mut part_start: Option<&'a [u8]> = None;
    loop {
        let line_end = rest.iter().position(|byte| *byte == b'\n');
        let line = &rest[..line_end.unwrap_or(rest.len())];
        let marker = line
            .strip_prefix(b"--")
            .and_then(|line| line.strip_prefix(boundary));
        let after = line_end.map(|end| &rest[end + 1..]);
        if let Some(tail) = marker {
            if let Some(part) = part_start {
                let whole = &part[..part.len() - rest.len()];
                if let Some(sdp) = sdp_of_part(whole) {
                    return Some(sdp);
                }
            }
            if tail.starts_with(b"--") {
                return None;
            }
            part_start = after;
        }
        rest = after?;
    }
}

/// The content of a part when its type is SDP; the line break before the boundary is not its own.
fn sdp_of_part(part: &[u8]) -> Option<&[u8]> {
    let mut rest = part;
    let mut is_sdp = false;
    loop {
        let end = rest.iter().position(|byte| *byte == b'\n')?;
        let line = trim(&rest[..end]);
        rest = &rest[end + 1..];
        if line.is_empty() {
            let content = rest.strip_suffix(b"\n").unwrap_or(rest);
            let content = content.strip_suffix(b"\r").unwrap_or(content);
            return is_sdp.then_some(content);
        }
        let colon = line.iter().position(|byte| *byte == b':')?;
        if Name::parse(trim(&line[..colon])) == Name::ContentType {
            is_sdp = is_type(before_params(trim(&line[colon + 1..])), "application/sdp");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(headers: &str, body: &str) -> Message {
        let text = format!("INVITE sip:a@b SIP/2.0\r\n{headers}\r\n{body}");
        Message::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn sdp_is_found_alone_and_in_a_multipart() {
        let alone = described("c: Application / SDP;x=y\r\n", "v=0\r\n");
        assert_eq!(session_description(&alone), Description::Sdp(b"v=0\r\n"));
        let body = "preamble\r\n--b 1\r\nContent-Type: text/plain\r\n\r\nhi\r\n--b 1\r\n\
                    c: application/sdp\r\nContent-ID: x\r\n\r\nv=0\r\ns=-\r\n--b 1--\r\n";
        let mixed = described("c: multipart/mixed; boundary=\"b 1\"\r\n", body);
        assert_eq!(session_description(&mixed), Description::Sdp(b"v=0\r\ns=-"));
    }

    #[test]
    fn other_bodies_are_foreign_and_none_is_absent() {
        assert_eq!(session_description(&described("", "")), Description::Absent);
        for headers in [
            "",
            "c: text/plain\r\n",
            "c: application/sdp\r\nContent-Encoding: gzip\r\n",
            "c: multipart/mixed\r\n",
            "c: multipart/mixed;boundary=x\r\n",
        ] {
            let message = described(headers, "--x\r\nno");
            assert_eq!(
                session_description(&message),
                Description::Foreign,
                "{headers}"
            );
        }
    }
}
