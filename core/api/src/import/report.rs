//! The report of an import, line by line; decides nothing.

use conclave_model::Language;
use conclave_model::confbridge::{ConfEntry, ConfFile, ConfMistake, ConfPlace, ConfSection, Fate};

use super::words;
use crate::{OptionLineView, OptionStatus};

/// One line of a file and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportLine {
    pub file: String,
    /// From 1.
    pub line: usize,
    /// Empty for a line that is in none.
    pub section: String,
    /// As written, without a value that may be a secret; empty where it is about the section.
    pub said: String,
    pub outcome: ImportOutcome,
    /// In words: what it does here, or why it is not taken.
    pub words: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportOutcome {
    /// It does here what it did there.
    Taken,
    /// It is kept and does something else, or nothing.
    Differs,
    NotTaken,
}

pub(super) struct Report<'a> {
    conf: &'a ConfFile,
    pub(super) language: Language,
    pub(super) lines: Vec<ImportLine>,
}

impl<'a> Report<'a> {
    pub(super) fn new(conf: &'a ConfFile, language: Language) -> Self {
        Self {
            conf,
            language,
            lines: Vec::new(),
        }
    }

    pub(super) fn mistake(&mut self, mistake: &ConfMistake) {
        let words = words::mistake(&mistake.kind, self.language);
        self.add(mistake.place, "", "", ImportOutcome::NotTaken, words);
    }

    pub(super) fn no_type(&mut self, section: &ConfSection) {
        let words = words::no_type(self.language).to_owned();
        self.of_section(section, ImportOutcome::NotTaken, words);
    }

    pub(super) fn no_name(&mut self, section: &ConfSection) {
        let words = words::no_name(self.language).to_owned();
        self.of_section(section, ImportOutcome::NotTaken, words);
    }

    pub(super) fn made(&mut self, section: &ConfSection, name: &str) {
        if !section.name.eq_ignore_ascii_case(name) {
            let words = words::renamed(name, self.language);
            self.of_section(section, ImportOutcome::Differs, words);
        }
    }

    /// `fate`: of the option, where the line is one.
    pub(super) fn line(
        &mut self,
        section: &ConfSection,
        entry: &ConfEntry,
        view: &OptionLineView,
        fate: Option<Fate>,
    ) {
        let outcome = match view.status {
            OptionStatus::InEffect if is_otherwise(fate) => ImportOutcome::Differs,
            OptionStatus::InEffect => ImportOutcome::Taken,
            OptionStatus::Kept
            | OptionStatus::NoEffect
            | OptionStatus::Conflict
            | OptionStatus::SaidAgain => ImportOutcome::Differs,
            OptionStatus::Unknown | OptionStatus::Wrong | OptionStatus::Refused => {
                ImportOutcome::NotTaken
            }
        };
        let said = if view.value.is_empty() {
            view.key.clone()
        } else {
            format!("{}={}", view.key, view.value)
        };
        let words = match outcome {
            ImportOutcome::NotTaken => words::not_taken(&view.applied_as, self.language),
            ImportOutcome::Taken | ImportOutcome::Differs => view.applied_as.clone(),
        };
        self.add(entry.place, &section.name, &said, outcome, words);
    }

    fn of_section(&mut self, section: &ConfSection, outcome: ImportOutcome, words: String) {
        self.add(section.place, &section.name, "", outcome, words);
    }

    fn add(
        &mut self,
        place: ConfPlace,
        section: &str,
        said: &str,
        outcome: ImportOutcome,
        words: String,
    ) {
        let file = self.conf.files.get(place.file);
        self.lines.push(ImportLine {
            file: file.cloned().unwrap_or_default(),
            line: place.line,
            section: section.to_owned(),
            said: said.to_owned(),
            outcome,
            words,
        });
    }
}

/// It is followed in another way, or a field of each room says it.
const fn is_otherwise(fate: Option<Fate>) -> bool {
    match fate {
        Some(Fate::Otherwise(_) | Fate::Field(_)) => true,
        Some(Fate::Followed(_) | Fate::Kept { .. } | Fate::NoEffect(_) | Fate::Refused(_))
        | None => false,
    }
}
