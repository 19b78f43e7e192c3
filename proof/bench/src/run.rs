//! One run from the first INVITE to the last BYE: a loop over one clock; judges nothing.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use conclave_model::{Chance, FieldError};
use conclave_sdp::{Author, Capabilities, read_answer};
use conclave_sip::{EndReason, Event, SessionId};
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use thiserror::Error;

use crate::caller::Caller;
use crate::leg::{Leg, Sounds};
use crate::machine::{allow_files, local_address};
use crate::plan::Plan;
use crate::report::Report;
use crate::server_cost::{Usage, usage};

/// Why a run could not be made. That calls fail is no error: the report says so.
#[derive(Debug, Error)]
pub enum BenchError {
    #[error("{0}")]
    Plan(#[from] FieldError),
    #[error("cannot {what}: {source}")]
    Io {
        what: &'static str,
        source: io::Error,
    },
    #[error("the randomness of this machine is not to be had")]
    NoRandomness,
    #[error("{calls} calls need {needed} open files, and {allowed} are allowed (ulimit -n)")]
    TooFewFiles {
        calls: u32,
        needed: u64,
        allowed: u64,
    },
}

/// Carries the plan out; takes about as long as its parts say, and never much longer.
///
/// # Errors
/// When the plan is out of bounds, or this machine does not allow what it asks for.
pub fn run(plan: &Plan) -> Result<Report, BenchError> {
    plan.check()?;
    allow_files(plan.calls)?;
    let mut run = Run::new(plan)?;
    // A process that cannot be read is better found out before a thousand calls than after.
    run.usage_empty = run.server_usage()?;
    run.place_calls()?;
    run.settle()?;
    run.call_the_roll()?;
    run.measure()?;
    let report = run.report();
    run.hang_up()?;
    Ok(report)
}

pub(crate) struct Run<'a> {
    pub plan: &'a Plan,
    local: IpAddr,
    chance: Chance,
    caller: Caller,
    pub legs: Vec<Leg>,
    pub calls: Vec<Call>,
    sessions: BTreeMap<SessionId, usize>,
    sounds: Vec<Sounds>,
    /// Before the first call.
    pub usage_empty: Option<Usage>,
    epoll: Epoll,
    next_slot: Instant,
    slot: usize,
    pub late_slots: u64,
    /// When each room's last markers were sent.
    markers: Vec<VecDeque<Instant>>,
    onsets: Vec<Instant>,
    pub delays: Vec<Duration>,
    pub markers_expected: u64,
    pub measurement: Option<Measurement>,
}

pub(crate) struct Call {
    session: SessionId,
    offer: Vec<u8>,
    invited: Instant,
    pub setup: Option<Duration>,
    pub failure: Option<String>,
}

#[derive(Clone, Copy)]
pub(crate) struct Measurement {
    pub began: Instant,
    pub ended: Instant,
    pub usage: Option<(Usage, Usage)>,
}

// The phases ----------------------------------------------------------------------------------

impl<'a> Run<'a> {
    fn new(plan: &'a Plan) -> Result<Self, BenchError> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|_| BenchError::NoRandomness)?;
        let mut chance = Chance::from_seed(seed);
        let local = local_address(plan.server).map_err(doing("find a way to the server"))?;
        let caller = Caller::new(plan.server, local, chance.fork());
        let caller = caller.map_err(doing("open a SIP socket"))?;
        let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC).map_err(io::Error::from);
        let epoll = epoll.map_err(doing("wait for sockets"))?;
        watch(&epoll, caller.fd(), SIP_TOKEN)?;
        Ok(Self {
            plan,
            local,
            chance,
            caller,
            legs: Vec::new(),
            calls: Vec::new(),
            sessions: BTreeMap::new(),
            sounds: Sounds::of(&plan.codecs),
            usage_empty: None,
            epoll,
            next_slot: Instant::now(),
            slot: 0,
            late_slots: 0,
            markers: vec![VecDeque::new(); plan.rooms.len()],
            onsets: Vec::new(),
            delays: Vec::new(),
            markers_expected: 0,
            measurement: None,
        })
    }

    fn place_calls(&mut self) -> Result<(), BenchError> {
        let interval = Duration::from_secs(1) / self.plan.calls_per_second;
        let began = Instant::now();
        for call in 0..self.plan.calls {
            self.go_on_until(began + interval * call, |_| false)?;
            self.place_call(call as usize)?;
        }
        Ok(())
    }

    /// Until every leg is inside or has failed, and then the time that was asked for.
    fn settle(&mut self) -> Result<(), BenchError> {
        let patience = Instant::now() + ENTER_PATIENCE;
        self.go_on_until(patience, Self::everybody_is_inside)?;
        self.go_on_until(Instant::now() + self.plan.settle, |_| false)
    }

    fn measure(&mut self) -> Result<(), BenchError> {
        let before = self.server_usage()?;
        let began = Instant::now();
        for leg in &mut self.legs {
            leg.begin_measuring(began);
        }
        self.delays.clear();
        self.markers_expected = 0;
        self.late_slots = 0;
        self.go_on_until(began + self.plan.duration, |_| false)?;
        let after = self.server_usage()?;
        self.measurement = Some(Measurement {
            began,
            ended: Instant::now(),
            usage: before.zip(after),
        });
        Ok(())
    }

    fn hang_up(&mut self) -> Result<(), BenchError> {
        let now = Instant::now();
        for (index, call) in self.calls.iter().enumerate() {
            self.legs[index].end();
            self.caller.hang_up(now, call.session);
        }
        self.go_on_until(now + BYE_PATIENCE, |run| run.caller.sessions() == 0)
    }
}

