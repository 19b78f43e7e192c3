//! What nobody may read in a message, and the message without it; when in doubt it is left out.

use std::fmt::Write as _;

/// The text of a message without credentials, keys, PINs behind a number, and without any content
/// but a session description.
pub(super) fn without(raw: &[u8]) -> String {
    let text = String::from_utf8_lossy(raw);
    let mut out = String::with_capacity(text.len());
    let mut rest: &str = &text;
    let mut content = Content::Other(String::new());
    let mut is_hidden = false;
    let mut is_first = true;
    while let Some(line) = next_line(&mut rest) {
        if line.is_empty() && !is_first {
            out.push('\n');
            content.write(rest, &mut out);
            break;
        }
        let is_fold = line.starts_with([' ', '\t']);
        let name = header_name(line).filter(|_| !is_fold && !is_first);
        is_first = false;
        match name {
            None if is_fold && is_hidden => continue,
            None => {}
            Some(name) => {
                is_hidden = is_secret_header(&name);
                if is_hidden {
                    let _ = writeln!(out, "{name}: {LEFT_OUT}");
                    continue;
                }
                if name == "content-type" || name == "c" {
                    content = Content::of(line);
                }
            }
        }
        push_line(&without_pins(line), &mut out);
    }
    out
}

/// What follows the headers.
enum Content {
    Description,
    /// Of this type; key presses come in one.
    Other(String),
}

impl Content {
    fn of(line: &str) -> Self {
        let value = line.split_once(':').map_or("", |(_, value)| value);
        let kind: String = value
            .split(';')
            .next()
            .unwrap_or_default()
            .chars()
            .filter(|c| !c.is_whitespace() && !c.is_control())
            .collect();
        if kind.eq_ignore_ascii_case("application/sdp") {
            Content::Description
        } else {
            Content::Other(kind)
        }
    }

    fn write(&self, mut content: &str, out: &mut String) {
        if content.is_empty() {
            return;
        }
        match self {
            Content::Description => {
                while let Some(line) = next_line(&mut content) {
                    match SECRET_SDP.iter().find(|start| line.starts_with(**start)) {
                        Some(start) => push_line(&format!("{start}{LEFT_OUT}"), out),
                        None => push_line(line, out),
                    }
                }
            }
            Content::Other(kind) => {
                let _ = writeln!(out, "({kind}: {LEFT_OUT})");
            }
        }
    }
}

fn next_line<'a>(rest: &mut &'a str) -> Option<&'a str> {
    if rest.is_empty() {
        return None;
    }
    let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
    *rest = after;
    Some(line.strip_suffix('\r').unwrap_or(line))
}

fn push_line(line: &str, out: &mut String) {
    let visible = |c: char| {
        if c.is_control() && c != '\t' {
            '\u{fffd}'
        } else {
            c
        }
    };
    out.extend(line.chars().map(visible));
    out.push('\n');
}

/// In lower case.
fn header_name(line: &str) -> Option<String> {
    let (name, _) = line.split_once(':')?;
    Some(name.trim().to_ascii_lowercase())
}

fn is_secret_header(name: &str) -> bool {
    SECRET_NAMES.iter().any(|part| name.contains(part))
        || name
            .split(['-', '_'])
            .any(|word| SECRET_WORDS.contains(&word))
}

/// What may be a PIN stands behind a number: `801*482913`, `801#482913`, `801,,482913`, also with
/// the signs written as `%2A`; or it is the password of a URI: `sip:801:482913@host`.
fn without_pins(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = next_scheme(rest) {
        let (before, uri) = rest.split_at(at);
        let end = uri
            .find(['@', '>', '<', '"', ' ', '\t'])
            .unwrap_or(uri.len());
        let has_user = uri[end..].starts_with('@') || uri.to_ascii_lowercase().starts_with("tel:");
        out.push_str(&without_trailing_digits(before));
        if has_user {
            let colon = uri.find(':').map_or(0, |colon| colon + 1);
            out.push_str(&uri[..colon]);
            push_user(&uri[colon..end.max(colon)], &mut out);
        } else {
            out.push_str(&without_trailing_digits(&uri[..end]));
        }
        rest = &uri[end..];
    }
    out.push_str(&without_trailing_digits(rest));
    out
}

/// Where the next `sip:`, `sips:` or `tel:` begins.
fn next_scheme(text: &str) -> Option<usize> {
    let lower = text.to_ascii_lowercase();
    ["sip:", "sips:", "tel:"]
        .into_iter()
        .filter_map(|scheme| lower.find(scheme))
        .min()
}

/// The user part as far as it is a number or a name.
fn push_user(user: &str, out: &mut String) {
    let lower = user.to_ascii_lowercase();
    let lead = lower
        .find(|c: char| !matches!(c, '*' | '#'))
        .unwrap_or(lower.len());
    let marks = [
        "*", "#", ",", ";", ":", "%2a", "%23", "%2c", "%3b", "%3a", "%25",
    ];
    let mark = marks
        .into_iter()
        .filter_map(|mark| lower[lead..].find(mark))
        .min();
    match mark {
        None => out.push_str(user),
        Some(mark) => {
            out.push_str(&user[..lead + mark]);
            out.push_str(HIDDEN);
        }
    }
}

