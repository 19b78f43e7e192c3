//! Which key asks for what, as on the console's page of a room; does none of it.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::choice::Step;

/// What somebody can ask for with one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    Walk(Step),
    Open,
    Back,
    Help,
    Quit,
    OnRoom(RoomCommand),
    OnPerson(PersonCommand),
}

/// What is done to the room that is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoomCommand {
    MuteAll,
    Lock,
    Admit,
    Record,
}

/// What is done to who is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonCommand {
    Mute,
    Remove,
    LetSpeak,
    Rename,
    Volume,
}

/// What the page of help says, in its order.
pub const HELP: [(&str, &str); 14] = [
    ("↑ ↓", "choose; PgUp PgDn Home End go further"),
    ("Enter", "open the room"),
    ("Esc", "back to the rooms"),
    ("m", "mute, or let be heard again"),
    ("k", "remove, or turn away at the door; press twice"),
    ("h", "let speak: unmute, and the hand down"),
    ("n", "rename"),
    ("v", "volume, then ← → by 2 dB"),
    ("M", "mute all, or let all be heard again"),
    ("L", "lock, or unlock"),
    ("A", "admit all who are at the door, or the one chosen"),
    ("R", "record, or stop; everybody is told"),
    ("?", "this help"),
    ("q", "quit"),
];

/// `None`: the key means nothing.
#[allow(clippy::wildcard_enum_match_arm)] // A keyboard has more keys than mean something here.
pub fn command_of(key: &KeyEvent) -> Option<Command> {
    if key
        .modifiers
        .intersects(KeyModifiers::CONTROL | KeyModifiers::ALT)
    {
        return match key.code {
            KeyCode::Char('c' | 'd') => Some(Command::Quit),
            _ => None,
        };
    }
    Some(match key.code {
        KeyCode::Up => Command::Walk(Step::By(-1)),
        KeyCode::Down => Command::Walk(Step::By(1)),
        KeyCode::PageUp => Command::Walk(Step::By(-PAGE)),
        KeyCode::PageDown => Command::Walk(Step::By(PAGE)),
        KeyCode::Home => Command::Walk(Step::First),
        KeyCode::End => Command::Walk(Step::Last),
        KeyCode::Enter => Command::Open,
        KeyCode::Esc => Command::Back,
        KeyCode::Char('m') => Command::OnPerson(PersonCommand::Mute),
        KeyCode::Char('k') => Command::OnPerson(PersonCommand::Remove),
        KeyCode::Char('h') => Command::OnPerson(PersonCommand::LetSpeak),
        KeyCode::Char('n') => Command::OnPerson(PersonCommand::Rename),
        KeyCode::Char('v') => Command::OnPerson(PersonCommand::Volume),
        KeyCode::Char('M') => Command::OnRoom(RoomCommand::MuteAll),
        KeyCode::Char('L') => Command::OnRoom(RoomCommand::Lock),
        KeyCode::Char('A') => Command::OnRoom(RoomCommand::Admit),
        KeyCode::Char('R') => Command::OnRoom(RoomCommand::Record),
        KeyCode::Char('?') => Command::Help,
        KeyCode::Char('q') => Command::Quit,
        _ => return None,
    })
}

const PAGE: isize = 10;
