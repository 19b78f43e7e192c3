//! Reads a number as people, telephones and carriers write it; asks nobody whose it is.

use conclave_model::{E164, limits};

use crate::Country;

/// What a text may mean: nothing, one number, or several, the likeliest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Its digits, with the plus if there was one; empty if it is no number at all.
    pub digits: String,
    pub numbers: Vec<(E164, How)>,
}

/// By which sign it is this number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// It begins with a plus.
    Plus,
    /// With what is dialled before a number of another country.
    International(&'static str),
    /// With what is dialled before an area code.
    National(&'static str),
    /// With nothing: in this country area codes stand alone.
    Whole,
    /// With a country code, and the plus was dropped.
    WithoutPlus,
    /// With an area code, and what is dialled before it was dropped.
    WithoutNational,
}

/// `country`: of a number without one; `None`: only such as name their country are read.
///
/// Blanks, hyphens, points, slashes and brackets do not count; `(0)` behind a plus is nothing.
#[must_use]
pub fn read(text: &str, country: Option<&Country>) -> Reading {
    let text: String = text.trim().chars().take(limits::NUMBER_CHARS).collect();
    let text = if text.starts_with('+') {
        text.replacen("(0)", "", 1)
    } else {
        text
    };
    let digits: String = text.chars().filter(|c| !is_separator(*c)).collect();
    let bare = digits.strip_prefix('+').unwrap_or(&digits);
    if bare.is_empty() || !bare.bytes().all(|byte| byte.is_ascii_digit()) {
        return Reading::default();
    }
    let numbers = if digits.starts_with('+') {
        E164::of_digits(bare)
            .map(|number| (number, How::Plus))
            .into_iter()
            .collect()
    } else {
        without_plus(bare, country)
    };
    Reading { digits, numbers }
}

fn without_plus(digits: &str, country: Option<&Country>) -> Vec<(E164, How)> {
    // The prefix that the ITU recommends, where nothing else is known (ITU-T E.123 §6).
    let international = country.map_or(&["00"][..], |country| country.international);
    let mut found: Vec<(E164, How)> = Vec::new();
    let mut add = |digits: &str, how: How| {
        if let Some(number) = E164::of_digits(digits)
            && !found.iter().any(|(other, _)| *other == number)
        {
            found.push((number, how));
        }
    };
    for prefix in international {
        if let Some(rest) = digits.strip_prefix(prefix) {
            add(rest, How::International(prefix));
        }
    }
    if let Some(country) = country {
        let abroad = |rest: &str| format!("{}{rest}", country.code);
        if country.national.is_empty() {
            add(&abroad(digits), How::Whole);
        } else if let Some(rest) = digits.strip_prefix(country.national)
            && !rest.starts_with('0')
        {
            add(&abroad(rest), How::National(country.national));
        }
        if !country.national.is_empty() && !digits.starts_with('0') {
            if digits.starts_with(country.code) {
                add(digits, How::WithoutPlus);
            }
            add(&abroad(digits), How::WithoutNational);
        }
    }
    add(digits, How::WithoutPlus);
    found
}

/// As RFC 3966 §5.1.1, with the blank and the slash.
const fn is_separator(c: char) -> bool {
    matches!(c, ' ' | '-' | '.' | '(' | ')' | '/' | '\u{a0}')
}
