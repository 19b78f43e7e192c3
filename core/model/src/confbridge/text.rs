//! Reads a text of options line by line; changes nothing and applies nothing.

use super::value_kind::{as_bool, language, number};
use super::{
    Fate, KnownOption, OptionSection, ProgramName, RecorderOptions, Refused, RefusedLetter,
    ValueKind, read_recorder_options,
};
use crate::Language;

/// One line that says something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OptionLine<'a> {
    /// From 1.
    pub number: usize,
    pub key: &'a str,
    /// As typed, without the spaces around it; it may be a secret.
    pub value: &'a str,
    pub finding: Finding,
}

/// What is to be said of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    Accepted(&'static KnownOption),
    /// Accepted, but this later line says it again and wins, as in ConfBridge.
    SaidAgain {
        at: usize,
    },
    /// A known option, and not a value of its kind.
    Wrong(&'static KnownOption),
    Refused(Refused),
    /// An option of the other text.
    Misplaced(OptionSection),
    Unknown,
    /// Not `key=value`.
    NoAssignment,
}

impl OptionLine<'_> {
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        matches!(
            self.finding,
            Finding::Accepted(_) | Finding::SaidAgain { .. }
        )
    }

    /// The value as ConfBridge reads a yes or no.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        as_bool(self.value)
    }

    /// A whole number from 0.
    #[must_use]
    pub fn as_number(&self) -> Option<u32> {
        number(self.value)
    }

    /// What the letters of a recorder's option say; `None` for other options.
    #[must_use]
    pub fn recorder_options(&self) -> Option<Result<RecorderOptions, RefusedLetter>> {
        match self.finding {
            Finding::Accepted(option) | Finding::Wrong(option)
                if option.kind == ValueKind::RecorderLetters =>
            {
                Some(read_recorder_options(self.value))
            }
            Finding::Accepted(_)
            | Finding::Wrong(_)
            | Finding::SaidAgain { .. }
            | Finding::Refused(_)
            | Finding::Misplaced(_)
            | Finding::Unknown
            | Finding::NoAssignment => None,
        }
    }

    /// The program of the operator's that the line names.
    #[must_use]
    pub fn program(&self) -> Option<ProgramName> {
        match self.finding {
            Finding::Accepted(option) if option.kind == ValueKind::ProgramName => {
                self.value.parse().ok()
            }
            Finding::Accepted(_)
            | Finding::Wrong(_)
            | Finding::SaidAgain { .. }
            | Finding::Refused(_)
            | Finding::Misplaced(_)
            | Finding::Unknown
            | Finding::NoAssignment => None,
        }
    }

    #[must_use]
    pub fn as_language(&self) -> Option<Language> {
        language(self.value)
    }
}

/// Reads a text as ConfBridge's configuration is read: `key=value` or `key => value`, comments
/// after `;`, empty lines. Nothing that can be typed is an error of this function.
#[must_use]
pub fn read_options(section: OptionSection, text: &str) -> Vec<OptionLine<'_>> {
    let mut lines: Vec<OptionLine<'_>> = lines_that_say_something(text)
        .map(|(number, line)| read_line(section, number, line))
        .collect();
    let mut seen: Vec<(&'static str, usize)> = Vec::new();
    for line in lines.iter_mut().rev() {
        let Finding::Accepted(option) = line.finding else {
            continue;
        };
        match seen.iter().find(|(name, _)| *name == option.name) {
            Some((_, at)) => line.finding = Finding::SaidAgain { at: *at },
            None => seen.push((option.name, line.number)),
        }
    }
    lines
}

fn read_line(section: OptionSection, number: usize, line: &str) -> OptionLine<'_> {
    let Some((key, value)) = assignment(line) else {
        return OptionLine {
            number,
            key: line.split_whitespace().next().unwrap_or(line),
            value: "",
            finding: Finding::NoAssignment,
        };
    };
    OptionLine {
        number,
        key,
        value,
        finding: judge(section, key, value),
    }
}

fn judge(section: OptionSection, key: &str, value: &str) -> Finding {
    let Some(option) = section.find(key) else {
        let elsewhere = OptionSection::ALL
            .into_iter()
            .find(|section| section.find(key).is_some());
        return elsewhere.map_or(Finding::Unknown, Finding::Misplaced);
    };
    match option.fate {
        Fate::Refused(why) => Finding::Refused(why),
        Fate::Field(_)
        | Fate::Kept { .. }
        | Fate::Followed(_)
        | Fate::Otherwise(_)
        | Fate::NoEffect(_) => {
            if option.kind.accepts(value) {
                Finding::Accepted(option)
            } else {
                Finding::Wrong(option)
            }
        }
    }
}

