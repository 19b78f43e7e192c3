//! Where a message begins and ends in bytes, and where each header is; understands no value.

use std::ops::Range;

use conclave_model::limits;

use super::value::{number, trim};
use super::{Field, Flaw, Message, Method, Name, Start};

/// How far the header section of a message reaches in bytes that may not be complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HeadEnd {
    /// Everything before this offset, the empty line included.
    At(usize),
    /// More bytes are needed.
    Open,
}

/// Finds the empty line that ends the headers. CRLF is the rule; a bare LF is taken too.
pub(crate) fn find_head_end(bytes: &[u8], searched: usize) -> HeadEnd {
    // The empty line may have begun in what was searched before.
    let mut at = searched.saturating_sub(3);
    while let Some(offset) = bytes.get(at..).and_then(find_lf) {
        at += offset + 1;
        match bytes.get(at..) {
            Some([b'\n', ..]) => return HeadEnd::At(at + 1),
            Some([b'\r', b'\n', ..]) => return HeadEnd::At(at + 2),
            _ => {}
        }
    }
    HeadEnd::Open
}

fn find_lf(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|byte| *byte == b'\n')
}

/// The body's length as a header section states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ContentLength {
    Is(u32),
    Absent,
    /// No number, or several that differ.
    Unusable,
}

/// Reads Content-Length alone, for a stream that has to know where the message ends.
pub(crate) fn content_length(head: &[u8]) -> (ContentLength, bool) {
    let mut found = ContentLength::Absent;
    let mut has_type = false;
    for line in Lines::new(head, 0) {
        let Some((name, value)) = split_field(head, &line) else {
            continue;
        };
        has_type |= name == Name::ContentType;
        if name == Name::ContentLength {
            found = merge_lengths(found, &head[value]);
        }
    }
    (found, has_type)
}

fn merge_lengths(known: ContentLength, value: &[u8]) -> ContentLength {
    match (known, number(value)) {
        (ContentLength::Absent, Some(length)) => ContentLength::Is(length),
        (ContentLength::Is(same), Some(length)) if same == length => known,
        (ContentLength::Is(_) | ContentLength::Absent | ContentLength::Unusable, _) => {
            ContentLength::Unusable
        }
    }
}

impl Message {
    /// Takes a whole message: a datagram, or what a stream's framing cut out.
    ///
    /// `None` when it is no SIP message at all; a message that is one but has a fault in its form
    /// comes with its [`Flaw`].
    pub(crate) fn parse(bytes: &[u8]) -> Option<Message> {
        let leading = bytes
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace())
            .count();
        let bytes = bytes.get(leading..)?;
        let head_end = match find_head_end(bytes, 0) {
            HeadEnd::At(end) => end,
            // A datagram that ends without the empty line has headers and no body.
            HeadEnd::Open => bytes.len(),
        };
        let mut flaw = None;
        let line_end = find_lf(bytes).unwrap_or(bytes.len());
        let start = parse_start(&bytes[..line_end], &mut flaw)?;
        let mut fields = Vec::with_capacity(16);
        for line in Lines::new(&bytes[..head_end], (line_end + 1).min(head_end)) {
            let field = split_field(bytes, &line).map(|(name, value)| Field { name, value });
            match field {
                Some(field) if fields.len() < limits::SIP_HEADERS => fields.push(field),
                Some(_) => flaw = flaw.or(Some(Flaw::bad("Too Many Headers"))),
                None => flaw = flaw.or(Some(Flaw::bad("Bad Header"))),
            }
        }
        if head_end > limits::SIP_HEADER_BYTES {
            let phrase = "Message Too Large";
            flaw = Some(Flaw {
                status: 513,
                phrase,
            });
        }
        let mut message = Message {
            bytes: bytes.to_vec(),
            start,
            fields,
            body: head_end..bytes.len(),
            flaw,
        };
        message.measure_body();
        Some(message)
    }

    /// What follows the body of a datagram is no part of it; a body cut short is a fault
    /// (RFC 3261 §18.3).
    fn measure_body(&mut self) {
        let length = self
            .fields_of(Name::ContentLength)
            .fold(ContentLength::Absent, merge_lengths);
        let present = self.body.len();
        let fault = match length {
            ContentLength::Absent => return,
            ContentLength::Is(length) => match usize::try_from(length) {
                Ok(length) if length <= present => {
                    self.body.end = self.body.start + length;
                    return;
                }
                Ok(_) | Err(_) => "Body Shorter Than Content-Length",
            },
            ContentLength::Unusable => "Bad Content-Length",
        };
        self.flaw = self.flaw.or(Some(Flaw::bad(fault)));
    }
}

