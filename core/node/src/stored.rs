//! What the store was asked to keep, and what follows once it has; writes nothing itself.

use std::sync::Arc;
use std::time::Instant;

use conclave_api::{
    CallView, Happening, PinView, Problem, ProblemKind, ProfileKey, Response, RoomView,
};
use conclave_model::confbridge::Renaming;
use conclave_model::{CallEnd, CallId, CallRecord, PhoneId, PhonePassword, RoomId, RoomRecord};

use crate::extensions::ExtensionChange;
use crate::menus::MenuChange;
use crate::node::Service;
use crate::phones::PhoneChange;
use crate::profiles::ProfileChange;
use crate::requests::TrunkChange;
use crate::rooms::Change;
use crate::{Event, Node, RequestId, StoreFailure, StoreTicket, StoreWrite};

/// A write whose outcome is not known yet.
#[derive(Debug)]
pub(crate) enum Pending {
    Room {
        change: Change,
        request: RequestId,
        answer: Answer,
    },
    Menu {
        change: MenuChange,
        request: RequestId,
    },
    Extension {
        change: ExtensionChange,
        request: RequestId,
    },
    Profile {
        change: ProfileChange,
        request: RequestId,
    },
    Trunk {
        change: Box<TrunkChange>,
        request: RequestId,
    },
    Renaming {
        renaming: Box<Renaming>,
        request: RequestId,
    },
    Phone {
        change: PhoneChange,
        request: RequestId,
        /// Shown once, with the answer.
        password: Option<PhonePassword>,
    },
    Registrations(PhoneId),
    Call(CallId),
    Ladder(CallId),
}

impl Pending {
    /// The room as it will be once this is stored; what it names is still needed.
    pub fn room_to_be(&self) -> Option<&RoomRecord> {
        match self {
            Pending::Room {
                change: Change::Create(room) | Change::Update(room),
                ..
            } => Some(room),
            Pending::Room {
                change: Change::Delete(_),
                ..
            }
            | Pending::Menu { .. }
            | Pending::Extension { .. }
            | Pending::Profile { .. }
            | Pending::Trunk { .. }
            | Pending::Renaming { .. }
            | Pending::Phone { .. }
            | Pending::Registrations(_)
            | Pending::Call(_)
            | Pending::Ladder(_) => None,
        }
    }

    /// Of what an administrator keeps, not of a call.
    pub fn is_of_a_record(&self) -> bool {
        match self {
            Pending::Room { .. }
            | Pending::Menu { .. }
            | Pending::Extension { .. }
            | Pending::Profile { .. }
            | Pending::Phone { .. }
            | Pending::Trunk { .. }
            | Pending::Renaming { .. } => true,
            Pending::Registrations(_) | Pending::Call(_) | Pending::Ladder(_) => false,
        }
    }
}

/// What the one who asked for a change is told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Created,
    Room,
    Pin,
    Done,
}

impl Node {
    /// Hands a change to the store; nothing else happens until it says that it has it.
    pub(crate) fn store_room(&mut self, request: RequestId, change: Change, answer: Answer) {
        let write = match &change {
            Change::Create(record) | Change::Update(record) => {
                StoreWrite::PutRoom(Box::new(RoomRecord::clone(record)))
            }
            Change::Delete(id) => StoreWrite::DeleteRoom(*id),
        };
        self.rooms.begin(&change);
        let pending = Pending::Room {
            change,
            request,
            answer,
        };
        self.store(pending, write);
    }

    /// The same for a menu.
    pub(crate) fn store_menu(&mut self, request: RequestId, change: MenuChange) {
        let write = match &change {
            MenuChange::Put(record) => StoreWrite::PutMenu(Box::new(record.clone())),
            MenuChange::Delete(name) => StoreWrite::DeleteMenu(name.clone()),
        };
        self.menus.begin(&change);
        self.store(Pending::Menu { change, request }, write);
    }

    /// The same for a profile.
    pub(crate) fn store_profile(&mut self, request: RequestId, change: ProfileChange) {
        let write = match &change {
            ProfileChange::Put(record) => StoreWrite::PutProfile(Box::new(record.clone())),
            ProfileChange::Delete(key) => StoreWrite::DeleteProfile(key.clone()),
        };
        self.profiles.begin(&change);
        self.store(Pending::Profile { change, request }, write);
    }

