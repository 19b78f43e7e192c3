//! Writes headers and messages; a line break in a value never reaches the wire.

use std::fmt::Write as _;

use super::Scheme;
use crate::{Path, Refusal, Warning};

/// Header lines, one after the other.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields(Vec<u8>);

impl Fields {
    pub(crate) fn new() -> Self {
        Self(Vec::new())
    }

    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }

    pub(crate) fn add(&mut self, name: &str, value: &str) -> &mut Self {
        self.add_bytes(name, value.as_bytes())
    }

    /// Folds and line breaks become spaces.
    pub(crate) fn add_bytes(&mut self, name: &str, value: &[u8]) -> &mut Self {
        self.0.extend_from_slice(name.as_bytes());
        self.0.extend_from_slice(b": ");
        let clean = |byte: u8| {
            if matches!(byte, b'\r' | b'\n' | 0) {
                b' '
            } else {
                byte
            }
        };
        self.0.extend(value.iter().copied().map(clean));
        self.0.extend_from_slice(b"\r\n");
        self
    }

    /// Lines that were made by another `Fields`.
    pub(crate) fn append(&mut self, lines: &[u8]) -> &mut Self {
        self.0.extend_from_slice(lines);
        self
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

/// What a response says beyond the headers it repeats.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) phrase: &'static str,
    pub(crate) fields: Fields,
    /// Content-Type and content.
    pub(crate) body: Option<(&'static str, Vec<u8>)>,
}

impl Reply {
    pub(crate) fn new(status: u16) -> Self {
        Self {
            status,
            phrase: standard_phrase(status),
            fields: Fields::new(),
            body: None,
        }
    }

    pub(crate) fn refusing(refusal: &Refusal) -> Self {
        let mut reply = Reply::new(refusal.status.clamp(300, 699));
        if let Some(phrase) = refusal.phrase {
            reply = reply.with_phrase(phrase);
        }
        if let Some(wait) = refusal.retry_after {
            reply = reply.with("Retry-After", &wait.as_secs().to_string());
        }
        if let Some(Warning(code, words)) = refusal.warning {
            reply = reply.with("Warning", &format!("{code} conclave \"{words}\""));
        }
        reply
    }

    pub(crate) fn with_phrase(mut self, phrase: &'static str) -> Self {
        self.phrase = phrase;
        self
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.add(name, value);
        self
    }

    pub(crate) fn with_sdp(mut self, sdp: Vec<u8>) -> Self {
        self.body = Some(("application/sdp", sdp));
        self
    }
}

/// The whole response; `head` is from [`super::reply_head`].
pub(crate) fn write_reply(head: &[u8], server_name: &str, reply: &Reply) -> Vec<u8> {
    let mut out = Fields::with_capacity(head.len() + 512);
    let line = format!("SIP/2.0 {} {}\r\n", reply.status, reply.phrase);
    out.append(line.as_bytes());
    out.append(head).append(&reply.fields.0);
    out.add("Server", server_name);
    finish(
        out,
        reply
            .body
            .as_ref()
            .map(|(kind, body)| (*kind, body.as_slice())),
    )
}

/// Closes a message with Content-Type, Content-Length and the content.
pub(crate) fn finish(mut out: Fields, body: Option<(&str, &[u8])>) -> Vec<u8> {
    let (kind, content) = body.unwrap_or(("", b""));
    if !content.is_empty() {
        out.add("Content-Type", kind);
    }
    out.add("Content-Length", &content.len().to_string());
    let mut bytes = out.into_bytes();
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(content);
    bytes
}

/// `<sip:user@address>` as our Contact, with the transport unless it is the default. Whoever
/// dialled `sips:` is promised TLS on every hop and gets `sips:` (RFC 3261 §12.1.1).
pub(crate) fn uri_address(dialled: Scheme, user: &str, path: Path) -> String {
    let (scheme, transport) = match dialled {
        Scheme::Sips => ("sips", path.transport.in_secure_uri()),
        Scheme::Sip | Scheme::Tel | Scheme::Foreign => ("sip", path.transport.in_uri()),
    };
    let mut uri = format!("<{scheme}:");
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.!~*'()+".contains(letter);
    if !user.is_empty() && user.len() <= 64 && user.chars().all(plain) {
        uri.push_str(user);
        uri.push('@');
    }
    // Writing to a String cannot fail.
    let _ = write!(uri, "{}", path.local);
    if let Some(transport) = transport {
        let _ = write!(uri, ";transport={transport}");
    }
    uri.push('>');
    uri
}

/// RFC 3261 §21 and the RFCs that added to it.
const PHRASES: [(u16, &str); 42] = [
    (100, "Trying"),
    (180, "Ringing"),
    (183, "Session Progress"),
    (200, "OK"),
    (202, "Accepted"),
    (302, "Moved Temporarily"),
    (400, "Bad Request"),
    (401, "Unauthorized"),
    (403, "Forbidden"),
    (404, "Not Found"),
    (405, "Method Not Allowed"),
    (406, "Not Acceptable"),
    (408, "Request Timeout"),
    (410, "Gone"),
    (413, "Request Entity Too Large"),
    (414, "Request-URI Too Long"),
    (415, "Unsupported Media Type"),
    (416, "Unsupported URI Scheme"),
    (420, "Bad Extension"),
    (421, "Extension Required"),
    (422, "Session Interval Too Small"),
    (423, "Interval Too Brief"),
    (480, "Temporarily Unavailable"),
    (481, "Call/Transaction Does Not Exist"),
    (482, "Loop Detected"),
    (483, "Too Many Hops"),
    (484, "Address Incomplete"),
    (486, "Busy Here"),
    (487, "Request Terminated"),
    (488, "Not Acceptable Here"),
    (489, "Bad Event"),
    (491, "Request Pending"),
    (500, "Server Internal Error"),
    (501, "Not Implemented"),
    (503, "Service Unavailable"),
    (504, "Server Time-out"),
    (505, "Version Not Supported"),
    (513, "Message Too Large"),
    (600, "Busy Everywhere"),
    (603, "Decline"),
    (604, "Does Not Exist Anywhere"),
    (606, "Not Acceptable"),
];

fn standard_phrase(status: u16) -> &'static str {
    let known = PHRASES.iter().find(|(known, _)| *known == status);
    known.map_or_else(|| class_phrase(status), |(_, phrase)| phrase)
}

fn class_phrase(status: u16) -> &'static str {
    match status {
        0..=199 => "Progress",
        200..=299 => "OK",
        300..=399 => "Redirection",
        400..=499 => "Request Failure",
        500..=599 => "Server Failure",
        600.. => "Global Failure",
    }
}
