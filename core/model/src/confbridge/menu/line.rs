//! What is to be said of one line of a menu; speaks no language.

use super::{Deed, MenuEntry};

/// One line that says something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MenuLine<'a> {
    /// From 1.
    pub number: usize,
    /// As typed, without the spaces around it.
    pub key: &'a str,
    pub value: &'a str,
    pub finding: MenuFinding<'a>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MenuFinding<'a> {
    Accepted(MenuEntry),
    /// Accepted, but this later line has the same keys and wins, as in ConfBridge.
    Replaced {
        at: usize,
    },
    /// `type=menu`, which it is.
    Type,
    /// Left of `=` are no keys.
    WrongKeys,
    NoAction,
    UnknownAction(&'a str),
    /// A known action with something in brackets that it does not take.
    Wrong(WrongArgument),
    TooManyActions,
    /// Not `keys=actions`.
    NoAssignment,
}

/// Which arguments an action takes instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrongArgument {
    Playback,
    PlaybackAndContinue,
    DialplanExec,
    /// None.
    Deed(Deed),
}

impl MenuLine<'_> {
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        match self.finding {
            MenuFinding::Accepted(_) | MenuFinding::Replaced { .. } | MenuFinding::Type => true,
            MenuFinding::WrongKeys
            | MenuFinding::NoAction
            | MenuFinding::UnknownAction(_)
            | MenuFinding::Wrong(_)
            | MenuFinding::TooManyActions
            | MenuFinding::NoAssignment => false,
        }
    }
}

impl WrongArgument {
    /// The action with its arguments as they are written.
    #[must_use]
    pub const fn form(self) -> &'static str {
        match self {
            WrongArgument::Playback => super::action::PLAYBACK_FORM,
            WrongArgument::PlaybackAndContinue => super::action::PLAYBACK_AND_CONTINUE_FORM,
            WrongArgument::DialplanExec => super::action::DIALPLAN_EXEC_FORM,
            WrongArgument::Deed(deed) => deed.name(),
        }
    }
}