fn parse_start(line: &[u8], flaw: &mut Option<Flaw>) -> Option<Start> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let prefix = line.get(..4)?;
    if prefix.eq_ignore_ascii_case(b"SIP/") {
        return parse_status_line(line);
    }
    let method_end = line.iter().position(|byte| *byte == b' ')?;
    let version_end = line.trim_ascii_end().len();
    let version_start = line[..version_end].iter().rposition(|byte| *byte == b' ')? + 1;
    let version = &line[version_start..version_end];
    if !version.get(..4)?.eq_ignore_ascii_case(b"SIP/") || !line[..method_end].iter().all(is_token)
    {
        return None;
    }
    if !version.eq_ignore_ascii_case(b"SIP/2.0") {
        *flaw = Some(Flaw {
            status: 505,
            phrase: "Version Not Supported",
        });
    }
    let uri = (method_end + 1).min(version_start)..version_start.saturating_sub(1);
    let uri = uri.start..uri.end.max(uri.start);
    let spaced = line[uri.clone()].iter().any(u8::is_ascii_whitespace);
    if uri.is_empty() || spaced || version_end != line.len() {
        *flaw = flaw.or(Some(Flaw::bad("Bad Request Line")));
    }
    Some(Start::Request {
        method: Method::parse(&line[..method_end]),
        method_name: 0..method_end,
        uri,
    })
}

fn parse_status_line(line: &[u8]) -> Option<Start> {
    let rest = line
        .get(..8)
        .filter(|version| version.eq_ignore_ascii_case(b"SIP/2.0 "))
        .map(|_| &line[8..])?;
    let digits_end = rest.iter().position(|byte| *byte == b' ');
    let digits_end = digits_end.unwrap_or(rest.len());
    let status = number(&rest[..digits_end]).filter(|status| (100..700).contains(status))?;
    Some(Start::Response {
        status: u16::try_from(status).ok()?,
        phrase: (8 + digits_end + 1).min(line.len())..line.len(),
    })
}

/// RFC 3261 §25.1.
fn is_token(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(byte)
}

/// The field's name and where its trimmed value lies in `bytes`; `None` when it has no colon or
/// no name.
fn split_field(bytes: &[u8], line: &Range<usize>) -> Option<(Name, Range<usize>)> {
    let text = &bytes[line.clone()];
    let colon = text.iter().position(|byte| *byte == b':')?;
    let name = text[..colon].trim_ascii_end();
    if name.is_empty() || !name.iter().all(is_token) {
        return None;
    }
    let value = &text[colon + 1..];
    let start = line.start + colon + 1 + (value.len() - value.trim_ascii_start().len());
    let end = start + trim(value).len();
    Some((Name::parse(name), start..end))
}

/// The header lines of a head, folded ones joined (RFC 3261 §7.3.1), the empty line left out.
struct Lines<'a> {
    head: &'a [u8],
    at: usize,
}

impl<'a> Lines<'a> {
    fn new(head: &'a [u8], at: usize) -> Self {
        let mut lines = Lines { head, at };
        if at == 0 {
            // The start line is no header.
            lines.next();
        }
        lines
    }
}

