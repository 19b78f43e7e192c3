//! News on its way up, in a queue that never grows; does not know who reads it.

use std::collections::VecDeque;
use std::net::SocketAddr;

use conclave_contract::Event;
use conclave_model::LegId;

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

    /// Hands a datagram up; where there is no room its buffer comes back, as it must not be freed
    /// here.
    pub fn push_datagram(
        &mut self,
        leg: LegId,
        from: SocketAddr,
        bytes: Vec<u8>,
    ) -> Option<Vec<u8>> {
        if self.queue.len() < self.room / 2 {
            self.queue.push_back(Event::Datagram { leg, from, bytes });
            return None;
        }
        self.lost += 1;
        Some(bytes)
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
        | Event::Datagram { .. }
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
