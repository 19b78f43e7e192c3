//! Says of every line of ConfBridge options what becomes of it; changes no room.

use conclave_model::confbridge::{
    Fate, Finding, KnownOption, OptionLine, OptionSection, RoomField, ValueKind, read_options,
};
use conclave_model::{Language, Prompt, limits};
use serde_json::Value;

use crate::options_words as words;
use crate::recording_words;
use crate::room_input::{object, unknown_field};
use crate::{
    OptionLineView, OptionStatus, OptionsInput, OptionsRoom, OptionsView, Problem, Setting,
    SettingValue, Wrong, nearest,
};

/// Reads the body of a request that tries options out ([`OptionsInput`]).
///
/// # Errors
/// Names the fields that are not texts, or too long; lines are no errors here.
pub fn read_options_input(body: &Value) -> Result<OptionsInput, Problem> {
    let unknown: Vec<Wrong> = object(body)?
        .keys()
        .filter(|name| !OPTIONS_FIELDS.contains(&name.as_str()))
        .map(|name| unknown_field(name, OPTIONS_FIELDS))
        .collect();
    if !unknown.is_empty() {
        return Err(Problem::invalid(unknown));
    }
    // What serde says of an error repeats values, and one may be a secret.
    let input: OptionsInput = serde_json::from_value(body.clone()).map_err(|_| {
        let accepted = "options and user_options as texts; room with message, music and language";
        Problem::invalid(vec![Wrong::new("options", "", accepted)])
    })?;
    for (setting, text) in [
        (Setting::Options, &input.options),
        (Setting::UserOptions, &input.user_options),
    ] {
        setting.read(&Value::String(text.clone()))?;
    }
    Ok(input)
}

/// What lines may name that is not in every server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KnownNames<'a> {
    /// Those that were uploaded.
    pub sounds: &'a [&'a str],
    /// Those that the server's own file allows.
    pub programs: &'a [&'a str],
}

/// Says of every line what would become of it, to a reader of this language.
#[must_use]
pub fn check_options(
    input: &OptionsInput,
    known: KnownNames<'_>,
    language: Language,
) -> OptionsView {
    let views = |section, text| -> Vec<OptionLineView> {
        read_options(section, text)
            .iter()
            .take(limits::OPTION_LINES)
            .map(|line| match missing(line, known) {
                Some(missing) => missing.view(line, language),
                None => view(section, line, input.room.as_ref(), language),
            })
            .collect()
    };
    let options = views(OptionSection::Bridge, &input.options);
    let user_options = views(OptionSection::User, &input.user_options);
    let few = |section, text| read_options(section, text).len() <= limits::OPTION_LINES;
    let accepted = options
        .iter()
        .chain(&user_options)
        .all(|line| line.status.is_accepted())
        && few(OptionSection::Bridge, &input.options)
        && few(OptionSection::User, &input.user_options);
    OptionsView {
        accepted,
        options,
        user_options,
    }
}

/// What is wrong with the lines of a text that is to be saved; nothing for other settings.
pub(crate) fn wrong_lines(value: &SettingValue) -> Vec<Wrong> {
    let (setting, section, text) = match value {
        SettingValue::Options(text) => (Setting::Options, OptionSection::Bridge, text),
        SettingValue::UserOptions(text) => (Setting::UserOptions, OptionSection::User, text),
        SettingValue::Title(_)
        | SettingValue::Extension(_)
        | SettingValue::Message(_)
        | SettingValue::Music(_)
        | SettingValue::Pin(_)
        | SettingValue::ModeratorPin(_)
        | SettingValue::Language(_)
        | SettingValue::Keypad(_)
        | SettingValue::ModeratorKeypad(_) => return Vec::new(),
    };
    wrong_lines_of(setting.name(), section, text)
}

