//! The only place that compares a PIN; asks nobody anything and counts nothing.

use conclave_ivr::{AskName, PinVerdict, RefusedEntry};
use conclave_model::{Digit, PersonName, Pin, PinRole, RoomRecord, limits};

/// What a participant may do. Which PIN was typed decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    Member,
    Moderator,
}

impl From<PinRole> for Role {
    fn from(role: PinRole) -> Self {
        match role {
            PinRole::Member => Role::Member,
            PinRole::Moderator => Role::Moderator,
        }
    }
}

/// The PINs of one room, each with what it opens.
#[derive(Debug, Default)]
pub struct Door {
    keys: Vec<Key>,
}

#[derive(Debug)]
struct Key {
    pin: Pin,
    role: Role,
    /// Whose alone it is.
    person: Option<PersonName>,
}

/// The answer to the digits typed so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoorVerdict {
    Admitted(Role),
    /// The same, of one whom the PIN names: whether they are asked for their name is said here.
    AdmittedAs(Role, AskName),
    /// The PIN was right, but the room takes nobody.
    Refused(RefusedEntry),
    /// The digits may still become a PIN.
    NotYet,
    Wrong {
        tries_left: u8,
    },
}

impl DoorVerdict {
    /// `None`: the door stays shut.
    #[must_use]
    pub fn role(self) -> Option<Role> {
        match self {
            DoorVerdict::Admitted(role) | DoorVerdict::AdmittedAs(role, _) => Some(role),
            DoorVerdict::Refused(_) | DoorVerdict::NotYet | DoorVerdict::Wrong { .. } => None,
        }
    }

    /// The same for the entry script, which knows no roles; a refusal is another input for it.
    ///
    /// # Errors
    /// The refusal, to be passed as `EntryInput::Turned`.
    pub fn for_script(self) -> Result<PinVerdict, RefusedEntry> {
        match self {
            DoorVerdict::Admitted(_) => Ok(PinVerdict::Accepted),
            DoorVerdict::AdmittedAs(_, ask) => Ok(PinVerdict::AcceptedAs(ask)),
            DoorVerdict::Refused(why) => Err(why),
            DoorVerdict::NotYet => Ok(PinVerdict::NotYet),
            DoorVerdict::Wrong { tries_left } => Ok(PinVerdict::Wrong { tries_left }),
        }
    }
}

impl Door {
    /// A door that the PINs of this room open; where it has none, the door is open.
    #[must_use]
    pub fn of(record: &RoomRecord) -> Self {
        let pins = &record.more_pins;
        let key = |pin: &Pin, role, person| Key {
            pin: pin.clone(),
            role,
            person,
        };
        let own = record.pin.iter().map(|pin| key(pin, Role::Member, None));
        let moderator = pins.moderator.iter();
        let moderator = moderator.map(|pin| key(pin, Role::Moderator, None));
        let personal = pins.personal.iter();
        let personal = personal.map(|one| key(&one.pin, one.role.into(), Some(one.name.clone())));
        Self {
            keys: own.chain(moderator).chain(personal).collect(),
        }
    }

    /// Whose PIN these digits are, if it is one person's. In the same time for all digits.
    #[must_use]
    pub fn person(&self, digits: &[Digit]) -> Option<&PersonName> {
        self.opened_by(digits)?.person.as_ref()
    }

    fn opened_by(&self, digits: &[Digit]) -> Option<&Key> {
        let mut opened = None;
        for key in &self.keys {
            if key.pin.matches(digits) {
                opened = Some(key);
            }
        }
        opened
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
        let longest = self.keys.iter().map(|key| key.pin.len()).max();
        match self.opened_by(digits) {
            Some(key) => DoorVerdict::Admitted(key.role),
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

    fn key(pin: &str, role: Role, person: Option<&str>) -> Key {
        Key {
            pin: pin.parse().unwrap(),
            role,
            person: person.map(|name| name.parse().unwrap()),
        }
    }

    fn door(pin: &str) -> Door {
        Door {
            keys: vec![key(pin, Role::Member, None)],
        }
    }

    #[test]
    fn every_pin_opens_for_its_own_role_and_person() {
        let door = Door {
            keys: vec![
                key("627184", Role::Member, None),
                key("4711", Role::Moderator, None),
                key("98127", Role::Member, Some("Anna")),
            ],
        };
        let opened = |keys| door.try_pin(&typed(keys), false, 0);
        assert_eq!(opened("627184"), DoorVerdict::Admitted(Role::Member));
        assert_eq!(opened("4711"), DoorVerdict::Admitted(Role::Moderator));
        assert_eq!(opened("98127"), DoorVerdict::Admitted(Role::Member));
        assert_eq!(opened("4712"), DoorVerdict::NotYet);
        assert_eq!(opened("471100"), DoorVerdict::Wrong { tries_left: 2 });
        assert_eq!(door.person(&typed("98127")).unwrap().as_str(), "Anna");
        assert_eq!(door.person(&typed("4711")), None);
        assert_eq!(door.person(&typed("9812")), None);
        let shown = format!("{door:?}");
        assert!(!shown.contains("4711") && !shown.contains("98127"));
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
        let door = Door::default();
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
