//! The sentences about an import, in English and German; decides nothing.

use conclave_model::confbridge::ConfMistakeKind;
use conclave_model::{Language, limits};

pub(super) fn mistake(kind: &ConfMistakeKind, language: Language) -> String {
    match (kind, language) {
        (ConfMistakeKind::NotUnderstood, Language::English) => {
            "neither [section] nor key=value".to_owned()
        }
        (ConfMistakeKind::NotUnderstood, Language::German) => {
            "weder [Abschnitt] noch Schlüssel=Wert".to_owned()
        }
        (ConfMistakeKind::NoSection, Language::English) => {
            "it stands above the first section".to_owned()
        }
        (ConfMistakeKind::NoSection, Language::German) => {
            "steht vor dem ersten Abschnitt".to_owned()
        }
        (ConfMistakeKind::NoTemplate(name), Language::English) => {
            format!("made without it: there is no section {name} above")
        }
        (ConfMistakeKind::NoTemplate(name), Language::German) => {
            format!("ohne sie angelegt: darüber gibt es keinen Abschnitt {name}")
        }
        (ConfMistakeKind::NotOpened { file, why }, Language::English) => {
            format!("{file} could not be read ({why})")
        }
        (ConfMistakeKind::NotOpened { file, why }, Language::German) => {
            format!("{file} war nicht zu lesen ({why})")
        }
        (ConfMistakeKind::TooManyFiles, Language::English) => {
            format!("more than {} files are included", limits::CONF_INCLUDES)
        }
        (ConfMistakeKind::TooManyFiles, Language::German) => {
            let most = limits::CONF_INCLUDES;
            format!("mehr als {most} Dateien sind eingebunden")
        }
        (ConfMistakeKind::TooManyEntries, Language::English) => {
            format!("read up to here: more than {} lines", limits::CONF_ENTRIES)
        }
        (ConfMistakeKind::TooManyEntries, Language::German) => {
            format!(
                "bis hierher gelesen: mehr als {} Zeilen",
                limits::CONF_ENTRIES
            )
        }
        (ConfMistakeKind::Exec, Language::English) => "it would run a program".to_owned(),
        (ConfMistakeKind::Exec, Language::German) => "startet ein Programm".to_owned(),
        (ConfMistakeKind::OpenComment, Language::English) => {
            "the comment that began with ;-- never ends".to_owned()
        }
        (ConfMistakeKind::OpenComment, Language::German) => {
            "der Kommentar, der mit ;-- begann, endet nicht".to_owned()
        }
    }
}

pub(super) fn no_type(language: Language) -> &'static str {
    match language {
        Language::English => "type is neither user, bridge nor menu",
        Language::German => "type ist weder user noch bridge noch menu",
    }
}

pub(super) fn no_name(language: Language) -> &'static str {
    match language {
        Language::English => "a name has 1 to 40 letters, digits, - and _",
        Language::German => "ein Name hat 1 bis 40 Buchstaben, Ziffern, - und _",
    }
}

pub(super) fn renamed(name: &str, language: Language) -> String {
    match language {
        Language::English => format!("is called {name} here"),
        Language::German => format!("heißt hier {name}"),
    }
}

pub(super) fn not_taken(expected: &str, language: Language) -> String {
    match language {
        Language::English => format!("expected: {expected}"),
        Language::German => format!("erwartet: {expected}"),
    }
}
