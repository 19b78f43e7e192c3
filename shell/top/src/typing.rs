//! One line that is being typed; does not know what for.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A text and the place in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typing {
    chars: Vec<char>,
    place: usize,
    chars_max: usize,
}

/// What became of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typed {
    Taken,
    Done,
    GivenUp,
}

impl Typing {
    pub fn of(text: &str, chars_max: usize) -> Self {
        let chars: Vec<char> = text.chars().take(chars_max).collect();
        Self {
            place: chars.len(),
            chars,
            chars_max,
        }
    }

    pub fn text(&self) -> String {
        self.chars.iter().collect()
    }

    /// What stands before the cursor.
    pub fn before(&self) -> String {
        self.chars[..self.place].iter().collect()
    }

    #[allow(clippy::wildcard_enum_match_arm)] // A keyboard has more keys than mean something here.
    pub fn press(&mut self, key: &KeyEvent) -> Typed {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Enter => return Typed::Done,
            KeyCode::Esc => return Typed::GivenUp,
            KeyCode::Char('c') if control => return Typed::GivenUp,
            KeyCode::Char('u') if control => *self = Self::of("", self.chars_max),
            KeyCode::Char(_) if control => {}
            KeyCode::Char(c) if self.chars.len() < self.chars_max && !c.is_control() => {
                self.chars.insert(self.place, c);
                self.place += 1;
            }
            KeyCode::Backspace if self.place > 0 => {
                self.place -= 1;
                self.chars.remove(self.place);
            }
            KeyCode::Delete if self.place < self.chars.len() => {
                self.chars.remove(self.place);
            }
            KeyCode::Left => self.place = self.place.saturating_sub(1),
            KeyCode::Right => self.place = (self.place + 1).min(self.chars.len()),
            KeyCode::Home => self.place = 0,
            KeyCode::End => self.place = self.chars.len(),
            _ => {}
        }
        Typed::Taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(typing: &mut Typing, codes: &[KeyCode]) -> Typed {
        let mut typed = Typed::Taken;
        for code in codes {
            typed = typing.press(&KeyEvent::new(*code, KeyModifiers::NONE));
        }
        typed
    }

    #[test]
    fn a_line_is_typed_and_corrected() {
        let mut typing = Typing::of("Anna", 6);
        let keys = [
            KeyCode::Char('ß'),
            KeyCode::Home,
            KeyCode::Delete,
            KeyCode::Char('H'),
            KeyCode::Right,
            KeyCode::Backspace,
        ];
        press(&mut typing, &keys);
        assert_eq!(
            (typing.text().as_str(), typing.before().as_str()),
            ("Hnaß", "H")
        );
        assert_eq!(press(&mut typing, &[KeyCode::Enter]), Typed::Done);
        assert_eq!(press(&mut typing, &[KeyCode::Esc]), Typed::GivenUp);
    }

    #[test]
    fn it_is_never_longer_than_allowed() {
        let mut typing = Typing::of("123456789", 6);
        press(
            &mut typing,
            &[KeyCode::Char('7'), KeyCode::Left, KeyCode::Char('7')],
        );
        assert_eq!(typing.text(), "123456");
        typing.press(&KeyEvent::new(KeyCode::Char('u'), KeyModifiers::CONTROL));
        assert_eq!(typing.text(), "");
        press(
            &mut typing,
            &[KeyCode::Backspace, KeyCode::Delete, KeyCode::Left],
        );
        assert_eq!(typing.text(), "");
    }
}
