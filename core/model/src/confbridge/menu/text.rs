//! Reads the text of a menu line by line; applies nothing, least of all half of it.

use super::action::{DIALPLAN_EXEC, PLAYBACK, PLAYBACK_AND_CONTINUE};
use super::{
    Deed, DialplanTarget, Menu, MenuAction, MenuEntry, MenuFinding, MenuKeys, MenuLine, MenuSound,
    WrongArgument,
};
use crate::confbridge::text::{assignment, lines_that_say_something};
use crate::limits;

/// Why a text is no menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MenuMistake {
    /// Of the line with this number, from 1.
    Line(usize),
    /// More than [`limits::MENU_ENTRIES`] lines.
    TooLong,
}

/// The names of all actions, ConfBridge's first.
pub fn known_actions() -> impl Iterator<Item = &'static str> {
    [PLAYBACK, PLAYBACK_AND_CONTINUE, DIALPLAN_EXEC]
        .into_iter()
        .chain(Deed::ALL.into_iter().map(Deed::name))
}

/// Reads a text as ConfBridge reads a section of its file: `keys=action,action` or `keys =>
/// action`, comments after `;`, empty lines. Nothing that can be typed is an error of this
/// function.
#[must_use]
pub fn read_menu(text: &str) -> Vec<MenuLine<'_>> {
    let mut lines: Vec<MenuLine<'_>> = lines_that_say_something(text)
        .map(|(number, line)| read_line(number, line))
        .collect();
    let mut seen: Vec<(MenuKeys, usize)> = Vec::new();
    for line in lines.iter_mut().rev() {
        let MenuFinding::Accepted(entry) = &line.finding else {
            continue;
        };
        match seen.iter().find(|(keys, _)| *keys == entry.keys) {
            Some((_, at)) => line.finding = MenuFinding::Replaced { at: *at },
            None => seen.push((entry.keys.clone(), line.number)),
        }
    }
    lines
}

impl Menu {
    /// The menu that a text says; nothing of it when one line is wrong.
    ///
    /// # Errors
    /// The first mistake; [`read_menu`] says more of each.
    pub fn from_text(text: &str) -> Result<Menu, MenuMistake> {
        let lines = read_menu(text);
        if lines.len() > limits::MENU_ENTRIES {
            return Err(MenuMistake::TooLong);
        }
        if let Some(wrong) = lines.iter().find(|line| !line.is_accepted()) {
            return Err(MenuMistake::Line(wrong.number));
        }
        let entries = lines.into_iter().filter_map(|line| match line.finding {
            MenuFinding::Accepted(entry) => Some(entry),
            MenuFinding::Replaced { .. }
            | MenuFinding::Type
            | MenuFinding::WrongKeys
            | MenuFinding::NoAction
            | MenuFinding::UnknownAction(_)
            | MenuFinding::Wrong(_)
            | MenuFinding::TooManyActions
            | MenuFinding::NoAssignment => None,
        });
        Ok(Menu::new(entries))
    }
}

fn read_line(number: usize, line: &str) -> MenuLine<'_> {
    let Some((key, value)) = assignment(line) else {
        return MenuLine {
            number,
            key: line.split_whitespace().next().unwrap_or(line),
            value: "",
            finding: MenuFinding::NoAssignment,
        };
    };
    MenuLine {
        number,
        key,
        value,
        finding: judge(key, value),
    }
}

fn judge<'a>(key: &str, value: &'a str) -> MenuFinding<'a> {
    if key.eq_ignore_ascii_case("type") && value.eq_ignore_ascii_case("menu") {
        return MenuFinding::Type;
    }
    let Ok(keys) = key.parse::<MenuKeys>() else {
        return MenuFinding::WrongKeys;
    };
    let mut actions = Vec::new();
    for written in Actions(value) {
        if actions.len() == limits::MENU_ACTIONS {
            return MenuFinding::TooManyActions;
        }
        match action(written) {
            Ok(action) => actions.push(action),
            Err(finding) => return finding,
        }
    }
    if actions.is_empty() {
        return MenuFinding::NoAction;
    }
    MenuFinding::Accepted(MenuEntry { keys, actions })
}

