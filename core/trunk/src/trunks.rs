//! All trunks: whose deadline is next, whose answer came, and whose call it is; sends nothing.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use conclave_model::{CallId, TrunkId, TrunkKind, TrunkRecord};
use conclave_sip::{
    ConnId, Findings, IncomingCall, LookupFailure, OutRequestId, RequestAnswer, RequestFailure,
};

use crate::{Errand, LookupId, Trunk, Turn};

/// Every trunk of the server.
#[derive(Debug, Default)]
pub struct Trunks {
    all: BTreeMap<TrunkId, Trunk>,
    /// Whose answer is waited for.
    asked: BTreeMap<OutRequestId, (TrunkId, Errand)>,
    of_call: BTreeMap<CallId, TrunkId>,
    next_lookup: u64,
}

impl Trunks {
    #[must_use]
    pub fn get(&self, id: TrunkId) -> Option<&Trunk> {
        self.all.get(&id)
    }

    /// By id, which is by age.
    pub fn iter(&self) -> impl Iterator<Item = &Trunk> {
        self.all.values()
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.all.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Takes a record, new or changed: a change begins anew, calls that go on stay counted.
    pub fn put(&mut self, turn: &mut Turn<'_>, record: Arc<TrunkRecord>) {
        let calls = self.take_out(turn, record.id);
        let mut trunk = Trunk::new(record, turn);
        *trunk.calls_mut() = calls;
        self.all.insert(trunk.record().id, trunk);
        self.handle_timeout(turn);
    }

    /// Its calls go on.
    pub fn remove(&mut self, turn: &mut Turn<'_>, id: TrunkId) {
        self.take_out(turn, id);
    }

    fn take_out(&mut self, turn: &mut Turn<'_>, id: TrunkId) -> std::collections::BTreeSet<CallId> {
        let Some(mut old) = self.all.remove(&id) else {
            return std::collections::BTreeSet::new();
        };
        for request in old.awaited() {
            self.asked.remove(&request);
            turn.out.push(crate::Output::Forget(request));
        }
        old.say_farewell(turn);
        std::mem::take(old.calls_mut())
    }

    /// The server ends: registrars shall know.
    pub fn shut_down(&mut self, turn: &mut Turn<'_>) {
        for trunk in self.all.values_mut() {
            trunk.say_farewell(turn);
        }
    }

    // Time and answers -------------------------------------------------------------------------

    #[must_use]
    pub fn poll_timeout(&self) -> Option<(Instant, &'static str)> {
        let earliest = self.all.values().filter_map(Trunk::deadline).min()?;
        Some((earliest, "a trunk is looked after"))
    }

    pub fn handle_timeout(&mut self, turn: &mut Turn<'_>) {
        let now = turn.now;
        for trunk in self.all.values_mut() {
            if trunk.deadline().is_some_and(|at| at <= now) {
                trunk.handle_timeout(turn, &mut self.next_lookup);
            }
        }
        let asked = &mut self.asked;
        for output in turn.out.iter() {
            if let crate::Output::Forget(request) = output {
                asked.remove(request);
            }
        }
    }

    pub fn resolved(
        &mut self,
        turn: &mut Turn<'_>,
        lookup: LookupId,
        result: Result<Findings, LookupFailure>,
    ) {
        let asker = self.all.values_mut().find(|trunk| trunk.awaits(lookup));
        if let Some(trunk) = asker {
            trunk.resolved(turn, result);
        }
        self.handle_timeout(turn);
    }

    /// What was asked for with `Output::Ask` is on its way under this number.
    pub fn asked(&mut self, trunk: TrunkId, errand: Errand, request: OutRequestId) {
        if errand == Errand::Farewell {
            return;
        }
        if let Some(found) = self.all.get_mut(&trunk) {
            found.sent(errand, request);
            self.asked.insert(request, (trunk, errand));
        }
    }

    pub fn answered(&mut self, turn: &mut Turn<'_>, id: OutRequestId, answer: &RequestAnswer) {
        let Some((trunk, errand)) = self.take_asked(id) else {
            return;
        };
        match errand {
            Errand::Register => trunk.register_answered(turn, answer),
            Errand::Options => trunk.options_answered(turn, answer),
            Errand::Farewell => {}
        }
        self.handle_timeout(turn);
    }

    pub fn failed(&mut self, turn: &mut Turn<'_>, id: OutRequestId, why: RequestFailure) {
        let Some((trunk, errand)) = self.take_asked(id) else {
            return;
        };
        match errand {
            Errand::Register => trunk.register_unanswered(turn, why),
            Errand::Options => trunk.options_unanswered(turn, why),
            Errand::Farewell => {}
        }
        self.handle_timeout(turn);
    }

    fn take_asked(&mut self, id: OutRequestId) -> Option<(&mut Trunk, Errand)> {
        let (trunk, errand) = self.asked.remove(&id)?;
        Some((self.all.get_mut(&trunk)?, errand))
    }

    pub fn stream_closed(&mut self, turn: &mut Turn<'_>, conn: ConnId) {
        for trunk in self.all.values_mut() {
            trunk.stream_closed(turn, conn);
        }
    }

    /// Asks the peer now whether it is there; `Output::Tested` follows. False: there is no such
    /// trunk, or it is disabled.
    pub fn test(&mut self, turn: &mut Turn<'_>, id: TrunkId) -> bool {
        let Some(trunk) = self.all.get_mut(&id).filter(|trunk| trunk.record().enabled) else {
            return false;
        };
        trunk.test(turn);
        self.handle_timeout(turn);
        true
    }

    /// Whether an address is a trunk's, so that it is no stranger's.
    #[must_use]
    pub fn knows(&self, address: std::net::IpAddr) -> bool {
        self.all.values().any(|trunk| trunk.fit(address).is_some())
    }

    // Calls ------------------------------------------------------------------------------------

    /// Over which trunk a call comes: the registration that it answers says so, else where it comes
    /// from. Among several at one address (two accounts with one carrier) the number that was
    /// dialled decides, then the oldest.
    #[must_use]
    pub fn of_incoming(&self, call: &IncomingCall) -> Option<&Trunk> {
        let lines = self.all.values().filter(|trunk| {
            let record = trunk.record();
            record.enabled && record.kind == TrunkKind::Registering
        });
        let mut by_line = lines.filter(|trunk| trunk.record().line == call.dialled);
        if let Some(trunk) = by_line.next() {
            return Some(trunk);
        }
        let address = call.path.remote.ip();
        let fitting = self
            .all
            .values()
            .filter_map(|trunk| Some((trunk.fit(address)?, trunk)));
        let names = |trunk: &Trunk| {
            let user = &trunk.record().user;
            !user.is_empty() && (*user == call.dialled || *user == call.to_user)
        };
        let best = fitting
            .rev()
            .max_by_key(|(fit, trunk)| (*fit, names(trunk)));
        best.map(|(_, trunk)| trunk)
    }

    pub fn begin_call(&mut self, trunk: TrunkId, call: CallId) {
        if let Some(found) = self.all.get_mut(&trunk) {
            found.calls_mut().insert(call);
            self.of_call.insert(call, trunk);
        }
    }

    pub fn end_call(&mut self, call: CallId) {
        if let Some(trunk) = self.of_call.remove(&call)
            && let Some(found) = self.all.get_mut(&trunk)
        {
            found.calls_mut().remove(&call);
        }
    }

    #[must_use]
    pub fn trunk_of(&self, call: CallId) -> Option<TrunkId> {
        self.of_call.get(&call).copied()
    }
}
