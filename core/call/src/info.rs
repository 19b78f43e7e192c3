//! What SIP INFO bodies say, as the field writes them: keys, wishes for pictures; knows no dialog.

use conclave_model::Digit;

/// The key that an INFO body names, if it is one of the two kinds that phones send.
///
/// `application/dtmf-relay` has lines `Signal=5` and `Duration=160`; `application/dtmf` has the key
/// alone. Neither is standardised; some senders write event numbers (`10` for `*`, `11` for `#`).
#[must_use]
pub fn key_in_info(content_type: &str, body: &[u8]) -> Option<Digit> {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    let body = std::str::from_utf8(body).ok()?;
    if kind.eq_ignore_ascii_case("application/dtmf-relay") {
        body.lines().find_map(signal_of_line).and_then(key_of)
    } else if kind.eq_ignore_ascii_case("application/dtmf") {
        key_of(body.trim())
    } else {
        None
    }
}

/// Whether an INFO body asks for a whole picture (RFC 5168 §5).
#[must_use]
pub fn wants_picture(content_type: &str, body: &[u8]) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    let request = b"picture_fast_update";
    kind.eq_ignore_ascii_case("application/media_control+xml")
        && body.windows(request.len()).any(|words| words == request)
}

/// An INFO body that asks for a whole picture (RFC 5168 §5), and its type.
pub const PICTURE_REQUEST: (&str, &str) = (
    "application/media_control+xml",
    "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<media_control><vc_primitive><to_encoder>\
     <picture_fast_update/></to_encoder></vc_primitive></media_control>\r\n",
);

fn signal_of_line(line: &str) -> Option<&str> {
    let (name, value) = line.split_once('=')?;
    name.trim()
        .eq_ignore_ascii_case("signal")
        .then_some(value.trim())
}

fn key_of(text: &str) -> Option<Digit> {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(key), None) => Digit::from_char(key),
        (Some(_), Some(_)) => Digit::from_event(text.parse().ok()?),
        (None, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(content_type: &str, body: &str) -> Option<char> {
        key_in_info(content_type, body.as_bytes()).map(Digit::to_char)
    }

    #[test]
    fn a_relay_body_names_its_key_with_or_without_spaces() {
        let relay = "application/dtmf-relay";
        assert_eq!(key(relay, "Signal=5\r\nDuration=160\r\n"), Some('5'));
        assert_eq!(key(relay, "Signal= *\nDuration= 250"), Some('*'));
        assert_eq!(key(relay, "Duration=100\r\nsignal = #\r\n"), Some('#'));
        assert_eq!(key(relay, "Signal=11\r\n"), Some('#'));
        assert_eq!(key("Application/DTMF-Relay; a=b", "Signal=d"), Some('D'));
    }

    #[test]
    fn a_plain_body_is_the_key_itself() {
        assert_eq!(key("application/dtmf", "7"), Some('7'));
        assert_eq!(key("application/dtmf", " 10\r\n"), Some('*'));
    }

    #[test]
    fn a_wish_for_a_whole_picture_is_understood_as_it_is_written() {
        let (kind, body) = PICTURE_REQUEST;
        assert!(wants_picture(kind, body.as_bytes()));
        assert!(!wants_picture("text/plain", body.as_bytes()));
        assert!(!wants_picture(kind, b"<media_control/>"));
    }

    #[test]
    fn anything_else_is_no_key() {
        assert_eq!(key("application/dtmf", ""), None);
        assert_eq!(key("application/dtmf", "16"), None);
        assert_eq!(key("application/dtmf", "!"), None);
        assert_eq!(key("application/dtmf-relay", "Duration=160"), None);
        assert_eq!(key("application/dtmf-relay", "Signal=555"), None);
        assert_eq!(key("text/plain", "5"), None);
        assert_eq!(key_in_info("application/dtmf", &[0xff]), None);
    }
}