    /// Hands the line of a call that has ended to the store and tells the public.
    pub(crate) fn keep_call(&mut self, now: Instant, record: CallRecord) {
        let at = self.config.wall.at(now);
        self.outbox.info(format!(
            "Call {} is over: {}",
            record.id,
            record.end.sentence()
        ));
        self.outbox
            .publish(at, Happening::CallEnded(CallView::of(&record)));
        let pending = Pending::Call(record.id);
        self.ladders.end(now, record.id);
        self.store(pending, StoreWrite::PutCall(Box::new(record)));
    }

    /// Hands over the messages of calls that ended a while ago.
    pub(crate) fn store_ladders(&mut self, now: Instant) {
        self.file_copies(now);
        let is_last_chance = self.service != Service::Open && self.calls.is_empty();
        while let Some(ladder) = self.ladders.take_due(now, is_last_chance) {
            let pending = Pending::Ladder(ladder.call);
            self.store(pending, StoreWrite::PutLadder(Box::new(ladder)));
        }
    }

    pub(crate) fn stored(
        &mut self,
        now: Instant,
        ticket: StoreTicket,
        result: Result<(), StoreFailure>,
    ) {
        match (self.pending.remove(&ticket), result) {
            (
                None | Some(Pending::Call(_) | Pending::Ladder(_) | Pending::Registrations(_)),
                Ok(()),
            ) => {}
            (Some(Pending::Registrations(id)), Err(failure)) => self.outbox.error(format!(
                "The registrations of phone {id} will not be found after a restart: {}",
                failure.sentence
            )),
            (
                Some(Pending::Phone {
                    change,
                    request,
                    password,
                }),
                result,
            ) => {
                self.phone_stored(now, &change, password.as_ref(), request, result);
            }
            (None, Err(failure)) => self.outbox.error(failure.sentence),
            (Some(Pending::Call(id)), Err(failure)) => self.outbox.error(format!(
                "Call {id} is missing from the call log: {}",
                failure.sentence
            )),
            (Some(Pending::Ladder(id)), Err(failure)) => self.outbox.error(format!(
                "The messages of call {id} were not kept: {}",
                failure.sentence
            )),
            (Some(Pending::Menu { change, request }), result) => {
                self.menu_stored(now, &change, request, result);
            }
            (Some(Pending::Extension { change, request }), result) => {
                self.extension_stored(now, &change, request, result);
            }
            (Some(Pending::Profile { change, request }), result) => {
                self.profile_stored(now, &change, request, result);
            }
            (Some(Pending::Trunk { change, request }), result) => {
                self.trunk_stored(now, *change, request, result);
            }
            (Some(Pending::Renaming { renaming, request }), result) => {
                self.renaming_stored(now, *renaming, request, result);
            }
            (
                Some(Pending::Room {
                    change,
                    request,
                    answer,
                }),
                result,
            ) => self.room_stored(now, &change, request, answer, result),
        }
    }

    /// A stored change of a room reaches whoever is in it.
    fn room_stored(
        &mut self,
        now: Instant,
        change: &Change,
        request: RequestId,
        answer: Answer,
        result: Result<(), StoreFailure>,
    ) {
        match result {
            Ok(()) => {
                let old = self.rooms.commit(change);
                self.reply(request, Ok(answer.to(change)));
                self.apply(now, change, old.as_ref());
            }
            Err(failure) => {
                self.rooms.abandon(change);
                self.outbox.error(format!(
                    "A change of room {} was not stored: {}",
                    change.room(),
                    failure.sentence
                ));
                self.reply(request, Err(not_stored()));
            }
        }
        self.serve_waiting(now);
    }

    /// A stored menu reaches whoever is in a room that has chosen it.
    fn menu_stored(
        &mut self,
        now: Instant,
        change: &MenuChange,
        request: RequestId,
        result: Result<(), StoreFailure>,
    ) {
        let name = change.name();
        let answer = match result {
            Ok(()) => {
                self.menus.commit(change);
                for id in self.live.ids() {
                    self.renew_menus(now, id);
                }
                match change {
                    MenuChange::Put(_) => self.show_menu(name),
                    MenuChange::Delete(_) => Ok(Response::Done),
                }
            }
            Err(failure) => {
                self.menus.abandon(change);
                let why = failure.sentence;
                let sentence = format!("A change of the menu {name} was not stored: {why}");
                self.outbox.error(sentence);
                Err(not_stored())
            }
        };
        self.reply(request, answer);
        self.serve_waiting(now);
    }

