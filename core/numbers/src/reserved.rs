//! Numbers that no room may have; has no list of rooms.

use std::fmt;

use crate::Country;

/// Why a number is kept for something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reserved {
    /// An outside line is taken with it.
    LeadingZero,
    /// The operator, and the keys of menus.
    OneDigit,
    /// Somebody needs help.
    Emergency,
}

/// As extensions: what a telephone system or a country keeps for itself.
#[must_use]
pub fn reserved(digits: &str, country: Option<&Country>) -> Option<Reserved> {
    let own = country.map_or(&[][..], |country| country.emergency);
    if EVERYWHERE.contains(&digits) || own.contains(&digits) {
        Some(Reserved::Emergency)
    } else if digits.starts_with('0') {
        Some(Reserved::LeadingZero)
    } else if digits.len() == 1 {
        Some(Reserved::OneDigit)
    } else {
        None
    }
}

impl fmt::Display for Reserved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Reserved::LeadingZero => "numbers that begin with 0 take an outside line",
            Reserved::OneDigit => "numbers of one digit are kept for the operator and for menus",
            Reserved::Emergency => "it is an emergency number",
        })
    }
}

/// Mobile telephones call for help with these wherever they are (3GPP TS 22.101 §10.1).
const EVERYWHERE: [&str; 2] = ["112", "911"];
