//! The table of all calls and the names under which others know them; knows nothing of a call.

use std::collections::BTreeMap;

use conclave_call::Call;
use conclave_model::{CallId, LegId};
use conclave_sip::SessionId;

/// Every call that has not ended.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    by_id: BTreeMap<CallId, Call>,
    by_session: BTreeMap<SessionId, CallId>,
    by_leg: BTreeMap<LegId, CallId>,
    refused_early: usize,
}

impl Calls {
    pub fn add(&mut self, call: Call) {
        let ids = call.ids();
        self.by_session.insert(ids.session, ids.call);
        self.by_leg.insert(ids.leg, ids.call);
        self.refused_early += usize::from(call.is_refused_early());
        self.by_id.insert(ids.call, call);
    }

    pub fn take(&mut self, id: CallId) -> Option<Call> {
        let call = self.by_id.remove(&id)?;
        let ids = call.ids();
        self.by_session.remove(&ids.session);
        self.by_leg.remove(&ids.leg);
        self.refused_early -= usize::from(call.is_refused_early());
        Some(call)
    }

    pub fn get(&self, id: CallId) -> Option<&Call> {
        self.by_id.get(&id)
    }

    pub fn get_mut(&mut self, id: CallId) -> Option<&mut Call> {
        self.by_id.get_mut(&id)
    }

    pub fn of_session(&self, session: SessionId) -> Option<CallId> {
        self.by_session.get(&session).copied()
    }

    pub fn of_leg(&self, leg: LegId) -> Option<CallId> {
        self.by_leg.get(&leg).copied()
    }

    pub fn iter(&self) -> impl Iterator<Item = (CallId, &Call)> {
        self.by_id.iter().map(|(id, call)| (*id, call))
    }

    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// Those who hold a port for no more than a sentence of refusal.
    pub fn refused_early(&self) -> usize {
        self.refused_early
    }

    #[cfg(test)]
    pub fn every_map_is_empty(&self) -> bool {
        self.by_id.is_empty() && self.by_session.is_empty() && self.by_leg.is_empty()
    }
}
