//! Takes a participant from one room to another; decides nothing about either.

use std::sync::Arc;
use std::time::Instant;

use conclave_api::{Happening, Move};
use conclave_call::{Call, RoomName};
use conclave_model::{CallId, ParticipantId, RoomRecord};

use crate::Node;
use crate::views::live_ref;

impl Node {
    /// False when the participant is gone.
    pub(super) fn move_participant(
        &mut self,
        now: Instant,
        from: &Arc<RoomRecord>,
        id: ParticipantId,
        to: &Arc<RoomRecord>,
    ) -> bool {
        let Some(live) = self.live.get(from.id) else {
            return false;
        };
        let participant = live.room.participant(id).filter(|one| !one.is_away());
        let view = participant.and_then(|one| self.eye(now).participant(one));
        let own = participant.and_then(|one| one.own_language());
        let (Some(call), Some(view)) = (participant.map(|one| one.call()), view) else {
            return false;
        };
        let moved = Happening::ParticipantMoved(Move {
            at: live_ref(from),
            participant: view,
            to: live_ref(to),
        });
        self.outbox.publish(self.config.wall.at(now), moved);
        if self.is_home_of(call, to) {
            // The seat is there already.
            self.with_room(now, from.id, |room, turn| room.move_out(turn, id));
            self.bring_home(now, call, Vec::new());
            return true;
        }
        self.ensure_live(to);
        let left = self.with_room(now, from.id, |room, turn| room.move_out(turn, id));
        let Some(Ok(mover)) = left else {
            return false;
        };
        let name = RoomName {
            id: to.id,
            title: to.title.to_string(),
        };
        let house = self.config.default_language;
        let language = to.language.for_caller(own, house);
        self.with_call(now, call, |call, _| call.moved(name, language));
        self.with_room(now, to.id, |room, turn| room.move_in(turn, mover))
            .is_some()
    }

    fn is_home_of(&self, call: CallId, room: &RoomRecord) -> bool {
        let home = self.calls.get(call).and_then(Call::home);
        home.is_some_and(|home| home.id == room.id)
    }
}
