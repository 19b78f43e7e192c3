//! The way of one caller from the answer to the room; compares no PIN and sends no packet.

use std::time::Instant;

use conclave_model::LocalIds;

use crate::{EntryInput, EntryOutput, EntryPlan};

/// The script of one caller: a silence, the PIN, the name, ready.
///
/// It ends with exactly one of [`EntryOutput::Ready`] and [`EntryOutput::HangUp`], unless the
/// caller is gone first: then drop it. Between `Ready` and the room's word it takes a
/// [`EntryInput::Turned`].
#[derive(Debug)]
pub struct Entry {
    plan: EntryPlan,
}

impl Entry {
    #[must_use]
    pub fn new(plan: EntryPlan) -> Self {
        Self { plan }
    }

    pub fn handle(
        &mut self,
        now: Instant,
        input: EntryInput,
        ids: &mut LocalIds,
        out: &mut Vec<EntryOutput>,
    ) {
        let _ = (now, input, ids, out, self.plan);
    }

    pub fn handle_timeout(&mut self, now: Instant, ids: &mut LocalIds, out: &mut Vec<EntryOutput>) {
        let _ = (now, ids, out, self.plan);
    }

    #[must_use]
    pub fn poll_timeout(&self) -> Option<(Instant, &'static str)> {
        None
    }
}
