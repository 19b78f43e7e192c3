//! The terminal view: what is shown of live rooms, and what a key asks for; asks no server and
//! reads no clock.

mod choice;
mod deed;
mod figures;
mod fold;
mod keys;
mod look;
mod person;
mod pressing;
mod room;
mod rooms;
mod screen;
mod story;
mod terminal;
mod top;
mod typing;

pub use deed::{Change, Deed};
pub use figures::Figures;
pub use look::Look;
pub use screen::draw;
pub use terminal::{Screen, keyboard};
pub use top::{Input, Link, Top, Why, Wish};

/// Keys and the size of the terminal, as they come from it.
pub use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
