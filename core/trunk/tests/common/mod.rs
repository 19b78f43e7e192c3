//! Trunks in virtual time, with peers that are told how to behave.

#![allow(
    clippy::disallowed_methods,
    reason = "one real instant is where virtual time begins"
)]
#![allow(dead_code, reason = "no test uses every tool")]
#![allow(
    clippy::unwrap_used,
    reason = "what cannot be read here is a slip in the test"
)]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use conclave_model::{Chance, TrunkHost, TrunkId, TrunkRecord, TrunkSetting, UnixMillis};
use conclave_sip::{
    CallerIdentity, ConnId, Findings, Found, IncomingCall, LookupFailure, OutMethod, OutRequestId,
    OutgoingRequest, Path, Place, RequestAnswer, RequestFailure, Transport,
};
use conclave_trunk::{Errand, LookupId, Output, Probe, Trunk, TrunkState, Trunks, Turn};

pub struct Bench {
    pub now: Instant,
    start: Instant,
    chance: Chance,
    pub trunks: Trunks,
    pub sent: Vec<(OutRequestId, Errand, OutgoingRequest)>,
    pub turned: Vec<TrunkState>,
    pub tested: Vec<Probe>,
    pub looked_up: Vec<(LookupId, Place)>,
    /// What every name leads to.
    pub ways: Result<Vec<Found>, LookupFailure>,
    pub lifetime: Option<Duration>,
    /// Requests to these addresses are answered so; to others never.
    pub answers: Vec<(SocketAddr, Script)>,
    next: u64,
}

/// How a peer behaves.
#[derive(Clone, Debug)]
pub enum Script {
    Status(u16),
    /// 200 with a registration of so many seconds.
    Grants(u32),
    /// 423 with this interval, until it is asked for.
    Wants(u32),
    NoConnection,
}

pub fn address(last: u8) -> SocketAddr {
    ([198, 51, 100, last], 5060).into()
}

pub fn way(last: u8, rank: u32) -> Found {
    let path = Path {
        transport: Transport::Udp,
        local: ([192, 0, 2, 1], 5060).into(),
        remote: address(last),
        conn: None,
    };
    Found {
        path,
        rank,
        weight: 0,
    }
}

pub fn record(settings: &[(&str, &str)]) -> TrunkRecord {
    let mut chance = Chance::from_seed([settings.len() as u8; 32]);
    let host = TrunkHost::read("host", "pbx.example").unwrap();
    let mut record = TrunkRecord::new("PBX".parse().unwrap(), host, UnixMillis(7), &mut chance);
    for (name, text) in settings {
        let setting = TrunkSetting::from_name(name).expect("a setting");
        setting.set(&mut record, text).unwrap();
    }
    record.check().unwrap();
    record
}

impl Bench {
    pub fn new() -> Self {
        let now = Instant::now();
        Self {
            now,
            start: now,
            chance: Chance::from_seed([9; 32]),
            trunks: Trunks::default(),
            sent: Vec::new(),
            turned: Vec::new(),
            tested: Vec::new(),
            looked_up: Vec::new(),
            ways: Ok(vec![way(1, 1)]),
            lifetime: Some(Duration::from_secs(300)),
            answers: vec![(address(1), Script::Status(200))],
            next: 1,
        }
    }

    /// With one trunk.
    pub fn with(settings: &[(&str, &str)]) -> (Self, TrunkId) {
        let mut bench = Self::new();
        let id = bench.put(settings);
        (bench, id)
    }

    pub fn put(&mut self, settings: &[(&str, &str)]) -> TrunkId {
        let record = record(settings);
        let id = record.id;
        self.step(|trunks, turn| trunks.put(turn, Arc::new(record)));
        id
    }