// The loop ------------------------------------------------------------------------------------

impl Run<'_> {
    /// Serves everything until `end`, or until `done`.
    pub(crate) fn go_on_until(
        &mut self,
        end: Instant,
        done: fn(&Self) -> bool,
    ) -> Result<(), BenchError> {
        let mut events = [EpollEvent::empty(); 256];
        loop {
            let now = Instant::now();
            self.run_slots(now);
            if now >= end || done(self) {
                return Ok(());
            }
            let until = self.next_slot.min(end).saturating_duration_since(now);
            // Rounded up, or the last millisecond would be spent turning round.
            let wait = EpollTimeout::try_from(until + Duration::from_micros(999));
            let ready = self
                .epoll
                .wait(&mut events, wait.unwrap_or(EpollTimeout::ZERO));
            let ready = match ready {
                Err(nix::errno::Errno::EINTR) => 0,
                other => other
                    .map_err(io::Error::from)
                    .map_err(doing("wait for sockets"))?,
            };
            let now = Instant::now();
            for event in &events[..ready] {
                match event.data() {
                    SIP_TOKEN => self.caller.receive(now),
                    leg => self.receive_leg(now, leg as usize),
                }
            }
            self.drive_signalling(now);
        }
    }

    /// A quarter of the legs sends in each slot of 5 ms, as real phones are not in step either.
    fn run_slots(&mut self, now: Instant) {
        while self.next_slot <= now {
            self.late_slots += u64::from(now - self.next_slot > LATE);
            let phase = self.slot % SLOTS_PER_TICK;
            for index in (phase..self.legs.len()).step_by(SLOTS_PER_TICK) {
                if self.legs[index].tick(&self.sounds) {
                    self.marker_sent(now, index);
                }
            }
            self.slot += 1;
            self.next_slot += SLOT;
            self.drive_signalling(now);
        }
    }

    fn marker_sent(&mut self, now: Instant, leg: usize) {
        let room = self.plan.room_of(leg);
        let sent = &mut self.markers[room];
        sent.push_back(now);
        if sent.len() > MARKERS_KEPT {
            sent.pop_front();
        }
        let others = (room..self.legs.len()).step_by(self.plan.rooms.len());
        let timed = others.filter(|other| self.legs[*other].is_timed());
        let listening = timed.filter(|other| self.legs[*other].is_open());
        self.markers_expected += listening.count() as u64;
    }

    fn receive_leg(&mut self, now: Instant, index: usize) {
        self.legs[index].receive(now, &mut self.onsets);
        let sent = &self.markers[self.plan.room_of(index)];
        for onset in self.onsets.drain(..) {
            let cause = sent
                .iter()
                .rev()
                .find(|sent| **sent <= onset + DETECTION_ERROR);
            let delay = cause.map(|sent| onset.saturating_duration_since(*sent));
            let Some(delay) = delay.filter(|delay| *delay < DELAY_BELIEVED) else {
                continue;
            };
            let leg = &mut self.legs[index];
            if delay < DELAY_OF_ROOM {
                leg.hear_room();
            }
            if leg.is_timed() {
                self.delays.push(delay);
            }
        }
    }

    fn drive_signalling(&mut self, now: Instant) {
        self.caller.drive(now);
        while let Some(event) = self.caller.poll_event() {
            self.handle_event(now, event);
        }
        self.caller.drive(now);
    }
}

// The calls -----------------------------------------------------------------------------------

