//! What was dialled, taken apart: a number, perhaps with the PIN behind a star; asks nobody.

use std::fmt;

use conclave_model::{Digit, limits};

/// The user part of the Request-URI, without the PIN that may have come with it.
#[derive(Clone, PartialEq, Eq)]
pub struct Dialled {
    /// For the log and the search for a room.
    pub number: String,
    /// The digits behind `*`, as speed dials and calendar links carry them.
    pub pin: Option<Vec<Digit>>,
}

impl Dialled {
    /// Reads `801`, `801*482913` and `801*482913#`; any other text is a number as it stands.
    ///
    /// Visual separators of RFC 3966 §5.1.1 are dropped where the rest is digits. Everything behind
    /// a `;` (RFC 3261 §19.1.6) is parameters.
    #[must_use]
    pub fn parse(user: &str) -> Self {
        let user = user.split(';').next().unwrap_or_default();
        let user: String = user.chars().take(limits::DIALLED_CHARS).collect();
        // `*801*482913` and `801#482913` are no way to give a PIN, but may hold one all the same:
        // nothing behind the number is kept.
        let begin = user.find(|c| !matches!(c, '*' | '#')).unwrap_or(user.len());
        let (lead, body) = user.split_at(begin);
        let end = body.find(['*', '#']).unwrap_or(body.len());
        let (number, rest) = body.split_at(end);
        Self {
            number: format!("{lead}{}", without_separators(number)),
            pin: rest
                .strip_prefix('*')
                .filter(|_| lead.is_empty())
                .and_then(pin_of),
        }
    }
}

fn pin_of(rest: &str) -> Option<Vec<Digit>> {
    let rest = rest.strip_suffix('#').unwrap_or(rest);
    let is_pin =
        limits::PIN_DIGITS.contains(&rest.len()) && rest.bytes().all(|byte| byte.is_ascii_digit());
    is_pin.then(|| rest.chars().filter_map(Digit::from_char).collect())
}

fn without_separators(number: &str) -> String {
    let plain: String = number
        .chars()
        .filter(|c| !matches!(c, '-' | '.' | '(' | ')' | ' '))
        .collect();
    let is_number = !plain.is_empty()
        && plain
            .trim_start_matches('+')
            .bytes()
            .all(|byte| byte.is_ascii_digit());
    if is_number { plain } else { number.to_owned() }
}

impl fmt::Debug for Dialled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dialled")
            .field("number", &self.number)
            .field("pin", &self.pin.as_ref().map(|_| "••••"))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(user: &str) -> (String, Option<String>) {
        let dialled = Dialled::parse(user);
        let pin = dialled
            .pin
            .map(|pin| pin.iter().map(Digit::to_string).collect());
        (dialled.number, pin)
    }

    #[test]
    fn a_pin_behind_the_star_is_split_off() {
        assert_eq!(parts("801"), ("801".into(), None));
        assert_eq!(parts("801*482913"), ("801".into(), Some("482913".into())));
        assert_eq!(parts("801*482913#"), ("801".into(), Some("482913".into())));
        assert_eq!(parts("801;phone-context=x"), ("801".into(), None));
        assert_eq!(parts("+49 (89) 80-1"), ("+4989801".into(), None));
    }

    #[test]
    fn what_cannot_be_a_pin_is_dropped_and_never_shown_in_the_number() {
        assert_eq!(parts("801*12"), ("801".into(), None));
        assert_eq!(parts("801*4829x3"), ("801".into(), None));
        assert_eq!(parts("*97"), ("*97".into(), None));
        assert_eq!(parts("*801*482913"), ("*801".into(), None));
        assert_eq!(parts("801#482913"), ("801".into(), None));
        assert_eq!(parts("*"), ("*".into(), None));
        assert_eq!(parts(""), (String::new(), None));
        assert_eq!(parts("stand-up"), ("stand-up".into(), None));
    }

    #[test]
    fn a_debug_line_does_not_show_the_pin() {
        assert!(!format!("{:?}", Dialled::parse("801*482913")).contains("4829"));
    }
}
