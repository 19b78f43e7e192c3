//! One trunk: what is known of it and what is due; each file here is one of its concerns.

mod finding;
mod registering;
mod watching;

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use conclave_model::{CallId, TrunkHost, TrunkRecord, UnixMillis};
use conclave_sip::{
    ConnId, LookupFailure, OutMethod, OutRequestId, OutgoingRequest, OwnAccount, Path,
    RequestAnswer, RequestFailure, Transport,
};

use crate::registration::Registration;
use crate::step::Step;
use crate::targets::Targets;
use crate::watch::{View, Watch};
use crate::{Errand, LookupId, Output, Trouble, TrunkState, TrunkStatus, Turn};

/// One trunk that is enabled, or shown as one that is not.
#[derive(Debug)]
pub struct Trunk {
    record: Arc<TrunkRecord>,
    targets: Targets,
    lookup: Step<LookupId>,
    register: Step<Option<OutRequestId>>,
    options: Step<Option<OutRequestId>>,
    registration: Registration,
    watch: Watch,
    state: TrunkState,
    since: UnixMillis,
    latency: Option<Duration>,
    server: Option<String>,
    seen_as: Option<std::net::SocketAddr>,
    registered_until: Option<UnixMillis>,
    /// The stream over which we registered.
    stream: Option<ConnId>,
    last_problem: Option<(UnixMillis, Trouble)>,
    /// Somebody waits to be told of the next OPTIONS.
    is_tested: bool,
    calls: BTreeSet<CallId>,
}

impl Trunk {
    pub(crate) fn new(record: Arc<TrunkRecord>, turn: &mut Turn<'_>) -> Self {
        let state = idle_state(&record);
        let enabled = record.enabled;
        Self {
            registration: Registration::new(&record, turn.chance),
            record,
            targets: Targets::default(),
            lookup: if enabled {
                Step::Due(turn.now)
            } else {
                Step::Off
            },
            register: Step::Off,
            options: Step::Off,
            watch: Watch::default(),
            state,
            since: turn.at,
            latency: None,
            server: None,
            seen_as: None,
            registered_until: None,
            stream: None,
            last_problem: None,
            is_tested: false,
            calls: BTreeSet::new(),
        }
    }

    #[must_use]
    pub fn record(&self) -> &Arc<TrunkRecord> {
        &self.record
    }

    #[must_use]
    pub fn status(&self) -> TrunkStatus {
        TrunkStatus {
            state: self.state,
            since: self.since,
            latency: self.latency,
            remote: self
                .targets
                .current()
                .map(|way| (way.transport, way.remote)),
            server: self.server.clone(),
            seen_as: self.seen_as,
            registered_until: self.registered_until,
            last_problem: self.last_problem.clone(),
            calls: self.calls.len(),
        }
    }

    /// The way that requests over it take.
    #[must_use]
    pub fn path(&self) -> Option<Path> {
        self.targets.current()
    }

    /// Whether one more call fits.
    #[must_use]
    pub fn has_room(&self) -> bool {
        let most = usize::try_from(self.record.max_calls).unwrap_or(usize::MAX);
        most == 0 || self.calls.len() < most
    }

    pub(crate) fn calls_mut(&mut self) -> &mut BTreeSet<CallId> {
        &mut self.calls
    }

    /// How well an address fits: that of the peer itself before a network that is allowed, and of
    /// those the smaller.
    pub(crate) fn fit(&self, address: IpAddr) -> Option<u32> {
        if !self.record.enabled {
            return None;
        }
        if self.targets.has_address(address) {
            return Some(u32::MAX);
        }
        let allowed = self
            .record
            .allowed
            .iter()
            .filter(|network| network.contains(address));
        allowed
            .map(|network| u32::from(network.prefix_bits()))
            .max()
    }

    // Time -------------------------------------------------------------------------------------

    pub(crate) fn deadline(&self) -> Option<Instant> {
        let steps = [
            self.lookup.deadline(),
            self.register.deadline(),
            self.options.deadline(),
            self.registration.until,
        ];
        steps.into_iter().flatten().min()
    }

    pub(crate) fn handle_timeout(&mut self, turn: &mut Turn<'_>, next_lookup: &mut u64) {
        let now = turn.now;
        if self.registration.until.is_some_and(|until| until <= now) {
            self.forget_binding();
            // What kept us from renewing it says more.
            if self
                .last_problem
                .as_ref()
                .is_none_or(|(at, _)| *at < self.since)
            {
                self.note(turn, Trouble::Expired);
            }
        }
        if self.lookup.overdue(now).is_some() {
            self.lookup_failed(turn, LookupFailure::NoAnswer);
        }
        if let Some(id) = self.register.overdue(now) {
            turn.out.extend(id.map(Output::Forget));
            self.register_unanswered(turn, RequestFailure::Silence);
        }
        if let Some(id) = self.options.overdue(now) {
            turn.out.extend(id.map(Output::Forget));
            self.options_unanswered(turn, RequestFailure::Silence);
        }
        if self.lookup.is_due(now) {
            self.look_up(turn, next_lookup);
        }
        if self.register.is_due(now) {
            self.send_register(turn);
        }
        if self.options.is_due(now) {
            self.send_options(turn);
        }
        self.settle(turn);
    }

    // Both -------------------------------------------------------------------------------------

