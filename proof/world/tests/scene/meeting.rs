//! A meeting of people with names: where each is, what each has heard, who hears whom.
#![allow(dead_code, reason = "each test file uses its part")]

use std::ops::Range;

use conclave_api::{
    LiveView, ParticipantKey, ParticipantView, ProfileKey, ProfileRequest, Request, Response,
    RoomKey, WaitingStep, WaitingView,
};
use conclave_model::confbridge::{MenuName, OptionSection};
use conclave_model::{CallEnd, Chance, Codec, PersonalPin, PinRole, RoomRecord};
use conclave_world::{City, GERMAN_HZ, Heard, Line, MUSIC_HZ, PhoneId, Voice, room, transcript};

use super::{millis, seconds, silent};

/// As whom somebody comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum As {
    /// With the PIN of the room, or without one where it has none.
    Member,
    /// With the PIN of moderators: admin and leader.
    Moderator,
    /// With a PIN of their own, which brings these User options.
    With(&'static str),
}

pub const MEMBER_PIN: &str = "627184";
pub const MODERATOR_PIN: &str = "394815";

/// Room 801 of a city; `options` and `user_options` as its fields have them.
pub fn plan(options: &str, user_options: &str) -> RoomRecord {
    let mut room = room(&mut Chance::from_seed([7; 32]), "801", None, false, false);
    room.options = options.to_owned();
    room.user_options = user_options.to_owned();
    room
}

pub struct Meeting {
    pub city: City,
    people: Vec<Person>,
    names_are_said: bool,
}

struct Person {
    name: &'static str,
    phone: PhoneId,
    pin: Option<String>,
    voice: usize,
    /// Seconds of what the phone has heard that were asked for already.
    asked: f32,
}

