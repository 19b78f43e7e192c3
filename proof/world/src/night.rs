//! One night in the city: who is where follows from the seed, and so does what must be heard.

mod script;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use conclave_api::{ParticipantKey, Request, Response, RoomKey};
use conclave_model::{Chance, Codec, LegId, RoomRecord};

use crate::city::{City, PhoneId, chance};
use crate::exchange::Decks;
use crate::laws::{AT_DAWN, BY_DAY, Broken, Law};
use crate::phone::Phone;
use crate::rooms::room;
use crate::voice::Voice;

/// A city, the people in it, and what is known of them without asking the server.
pub struct Night {
    pub city: City,
    chance: Chance,
    rooms: Vec<RoomRecord>,
    locked: Vec<bool>,
    cast: Vec<Actor>,
    /// What happened, for whoever must understand a broken law.
    pub story: Vec<String>,
    judged: Vec<(LegId, u64, u64)>,
    calls_placed: usize,
}

/// Somebody with a phone.
#[derive(Clone, Debug)]
pub struct Actor {
    pub phone: PhoneId,
    pub name: String,
    pub voice: Voice,
    pub codec: Codec,
    /// Which room, once let in.
    room: Option<usize>,
    muted: bool,
    held: bool,
}

impl Actor {
    #[must_use]
    pub fn is_muted(&self) -> bool {
        self.muted
    }

