//! Requests about trunks: checked wholly first, then stored, then true.

use std::time::Instant;

use conclave_api::{
    Happening, Problem, ProblemKind, Response, TrunkRequest, TrunkStateName, TrunkStatusView,
    TrunkTestView, TrunkView, TrunkWish, Wrong, rfc3339,
};
use conclave_model::{TrunkHost, TrunkId, TrunkRecord, TrunkSetting, limits};
use conclave_trunk::{Probe, Trunk, TrunkState};

use crate::stored::{Pending, not_stored};
use crate::{Node, RequestId, StoreFailure, StoreWrite};

/// What is to become of a trunk once it is stored.
#[derive(Clone, Debug)]
pub(crate) enum TrunkChange {
    Put(Box<TrunkRecord>),
    Delete(TrunkId),
}

impl Node {
    /// `None`: the answer follows.
    pub(super) fn serve_trunk(
        &mut self,
        now: Instant,
        ticket: RequestId,
        asked: TrunkRequest,
    ) -> Option<Result<Response, Problem>> {
        let begun = match asked {
            TrunkRequest::List => {
                let all = self.trunks.iter().map(view).collect();
                return Some(Ok(Response::Trunks(all)));
            }
            TrunkRequest::Show(key) => {
                return Some(self.trunk_at(&key).map(view).map(shown));
            }
            TrunkRequest::Create(wish) => self.create_trunk(now, ticket, &wish),
            TrunkRequest::Update {
                key,
                wish,
                if_version,
            } => self.update_trunk(ticket, &key, &wish, if_version),
            TrunkRequest::Delete { key, if_version } => self.delete_trunk(ticket, &key, if_version),
            TrunkRequest::Test(key) => self.test_trunk(now, ticket, &key),
        };
        begun.err().map(Err)
    }

    /// One change follows the other: two may want the same name.
    pub(super) fn trunk_must_wait(&self, asked: &TrunkRequest) -> bool {
        match asked {
            TrunkRequest::List | TrunkRequest::Show(_) | TrunkRequest::Test(_) => false,
            TrunkRequest::Create(_) | TrunkRequest::Update { .. } | TrunkRequest::Delete { .. } => {
                self.pending
                    .values()
                    .any(|pending| matches!(pending, Pending::Trunk { .. }))
            }
        }
    }

    fn create_trunk(
        &mut self,
        now: Instant,
        ticket: RequestId,
        wish: &TrunkWish,
    ) -> Result<(), Problem> {
        if self.trunks.len() >= limits::TRUNKS {
            let most = limits::TRUNKS;
            let detail = format!("there are {most} trunks already, which is the most");
            return Err(Problem::conflict(detail));
        }
        let given = |setting: TrunkSetting| wish.get(setting).unwrap_or_default();
        let name = given(TrunkSetting::Name).parse();
        let host = TrunkHost::read("host", given(TrunkSetting::Host));
        let (name, host) = match (name, host) {
            (Ok(name), Ok(host)) => (name, host),
            (name, host) => {
                let wrong_name = || {
                    let setting = TrunkSetting::Name;
                    Wrong::new(setting.name(), given(setting), setting.accepted())
                };
                let name = name.err().map(|_| wrong_name());
                let host = host.err().map(Wrong::from);
                return Err(Problem::invalid(name.into_iter().chain(host).collect()));
            }
        };
        let at = self.config.wall.at(now);
        let mut record = TrunkRecord::new(name, host, at, &mut self.chance);
        wish.apply(&mut record)?;
        self.check_trunk(&record)?;
        self.store_trunk(ticket, TrunkChange::Put(Box::new(record)));
        Ok(())
    }

    fn update_trunk(
        &mut self,
        ticket: RequestId,
        key: &str,
        wish: &TrunkWish,
        if_version: Option<u64>,
    ) -> Result<(), Problem> {
        let mut record = self.trunk_version(key, if_version)?;
        wish.apply(&mut record)?;
        self.check_trunk(&record)?;
        record.version += 1;
        self.store_trunk(ticket, TrunkChange::Put(Box::new(record)));
        Ok(())
    }

    fn delete_trunk(
        &mut self,
        ticket: RequestId,
        key: &str,
        if_version: Option<u64>,
    ) -> Result<(), Problem> {
        let record = self.trunk_version(key, if_version)?;
        self.store_trunk(ticket, TrunkChange::Delete(record.id));
        Ok(())
    }

    fn test_trunk(&mut self, now: Instant, ticket: RequestId, key: &str) -> Result<(), Problem> {
        let id = self.trunk_at(key)?.record().id;
        let askers = self.trunk_askers.entry(id).or_default();
        if askers.len() >= TESTS_AT_ONCE {
            let detail = "this trunk is being tested by many at once; try again in a moment";
            return Err(Problem::new(ProblemKind::Unavailable, detail));
        }
        askers.push(ticket);
        if !self.with_trunks(now, |trunks, turn| trunks.test(turn, id)) {
            self.trunk_askers.remove(&id);
            return Err(Problem::conflict("the trunk is disabled: enable it first"));
        }
        Ok(())
    }

    /// What those are told who asked for a test.
    pub(crate) fn trunk_tested(&mut self, id: TrunkId, probe: &Probe) {
        let answer = test_view(probe);
        for ticket in self.trunk_askers.remove(&id).unwrap_or_default() {
            self.reply(ticket, Ok(Response::TrunkTested(answer.clone())));
        }
    }

