//! ConfBridge's options as typed data: names, kinds of value, what becomes of each; applies none.

mod fate;
mod known;
mod text;
mod value_kind;

pub use fate::{Fate, NoEffect, Refused, RoomField};
pub use known::{BRIDGE_OPTIONS, KnownOption, OptionSection, SOUND_OPTIONS, USER_OPTIONS};
pub use text::{Finding, OptionLine, read_options};
pub use value_kind::ValueKind;
