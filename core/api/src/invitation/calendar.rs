//! An invitation as a calendar's event (RFC 5545, CONFERENCE of RFC 7986 §5.11); reads no clock.

use conclave_model::UnixMillis;
use jiff::Timestamp;

use super::meeting::stamp;
use super::words::words;
use super::{Invitation, Meeting, plain};

/// One event. Its UID is the same for the same room and start, so that it replaces itself; without
/// a meeting it is the next full hour after `now`, to be moved by whoever opens it.
#[must_use]
pub fn calendar(invitation: &Invitation, now: UnixMillis) -> String {
    let now_ms = i64::try_from(now.0).unwrap_or(i64::MAX);
    let stamped = Timestamp::from_millisecond(now_ms).unwrap_or(Timestamp::MAX);
    let assumed = Meeting::next_hour(now_ms / 1_000);
    let mut uid = invitation.room.clone();
    if let Some(meeting) = &invitation.meeting {
        uid += &format!("-{}", meeting.start_stamp());
    }
    let label = parameter(words(invitation.language).dial_in);
    let mut lines = vec![
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//Conclave//Conclave//EN".to_owned(),
        "CALSCALE:GREGORIAN".to_owned(),
        "METHOD:PUBLISH".to_owned(),
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{}", text(&uid)),
        format!("DTSTAMP:{}", stamp(stamped)),
        format!(
            "SEQUENCE:{}",
            invitation.version.saturating_sub(1).min(SEQUENCE_MAX)
        ),
    ];
    if let Some(meeting) = invitation.meeting.as_ref().or(assumed.as_ref()) {
        lines.push(format!("DTSTART:{}", meeting.start_stamp()));
        lines.push(format!("DTEND:{}", meeting.end_stamp()));
    }
    let place = invitation
        .number
        .clone()
        .unwrap_or_else(|| invitation.sip());
    lines.extend([
        format!("SUMMARY:{}", text(&invitation.title)),
        format!("LOCATION:{}", text(&place)),
        format!("DESCRIPTION:{}", text(&plain(invitation))),
        format!(
            "CONFERENCE;VALUE=URI;FEATURE=AUDIO,PHONE;LABEL={label}:{}",
            invitation.dial()
        ),
        "END:VEVENT".to_owned(),
        "END:VCALENDAR".to_owned(),
    ]);
    lines.iter().map(|line| folded(line)).collect()
}

/// RFC 5545 §3.3.11; no other control character is allowed.
fn text(raw: &str) -> String {
    let mut escaped = String::with_capacity(raw.len());
    for character in raw.chars() {
        match character {
            '\\' => escaped.push_str("\\\\"),
            ';' => escaped.push_str("\\;"),
            ',' => escaped.push_str("\\,"),
            '\n' => escaped.push_str("\\n"),
            control if control.is_control() => {}
            plain => escaped.push(plain),
        }
    }
    escaped
}

/// A quoted parameter (RFC 5545 §3.2): it has neither quotes nor control characters.
fn parameter(raw: &str) -> String {
    let kept: String = raw
        .chars()
        .filter(|c| !c.is_control() && *c != '"')
        .collect();
    format!("\"{kept}\"")
}

/// RFC 5545 §3.1: at most 75 octets a line, the rest on lines that begin with a space; never in
/// the middle of a character.
fn folded(line: &str) -> String {
    let mut folded = String::with_capacity(line.len() + 8);
    let mut octets = 0;
    for character in line.chars() {
        if octets + character.len_utf8() > LINE_OCTETS {
            folded.push_str("\r\n ");
            octets = 1;
        }
        folded.push(character);
        octets += character.len_utf8();
    }
    folded + "\r\n"
}

const LINE_OCTETS: usize = 75;
/// RFC 5545 §3.3.8: an integer has 32 bits.
const SEQUENCE_MAX: u64 = i32::MAX as u64;