impl Iterator for Lines<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let start = self.at;
        loop {
            let rest = &self.head[self.at..];
            self.at += find_lf(rest).map_or(rest.len(), |lf| lf + 1);
            let folded = matches!(self.head.get(self.at), Some(b' ' | b'\t'));
            if !folded || self.at >= self.head.len() {
                break;
            }
        }
        let line = &self.head[start..self.at];
        let end = start + line.trim_ascii_end().len();
        (end > start).then_some(start..end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(headers: &str, body: &str) -> Message {
        let text = format!("OPTIONS sip:a@b SIP/2.0\r\n{headers}\r\n{body}");
        Message::parse(text.as_bytes()).expect("a request")
    }

    #[test]
    fn spaces_folds_compact_names_and_bare_lf_are_understood() {
        let cases: [(&str, Name, &str); 6] = [
            ("Content-Length : 0\r\n", Name::ContentLength, "0"),
            ("l:0\r\n", Name::ContentLength, "0"),
            (
                "TO :\r\n sip:x@y ;\r\n\ttag=1\r\n",
                Name::To,
                "sip:x@y ;\r\n\ttag=1",
            ),
            ("f:   sip:x@y   \r\n", Name::From, "sip:x@y"),
            ("i: one\nv: two\n", Name::Via, "two"),
            ("s :\r\nCall-ID:\u{fc}\r\n", Name::CallId, "\u{fc}"),
        ];
        for (headers, name, value) in cases {
            let message = request(headers, "");
            assert_eq!(message.field(name), Some(value.as_bytes()), "{headers:?}");
            assert_eq!(message.flaw, None, "{headers:?}");
        }
    }

    #[test]
    fn a_body_ends_where_content_length_says() {
        assert_eq!(request("l: 2\r\n", "abcd").body(), b"ab");
        assert_eq!(request("", "abcd").body(), b"abcd");
        for bad in [
            "l: 5\r\n",
            "l: -1\r\n",
            "l: 1\r\nl: 2\r\n",
            "l: 99999999999\r\n",
        ] {
            assert_eq!(
                request(bad, "abcd").flaw.map(|flaw| flaw.status),
                Some(400),
                "{bad}"
            );
        }
    }

    #[test]
    fn start_lines_are_judged() {
        let cases: [(&str, Option<u16>); 9] = [
            ("OPTIONS sip:a@b SIP/2.0", Some(0)),
            ("OPTIONS sip:a@b SIP/7.0", Some(505)),
            ("OPTIONS  sip:a@b SIP/2.0", Some(400)),
            ("OPTIONS sip:a@b SIP/2.0  ", Some(400)),
            ("OPTIONS sip:a@b; lr SIP/2.0", Some(400)),
            ("OPTIONS SIP/2.0", Some(400)),
            ("GET / HTTP/1.1", None),
            ("SIP/2.0 4294967301 better not break the receiver", None),
            ("", None),
        ];
        for (line, flaw) in cases {
            let found = Message::parse(format!("{line}\r\n\r\n").as_bytes());
            let found = found.map(|message| message.flaw.map_or(0, |flaw| flaw.status));
            assert_eq!(found, flaw, "{line}");
        }
        let response = Message::parse(b"SIP/2.0 100\r\n\r\n").unwrap();
        assert_eq!(
            (response.status(), response.phrase()),
            (Some(100), b"".as_slice())
        );
        let response = Message::parse(b"SIP/2.0 200 \xd0\x9f x\r\n\r\n").unwrap();
        assert_eq!(response.phrase(), b"\xd0\x9f x");
    }

    #[test]
    fn the_end_of_a_head_is_found_across_segments() {
        let bytes = b"A b\r\nc: d\r\n\r\nbody";
        for cut in 0..bytes.len() {
            let expected = if cut < 13 {
                HeadEnd::Open
            } else {
                HeadEnd::At(13)
            };
            assert_eq!(find_head_end(&bytes[..cut], 0), expected, "{cut}");
            assert_eq!(find_head_end(bytes, cut.min(12)), HeadEnd::At(13), "{cut}");
        }
    }

    #[test]
    fn a_line_without_a_name_is_a_flaw_and_hides_nothing_else() {
        let message = request(": x\r\nno colon\r\nCall-ID: 1\r\n", "");
        assert_eq!(message.flaw.map(|flaw| flaw.status), Some(400));
        assert_eq!(message.call_id(), b"1");
    }
}
