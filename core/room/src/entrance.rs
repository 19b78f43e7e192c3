//! Whether the room takes one more; compares no PIN and knows nobody by name.

use conclave_ivr::RefusedEntry;
use conclave_model::limits;

use crate::Role;

/// The lock and the seats.
#[derive(Debug)]
pub(crate) struct Entrance {
    pub(crate) locked: bool,
    seats: usize,
}

impl Default for Entrance {
    fn default() -> Self {
        Self {
            locked: false,
            seats: limits::ROOM_SEATS,
        }
    }
}

impl Entrance {
    /// Whether one more may come to `active` others.
    ///
    /// # Errors
    /// A moderator is stopped by neither; for others, the lock is named before the seats.
    pub(crate) fn takes_one_more(&self, active: usize, role: Role) -> Result<(), RefusedEntry> {
        match role {
            Role::Moderator => Ok(()),
            Role::Member if self.locked => Err(RefusedEntry::Locked),
            Role::Member if active >= self.seats => Err(RefusedEntry::Full),
            Role::Member => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_and_locked_are_told_apart_and_stop_no_moderator() {
        let mut entrance = Entrance {
            locked: false,
            seats: 2,
        };
        assert_eq!(entrance.takes_one_more(1, Role::Member), Ok(()));
        assert_eq!(
            entrance.takes_one_more(2, Role::Member),
            Err(RefusedEntry::Full)
        );
        entrance.locked = true;
        assert_eq!(
            entrance.takes_one_more(2, Role::Member),
            Err(RefusedEntry::Locked)
        );
        assert_eq!(entrance.takes_one_more(2, Role::Moderator), Ok(()));
    }
}
