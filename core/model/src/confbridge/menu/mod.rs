//! What keys mean in a room, as typed data: entries, actions, presets; presses no key.

mod action;
mod deed;
mod keys;
mod line;
mod name;
mod preset;
mod record;
mod sound;
mod table;
mod text;

pub use action::{DialplanTarget, MenuAction};
pub use deed::Deed;
pub use keys::MenuKeys;
pub use line::{MenuFinding, MenuLine, WrongArgument};
pub use name::MenuName;
pub use preset::MenuPreset;
pub use record::MenuRecord;
pub use sound::MenuSound;
pub use table::{Menu, MenuEntry};
pub use text::{MenuMistake, known_actions, read_menu};