/// The same for the text of a field.
pub(crate) fn wrong_lines_of(field: &str, section: OptionSection, text: &str) -> Vec<Wrong> {
    let lines = read_options(section, text);
    let mut errors: Vec<Wrong> = lines
        .iter()
        .map(|line| view(section, line, None, Language::English))
        .filter(|line| !line.status.is_accepted())
        .take(limits::OPTION_ERRORS)
        .map(|line| {
            let typed = if line.value.is_empty() {
                line.key.clone()
            } else {
                format!("{}={}", line.key, line.value)
            };
            Wrong::new(field, &typed, line.applied_as).at_line(line.line)
        })
        .collect();
    if errors.is_empty() && lines.len() > limits::OPTION_LINES {
        let accepted = format!("at most {} lines", limits::OPTION_LINES);
        errors.push(Wrong::new(field, "", accepted));
    }
    errors
}

/// What is wrong with lines that name what is not there: a sound, or a program.
#[must_use]
pub fn unknown_names(options: &str, user_options: &str, known: KnownNames<'_>) -> Vec<Wrong> {
    let texts = [
        (Setting::Options, OptionSection::Bridge, options),
        (Setting::UserOptions, OptionSection::User, user_options),
    ];
    let wrong = texts.into_iter().flat_map(|(setting, section, text)| {
        let lines = read_options(section, text).into_iter();
        lines.filter_map(move |line| {
            let missing = missing(&line, known)?.view(&line, Language::English);
            let typed = format!("{}={}", missing.key, missing.value);
            Some(Wrong::new(setting.name(), &typed, missing.applied_as).at_line(line.number))
        })
    });
    wrong.take(limits::OPTION_ERRORS).collect()
}

/// What a line names and nobody has put there.
enum Missing<'a> {
    /// Of the operator's, uploaded.
    Sound { nearest: Option<String> },
    /// Of the operator's, in the server's own file, where these are.
    Program { allowed: &'a [&'a str] },
}

fn missing<'a>(line: &OptionLine<'_>, known: KnownNames<'a>) -> Option<Missing<'a>> {
    if let Some(program) = line.program() {
        let allowed = known.programs;
        let is_there = allowed.contains(&program.as_str());
        return (!is_there).then_some(Missing::Program { allowed });
    }
    let file = line.sound_file()?;
    if known.sounds.contains(&file.as_ref()) {
        return None;
    }
    let ours: Vec<String> = Prompt::words().map(Prompt::file_stem).collect();
    let names = ours
        .iter()
        .map(String::as_str)
        .chain(known.sounds.iter().copied());
    let nearest = nearest(&file, names.chain(["silence"])).map(ToOwned::to_owned);
    Some(Missing::Sound { nearest })
}

impl Missing<'_> {
    fn view(self, line: &OptionLine<'_>, language: Language) -> OptionLineView {
        let (applied_as, nearest) = match self {
            Missing::Sound { nearest } => {
                let words = words::no_such_sound(nearest.as_deref(), language);
                (words, nearest)
            }
            Missing::Program { allowed } => {
                let nearest = nearest(line.value, allowed.iter().copied());
                let words = recording_words::no_such_program(allowed, language);
                (words, nearest.map(ToOwned::to_owned))
            }
        };
        OptionLineView {
            line: line.number,
            key: shortened(line.key),
            value: shortened(line.value),
            status: OptionStatus::Wrong,
            applied_as,
            nearest,
        }
    }
}

