//! How long the answer to a PIN waits, of somebody whom the room does not know; sees no PIN.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use conclave_model::{Network, RoomId, limits};

use crate::points::Points;
use crate::recent::Recent;

/// Wrong PINs of each room, and who typed the right one before.
///
/// A guess is never refused for being one of many: whoever types the right PIN is let in, at the
/// latest [`limits::GUESS_WAIT_MOST`] later.
#[derive(Debug, Default)]
pub struct Guesses {
    rooms: BTreeMap<RoomId, Room>,
    turn: u64,
}

/// Somebody guesses at this room's PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alarm {
    pub room: RoomId,
    /// Wrong PINs that are not forgiven yet.
    pub wrong: u32,
    /// How many sources they came from.
    pub sources: usize,
}

#[derive(Debug)]
struct Room {
    wrong: Points,
    sources: Recent<Guesser>,
    right: Recent<()>,
    alarmed: bool,
    last_turn: u64,
}

#[derive(Debug, Default)]
struct Guesser {
    wrong: Points,
    /// Its answers come one after the other, however many calls it makes.
    next_answer: Option<Instant>,
}

impl Guesses {
    /// How long the answer to this PIN, right or wrong, waits. Nothing, while nobody guesses.
    pub fn wait(&mut self, now: Instant, id: RoomId, address: IpAddr) -> Duration {
        let source = Network::source(address);
        let Some(room) = self.rooms.get_mut(&id) else {
            return Duration::ZERO;
        };
        if room.right.holds(source) {
            return Duration::ZERO;
        }
        let wrong = room.wrong.now(now, limits::GUESS_FORGIVEN);
        let over = wrong.saturating_sub(limits::ROOM_GUESSES_FREE);
        let of_room = limits::ROOM_GUESS_WAIT
            .saturating_mul(over)
            .min(limits::ROOM_GUESS_WAIT_MOST);
        let Some(guesser) = room.sources.peek_mut(source) else {
            return of_room;
        };
        let over = guesser
            .wrong
            .now(now, limits::GUESS_FORGIVEN)
            .saturating_sub(limits::GUESSES_FREE);
        let own = match over {
            0 => Duration::ZERO,
            _ => limits::GUESS_WAIT.saturating_mul(2_u32.saturating_pow(over - 1)),
        };
        let turn = guesser.next_answer.map_or(now, |at| at.max(now));
        let most = now + limits::GUESS_WAIT_MOST;
        let answer = (turn + own.min(limits::GUESS_WAIT_MOST)).max(now + of_room);
        let answer = answer.min(most);
        guesser.next_answer = Some(answer);
        answer.saturating_duration_since(now)
    }

    /// It was wrong. The alarm is given once, until half of what raised it is forgiven.
    pub fn wrong(&mut self, now: Instant, id: RoomId, address: IpAddr) -> Option<Alarm> {
        let source = Network::source(address);
        let room = self.room(id);
        if room.right.holds(source) {
            return None;
        }
        let (forgiven, most) = (limits::GUESS_FORGIVEN, limits::GUESSES_REMEMBERED);
        room.wrong.add(now, 1, forgiven, most);
        let guesser = room.sources.heard(source, Guesser::default);
        guesser.wrong.add(now, 1, forgiven, most);
        let wrong = room.wrong.now(now, forgiven);
        if wrong < limits::ROOM_GUESSES_FREE / 2 {
            room.alarmed = false;
        }
        if room.alarmed || wrong <= limits::ROOM_GUESSES_FREE {
            return None;
        }
        room.alarmed = true;
        let guessing = |one: &&Guesser| one.wrong.now(now, forgiven) > 0;
        Some(Alarm {
            room: id,
            wrong,
            sources: room.sources.values().filter(guessing).count(),
        })
    }

    /// It was right: the room knows this source from now on.
    pub fn right(&mut self, id: RoomId, address: IpAddr) {
        let source = Network::source(address);
        let room = self.room(id);
        room.sources.forget(source);
        room.right.heard(source, || ());
    }

    /// Rooms whose PIN somebody guesses at the moment.
    #[must_use]
    pub fn rooms_guessed(&self, now: Instant) -> usize {
        let guessed =
            |room: &&Room| room.wrong.now(now, limits::GUESS_FORGIVEN) > limits::ROOM_GUESSES_FREE;
        self.rooms.values().filter(guessed).count()
    }

    /// The room is no more, or has another PIN: who knew the old one is not known any more.
    pub fn forget(&mut self, id: RoomId) {
        self.rooms.remove(&id);
    }

    fn room(&mut self, id: RoomId) -> &mut Room {
        self.turn += 1;
        if !self.rooms.contains_key(&id) && self.rooms.len() >= limits::GUESSED_ROOMS {
            let oldest = self.rooms.iter().min_by_key(|(_, room)| room.last_turn);
            if let Some(oldest) = oldest.map(|(id, _)| *id) {
                self.rooms.remove(&oldest);
            }
        }
        let room = self.rooms.entry(id).or_insert_with(|| Room {
            wrong: Points::default(),
            sources: Recent::new(limits::GUESS_SOURCES),
            right: Recent::new(limits::GUESS_SOURCES),
            alarmed: false,
            last_turn: 0,
        });
        room.last_turn = self.turn;
        room
    }
}