impl Run<'_> {
    fn place_call(&mut self, index: usize) -> Result<(), BenchError> {
        let leg = Leg::new(self.plan, index, self.local, &mut self.chance);
        let leg = leg.map_err(doing("open a socket for sound"))?;
        let port = leg.port().map_err(doing("open a socket for sound"))?;
        watch(&self.epoll, leg.fd(), index as u64)?;
        self.legs.push(leg);
        let capabilities = Capabilities {
            codecs: vec![self.plan.codec_of(index)],
            ..Capabilities::default()
        };
        let mut author = Author::new(self.chance.u64(), self.local, port);
        let offer = author.offer(&capabilities, None);
        let now = Instant::now();
        let extension = &self.plan.rooms[self.plan.room_of(index)].extension;
        let session = self.caller.call(now, extension, offer.clone());
        self.sessions.insert(session, index);
        self.calls.push(Call {
            session,
            offer,
            invited: now,
            setup: None,
            failure: None,
        });
        self.drive_signalling(now);
        Ok(())
    }

    fn handle_event(&mut self, now: Instant, event: Event) {
        match event {
            Event::Answered { session, answer } => self.answered(now, session, answer),
            Event::Refused {
                session,
                status,
                reason,
            } => self.failed(session, format!("refused: {status} {reason}")),
            Event::Ended { session, why } => match why {
                EndReason::ByUs => {}
                EndReason::ByPeer { reason } => {
                    let reason = reason.unwrap_or_else(|| "no reason given".to_owned());
                    self.failed(session, format!("hung up by the server: {reason}"));
                }
                EndReason::NoAck
                | EndReason::SessionExpired
                | EndReason::DialogLost
                | EndReason::TransportFailed => self.failed(session, format!("lost: {why:?}")),
            },
            Event::Reoffered { .. }
            | Event::Incoming { .. }
            | Event::Cancelled { .. }
            | Event::Acknowledged { .. }
            | Event::Info { .. }
            | Event::Progress { .. }
            | Event::OfferAnswered { .. } => {}
        }
    }

    fn answered(&mut self, now: Instant, session: SessionId, answer: Option<conclave_sip::Offer>) {
        let Some(&index) = self.sessions.get(&session) else {
            return;
        };
        let call = &mut self.calls[index];
        call.setup = Some(now - call.invited);
        let body = answer.map_or(Vec::new(), |offer| offer.0);
        let begun = match read_answer(&call.offer, &body) {
            Ok(agreed) => self.legs[index]
                .begin(&agreed, self.plan.server.ip())
                .map_err(str::to_owned),
            Err(error) => Err(error.to_string()),
        };
        if let Err(failure) = begun {
            self.failed(session, failure);
            self.caller.hang_up(now, session);
        }
    }

    fn failed(&mut self, session: SessionId, why: String) {
        if let Some(&index) = self.sessions.get(&session) {
            self.legs[index].end();
            self.calls[index].failure.get_or_insert(why);
        }
    }

    fn everybody_is_inside(&self) -> bool {
        self.calls
            .iter()
            .zip(&self.legs)
            .all(|(call, leg)| call.failure.is_some() || leg.is_open() && leg.is_inside())
    }

    fn server_usage(&self) -> Result<Option<Usage>, BenchError> {
        let read = self.plan.pid.map(usage).transpose();
        read.map_err(doing("read what the server's process used"))
    }
}

fn watch(epoll: &Epoll, fd: impl std::os::fd::AsFd, token: u64) -> Result<(), BenchError> {
    let added = epoll.add(fd, EpollEvent::new(EpollFlags::EPOLLIN, token));
    added
        .map_err(io::Error::from)
        .map_err(doing("wait for sockets"))
}

pub(crate) fn doing(what: &'static str) -> impl Fn(io::Error) -> BenchError {
    move |source| BenchError::Io { what, source }
}

const SIP_TOKEN: u64 = u64::MAX;
const SLOTS_PER_TICK: usize = 4;
const SLOT: Duration = Duration::from_millis(5);
const LATE: Duration = Duration::from_millis(10);
/// Answering (32 s until SIP gives up), then a long PIN.
const ENTER_PATIENCE: Duration = Duration::from_secs(45);
const BYE_PATIENCE: Duration = Duration::from_secs(3);
const MARKERS_KEPT: usize = 4;
/// Half a window of the probe, and its hop.
const DETECTION_ERROR: Duration = Duration::from_millis(3);
/// Markers are a second apart.
const DELAY_BELIEVED: Duration = Duration::from_millis(900);
/// A prompt may have a marker's pitch for a moment, but seldom just when one is due.
const DELAY_OF_ROOM: Duration = Duration::from_millis(300);
