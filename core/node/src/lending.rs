//! Lends one call or one room to one piece of work and survives its panic; does no work itself.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use conclave_call::{Call, Turn as CallTurn, reason_header};
use conclave_contract::{Command, VideoCommand};
use conclave_model::{CallEnd, CallId, RoomId};
use conclave_room::{Room, Turn as RoomTurn};

use crate::Node;
use crate::follow::Work;
use crate::node::Sleeper;

/// Panics on purpose, for tests.
#[cfg(test)]
#[derive(Debug, Default)]
pub(crate) struct Poison {
    pub room: Option<RoomId>,
    pub call: Option<CallId>,
}

impl Node {
    /// Runs `act` on a call and queues what it asks for. `None`: no such call, or it panicked,
    /// which ends that call alone.
    pub(crate) fn with_call<R>(
        &mut self,
        now: Instant,
        id: CallId,
        act: impl FnOnce(&mut Call, &mut CallTurn<'_>) -> R,
    ) -> Option<R> {
        let call = self.calls.get_mut(id)?;
        let mut out = Vec::new();
        let mut turn = CallTurn {
            now,
            wall: self.config.wall.at(now),
            ids: &mut self.ids,
            chance: &mut self.chance,
            out: &mut out,
        };
        // The call is in whatever state the panic left it: it is only ended after that.
        let result = catch_unwind(AssertUnwindSafe(|| {
            #[cfg(test)]
            assert!(self.poison.call != Some(id), "poisoned call");
            act(call, &mut turn)
        }));
        let deadline = call.poll_timeout();
        self.deadlines.set(Sleeper::Call(id), deadline);
        self.work
            .extend(out.into_iter().map(|output| Work::Call(id, output)));
        if result.is_err() {
            self.fail_call(now, id);
        }
        result.ok()
    }

    /// Runs `act` on a live room and queues what it asks for. `None`: no such room, or it
    /// panicked, which ends that room alone.
    pub(crate) fn with_room<R>(
        &mut self,
        now: Instant,
        id: RoomId,
        act: impl FnOnce(&mut Room, &mut RoomTurn<'_>) -> R,
    ) -> Option<R> {
        let room = &mut self.live.get_mut(id)?.room;
        let mut out = Vec::new();
        let mut turn = RoomTurn {
            now,
            ids: &mut self.ids,
            out: &mut out,
        };
        let result = catch_unwind(AssertUnwindSafe(|| {
            #[cfg(test)]
            assert!(self.poison.room != Some(id), "poisoned room");
            let done = act(room, &mut turn);
            room.tell_phones(&mut turn);
            done
        }));
        match result {
            Ok(done) => {
                let deadline = room.poll_timeout();
                self.deadlines.set(Sleeper::Room(id), deadline);
                self.work
                    .extend(out.into_iter().map(|output| Work::Room(id, output)));
                Some(done)
            }
            Err(_) => {
                self.fail_room(now, id);
                None
            }
        }
    }

    /// Something in the room's logic panicked: the room is gone, its callers are told so.
    fn fail_room(&mut self, now: Instant, id: RoomId) {
        self.outbox.error(format!(
            "The logic of room {id} panicked; the room is ended, everything else goes on"
        ));
        self.drop_room(now, id, CallEnd::Failed);
        let calls: Vec<CallId> = self
            .calls
            .iter()
            .filter(|(_, call)| {
                let mut rooms = call.room().into_iter().chain(call.home());
                rooms.any(|room| room.id == id)
            })
            .map(|(call, _)| call)
            .collect();
        for call in calls {
            self.dismissed(now, id, call, CallEnd::Failed, None);
        }
    }

    /// Something in the call's logic panicked: the call is hung up by its own hand if that still
    /// moves, else by ours.
    fn fail_call(&mut self, now: Instant, id: CallId) {
        self.outbox.error(format!(
            "The logic of call {id} panicked; the call is ended, everything else goes on"
        ));
        let Some(call) = self.calls.take(id) else {
            return;
        };
        self.deadlines.set(Sleeper::Call(id), None);
        self.work
            .retain(|work| !matches!(work, Work::Call(other, _) if *other == id));
        let ids = call.ids();
        let reason = reason_header(CallEnd::Failed);
        self.ua.bye(now, ids.session, Some(&reason));
        let leg = ids.leg;
        self.outbox.picture(VideoCommand::CloseLeg { leg });
        self.outbox.command(Command::CloseLeg { leg });
        let rooms = call.room().into_iter().chain(call.home());
        for room in rooms.map(|room| room.id).collect::<Vec<RoomId>>() {
            self.with_room(now, room, |room, turn| {
                room.leave(turn, ids.participant, CallEnd::Failed);
            });
        }
        let record = call.failed_record(self.config.wall.at(now));
        self.keep_call(now, record);
    }
}
