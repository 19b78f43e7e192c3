//! One action of a menu with its arguments; carries none out.

use std::fmt;

use super::{Deed, MenuSound};

/// What is done when keys were pressed; an entry has one or several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MenuAction {
    /// To this person alone, to the end.
    Playback(Vec<MenuSound>),
    /// To this person alone; a key ends it and goes on the keys that were pressed.
    PlaybackAndContinue(Vec<MenuSound>),
    /// To another extension of this server, and back when that ends.
    DialplanExec(DialplanTarget),
    Deed(Deed),
}

/// Where `dialplan_exec` sends a call. Only the extension means something here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DialplanTarget {
    pub context: Box<str>,
    pub extension: Box<str>,
    /// From 1.
    pub priority: u32,
}

impl MenuAction {
    /// Its name and how its arguments are written.
    #[must_use]
    pub const fn form(&self) -> &'static str {
        match self {
            MenuAction::Playback(_) => PLAYBACK_FORM,
            MenuAction::PlaybackAndContinue(_) => PLAYBACK_AND_CONTINUE_FORM,
            MenuAction::DialplanExec(_) => DIALPLAN_EXEC_FORM,
            MenuAction::Deed(deed) => deed.name(),
        }
    }
}

/// As a menu writes it.
impl fmt::Display for MenuAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, sounds) = match self {
            MenuAction::Deed(deed) => return f.write_str(deed.name()),
            MenuAction::DialplanExec(target) => return write!(f, "{DIALPLAN_EXEC}({target})"),
            MenuAction::Playback(sounds) => (PLAYBACK, sounds),
            MenuAction::PlaybackAndContinue(sounds) => (PLAYBACK_AND_CONTINUE, sounds),
        };
        let names: Vec<String> = sounds.iter().map(ToString::to_string).collect();
        write!(f, "{name}({})", names.join("&"))
    }
}

/// As it is written in brackets.
impl fmt::Display for DialplanTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let DialplanTarget {
            context,
            extension,
            priority,
        } = self;
        write!(f, "{context},{extension},{priority}")
    }
}

pub(super) const PLAYBACK: &str = "playback";
pub(super) const PLAYBACK_AND_CONTINUE: &str = "playback_and_continue";
pub(super) const DIALPLAN_EXEC: &str = "dialplan_exec";
pub(super) const PLAYBACK_FORM: &str = "playback(sound&sound)";
pub(super) const PLAYBACK_AND_CONTINUE_FORM: &str = "playback_and_continue(sound&sound)";
pub(super) const DIALPLAN_EXEC_FORM: &str = "dialplan_exec(context,extension,priority)";
