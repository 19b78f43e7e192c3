//! What comes from one phone, and when it was asked for a whole picture; keeps no packet.

use std::time::Duration;

use conclave_model::{Moment, limits};

#[derive(Debug, Default)]
pub(crate) struct Incoming {
    ssrc: Option<u32>,
    last_at: Option<Moment>,
    flows: bool,
    asked_at: Option<Moment>,
    /// Each FIR has a number of its own (RFC 5104 §4.3.1.2).
    full_intras: u8,
}

impl Incoming {
    /// A good packet. True when it is the first after a pause.
    pub fn arrived(&mut self, now: Moment, ssrc: u32) -> bool {
        self.ssrc = Some(ssrc);
        self.last_at = Some(now);
        !std::mem::replace(&mut self.flows, true)
    }

    /// True when pictures came until now and come no longer.
    pub fn has_paused(&mut self, now: Moment) -> bool {
        let is_quiet = self
            .last_at
            .is_none_or(|at| !now.is_within(limits::VIDEO_PAUSE, at));
        is_quiet && self.stops()
    }

    /// Nothing more is to come. True when something did.
    pub fn stops(&mut self) -> bool {
        std::mem::take(&mut self.flows)
    }

    /// The stream that comes now; `None` while none does.
    pub fn ssrc(&self) -> Option<u32> {
        self.ssrc.filter(|_| self.flows)
    }

    /// Whether the phone may be asked for a whole picture again; it is then.
    pub fn may_ask(&mut self, now: Moment, pause: Duration) -> bool {
        let is_soon = |at: Moment| now.is_within(pause, at);
        if !self.flows || self.asked_at.is_some_and(is_soon) {
            return false;
        }
        self.asked_at = Some(now);
        true
    }

    pub fn next_full_intra(&mut self) -> u8 {
        self.full_intras = self.full_intras.wrapping_add(1);
        self.full_intras
    }
}
