//! Which keys mean what in a room, collected one by one; carries nothing out.

use std::fmt;
use std::time::Instant;

use conclave_model::{Digit, limits};

/// What a sequence of keys asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MenuAction {
    ToggleMute,
    ToggleHand,
}

/// Keys and what they ask for. No sequence is the beginning of another, so that the last key
/// always decides.
pub(crate) type Sequences = [(&'static str, MenuAction)];

/// The keys most conference services agree on.
pub(crate) const MODERN: &Sequences = &[
    ("*5", MenuAction::ToggleHand),
    ("*6", MenuAction::ToggleMute),
];

/// The keys one participant has pressed of a sequence that is not complete yet.
#[derive(Default)]
pub(crate) struct Menu {
    typed: Vec<Digit>,
    last_at: Option<Instant>,
}

impl Menu {
    /// A key that cannot go on begins anew; a beginning is forgotten after
    /// [`limits::MENU_DIGIT`], which needs no timer: the next key looks back.
    pub(crate) fn digit(
        &mut self,
        now: Instant,
        digit: Digit,
        sequences: &Sequences,
    ) -> Option<MenuAction> {
        let too_late = |last: Instant| now.saturating_duration_since(last) >= limits::MENU_DIGIT;
        if self.last_at.is_some_and(too_late) {
            self.typed.clear();
        }
        self.last_at = Some(now);
        self.typed.push(digit);
        if !self.may_become_one_of(sequences) {
            self.typed.clear();
            self.typed.push(digit);
            if !self.may_become_one_of(sequences) {
                self.typed.clear();
            }
        }
        let action = sequences.iter().find(|(keys, _)| self.is(keys))?.1;
        self.typed.clear();
        Some(action)
    }

    fn may_become_one_of(&self, sequences: &Sequences) -> bool {
        self.typed.len() <= limits::MENU_DIGITS
            && sequences.iter().any(|(keys, _)| {
                let mut keys = keys.chars();
                self.typed
                    .iter()
                    .all(|digit| keys.next() == Some(digit.to_char()))
            })
    }

    fn is(&self, keys: &str) -> bool {
        !self.typed.is_empty()
            && keys
                .chars()
                .eq(self.typed.iter().map(|digit| digit.to_char()))
    }
}

/// Keys in a room are nobody's business either.
impl fmt::Debug for Menu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Menu(••••)")
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn press(menu: &mut Menu, now: Instant, keys: &str) -> Vec<MenuAction> {
        keys.chars()
            .filter_map(|key| menu.digit(now, Digit::from_char(key).unwrap(), MODERN))
            .collect()
    }

    #[expect(clippy::disallowed_methods, reason = "a test starts at some moment")]
    fn some_moment() -> Instant {
        Instant::now()
    }

    #[test]
    fn the_last_key_of_a_sequence_decides() {
        let now = some_moment();
        let toggle = MenuAction::ToggleMute;
        for (keys, actions) in [
            ("*6", vec![toggle]),
            ("*6*6", vec![toggle, toggle]),
            ("**6", vec![toggle]),
            ("12#*6", vec![toggle]),
            ("6", vec![]),
            ("*16", vec![]),
            ("*5*6", vec![MenuAction::ToggleHand, toggle]),
            ("66*", vec![]),
        ] {
            assert_eq!(press(&mut Menu::default(), now, keys), actions, "{keys}");
        }
    }

    #[test]
    fn a_beginning_is_forgotten_after_a_pause() {
        let now = some_moment();
        let mut menu = Menu::default();
        assert!(press(&mut menu, now, "*").is_empty());
        let late = now + limits::MENU_DIGIT;
        assert!(press(&mut menu, late, "6").is_empty());
        assert!(press(&mut menu, late, "*").is_empty());
        let in_time = late + limits::MENU_DIGIT - Duration::from_millis(1);
        assert_eq!(press(&mut menu, in_time, "6").len(), 1);
    }

    #[test]
    fn no_sequence_is_the_beginning_of_another() {
        for (index, (one, _)) in MODERN.iter().enumerate() {
            assert!(one.len() <= limits::MENU_DIGITS);
            for (other, _) in &MODERN[index + 1..] {
                assert!(!one.starts_with(other) && !other.starts_with(one));
            }
        }
    }
}
