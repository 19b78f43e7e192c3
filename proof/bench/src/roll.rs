//! Who was let into the room, found out by ear; asks the server nothing.
//!
//! Whoever was let in hears the room's talkers. To decode for thousands would be this tool's load,
//! so a few listen at a time, and whoever gets the very bytes in which one of them heard the marker
//! has heard it too: listeners of a room share their encoding with most servers.

use std::time::{Duration, Instant};

use crate::run::{BenchError, Run};
use crate::traffic::LegIndex;

/// The state of the roll call.
#[derive(Default)]
pub(crate) struct Roll {
    is_called: bool,
    /// Payloads with a marker of a room, and how long they are looked for.
    prints: Vec<(usize, u64, Instant)>,
    /// Who listens for the roll only, and how long.
    listening: Vec<(usize, Instant)>,
    next_listener: usize,
    others_listen_at: Option<Instant>,
}

impl Run<'_> {
    /// Whoever does not hear its room has failed.
    pub(crate) fn call_the_roll(&mut self) -> Result<(), BenchError> {
        if self.plan.talkers_per_room == 0 {
            return Ok(());
        }
        let now = Instant::now();
        self.roll.is_called = true;
        self.roll.others_listen_at = Some(now + PRINTS_FIRST);
        for index in self.outside() {
            self.phones
                .traffic
                .remember_prints(self.calls[index].phone.leg);
        }
        let turns = self.calls.len().div_ceil(LISTENERS_MAX) as u32;
        let patience = now + PATIENCE + LISTENING.saturating_mul(turns).min(PATIENCE_MAX);
        self.go_on_until(patience, |run| {
            run.look_for_prints();
            run.pass_the_ear_on();
            run.outside().is_empty()
        })?;
        self.roll.is_called = false;
        for index in self.outside() {
            self.calls[index].failure = Some(NOT_INSIDE.to_owned());
        }
        for (index, _) in std::mem::take(&mut self.roll.listening) {
            self.stop_listening(index);
        }
        for call in &self.calls {
            self.phones.traffic.forget_prints(call.phone.leg);
        }
        Ok(())
    }

    /// The call has heard a marker of its room, in a payload of which others may get the same.
    pub(crate) fn hear_room(&mut self, index: usize, print: u64) {
        self.calls[index].heard_room = true;
        if self.roll.is_called {
            let until = Instant::now() + PRINT_SOUGHT;
            self.roll
                .prints
                .push((self.plan.room_of(index), print, until));
        }
    }

    fn look_for_prints(&mut self) {
        let now = Instant::now();
        self.roll.prints.retain(|(_, _, until)| *until > now);
        let rooms = self.plan.rooms.len();
        for (room, print, _) in &self.roll.prints {
            for call in self.calls.iter_mut().skip(*room).step_by(rooms) {
                let leg = self.phones.traffic.leg(call.phone.leg);
                call.heard_room |= leg.is_some_and(|leg| leg.has_received(*print));
            }
        }
    }

    /// Talkers hear a mix of their own, so they listen at once; the others when bytes did not tell.
    fn pass_the_ear_on(&mut self) {
        let now = Instant::now();
        let (done, on): (Vec<_>, Vec<_>) = std::mem::take(&mut self.roll.listening)
            .into_iter()
            .partition(|(index, until)| *until <= now || self.calls[*index].heard_room);
        self.roll.listening = on;
        for (index, _) in done {
            self.stop_listening(index);
        }
        let outside = self.outside();
        let others_too = self.roll.others_listen_at.is_some_and(|at| at <= now);
        let from = outside.partition_point(|index| *index < self.roll.next_listener);
        let (before, after) = outside.split_at(from);
        for index in after.iter().chain(before) {
            if self.roll.listening.len() >= LISTENERS_MAX {
                return;
            }
            let leg = self.calls[*index].phone.leg;
            let listens = self.is_listening(leg);
            if !listens && (others_too || self.plan.is_talker(*index)) {
                self.phones.traffic.listen(leg);
                self.roll.listening.push((*index, now + LISTENING));
                self.roll.next_listener = index + 1;
            }
        }
    }

    fn stop_listening(&mut self, index: usize) {
        if !self.timed[index] {
            self.phones
                .traffic
                .stop_listening(self.calls[index].phone.leg);
        }
    }

    fn is_listening(&self, leg: LegIndex) -> bool {
        let leg = self.phones.traffic.leg(leg);
        leg.is_some_and(|leg| leg.is_listening())
    }

    /// Answered calls that hear nothing of their room, or are not heard by it.
    fn outside(&self) -> Vec<usize> {
        let open = |index: &usize| self.calls[*index].failure.is_none();
        let open: Vec<usize> = (0..self.calls.len()).filter(open).collect();
        let is_inside = |index: usize| {
            let hears_itself = self.plan.talkers_per_room == 1 && self.plan.is_talker(index);
            self.calls[index].heard_room || hears_itself && self.is_heard(index, &open)
        };
        let outside = open.iter().copied().filter(|index| !is_inside(*index));
        outside.collect()
    }

    /// A room's only talker. Somebody who is alone in a room has nobody to be heard by.
    fn is_heard(&self, talker: usize, open: &[usize]) -> bool {
        let room = self.plan.room_of(talker);
        let mut others = open
            .iter()
            .filter(|other| **other != talker && self.plan.room_of(**other) == room)
            .peekable();
        others.peek().is_none() || others.any(|other| self.calls[*other].heard_room)
    }
}

/// Fifty ears on Opus cost a tenth of a core.
const LISTENERS_MAX: usize = 50;
/// Two markers, and the delay.
const LISTENING: Duration = Duration::from_millis(2_500);
/// As long as a leg remembers its payloads.
const PRINT_SOUGHT: Duration = Duration::from_millis(160);
/// Two markers.
const PRINTS_FIRST: Duration = Duration::from_millis(2_200);
/// A marker a second, and time for a room that greets everybody.
const PATIENCE: Duration = Duration::from_secs(10);
const PATIENCE_MAX: Duration = Duration::from_secs(120);
const NOT_INSIDE: &str = "answered, but its room's talker was not heard, so it was not let in";