/// Digits right behind `*`, `#` or `,` that stand right behind a digit, anywhere.
fn without_trailing_digits(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before_mark = false;
    let mut is_hiding = false;
    let mut last = ' ';
    for c in text.chars() {
        let is_mark = matches!(c, '*' | '#' | ',');
        if is_mark && (last.is_ascii_digit() || before_mark) {
            before_mark = true;
        } else if !c.is_ascii_digit() {
            before_mark = false;
        }
        let hide = before_mark && c.is_ascii_digit();
        if hide && !is_hiding {
            out.push_str(HIDDEN);
        } else if !hide {
            out.push(c);
        }
        is_hiding = hide;
        last = c;
    }
    out
}

const LEFT_OUT: &str = "(left out)";
const HIDDEN: &str = "…";
/// Parts of names of headers that carry credentials: Authorization, Proxy-Authenticate,
/// X-Room-Password and their like.
const SECRET_NAMES: [&str; 7] = [
    "auth",
    "passw",
    "secret",
    "token",
    "credential",
    "cookie",
    "dtmf",
];
/// Whole words of such names, which are parts of harmless ones.
const SECRET_WORDS: [&str; 4] = ["pin", "key", "pwd", "code"];
/// Lines that hold keys (RFC 4568, RFC 8839, RFC 4567, RFC 8866 §5.12).
const SECRET_SDP: [&str; 4] = ["a=crypto:", "a=ice-pwd:", "a=key-mgmt:", "k="];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_behind_the_number_is_hidden_wherever_it_stands() {
        let message = "INVITE sip:801*482913@192.0.2.1;transport=tcp SIP/2.0\r\n\
            To: \"801*482913\" <sip:801%2A482913@192.0.2.1>\r\n\
            From: <sip:214@192.0.2.9>;tag=a\r\n\
            Route: <sip:801:482913@192.0.2.2;lr>\r\n\
            History-Info: <tel:801,,482913>\r\n\
            Diversion: 801#482913\r\n\r\n";
        let text = without(message.as_bytes());
        assert!(!text.contains("482913"), "{text}");
        assert!(
            text.starts_with("INVITE sip:801…@192.0.2.1;transport=tcp SIP/2.0\n"),
            "{text}"
        );
        assert!(text.contains("From: <sip:214@192.0.2.9>;tag=a\n"), "{text}");
    }

    #[test]
    fn credentials_are_left_out_with_their_folds() {
        let message = "INVITE sip:801@a SIP/2.0\r\n\
            Authorization: Digest username=\"x\",\r\n\tresponse=\"topsecret\"\r\n\
            Proxy-Authorization : Digest topsecret\r\n\
            X-Room-PIN: 482913\r\n\
            Call-ID: 7@b\r\n\r\n";
        let text = without(message.as_bytes());
        assert!(
            !text.contains("topsecret") && !text.contains("482913"),
            "{text}"
        );
        assert!(text.contains("authorization: (left out)\n"), "{text}");
        assert!(text.contains("Call-ID: 7@b\n"), "{text}");
    }

    #[test]
    fn key_presses_are_left_out() {
        let message = "INFO sip:801@a SIP/2.0\r\nContent-Type: application/dtmf-relay\r\n\
            Content-Length: 24\r\n\r\nSignal=5\r\nDuration=160\r\n";
        let text = without(message.as_bytes());
        assert!(!text.contains("Signal"), "{text}");
        assert!(
            text.ends_with("(application/dtmf-relay: (left out))\n"),
            "{text}"
        );
        let untyped = without(b"INFO sip:801@a SIP/2.0\r\n\r\nSignal=5");
        assert!(!untyped.contains("Signal"), "{untyped}");
    }

    #[test]
    fn a_session_description_is_shown_without_its_keys() {
        let message = "SIP/2.0 200 OK\r\nc: application/sdp\r\n\r\nv=0\r\n\
            a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:topsecret\r\na=ice-pwd:topsecret\r\nm=x\r\n";
        let text = without(message.as_bytes());
        assert!(!text.contains("topsecret"), "{text}");
        assert!(text.contains("v=0\na=crypto:(left out)\n"), "{text}");
        assert!(text.ends_with("m=x\n"), "{text}");
    }

    #[test]
    fn hostile_bytes_become_text() {
        let text = without(b"OPTIONS sip:\xff\x00\x1b[31m@a SIP/2.0\r\nX:\xfe\r\n");
        assert!(!text.contains('\u{1b}'), "{text}");
    }

    #[test]
    fn any_bytes_at_all_are_survived() {
        let mut dice: u32 = 7;
        for length in 0..400 {
            let bytes: Vec<u8> = (0..length)
                .map(|_| {
                    dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    b"sip:tel8*#,%2A@<>\r\n :\xc3\xa4"[(dice >> 16) as usize % 22]
                })
                .collect();
            let _ = without(&bytes);
        }
    }
}
