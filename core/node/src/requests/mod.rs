//! Hands each request of the public API to the file that serves it.

mod door;
mod extensions;
mod live;
mod menus;
mod moving;
mod now;
mod phones;
mod pins;
mod profiles;
mod registrations;
mod renaming;
mod rooms;
mod trunks;

use std::sync::Arc;
use std::time::Instant;

use conclave_api::{Counts, Problem, ProblemKind, Request, Response, RoomKey};
use conclave_model::{RoomId, RoomRecord, limits};

pub(crate) use trunks::{TrunkChange, view as trunk_view};

use crate::stored::Pending;
use crate::{Node, RequestId};

impl Node {
    pub(crate) fn request(&mut self, now: Instant, ticket: RequestId, request: Request) {
        if self.must_wait(&request) {
            if self.waiting.len() < limits::CHANGES_WAITING {
                self.waiting.push_back((ticket, request));
            } else {
                let detail = "too many changes wait for the store; try again in a moment";
                self.reply(ticket, Err(Problem::new(ProblemKind::Unavailable, detail)));
            }
            return;
        }
        if let Some(result) = self.serve(now, ticket, request) {
            self.reply(ticket, result);
        }
    }

    /// A change was stored, or was not: whoever waited for that is served now.
    pub(crate) fn serve_waiting(&mut self, now: Instant) {
        for (ticket, request) in std::mem::take(&mut self.waiting) {
            self.request(now, ticket, request);
        }
    }

    /// `None`: the answer follows once the change is stored.
    fn serve(
        &mut self,
        now: Instant,
        ticket: RequestId,
        request: Request,
    ) -> Option<Result<Response, Problem>> {
        let answer = match request {
            Request::ListRooms { query } => Ok(self.list_rooms(query.as_deref())),
            Request::ShowRoom(key) => self.show_room(&key),
            Request::ShowPin(key) => self.show_pin(&key),
            Request::CreateRoom(draft) => {
                return self.create_room(now, ticket, draft).err().map(Err);
            }
            Request::UpdateRoom {
                key,
                patch,
                if_version,
            } => return self.update_room(ticket, &key, patch, if_version),
            Request::DeleteRoom { key, if_version } => {
                return self.delete_room(ticket, &key, if_version).err().map(Err);
            }
            Request::NewPin { key, new } => return self.new_pin(ticket, &key, new),
            Request::ClearPin { key, of } => return self.clear_pin(ticket, &key, &of),
            Request::ListRegistrations { context } => {
                Ok(self.list_registrations(context.as_deref()))
            }
            Request::ListLive => Ok(self.show_now(now)),
            Request::ShowLive(key) => self.show_live(now, &key),
            Request::SetLive { key, change, by } => self.set_live(now, &key, &change, &by),
            Request::EndLive(key) => self.end_live(now, &key),
            Request::ShowParticipant { key, who } => self.show_participant(now, &key, &who),
            Request::SetParticipant { key, who, change } => {
                self.set_participant(now, &key, &who, &change)
            }
            Request::RemoveParticipant { key, who } => self.remove_participant(now, &key, &who),
            Request::Announce { key, prompt } => self.announce(now, &key, prompt),
            Request::Admit { key, who } => self.admit(now, &key, &who),
            Request::TurnAway { key, who } => self.turn_away(now, &key, &who),
            Request::ListMenus => Ok(self.list_menus()),
            Request::ShowMenu(name) => self.show_menu(&name),
            Request::CreateMenu { name, text } => {
                return self.create_menu(now, ticket, name, &text).err().map(Err);
            }
            Request::UpdateMenu {
                name,
                change,
                if_version,
            } => {
                let asked = self.update_menu(ticket, &name, change, if_version);
                return asked.err().map(Err);
            }
            Request::DeleteMenu { name, if_version } => {
                return self.delete_menu(ticket, &name, if_version).err().map(Err);
            }
            Request::ListExtensions => Ok(self.list_extensions()),
            Request::PutExtension { extension, service } => {
                let asked = self.put_extension(now, ticket, extension, service);
                return asked.err().map(Err);
            }
            Request::DeleteExtension(extension) => {
                return self.delete_extension(ticket, extension).err().map(Err);
            }
            Request::Profile(asked) => return self.serve_profile(now, ticket, asked),
            Request::Phone(asked) => return self.serve_phone(now, ticket, asked),
            Request::Trunk(asked) => return self.serve_trunk(now, ticket, asked),
            Request::Status => Ok(Response::Counts(self.counts())),
        };
        Some(answer)
    }

    /// Changes of one room or menu follow each other: the next sees what the last one made.
    fn must_wait(&self, request: &Request) -> bool {
        let key = match request {
            Request::Profile(asked) => return self.profile_must_wait(asked),
            Request::Phone(asked) => return self.phone_must_wait(asked),
            Request::Trunk(asked) => return self.trunk_must_wait(asked),
            Request::PutExtension { extension, .. } | Request::DeleteExtension(extension) => {
                return self.extensions.is_changing(extension);
            }
            Request::UpdateMenu { change, .. } if change.name.is_some() => {
                return self.is_changing();
            }
            Request::CreateMenu { name, .. }
            | Request::UpdateMenu { name, .. }
            | Request::DeleteMenu { name, .. } => {
                return self.menus.is_changing(name) || self.is_renaming();
            }
            Request::CreateRoom(_) => return self.is_renaming(),
            Request::UpdateRoom { key, .. }
            | Request::DeleteRoom { key, .. }
            | Request::NewPin { key, .. }
            | Request::ClearPin { key, .. } => key,
            Request::ListRooms { .. }
            | Request::ShowRoom(_)
            | Request::ShowPin(_)
            | Request::ListRegistrations { .. }
            | Request::ListLive
            | Request::ShowLive(_)
            | Request::SetLive { .. }
            | Request::EndLive(_)
            | Request::ShowParticipant { .. }
            | Request::SetParticipant { .. }
            | Request::RemoveParticipant { .. }
            | Request::Announce { .. }
            | Request::Admit { .. }
            | Request::TurnAway { .. }
            | Request::ListMenus
            | Request::ShowMenu(_)
            | Request::ListExtensions
            | Request::Status => return false,
        };
        self.is_renaming()
            || self
                .find_room(key)
                .is_ok_and(|record| self.rooms.is_changing(record.id))
    }

    /// A record is on its way to the store: a new name has to wait for what may name the old one.
    fn is_changing(&self) -> bool {
        self.pending.values().any(Pending::is_of_a_record)
    }

    /// By id, extension or title; the first two without looking through all of them.
    fn find_room(&self, key: &RoomKey) -> Result<Arc<RoomRecord>, Problem> {
        let by_id = key.as_id().and_then(|id| self.rooms.get(id));
        let by_extension = || self.rooms.by_extension(&key.as_extension()?);
        if let Some(record) = by_id.or_else(by_extension) {
            return Ok(Arc::clone(record));
        }
        let id: RoomId = key.find(self.rooms.iter())?.id;
        self.rooms.get(id).cloned().ok_or_else(|| key.unknown())
    }

    fn counts(&self) -> Counts {
        let present: Vec<u64> = self
            .live
            .iter()
            .map(|live| live.room.counts().active as u64)
            .filter(|present| *present > 0)
            .collect();
        Counts {
            rooms: self.rooms.iter().count() as u64,
            rooms_live: present.len() as u64,
            participants: present.iter().sum(),
            calls: self.calls.len() as u64,
            calls_max: self.config.calls_max as u64,
            load: self.load_level().into(),
        }
    }
}
