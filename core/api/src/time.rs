//! Wall-clock times as RFC 3339 texts; reads no clock.

use conclave_model::UnixMillis;
use jiff::Timestamp;

/// `2026-11-05T09:30:00.125Z`: UTC with milliseconds, so that texts sort as times do.
#[must_use]
pub fn rfc3339(at: UnixMillis) -> String {
    let millis = i64::try_from(at.0).unwrap_or(i64::MAX);
    let timestamp = Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MAX);
    format!("{timestamp:.3}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_utc_with_milliseconds() {
        assert_eq!(rfc3339(UnixMillis(0)), "1970-01-01T00:00:00.000Z");
        assert_eq!(
            rfc3339(UnixMillis(1_793_871_000_125)),
            "2026-11-05T09:30:00.125Z"
        );
    }

    #[test]
    fn a_time_beyond_the_calendar_is_its_last_day() {
        assert!(rfc3339(UnixMillis(u64::MAX)).starts_with("9999-12-30"));
    }
}
