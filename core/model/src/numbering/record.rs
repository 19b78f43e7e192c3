//! Everything about numbers that is kept under a key of its own.

use super::{CountryCode, Hub, MappedNumber, NumberBlock};
use crate::E164;

/// One thing that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NumberingRecord {
    /// Of numbers without a country.
    Country(CountryCode),
    Block(NumberBlock),
    Mapped(MappedNumber),
    Hub(Hub),
}

/// Under which it is kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NumberingKey {
    Country,
    /// As a [`NumberBlock`] is displayed.
    Block(String),
    Mapped(E164),
    Hub(E164),
}

impl NumberingRecord {
    #[must_use]
    pub fn key(&self) -> NumberingKey {
        match self {
            NumberingRecord::Country(_) => NumberingKey::Country,
            NumberingRecord::Block(block) => NumberingKey::Block(block.to_string()),
            NumberingRecord::Mapped(one) => NumberingKey::Mapped(one.number.clone()),
            NumberingRecord::Hub(hub) => NumberingKey::Hub(hub.number.clone()),
        }
    }
}

impl NumberingKey {
    /// What sort of thing, in one word of the store.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            NumberingKey::Country => "country",
            NumberingKey::Block(_) => "block",
            NumberingKey::Mapped(_) => "number",
            NumberingKey::Hub(_) => "hub",
        }
    }

    /// Which of its kind.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            NumberingKey::Country => String::new(),
            NumberingKey::Block(name) => name.clone(),
            NumberingKey::Mapped(number) | NumberingKey::Hub(number) => number.to_string(),
        }
    }
}