impl Meeting {
    /// The room has PINs as soon as somebody needs one.
    pub fn new(mut room: RoomRecord, cast: &[(&'static str, As)]) -> Meeting {
        if cast.iter().any(|(_, whom)| *whom != As::Member) {
            room.pin = Some(MEMBER_PIN.parse().expect("a PIN"));
            room.more_pins.moderator = Some(MODERATOR_PIN.parse().expect("a PIN"));
        }
        let own = cast.iter().enumerate().filter_map(own_pin);
        room.more_pins.personal = own.collect();
        let (pins, names_are_said) = (room.clone(), room.message);
        let mut city = City::new(7, vec![room]);
        let people = cast
            .iter()
            .enumerate()
            .map(|(number, (name, whom))| Person {
                name,
                phone: silent(&mut city, Codec::G722),
                pin: pin_of(&pins, name, *whom),
                voice: number,
                asked: 0.0,
            });
        let people = people.collect();
        let mut meeting = Meeting {
            city,
            people,
            names_are_said,
        };
        for (name, whom) in cast {
            if let As::With(options) = whom {
                meeting.has_profile(OptionSection::User, name, options);
            }
        }
        meeting
    }

    pub fn phone(&self, name: &str) -> PhoneId {
        self.person(name).phone
    }

    // What happens ------------------------------------------------------------------------------

    /// All the way in, as far as the room lets them, and until nothing is said any more.
    pub fn comes(&mut self, name: &str) {
        self.arrives(name);
        self.calm();
    }

    /// The same without the calm.
    pub fn arrives(&mut self, name: &str) {
        let Person { phone, voice, .. } = *self.person(name);
        let pin = self.person(name).pin.clone();
        self.city.dial(phone, "801");
        let is_there = |city: &mut City| !matches!(city.phone(phone).line, Line::Calling);
        assert!(self.city.run_until(seconds(5), is_there), "{name}");
        if let Some(pin) = pin {
            self.city.run(seconds(1));
            self.city.press(phone, &pin);
            // 200 ms for each digit.
            self.city.run(millis(200 * pin.len() as u64 + 100));
        } else {
            self.city.run(millis(500));
        }
        if self.names_are_said {
            self.city.run(millis(1_300));
            self.speaks(phone, Some(voice));
            self.city.run(seconds(1));
            self.speaks(phone, None);
            self.city.run(seconds(2));
        }
    }

    pub fn goes(&mut self, name: &str) {
        let phone = self.phone(name);
        self.city.hang_up(phone);
        self.calm();
    }

    pub fn is_removed(&mut self, name: &str) {
        self.remove(name);
        self.calm();
    }

    /// The same without the calm.
    pub fn remove(&mut self, name: &str) {
        let (key, who) = (RoomKey::new("801"), self.key(name));
        let reply = self.city.ask(Request::RemoveParticipant { key, who });
        assert!(reply.is_ok(), "{reply:?}");
    }

    pub fn presses(&mut self, name: &str, keys: &str) {
        let phone = self.phone(name);
        self.city.press(phone, keys);
        self.calm();
    }

    /// Until everything is said, music has begun and keys have their meaning.
    pub fn calm(&mut self) {
        self.city.run(seconds(7));
    }

    /// The operator makes a menu of this text and gives its keys to these people of the room.
    pub fn has_keys(&mut self, whom: As, name: &str, text: &str) {
        let menu: MenuName = name.parse().expect("a name");
        let made = self.city.ask(Request::CreateMenu {
            name: menu.clone(),
            text: text.to_owned(),
        });
        assert!(made.is_ok(), "{made:?}");
        self.is_changed(|room| match whom {
            As::Member => room.keypad = Some(menu),
            As::Moderator => room.moderator_keypad = Some(menu),
            As::With(_) => panic!("keys are of members or of moderators"),
        });
    }

    /// The operator keeps options under a name.
    pub fn has_profile(&mut self, section: OptionSection, name: &str, text: &str) {
        let name = name.parse().expect("a name");
        let made = self.city.ask(Request::Profile(ProfileRequest::Create {
            key: ProfileKey { section, name },
            text: text.to_owned(),
        }));
        assert!(made.is_ok(), "{made:?}");
    }

    /// What the operator changes while people are there.
    pub fn is_changed(&mut self, change: impl FnOnce(&mut conclave_model::RoomPatch)) {
        let mut patch = conclave_model::RoomPatch::default();
        change(&mut patch);
        let reply = self.city.ask(Request::UpdateRoom {
            key: RoomKey::new("801"),
            patch,
            if_version: None,
        });
        assert!(reply.is_ok(), "{reply:?}");
    }

    // How it stands -----------------------------------------------------------------------------

    pub fn live(&mut self) -> LiveView {
        match self.city.ask(Request::ShowLive(RoomKey::new("801"))) {
            Ok(Response::Live(live)) => live,
            other => panic!("{other:?}"),
        }
    }

    pub fn view(&mut self, name: &str) -> ParticipantView {
        let (key, who) = (RoomKey::new("801"), self.key(name));
        match self.city.ask(Request::ShowParticipant { key, who }) {
            Ok(Response::Participant(view)) => view,
            other => panic!("{other:?}"),
        }
    }

    /// The state in the words of ConfBridge and everybody who is in the room, in the order of the
    /// cast: `SINGLE: una, wim waits`.
    pub fn room(&mut self) -> String {
        let live = self.live();
        let mut who: Vec<String> = Vec::new();
        for person in &self.people {
            let number = person.number();
            let active = live.participants.iter().find(|one| one.number == number);
            let step = live.waiting.iter().find(|one| one.number == number);
            if let Some(one) = active {
                let muted = if one.muted { " muted" } else { "" };
                let held = if one.held { " held" } else { "" };
                who.push(format!("{}{muted}{held}", person.name));
            } else if step.is_some_and(|one| one.step == WaitingStep::Leader) {
                who.push(format!("{} waits", person.name));
            }
        }
        let state = state(&live);
        let people = who.join(", ");
        format!("{state}: {people}")
            .trim_end_matches([' ', ':'])
            .to_owned()
    }

    /// How the calls that are over ended, in their order.
    pub fn ends(&self) -> Vec<CallEnd> {
        self.city.call_log.iter().map(|call| call.end).collect()
    }

    /// The events of this kind since one was asked for last.
    pub fn happened(&mut self, kind: &str) -> Vec<&'static str> {
        let events = std::mem::take(&mut self.city.published);
        let names = events.iter().map(|event| event.what.type_name());
        names.filter(|name| name.starts_with(kind)).collect()
    }

    // What is heard -----------------------------------------------------------------------------

    /// What this one heard, in its order, since it was asked last. Voices: those of spoken names.
    pub fn heard(&mut self, name: &str) -> Vec<String> {
        let heard = self.transcript(name);
        heard.into_iter().map(|one| one.what).collect()
    }

    /// The same with the times.
    pub fn transcript(&mut self, name: &str) -> Vec<Heard> {
        let voices: Vec<usize> = if self.names_are_said {
            self.people.iter().map(|person| person.voice).collect()
        } else {
            Vec::new()
        };
        let at = self.place(name);
        let ear = &self.city.phone(self.people[at].phone).handset.ear;
        let heard = transcript(ear, self.people[at].asked, &voices);
        self.people[at].asked = ear.seconds();
        let words = heard.iter().filter(|one| one.what != "music");
        let words: Vec<&Heard> = words.collect();
        for pair in words.windows(2) {
            let over = pair[0].when.end - pair[1].when.start;
            assert!(over < 0.1, "two at once to {name}: {pair:?}");
        }
        heard
    }

    /// The same, each word with its language: `pin-please in German`.
    pub fn heard_in_languages(&mut self, name: &str) -> Vec<String> {
        let heard = self.transcript(name);
        let phone = self.phone(name);
        let ear = &self.city.phone(phone).handset.ear;
        let german = ear.spans(GERMAN_HZ, 0.0, AUDIBLE, 0.11);
        let is_german = |one: &Heard| {
            let meets =
                |other: &Range<f32>| one.when.start < other.end && other.start < one.when.end;
            german.iter().any(meets)
        };
        let with_language = |one: &Heard| {
            let language = if is_german(one) { "German" } else { "English" };
            format!("{} in {language}", one.what)
        };
        heard.iter().map(with_language).collect()
    }

    /// How loud the others hear this one.
    pub fn loudness(&mut self, speaker: &str, listener: &str) -> f32 {
        let Person { phone, voice, .. } = *self.person(speaker);
        self.speaks(phone, Some(voice));
        self.city.run(millis(2_500));
        let listener = self.phone(listener);
        let ear = &self.city.phone(listener).handset.ear;
        let loudest = ear.loudest(Voice::numbered(voice).pitch_hz, 1.5);
        self.speaks(phone, None);
        self.city.run(seconds(1));
        loudest
    }

    /// Nobody needs to be asked of what was before.
    pub fn forget(&mut self) {
        for person in &mut self.people {
            person.asked = self.city.phone(person.phone).handset.ear.seconds();
        }
    }

    /// Who hears music.
    pub fn music(&mut self) -> Vec<&'static str> {
        let mut hearing = Vec::new();
        for person in &self.people {
            let handset = &self.city.phone(person.phone).handset;
            if handset.far_port().is_some() && handset.ear.loudest(MUSIC_HZ, 1.0) > AUDIBLE {
                hearing.push(person.name);
            }
        }
        hearing
    }

