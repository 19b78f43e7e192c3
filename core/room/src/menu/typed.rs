//! Keys that may be the beginning of something, until it is clear what; the longest wins.

use std::time::Instant;

use conclave_model::confbridge::{Menu, MenuEntry};
use conclave_model::{Digit, limits};

/// The keys that were pressed and mean nothing yet.
#[derive(Default)]
pub(crate) struct Typed {
    keys: Vec<Digit>,
    last_at: Option<Instant>,
}

/// What the first of the keys turned out to be.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Found {
    Entry(MenuEntry),
    /// No entry begins with it, or its time is over.
    Unmatched(Digit),
}

impl Typed {
    pub(crate) fn push(&mut self, now: Instant, digit: Digit) {
        self.keys.push(digit);
        self.last_at = Some(now);
    }

    /// What is clear by now; ask again until nothing is. The keys that are left are never more
    /// than the longest entry has.
    pub(crate) fn next(&mut self, now: Instant, menu: &Menu) -> Option<Found> {
        let first = *self.keys.first()?;
        if self.deadline(menu).is_some_and(|deadline| now < deadline) {
            return None;
        }
        let lengths = (1..=self.keys.len()).rev();
        let entry = lengths
            .filter_map(|length| menu.find(&self.keys[..length]))
            .next()
            .cloned();
        let Some(entry) = entry else {
            self.keys.remove(0);
            return Some(Found::Unmatched(first));
        };
        self.keys.drain(..entry.keys.digits().len());
        Some(Found::Entry(entry))
    }

    /// The first key that is left, whatever it might become.
    pub(crate) fn take_first(&mut self) -> Option<Digit> {
        (!self.keys.is_empty()).then(|| self.keys.remove(0))
    }

    /// Until when another key is awaited: longer where the keys mean nothing by themselves.
    /// `None`: for nothing.
    pub(crate) fn deadline(&self, menu: &Menu) -> Option<Instant> {
        if self.keys.is_empty() || !menu.goes_on_after(&self.keys) {
            return None;
        }
        let pause = match menu.find(&self.keys) {
            Some(_) => limits::MENU_LONGER,
            None => limits::MENU_DIGIT,
        };
        self.last_at.map(|last_at| last_at + pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn menu(text: &str) -> Menu {
        Menu::from_text(text).unwrap()
    }

    /// Entries in brackets, keys that fit nothing without.
    fn found(typed: &mut Typed, now: Instant, menu: &Menu) -> String {
        let mut all = String::new();
        while let Some(found) = typed.next(now, menu) {
            match found {
                Found::Entry(entry) => all.push_str(&format!("[{}]", entry.keys)),
                Found::Unmatched(digit) => all.push(digit.to_char()),
            }
        }
        all
    }

    fn press(typed: &mut Typed, now: Instant, menu: &Menu, keys: &str) -> String {
        keys.chars()
            .map(|key| {
                typed.push(now, Digit::from_char(key).unwrap());
                found(typed, now, menu)
            })
            .collect()
    }

    #[expect(clippy::disallowed_methods, reason = "a test starts at some moment")]
    fn some_moment() -> Instant {
        Instant::now()
    }

    // Regression 0721b1de83
    #[test]
    fn the_last_key_of_the_longest_decides_at_once() {
        let now = some_moment();
        let menu = menu("*6=no_op\n*5=no_op\n7=no_op\n#12=no_op");
        for (keys, expected) in [
            ("*6", "[*6]"),
            ("*6*6", "[*6][*6]"),
            ("**6", "*[*6]"),
            ("12#*6", "12#[*6]"),
            ("6", "6"),
            ("*16", "*16"),
            ("*7", "*[7]"),
            ("7*5*6", "[7][*5][*6]"),
            ("#17", "#1[7]"),
        ] {
            let found = press(&mut Typed::default(), now, &menu, keys);
            assert_eq!(found, expected, "{keys}");
        }
    }

    #[test]
    fn a_longer_one_is_reachable_beside_a_shorter_and_the_shorter_waits_only_then() {
        let now = some_moment();
        let menu = menu("*=no_op\n*1=no_op\n*12=no_op\n1=no_op");
        let mut typed = Typed::default();
        assert_eq!(press(&mut typed, now, &menu, "1"), "[1]");
        assert_eq!(press(&mut typed, now, &menu, "*"), "");
        let pause = limits::MENU_LONGER;
        assert_eq!(typed.deadline(&menu), Some(now + pause));
        assert_eq!(found(&mut typed, now + pause, &menu), "[*]");
        assert_eq!(typed.deadline(&menu), None);
        assert_eq!(press(&mut typed, now, &menu, "*12"), "[*12]");
        assert_eq!(press(&mut typed, now, &menu, "*1"), "");
        assert_eq!(found(&mut typed, now + pause, &menu), "[*1]");
        assert_eq!(press(&mut typed, now, &menu, "*7"), "[*]7");
        assert_eq!(press(&mut typed, now, &menu, "*1*12"), "[*1][*12]");
    }

    #[test]
    fn the_beginning_of_nothing_else_is_given_up_after_a_pause() {
        let now = some_moment();
        let menu = menu("*6=no_op\n12345678901=no_op\n1=no_op");
        let mut typed = Typed::default();
        assert_eq!(press(&mut typed, now, &menu, "*"), "");
        let pause = limits::MENU_DIGIT;
        assert_eq!(typed.deadline(&menu), Some(now + pause));
        assert_eq!(found(&mut typed, now + pause, &menu), "*");
        assert_eq!(press(&mut typed, now, &menu, "1234567890"), "");
        assert_eq!(found(&mut typed, now + pause, &menu), "[1]234567890");
        assert_eq!(
            press(&mut typed, now, &menu, "12345678901"),
            "[12345678901]"
        );
    }

    #[test]
    fn a_menu_that_was_changed_meanwhile_holds_for_what_was_typed() {
        let now = some_moment();
        let mut typed = Typed::default();
        assert_eq!(press(&mut typed, now, &menu("*6=no_op"), "*"), "");
        assert_eq!(found(&mut typed, now, &menu("#=no_op")), "*");
        assert_eq!(typed.deadline(&menu("*6=no_op")), None);
    }

    proptest::proptest! {
        /// Whatever the menu: what is found is what was pressed, in its order, and little waits.
        #[test]
        fn no_key_is_lost_or_invented(
            entries in proptest::collection::vec("[12*]{1,4}", 0..8),
            pressed in proptest::collection::vec(("[123*]", 0_u64..4_000), 0..40),
        ) {
            let text: String = entries.iter().map(|keys| format!("{keys}=no_op\n")).collect();
            let menu = menu(&text);
            let (mut typed, mut now) = (Typed::default(), some_moment());
            let (mut all, mut told) = (String::new(), String::new());
            for (key, pause_ms) in &pressed {
                now += std::time::Duration::from_millis(*pause_ms);
                told.push_str(&found(&mut typed, now, &menu));
                told.push_str(&press(&mut typed, now, &menu, key));
                all.push_str(key);
                assert!(typed.keys.len() < limits::MENU_DIGITS);
            }
            told.push_str(&found(&mut typed, now + limits::MENU_DIGIT, &menu));
            while typed.deadline(&menu).is_some() || !typed.keys.is_empty() {
                told.push_str(&found(&mut typed, now + limits::MENU_DIGIT, &menu));
            }
            let plain: String = told.chars().filter(|c| !"[]".contains(*c)).collect();
            assert_eq!(plain, all);
        }
    }
}
