//! From a key to a wish, by what is shown and chosen; draws nothing.

use std::time::Instant;

use conclave_api::clean;
use conclave_model::limits;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind};

use crate::choice::{Choice, Step};
use crate::deed::{Change, Deed};
use crate::keys::{Command, PersonCommand, RoomCommand, command_of};
use crate::person::name_of;
use crate::room::Room;
use crate::top::{Renaming, Top, Window, Wish};
use crate::typing::{Typed, Typing};

/// Who is chosen in a room.
enum Chosen {
    Person(String),
    /// At the door.
    Caller(String),
}

impl Top {
    pub(crate) fn press(&mut self, now: Instant, key: &KeyEvent, wishes: &mut Vec<Wish>) {
        if key.kind == KeyEventKind::Release {
            return;
        }
        if self.window.is_some() {
            self.press_in_window(key, wishes);
            return;
        }
        let Some(command) = command_of(key) else {
            return;
        };
        match command {
            Command::Quit => wishes.push(Wish::Quit),
            Command::Help => self.window = Some(Window::Help),
            Command::Walk(step) => self.walk(step),
            Command::Open => self.enter(now),
            Command::Back => self.open = None,
            Command::OnRoom(command) => self.act_on_room(now, command, wishes),
            Command::OnPerson(command) => self.act_on_person(now, command, wishes),
        }
    }

    /// The ids of the rows, in their order.
    pub(crate) fn row_ids(&self) -> Vec<&str> {
        match self.open_room() {
            Some(room) => {
                let people = room.people.iter().map(|person| person.view.id.as_str());
                let callers = room.waiting.iter().map(|caller| caller.id.as_str());
                people.chain(callers).collect()
            }
            None => self
                .rooms
                .live()
                .map(|room| room.at.room.as_str())
                .collect(),
        }
    }

    fn walk(&mut self, step: Step) {
        let ids: Vec<String> = self.row_ids().into_iter().map(str::to_owned).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let choice = match &mut self.open {
            Some((_, choice)) => choice,
            None => &mut self.in_list,
        };
        choice.step(step, &ids);
        self.armed = None;
    }

    fn enter(&mut self, now: Instant) {
        if self.open.is_some() {
            return;
        }
        let chosen = self.in_list.among(&self.row_ids());
        match chosen.map(|(_, id)| id.to_owned()) {
            Some(id) => self.open = Some((id, Choice::default())),
            None => self.say(now, "choose a room first: ↑ ↓"),
        }
    }

    fn act_on_room(&mut self, now: Instant, command: RoomCommand, wishes: &mut Vec<Wish>) {
        let Some(room) = self.open_room() else {
            self.say(now, NO_ROOM);
            return;
        };
        let id = room.at.room.clone();
        match command {
            RoomCommand::MuteAll => wishes.push(set_room(&id, Change::MutedAll(!room.all_muted()))),
            RoomCommand::Lock => wishes.push(set_room(&id, Change::Locked(!room.locked))),
            RoomCommand::Record => {
                let change = Change::Recording(room.recorded_since.is_none());
                wishes.push(set_room(&id, change));
            }
            RoomCommand::Admit => {
                let callers = match self.chosen(room) {
                    Some(Chosen::Caller(who)) => vec![who],
                    Some(Chosen::Person(_)) | None => {
                        room.waiting.iter().map(|it| it.id.clone()).collect()
                    }
                };
                if callers.is_empty() {
                    self.say(now, "nobody is at the door");
                }
                let admit = |who| Deed::Admit {
                    room: id.clone(),
                    who,
                };
                wishes.extend(callers.into_iter().map(admit).map(Wish::Do));
            }
        }
    }

