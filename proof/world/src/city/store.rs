//! The store of the city: takes every write and says so a while later, as a disk does.

use std::time::{Duration, Instant};

use conclave_model::CallRecord;
use conclave_node::{StoreTicket, StoreWrite};

#[derive(Default)]
pub(super) struct Store {
    writing: Vec<(Instant, StoreTicket)>,
}

impl Store {
    /// The call, when it is one that was to be written.
    pub(super) fn write(
        &mut self,
        now: Instant,
        ticket: StoreTicket,
        write: StoreWrite,
    ) -> Option<CallRecord> {
        self.writing.push((now + DISK, ticket));
        match write {
            StoreWrite::PutCall(call) => Some(*call),
            StoreWrite::PutRoom(_)
            | StoreWrite::DeleteRoom(_)
            | StoreWrite::PutExtension(_)
            | StoreWrite::DeleteExtension(_)
            | StoreWrite::PutTrunk(_)
            | StoreWrite::DeleteTrunk(_)
            | StoreWrite::PutMenu(_)
            | StoreWrite::DeleteMenu(_)
            | StoreWrite::PutProfile(_)
            | StoreWrite::DeleteProfile(_)
            | StoreWrite::PutPhone(_)
            | StoreWrite::DeletePhone(_)
            | StoreWrite::PutRegistrations(..)
            | StoreWrite::Rename(_)
            | StoreWrite::PutLadder(_) => None,
        }
    }

    pub(super) fn next_written(&self) -> Option<Instant> {
        self.writing.iter().map(|(at, _)| *at).min()
    }

    pub(super) fn written(&mut self, now: Instant) -> Vec<StoreTicket> {
        let (due, later): (Vec<_>, Vec<_>) = self.writing.drain(..).partition(|(at, _)| *at <= now);
        self.writing = later;
        due.into_iter().map(|(_, ticket)| ticket).collect()
    }
}

const DISK: Duration = Duration::from_millis(3);
