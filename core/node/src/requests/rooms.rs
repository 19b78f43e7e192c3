//! Requests that read or change room records: checked wholly first, then stored, then true.

use std::sync::Arc;
use std::time::Instant;

use conclave_api::{
    KnownNames, Problem, ProblemKind, Response, RoomKey, RoomView, Wrong, unknown_names,
};
use conclave_model::confbridge::ProgramName;
use conclave_model::{
    Extension, FieldError, MorePins, Pin, PlaylistName, RoomDraft, RoomId, RoomPatch, RoomRecord,
    limits,
};

use super::pins::check_pins;
use crate::rooms::Change;
use crate::stored::Answer;
use crate::{Node, RequestId};

impl Node {
    pub(super) fn list_rooms(&self, query: Option<&str>) -> Response {
        let query = query.map(str::to_lowercase);
        let fits = |room: &RoomRecord| match &query {
            None => true,
            Some(query) => {
                room.title.as_str().to_lowercase().contains(query)
                    || room.extension.as_str().starts_with(query)
            }
        };
        let rooms = self.rooms.sorted().into_iter();
        Response::Rooms(
            rooms
                .filter(|room| fits(room))
                .map(|room| RoomView::of(room))
                .collect(),
        )
    }

    pub(super) fn show_room(&self, key: &RoomKey) -> Result<Response, Problem> {
        Ok(Response::Room(RoomView::of(&*self.find_room(key)?)))
    }

    pub(super) fn create_room(
        &mut self,
        now: Instant,
        ticket: RequestId,
        draft: RoomDraft,
    ) -> Result<(), Problem> {
        if self.rooms.len() >= limits::ROOMS {
            let detail = format!(
                "there are {} rooms already, which is the most",
                limits::ROOMS
            );
            return Err(Problem::conflict(detail));
        }
        let music = draft
            .music
            .unwrap_or_else(|| Some(PlaylistName::built_in()));
        self.check_music(music.as_ref())?;
        self.check_names(&draft.options, &draft.user_options)?;
        self.check_templates(&draft.options, &draft.user_options)?;
        self.check_keypad("keypad", &draft.keypad)?;
        self.check_keypad("moderator_keypad", &draft.moderator_keypad)?;
        let extension = match draft.extension {
            Some(extension) => extension,
            None => self.next_free_extension()?,
        };
        let created_at = self.config.wall.at(now);
        let id = RoomId::mint(created_at, &mut self.chance);
        self.check_extension(&extension, id)?;
        let pin = match draft.pin {
            Some(pin) => pin,
            None => {
                let others: Vec<&Pin> = draft.moderator_pin.iter().collect();
                Some(Pin::generate(&mut self.chance, &extension, &others))
            }
        };
        let record = RoomRecord {
            id,
            title: draft.title,
            extension,
            message: draft.message,
            music,
            pin,
            more_pins: MorePins {
                moderator: draft.moderator_pin,
                personal: Vec::new(),
            },
            language: draft.language,
            options: draft.options,
            user_options: draft.user_options,
            keypad: draft.keypad,
            moderator_keypad: draft.moderator_keypad,
            created_at,
            version: 1,
        };
        check_pins(&record)?;
        self.store_room(ticket, Change::Create(Arc::new(record)), Answer::Created);
        Ok(())
    }

    pub(super) fn update_room(
        &mut self,
        ticket: RequestId,
        key: &RoomKey,
        patch: RoomPatch,
        if_version: Option<u64>,
    ) -> Option<Result<Response, Problem>> {
        let checked = self.find_room(key).and_then(|old| {
            check_version(&old, if_version)?;
            if let Some(music) = &patch.music {
                self.check_music(music.as_ref())?;
            }
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            self.check_names(&text(&patch.options), &text(&patch.user_options))?;
            self.check_templates(&text(&patch.options), &text(&patch.user_options))?;
            for (field, menu) in [
                ("keypad", &patch.keypad),
                ("moderator_keypad", &patch.moderator_keypad),
            ] {
                if let Some(menu) = menu {
                    self.check_keypad(field, menu)?;
                }
            }
            if let Some(extension) = &patch.extension {
                self.check_extension(extension, old.id)?;
            }
            Ok(old)
        });
        match checked {
            Ok(old) => self.change_room(ticket, &old, patch, Answer::Room),
            Err(problem) => Some(Err(problem)),
        }
    }

