//! Says of every line of a menu what becomes of it; changes no menu.

use std::sync::Arc;

use conclave_model::confbridge::{
    MenuAction, MenuEntry, MenuFinding, MenuLine, known_actions, read_menu,
};
use conclave_model::{Language, Prompt, limits};

use crate::menu_words as words;
use crate::{MenuCheckView, OptionLineView, OptionStatus, Wrong, nearest, options_words};

/// Says of every line what would become of it, to a reader of this language. `sounds` are the names
/// of the operator's own.
#[must_use]
pub fn check_menu(text: &str, sounds: &[&str], language: Language) -> MenuCheckView {
    let lines = read_menu(text);
    let few = lines.len() <= limits::MENU_ENTRIES;
    let lines = lines.iter().take(limits::MENU_ENTRIES);
    let views: Vec<OptionLineView> = lines
        .map(|line| match missing_sound(line, sounds) {
            Some(_) => no_such_sound(line, sounds, language),
            None => view(line, language),
        })
        .collect();
    MenuCheckView {
        accepted: few && views.iter().all(|line| line.status.is_accepted()),
        lines: views,
    }
}

/// What is wrong with lines that play a sound which is not there.
#[must_use]
pub fn unknown_menu_sounds(text: &str, sounds: &[&str]) -> Vec<Wrong> {
    let lines = read_menu(text);
    let wrong = lines
        .iter()
        .filter(|line| missing_sound(line, sounds).is_some());
    wrong
        .take(limits::OPTION_ERRORS)
        .map(|line| {
            let view = no_such_sound(line, sounds, Language::English);
            let typed = format!("{}={}", view.key, view.value);
            Wrong::new("text", &typed, view.applied_as).at_line(line.number)
        })
        .collect()
}

fn missing_sound(line: &MenuLine<'_>, sounds: &[&str]) -> Option<Arc<str>> {
    let MenuFinding::Accepted(entry) = &line.finding else {
        return None;
    };
    let mut files = entry.sound_files();
    files.find(|file| !sounds.contains(&file.as_ref()))
}

fn no_such_sound(line: &MenuLine<'_>, sounds: &[&str], language: Language) -> OptionLineView {
    let missing = missing_sound(line, sounds).unwrap_or_default();
    let ours: Vec<String> = Prompt::words().map(Prompt::file_stem).collect();
    let known = ours
        .iter()
        .map(String::as_str)
        .chain(sounds.iter().copied());
    let nearest = nearest(&missing, known.chain(["silence"]));
    OptionLineView {
        line: line.number,
        key: shortened(line.key),
        value: shortened(line.value),
        status: OptionStatus::Wrong,
        applied_as: options_words::no_such_sound(nearest, language),
        nearest: nearest.map(ToOwned::to_owned),
    }
}

/// What is wrong with the lines of a text that is to be saved.
pub(crate) fn wrong_menu_lines(text: &str) -> Vec<Wrong> {
    let lines = read_menu(text);
    let wrong = lines.iter().filter(|line| !line.is_accepted());
    let mut errors: Vec<Wrong> = wrong
        .take(limits::OPTION_ERRORS)
        .map(|line| {
            let view = view(line, Language::English);
            let typed = if view.value.is_empty() {
                view.key
            } else {
                format!("{}={}", view.key, view.value)
            };
            Wrong::new("text", &typed, view.applied_as).at_line(view.line)
        })
        .collect();
    if errors.is_empty() && lines.len() > limits::MENU_ENTRIES {
        let accepted = format!("at most {} lines", limits::MENU_ENTRIES);
        errors.push(Wrong::new("text", "", accepted));
    }
    errors
}

fn view(line: &MenuLine<'_>, language: Language) -> OptionLineView {
    let mut nearest_name = None;
    let (status, applied_as) = match &line.finding {
        MenuFinding::Accepted(entry) => accepted(entry, language),
        MenuFinding::Replaced { at } => (
            OptionStatus::SaidAgain,
            options_words::said_again(*at, language),
        ),
        MenuFinding::Type => (OptionStatus::InEffect, words::is_menu(language).to_owned()),
        MenuFinding::WrongKeys => (OptionStatus::Wrong, words::keys(language).to_owned()),
        MenuFinding::NoAction => (OptionStatus::Wrong, words::no_action(language).to_owned()),
        MenuFinding::TooManyActions => (OptionStatus::Wrong, words::too_many(language)),
        MenuFinding::UnknownAction(name) => {
            let found = nearest(name, known_actions());
            nearest_name = found.map(ToOwned::to_owned);
            (OptionStatus::Unknown, words::unknown(found, language))
        }
        MenuFinding::Wrong(argument) => (OptionStatus::Wrong, argument.form().to_owned()),
        MenuFinding::NoAssignment => (
            OptionStatus::Wrong,
            words::no_assignment(language).to_owned(),
        ),
    };
    OptionLineView {
        line: line.number,
        key: shortened(line.key),
        value: shortened(line.value),
        status,
        applied_as,
        nearest: nearest_name,
    }
}

/// What each action does, in their order.
fn accepted(entry: &MenuEntry, language: Language) -> (OptionStatus, String) {
    let mut said = Vec::new();
    for action in &entry.actions {
        match action {
            MenuAction::Deed(deed) => said.push(words::deed(*deed, language).to_owned()),
            MenuAction::Playback(_) => said.push(words::playback(language).to_owned()),
            MenuAction::PlaybackAndContinue(_) => {
                said.push(words::and_continue(language).to_owned());
            }
            MenuAction::DialplanExec(target) => {
                said.push(words::elsewhere(&target.extension, language));
            }
        }
    }
    (OptionStatus::InEffect, said.join(words::then(language)))
}

fn shortened(text: &str) -> String {
    text.chars().take(SHOWN_CHARS).collect()
}

/// Enough to recognise a line by.
const SHOWN_CHARS: usize = 80;