    fn trunk_at(&self, key: &str) -> Result<&Trunk, Problem> {
        let is_it = |trunk: &&Trunk| {
            let record = trunk.record();
            record.id.to_string() == key || record.name.as_str().eq_ignore_ascii_case(key)
        };
        let unknown = || Problem::not_found(format!("there is no trunk {key:?}"));
        self.trunks.iter().find(is_it).ok_or_else(unknown)
    }

    fn trunk_version(&self, key: &str, wanted: Option<u64>) -> Result<TrunkRecord, Problem> {
        let record = self.trunk_at(key)?.record();
        let version = record.version;
        if wanted.is_some_and(|wanted| wanted != version) {
            let detail = format!("the trunk was changed meanwhile; its version is {version}");
            return Err(Problem::new(ProblemKind::VersionMismatch, detail));
        }
        Ok(TrunkRecord::clone(record))
    }

    fn check_trunk(&self, record: &TrunkRecord) -> Result<(), Problem> {
        record
            .check()
            .map_err(|error| Problem::invalid(vec![error.into()]))?;
        let is_other = |other: &Trunk| {
            let other = other.record();
            let same = other
                .name
                .as_str()
                .eq_ignore_ascii_case(record.name.as_str());
            other.id != record.id && same
        };
        if self.trunks.iter().any(is_other) {
            let name = record.name.as_str();
            let problem = Problem::conflict(format!("there is a trunk {name:?} already"));
            let accepted = "a name that no other trunk has";
            return Err(problem.with(Wrong::new("name", name, accepted)));
        }
        Ok(())
    }

    /// Hands a change to the store; nothing else happens until it says that it has it.
    fn store_trunk(&mut self, request: RequestId, change: TrunkChange) {
        let write = match &change {
            TrunkChange::Put(record) => StoreWrite::PutTrunk(record.clone()),
            TrunkChange::Delete(id) => StoreWrite::DeleteTrunk(*id),
        };
        let change = Box::new(change);
        self.store(Pending::Trunk { change, request }, write);
    }

    pub(crate) fn trunk_stored(
        &mut self,
        now: Instant,
        change: TrunkChange,
        request: RequestId,
        result: Result<(), StoreFailure>,
    ) {
        let answer = match (result, change) {
            (Ok(()), TrunkChange::Put(record)) => {
                let id = record.id;
                self.with_trunks(now, |trunks, turn| trunks.put(turn, record.into()));
                self.trust_trunks();
                let view = self.trunks.get(id).map(view);
                self.tell_of_trunk(now, view.clone(), Happening::TrunkUpdated);
                view.map_or(Ok(Response::Done), |view| Ok(shown(view)))
            }
            (Ok(()), TrunkChange::Delete(id)) => {
                let last = self.trunks.get(id).map(view);
                self.with_trunks(now, |trunks, turn| trunks.remove(turn, id));
                self.trust_trunks();
                self.tell_of_trunk(now, last, Happening::TrunkDeleted);
                let gone = Problem::not_found("the trunk was removed meanwhile");
                for ticket in self.trunk_askers.remove(&id).unwrap_or_default() {
                    self.reply(ticket, Err(gone.clone()));
                }
                Ok(Response::Done)
            }
            (Err(failure), TrunkChange::Put(_) | TrunkChange::Delete(_)) => {
                let why = failure.sentence;
                self.outbox
                    .error(format!("A change of a trunk was not stored: {why}"));
                Err(not_stored())
            }
        };
        self.reply(request, answer);
        self.serve_waiting(now);
    }

    pub(crate) fn tell_of_trunk(
        &mut self,
        now: Instant,
        view: Option<TrunkView>,
        what: fn(TrunkView) -> Happening,
    ) {
        if let Some(view) = view {
            self.outbox.publish(self.config.wall.at(now), what(view));
        }
    }
}

/// One trunk as it is shown.
pub(crate) fn view(trunk: &Trunk) -> TrunkView {
    let status = trunk.status();
    let (problem_at, problem) = match status.last_problem {
        Some((at, problem)) => (Some(rfc3339(at)), Some(problem.sentence())),
        None => (None, None),
    };
    let status = TrunkStatusView {
        state: match status.state {
            TrunkState::Starting => TrunkStateName::Starting,
            TrunkState::Up => TrunkStateName::Up,
            TrunkState::Down => TrunkStateName::Down,
            TrunkState::Unwatched => TrunkStateName::Unwatched,
            TrunkState::Disabled => TrunkStateName::Disabled,
        },
        since: rfc3339(status.since),
        latency_ms: status.latency.map(milliseconds),
        remote: status
            .remote
            .map(|(transport, remote)| format!("{transport}:{remote}")),
        server: status.server,
        seen_as: status.seen_as.map(|address| address.to_string()),
        registered_until: status.registered_until.map(rfc3339),
        last_problem: problem,
        last_problem_at: problem_at,
        calls: status.calls as u64,
    };
    TrunkView::of(trunk.record(), status)
}

fn test_view(probe: &Probe) -> TrunkTestView {
    match probe {
        Probe::Answered {
            remote,
            status,
            phrase,
            took,
        } => {
            let took_ms = milliseconds(*took);
            TrunkTestView {
                answered: true,
                status: Some(*status),
                took_ms: Some(took_ms),
                sentence: format!("{remote} answered {status} {phrase} in {took_ms} ms"),
            }
        }
        Probe::Failed(trouble) => TrunkTestView {
            answered: false,
            status: None,
            took_ms: None,
            sentence: trouble.sentence(),
        },
    }
}

fn milliseconds(time: std::time::Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// A page that is open twice asks twice; nobody needs more.
const TESTS_AT_ONCE: usize = 8;

fn shown(view: TrunkView) -> Response {
    Response::Trunk(Box::new(view))
}
