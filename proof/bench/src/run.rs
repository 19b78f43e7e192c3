//! One run from the first INVITE to the last BYE: a loop over one clock; judges nothing.

use std::collections::BTreeMap;
use std::io;
use std::time::{Duration, Instant};

use conclave_model::{Chance, FieldError};
use conclave_sip::SessionId;
use thiserror::Error;

use crate::churn::Turnover;
use crate::ears::{DELAY_OF_ROOM, Ears};
use crate::machine::{Load, allow_files, load, local_address};
use crate::phones::{News, Phone, Phones, Wish};
use crate::plan::{Plan, after};
use crate::report::Report;
use crate::roll::Roll;
use crate::server_cost::{Usage, usage};
use crate::traffic::{Counted, LegIndex, Measured, TrafficEvent, TrafficStats};
use crate::urgency;

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
    #[error("there is nothing to measure: give a server and a room")]
    NothingToMeasure,
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
    allow_files(plan)?;
    // A thread of its own: programs that are started later are not to inherit how urgent it is.
    let outcome = std::thread::scope(|scope| {
        let urgent = scope.spawn(|| {
            urgency::send_in_time();
            carry_out(plan)
        });
        urgent.join()
    });
    outcome.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

fn carry_out(plan: &Plan) -> Result<Report, BenchError> {
    let mut run = Run::new(plan)?;
    // A process that cannot be read is better found out before a thousand calls than after.
    run.usage_empty = run.server_usage()?;
    run.place_calls()?;
    run.settle()?;
    run.call_the_roll()?;
    run.measure()?;
    run.let_guests_go()?;
    let report = run.report();
    run.hang_up()?;
    Ok(report)
}

pub(crate) struct Run<'a> {
    pub plan: &'a Plan,
    pub phones: Phones,
    pub calls: Vec<Call>,
    by_session: BTreeMap<SessionId, usize>,
    by_leg: BTreeMap<LegIndex, usize>,
    /// Of each call: its markers' delay is taken.
    pub timed: Vec<bool>,
    pub ears: Ears,
    pub roll: Roll,
    pub turnover: Option<Turnover<'a>>,
    /// Before the first call.
    pub usage_empty: Option<Usage>,
    pub measurement: Option<Measurement>,
    /// The server's memory in the course of the measurement.
    pub memory: Vec<(Duration, u64)>,
}

pub(crate) struct Call {
    pub phone: Phone,
    pub heard_room: bool,
    pub failure: Option<String>,
}

pub(crate) struct Measurement {
    pub began: Instant,
    pub ended: Instant,
    pub usage: Option<(Usage, Usage)>,
    pub load: Option<(Load, Load)>,
    pub stats: TrafficStats,
    /// Of each call.
    pub legs: Vec<Measured>,
}

// The phases ----------------------------------------------------------------------------------

impl<'a> Run<'a> {
    fn new(plan: &'a Plan) -> Result<Self, BenchError> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|_| BenchError::NoRandomness)?;
        let local = local_address(plan.server).map_err(doing("find a way to the server"))?;
        let phones = Phones::new(plan, local, Chance::from_seed(seed));
        Ok(Self {
            plan,
            phones: phones.map_err(doing("open a SIP socket"))?,
            calls: Vec::new(),
            by_session: BTreeMap::new(),
            by_leg: BTreeMap::new(),
            timed: plan.timed_calls(),
            ears: Ears::new(plan.rooms.len()),
            roll: Roll::default(),
            turnover: plan.churn.as_ref().map(|churn| Turnover::new(plan, churn)),
            usage_empty: None,
            measurement: None,
            memory: Vec::new(),
        })
    }

    fn place_calls(&mut self) -> Result<(), BenchError> {
        let began = Instant::now();
        for call in 0..self.plan.calls {
            let due = began + after(call.into(), self.plan.calls_per_second);
            self.go_on_until(due, |_| false)?;
            self.place_call(call as usize)?;
        }
        Ok(())
    }

    /// Until every leg is inside or has failed, and then the time that was asked for.
    fn settle(&mut self) -> Result<(), BenchError> {
        let patience = Instant::now() + ENTER_PATIENCE;
        self.go_on_until(patience, |run| run.everybody_has_typed())?;
        self.go_on_until(Instant::now() + self.plan.settle, |_| false)
    }

    fn measure(&mut self) -> Result<(), BenchError> {
        let usage = self.server_usage()?;
        let load_before = load();
        let began = Instant::now();
        let end = began + self.plan.duration;
        self.phones.traffic.begin_measuring();
        self.ears.begin_measuring();
        if let Some(turnover) = &mut self.turnover {
            turnover.begin(began);
        }
        let step = (self.plan.duration / MEMORY_SAMPLES).max(Duration::from_millis(500));
        let mut next = began;
        while next < end {
            if let Some(usage) = self.server_usage()? {
                self.memory.push((next - began, usage.resident_bytes));
            }
            next = (next + step).min(end);
            self.go_on_until(next, |_| false)?;
        }
        let after = self.server_usage()?;
        let ended = Instant::now();
        self.ears.end_measuring();
        let leg = |call: &Call| self.phones.traffic.leg(call.phone.leg);
        let measured = |call| leg(call).map(|leg| leg.measured(ended)).unwrap_or_default();
        self.measurement = Some(Measurement {
            legs: self.calls.iter().map(measured).collect(),
            began,
            ended,
            usage: usage.zip(after),
            load: load_before.zip(load()),
            stats: self.phones.traffic.stats(),
        });
        Ok(())
    }

    /// Whoever came last stays as long as the others did.
    fn let_guests_go(&mut self) -> Result<(), BenchError> {
        let Some(turnover) = &mut self.turnover else {
            return Ok(());
        };
        turnover.end();
        let patience = Instant::now() + turnover.stay() + BYE_PATIENCE;
        self.go_on_until(patience, |run| {
            run.turnover
                .as_ref()
                .is_none_or(|turnover| turnover.is_over())
        })
    }

