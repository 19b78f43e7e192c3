//! Which values an option takes; knows no option.

use std::fmt;

use super::{ProfileName, ProgramName, read_recorder_options};
use crate::Language;

/// The kinds of value that ConfBridge's options have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    Bool,
    /// Always, never, or only above so many people.
    BoolOrCount,
    /// A whole number from 0.
    Number {
        most: u32,
    },
    /// 1 to `most` characters.
    Text {
        most: usize,
    },
    /// The name of a sound, with folders, without an ending.
    Sound,
    /// The name of a file in no folder.
    FileName,
    OneOf(&'static [&'static str]),
    /// One of ConfBridge's sample rates in Hz, or this word.
    SampleRate {
        or: &'static str,
    },
    Language,
    /// Letters of MixMonitor, by the rules of [`super::read_recorder_options`].
    RecorderLetters,
    /// Of a program that the server's operator allows, by the rules of [`ProgramName`].
    ProgramName,
    /// Of a profile, by the rules of [`super::ProfileName`].
    ProfileName,
}

impl ValueKind {
    #[must_use]
    pub fn accepts(self, value: &str) -> bool {
        let chars = value.chars().count();
        let clean = !value.is_empty() && !value.chars().any(char::is_control);
        match self {
            ValueKind::Bool => as_bool(value).is_some(),
            ValueKind::BoolOrCount => as_bool(value).is_some() || number(value).is_some(),
            ValueKind::Number { most } => number(value).is_some_and(|number| number <= most),
            ValueKind::Text { most } => clean && chars <= most,
            ValueKind::Sound => clean && chars <= PATH_CHARS && !value.contains(".."),
            ValueKind::FileName => clean && is_file_name(value),
            ValueKind::OneOf(words) => words.iter().any(|word| word.eq_ignore_ascii_case(value)),
            ValueKind::SampleRate { or } => {
                or.eq_ignore_ascii_case(value)
                    || number(value).is_some_and(|rate| SAMPLE_RATES.contains(&rate))
            }
            ValueKind::Language => language(value).is_some(),
            ValueKind::RecorderLetters => read_recorder_options(value).is_ok(),
            ValueKind::ProgramName => value.parse::<ProgramName>().is_ok(),
            ValueKind::ProfileName => value.parse::<ProfileName>().is_ok(),
        }
    }

    /// Whether both values say the same; false when one of them is not accepted.
    #[must_use]
    pub fn means_the_same(self, one: &str, other: &str) -> bool {
        if !self.accepts(one) || !self.accepts(other) {
            return false;
        }
        match (as_bool(one), as_bool(other)) {
            (Some(one), Some(other))
                if matches!(self, ValueKind::Bool | ValueKind::BoolOrCount) =>
            {
                one == other
            }
            (_, _) => {
                one.eq_ignore_ascii_case(other)
                    || number(one).is_some_and(|one| Some(one) == number(other))
            }
        }
    }
}

/// As a person would say it after "expected".
impl fmt::Display for ValueKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ValueKind::Bool => f.write_str("yes or no"),
            ValueKind::BoolOrCount => f.write_str("yes, no or a number from 2"),
            ValueKind::Number { most: u32::MAX } => f.write_str("a whole number from 0"),
            ValueKind::Number { most } => write!(f, "a whole number from 0 to {most}"),
            ValueKind::Text { most } => write!(f, "a text of 1 to {most} characters"),
            ValueKind::Sound => f.write_str("the name of a sound"),
            ValueKind::FileName => write!(
                f,
                "the name of a file, without folders, of at most {FILE_NAME_BYTES} bytes and not \
                 beginning with a dot"
            ),
            ValueKind::OneOf(words) => f.write_str(&words.join(", ")),
            ValueKind::SampleRate { or } => {
                let rates = SAMPLE_RATES.map(|rate| rate.to_string());
                write!(f, "{or}, {}", rates.join(", "))
            }
            ValueKind::Language => f.write_str("en or de"),
            ValueKind::RecorderLetters => {
                f.write_str("letters of MixMonitor, such as av(1), with volumes from -4 to 4")
            }
            ValueKind::ProgramName => f.write_str(
                "the name of a program that conclave.toml allows under record_commands, not a \
                 command line",
            ),
            ValueKind::ProfileName => f.write_str("the name of a profile"),
        }
    }
}

