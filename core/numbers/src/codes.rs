//! Which room has which code; opens no door.

use std::collections::BTreeMap;

use conclave_model::{Chance, RoomCode, RoomId};

/// Every code that was given out. No two rooms have the same.
#[derive(Clone, Debug, Default)]
pub struct Codes {
    by_room: BTreeMap<RoomId, RoomCode>,
    by_code: BTreeMap<RoomCode, RoomId>,
}

impl Codes {
    /// As they were kept.
    #[must_use]
    pub fn new(codes: Vec<(RoomId, RoomCode)>) -> Self {
        let mut all = Self::default();
        for (room, code) in codes {
            all.put(room, code);
        }
        all
    }

    #[must_use]
    pub fn of(&self, room: RoomId) -> Option<&RoomCode> {
        self.by_room.get(&room)
    }

    #[must_use]
    pub fn room(&self, code: &RoomCode) -> Option<RoomId> {
        self.by_code.get(code).copied()
    }

    /// A new one that no room has, for a room that has none; `None`: it has one.
    pub fn give(&mut self, room: RoomId, chance: &mut Chance) -> Option<RoomCode> {
        if self.by_room.contains_key(&room) {
            return None;
        }
        let mut code = RoomCode::mint(chance);
        // 900 million codes and at most some 10 000 rooms: this comes to an end at once.
        while self.by_code.contains_key(&code) {
            code = RoomCode::mint(chance);
        }
        self.put(room, code.clone());
        Some(code)
    }

    /// The room is no more.
    pub fn forget(&mut self, room: RoomId) {
        if let Some(code) = self.by_room.remove(&room) {
            self.by_code.remove(&code);
        }
    }

    fn put(&mut self, room: RoomId, code: RoomCode) {
        self.by_code.insert(code.clone(), room);
        self.by_room.insert(room, code);
    }
}