fn view(
    section: OptionSection,
    line: &OptionLine<'_>,
    room: Option<&OptionsRoom>,
    language: Language,
) -> OptionLineView {
    let mut nearest_name = None;
    let (status, applied_as) = match line.finding {
        Finding::Accepted(option) => accepted(option, line, room, language),
        Finding::SaidAgain { at } => (OptionStatus::SaidAgain, words::said_again(at, language)),
        Finding::Wrong(option) => (OptionStatus::Wrong, wrong(option, line, language)),
        Finding::Refused(why) => (
            OptionStatus::Refused,
            words::refused(why, language).to_owned(),
        ),
        Finding::Misplaced(other) => (OptionStatus::Wrong, words::misplaced(other, language)),
        Finding::Unknown => {
            let name = nearest(line.key, section.options().map(|option| option.name));
            nearest_name = name.map(ToOwned::to_owned);
            (OptionStatus::Unknown, words::unknown(name, language))
        }
        Finding::NoAssignment => (
            OptionStatus::Wrong,
            words::no_assignment(language).to_owned(),
        ),
    };
    // Whatever is not known to be harmless may be a secret under a mistyped name.
    let shown = match line.finding {
        // What is typed for a command line may have a password in it.
        Finding::Wrong(option) if option.kind == ValueKind::ProgramName => "",
        Finding::Accepted(_) | Finding::SaidAgain { .. } | Finding::Wrong(_) => line.value,
        Finding::Misplaced(OptionSection::Bridge) => line.value,
        Finding::Misplaced(OptionSection::User)
        | Finding::Refused(_)
        | Finding::Unknown
        | Finding::NoAssignment => "",
    };
    OptionLineView {
        line: line.number,
        key: shortened(line.key),
        value: shortened(shown),
        status,
        applied_as,
        nearest: nearest_name,
    }
}

fn wrong(option: &KnownOption, line: &OptionLine<'_>, language: Language) -> String {
    match line.recorder_options() {
        Some(Err(why)) => recording_words::refused_letter(why, language),
        Some(Ok(_)) | None if option.kind == ValueKind::ProgramName => {
            recording_words::no_command_line(language).to_owned()
        }
        Some(Ok(_)) | None => option.kind.to_string(),
    }
}

fn accepted(
    option: &KnownOption,
    line: &OptionLine<'_>,
    room: Option<&OptionsRoom>,
    language: Language,
) -> (OptionStatus, String) {
    match option.fate {
        Fate::Field(field) => {
            let agrees = room.is_none_or(|room| agrees(field, line, room));
            let status = if agrees {
                OptionStatus::InEffect
            } else {
                OptionStatus::Conflict
            };
            (status, words::field(field, room.map(|_| agrees), language))
        }
        Fate::Kept { today } if option.kind.means_the_same(today, line.value) => {
            (OptionStatus::InEffect, words::as_today(language).to_owned())
        }
        Fate::Kept { .. } => (OptionStatus::Kept, words::kept(language).to_owned()),
        Fate::Followed(from) => match line.recorder_options() {
            Some(Ok(letters)) => recording_words::letters(&letters, line.value, language),
            Some(Err(_)) | None => {
                let words = words::followed(from, language).to_owned();
                (OptionStatus::InEffect, words)
            }
        },
        Fate::Otherwise(how) => (
            OptionStatus::InEffect,
            words::otherwise(how, language).to_owned(),
        ),
        Fate::NoEffect(why) => (
            OptionStatus::NoEffect,
            words::no_effect(why, language).to_owned(),
        ),
        // `read_options` accepts none of these.
        Fate::Refused(why) => (
            OptionStatus::Refused,
            words::refused(why, language).to_owned(),
        ),
    }
}

fn agrees(field: RoomField, line: &OptionLine<'_>, room: &OptionsRoom) -> bool {
    match field {
        RoomField::Message => line.as_bool() == Some(room.message),
        RoomField::Music => match line.as_bool() {
            Some(wanted) if line.key.eq_ignore_ascii_case("music_on_hold_when_empty") => {
                wanted == room.music.is_some()
            }
            Some(_) | None => room.music.as_deref() == Some(line.value),
        },
        RoomField::Language => line
            .as_language()
            .is_some_and(|language| language.tag() == room.language),
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(SHOWN_CHARS).collect()
}

const OPTIONS_FIELDS: [&str; 3] = ["options", "user_options", "room"];
/// Enough to recognise a line by.
const SHOWN_CHARS: usize = 80;
