//! Where a trunk is: looks its name up, again and again; sends nothing.

use std::time::Duration;

use conclave_model::limits;
use conclave_sip::{Findings, LookupFailure, Place};

use super::Trunk;
use crate::step::Step;
use crate::trouble::wanted;
use crate::watch::View;
use crate::{LookupId, Output, Probe, Trouble, Turn};

impl Trunk {
    pub(crate) fn awaits(&self, lookup: LookupId) -> bool {
        self.lookup.since(lookup).is_some()
    }

    pub(crate) fn resolved(
        &mut self,
        turn: &mut Turn<'_>,
        result: Result<Findings, LookupFailure>,
    ) {
        match result {
            Ok(found) if !found.ways.is_empty() => {
                let lifetime = found.lifetime.map(|lifetime| {
                    let (least, most) = limits::TRUNK_LOOKUP_S.into_inner();
                    let seconds = lifetime.as_secs().clamp(least.into(), most.into());
                    Duration::from_secs(seconds)
                });
                self.lookup = lifetime.map_or(Step::Off, |wait| Step::Due(turn.now + wait));
                let is_content = self.watch.view() != View::Down;
                self.targets.replace(found.ways, is_content, turn.chance);
                self.begin(turn);
            }
            Ok(_) => self.lookup_failed(turn, LookupFailure::NoAddress),
            Err(why) => self.lookup_failed(turn, why),
        }
        self.settle(turn);
    }

    /// What was not begun for want of an address.
    pub(super) fn begin(&mut self, turn: &Turn<'_>) {
        if self.registers() && self.register.is_off() {
            self.register = Step::Due(turn.now);
        }
        let is_wanted = self.is_watched() && !self.registers();
        if self.options.is_off() && (is_wanted || self.is_tested) {
            self.options = Step::Due(turn.now);
        }
    }

    pub(super) fn look_up(&mut self, turn: &mut Turn<'_>, next_lookup: &mut u64) {
        let lookup = LookupId(*next_lookup);
        *next_lookup += 1;
        let place = self.place();
        turn.out.push(Output::Resolve { lookup, place });
        self.lookup = Step::Under {
            id: lookup,
            since: turn.now,
            until: turn.now + limits::LOOKUP_PATIENCE + limits::TRUNK_OPTIONS_SOON,
        };
    }

    pub(super) fn lookup_failed(&mut self, turn: &mut Turn<'_>, why: LookupFailure) {
        let trouble = Trouble::of_lookup(&self.place(), why);
        self.lookup = Step::Due(turn.now + limits::TRUNK_LOOKUP_RETRY);
        self.note(turn, trouble.clone());
        self.tested(turn, Probe::Failed(trouble));
        if self.targets.is_empty() {
            self.watch.missed();
        }
    }

    pub(super) fn place(&self) -> Place {
        let hop = self.record.next_hop();
        Place {
            host: hop.name().to_owned(),
            port: hop.port,
            transport: wanted(self.record.transport),
        }
    }
}
