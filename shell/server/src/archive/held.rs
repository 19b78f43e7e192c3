//! Holds back what is told of a recording until it is in the list; decides nothing else.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use conclave_api::{Doer, Event, Happening};
use conclave_web::EventHub;

/// Whoever hears that a recording began finds it in the list: its row is written meanwhile.
pub struct Held {
    events: EventHub,
    /// By recording; each has a few words at most: it began, it stopped.
    waiting: Mutex<BTreeMap<String, Vec<Word>>>,
}

type Word = (Event, Option<Doer>);

impl Held {
    pub fn new(events: EventHub) -> Self {
        Self {
            events,
            waiting: Mutex::default(),
        }
    }

    /// From now on nothing is told of this recording.
    pub fn hold(&self, recording: &str) {
        self.waiting().entry(recording.to_owned()).or_default();
    }

    /// At once, unless it is about a recording of which nothing may be told yet.
    pub fn publish(&self, event: Event, by: Option<Doer>) {
        let mut waiting = self.waiting();
        let words = recording(&event).and_then(|recording| waiting.get_mut(recording));
        match words {
            Some(words) => words.push((event, by)),
            None => self.events.publish_by(event, by),
        }
    }

    /// What was held back is told, in its order.
    pub fn release(&self, recording: &str) {
        let mut waiting = self.waiting();
        for (event, by) in waiting.remove(recording).into_iter().flatten() {
            self.events.publish_by(event, by);
        }
    }

    fn waiting(&self) -> MutexGuard<'_, BTreeMap<String, Vec<Word>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn recording(event: &Event) -> Option<&str> {
    if let Happening::RecordingStarted(it) | Happening::RecordingStopped(it) = &event.what {
        return Some(&it.recording);
    }
    None
}

#[cfg(test)]
mod tests {
    use conclave_api::{LiveRef, RecordingRef};
    use conclave_model::UnixMillis;

    use super::*;

    fn about(recording: &str) -> RecordingRef {
        RecordingRef {
            at: LiveRef {
                room: "ro_1".to_owned(),
                extension: "801".to_owned(),
                title: "Standup".to_owned(),
            },
            recording: recording.to_owned(),
            by: "Miriam".to_owned(),
        }
    }

    fn event(what: Happening) -> Event {
        let at = UnixMillis(1);
        Event { at, what }
    }

    fn is_about(json: &[u8], recording: &str) -> bool {
        json.windows(recording.len())
            .any(|part| part == recording.as_bytes())
    }

    #[test]
    fn what_is_held_back_is_told_in_its_order_and_all_else_at_once() {
        let events = EventHub::new(UnixMillis(1));
        let mut follower = events.follow();
        let held = Held::new(events);
        held.hold("re_1");
        for what in [
            Happening::RecordingStarted(about("re_1")),
            Happening::RecordingStarted(about("re_2")),
            Happening::RecordingStopped(about("re_1")),
        ] {
            held.publish(event(what), None);
        }
        let mut told = || -> Vec<(&'static str, bool)> {
            let told = follower.waiting(9).into_iter();
            told.map(|told| (told.type_name, is_about(&told.json, "re_1")))
                .collect()
        };
        assert_eq!(told(), [("recording.started", false)]);
        held.release("re_1");
        let both = [("recording.started", true), ("recording.stopped", true)];
        assert_eq!(told(), both);
        held.publish(event(Happening::RecordingStopped(about("re_1"))), None);
        assert_eq!(told(), [("recording.stopped", true)]);
    }
}