    fn act_on_person(&mut self, now: Instant, command: PersonCommand, wishes: &mut Vec<Wish>) {
        let Some(room) = self.open_room() else {
            self.say(now, NO_ROOM);
            return;
        };
        let id = room.at.room.clone();
        let who = match self.chosen(room) {
            Some(Chosen::Person(who)) => who,
            Some(Chosen::Caller(who)) if command == PersonCommand::Remove => {
                self.remove(now, Deed::TurnAway { room: id, who }, wishes);
                return;
            }
            Some(Chosen::Caller(_)) => {
                self.say(now, "still at the door: A lets in, k twice turns away");
                return;
            }
            None => {
                self.say(now, "choose somebody first: ↑ ↓");
                return;
            }
        };
        let Some(person) = room.person(&who) else {
            return;
        };
        match command {
            PersonCommand::Mute => {
                wishes.push(set_person(&id, &who, Change::Muted(!person.view.muted)));
            }
            PersonCommand::LetSpeak => wishes.push(set_person(&id, &who, Change::Speaks)),
            PersonCommand::Remove => self.remove(now, Deed::Remove { room: id, who }, wishes),
            PersonCommand::Rename => {
                let name = clean(person.view.name.as_deref().unwrap_or_default());
                self.window = Some(Window::Rename {
                    room: id,
                    who,
                    typing: Typing::of(&name, *limits::TITLE_CHARS.end()),
                    step: Renaming::Typing,
                });
            }
            PersonCommand::Volume => {
                self.window = Some(Window::Volume {
                    wanted_db: person.view.volume_db,
                    room: id,
                    who,
                });
            }
        }
    }

    /// What cannot be undone is asked for twice.
    fn remove(&mut self, now: Instant, deed: Deed, wishes: &mut Vec<Wish>) {
        let (Deed::Remove { who, .. } | Deed::TurnAway { who, .. }) = &deed else {
            return;
        };
        if self.asked_twice(now, who) {
            self.notice = None;
            wishes.push(Wish::Do(deed));
            return;
        }
        let name = self.open_room().map(|room| name_in(room, who));
        let name = name.unwrap_or_default();
        self.say(now, format!("press k again to remove {name}"));
    }

    fn chosen(&self, room: &Room) -> Option<Chosen> {
        let (_, choice) = self.open.as_ref()?;
        let (place, id) = choice.among(&self.row_ids())?;
        if place < room.people.len() {
            Some(Chosen::Person(id.to_owned()))
        } else {
            Some(Chosen::Caller(id.to_owned()))
        }
    }

    fn press_in_window(&mut self, key: &KeyEvent, wishes: &mut Vec<Wish>) {
        let stays = match &mut self.window {
            None | Some(Window::Help) => false,
            Some(Window::Rename {
                room,
                who,
                typing,
                step,
            }) => match typing.press(key) {
                Typed::Taken => {
                    *step = Renaming::Typing;
                    true
                }
                Typed::Done => {
                    if *step != Renaming::Sent {
                        *step = Renaming::Sent;
                        wishes.push(set_person(room, who, Change::Name(typing.text())));
                    }
                    true
                }
                Typed::GivenUp => false,
            },
            Some(Window::Volume {
                room,
                who,
                wanted_db,
            }) => match volume_after(*wanted_db, key.code) {
                Some(db) => {
                    if db != *wanted_db {
                        *wanted_db = db;
                        wishes.push(set_person(room, who, Change::VolumeDb(db)));
                    }
                    true
                }
                None => false,
            },
        };
        if !stays {
            self.window = None;
        }
    }
}

/// `None` for a key that is not about volume.
#[allow(clippy::wildcard_enum_match_arm)] // A keyboard has more keys than mean something here.
fn volume_after(db: i8, code: KeyCode) -> Option<i8> {
    let wanted = match code {
        KeyCode::Left | KeyCode::Down | KeyCode::Char('-') => db - VOLUME_STEP_DB,
        KeyCode::Right | KeyCode::Up | KeyCode::Char('+' | '=') => db + VOLUME_STEP_DB,
        KeyCode::Char('0') => 0,
        _ => return None,
    };
    Some(wanted.clamp(*limits::VOLUME_DB.start(), *limits::VOLUME_DB.end()))
}

pub(crate) fn name_in(room: &Room, id: &str) -> String {
    let person = room.person(id).map(|person| person.name());
    let caller = || {
        let mut waiting = room.waiting.iter();
        let caller = waiting.find(|caller| caller.id == id)?;
        Some(name_of(caller.name.as_deref(), &caller.number))
    };
    clean(person.or_else(caller).unwrap_or_default())
}

fn set_room(room: &str, change: Change) -> Wish {
    Wish::Do(Deed::SetRoom {
        room: room.to_owned(),
        change,
    })
}

fn set_person(room: &str, who: &str, change: Change) -> Wish {
    Wish::Do(Deed::SetPerson {
        room: room.to_owned(),
        who: who.to_owned(),
        change,
    })
}

const NO_ROOM: &str = "open a room first: ↑ ↓ and Enter";
/// A step that can just be heard.
const VOLUME_STEP_DB: i8 = 2;