    fn hang_up(&mut self) -> Result<(), BenchError> {
        let now = Instant::now();
        if let Some(turnover) = &mut self.turnover {
            turnover.hang_up(now, &mut self.phones);
        }
        let began = Instant::now();
        for index in 0..self.calls.len() {
            // As fast as they came, or at once if that takes no second.
            let interval = Duration::from_secs(1) / self.plan.calls_per_second.max(self.plan.calls);
            self.go_on_until(began + interval * index as u32, |_| false)?;
            let now = Instant::now();
            self.phones.hang_up(now, &self.calls[index].phone);
        }
        let patience = Instant::now() + BYE_PATIENCE;
        self.go_on_until(patience, |run| run.phones.sessions() == 0)
    }
}

// The loop ------------------------------------------------------------------------------------

impl Run<'_> {
    /// Serves everything until `end`, or until `done`, which is asked every 20 ms.
    pub(crate) fn go_on_until(
        &mut self,
        end: Instant,
        done: impl Fn(&mut Self) -> bool,
    ) -> Result<(), BenchError> {
        let mut ask_at = Instant::now();
        loop {
            let now = Instant::now();
            if now >= end {
                return Ok(());
            }
            if now >= ask_at {
                ask_at = now + ASK_EVERY;
                if done(self) {
                    return Ok(());
                }
            }
            self.go_on()?;
        }
    }

    /// One slot: SIP first, so that the sound of a call that was just answered finds its leg.
    fn go_on(&mut self) -> Result<(), BenchError> {
        self.phones.traffic.wait();
        let now = Instant::now();
        for (at, session, news) in self.phones.signal(now) {
            self.handle(now, at, session, news);
        }
        if let Some(turnover) = &mut self.turnover {
            let turned = turnover.turn(now, &mut self.phones);
            turned.map_err(doing("open a socket for sound"))?;
        }
        self.phones.traffic.exchange();
        let events: Vec<TrafficEvent> = self.phones.traffic.drain_events().collect();
        for event in events {
            self.handle_traffic(event);
        }
        Ok(())
    }

    fn handle_traffic(&mut self, event: TrafficEvent) {
        match event {
            TrafficEvent::MarkerSent { leg, at } => {
                let Some(&index) = self.by_leg.get(&leg) else {
                    return;
                };
                let room = self.plan.room_of(index);
                self.ears.marker_sent(at, room, index);
                let others = (room..self.calls.len()).step_by(self.plan.rooms.len());
                let timed = others.filter(|other| self.timed[*other] && *other != index);
                let open = timed.filter(|other| self.calls[*other].failure.is_none());
                let listeners = open.count();
                self.ears.expect(listeners);
            }
            TrafficEvent::MarkerHeard { leg, at, print } => {
                let Some(&index) = self.by_leg.get(&leg) else {
                    return;
                };
                let Some((talker, delay)) = self.ears.delay(at, self.plan.room_of(index)) else {
                    return;
                };
                if delay < DELAY_OF_ROOM {
                    self.hear_room(index, print);
                }
                if self.timed[index] {
                    self.ears.heard(talker, delay);
                }
            }
        }
    }
}

// The calls -----------------------------------------------------------------------------------

impl Run<'_> {
    fn place_call(&mut self, index: usize) -> Result<(), BenchError> {
        let (sends, phase) = self.plan.sends(index);
        let phone = self.phones.dial(&Wish {
            room: &self.plan.rooms[self.plan.room_of(index)],
            codec: self.plan.codec_of(index),
            sends,
            counted: Counted::Measured,
            phase,
        });
        let phone = phone.map_err(doing("open a socket for sound"))?;
        if self.timed[index] {
            self.phones.traffic.listen(phone.leg);
        }
        self.by_session.insert(phone.session, index);
        self.by_leg.insert(phone.leg, index);
        self.calls.push(Call {
            phone,
            heard_room: false,
            failure: None,
        });
        Ok(())
    }

    fn handle(&mut self, now: Instant, at: Instant, session: SessionId, news: News) {
        let Some(&index) = self.by_session.get(&session) else {
            if let Some(turnover) = &mut self.turnover {
                turnover.hear((now, at), session, news, &mut self.phones);
            }
            return;
        };
        let call = &mut self.calls[index];
        let failure = match news {
            News::Answered(body) => match self.phones.answered(at, &mut call.phone, &body) {
                Ok(()) => return,
                Err(why) => why,
            },
            News::Failed(why) => why,
        };
        self.phones.hang_up(now, &call.phone);
        call.failure.get_or_insert(failure);
    }

    fn everybody_has_typed(&self) -> bool {
        let has_typed = |call: &Call| {
            let leg = self.phones.traffic.leg(call.phone.leg);
            call.failure.is_some() || leg.is_some_and(|leg| leg.is_open() && leg.has_typed())
        };
        self.calls.iter().all(has_typed)
    }

    fn server_usage(&self) -> Result<Option<Usage>, BenchError> {
        let read = self.plan.pid.map(usage).transpose();
        read.map_err(doing("read what the server's process used"))
    }
}

pub(crate) fn doing(what: &'static str) -> impl Fn(io::Error) -> BenchError {
    move |source| BenchError::Io { what, source }
}

const ASK_EVERY: Duration = Duration::from_millis(20);
/// Answering (32 s until SIP gives up), then a long PIN.
const ENTER_PATIENCE: Duration = Duration::from_secs(45);
const BYE_PATIENCE: Duration = Duration::from_secs(3);
/// In the course of a measurement.
const MEMORY_SAMPLES: u32 = 60;
