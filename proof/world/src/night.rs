//! One night in the city: what everybody does follows from the seed, and so does what must be heard.

use std::fmt;
use std::time::Duration;

use conclave_api::{LiveChange, ParticipantChange, ParticipantKey, Request, Response, RoomKey};
use conclave_model::{Chance, Codec, LegId, RoomRecord};

use crate::city::{City, PhoneId, chance};
use crate::laws::{AT_DAWN, BY_DAY, Broken};
use crate::network::Weather;
use crate::phone::{Line, Phone, PhonePlan};
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

/// Lives through the night of `seed`.
///
/// # Errors
/// The first law that was broken, and the story up to there.
pub fn live_through(seed: u64) -> Result<Night, (Broken, Vec<String>)> {
    let mut night = Night::begin(seed);
    for _ in 0..STEPS {
        night.step();
        night.rest();
        if let Err(broken) = night.judge(&BY_DAY) {
            return Err((broken, night.story));
        }
    }
    night.everybody_goes_home();
    match night.judge(&AT_DAWN) {
        Ok(()) => Ok(night),
        Err(broken) => Err((broken, night.story)),
    }
}

impl Night {
    fn begin(seed: u64) -> Night {
        let mut chance = chance(seed);
        let rooms = vec![
            room(&mut chance, "800", Some("627184"), false, true),
            room(&mut chance, "801", None, false, false),
            room(&mut chance, "802", Some("4711"), true, false),
        ];
        let locked = vec![false; rooms.len()];
        let city = City::new(seed, rooms.clone());
        Night {
            city,
            chance,
            rooms,
            locked,
            cast: Vec::new(),
            story: vec![format!("seed {seed}")],
            judged: Vec::new(),
            calls_placed: 0,
        }
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

    fn judge(
        &mut self,
        laws: &[(&'static str, fn(&mut Night) -> Result<(), String>)],
    ) -> Result<(), Broken> {
        for (law, judge) in laws {
            judge(self).map_err(|how| Broken { law, how })?;
        }
        Ok(())
    }

    /// Long enough for announcements, mutes and music to have settled, and for two bursts of speech.
    fn rest(&mut self) {
        self.city.run(Duration::from_secs(9));
    }

    fn step(&mut self) {
        let present = self.present();
        let draw = self.chance.below(100);
        if present.len() < 2 || draw < 30 && present.len() < PRESENT_MAX {
            self.arrive();
            return;
        }
        let index = self.chance.below(u32::try_from(present.len()).unwrap_or(1)) as usize;
        let actor = present[index].clone();
        match draw {
            0..45 => self.press_star_six(&actor),
            45..60 => self.mute_by_api(&actor),
            60..72 => self.hold(&actor),
            72..80 => self.leave(&actor),
            80..85 => self.vanish(&actor),
            85..90 => self.remove(&actor),
            90..95 => self.lock(&actor),
            _ => self.end_room(&actor),
        }
    }

    fn arrive(&mut self) {
        let room = self.chance.below(3) as usize;
        let number = self.cast.len();
        let codec = Codec::ALL[self.chance.below(4) as usize];
        let delay = Duration::from_millis(u64::from(self.chance.below(80)));
        let jitter = Duration::from_millis(u64::from(self.chance.below(25)));
        let weather = Weather {
            delay,
            jitter,
            lost_permille: self.chance.below(10),
            doubled_permille: self.chance.below(5),
        };
        let actor = Actor {
            phone: PhoneId(0),
            name: format!("{}", 1_000 + number),
            voice: Voice::numbered(number),
            room: None,
            muted: false,
            held: false,
        };
        let phone = self.city.add_phone(PhonePlan {
            codec,
            voice: Some(actor.voice),
            weather,
            number: actor.name.clone(),
        });
        self.cast.push(Actor { phone, ..actor });
        self.calls_placed += 1;
        let wrong = self.chance.below(5) == 0;
        self.story.push(format!(
            "{number} dials {room} with {codec} in {weather:?}, wrong: {wrong}"
        ));
        let extension = self.rooms[room].extension.to_string();
        self.city.dial(phone, &extension);
        let up = self.city.run_until(Duration::from_secs(5), |city| {
            city.phone(phone).line == Line::Up
        });
        if !up {
            self.story
                .push(format!("{number}: {:?}", self.city.phone(phone).line));
            return;
        }
        self.city.run(Duration::from_millis(1_200));
        let pin = self.rooms[room]
            .pin
            .as_ref()
            .map(|pin| pin.reveal().to_owned());
        match pin {
            Some(_) if wrong => {
                self.type_wrong_pins(phone);
                return;
            }
            Some(pin) => self.city.press(phone, &pin),
            None => {}
        }
        if self.locked[room] {
            self.city.run(Duration::from_secs(12));
            return;
        }
        self.cast[number].room = Some(room);
        if self.rooms[room].message {
            // The voice goes on and on: the name ends at its limit.
            self.city.run(Duration::from_secs(12));
        } else {
            self.city.run(Duration::from_secs(3));
        }
    }

    fn type_wrong_pins(&mut self, phone: PhoneId) {
        for _ in 0..3 {
            self.city.press(phone, "1313#");
            self.city.run(Duration::from_secs(6));
        }
        self.city.run(Duration::from_secs(6));
    }

    fn press_star_six(&mut self, actor: &Actor) {
        if actor.held {
            return;
        }
        self.story.push(format!("{actor} presses *6"));
        self.city.press(actor.phone, "*6");
        self.set(actor, |actor| actor.muted = !actor.muted);
    }

    fn mute_by_api(&mut self, actor: &Actor) {
        let muted = self.chance.below(2) == 0;
        self.story
            .push(format!("the API sets {actor} muted: {muted}"));
        let change = ParticipantChange {
            muted: Some(muted),
            ..ParticipantChange::default()
        };
        let who = ParticipantKey::new(&actor.name);
        let key = self.key_of(actor);
        let reply = self.city.ask(Request::SetParticipant { key, who, change });
        self.story.push(format!("{:?}", reply.is_ok()));
        self.set(actor, |actor| actor.muted = muted);
    }

    fn hold(&mut self, actor: &Actor) {
        let held = !actor.held;
        self.story.push(format!("{actor} holds: {held}"));
        self.city.hold(actor.phone, held);
        self.set(actor, |actor| actor.held = held);
    }

    fn leave(&mut self, actor: &Actor) {
        self.story.push(format!("{actor} hangs up"));
        self.city.hang_up(actor.phone);
        self.set(actor, |actor| actor.room = None);
    }

    /// No BYE, no packets: noticed when nothing has come for `limits::MEDIA_TIMEOUT`.
    fn vanish(&mut self, actor: &Actor) {
        if actor.held {
            return;
        }
        self.story.push(format!("{actor} vanishes"));
        self.city.phone(actor.phone).vanish();
        self.set(actor, |actor| actor.room = None);
        self.city
            .run(conclave_model::limits::MEDIA_TIMEOUT + Duration::from_secs(40));
    }

    fn remove(&mut self, actor: &Actor) {
        self.story.push(format!("the API removes {actor}"));
        let who = ParticipantKey::new(&actor.name);
        let key = self.key_of(actor);
        let reply = self.city.ask(Request::RemoveParticipant { key, who });
        self.story.push(format!("{:?}", reply.is_ok()));
        self.set(actor, |actor| actor.room = None);
    }

    fn lock(&mut self, actor: &Actor) {
        let Some(room) = actor.room else { return };
        let locked = !self.locked[room];
        self.story
            .push(format!("the API locks the room of {actor}: {locked}"));
        let change = LiveChange {
            locked: Some(locked),
            ..LiveChange::default()
        };
        let key = self.key_of(actor);
        let reply = self.city.ask(Request::SetLive { key, change });
        self.story.push(format!("{:?}", reply.is_ok()));
        self.locked[room] = locked;
    }

    fn end_room(&mut self, actor: &Actor) {
        self.story.push(format!("the API ends the room of {actor}"));
        let key = self.key_of(actor);
        let reply = self.city.ask(Request::EndLive(key));
        self.story.push(format!("{:?}", reply.is_ok()));
        let room = actor.room;
        for other in self.cast.iter_mut().filter(|other| other.room == room) {
            other.room = None;
        }
    }

    fn everybody_goes_home(&mut self) {
        for actor in self.present() {
            self.leave(&actor);
        }
        // A lost BYE is repeated for 32 s.
        self.city.run(Duration::from_secs(45));
    }

    /// Changes what is known of an actor. A room that nobody is in any more forgets its lock.
    fn set(&mut self, actor: &Actor, change: impl Fn(&mut Actor)) {
        for other in self
            .cast
            .iter_mut()
            .filter(|other| other.phone == actor.phone)
        {
            change(other);
        }
        for room in 0..self.rooms.len() {
            if !self.cast.iter().any(|actor| actor.room == Some(room)) {
                self.locked[room] = false;
            }
        }
    }
}

const STEPS: usize = 10;
/// Fewer than the mixer takes as talkers at once: everybody who speaks must be heard.
const PRESENT_MAX: usize = 6;
