//! The newest events, numbered and kept for whoever reads them or comes back for them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use conclave_api::{Doer, Event, Gap, Happening, NumberedEvent};
use conclave_model::{Permission, Permissions, UnixMillis, limits};
use tokio::sync::watch;

/// Takes events in and lets any number of readers follow, each at its own pace.
///
/// A reader holds a number and no queue, so a slow one costs nothing and holds up nobody.
#[derive(Clone)]
pub struct EventHub(Arc<Inner>);

struct Inner {
    ring: Mutex<Ring>,
    newest: watch::Sender<u64>,
}

struct Ring {
    kept: VecDeque<Frame>,
    next_id: u64,
}

/// One event as bytes of the stream, for those who may see it.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    pub id: u64,
    pub type_name: &'static str,
    /// The id of the room it happened in.
    room: Option<Box<str>>,
    need: Option<Permission>,
    whole: Bytes,
    /// Without the numbers of callers; none when there are none in it.
    masked: Option<Bytes>,
}

impl Frame {
    /// The same as [`Frame::seen_by`] without what the stream puts around it: JSON.
    pub fn json_seen_by(&self, permissions: Permissions) -> Option<Bytes> {
        Some(json_of(&self.seen_by(permissions)?))
    }

    /// What somebody who may do this is told of it, if anything.
    pub fn seen_by(&self, permissions: Permissions) -> Option<Bytes> {
        if self.need.is_some_and(|need| !permissions.has(need)) {
            return None;
        }
        let masked = self.masked.as_ref();
        let masked = masked.filter(|_| !permissions.has(Permission::NumbersRead));
        Some(masked.unwrap_or(&self.whole).clone())
    }
}

/// What a reader finds after the event it has.
#[derive(Debug)]
pub(crate) enum Found {
    /// The events that follow, oldest first; empty when it has the newest.
    Frames(Vec<Frame>),
    /// What follows is no longer kept; say this, and go on after `resume_after`.
    Lost { gap: Frame, resume_after: u64 },
}

/// An event for a reader inside the program.
#[derive(Clone, Debug)]
pub struct Told {
    pub type_name: &'static str,
    /// One JSON object, as `data` of the stream has it.
    pub json: Bytes,
}

/// Reads every event from now on.
pub struct EventFollower {
    hub: EventHub,
    newest: watch::Receiver<u64>,
    cursor: u64,
}

impl EventFollower {
    /// Waits for events and takes at most `count_max` of them. Whoever reads too slowly misses
    /// some, and is told of a `gap`.
    pub async fn next(&mut self, count_max: usize) -> Vec<Told> {
        loop {
            let told = self.waiting(count_max);
            if !told.is_empty() {
                return told;
            }
            // The follower holds a hub, so there will be another or a wait for ever.
            let _ = self.newest.changed().await;
        }
    }

    /// Like [`Self::next`], but takes only what is there already.
    pub fn waiting(&mut self, count_max: usize) -> Vec<Told> {
        match self.hub.after(self.cursor, count_max) {
            Found::Frames(frames) => {
                self.cursor = frames.last().map_or(self.cursor, |last| last.id);
                frames.iter().map(Frame::told).collect()
            }
            Found::Lost { gap, resume_after } => {
                self.cursor = resume_after;
                vec![gap.told()]
            }
        }
    }
}

impl Frame {
    fn told(&self) -> Told {
        Told {
            type_name: self.type_name,
            json: json_of(&self.whole),
        }
    }
}

/// The same without what the stream puts around it.
fn json_of(frame: &Bytes) -> Bytes {
    let begin = frame.windows(DATA.len()).position(|part| part == DATA);
    let begin = begin.map_or(0, |at| at + DATA.len());
    frame.slice(begin..frame.len() - END.len())
}

impl EventHub {
    /// Follows what happens from now on.
    #[must_use]
    pub fn follow(&self) -> EventFollower {
        let newest = self.newest();
        let cursor = *newest.borrow();
        EventFollower {
            hub: self.clone(),
            newest,
            cursor,
        }
    }

