//! Whether the room takes one more; compares no PIN and knows nobody by name.

use conclave_ivr::RefusedEntry;
use conclave_model::confbridge::{BridgeProfile, UserProfile};
use conclave_model::limits;

/// The lock; how many seats there are is a rule of the room.
#[derive(Debug, Default)]
pub(crate) struct Entrance {
    pub(crate) locked: bool,
}

impl Entrance {
    /// Whether one more may come to `inside` others, of whom some may wait for a leader.
    ///
    /// # Errors
    /// Who has admin rights is stopped by neither; for others, the lock is named before the seats.
    pub(crate) fn takes_one_more(
        &self,
        inside: usize,
        bridge: &BridgeProfile,
        profile: &UserProfile,
    ) -> Result<(), RefusedEntry> {
        if profile.admin {
            return Ok(());
        }
        if self.locked {
            return Err(RefusedEntry::Locked);
        }
        let most = bridge.max_members.and_then(|most| most.try_into().ok());
        if inside >= most.unwrap_or(limits::ROOM_SEATS).min(limits::ROOM_SEATS) {
            return Err(RefusedEntry::Full);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_and_locked_are_told_apart_and_stop_no_admin() {
        let two = BridgeProfile::read("max_members=2");
        let (member, admin) = (UserProfile::default(), UserProfile::read("admin=yes"));
        let mut entrance = Entrance::default();
        assert_eq!(entrance.takes_one_more(1, &two, &member), Ok(()));
        let refusal = entrance.takes_one_more(2, &two, &member);
        assert_eq!(refusal, Err(RefusedEntry::Full));
        assert_eq!(entrance.takes_one_more(2, &two, &admin), Ok(()));
        let any = BridgeProfile::default();
        assert_eq!(entrance.takes_one_more(2, &any, &member), Ok(()));
        let refusal = entrance.takes_one_more(limits::ROOM_SEATS, &any, &member);
        assert_eq!(refusal, Err(RefusedEntry::Full));
        entrance.locked = true;
        let refusal = entrance.takes_one_more(2, &two, &member);
        assert_eq!(refusal, Err(RefusedEntry::Locked));
        assert_eq!(entrance.takes_one_more(2, &two, &admin), Ok(()));
    }
}
