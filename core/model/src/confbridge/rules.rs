//! Everything a room's texts of options say, read once; the room's own fields are not repeated.

use std::sync::Arc;

use super::{BridgeProfile, OptionSection, Profiles, UserProfile};
use crate::RoomRecord;

/// What holds for a room and for those who come with each of its PINs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoomRules {
    pub bridge: BridgeProfile,
    /// Whoever comes with the PIN of the room, or without one.
    pub member: Arc<UserProfile>,
    /// Whoever comes as a moderator: the same, but admin and leader, heard from the beginning, and
    /// never sent away because another leader left.
    pub moderator: Arc<UserProfile>,
}

impl RoomRules {
    #[must_use]
    pub fn of(record: &RoomRecord, profiles: &Profiles) -> Self {
        let user_options = profiles.complete(OptionSection::User, &record.user_options);
        let options = profiles.complete(OptionSection::Bridge, &record.options);
        let member = UserProfile::read(&user_options);
        let moderator = UserProfile {
            admin: true,
            marked: true,
            start_muted: false,
            end_marked_any: false,
            timeout: None,
            ..member.clone()
        };
        Self {
            bridge: BridgeProfile::read(&options),
            member: Arc::new(member),
            moderator: Arc::new(moderator),
        }
    }
}