/// ConfBridge's words for yes and no. Asterisk takes every other word for a no; a slip of the
/// finger is better refused.
#[must_use]
pub(super) fn as_bool(value: &str) -> Option<bool> {
    let is_one_of = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(value));
    if is_one_of(&["yes", "true", "y", "t", "1", "on"]) {
        Some(true)
    } else if is_one_of(&["no", "false", "n", "f", "0", "off"]) {
        Some(false)
    } else {
        None
    }
}

/// `en`, and also `en_GB` and `de-AT`, which Asterisk writes too.
pub(super) fn language(value: &str) -> Option<Language> {
    let primary = value.split(['-', '_']).next()?;
    Language::ALL
        .into_iter()
        .find(|language| language.tag().eq_ignore_ascii_case(primary))
}

/// Digits alone: `parse` would take a plus sign too.
pub(super) fn number(value: &str) -> Option<u32> {
    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
    value.parse().ok().filter(|_| digits)
}

/// A name in a folder, which is not hidden and leads out of it by no road.
fn is_file_name(value: &str) -> bool {
    let is_short = value.len() <= FILE_NAME_BYTES;
    is_short && !value.starts_with('.') && !value.contains(['/', '\\'])
}

/// Disks take 255 bytes; a time and an ending are put behind.
const FILE_NAME_BYTES: usize = 200;
/// Asterisk's longest path.
const PATH_CHARS: usize = 255;
/// Every rate that Asterisk's bridge can be set to, in Hz.
const SAMPLE_RATES: [u32; 9] = [
    8_000, 12_000, 16_000, 24_000, 32_000, 44_100, 48_000, 96_000, 192_000,
];

#[cfg(test)]
mod tests {
    use super::*;

    // Defect 28
    #[test]
    fn every_kind_takes_its_own_values_and_no_others() {
        let cases: [(ValueKind, &[&str], &[&str]); 11] = [
            (
                ValueKind::Bool,
                &["yes", "NO", "t", "F", "1", "0", "On", "off"],
                &["", "maybe", "2"],
            ),
            (
                ValueKind::BoolOrCount,
                &["yes", "0", "12"],
                &["-1", "many", "4294967296"],
            ),
            (
                ValueKind::Number { most: 80 },
                &["0", "80"],
                &["81", "+1", "1.5", "", " 1"],
            ),
            (
                ValueKind::Text { most: 3 },
                &["abc", "äöü"],
                &["", "abcd", "a\u{7}"],
            ),
            (
                ValueKind::Sound,
                &["conf-muted", "de/conf"],
                &["", "../../etc/passwd"],
            ),
            (
                ValueKind::FileName,
                &["standup.wav", "Besprechung für alle"],
                &["/tmp/x", "a\\b", "", "..", ".hidden", "a\u{0}b"],
            ),
            (
                ValueKind::RecorderLetters,
                &["a", "abv(-2)"],
                &["", "v(5)", "z", "m(100)"],
            ),
            (
                ValueKind::ProgramName,
                &["mail", "To-Archive_2"],
                &["/bin/mail", "mail x", "mail;reboot", ""],
            ),
            (
                ValueKind::OneOf(&["sfu", "none"]),
                &["SFU", "none"],
                &["both", ""],
            ),
            (
                ValueKind::SampleRate { or: "auto" },
                &["auto", "48000"],
                &["none", "11025"],
            ),
            (
                ValueKind::Language,
                &["de", "en_GB", "DE-at"],
                &["fr", "", "deu"],
            ),
        ];
        for (kind, good, bad) in cases {
            for value in good {
                assert!(kind.accepts(value), "{kind:?} {value:?}");
            }
            for value in bad {
                assert!(!kind.accepts(value), "{kind:?} {value:?}");
            }
        }
    }

    #[test]
    fn one_and_yes_are_the_same_only_where_yes_is_a_value() {
        assert!(ValueKind::Bool.means_the_same("1", "yes"));
        assert!(!ValueKind::Bool.means_the_same("1", "no"));
        assert!(!ValueKind::Bool.means_the_same("maybe", "maybe"));
        assert!(ValueKind::Number { most: 9 }.means_the_same("01", "1"));
        assert!(!ValueKind::Text { most: 9 }.means_the_same("yes", "on"));
    }
}
