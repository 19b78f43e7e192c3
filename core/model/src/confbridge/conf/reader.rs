//! Reads such a file with all it includes, and makes sections whole; opens no file itself.

use super::line::{Comments, Head, Line};
use crate::limits;

/// Everything that was read, and everything that could not be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConfFile {
    /// The names of the files, the first one first.
    pub files: Vec<String>,
    /// In their order; templates among them.
    pub sections: Vec<ConfSection>,
    pub mistakes: Vec<ConfMistake>,
}

/// Where something is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConfPlace {
    /// Of [`ConfFile::files`].
    pub file: usize,
    /// From 1.
    pub line: usize,
}

/// A section with what its templates gave it, theirs first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfSection {
    pub name: String,
    pub place: ConfPlace,
    /// Only there to be copied.
    pub is_template: bool,
    pub entries: Vec<ConfEntry>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfEntry {
    pub place: ConfPlace,
    pub key: String,
    /// It may be a secret.
    pub value: String,
    /// From a template.
    pub is_inherited: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfMistake {
    pub place: ConfPlace,
    pub kind: ConfMistakeKind,
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfMistakeKind {
    /// Neither `[section]` nor `key=value` nor a directive.
    NotUnderstood,
    /// An entry before the first section.
    NoSection,
    /// There is no section of this name above.
    NoTemplate(String),
    /// It cannot be opened; why.
    NotOpened { file: String, why: String },
    /// More than [`limits::CONF_INCLUDES`] files, among them those that include themselves.
    TooManyFiles,
    /// More than [`limits::CONF_ENTRIES`] entries, those of templates counted wherever they go.
    TooManyEntries,
    /// `#exec` runs a program.
    Exec,
    /// `;--` without `--;`.
    OpenComment,
}

/// Reads `text`, the content of the file `name`.
///
/// `open` gives the content of an included file, or why there is none. Nothing that can be written
/// in a file is an error of this function: see [`ConfFile::mistakes`].
pub fn read_conf(
    name: &str,
    text: &str,
    open: &mut dyn FnMut(&str) -> Result<String, String>,
) -> ConfFile {
    let mut reader = Reader {
        conf: ConfFile::default(),
        current: None,
        entries: 0,
        open,
    };
    reader.read(name, text);
    reader.conf
}

struct Reader<'a> {
    conf: ConfFile,
    /// The section that entries belong to.
    current: Option<usize>,
    entries: usize,
    open: &'a mut dyn FnMut(&str) -> Result<String, String>,
}

impl Reader<'_> {
    fn read(&mut self, name: &str, text: &str) {
        let file = self.conf.files.len();
        self.conf.files.push(name.to_owned());
        let mut comments = Comments::default();
        let mut place = ConfPlace { file, line: 0 };
        for line in text.lines() {
            place.line += 1;
            let left = comments.strip(line);
            let said = left.trim();
            if !said.is_empty() {
                self.take(place, said);
            }
        }
        if comments.is_open() {
            self.wrong(place, ConfMistakeKind::OpenComment);
        }
    }

    fn take(&mut self, place: ConfPlace, line: &str) {
        match Line::of(line) {
            Line::Section(head) => self.begin(place, &head),
            Line::Entry { key, value } => {
                let Some(section) = self.current else {
                    self.wrong(place, ConfMistakeKind::NoSection);
                    return;
                };
                let entry = ConfEntry {
                    place,
                    key: key.to_owned(),
                    value: value.to_owned(),
                    is_inherited: false,
                };
                self.add(section, entry);
            }
            Line::Include {
                file,
                may_be_missing,
            } => self.include(place, file, may_be_missing),
            Line::Exec => self.wrong(place, ConfMistakeKind::Exec),
            Line::NotUnderstood => self.wrong(place, ConfMistakeKind::NotUnderstood),
        }
    }

    fn begin(&mut self, place: ConfPlace, head: &Head<'_>) {
        let known = self.find(head.name);
        let section = match known.filter(|_| head.is_addition) {
            Some(section) => section,
            None => {
                self.conf.sections.push(ConfSection {
                    name: head.name.to_owned(),
                    place,
                    is_template: head.is_template,
                    entries: Vec::new(),
                });
                self.conf.sections.len() - 1
            }
        };
        self.current = Some(section);
        for base in &head.bases {
            let found = self.find(base).filter(|found| *found != section);
            let Some(base_section) = found else {
                self.wrong(place, ConfMistakeKind::NoTemplate((*base).to_owned()));
                continue;
            };
            for mut entry in self.conf.sections[base_section].entries.clone() {
                entry.is_inherited = true;
                self.add(section, entry);
            }
        }
    }

    /// The last section of this name.
    fn find(&self, name: &str) -> Option<usize> {
        self.conf
            .sections
            .iter()
            .rposition(|section| section.name.eq_ignore_ascii_case(name))
    }

    fn add(&mut self, section: usize, entry: ConfEntry) {
        if self.entries == limits::CONF_ENTRIES {
            let told = |mistake: &ConfMistake| mistake.kind == ConfMistakeKind::TooManyEntries;
            if !self.conf.mistakes.iter().any(told) {
                self.wrong(entry.place, ConfMistakeKind::TooManyEntries);
            }
            return;
        }
        self.entries += 1;
        self.conf.sections[section].entries.push(entry);
    }

    fn include(&mut self, place: ConfPlace, file: &str, may_be_missing: bool) {
        if self.conf.files.len() > limits::CONF_INCLUDES {
            self.wrong(place, ConfMistakeKind::TooManyFiles);
            return;
        }
        match (self.open)(file) {
            Ok(text) => self.read(file, &text),
            Err(_) if may_be_missing => {}
            Err(why) => {
                let file = file.to_owned();
                self.wrong(place, ConfMistakeKind::NotOpened { file, why });
            }
        }
    }

    fn wrong(&mut self, place: ConfPlace, kind: ConfMistakeKind) {
        if self.conf.mistakes.len() < limits::CONF_MISTAKES {
            self.conf.mistakes.push(ConfMistake { place, kind });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> ConfFile {
        read_conf("confbridge.conf", text, &mut |file| {
            Err(format!("no {file}"))
        })
    }

    fn entries<'a>(conf: &'a ConfFile, name: &str) -> Vec<(&'a str, &'a str, bool)> {
        let section = conf.sections.iter().find(|section| section.name == name);
        let entries = section.unwrap().entries.iter();
        entries
            .map(|entry| (entry.key.as_str(), entry.value.as_str(), entry.is_inherited))
            .collect()
    }

    fn kinds(conf: &ConfFile) -> Vec<(usize, ConfMistakeKind)> {
        let mistakes = conf.mistakes.iter();
        mistakes
            .map(|mistake| (mistake.place.line, mistake.kind.clone()))
            .collect()
    }

    #[test]
    fn a_section_has_what_its_templates_say_and_its_own_after_it() {
        let conf = read(
            "[base](!)\ntype=user\nquiet=yes\n[loud](!)\nmarked=yes\n\
             [leader](base,loud)\nquiet=no\n[leader](+)\nadmin=yes\n",
        );
        assert_eq!(conf.mistakes, []);
        assert_eq!(
            entries(&conf, "leader"),
            [
                ("type", "user", true),
                ("quiet", "yes", true),
                ("marked", "yes", true),
                ("quiet", "no", false),
                ("admin", "yes", false),
            ]
        );
        let templates: Vec<bool> = conf.sections.iter().map(|it| it.is_template).collect();
        assert_eq!(templates, [true, true, false]);
    }

    #[test]
    fn a_file_is_read_where_it_is_included() {
        let mut open = |file: &str| match file {
            "inner.conf" => Ok("marked=yes\n[other]\n".to_owned()),
            _ => Err("there is no such file".to_owned()),
        };
        let text = "[a]\n#include inner.conf\nadmin=yes\n#tryinclude x\n#include y\n";
        let conf = read_conf("main", text, &mut open);
        assert_eq!(conf.files, ["main", "inner.conf"]);
        assert_eq!(entries(&conf, "a"), [("marked", "yes", false)]);
        assert_eq!(entries(&conf, "other"), [("admin", "yes", false)]);
        let [mistake] = conf.mistakes.as_slice() else {
            panic!("{:?}", conf.mistakes);
        };
        assert_eq!(mistake.place, ConfPlace { file: 0, line: 5 });
    }

    #[test]
    fn what_is_not_understood_is_named_and_the_rest_is_read() {
        let conf = read("key=1\n[a](nobody)\nword\n#exec date\nquiet=yes\n;-- open\n[b]");
        assert_eq!(
            kinds(&conf),
            [
                (1, ConfMistakeKind::NoSection),
                (2, ConfMistakeKind::NoTemplate("nobody".to_owned())),
                (3, ConfMistakeKind::NotUnderstood),
                (4, ConfMistakeKind::Exec),
                (7, ConfMistakeKind::OpenComment),
            ]
        );
        assert_eq!(entries(&conf, "a"), [("quiet", "yes", false)]);
    }

    #[test]
    fn a_file_that_includes_itself_ends() {
        let text = "[a]\n#include self\n";
        let conf = read_conf("self", text, &mut |_| Ok(text.to_owned()));
        assert_eq!(conf.files.len(), limits::CONF_INCLUDES + 1);
        assert_eq!(kinds(&conf), [(2, ConfMistakeKind::TooManyFiles)]);
    }

    #[test]
    fn templates_of_templates_do_not_grow_without_end() {
        let mut text = "[t0](!)\na=1\nb=2\n".to_owned();
        for level in 1..40 {
            let below = level - 1;
            text.push_str(&format!("[t{level}](!,t{below},t{below})\n"));
        }
        let conf = read(&text);
        let total: usize = conf.sections.iter().map(|it| it.entries.len()).sum();
        assert_eq!(total, limits::CONF_ENTRIES);
        assert_eq!(conf.mistakes.len(), 1);
    }
}