    /// Numbers begin at `now` in microseconds: above those of any run before, and below 2^53.
    #[must_use]
    pub fn new(now: UnixMillis) -> Self {
        let next_id = now.0.saturating_mul(1_000);
        let ring = Ring {
            kept: VecDeque::with_capacity(limits::EVENTS_KEPT),
            next_id,
        };
        let (newest, _) = watch::channel(next_id.saturating_sub(1));
        Self(Arc::new(Inner {
            ring: Mutex::new(ring),
            newest,
        }))
    }

    /// The same as [`EventHub::publish_by`] of what nobody did.
    pub fn publish(&self, event: Event) {
        self.publish_by(event, None);
    }

    /// Gives the event its number and wakes the readers. Never waits for one.
    pub fn publish_by(&self, event: Event, by: Option<Doer>) {
        let mut ring = self.ring();
        let id = ring.next_id;
        ring.next_id += 1;
        if ring.kept.len() == limits::EVENTS_KEPT {
            ring.kept.pop_front();
        }
        ring.kept.push_back(frame(&event.numbered(id, by)));
        self.0.newest.send_replace(id);
    }

    /// The number of the newest event, now and whenever there is another.
    pub(crate) fn newest(&self) -> watch::Receiver<u64> {
        self.0.newest.subscribe()
    }

    /// At most `count_max` events after the one with the number `cursor`.
    pub(crate) fn after(&self, cursor: u64, count_max: usize) -> Found {
        let ring = self.ring();
        let oldest = ring.next_id - ring.kept.len() as u64;
        if cursor.saturating_add(1) < oldest || cursor >= ring.next_id {
            return lost(cursor, oldest);
        }
        let known = usize::try_from(cursor + 1 - oldest).unwrap_or(usize::MAX);
        let frames = ring.kept.iter().skip(known).take(count_max);
        Found::Frames(frames.cloned().collect())
    }

