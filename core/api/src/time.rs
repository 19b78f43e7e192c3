//! Wall-clock times as RFC 3339 texts, there and back; reads no clock.

use conclave_model::UnixMillis;
use jiff::Timestamp;

/// `2026-11-05T09:30:00.125Z`: UTC with milliseconds, so that texts sort as times do.
#[must_use]
pub fn rfc3339(at: UnixMillis) -> String {
    let millis = i64::try_from(at.0).unwrap_or(i64::MAX);
    let timestamp = Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MAX);
    format!("{timestamp:.3}")
}

/// The moment that an RFC 3339 text names, in whichever time zone; none before 1970.
#[must_use]
pub fn read_rfc3339(text: &str) -> Option<UnixMillis> {
    let timestamp: Timestamp = text.parse().ok()?;
    u64::try_from(timestamp.as_millisecond())
        .ok()
        .map(UnixMillis)
}

/// The same, or a whole day such as `2026-11-05`, which begins at midnight UTC.
#[must_use]
pub fn read_moment(text: &str) -> Option<UnixMillis> {
    if text.len() == DAY_CHARS {
        read_rfc3339(&format!("{text}T00:00:00Z"))
    } else {
        read_rfc3339(text)
    }
}

const DAY_CHARS: usize = 10;

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

    #[test]
    fn a_time_is_read_as_it_was_written_or_not_at_all() {
        let at = UnixMillis(1_793_871_000_125);
        assert_eq!(read_rfc3339(&rfc3339(at)), Some(at));
        let noon = read_rfc3339("2026-11-05T12:00:00+01:00");
        assert_eq!(noon, read_rfc3339("2026-11-05T11:00:00Z"));
        for bad in ["", "tomorrow", "2026-11-05", "1969-12-31T23:59:59Z"] {
            assert_eq!(read_rfc3339(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_day_begins_at_midnight() {
        let at = |text| read_moment(text).map(|at| at.0);
        assert_eq!(at("1970-01-02"), Some(86_400_000));
        assert_eq!(at("2026-11-05T09:30:00.125Z"), Some(1_793_871_000_125));
        for wrong in ["yesterday", "2026-13-01", "1969-01-01"] {
            assert_eq!(at(wrong), None, "{wrong}");
        }
    }
}
