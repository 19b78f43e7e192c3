//! What follows once a menu or a profile has another name; decides nothing.

use std::sync::Arc;
use std::time::Instant;

use conclave_api::{Happening, ProfileKey, RoomView};
use conclave_model::confbridge::{Renamed, Renaming};

use crate::menus::MenuChange;
use crate::profiles::ProfileChange;
use crate::rooms::Change;
use crate::stored::{Pending, not_stored};
use crate::{Node, RequestId, StoreFailure, StoreWrite};

impl Node {
    /// Hands it to the store; until it is there, nothing that names or is named changes.
    pub(crate) fn store_renaming(&mut self, request: RequestId, renaming: Renaming) {
        let write = StoreWrite::Rename(Box::new(renaming.clone()));
        let renaming = Box::new(renaming);
        self.store(Pending::Renaming { renaming, request }, write);
    }

    pub(crate) fn is_renaming(&self) -> bool {
        let is_one = |pending: &Pending| matches!(pending, Pending::Renaming { .. });
        self.pending.values().any(is_one)
    }

    pub(crate) fn renaming_stored(
        &mut self,
        now: Instant,
        renaming: Renaming,
        request: RequestId,
        result: Result<(), StoreFailure>,
    ) {
        let answer = match result {
            Ok(()) => {
                let what = renaming.what.clone();
                self.rename(now, renaming);
                match what {
                    Renamed::Menu { new, .. } => self.show_menu(&new.name),
                    Renamed::Profile { new, .. } => {
                        self.show_profile(&crate::profiles::key_of(&new))
                    }
                }
            }
            Err(failure) => {
                let why = failure.sentence;
                self.outbox
                    .error(format!("A new name was not stored: {why}"));
                Err(not_stored())
            }
        };
        self.reply(request, answer);
        self.serve_waiting(now);
    }

    /// All of it before anybody in a room notices: nobody is without their options for a moment.
    fn rename(&mut self, now: Instant, renaming: Renaming) {
        match renaming.what {
            Renamed::Menu { old, new } => {
                self.menus.commit(&MenuChange::Put(new));
                self.menus.commit(&MenuChange::Delete(old));
            }
            Renamed::Profile { old, new } => {
                let section = new.section;
                self.profiles.commit(&ProfileChange::Put(new));
                let old = ProfileKey { section, name: old };
                self.profiles.commit(&ProfileChange::Delete(old));
            }
        }
        for profile in renaming.profiles {
            self.profiles.commit(&ProfileChange::Put(profile));
        }
        let at = self.config.wall.at(now);
        for room in renaming.rooms {
            let view = RoomView::of(&room);
            self.rooms.commit(&Change::Update(Arc::new(room)));
            self.outbox.publish(at, Happening::RoomUpdated(view));
        }
        for id in self.live.ids() {
            let Some(record) = self.rooms.get(id).cloned() else {
                continue;
            };
            let (menus, profiles) = (self.menus.of(&record), Arc::clone(self.profiles.all()));
            self.with_room(now, id, |room, turn| {
                room.set_menus(menus);
                room.set_profiles(profiles);
                room.update(turn, record);
            });
        }
    }
}
