//! From keys to actions, one participant's: what fits, in which order, when; carries none out.

mod course;
mod keypad;
mod typed;

pub(crate) use course::Course;
pub use keypad::Menus;
pub(crate) use keypad::{Keypad, Step};
