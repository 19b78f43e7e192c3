//! When people meet: read from RFC 3339, said in words and in a calendar's way; reads no clock.

use conclave_model::Language;
use jiff::fmt::temporal::Pieces;
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Zoned};

use super::words::{month, weekday};
use crate::Wrong;

/// From when to when, in the offsets in which they were given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meeting {
    start: Zoned,
    end: Zoned,
}

/// Reads the two times of a meeting; without an end it lasts an hour.
///
/// # Errors
/// Names the time that is not RFC 3339, or an end that does not come after the start.
pub fn read_meeting(start: Option<&str>, end: Option<&str>) -> Result<Option<Meeting>, Vec<Wrong>> {
    let (start_text, end_text) = match (start, end) {
        (None, None) => return Ok(None),
        (None, Some(_)) => return Err(vec![wrong("start", "")]),
        (Some(start), end) => (start, end),
    };
    let start = read(start_text).ok_or_else(|| vec![wrong("start", start_text)])?;
    let end = match end_text {
        Some(text) => read(text).ok_or_else(|| vec![wrong("end", text)])?,
        None => an_hour_later(&start).ok_or_else(|| vec![wrong("start", start_text)])?,
    };
    if end.timestamp() <= start.timestamp() {
        let accepted = "a time after the start";
        return Err(vec![Wrong::new("end", end_text.unwrap_or(""), accepted)]);
    }
    Ok(Some(Meeting { start, end }))
}

impl Meeting {
    /// The next full hour after this moment, for one hour.
    #[must_use]
    pub fn next_hour(unix_seconds: i64) -> Option<Self> {
        let next = unix_seconds
            .checked_div(3_600)?
            .checked_add(1)?
            .checked_mul(3_600)?;
        let start = Timestamp::from_second(next).ok()?.to_zoned(TimeZone::UTC);
        let end = an_hour_later(&start)?;
        Some(Self { start, end })
    }

    /// `Tuesday, 24 November 2026, 10:00–10:30 (UTC+01:00)`.
    pub(super) fn in_words(&self, language: Language) -> String {
        let (start, end) = (
            &self.start,
            self.end.with_time_zone(self.start.time_zone().clone()),
        );
        let clock = |time: &Zoned| format!("{:02}:{:02}", time.hour(), time.minute());
        let until = if end.date() == start.date() {
            clock(&end)
        } else {
            format!(" {}, {}", day(&end, language), clock(&end))
        };
        let offset = offset_in_words(start.offset());
        let day = day(start, language);
        format!("{day}, {}–{until} ({offset})", clock(start))
    }

    /// `20261124T090000Z` (RFC 5545 §3.3.5, form 2).
    pub(super) fn start_stamp(&self) -> String {
        stamp(self.start.timestamp())
    }

    pub(super) fn end_stamp(&self) -> String {
        stamp(self.end.timestamp())
    }
}

pub(super) fn stamp(at: Timestamp) -> String {
    let utc = at.to_zoned(TimeZone::UTC);
    format!(
        "{:04}{:02}{:02}T{:02}{:02}{:02}Z",
        utc.year(),
        utc.month(),
        utc.day(),
        utc.hour(),
        utc.minute(),
        utc.second()
    )
}

fn read(text: &str) -> Option<Zoned> {
    // A `+` that was not escaped in a query arrives as a space.
    let text = text.trim().replace(' ', "+");
    let at: Timestamp = text.parse().ok()?;
    let offset = Pieces::parse(text.as_bytes()).ok()?.to_numeric_offset();
    let zone = offset.map_or(TimeZone::UTC, |offset| offset.to_time_zone());
    (at.as_second() >= 0).then(|| at.to_zoned(zone))
}

fn an_hour_later(start: &Zoned) -> Option<Zoned> {
    let at = start.timestamp().as_second().checked_add(3_600)?;
    let at = Timestamp::from_second(at).ok()?;
    Some(at.to_zoned(start.time_zone().clone()))
}

fn day(time: &Zoned, language: Language) -> String {
    let weekday = weekday(time.weekday().to_monday_one_offset(), language);
    let month = month(time.month(), language);
    let dot = match language {
        Language::English => "",
        Language::German => ".",
    };
    format!("{weekday}, {}{dot} {month} {}", time.day(), time.year())
}

fn offset_in_words(offset: Offset) -> String {
    let minutes = offset.seconds() / 60;
    if minutes == 0 {
        return "UTC".to_owned();
    }
    let sign = if minutes < 0 { '-' } else { '+' };
    let minutes = minutes.abs();
    format!("UTC{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

fn wrong(field: &str, value: &str) -> Wrong {
    Wrong::new(
        field,
        value,
        "a time as in RFC 3339, such as 2026-11-24T10:00:00+01:00",
    )
}
