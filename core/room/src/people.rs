//! Those who came with a PIN of their own: who they are, and how they said their name.

use std::collections::BTreeMap;

use conclave_contract::Clip;
use conclave_ivr::AskName;
use conclave_model::{ParticipantId, PersonName};

use crate::{DoorVerdict, Role, Room};

/// The names that people with a PIN of their own have spoken here, so that each is asked for once,
/// as long as somebody is in the room; no more than there are such PINs.
#[derive(Debug, Default)]
pub(crate) struct SpokenNames(BTreeMap<PersonName, Clip>);

impl Room {
    /// A PIN was right: if it is one person's, they are shown by name, and not asked for it where
    /// it was heard before, unless they may say it anew.
    pub(crate) fn welcome(
        &mut self,
        who: ParticipantId,
        person: Option<PersonName>,
        role: Role,
    ) -> DoorVerdict {
        let Some(person) = person else {
            return DoorVerdict::Admitted(role);
        };
        let profile = self.profile_of(Some(role), Some(&person));
        let reviews = profile.announce_join_leave_review;
        let is_known = self.names.0.contains_key(&person);
        let ask = if !self.asks_for_name(&profile) || (is_known && !reviews) {
            AskName::No
        } else if reviews {
            AskName::WithReview
        } else {
            AskName::Yes
        };
        if let Some(caller) = self.roster.get_mut(who) {
            caller.label.name = Some(person.to_string());
            caller.person = Some(person);
        }
        DoorVerdict::AdmittedAs(role, ask)
    }

    /// What was recorded just now, or when this person came before.
    pub(crate) fn spoken_name(&mut self, who: ParticipantId, heard: Option<Clip>) -> Option<Clip> {
        let person = self.roster.get(who).and_then(|one| one.person.clone());
        let Some(person) = person else {
            return heard;
        };
        if let Some(heard) = heard {
            self.names.0.insert(person, heard.clone());
            return Some(heard);
        }
        self.names.0.get(&person).cloned()
    }
}
