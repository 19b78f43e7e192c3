//! Every room that lives, as read from the server; what happens to them is folded elsewhere.

use conclave_api::{LiveRef, LiveView};
use conclave_model::UnixMillis;

use crate::room::Room;

/// The rooms by extension.
#[derive(Clone, Debug, Default)]
pub struct Rooms {
    pub(crate) list: Vec<Room>,
    /// The newest event that was heard.
    pub(crate) heard: u64,
}

impl Rooms {
    /// All that goes on, as just read: what is not in there has ended.
    pub fn read(&mut self, views: Vec<LiveView>, now: UnixMillis) {
        let before = std::mem::take(&mut self.list);
        for room in before {
            let named = views.iter().any(|view| view.room == room.at.room);
            if !named {
                let mut room = room;
                room.end();
                room.waiting.clear();
                self.list.push(room);
            } else {
                self.list.push(room);
            }
        }
        for view in views {
            self.read_one(view, now);
        }
    }

    pub fn read_one(&mut self, view: LiveView, now: UnixMillis) {
        let at = LiveRef {
            room: view.room.clone(),
            extension: view.extension.clone(),
            title: view.title.clone(),
        };
        self.room_at(&at).read(view, now);
    }

    /// Forgets the rooms that are over, but the one that is looked at.
    pub fn forget_ended(&mut self, open: Option<&str>) {
        self.list
            .retain(|room| room.is_live() || Some(room.at.room.as_str()) == open);
    }

    pub fn find(&self, id: &str) -> Option<&Room> {
        self.list.iter().find(|room| room.at.room == id)
    }

    /// Rooms with somebody in them or at their door.
    pub fn live(&self) -> impl Iterator<Item = &Room> {
        self.list.iter().filter(|room| room.is_live())
    }

    /// The room of an event, which may be its first.
    pub(crate) fn room_at(&mut self, at: &LiveRef) -> &mut Room {
        let known = self.list.iter().position(|room| room.at.room == at.room);
        let place = known.unwrap_or_else(|| {
            let key = |room: &Room| order(&room.at.extension);
            let place = self
                .list
                .partition_point(|room| key(room) < order(&at.extension));
            self.list.insert(place, Room::new(at.clone()));
            place
        });
        let room = &mut self.list[place];
        if room.at != *at {
            room.at = at.clone();
        }
        room
    }
}

/// 99 before 800: extensions are digits.
fn order(extension: &str) -> (usize, String) {
    (extension.len(), extension.to_owned())
}