    /// The newest events of a room that are `wanted`, oldest first: as many as `count_max` of those
    /// that are still kept.
    pub(crate) fn of_room(
        &self,
        room: &str,
        count_max: usize,
        wanted: impl Fn(&Frame) -> bool,
    ) -> Vec<Frame> {
        let ring = self.ring();
        let newest_first = ring.kept.iter().rev();
        let mut found: Vec<Frame> = newest_first
            .filter(|frame| frame.room.as_deref() == Some(room) && wanted(frame))
            .take(count_max)
            .cloned()
            .collect();
        found.reverse();
        found
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.0.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn lost(after: u64, oldest: u64) -> Found {
    let resume_after = oldest.saturating_sub(1);
    let gap = Event {
        at: crate::backend::now(),
        what: Happening::Gap(Gap { after, oldest }),
    };
    Found::Lost {
        gap: frame(&gap.numbered(resume_after, None)),
        resume_after,
    }
}

fn frame(event: &NumberedEvent) -> Frame {
    let mut hidden = event.clone();
    hidden.what.hide_numbers();
    Frame {
        id: event.id,
        type_name: event.what.type_name(),
        room: event.what.live_room().map(Box::from),
        need: event.what.permission(),
        whole: bytes(event),
        masked: (hidden != *event).then(|| bytes(&hidden)),
    }
}

fn bytes(event: &NumberedEvent) -> Bytes {
    let type_name = event.what.type_name();
    let data = serde_json::to_string(event).unwrap_or_default();
    format!("id: {}\nevent: {type_name}\ndata: {data}\n\n", event.id).into()
}

/// What stands before the JSON of an event, and after it.
const DATA: &[u8] = b"\ndata: ";
const END: &[u8] = b"\n\n";

#[cfg(test)]
mod tests {
    use super::*;
    use conclave_api::{Caller, LiveRef};

    fn event() -> Event {
        Event {
            at: UnixMillis(0),
            what: Happening::SessionStarted(LiveRef {
                room: "rm".to_owned(),
                extension: "801".to_owned(),
                title: "Line\nbreak".to_owned(),
            }),
        }
    }

    fn ids(found: Found) -> Vec<u64> {
        match found {
            Found::Frames(frames) => frames.iter().map(|frame| frame.id).collect(),
            Found::Lost { .. } => panic!("lost"),
        }
    }

    #[test]
    fn a_reader_goes_on_where_it_was() {
        let hub = EventHub::new(UnixMillis(1));
        assert_eq!(*hub.newest().borrow(), 999);
        for _ in 0..5 {
            hub.publish(event());
        }
        assert_eq!(*hub.newest().borrow(), 1_004);
        assert_eq!(
            ids(hub.after(999, 100)),
            [1_000, 1_001, 1_002, 1_003, 1_004]
        );
        assert_eq!(ids(hub.after(1_001, 2)), [1_002, 1_003]);
        assert_eq!(ids(hub.after(1_004, 100)), [0; 0]);
    }

    #[test]
    fn what_is_no_longer_kept_or_never_was_is_a_gap() {
        let hub = EventHub::new(UnixMillis(1));
        for _ in 0..limits::EVENTS_KEPT + 10 {
            hub.publish(event());
        }
        for cursor in [0, 1_008, 999_999, u64::MAX] {
            match hub.after(cursor, 1) {
                Found::Lost { gap, resume_after } => {
                    assert_eq!((gap.type_name, resume_after), ("gap", 1_009));
                }
                Found::Frames(frames) => panic!("{cursor}: {frames:?}"),
            }
        }
        assert_eq!(ids(hub.after(1_009, 1)), [1_010]);
        assert_eq!(hub.ring().kept.len(), limits::EVENTS_KEPT);
    }

    #[tokio::test]
    async fn a_follower_is_told_what_comes_after_it() {
        let hub = EventHub::new(UnixMillis(1));
        hub.publish(event());
        let mut follower = hub.follow();
        hub.publish(event());
        hub.publish(event());
        let told = follower.next(10).await;
        assert_eq!(told.len(), 2);
        assert!(follower.waiting(10).is_empty());
        let json: serde_json::Value = serde_json::from_slice(&told[0].json).unwrap();
        assert_eq!(
            (json["id"].as_u64(), &json["type"]),
            (Some(1_001), &"session.started".into())
        );
    }

    #[test]
    fn a_frame_is_told_to_those_who_may_see_it() {
        let hub = EventHub::new(UnixMillis(1));
        hub.publish(Event {
            at: UnixMillis(0),
            what: Happening::CallStarted(Caller {
                call: "ca_1".to_owned(),
                from_number: "+491715550889".to_owned(),
                from_name: None,
                dialled: "801".to_owned(),
            }),
        });
        let Found::Frames(frames) = hub.after(999, 1) else {
            panic!("lost");
        };
        let seen = |permissions: &[Permission]| {
            let bytes = frames[0].seen_by(permissions.iter().copied().collect())?;
            Some(String::from_utf8(bytes.to_vec()).unwrap())
        };
        assert_eq!(seen(&[Permission::LiveRead, Permission::NumbersRead]), None);
        let masked = seen(&[Permission::CallsRead]).unwrap();
        assert!(masked.contains("+49171 ••• 889") && !masked.contains("555"));
        let whole = seen(&[Permission::CallsRead, Permission::NumbersRead]).unwrap();
        assert!(whole.contains("+491715550889"));
    }

    #[test]
    fn a_frame_is_three_lines_whatever_the_title() {
        let hub = EventHub::new(UnixMillis(1));
        hub.publish(event());
        let Found::Frames(frames) = hub.after(999, 1) else {
            panic!("lost");
        };
        let text = std::str::from_utf8(&frames[0].whole).unwrap();
        assert!(
            text.starts_with("id: 1000\nevent: session.started\ndata: {"),
            "{text}"
        );
        assert!(text.ends_with("}\n\n"));
        assert_eq!(text.lines().count(), 4);
        let permissions = [Permission::LiveRead].into_iter().collect();
        let json = frames[0].json_seen_by(permissions).unwrap();
        let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
        assert_eq!(json["data"]["title"], "Line\nbreak");
    }
}