    /// Speaks for a moment, all others being silent: who hears it.
    pub fn audience(&mut self, name: &str) -> Vec<&'static str> {
        let Person { phone, voice, .. } = *self.person(name);
        self.speaks(phone, Some(voice));
        self.city.run(millis(1_500));
        let pitch = Voice::numbered(voice).pitch_hz;
        let mut hearing = Vec::new();
        for person in &self.people {
            let handset = &self.city.phone(person.phone).handset;
            let heard = handset.ear.loudest(pitch, 1.0);
            let is_connected = handset.far_port().is_some();
            if is_connected && heard > LOUD {
                hearing.push(person.name);
            } else if is_connected {
                assert!(heard < AUDIBLE, "{} hears {name}: {heard}", person.name);
            }
        }
        self.speaks(phone, None);
        self.city.run(seconds(1));
        hearing
    }

    pub fn speaks(&mut self, phone: PhoneId, voice: Option<usize>) {
        let voice = voice.map(Voice::numbered);
        self.city.phone(phone).handset.set_voice(voice);
    }

    fn key(&self, name: &str) -> ParticipantKey {
        ParticipantKey::new(&self.person(name).number())
    }

    fn person(&self, name: &str) -> &Person {
        &self.people[self.place(name)]
    }

    fn place(&self, name: &str) -> usize {
        let place = self.people.iter().position(|person| person.name == name);
        place.unwrap_or_else(|| panic!("{name} is not in the cast"))
    }
}

impl Person {
    fn number(&self) -> String {
        format!("{}", 1_000 + self.phone.0)
    }
}

/// Everybody who comes with options of their own has a profile of their name.
fn own_pin((number, (name, whom)): (usize, &(&'static str, As))) -> Option<PersonalPin> {
    matches!(whom, As::With(_)).then(|| PersonalPin {
        name: name.parse().expect("a name"),
        role: PinRole::Member,
        pin: format!("8642{number:02}").parse().expect("a PIN"),
        profile: Some(name.parse().expect("a name")),
    })
}

fn pin_of(room: &RoomRecord, name: &str, whom: As) -> Option<String> {
    let own = || room.more_pins.of(&name.parse().expect("a name"));
    let pin = match whom {
        As::Member => room.pin.as_ref(),
        As::Moderator => room.more_pins.moderator.as_ref(),
        As::With(_) => own().map(|own| &own.pin),
    };
    pin.map(|pin| pin.reveal().to_owned())
}

/// The six states, from who is there.
fn state(live: &LiveView) -> &'static str {
    let is_led = live.participants.iter().any(|one| one.leader);
    let waits = |one: &&WaitingView| one.step == WaitingStep::Leader;
    let waiting = live.waiting.iter().filter(waits).count();
    match (live.participants.len(), waiting, is_led) {
        (0, 0, _) => "EMPTY",
        (0, _, _) => "INACTIVE",
        (1, _, false) => "SINGLE",
        (1, _, true) => "SINGLE_MARKED",
        (_, _, false) => "MULTI",
        (_, _, true) => "MULTI_MARKED",
    }
}

/// Of a voice of 0.25.
const LOUD: f32 = 0.1;
const AUDIBLE: f32 = 0.02;
