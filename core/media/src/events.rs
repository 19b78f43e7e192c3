//! News on its way up, in a queue that never grows; does not know who reads it.

use std::collections::VecDeque;

use conclave_contract::Event;

/// What is said too often to be kept at all cost must leave room for what is said once.
pub(crate) struct Events {
    queue: VecDeque<Event>,
    room: usize,
    lost: u64,
}

impl Events {
    pub fn new(legs_max: usize) -> Self {
        let room = legs_max * EVENTS_PER_LEG + EVENTS_LEAST;
        Self {
            queue: VecDeque::with_capacity(room),
            room,
            lost: 0,
        }
    }

    pub fn push(&mut self, event: Event) {
        let room = if is_repeatable(&event) {
            self.room / 2
        } else {
            self.room
        };
        if self.queue.len() < room {
            self.queue.push_back(event);
        } else {
            self.lost += 1;
        }
    }

    pub fn pop(&mut self) -> Option<Event> {
        self.queue.pop_front()
    }

    pub const fn lost(&self) -> u64 {
        self.lost
    }
}

/// Whether control can live without it: nothing waits for it to happen.
fn is_repeatable(event: &Event) -> bool {
    match event {
        Event::Talking { .. }
        | Event::Quality { .. }
        | Event::Digit { .. }
        | Event::MediaStarted { .. } => true,
        Event::LegOpened { .. }
        | Event::LegFailed { .. }
        | Event::LegClosed { .. }
        | Event::PlayDone { .. }
        | Event::AnnounceDone { .. }
        | Event::Recorded { .. }
        | Event::MediaLost { .. }
        | Event::StageFailed { .. } => false,
    }
}

/// A leg's life in a control plane that does not read: opened, played, recorded, lost, closed.
const EVENTS_PER_LEG: usize = 8;
const EVENTS_LEAST: usize = 256;