/// The parts between those commas that are in no brackets.
struct Actions<'a>(&'a str);

impl<'a> Iterator for Actions<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        if self.0.is_empty() {
            return None;
        }
        let mut depth = 0_usize;
        let end = self.0.find(|character| {
            match character {
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                _another => {}
            }
            character == ',' && depth == 0
        });
        let (one, rest) = match end {
            Some(end) => (&self.0[..end], &self.0[end + 1..]),
            None => (self.0, ""),
        };
        self.0 = rest;
        Some(one.trim())
    }
}

fn action(written: &str) -> Result<MenuAction, MenuFinding<'_>> {
    if written.is_empty() {
        return Err(MenuFinding::NoAction);
    }
    let (name, argument) = match written.split_once('(') {
        None => (written, None),
        Some((name, rest)) => (name.trim(), Some(rest.strip_suffix(')'))),
    };
    let is = |known: &str| name.eq_ignore_ascii_case(known);
    // `None`: no brackets. `Some(None)`: they are not closed, or something follows.
    let sounds = |wrong| {
        let list = argument.flatten().and_then(sounds);
        list.ok_or(MenuFinding::Wrong(wrong))
    };
    if is(PLAYBACK) {
        return sounds(WrongArgument::Playback).map(MenuAction::Playback);
    }
    if is(PLAYBACK_AND_CONTINUE) {
        let sounds = sounds(WrongArgument::PlaybackAndContinue)?;
        return Ok(MenuAction::PlaybackAndContinue(sounds));
    }
    if is(DIALPLAN_EXEC) {
        let target = argument.flatten().and_then(DialplanTarget::read);
        let target = target.ok_or(MenuFinding::Wrong(WrongArgument::DialplanExec))?;
        return Ok(MenuAction::DialplanExec(target));
    }
    let deed = Deed::named(name).ok_or(MenuFinding::UnknownAction(name))?;
    match argument {
        None | Some(Some("")) => Ok(MenuAction::Deed(deed)),
        Some(_) => Err(MenuFinding::Wrong(WrongArgument::Deed(deed))),
    }
}

fn sounds(argument: &str) -> Option<Vec<MenuSound>> {
    let sounds: Vec<MenuSound> = argument
        .split('&')
        .map(|name| name.parse().ok())
        .collect::<Option<_>>()?;
    (sounds.len() <= limits::MENU_SOUNDS).then_some(sounds)
}

impl DialplanTarget {
    /// `context,extension` or `context,extension,priority`.
    #[must_use]
    pub fn read(argument: &str) -> Option<DialplanTarget> {
        let mut parts = argument.split(',').map(str::trim);
        let (context, extension) = (parts.next()?, parts.next()?);
        let priority = parts.next().map_or(Some(1), |text| text.parse().ok())?;
        let is_whole = parts.next().is_none() && priority > 0;
        let is_word = |text: &str| {
            !text.is_empty() && text.len() <= WORD_BYTES && !text.contains(char::is_whitespace)
        };
        (is_whole && is_word(context) && is_word(extension)).then(|| DialplanTarget {
            context: context.into(),
            extension: extension.into(),
            priority,
        })
    }
}

