//! Who was let into the room, found out by ear; asks the server nothing.

use std::time::{Duration, Instant};

use crate::leg::Role;
use crate::run::{BenchError, Run};

impl Run<'_> {
    /// Whoever was let in hears the room's talker; whoever does not, has failed.
    pub(crate) fn call_the_roll(&mut self) -> Result<(), BenchError> {
        if self.plan.talkers_per_room == 0 {
            return Ok(());
        }
        let patience = Instant::now() + ROLL_PATIENCE;
        self.go_on_until(patience, |run| run.outside().is_empty())?;
        for index in self.outside() {
            self.calls[index].failure = Some(NOT_INSIDE.to_owned());
        }
        Ok(())
    }

    /// Answered calls that hear nothing of their room, or are not heard by it.
    fn outside(&self) -> Vec<usize> {
        let open = |index: &usize| self.calls[*index].failure.is_none();
        let open: Vec<usize> = (0..self.legs.len()).filter(open).collect();
        let is_inside = |index: usize| match self.legs[index].role {
            Role::Talker | Role::Listener(_) => self.legs[index].has_heard_room(),
            Role::MarkedTalker => self.is_marked_talker_heard(index, &open),
        };
        let outside = open.iter().copied().filter(|index| !is_inside(*index));
        outside.collect()
    }

    /// Somebody who is alone in a room has nobody to be heard by.
    fn is_marked_talker_heard(&self, talker: usize, open: &[usize]) -> bool {
        let room = self.plan.room_of(talker);
        let mut others = open
            .iter()
            .filter(|other| **other != talker && self.plan.room_of(**other) == room)
            .peekable();
        others.peek().is_none() || others.any(|other| self.legs[*other].has_heard_room())
    }
}

/// A marker a second, and time for a room that greets everybody.
const ROLL_PATIENCE: Duration = Duration::from_secs(10);
const NOT_INSIDE: &str = "answered, but its room's talker was not heard, so it was not let in";
