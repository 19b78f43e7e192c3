//! The only place that compares a PIN; asks nobody anything and counts nothing.

use conclave_ivr::{PinVerdict, RefusedEntry};
use conclave_model::{Digit, Pin, limits};

/// What a participant may do. Which PIN was typed decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    Member,
    Moderator,
}

/// The PINs of one room, each with what it opens.
#[derive(Debug, Default)]
pub struct Door {
    keys: Vec<(Pin, Role)>,
}

/// The answer to the digits typed so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoorVerdict {
    Admitted(Role),
    /// The PIN was right, but the room takes nobody.
    Refused(RefusedEntry),
    /// The digits may still become a PIN.
    NotYet,
    Wrong {
        tries_left: u8,
    },
}

impl DoorVerdict {
    /// The same for the entry script, which knows no roles; a refusal is another input for it.
    ///
    /// # Errors
    /// The refusal, to be passed as `EntryInput::Turned`.
    pub fn for_script(self) -> Result<PinVerdict, RefusedEntry> {
        match self {
            DoorVerdict::Admitted(_) => Ok(PinVerdict::Accepted),
            DoorVerdict::Refused(why) => Err(why),
            DoorVerdict::NotYet => Ok(PinVerdict::NotYet),
            DoorVerdict::Wrong { tries_left } => Ok(PinVerdict::Wrong { tries_left }),
        }
    }
}

impl Door {
    /// A door that this PIN opens; without one it is open.
    #[must_use]
    pub fn new(pin: Option<&Pin>) -> Self {
        let keys = pin.map(|pin| (pin.clone(), Role::Member));
        Self {
            keys: keys.into_iter().collect(),
        }
    }

    #[must_use]
    pub fn asks_for_pin(&self) -> bool {
        !self.keys.is_empty()
    }

    /// Compares with every PIN, in a time that does not depend on the digits.
    ///
    /// `complete`: the entry will not grow. `tries_used`: wrong ones before this; after the last
    /// even the right PIN is wrong.
    #[must_use]
    pub fn try_pin(&self, digits: &[Digit], complete: bool, tries_used: u8) -> DoorVerdict {
        if self.keys.is_empty() {
            return DoorVerdict::Admitted(Role::Member);
        }
        if tries_used >= limits::PIN_TRIES {
            return DoorVerdict::Wrong { tries_left: 0 };
        }
        let mut opened = None;
        for (pin, role) in &self.keys {
            if pin.matches(digits) {
                opened = Some(*role);
            }
        }
        let longest = self.keys.iter().map(|(pin, _)| pin.len()).max();
        match opened {
            Some(role) => DoorVerdict::Admitted(role),
            None if !complete && longest.is_some_and(|longest| digits.len() < longest) => {
                DoorVerdict::NotYet
            }
            None => DoorVerdict::Wrong {
                tries_left: limits::PIN_TRIES.saturating_sub(tries_used.saturating_add(1)),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &str) -> Vec<Digit> {
        keys.chars().filter_map(Digit::from_char).collect()
    }

    fn door(pin: &str) -> Door {
        Door::new(Some(&pin.parse().unwrap()))
    }

    #[test]
    fn the_last_digit_opens_without_pound() {
        let door = door("627184");
        assert_eq!(door.try_pin(&typed("62718"), false, 0), DoorVerdict::NotYet);
        assert_eq!(
            door.try_pin(&typed("627184"), false, 0),
            DoorVerdict::Admitted(Role::Member)
        );
    }

    #[test]
    fn the_last_digit_of_a_wrong_pin_decides_too() {
        let door = door("627184");
        assert_eq!(
            door.try_pin(&typed("627185"), false, 0),
            DoorVerdict::Wrong { tries_left: 2 }
        );
        assert_eq!(
            door.try_pin(&typed("627"), true, 1),
            DoorVerdict::Wrong { tries_left: 1 }
        );
        assert_eq!(
            door.try_pin(&typed("62718499"), true, 2),
            DoorVerdict::Wrong { tries_left: 0 }
        );
    }

    #[test]
    fn no_try_is_left_over_after_the_third() {
        let door = door("6271");
        for used in 2..=u8::MAX {
            assert_eq!(
                door.try_pin(&typed("0000"), true, used),
                DoorVerdict::Wrong { tries_left: 0 }
            );
        }
        for used in limits::PIN_TRIES..=u8::MAX {
            assert_eq!(
                door.try_pin(&typed("6271"), true, used),
                DoorVerdict::Wrong { tries_left: 0 }
            );
        }
    }

    #[test]
    fn a_door_without_a_pin_is_open() {
        let door = Door::new(None);
        assert!(!door.asks_for_pin());
        assert_eq!(
            door.try_pin(&[], true, 0),
            DoorVerdict::Admitted(Role::Member)
        );
    }

    #[test]
    fn a_door_does_not_show_its_pin() {
        assert!(!format!("{:?}", door("627184")).contains("627"));
    }
}
