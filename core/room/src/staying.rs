//! How long one may be in the room; knows no other reason to go.

use std::time::Instant;

use conclave_model::{CallEnd, ParticipantId};

use crate::{Participant, Room, Turn};

impl Room {
    /// Whose time is up goes, with a sentence about that and nothing else.
    pub(crate) fn send_away_overdue(&mut self, turn: &mut Turn<'_>) {
        let is_due = |one: &&Participant| one.leaves_at().is_some_and(|at| at <= turn.now);
        let due = self.roster.iter().filter(is_due).map(Participant::id);
        let due: Vec<ParticipantId> = due.collect();
        let end = CallEnd::TimeUp;
        for who in due {
            if let Some(gone) = self.take_out(turn, who, end) {
                self.dismiss(turn, &gone, end);
            }
        }
    }

    pub(crate) fn next_overdue(&self) -> Option<(Instant, &'static str)> {
        let next = self.roster.iter().filter_map(Participant::leaves_at).min();
        next.map(|at| (at, "somebody's time in the room is up"))
    }
}

impl Participant {
    /// Counted from the moment of entering, waiting for a leader included. `None`: never.
    #[must_use]
    pub fn leaves_at(&self) -> Option<Instant> {
        Some(self.since()? + self.profile.timeout?)
    }
}
