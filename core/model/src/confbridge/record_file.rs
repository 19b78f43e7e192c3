//! What the file of a recording is called, as three options say it; opens none.

use crate::{RecordingRecord, UnixMillis};

/// How recordings of a room are named, and when one goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordFile {
    /// `None`: after the room.
    pub name: Option<String>,
    /// A second recording of a meeting goes on in the file of the first.
    pub append: bool,
    pub timestamp: bool,
}

impl Default for RecordFile {
    fn default() -> Self {
        Self {
            name: None,
            append: true,
            timestamp: true,
        }
    }
}

impl RecordFile {
    /// The name of a file that was begun then, if the options give one: seconds of Unix time before
    /// the ending as ConfBridge puts them, and the ending of what is really written.
    #[must_use]
    pub fn named(&self, begun: UnixMillis) -> Option<String> {
        let stem = stem_of(self.name.as_deref()?);
        let ending = RecordingRecord::ENDING;
        Some(if self.timestamp {
            format!("{stem}-{}.{ending}", begun.0 / 1_000)
        } else {
            format!("{stem}.{ending}")
        })
    }
}

/// Without the ending of a kind of sound; `v1.2` has none.
fn stem_of(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() && is_sound(ending) => stem,
        Some(_) | None => name,
    }
}

fn is_sound(ending: &str) -> bool {
    let ending = ending.to_ascii_lowercase();
    let kind = ending.trim_end_matches(|c: char| c.is_ascii_digit());
    ENDINGS.contains(&ending.as_str()) || matches!(kind, "wav" | "sln")
}

/// What Asterisk records to, and what is usual elsewhere; `wav` and `sln` come with numbers too.
const ENDINGS: [&str; 15] = [
    "opus", "ogg", "oga", "flac", "mp3", "gsm", "g722", "g719", "ulaw", "ul", "pcm", "alaw", "al",
    "raw", "siren14",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: Option<&str>, timestamp: bool) -> Option<String> {
        let file = RecordFile {
            name: name.map(ToOwned::to_owned),
            timestamp,
            ..RecordFile::default()
        };
        file.named(UnixMillis(1_767_225_600_999))
    }

    #[test]
    fn the_time_stands_before_the_ending_and_the_ending_is_that_of_the_sound() {
        let name = |name| named(Some(name), true).unwrap();
        assert_eq!(name("standup.wav"), "standup-1767225600.opus");
        assert_eq!(name("standup.WAV49"), "standup-1767225600.opus");
        assert_eq!(name("standup"), "standup-1767225600.opus");
        assert_eq!(name("v1.2"), "v1.2-1767225600.opus");
        assert_eq!(name("board.sln16"), "board-1767225600.opus");
    }

    #[test]
    fn a_name_without_time_is_as_it_is_said_and_none_is_none() {
        assert_eq!(named(Some("a.wav"), false).unwrap(), "a.opus");
        assert_eq!(named(None, true), None);
        assert_eq!(named(None, false), None);
    }
}
