//! Calls that come and go while others are measured; hears nothing of what they say.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::time::{Duration, Instant};

use conclave_sip::SessionId;

use crate::phones::{News, Phone, Phones, Wish};
use crate::plan::{Churn, Plan, Quiet, after};
use crate::traffic::{Counted, Histogram, Sends};

/// The coming and going of a run.
pub(crate) struct Turnover<'a> {
    plan: &'a Plan,
    churn: &'a Churn,
    began: Option<Instant>,
    guests: BTreeMap<SessionId, Phone>,
    /// In the order in which they were answered, and so in which they go.
    leaving: VecDeque<(Instant, SessionId)>,
    pub account: Account,
}

/// What became of those calls.
#[derive(Clone, Debug, Default)]
pub(crate) struct Account {
    pub placed: u64,
    pub answered: u64,
    /// Answered, heard and hung up by us.
    pub completed: u64,
    pub open_max: usize,
    pub failures: BTreeMap<String, u32>,
    pub setup: Histogram,
    pub first_audio: Histogram,
}

impl<'a> Turnover<'a> {
    pub(crate) fn new(plan: &'a Plan, churn: &'a Churn) -> Self {
        Self {
            plan,
            churn,
            began: None,
            guests: BTreeMap::new(),
            leaving: VecDeque::new(),
            account: Account::default(),
        }
    }

    pub(crate) fn begin(&mut self, now: Instant) {
        self.began = Some(now);
    }

    /// Nobody comes any more.
    pub(crate) fn end(&mut self) {
        self.began = None;
    }

    pub(crate) fn stay(&self) -> Duration {
        self.churn.hold
    }

    pub(crate) fn is_over(&self) -> bool {
        self.began.is_none() && self.guests.is_empty()
    }

    /// Everybody who is still there goes.
    pub(crate) fn hang_up(&mut self, now: Instant, phones: &mut Phones) {
        for phone in std::mem::take(&mut self.guests).into_values() {
            phones.hang_up(now, &phone);
            phones.traffic.remove(phone.leg);
        }
        self.leaving.clear();
    }

    /// Whoever's time has come comes, and goes.
    pub(crate) fn turn(&mut self, now: Instant, phones: &mut Phones) -> io::Result<()> {
        while let Some((_, session)) = self.leaving.pop_front_if(|(at, _)| *at <= now) {
            if let Some(phone) = self.guests.remove(&session) {
                self.leave(now, &phone, phones);
            }
        }
        let due = |began: Instant, placed| began + after(placed, self.churn.calls_per_second);
        while let Some(began) = self.began
            && due(began, self.account.placed) <= now
        {
            self.come(phones)?;
        }
        Ok(())
    }

    pub(crate) fn hear(
        &mut self,
        (now, at): (Instant, Instant),
        session: SessionId,
        news: News,
        phones: &mut Phones,
    ) {
        let Some(phone) = self.guests.get_mut(&session) else {
            return;
        };
        let failure = match news {
            News::Answered(body) => match phones.answered(at, phone, &body) {
                Ok(()) => {
                    self.account.answered += 1;
                    self.account.setup.add(phone.setup().unwrap_or_default());
                    self.leaving.push_back((now + self.churn.hold, session));
                    return;
                }
                Err(why) => {
                    phones.hang_up(now, phone);
                    why
                }
            },
            News::Failed(why) => why,
        };
        *self.account.failures.entry(failure).or_insert(0) += 1;
        if let Some(phone) = self.guests.remove(&session) {
            phones.traffic.remove(phone.leg);
        }
    }

    fn come(&mut self, phones: &mut Phones) -> io::Result<()> {
        let number = self.account.placed as usize;
        self.account.placed += 1;
        let sends = match self.plan.quiet {
            Quiet::Noise => Sends::Noise,
            Quiet::Nothing => Sends::Nothing,
        };
        let phone = phones.dial(&Wish {
            room: &self.churn.rooms[number % self.churn.rooms.len()],
            codec: self.plan.codecs[number % self.plan.codecs.len()],
            sends,
            counted: Counted::Aside,
            phase: None,
        })?;
        self.guests.insert(phone.session, phone);
        self.account.open_max = self.account.open_max.max(self.guests.len());
        Ok(())
    }

    fn leave(&mut self, now: Instant, phone: &Phone, phones: &mut Phones) {
        match phones.first_audio(phone) {
            Some(first) => {
                self.account.first_audio.add(first);
                self.account.completed += 1;
            }
            None => *self.account.failures.entry(SILENT.to_owned()).or_insert(0) += 1,
        }
        phones.hang_up(now, phone);
        phones.traffic.remove(phone.leg);
    }
}

const SILENT: &str = "answered, but no sound came";
