//! What a `confbridge.conf` becomes here, with a word on each of its lines; saves nothing.

mod report;
mod words;

use conclave_model::Language;
use conclave_model::confbridge::{
    ConfEntry, ConfFile, ConfSection, Fate, MenuName, OptionSection, ProfileName,
};

use crate::{KnownNames, OptionLineView, OptionStatus, OptionsInput, check_menu, check_options};

use self::report::Report;
pub use self::report::{ImportLine, ImportOutcome};

/// What is to be made, and what is to be said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfbridgeImport {
    /// Only lines that are accepted.
    pub profiles: Vec<ImportedProfile>,
    pub menus: Vec<ImportedMenu>,
    /// In the order of the sections, a line for each line of theirs, templates' among them.
    pub report: Vec<ImportLine>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedProfile {
    pub section: OptionSection,
    pub name: ProfileName,
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedMenu {
    pub name: MenuName,
    pub text: String,
}

/// What a section is, by its `type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Profile(OptionSection),
    Menu,
}

impl ConfbridgeImport {
    /// `language`: of the report.
    #[must_use]
    pub fn of(conf: &ConfFile, known: KnownNames<'_>, language: Language) -> Self {
        let mut import = Self {
            profiles: Vec::new(),
            menus: Vec::new(),
            report: Vec::new(),
        };
        let mut report = Report::new(conf, language);
        for mistake in &conf.mistakes {
            report.mistake(mistake);
        }
        for section in &conf.sections {
            import.take(section, known, &mut report);
        }
        import.report = report.lines;
        import
    }

    fn take(&mut self, section: &ConfSection, known: KnownNames<'_>, report: &mut Report<'_>) {
        // A template is in every section that is made from it; `[general]` is reserved and empty.
        let is_general = section.name.eq_ignore_ascii_case("general");
        if section.is_template || (is_general && section.entries.is_empty()) {
            return;
        }
        let Some(kind) = kind_of(section) else {
            report.no_type(section);
            return;
        };
        let own = own_lines(section);
        let typed: Vec<String> = own.iter().map(|entry| line_of(entry)).collect();
        let views = match kind {
            Kind::Profile(kind) => profile_lines(kind, &typed, known, report.language),
            Kind::Menu => check_menu(&typed.join("\n"), known.sounds, report.language).lines,
        };
        let mut kept = String::new();
        for view in &views {
            let Some(entry) = view.line.checked_sub(1).and_then(|index| own.get(index)) else {
                continue;
            };
            report.line(section, entry, view, kind.fate_of(&entry.key));
            if view.status.is_accepted() && view.status != OptionStatus::SaidAgain {
                kept.push_str(&typed[view.line - 1]);
                kept.push('\n');
            }
        }
        self.keep(section, kind, kept, report);
    }

    fn keep(&mut self, section: &ConfSection, kind: Kind, text: String, report: &mut Report<'_>) {
        let name = fitting_name(&section.name);
        match kind {
            Kind::Profile(kind) => match name.parse::<ProfileName>() {
                Ok(name) => {
                    report.made(section, name.as_str());
                    let section = kind;
                    self.profiles.push(ImportedProfile {
                        section,
                        name,
                        text,
                    });
                }
                Err(_) => report.no_name(section),
            },
            Kind::Menu => match free_menu_name(&name) {
                Some(name) => {
                    report.made(section, name.as_str());
                    self.menus.push(ImportedMenu { name, text });
                }
                None => report.no_name(section),
            },
        }
    }
}

fn profile_lines(
    section: OptionSection,
    typed: &[String],
    known: KnownNames<'_>,
    language: Language,
) -> Vec<OptionLineView> {
    let text = typed.join("\n");
    let (options, user_options) = match section {
        OptionSection::Bridge => (text, String::new()),
        OptionSection::User => (String::new(), text),
    };
    let input = OptionsInput {
        options,
        user_options,
        room: None,
    };
    let view = check_options(&input, known, language);
    match section {
        OptionSection::Bridge => view.options,
        OptionSection::User => view.user_options,
    }
}

impl Kind {
    fn fate_of(self, key: &str) -> Option<Fate> {
        match self {
            Kind::Profile(section) => section.find(key).map(|option| option.fate),
            Kind::Menu => None,
        }
    }
}

/// The last `type` wins, as everything does.
fn kind_of(section: &ConfSection) -> Option<Kind> {
    let mut types = section.entries.iter().filter(|entry| is_type(entry));
    match types.next_back()?.value.to_ascii_lowercase().as_str() {
        "user" => Some(Kind::Profile(OptionSection::User)),
        "bridge" => Some(Kind::Profile(OptionSection::Bridge)),
        "menu" => Some(Kind::Menu),
        _ => None,
    }
}

fn is_type(entry: &ConfEntry) -> bool {
    entry.key.eq_ignore_ascii_case("type")
}

/// All but what says what the section is, and but what a template says and the section says again.
fn own_lines(section: &ConfSection) -> Vec<&ConfEntry> {
    let said = section.entries.iter().filter(|entry| !is_type(entry));
    said.filter(|entry| {
        let again = |other: &ConfEntry| !other.is_inherited && same_key(other, entry);
        !entry.is_inherited || !section.entries.iter().any(again)
    })
    .collect()
}

fn same_key(one: &ConfEntry, other: &ConfEntry) -> bool {
    one.key.eq_ignore_ascii_case(&other.key)
}

fn line_of(entry: &ConfEntry) -> String {
    let ConfEntry { key, value, .. } = entry;
    format!("{key}={value}")
}

/// ConfBridge takes any name; ours fit into an address.
fn fitting_name(name: &str) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let fitting = name.chars().map(|c| if fits(c) { c } else { '-' });
    fitting.take(40).collect()
}

/// Those of ours are taken.
fn free_menu_name(name: &str) -> Option<MenuName> {
    let wanted: MenuName = name.parse().ok()?;
    if wanted.preset().is_none() {
        return Some(wanted);
    }
    format!("{name}-imported").parse().ok()
}