/// The text with this option said so: in the place of the line that says it, else at the end. An
/// empty value takes the option out. Comments and all other lines stay.
#[must_use]
pub fn with_option(section: OptionSection, text: &str, name: &str, value: &str) -> String {
    let said: Vec<usize> = read_options(section, text)
        .iter()
        .filter(|line| line.key.eq_ignore_ascii_case(name))
        .map(|line| line.number)
        .collect();
    let new = (!value.is_empty()).then(|| format!("{name}={value}"));
    let mut lines: Vec<String> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if !said.contains(&(index + 1)) {
            lines.push(line.to_owned());
        } else if said.last() == Some(&(index + 1)) {
            lines.extend(new.clone());
        }
    }
    if said.is_empty() {
        lines.extend(new);
    }
    lines.join("\n")
}

/// With their numbers, from 1.
pub(super) fn lines_that_say_something(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split('\n')
        .enumerate()
        .map(|(index, line)| (index + 1, without_comment(line).trim()))
        .filter(|(_, line)| !line.is_empty())
}

/// `key=value` or `key => value`.
pub(super) fn assignment(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once('=')?;
    Some((key.trim(), value.strip_prefix('>').unwrap_or(value).trim()))
}

/// Up to the first `;` that has no backslash before it.
fn without_comment(line: &str) -> &str {
    let mut before = '\0';
    for (at, character) in line.char_indices() {
        if character == ';' && before != '\\' {
            return &line[..at];
        }
        before = character;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(section: OptionSection, text: &str) -> Vec<(usize, &str, &str, bool)> {
        read_options(section, text)
            .into_iter()
            .map(|line| (line.number, line.key, line.value, line.is_accepted()))
            .collect()
    }

    #[test]
    fn an_option_is_put_where_it_was_said_and_taken_out() {
        let text = "; ours\nmax_members=2\nlanguage=de\nMax_Members = 3 ; later\n";
        let with = |text: &str, name, value| with_option(OptionSection::Bridge, text, name, value);
        let changed = with(text, "max_members", "9");
        assert_eq!(changed, "; ours\nlanguage=de\nmax_members=9");
        let added = with(&changed, "sound_join", "silence");
        assert_eq!(
            added,
            "; ours\nlanguage=de\nmax_members=9\nsound_join=silence"
        );
        assert_eq!(with(&changed, "max_members", ""), "; ours\nlanguage=de");
        assert_eq!(with("", "max_members", "9"), "max_members=9");
        assert_eq!(with("", "max_members", ""), "");
    }

    #[test]
    fn lines_are_counted_with_the_empty_ones_and_comments() {
        let text = "; ours\r\n\r\nmax_members = 20 ; twenty\nlanguage=>de\n[general]\n=5\nregcontext=a\\;b";
        assert_eq!(
            findings(OptionSection::Bridge, text),
            [
                (3, "max_members", "20", true),
                (4, "language", "de", true),
                (5, "[general]", "", false),
                (6, "", "5", false),
                (7, "regcontext", "a\\;b", true),
            ]
        );
    }

    // Defect 26
    #[test]
    fn each_mistake_is_a_finding_of_its_own() {
        let text = "max_members=many\nstartmuted=yes\nrecord_command=/bin/x\nmax_membrs=2\nhello\nsound_jion=beep";
        let found: Vec<_> = read_options(OptionSection::Bridge, text)
            .into_iter()
            .map(|line| line.finding)
            .collect();
        assert!(matches!(found[0], Finding::Wrong(option) if option.name == "max_members"));
        assert_eq!(found[1], Finding::Misplaced(OptionSection::User));
        assert!(matches!(found[2], Finding::Wrong(option) if option.name == "record_command"));
        assert_eq!(found[3], Finding::Unknown);
        assert_eq!(found[4], Finding::NoAssignment);
        assert_eq!(found[5], Finding::Unknown, "a sound like all others");
    }

    #[test]
    fn the_last_line_that_says_it_wins() {
        let text = "quiet=yes\nmarked=no\nQUIET=no\nquiet=nonsense";
        let lines = read_options(OptionSection::User, text);
        assert_eq!(lines[0].finding, Finding::SaidAgain { at: 3 });
        assert!(matches!(lines[2].finding, Finding::Accepted(_)));
        assert!(!lines[3].is_accepted());
    }
}
