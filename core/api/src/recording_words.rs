//! The sentences about letters and programs of recordings, in English and German; decides nothing.

use conclave_model::Language;
use conclave_model::confbridge::{IdleLetter, RecordVolume, RecorderOptions, RefusedLetter};

use crate::OptionStatus;

/// What of a line of letters holds, and what of it changes nothing.
pub(crate) fn letters(
    options: &RecorderOptions,
    typed: &str,
    language: Language,
) -> (OptionStatus, String) {
    let mut idle: Vec<(IdleLetter, Vec<String>)> = Vec::new();
    for (letter, why) in &options.idle {
        match idle.iter_mut().find(|(known, _)| known == why) {
            Some((_, letters)) => letters.push(letter.to_string()),
            None => idle.push((*why, vec![letter.to_string()])),
        }
    }
    let idle: Vec<String> = idle
        .into_iter()
        .map(|(why, letters)| format!("{}: {}", letters.join(", "), idle_words(why, language)))
        .collect();
    let idle = idle.join("; ");
    let holds = options.append || options.volume != RecordVolume::default() || is_loud(typed);
    let (status, said) = match (holds, language) {
        (true, Language::English) => (
            OptionStatus::InEffect,
            "in effect for recordings that begin from now on",
        ),
        (true, Language::German) => (
            OptionStatus::InEffect,
            "wirksam für Aufnahmen, die von jetzt an beginnen",
        ),
        (false, Language::English) => (OptionStatus::NoEffect, "no effect"),
        (false, Language::German) => (OptionStatus::NoEffect, "ohne Wirkung"),
    };
    let words = match (idle.is_empty(), holds, language) {
        (true, _, _) => said.to_owned(),
        (false, false, _) => format!("{said}: {idle}"),
        (false, true, Language::English) => format!("{said}; without effect are {idle}"),
        (false, true, Language::German) => format!("{said}; ohne Wirkung sind {idle}"),
    };
    (status, words)
}

/// A volume of 0 is one too.
fn is_loud(typed: &str) -> bool {
    typed.contains(['v', 'W'])
}

pub(crate) fn refused_letter(why: RefusedLetter, language: Language) -> String {
    let (english, german) = match why {
        RefusedLetter::Deletes => (
            "letters without d: a recording is deleted by its age, or by hand".to_owned(),
            "Buchstaben ohne d: eine Aufnahme wird nach ihrem Alter gelöscht, oder von Hand"
                .to_owned(),
        ),
        RefusedLetter::NoMailbox => (
            "letters without m: there are no mailboxes; record_command may send the file"
                .to_owned(),
            "Buchstaben ohne m: es gibt keine Mailboxen; record_command kann die Datei versenden"
                .to_owned(),
        ),
        RefusedLetter::Volume(letter) => (
            format!("{letter}(x) with x from -4 to 4, in steps of 6 dB"),
            format!("{letter}(x) mit x von -4 bis 4, in Schritten von 6 dB"),
        ),
        RefusedLetter::Argument(letter) => (
            format!("{letter} with something in parentheses behind it, such as {letter}(1)"),
            format!("{letter} mit etwas in Klammern dahinter, etwa {letter}(1)"),
        ),
        RefusedLetter::Unknown(_) | RefusedLetter::Empty => (
            "letters of MixMonitor: a, v(x), W(x), and without effect b, B(x), c, D, i(x), n, p, \
             P, r(x), S, t(x), V(x)"
                .to_owned(),
            "Buchstaben von MixMonitor: a, v(x), W(x), und ohne Wirkung b, B(x), c, D, i(x), n, \
             p, P, r(x), S, t(x), V(x)"
                .to_owned(),
        ),
    };
    match language {
        Language::English => english,
        Language::German => german,
    }
}

pub(crate) fn no_command_line(language: Language) -> &'static str {
    match language {
        Language::English => {
            "the name of a program that conclave.toml allows under record_commands, not a command \
             line"
        }
        Language::German => {
            "der Name eines Programms, das conclave.toml unter record_commands erlaubt, keine \
             Befehlszeile"
        }
    }
}

pub(crate) fn no_such_program(allowed: &[&str], language: Language) -> String {
    let names = allowed.join(", ");
    match (language, allowed.is_empty()) {
        (Language::English, false) => {
            format!("a program that conclave.toml allows under record_commands: {names}")
        }
        (Language::English, true) => {
            "a program that conclave.toml allows under record_commands, where there is none".into()
        }
        (Language::German, false) => {
            format!("ein Programm, das conclave.toml unter record_commands erlaubt: {names}")
        }
        (Language::German, true) => {
            "ein Programm, das conclave.toml unter record_commands erlaubt; dort steht keines"
                .into()
        }
    }
}

fn idle_words(why: IdleLetter, language: Language) -> &'static str {
    let (english, german) = match why {
        IdleLetter::AlwaysConnected => (
            "all of a meeting is recorded",
            "die ganze Besprechung wird aufgenommen",
        ),
        IdleLetter::NothingSpoken => ("a recorder says nothing", "ein Rekorder sagt nichts"),
        IdleLetter::OneFileHasAll => ("one file has all", "eine Datei enthält alles"),
        IdleLetter::NoDialplan => ("there is no dialplan", "es gibt keinen Wählplan"),
        IdleLetter::ToldInWords => ("everybody is told in words", "alle erfahren es in Worten"),
    };
    match language {
        Language::English => english,
        Language::German => german,
    }
}
