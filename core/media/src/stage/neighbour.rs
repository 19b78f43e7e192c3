//! One neighbour of a sub-stage: what goes to it, what came from it, late or not; mixes nothing.

use std::collections::VecDeque;

use conclave_model::{LegId, limits};

use super::export::{Export, Part};
use super::neighbourhood::Neighbourhood;
use crate::DeckHealth;

/// Which neighbour: a number that is the same for all stages, such as its deck's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NeighbourId(pub u16);

/// The way to a neighbour. Called on the tick: it must neither allocate nor wait.
pub trait Outbound: Send {
    /// An export that the neighbour has given back; `None` while it holds all of them.
    fn blank(&mut self) -> Option<Box<Export>>;

    fn send(&mut self, export: Box<Export>);
}

/// The way from a neighbour. Called on the tick: it must neither allocate nor wait.
pub trait Inbound: Send {
    /// The oldest that has arrived.
    fn next(&mut self) -> Option<Box<Export>>;

    fn give_back(&mut self, export: Box<Export>);
}

/// The same stage on another deck, as this one sees it.
///
/// What comes from it is played in the order in which it came, one export a tick. While it comes
/// in time nothing waits. What came too late is played a tick later, and so is all that follows,
/// until it has come early for long.
pub struct Neighbour {
    id: NeighbourId,
    outbound: Box<dyn Outbound>,
    inbound: Box<dyn Inbound>,
    queue: VecDeque<Box<Export>>,
    /// The second part of a tick that was played without it.
    late_rest: Option<Box<Export>>,
    /// What is played in this tick.
    playing: Option<Box<Export>>,
    /// What is played was played before, and is an echo of itself now.
    is_echo: bool,
    /// Since the last export; more than any while none has come yet.
    silent_ticks: u32,
    /// What was left over in the last tick.
    kept: usize,
    /// Since when more than one export is there.
    early_ticks: u32,
    /// In which more exports were there than are kept.
    crowded_ticks: u32,
    /// Early for so long: one tick less is kept.
    patience_ticks: u32,
    /// Since something was missing last.
    calm_ticks: u32,
    /// For the stage to keep if it has none yet.
    pub(super) spare: Option<Box<Neighbourhood>>,
}

impl Neighbour {
    /// Allocates. Of [`limits::EXPORTS`] exports that go round in each direction neither end makes
    /// new ones.
    #[must_use]
    pub fn new(id: NeighbourId, outbound: Box<dyn Outbound>, inbound: Box<dyn Inbound>) -> Self {
        Self {
            id,
            outbound,
            inbound,
            queue: VecDeque::with_capacity(limits::EXPORTS),
            late_rest: None,
            playing: None,
            is_echo: false,
            silent_ticks: ALIVE_TICKS,
            kept: 0,
            early_ticks: 0,
            crowded_ticks: 0,
            patience_ticks: FIRST_PATIENCE_TICKS,
            calm_ticks: CALM_TICKS,
            spare: Some(Box::new(Neighbourhood::new())),
        }
    }

    #[must_use]
    pub const fn id(&self) -> NeighbourId {
        self.id
    }

    /// Legs on it, as far as is known.
    pub(super) fn members(&self) -> usize {
        self.latest().map_or(0, |export| export.members)
    }

    /// At which rates its legs listen, as far as is known.
    pub(super) fn wanted(&self) -> [bool; 3] {
        self.latest().map_or([false; 3], |export| export.wanted)
    }

    /// Sends a copy, unless the neighbour has not given back what it has.
    pub(super) fn export(&mut self, own: &Export) {
        if let Some(mut blank) = self.outbound.blank() {
            blank.copy_from(own);
            self.outbound.send(blank);
        }
    }

    /// Whether its export of this tick is still to come, or a part of it, and likely to.
    pub(super) fn is_awaited(&mut self) -> bool {
        self.collect();
        let enough = if self.is_probe() { self.kept } else { 0 };
        let next = self.queue.front();
        let is_partial = next.is_some_and(|export| export.part == Part::First);
        (self.queue.len() <= enough || is_partial) && self.silent_ticks < ALIVE_TICKS
    }

    /// Takes what is to be played in this tick.
    pub(super) fn advance(&mut self, health: &mut DeckHealth) {
        let is_first = self.silent_ticks >= ALIVE_TICKS;
        let missed = self.silent_ticks;
        self.collect();
        if is_first {
            // What has piled up since is no longer news.
            self.drop_down_to(1);
        } else {
            health.exports_late += u64::from(missed).min(self.queue.len() as u64);
        }
        self.keep_pace();
        self.calm_ticks = self.calm_ticks.saturating_add(1);
        let next = self.queue.pop_front();
        self.kept = self.queue.len();
        let Some(mut export) = next else {
            self.do_without(health);
            return;
        };
        if let Some(rest) = self.late_rest.take() {
            if !is_first {
                export.absorb_late(&rest);
            }
            self.inbound.give_back(rest);
        }
        health.frames_imported += export.voices().len() as u64;
        self.silent_ticks = 0;
        self.is_echo = false;
        if let Some(played) = self.playing.replace(export) {
            self.inbound.give_back(played);
        }
    }