    /// A stored profile reaches every room that begins with it, whoever is in it.
    fn profile_stored(
        &mut self,
        now: Instant,
        change: &ProfileChange,
        request: RequestId,
        result: Result<(), StoreFailure>,
    ) {
        let answer = match result {
            Ok(()) => {
                self.profiles.commit(change);
                for id in self.live.ids() {
                    self.renew_profiles(now, id, &change.key());
                }
                match change {
                    ProfileChange::Put(_) => self.show_profile(&change.key()),
                    ProfileChange::Delete(_) => Ok(Response::Done),
                }
            }
            Err(failure) => {
                self.profiles.abandon();
                let (name, why) = (change.key().name, failure.sentence);
                let sentence = format!("A change of the profile {name} was not stored: {why}");
                self.outbox.error(sentence);
                Err(not_stored())
            }
        };
        self.reply(request, answer);
        self.serve_waiting(now);
    }

    /// Every room has all profiles; who is in one learns of those that it begins with.
    fn renew_profiles(&mut self, now: Instant, id: RoomId, changed: &ProfileKey) {
        let profiles = Arc::clone(self.profiles.all());
        let live = self.live.get(id);
        let is_reached =
            live.is_some_and(|live| self.profiles.reaches(live.room.record(), changed));
        self.with_room(now, id, |room, turn| {
            room.set_profiles(profiles);
            if is_reached {
                room.update(turn, Arc::clone(room.record()));
            }
        });
    }

    fn renew_menus(&mut self, now: Instant, id: RoomId) {
        if let Some(record) = self.rooms.get(id) {
            let menus = self.menus.of(record);
            self.with_room(now, id, |room, _| room.set_menus(menus));
        }
    }

    pub(crate) fn reply(&mut self, ticket: RequestId, result: Result<Response, Problem>) {
        self.outbox.event(Event::Reply { ticket, result });
    }

    pub(crate) fn store(&mut self, pending: Pending, write: StoreWrite) {
        let ticket = StoreTicket(self.tickets);
        self.tickets += 1;
        self.pending.insert(ticket, pending);
        self.outbox.event(Event::Store { ticket, write });
    }

    /// A stored change reaches whoever is in the room, and the public.
    fn apply(&mut self, now: Instant, change: &Change, old: Option<&Arc<RoomRecord>>) {
        let at = self.config.wall.at(now);
        match change {
            Change::Create(record) => {
                self.outbox.info(format!(
                    "Room {} was created under {}",
                    record.id, record.extension
                ));
                self.outbox
                    .publish(at, Happening::RoomCreated(RoomView::of(record)));
            }
            Change::Update(record) => {
                self.outbox.info(format!("Room {} was changed", record.id));
                self.outbox
                    .publish(at, Happening::RoomUpdated(RoomView::of(record)));
                let pins = |room: &RoomRecord| (room.pin.clone(), room.more_pins.clone());
                if old.is_some_and(|old| pins(old) != pins(record)) {
                    let room = crate::views::live_ref(record);
                    self.outbox.publish(at, Happening::RoomPinChanged(room));
                }
                let new = Arc::clone(record);
                let menus = self.menus.of(record);
                self.with_room(now, record.id, |room, turn| {
                    room.set_menus(menus);
                    room.update(turn, new);
                });
            }
            Change::Delete(id) => {
                self.outbox.info(format!("Room {id} was deleted"));
                if let Some(old) = old {
                    let room = crate::views::live_ref(old);
                    self.outbox.publish(at, Happening::RoomDeleted(room));
                }
                self.with_room(now, *id, |room, turn| room.end(turn, CallEnd::RoomEnded));
            }
        }
    }
}

pub(crate) fn not_stored() -> Problem {
    let detail = "the change could not be stored, and nothing was changed; \
                  the server's log says why";
    Problem::new(ProblemKind::Unavailable, detail)
}

impl Answer {
    /// After this change.
    pub fn to(self, change: &Change) -> Response {
        let (Change::Create(record) | Change::Update(record)) = change else {
            return Response::Done;
        };
        match self {
            Answer::Created => Response::RoomCreated(RoomView::with_pin(record)),
            Answer::Room => Response::Room(RoomView::of(record)),
            Answer::Pin => Response::Pin(PinView::of(record)),
            Answer::Done => Response::Done,
        }
    }
}