    pub(super) fn delete_room(
        &mut self,
        ticket: RequestId,
        key: &RoomKey,
        if_version: Option<u64>,
    ) -> Result<(), Problem> {
        let old = self.find_room(key)?;
        check_version(&old, if_version)?;
        self.store_room(ticket, Change::Delete(old.id), Answer::Done);
        Ok(())
    }

    /// A patch that changes nothing is answered at once and makes no new version.
    pub(super) fn change_room(
        &mut self,
        ticket: RequestId,
        old: &Arc<RoomRecord>,
        patch: RoomPatch,
        answer: Answer,
    ) -> Option<Result<Response, Problem>> {
        let new = patch.apply_to(old);
        let is_same = RoomRecord {
            version: old.version,
            ..new.clone()
        } == **old;
        if is_same {
            return Some(Ok(answer.to(&Change::Update(Arc::clone(old)))));
        }
        if let Err(problem) = check_pins(&new) {
            return Some(Err(problem));
        }
        self.store_room(ticket, Change::Update(Arc::new(new)), answer);
        None
    }

    fn check_music(&self, music: Option<&PlaylistName>) -> Result<(), Problem> {
        match music {
            Some(music) if !self.playlists.contains(music) => {
                let known: Vec<&str> = self.playlists.iter().map(PlaylistName::as_str).collect();
                let accepted = format!("none or one of the playlists {}", known.join(", "));
                Err(FieldError::new("music", music.as_str(), accepted).into())
            }
            Some(_) | None => Ok(()),
        }
    }

    /// A line must name a sound that is there, and a program that is allowed.
    pub(super) fn check_names(&self, options: &str, user_options: &str) -> Result<(), Problem> {
        let known: Vec<&str> = self.shelf.names().collect();
        let programs = &self.config.record_commands;
        let programs: Vec<&str> = programs.iter().map(ProgramName::as_str).collect();
        let known = KnownNames {
            sounds: &known,
            programs: &programs,
        };
        let wrong = unknown_names(options, user_options, known);
        if wrong.is_empty() {
            Ok(())
        } else {
            Err(Problem::invalid(wrong))
        }
    }

    /// Also against changes that are not stored yet.
    fn check_extension(&self, extension: &Extension, id: RoomId) -> Result<(), Problem> {
        match self.rooms.holder(extension) {
            Some(holder) if holder != id => {
                let whose = match self.rooms.get(holder) {
                    Some(record) => format!("the room {:?} ({holder})", record.title.as_str()),
                    None => format!("the room {holder}, which is being created"),
                };
                let problem = Problem::conflict(format!("{extension} is the number of {whose}"));
                let accepted = "an extension that no other room has";
                Err(problem.with(Wrong::new("extension", extension.as_str(), accepted)))
            }
            Some(_) | None => self.check_is_no_service(extension),
        }
    }

    fn next_free_extension(&self) -> Result<Extension, Problem> {
        let pool = self.config.extension_pool.clone();
        let (first, last) = (*pool.start(), *pool.end());
        let is_free = |extension: &Extension| !self.extensions.holds(extension);
        self.rooms
            .next_free_extension(pool, is_free)
            .ok_or_else(|| {
                Problem::conflict(format!(
                    "every extension from {first} to {last} is taken; name another one"
                ))
            })
    }
}

fn check_version(record: &RoomRecord, if_version: Option<u64>) -> Result<(), Problem> {
    match if_version {
        Some(version) if version != record.version => Err(Problem::new(
            ProblemKind::VersionMismatch,
            format!(
                "the room is at version {} and not at {version}; read it again",
                record.version
            ),
        )),
        Some(_) | None => Ok(()),
    }
}