    /// What is played of it in this tick.
    pub(super) fn playing(&self) -> Option<&Export> {
        self.playing.as_deref()
    }

    /// The voice of this leg, if it is played in this tick.
    pub(super) fn voice(&self, leg: LegId) -> Option<(&Export, usize)> {
        let export = self.playing()?;
        Some((export, export.find(leg)?))
    }

    fn collect(&mut self) {
        while self.queue.len() < limits::EXPORTS
            && let Some(export) = self.inbound.next()
        {
            match export.part {
                Part::First | Part::Whole => self.queue.push_back(export),
                Part::Rest => self.complete(export),
            }
        }
    }

    /// The second part of a tick has come, before the first one is played or after that.
    fn complete(&mut self, rest: Box<Export>) {
        let mut newest_first = self.queue.iter_mut().rev();
        let first = newest_first.find(|it| it.number == rest.number);
        let is_late = first.is_none() && !rest.voices().is_empty();
        if let Some(first) = first {
            first.complete(&rest);
        }
        let done = if is_late {
            self.late_rest.replace(rest)
        } else {
            Some(rest)
        };
        if let Some(done) = done {
            self.inbound.give_back(done);
        }
    }

    /// One export more than the one that is played is kept only as long as it is of use.
    fn keep_pace(&mut self) {
        let waiting = self.queue.len();
        // With one in hand nobody waits for the next, but now and then, to see if it would do.
        let is_early = waiting > 1 || (waiting == 1 && self.kept > 0 && !self.is_probe());
        self.early_ticks = if is_early { self.early_ticks + 1 } else { 0 };
        self.crowded_ticks = if waiting > 2 {
            self.crowded_ticks + 1
        } else {
            0
        };
        if self.crowded_ticks > CROWDED_TICKS {
            self.drop_down_to(2);
            self.crowded_ticks = 0;
        }
        let is_pause = self.queue.front().is_some_and(|it| it.voices().is_empty());
        if self.early_ticks < self.patience_ticks || waiting < 2 {
            return;
        }
        if is_pause {
            self.drop_down_to(1);
            self.early_ticks = 0;
        } else if self.early_ticks >= 2 * self.patience_ticks {
            self.join_two();
            self.early_ticks = 0;
        }
    }

    fn is_probe(&self) -> bool {
        self.early_ticks % PROBE_TICKS == PROBE_TICKS - 1
    }

    fn drop_down_to(&mut self, count: usize) {
        while self.queue.len() > count
            && let Some(old) = self.queue.pop_front()
        {
            self.inbound.give_back(old);
        }
    }

    fn join_two(&mut self) {
        let Some(before) = self.queue.pop_front() else {
            return;
        };
        if let Some(next) = self.queue.front_mut() {
            next.absorb(&before);
        }
        self.inbound.give_back(before);
    }

    /// Nothing came: the sound fades instead of breaking off.
    fn do_without(&mut self, health: &mut DeckHealth) {
        if self.silent_ticks >= ALIVE_TICKS {
            return;
        }
        health.exports_missing += 1;
        self.silent_ticks += 1;
        // A worker that is late once is forgiven soon, one that is late again and again is not.
        self.patience_ticks = match self.calm_ticks {
            CALM_TICKS.. => PATIENCE_TICKS_LEAST,
            _ => (2 * self.patience_ticks).clamp(PATIENCE_TICKS_LEAST, PATIENCE_TICKS_MOST),
        };
        self.calm_ticks = 0;
        if !self.is_echo
            && let Some(played) = &mut self.playing
        {
            played.turn_into_echo();
            self.is_echo = true;
        } else if let Some(played) = self.playing.take_if(|_| self.silent_ticks >= ALIVE_TICKS) {
            self.inbound.give_back(played);
        } else if let Some(played) = &mut self.playing {
            let (members, wanted) = (played.members, played.wanted);
            played.begin(members, wanted, wanted);
        }
    }

    fn latest(&self) -> Option<&Export> {
        (self.queue.back())
            .or(self.playing.as_ref())
            .map(|it| &**it)
    }
}

/// A second: who has sent nothing for longer is not waited for.
const ALIVE_TICKS: u32 = 1_000 / limits::FRAME_MS;
/// Where the other's clock stands is chance when two begin to exchange sound: 200 ms show it.
const FIRST_PATIENCE_TICKS: u32 = 200 / limits::FRAME_MS;
/// A second, the first time.
const PATIENCE_TICKS_LEAST: u32 = 1_000 / limits::FRAME_MS;
const PATIENCE_TICKS_MOST: u32 = 16_000 / limits::FRAME_MS;
/// Half a minute in which nothing was missing.
const CALM_TICKS: u32 = 30_000 / limits::FRAME_MS;
/// How often it is waited for though there is something to play.
const PROBE_TICKS: u32 = 8;
/// A worker that makes up for lost ticks finds this many exports at once and plays them all.
const CROWDED_TICKS: u32 = 6;
