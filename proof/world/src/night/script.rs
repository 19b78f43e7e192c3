//! What people do in a night, drawn from its chance, and what then must be so; judges nothing.

use std::time::Duration;

use conclave_api::{LiveChange, ParticipantChange, ParticipantKey, Request};
use conclave_model::Codec;

use super::{Actor, Night};
use crate::city::PhoneId;
use crate::network::Weather;
use crate::phone::{Line, PhonePlan};
use crate::voice::Voice;

impl Night {
    /// Long enough for announcements, mutes and music to settle, and for two bursts of speech.
    pub(super) fn rest(&mut self) {
        self.city.run(Duration::from_secs(9));
    }

    pub(super) fn step(&mut self) {
        let present = self.present();
        let draw = self.chance.below(100);
        if present.len() < 2 || draw < 30 && present.len() < PRESENT_MAX {
            self.arrive();
            return;
        }
        let index = self.chance.below(u32::try_from(present.len()).unwrap_or(1)) as usize;
        let actor = present[index].clone();
        match draw {
            0..40 => self.press_star_six(&actor),
            40..52 => self.mute_by_api(&actor),
            52..62 => self.hold(&actor),
            62..70 => self.change_codec(&actor),
            70..75 => self.give_up(),
            75..81 => self.leave(&actor),
            81..85 => self.vanish(&actor),
            85..90 => self.remove(&actor),
            90..95 => self.lock(&actor),
            _ => self.end_room(&actor),
        }
    }

    fn arrive(&mut self) {
        let room = self.chance.below(3) as usize;
        let (number, phone) = self.newcomer(room);
        let late_offer = self.chance.below(5) == 0;
        if late_offer {
            self.city.phone(phone).wait_for_their_offer();
        }
        let wrong = self.chance.below(5) == 0;
        self.story.push(format!(
            "its offer is late: {late_offer}, its PIN wrong: {wrong}"
        ));
        self.dial(phone, room);
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
            Some(pin) => self.press(phone, &pin),
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

    /// Somebody dials and hangs up again: before the answer, at the door, while saying the name.
    fn give_up(&mut self) {
        let room = self.chance.below(3) as usize;
        let (_, phone) = self.newcomer(room);
        let after = Duration::from_millis(u64::from(self.chance.below(5_000)));
        self.story.push(format!("and gives up after {after:?}"));
        self.dial(phone, room);
        if self.rooms[room].pin.is_none() {
            // Who is in the room would have to be heard.
            self.city.phone(phone).handset.set_voice(None);
        }
        self.city.run(after);
        self.city.hang_up(phone);
    }

    fn newcomer(&mut self, room: usize) -> (usize, PhoneId) {
        let number = self.cast.len();
        let codec = self.any_codec();
        let weather = Weather {
            delay: Duration::from_millis(u64::from(self.chance.below(80))),
            jitter: Duration::from_millis(u64::from(self.chance.below(25))),
            lost_permille: self.chance.below(10),
            doubled_permille: self.chance.below(5),
        };
        let (name, voice) = (format!("{}", 1_000 + number), Voice::numbered(number));
        self.story
            .push(format!("{number} dials {room} with {codec} in {weather:?}"));
        let phone = self.city.add_phone(PhonePlan {
            codec,
            voice: Some(voice),
            weather,
            number: name.clone(),
        });
        if number % 3 == 1 {
            self.city.phone(phone).grow_a_second_ear();
        }
        self.cast.push(Actor {
            phone,
            name,
            voice,
            codec,
            room: None,
            muted: false,
            held: false,
        });
        (number, phone)
    }

    fn any_codec(&mut self) -> Codec {
        let count = u32::try_from(CODECS.len()).unwrap_or(1);
        CODECS[self.chance.below(count) as usize]
    }

    fn dial(&mut self, phone: PhoneId, room: usize) {
        self.calls_placed += 1;
        let extension = self.rooms[room].extension.to_string();
        self.city.dial(phone, &extension);
    }

    /// As telephone events, or as SIP INFO, so slowly that one that is lost twice has come before
    /// the next is sent: one that comes late has missed its turn (RFC 3261 §12.2.2).
    fn press(&mut self, phone: PhoneId, keys: &str) {
        if self.chance.below(4) > 0 {
            self.city.press(phone, keys);
            return;
        }
        self.story.push(format!("{phone:?} sends INFO"));
        for key in keys.chars() {
            self.city.press_by_info(phone, &key.to_string());
            self.city.run(KEY_BY_INFO);
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
        self.press(actor.phone, "*6");
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

    fn change_codec(&mut self, actor: &Actor) {
        let codec = self.any_codec();
        self.story.push(format!("{actor} goes on with {codec}"));
        self.city.change_codec(actor.phone, codec);
        self.set(actor, |actor| actor.codec = codec);
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
        let by = "night".to_owned();
        let reply = self.city.ask(Request::SetLive { key, change, by });
        self.story.push(format!("{:?}", reply.is_ok()));
        self.locked[room] = locked;
    }

    fn end_room(&mut self, actor: &Actor) {
        self.story.push(format!("the API ends the room of {actor}"));
        let key = self.key_of(actor);
        let reply = self.city.ask(Request::EndLive(key));
        self.story.push(format!("{:?}", reply.is_ok()));
        for other in self
            .present()
            .iter()
            .filter(|other| other.room == actor.room)
        {
            self.set(other, |actor| actor.room = None);
        }
    }

    pub(super) fn everybody_goes_home(&mut self) {
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

/// Repetitions leave after 500 and 1,500 ms (RFC 3261 §17.1.2.2) and are 105 ms on their way.
const KEY_BY_INFO: Duration = Duration::from_millis(1_700);
/// Fewer than the mixer takes as talkers at once: everybody who speaks must be heard.
const PRESENT_MAX: usize = 6;
/// Opus seldom: it costs ten times as much as the others together.
const CODECS: [Codec; 7] = [
    Codec::Pcmu,
    Codec::Pcmu,
    Codec::Pcma,
    Codec::Pcma,
    Codec::G722,
    Codec::G722,
    Codec::Opus,
];