/// `AST_MAX_CONTEXT` and `AST_MAX_EXTENSION` of Asterisk, without their zeros.
const WORD_BYTES: usize = 79;

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        Menu::from_text(text).unwrap().to_string()
    }

    #[test]
    fn lines_of_confbridge_are_read_and_written_back() {
        let text = "type=menu\n; ours\n*6 => TOGGLE_MUTE ; mute\r\n\\#1=playback(a & b), no_op()\n\
                    5=reset_talking_volume,reset_listening_volume\n";
        let same = "*6=toggle_mute\n\\#1=playback(a&b),no_op\n\
                    5=reset_talking_volume,reset_listening_volume\n";
        assert_eq!(written(text), same);
        assert_eq!(written(same), same);
        assert_eq!(written("#=help"), "\\#=help\n");
        let elsewhere = "1=no_op,dialplan_exec(a, 802),help\n2=dialplan_exec(a,b,7)";
        let same = "1=no_op,dialplan_exec(a,802,1),help\n2=dialplan_exec(a,b,7)\n";
        assert_eq!(written(elsewhere), same);
    }

    #[test]
    fn every_action_is_accepted_by_its_name() {
        let mut accepted = 0;
        for name in known_actions() {
            let arguments = match name {
                PLAYBACK | PLAYBACK_AND_CONTINUE => "(beep)",
                DIALPLAN_EXEC => "(default,100,1)",
                _deed => "",
            };
            let text = format!("1={name}{arguments}");
            let line = &read_menu(&text)[0];
            assert!(line.is_accepted(), "{name}");
            accepted += 1;
        }
        assert_eq!(accepted, 19 + 8);
    }

    // Defect 26
    #[test]
    fn each_mistake_is_a_finding_of_its_own_and_nothing_is_applied() {
        let dialplan = MenuFinding::Wrong(WrongArgument::DialplanExec);
        let playback = MenuFinding::Wrong(WrongArgument::Playback);
        for (line, finding) in [
            ("E=no_op", MenuFinding::WrongKeys),
            ("123456789012=no_op", MenuFinding::WrongKeys),
            ("=no_op", MenuFinding::WrongKeys),
            ("1=", MenuFinding::NoAction),
            ("1=no_op,,no_op", MenuFinding::NoAction),
            ("1=toggle_mut", MenuFinding::UnknownAction("toggle_mut")),
            ("1=x(y)", MenuFinding::UnknownAction("x")),
            ("1=playback", playback.clone()),
            ("1=playback()", playback.clone()),
            ("1=playback(a&)", playback.clone()),
            ("1=playback(../a)", playback.clone()),
            ("1=playback(a) b", playback.clone()),
            ("1=playback(a", playback.clone()),
            (
                "1=no_op(1)",
                MenuFinding::Wrong(WrongArgument::Deed(Deed::NoOp)),
            ),
            ("1=dialplan_exec(a)", dialplan.clone()),
            ("1=dialplan_exec(a,b,0)", dialplan.clone()),
            ("1=dialplan_exec(a,b,1,2)", dialplan.clone()),
            ("hello", MenuFinding::NoAssignment),
            ("[menu]", MenuFinding::NoAssignment),
        ] {
            let text = format!("*6=toggle_mute\n{line}");
            let lines = read_menu(&text);
            assert_eq!(lines.last().unwrap().finding, finding, "{line}");
            let number = lines.last().unwrap().number;
            assert_eq!(Menu::from_text(&text), Err(MenuMistake::Line(number)));
        }
    }

    #[test]
    fn a_later_line_for_the_same_keys_takes_the_place_of_the_earlier_and_it_is_said() {
        let text = "#=no_op\n1=help\n\\#=toggle_mute\n#=raise_hand";
        let lines = read_menu(text);
        assert_eq!(lines[0].finding, MenuFinding::Replaced { at: 4 });
        assert_eq!(lines[2].finding, MenuFinding::Replaced { at: 4 });
        assert_eq!(written(text), "1=help\n\\#=raise_hand\n");
    }

    #[test]
    fn a_menu_has_an_end() {
        let long: String = (0..=limits::MENU_ENTRIES)
            .map(|number| format!("*{number}=no_op\n"))
            .collect();
        assert_eq!(Menu::from_text(&long), Err(MenuMistake::TooLong));
        let actions = vec!["no_op"; limits::MENU_ACTIONS + 1].join(",");
        let text = format!("1={actions}");
        assert_eq!(read_menu(&text)[0].finding, MenuFinding::TooManyActions);
    }
}