    pub(crate) fn sent(&mut self, errand: Errand, id: OutRequestId) {
        let step = match errand {
            Errand::Register => &mut self.register,
            Errand::Options => &mut self.options,
            Errand::Farewell => return,
        };
        if let Step::Under { id: slot, .. } = step {
            *slot = Some(id);
        }
    }

    pub(crate) fn awaited(&self) -> impl Iterator<Item = OutRequestId> {
        [self.register, self.options]
            .into_iter()
            .filter_map(|step| match step {
                Step::Under { id, .. } => id,
                Step::Off | Step::Due(_) => None,
            })
    }

    fn request(&self, path: Path) -> OutgoingRequest {
        let secret = self.record.secret.as_ref();
        OutgoingRequest {
            method: OutMethod::Options,
            path,
            target: format!("sip:{}", self.target()),
            from: String::new(),
            to: String::new(),
            call_id: String::new(),
            sequence: 1,
            route: self
                .record
                .outbound_proxy
                .as_ref()
                .map(|proxy| format!("sip:{}", authority(proxy))),
            contact_user: String::new(),
            expires_s: None,
            account: secret.map(|secret| OwnAccount {
                user: self.record.digest_user().to_owned(),
                password: secret.reveal().to_owned(),
            }),
            login: None,
        }
    }

    /// A domain of its own goes without a port: the port is one of the host.
    fn target(&self) -> String {
        if self.record.from_domain.is_empty() {
            authority(&self.record.host)
        } else {
            self.record.from_domain.clone()
        }
    }

    fn push(&self, turn: &mut Turn<'_>, errand: Errand, mut request: OutgoingRequest) {
        if request.call_id.is_empty() {
            request.call_id = format!("{:016x}{:016x}", turn.chance.u64(), turn.chance.u64());
        }
        let (trunk, request) = (self.record.id, Box::new(request));
        turn.out.push(Output::Ask {
            trunk,
            errand,
            request,
        });
    }

    fn silence(&self, why: RequestFailure) -> Trouble {
        let Some(path) = self.targets.current() else {
            return Trouble::of_lookup(&self.place(), LookupFailure::NoAddress);
        };
        match why {
            RequestFailure::Silence => Trouble::NoAnswer(path.remote),
            RequestFailure::NoConnection if path.transport == Transport::Tls => {
                let (remote, host) = (path.remote, self.place().host);
                Trouble::NoSecureConnection { remote, host }
            }
            RequestFailure::NoConnection => Trouble::NoConnection(path.remote),
        }
    }

    fn learn(&mut self, answer: &RequestAnswer) {
        self.seen_as = answer.seen_as.or(self.seen_as);
        let server = answer
            .server
            .as_deref()
            .map(|server| server.chars().take(80).collect());
        self.server = server.or(self.server.take());
    }

    fn note(&mut self, turn: &Turn<'_>, trouble: Trouble) {
        self.last_problem = Some((turn.at, trouble));
    }

    /// No way answers: the name may lead elsewhere by now.
    fn look_up_again(&mut self, turn: &Turn<'_>) {
        if let Step::Due(_) = self.lookup {
            self.lookup = Step::Due(turn.now + JUST_LOOKED_UP);
        }
    }

    fn settle(&mut self, turn: &mut Turn<'_>) {
        let state = self.judge();
        if state == self.state {
            return;
        }
        self.state = state;
        self.since = turn.at;
        if matches!(state, TrunkState::Up | TrunkState::Down) {
            let trunk = self.record.id;
            turn.out.push(Output::Turned { trunk, state });
        }
    }

    fn judge(&self) -> TrunkState {
        if !self.record.enabled {
            return TrunkState::Disabled;
        }
        if self.registers() {
            let has_failed = self.last_problem.is_some();
            return match (self.registration.until, self.watch.view()) {
                (Some(_), View::Unknown | View::Up) => TrunkState::Up,
                (Some(_), View::Down) => TrunkState::Down,
                (None, _) if has_failed => TrunkState::Down,
                (None, _) => TrunkState::Starting,
            };
        }
        match self.watch.view() {
            View::Up => TrunkState::Up,
            View::Down => TrunkState::Down,
            View::Unknown if self.is_watched() => TrunkState::Starting,
            View::Unknown if self.targets.is_empty() && self.last_problem.is_some() => {
                TrunkState::Down
            }
            View::Unknown => TrunkState::Unwatched,
        }
    }
}

fn idle_state(record: &TrunkRecord) -> TrunkState {
    if record.enabled {
        TrunkState::Starting
    } else {
        TrunkState::Disabled
    }
}

fn under_way(now: Instant, patience: Duration) -> Step<Option<OutRequestId>> {
    Step::Under {
        id: None,
        since: now,
        until: now + patience,
    }
}

/// As it stands in a URI.
fn authority(host: &TrunkHost) -> String {
    match host.port {
        Some(port) => format!("{}:{port}", host.in_uri()),
        None => host.in_uri(),
    }
}

fn host_of(ip: IpAddr) -> String {
    match ip.to_canonical() {
        IpAddr::V4(four) => four.to_string(),
        IpAddr::V6(six) => format!("[{six}]"),
    }
}

/// The answer of a moment ago would be the same.
const JUST_LOOKED_UP: Duration = Duration::from_secs(5);