    #[must_use]
    pub fn is_held(&self) -> bool {
        self.held
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// Lives through the night of `seed`. A panic is a broken law too.
///
/// # Errors
/// The first law that was broken, and the story up to there.
pub fn live_through(seed: u64) -> Result<Night, (Broken, Vec<String>)> {
    let mut night = Night::begin(seed);
    let lived = catch_unwind(AssertUnwindSafe(|| night.live()));
    match lived {
        Ok(Ok(())) => Ok(night),
        Ok(Err(broken)) => Err((broken, night.story)),
        Err(panic) => {
            let said = panic.downcast_ref::<String>().map(String::as_str);
            let said = said.or_else(|| panic.downcast_ref::<&str>().copied());
            let broken = Broken {
                law: "nothing_panics",
                how: said.unwrap_or("without a word").to_owned(),
            };
            Err((broken, night.story))
        }
    }
}

impl Night {
    fn begin(seed: u64) -> Night {
        let mut chance = chance(seed);
        let mut rooms = vec![
            room(&mut chance, "800", Some("627184"), false, true),
            room(&mut chance, "801", None, false, false),
            room(&mut chance, "802", Some("4711"), true, false),
        ];
        if seed.is_multiple_of(2) {
            for (at, room) in rooms.iter_mut().enumerate() {
                let turn = (seed / 2) as usize + at;
                room.options = ROOM_SOUND[turn % ROOM_SOUND.len()].to_owned();
                room.user_options = OWN_SOUND[turn % OWN_SOUND.len()].to_owned();
            }
        }
        let locked = vec![false; rooms.len()];
        let decks = decks_of(seed);
        let city = City::with_decks(seed, rooms.clone(), decks);
        Night {
            city,
            chance,
            rooms,
            locked,
            cast: Vec::new(),
            story: vec![format!("seed {seed}, {decks:?}")],
            judged: Vec::new(),
            calls_placed: 0,
        }
    }

    fn live(&mut self) -> Result<(), Broken> {
        for _ in 0..STEPS {
            self.step();
            self.rest();
            self.judge(&BY_DAY)?;
        }
        self.everybody_goes_home();
        self.judge(&AT_DAWN)
    }

    /// Whoever is in a room.
    #[must_use]
    pub fn present(&self) -> Vec<Actor> {
        self.cast
            .iter()
            .filter(|actor| actor.room.is_some())
            .cloned()
            .collect()
    }

    pub fn phone(&mut self, actor: &Actor) -> &Phone {
        self.city.phone(actor.phone)
    }

    #[must_use]
    pub fn audible_to(&self, listener: &Actor) -> Vec<Actor> {
        if listener.held {
            return Vec::new();
        }
        self.others(listener)
            .filter(|other| other.room == listener.room && !other.muted && !other.held)
            .cloned()
            .collect()
    }

    /// Empty for whoever holds the call: such a phone is sent nothing.
    #[must_use]
    pub fn inaudible_to(&self, listener: &Actor) -> Vec<Actor> {
        if listener.held {
            return Vec::new();
        }
        self.others(listener)
            .filter(|other| other.room != listener.room || other.muted || other.held)
            .cloned()
            .collect()
    }

    /// The extensions of all rooms.
    #[must_use]
    pub fn rooms(&self) -> Vec<String> {
        self.rooms
            .iter()
            .map(|room| room.extension.to_string())
            .collect()
    }

    #[must_use]
    pub fn numbers_in(&self, extension: &str) -> Vec<String> {
        let is_there = |actor: &&Actor| {
            actor
                .room
                .is_some_and(|room| self.rooms[room].extension.as_str() == extension)
        };
        self.cast
            .iter()
            .filter(is_there)
            .map(|actor| actor.name.clone())
            .collect()
    }

    /// Whom the server itself lists.
    ///
    /// # Errors
    /// The API's answer, when it is no list.
    pub fn listed_in(&mut self, extension: &str) -> Result<Vec<String>, String> {
        match self.city.ask(Request::ShowLive(RoomKey::new(extension))) {
            Ok(Response::Live(live)) => Ok(live
                .participants
                .into_iter()
                .map(|participant| participant.number)
                .collect()),
            other => Err(format!("{other:?}")),
        }
    }

    /// # Errors
    /// The API's answer, when it does not know the participant.
    pub fn is_listed_muted(&mut self, actor: &Actor) -> Result<bool, String> {
        let key = self.key_of(actor);
        let who = ParticipantKey::new(&actor.name);
        match self.city.ask(Request::ShowParticipant { key, who }) {
            Ok(Response::Participant(participant)) => Ok(participant.muted),
            other => Err(format!("{other:?}")),
        }
    }

    /// For each call that was up, and not held, all the time since: packets sent to it and ticks.
    pub fn sent_since_last_judgement(&mut self) -> Vec<(LegId, u64, u64)> {
        let held = self
            .cast
            .iter()
            .filter(|actor| actor.held)
            .map(|actor| actor.phone);
        let held: Vec<PhoneId> = held.collect();
        let held = held
            .into_iter()
            .filter_map(|phone| self.city.phone(phone).handset.far_port());
        let held: Vec<u16> = held.collect();
        let exchange = self.city.exchange();
        let held: Vec<LegId> = held
            .into_iter()
            .filter_map(|port| exchange.leg_at(port))
            .collect();
        let talking = |(leg, ..): &(LegId, u64, u64)| !held.contains(leg);
        let now: Vec<_> = exchange.sent_by_leg().into_iter().filter(talking).collect();
        let before = std::mem::replace(&mut self.judged, now);
        let grown = |(leg, sent, ticks): &(LegId, u64, u64)| {
            let (_, old_sent, old_ticks) = before.iter().find(|(other, ..)| other == leg)?;
            Some((*leg, sent - old_sent, ticks - old_ticks))
        };
        self.judged.iter().filter_map(grown).collect()
    }

    #[must_use]
    pub fn calls_placed(&self) -> usize {
        self.calls_placed
    }

    fn others<'a>(&'a self, listener: &'a Actor) -> impl Iterator<Item = &'a Actor> {
        let is_other = move |other: &&Actor| other.phone != listener.phone;
        self.cast
            .iter()
            .filter(is_other)
            .filter(|other| other.room.is_some())
    }

    fn key_of(&self, actor: &Actor) -> RoomKey {
        let room = actor.room.expect("only those in a room are asked about");
        RoomKey::new(self.rooms[room].extension.as_str())
    }

    fn judge(&mut self, laws: &[(&'static str, Law)]) -> Result<(), Broken> {
        for (law, judge) in laws {
            judge(self).map_err(|how| Broken { law, how })?;
        }
        Ok(())
    }
}

/// One to three decks; rooms for one, two or many on each.
fn decks_of(seed: u64) -> Decks {
    Decks {
        count: [1, 2, 2, 1, 2, 3][(seed % 6) as usize],
        spread_at: [1, 1, 2, 2, usize::MAX][(seed % 5) as usize],
    }
}

const STEPS: usize = 10;

/// Every other night, rooms have options about sound that must break no law.
const ROOM_SOUND: [&str; 5] = [
    "binaural_active=yes",
    "",
    "maximum_sample_rate=8000",
    "binaural_active=yes\ninternal_sample_rate=16000",
    "mixing_interval=10",
];
const OWN_SOUND: [&str; 4] = [
    "",
    "dtmf_passthrough=yes",
    "dsp_silence_threshold=2500\ndsp_drop_silence=yes",
    "dsp_talking_threshold=160",
];
