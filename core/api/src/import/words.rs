//! The sentences about an import, in English and German; decides nothing.

use conclave_model::confbridge::ConfMistakeKind;
use conclave_model::{Language, limits};

pub(super) fn mistake(kind: &ConfMistakeKind, language: Language) -> String {
    match (kind, language) {
        (ConfMistakeKind::NotUnderstood, Language::English) => {
            "not taken: neither [section] nor key=value".to_owned()
        }
        (ConfMistakeKind::NotUnderstood, Language::German) => {
            "nicht übernommen: weder [Abschnitt] noch Schlüssel=Wert".to_owned()
        }
        (ConfMistakeKind::NoSection, Language::English) => {
            "not taken: it stands above the first section".to_owned()
        }
        (ConfMistakeKind::NoSection, Language::German) => {
            "nicht übernommen: steht vor dem ersten Abschnitt".to_owned()
        }
        (ConfMistakeKind::NoTemplate(name), Language::English) => {
            format!("made without it: there is no section {name} above")
        }
        (ConfMistakeKind::NoTemplate(name), Language::German) => {
            format!("ohne sie angelegt: darüber gibt es keinen Abschnitt {name}")
        }
        (ConfMistakeKind::NotOpened { file, why }, Language::English) => {
            format!("not taken: {file} could not be read ({why})")
        }
        (ConfMistakeKind::NotOpened { file, why }, Language::German) => {
            format!("nicht übernommen: {file} war nicht zu lesen ({why})")
        }
        (ConfMistakeKind::TooManyFiles, Language::English) => {
            format!(
                "not taken: more than {} files are included",
                limits::CONF_INCLUDES
            )
        }
        (ConfMistakeKind::TooManyFiles, Language::German) => {
            let most = limits::CONF_INCLUDES;
            format!("nicht übernommen: mehr als {most} Dateien sind eingebunden")
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
        (ConfMistakeKind::Exec, Language::English) => {
            "not taken: it would run a program".to_owned()
        }
        (ConfMistakeKind::Exec, Language::German) => {
            "nicht übernommen: startet ein Programm".to_owned()
        }
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
        Language::English => "not taken: type is neither user, bridge nor menu",
        Language::German => "nicht übernommen: type ist weder user noch bridge noch menu",
    }
}

pub(super) fn no_name(language: Language) -> &'static str {
    match language {
        Language::English => "not taken: a name has 1 to 40 letters, digits, - and _",
        Language::German => "nicht übernommen: ein Name hat 1 bis 40 Buchstaben, Ziffern, - und _",
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
        Language::English => format!("not taken; expected: {expected}"),
        Language::German => format!("nicht übernommen; erwartet: {expected}"),
    }
}
