//! Everything a room's texts of options say, read once; the room's own fields are not repeated.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{BridgeProfile, OptionSection, Profiles, UserProfile};
use crate::{PersonName, PersonalPin, PinRole, RoomRecord};

/// What holds for a room and for those who come with each of its PINs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoomRules {
    pub bridge: BridgeProfile,
    /// Whoever comes with the PIN of the room, or without one.
    pub member: Arc<UserProfile>,
    /// Whoever comes as a moderator: the same, but admin and leader, heard from the beginning, and
    /// never sent away because another leader left.
    pub moderator: Arc<UserProfile>,
    /// Those whose own PIN names a user profile. What it says holds before what their role is, and
    /// that before the room's User options.
    pub personal: BTreeMap<PersonName, Arc<UserProfile>>,
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
        let own = |one: &PersonalPin| {
            let profile = profiles.get(OptionSection::User, one.profile.as_ref()?)?;
            let text = profiles.complete(OptionSection::User, &profile.text);
            let role = match one.role {
                PinRole::Member => &member,
                PinRole::Moderator => &moderator,
            };
            Some((one.name.clone(), Arc::new(role.clone().with(&text))))
        };
        Self {
            bridge: BridgeProfile::read(&options),
            personal: record.more_pins.personal.iter().filter_map(own).collect(),
            member: Arc::new(member),
            moderator: Arc::new(moderator),
        }
    }
}
