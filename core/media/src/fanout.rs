//! Encode once, send to many: who shares whose encoder; makes no sound.
//!
//! All legs that hear the same and are sent it in the same form follow one class. The first of them
//! leads: its encoder makes the packets, and the others have none. Who leaves a class takes the
//! leader's state along, so that the stream its phone hears goes on; who leads no more leaves the
//! encoder to the next.

use conclave_model::limits;

use crate::context::Shared;
use crate::leg::{EncodeKey, Payloads};
use crate::legs::Legs;

/// What many legs may hear alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Silence,
    Stage(usize),
    Station(usize),
}

/// A leg's place in a class, and its neighbours there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Following {
    pub source: Source,
    class: usize,
    before: Option<usize>,
    after: Option<usize>,
}

impl Following {
    /// Nobody else follows the same.
    pub const fn is_alone(&self) -> bool {
        self.before.is_none() && self.after.is_none()
    }
}

/// What becomes of the stream of a leg that leaves its class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Onward {
    /// It goes on from where the class is; costs time with Opus.
    Continues,
    /// It begins anew: there is no time for more.
    Anew,
    /// The leg is closed.
    Ends,
}

/// The classes of one source.
pub(crate) struct Fanout {
    classes: Vec<Class>,
}

struct Class {
    key: EncodeKey,
    leader: Option<usize>,
    payloads: Payloads,
    /// The tick whose packets these are.
    made_at: Option<u64>,
}

/// The classes of every source of a deck.
pub(crate) struct Fanouts {
    silence: Fanout,
    stages: Vec<Fanout>,
    stations: Vec<Fanout>,
}

impl Fanout {
    pub fn new() -> Self {
        Self {
            classes: Vec::with_capacity(limits::ENCODES_SHARED),
        }
    }

    /// Takes nothing and holds nothing.
    pub const fn closed() -> Self {
        Self {
            classes: Vec::new(),
        }
    }

    /// The class for `key`, made if there is room.
    fn class_for(&mut self, key: EncodeKey) -> Option<usize> {
        let known = self.classes.iter().position(|class| class.key == key);
        if known.is_some() {
            return known;
        }
        let unused = self.classes.iter().position(|class| class.leader.is_none());
        if let Some(unused) = unused {
            self.classes[unused].key = key;
            return Some(unused);
        }
        if self.classes.len() == self.classes.capacity() {
            return None;
        }
        self.classes.push(Class {
            key,
            leader: None,
            payloads: Payloads::new(),
            made_at: None,
        });
        Some(self.classes.len() - 1)
    }
}

impl Fanouts {
    pub fn new(stages_max: usize) -> Self {
        let closed = |count: usize| {
            let mut fanouts = Vec::with_capacity(count);
            fanouts.resize_with(count, Fanout::closed);
            fanouts
        };
        Self {
            silence: Fanout::new(),
            stages: closed(stages_max),
            stations: closed(limits::STATIONS),
        }
    }

    pub fn of(&mut self, source: Source) -> &mut Fanout {
        match source {
            Source::Silence => &mut self.silence,
            Source::Stage(slot) => &mut self.stages[slot],
            Source::Station(slot) => &mut self.stations[slot],
        }
    }

    /// Whether the leg may follow at once: its stream is the one everybody else will hear.
    pub fn would_lead(&mut self, source: Source, key: EncodeKey) -> bool {
        let fanout = self.of(source);
        let class = fanout.class_for(key);
        class.is_some_and(|class| fanout.classes[class].leader.is_none())
    }

    /// Lets a leg that follows nobody follow; false when there is no room for one more class.
    /// And when none has an encoder.
    pub fn join(
        &mut self,
        legs: &mut Legs,
        slot: usize,
        source: Source,
        shared: &mut Shared,
    ) -> bool {
        let Some(leg) = legs.get_mut(slot) else {
            return false;
        };
        let fanout = self.of(source);
        let Some(class) = fanout.class_for(leg.egress.key()) else {
            return false;
        };
        let leader = fanout.classes[class].leader;
        match leader {
            None if !leg.egress.pick_up(shared) => return false,
            None => {}
            Some(_) => leg.egress.lay_down(&mut shared.spares),
        }
        let mut following = Following {
            source,
            class,
            before: leader,
            after: None,
        };
        match leader {
            None => {
                fanout.classes[class].leader = Some(slot);
                fanout.classes[class].made_at = None;
            }
            Some(leader) => {
                // Second in the list: the leader stays first.
                let first = legs.get_mut(leader).and_then(|leg| leg.following.as_mut());
                let after = first.and_then(|first| first.after.replace(slot));
                following.after = after;
                set_before(legs, after, Some(slot));
            }
        }
        if let Some(leg) = legs.get_mut(slot) {
            leg.following = Some(following);
        }
        true
    }

    /// The leg follows nobody any more, and goes on as `onward` says if there is an encoder for it.
    pub fn leave(&mut self, legs: &mut Legs, slot: usize, onward: Onward, shared: &mut Shared) {
        let Some(following) = legs.get_mut(slot).and_then(|leg| leg.following.take()) else {
            return;
        };
        set_before(legs, following.after, following.before);
        if let Some(before) = following.before {
            let before = legs.get_mut(before).and_then(|leg| leg.following.as_mut());
            if let Some(before) = before {
                before.after = following.after;
            }
        }
        let class = &mut self.of(following.source).classes[following.class];
        if class.leader == Some(slot) {
            class.leader = following.after;
            // The heir's stream goes on as the leader's: everybody follows it.
            if let Some(heir) = following.after
                && let Some((heir, old)) = legs.pair_mut(heir, slot)
            {
                heir.egress.inherit(&mut old.egress);
            }
        }
        let Some(leader) = class.leader else {
            return;
        };
        let Some((leg, leader)) = legs.pair_mut(slot, leader) else {
            return;
        };
        match onward {
            Onward::Ends => {}
            Onward::Anew => {
                leg.egress.pick_up(shared);
                leg.egress.wait_as(&leader.egress);
            }
            Onward::Continues => {
                leg.egress.pick_up(shared);
                leg.egress.continue_from(&leader.egress);
            }
        }
    }

    /// The packets of this tick for a leg that follows, made from `frame` if nobody asked before.
    /// Says how many were made just now.
    pub fn packets(
        &mut self,
        legs: &mut Legs,
        following: &Following,
        tick: u64,
        frame: &[f32],
    ) -> (&mut Payloads, u64) {
        let class = &mut self.of(following.source).classes[following.class];
        let mut made = 0;
        if class.made_at != Some(tick) {
            class.made_at = Some(tick);
            class.payloads.clear();
            if let Some(leader) = class.leader.and_then(|leader| legs.get_mut(leader)) {
                made = leader.egress.encode(frame, &mut class.payloads);
            }
        }
        (&mut class.payloads, made)
    }
}

fn set_before(legs: &mut Legs, slot: Option<usize>, before: Option<usize>) {
    let leg = slot.and_then(|slot| legs.get_mut(slot));
    if let Some(following) = leg.and_then(|leg| leg.following.as_mut()) {
        following.before = before;
    }
}
