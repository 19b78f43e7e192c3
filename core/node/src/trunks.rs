//! Between the trunks and the rest: carries what they ask for, tells them what came, and lets calls
//! over them in; knows no rule of theirs.

use std::time::Instant;

use conclave_api::Happening;
use conclave_call::{Caller, Known};
use conclave_model::{CallId, Origin, SrtpPolicy, TrunkId, Way};
use conclave_sip::{Findings, IncomingCall, LookupFailure, Refusal, SessionId};
use conclave_trunk::{
    LookupId, Output, Trunk, TrunkCaller, TrunkState, Trunks, Turn, called_number,
};

use crate::node::Service;
use crate::requests::trunk_view;
use crate::{Event, LogLevel, Node};

impl Node {
    /// Lends the trunks what they need for one step and does what they ask for.
    pub(crate) fn with_trunks<R>(
        &mut self,
        now: Instant,
        act: impl FnOnce(&mut Trunks, &mut Turn<'_>) -> R,
    ) -> R {
        let mut out = Vec::new();
        let mut turn = Turn {
            now,
            at: self.config.wall.at(now),
            chance: &mut self.chance,
            out: &mut out,
        };
        let result = act(&mut self.trunks, &mut turn);
        for output in out {
            self.follow_trunk(now, output);
        }
        result
    }

    /// Those of the start.
    pub(crate) fn begin_trunks(&mut self) {
        let now = self.config.wall.mono;
        for record in std::mem::take(&mut self.config.trunks) {
            self.with_trunks(now, |trunks, turn| trunks.put(turn, record.into()));
        }
        self.trust_trunks();
    }

    /// The networks that trunks name are no strangers': nobody gets them blocked by forging them.
    pub(crate) fn trust_trunks(&mut self) {
        let enabled = self.trunks.iter().map(Trunk::record);
        let enabled = enabled.filter(|record| record.enabled);
        let networks = enabled.flat_map(|record| record.allowed.iter().copied());
        self.trust(networks.collect());
    }

    pub(crate) fn wake_trunks(&mut self, now: Instant) {
        if self.trunks_deadline().is_some_and(|(at, _)| at <= now) {
            self.with_trunks(now, Trunks::handle_timeout);
        }
    }

    /// Nothing is begun any more once we say goodbye.
    pub(crate) fn trunks_deadline(&self) -> Option<(Instant, &'static str)> {
        match self.service {
            Service::Open => self.trunks.poll_timeout(),
            Service::Closing | Service::Closed => None,
        }
    }

    pub(crate) fn looked_up(
        &mut self,
        now: Instant,
        lookup: LookupId,
        result: Result<Findings, LookupFailure>,
    ) {
        if self.service == Service::Open {
            self.with_trunks(now, |trunks, turn| trunks.resolved(turn, lookup, result));
        }
    }

    fn follow_trunk(&mut self, now: Instant, output: Output) {
        match output {
            Output::Resolve { lookup, place } => {
                self.outbox.event(Event::LookUp { lookup, place });
            }
            Output::Ask {
                trunk,
                errand,
                request,
            } => {
                let id = self.ua.request(now, *request);
                self.trunks.asked(trunk, errand, id);
            }
            Output::Forget(request) => self.ua.forget_request(request),
            Output::Turned { trunk, state } => self.trunk_turned(now, trunk, state),
            Output::Tested { trunk, probe } => self.trunk_tested(trunk, &probe),
        }
    }

    fn trunk_turned(&mut self, now: Instant, id: TrunkId, state: TrunkState) {
        let Some(trunk) = self.trunks.get(id) else {
            return;
        };
        let (name, view) = (trunk.record().name.as_str(), trunk_view(trunk));
        let problem = trunk.status().last_problem;
        if state == TrunkState::Down {
            let why = problem.map(|(_, problem)| format!(": {}", problem.sentence()));
            let sentence = format!("Trunk {name:?} is down{}", why.unwrap_or_default());
            self.outbox.log(LogLevel::Warning, sentence);
            self.tell_of_trunk(now, Some(view), Happening::TrunkDown);
        } else {
            self.outbox.info(format!("Trunk {name:?} is up"));
            self.tell_of_trunk(now, Some(view), Happening::TrunkUp);
        }
    }

    /// Whether each trunk is up, and how long its last answer took in seconds; for the metrics.
    pub fn trunk_figures(&self) -> impl Iterator<Item = (TrunkId, bool, Option<f64>)> {
        self.trunks.iter().map(|trunk| {
            let status = trunk.status();
            let latency_s = status.latency.map(|latency| latency.as_secs_f64());
            (trunk.record().id, status.state == TrunkState::Up, latency_s)
        })
    }

    // Calls ------------------------------------------------------------------------------------

    /// Which number was dialled, by the rules of the trunk.
    pub(crate) fn dialled_over(&self, trunk: TrunkId, incoming: &IncomingCall) -> String {
        let trunk = self.trunks.get(trunk);
        trunk.map_or_else(
            || incoming.dialled.clone(),
            |trunk| called_number(trunk.record(), incoming),
        )
    }

    /// Who calls over a trunk, as far as it vouches for that.
    pub(crate) fn caller_over(
        &self,
        id: TrunkId,
        incoming: &IncomingCall,
        caller: Caller,
    ) -> Caller {
        let Some(trunk) = self.trunks.get(id) else {
            return caller;
        };
        let TrunkCaller { number, name, .. } = TrunkCaller::of(trunk.record(), incoming);
        caller.known(Known {
            number: number.as_deref(),
            name: name.as_deref(),
            way: Way::Trunk,
        })
    }

    pub(crate) fn trunk_of(&self, origin: Origin) -> Option<&Trunk> {
        match origin {
            Origin::Trunk(id) => self.trunks.get(id),
            Origin::Phone(_) | Origin::Neighbour | Origin::Stranger => None,
        }
    }

    pub(crate) fn trunk_srtp(&self, id: TrunkId) -> SrtpPolicy {
        let trunk = self.trunks.get(id);
        trunk.map_or(self.config.srtp, |trunk| trunk.record().srtp)
    }

    /// True: the trunk has as many calls as it may, and this one was refused.
    pub(crate) fn is_one_too_many(
        &mut self,
        now: Instant,
        session: SessionId,
        origin: Origin,
    ) -> bool {
        let full = self.trunk_of(origin).filter(|trunk| !trunk.has_room());
        let Some(trunk) = full else {
            return false;
        };
        let (name, most) = (trunk.record().name.as_str(), trunk.record().max_calls);
        let sentence =
            format!("A call over trunk {name:?} was refused with 486: it has {most} already");
        self.outbox.log(LogLevel::Warning, sentence);
        self.ua.refuse(now, session, Refusal::new(BUSY_HERE));
        true
    }

    pub(crate) fn count_call(&mut self, origin: Origin, call: CallId) {
        match origin {
            Origin::Trunk(trunk) => self.trunks.begin_call(trunk, call),
            Origin::Phone(_) | Origin::Neighbour | Origin::Stranger => {}
        }
    }
}

/// Not 503: whoever hears that takes the whole of us for out of service (RFC 3261 §21.5.4).
const BUSY_HERE: u16 = 486;