    pub fn step(&mut self, act: impl FnOnce(&mut Trunks, &mut Turn<'_>)) {
        let mut out = Vec::new();
        let at = UnixMillis(1_000_000 + (self.now - self.start).as_millis() as u64);
        let mut turn = Turn {
            now: self.now,
            at,
            chance: &mut self.chance,
            out: &mut out,
        };
        act(&mut self.trunks, &mut turn);
        for output in out {
            self.follow(output);
        }
    }

    fn follow(&mut self, output: Output) {
        match output {
            Output::Resolve { lookup, place } => {
                self.looked_up.push((lookup, place));
                let result = self.ways.clone().map(|ways| Findings {
                    ways,
                    lifetime: self.lifetime,
                });
                self.step(|trunks, turn| trunks.resolved(turn, lookup, result));
            }
            Output::Ask {
                trunk,
                errand,
                request,
            } => {
                let id = OutRequestId(self.next);
                self.next += 1;
                self.sent.push((id, errand, (*request).clone()));
                self.trunks.asked(trunk, errand, id);
                self.respond(id, &request);
            }
            Output::Forget(_) => {}
            Output::Turned { state, .. } => self.turned.push(state),
            Output::Tested { probe, .. } => self.tested.push(probe),
        }
    }

    fn respond(&mut self, id: OutRequestId, request: &OutgoingRequest) {
        let remote = request.path.remote;
        let script = self
            .answers
            .iter()
            .find(|(peer, _)| *peer == remote)
            .map(|(_, s)| s.clone());
        let asked_s = request.expires_s.unwrap_or(0);
        let registers = request.method == OutMethod::Register;
        let answer = match script {
            None => return,
            Some(Script::NoConnection) => {
                let why = RequestFailure::NoConnection;
                self.step(|trunks, turn| trunks.failed(turn, id, why));
                return;
            }
            Some(Script::Status(status)) => self.answer(request, status),
            Some(Script::Grants(_)) if !registers => self.answer(request, 200),
            Some(Script::Grants(granted_s)) => RequestAnswer {
                granted_s: Some(granted_s.min(asked_s)).filter(|granted_s| *granted_s > 0),
                ..self.answer(request, 200)
            },
            Some(Script::Wants(least_s)) if registers && asked_s < least_s => RequestAnswer {
                min_expires_s: Some(least_s),
                ..self.answer(request, 423)
            },
            Some(Script::Wants(_)) => RequestAnswer {
                granted_s: Some(asked_s),
                ..self.answer(request, 200)
            },
        };
        self.step(|trunks, turn| trunks.answered(turn, id, &answer));
    }

    fn answer(&self, request: &OutgoingRequest, status: u16) -> RequestAnswer {
        RequestAnswer {
            status,
            phrase: "Because".to_owned(),
            path: request.path,
            sequence: request.sequence,
            granted_s: None,
            min_expires_s: None,
            retry_after: None,
            seen_as: None,
            server: Some("scripted".to_owned()),
            login: None,
        }
    }

    pub fn wait(&mut self, wait: Duration) {
        let end = self.now + wait;
        while let Some((at, _)) = self.trunks.poll_timeout().filter(|(at, _)| *at <= end) {
            self.now = self.now.max(at);
            self.step(Trunks::handle_timeout);
        }
        self.now = end;
    }

    pub fn wait_s(&mut self, seconds: u64) {
        self.wait(Duration::from_secs(seconds));
    }

    pub fn trunk(&self, id: TrunkId) -> &Trunk {
        self.trunks.get(id).expect("a trunk")
    }

    pub fn state(&self, id: TrunkId) -> TrunkState {
        self.trunk(id).status().state
    }

    pub fn problem(&self, id: TrunkId) -> String {
        let problem = self.trunk(id).status().last_problem;
        problem.map_or(String::new(), |(_, trouble)| trouble.sentence())
    }

    pub fn count(&self, errand: Errand) -> usize {
        self.sent
            .iter()
            .filter(|(_, sent, _)| *sent == errand)
            .count()
    }

    /// To which addresses, by their last part.
    pub fn asked(&self, errand: Errand) -> Vec<String> {
        let of_it = self.sent.iter().filter(|(_, sent, _)| *sent == errand);
        of_it
            .map(|(_, _, request)| request.path.remote.ip().to_string()[11..].to_owned())
            .collect()
    }
}

pub fn call(source: &str, dialled: &str) -> IncomingCall {
    IncomingCall {
        path: Path {
            transport: Transport::Udp,
            local: ([192, 0, 2, 1], 5060).into(),
            remote: source.parse().unwrap(),
            conn: None::<ConnId>,
        },
        request_uri: format!("sip:{dialled}@192.0.2.1"),
        dialled: dialled.to_owned(),
        to_user: dialled.to_owned(),
        from_user: "200".to_owned(),
        from_name: Some("Anna".to_owned()),
        from_host: "pbx.example".to_owned(),
        host: "192.0.2.1".to_owned(),
        credentials: Vec::new(),
        identity: CallerIdentity::default(),
        call_id: "c1".to_owned(),
        user_agent: None,
        accept_language: None,
        offer: None,
        supports_prack: false,
    }
}
