//! Takes a participant to another room for a while and back to the seat; decides for neither room.

use std::sync::Arc;
use std::time::Instant;

use conclave_call::RoomName;
use conclave_contract::Segment;
use conclave_ivr::farewell;
use conclave_model::{CallEnd, CallId, Prompt, RoomId, RoomRecord};
use conclave_room::{Arrival, Stay};

use crate::Node;
use crate::node::Service;

impl Node {
    /// One asked by key to go to another extension.
    pub(crate) fn send_visiting(&mut self, now: Instant, from: RoomId, id: CallId, to: &str) {
        let Some((room, who)) = self.seat_of(id).filter(|(room, _)| *room == from) else {
            return;
        };
        if let Err(why) = self.begin_visit(now, room, id, to) {
            self.with_room(now, room, |room, turn| room.stays(turn, who, why));
        }
    }

    fn begin_visit(
        &mut self,
        now: Instant,
        from: RoomId,
        id: CallId,
        to: &str,
    ) -> Result<(), Stay> {
        let call = self.calls.get(id).ok_or(Stay::NoSuchPlace)?;
        if call.home().is_some() {
            return Err(Stay::IsGuest);
        }
        if self.rooms.dialled(to).is_none() {
            return self.begin_service_visit(now, from, id, to);
        }
        let record = self.rooms.dialled(to).cloned();
        let record = record.filter(|to| to.id != from && self.service == Service::Open);
        let record = record.ok_or(Stay::NoSuchPlace)?;
        let arrival = self.arrival_of(from, id).ok_or(Stay::NoSuchPlace)?;
        let (who, own) = (arrival.participant, arrival.language);
        self.ensure_live(&record);
        let answer = self.with_room(now, record.id, |room, turn| room.arrive(turn, arrival));
        let plan = answer.ok_or(Stay::NoSuchPlace)?.map_err(|why| {
            let language = record
                .language
                .for_caller(own, self.config.default_language);
            let live = self.live.get(record.id);
            let wording = live.map(|live| live.room.wording(language));
            let said = wording
                .unwrap_or_default()
                .say(farewell(why.end()), language);
            Stay::Refused(without_goodbye(said))
        })?;
        let seat = self.live.get(from);
        let seat = seat.and_then(|live| live.room.participant(who));
        let sends = seat.is_some_and(|seat| seat.sight().sends);
        self.with_room(now, from, |room, turn| room.go_away(turn, who));
        self.with_room(now, record.id, |room, turn| {
            room.sends_pictures(turn, who, sends);
        });
        let to = name_of(&record);
        self.with_call(now, id, |call, turn| call.visit(turn, to, plan));
        self.outbox.info(format!(
            "Call {id} went to room {} by key and keeps its seat",
            record.extension
        ));
        self.publish_waiting(now, record.id, who);
        Ok(())
    }

    /// As at any other door, under the name that the room shows.
    fn arrival_of(&self, room: RoomId, id: CallId) -> Option<Arrival> {
        let ids = self.calls.get(id)?.ids();
        let seat = self.live.get(room)?.room.participant(ids.participant)?;
        Some(Arrival {
            participant: ids.participant,
            call: ids.call,
            leg: ids.leg,
            label: seat.label().clone(),
            language: seat.own_language(),
            standing: seat.standing(),
        })
    }

    /// A room has no place for this call any more, and has taken it out already.
    pub(crate) fn dismissed(
        &mut self,
        now: Instant,
        by: RoomId,
        id: CallId,
        end: CallEnd,
        words: Option<Vec<Segment>>,
    ) {
        let Some(call) = self.calls.get(id) else {
            return;
        };
        let is_guest = call.home().is_some();
        let is_seated = call.home().is_some_and(|home| home.id == by);
        if is_seated {
            self.leave_visit(now, id, end);
        } else if is_guest && end != CallEnd::Shutdown {
            let words = words.unwrap_or_default();
            self.bring_home(now, id, without_goodbye(words));
            return;
        }
        self.with_call(now, id, |call, turn| call.dismiss(turn, end, words));
    }

    /// The door of the other room ended it.
    pub(crate) fn visit_over(&mut self, now: Instant, id: CallId, end: CallEnd) {
        if self.calls.get(id).is_some_and(|call| call.home().is_some()) {
            self.leave_place(now, id, end);
            self.bring_home(now, id, Vec::new());
        }
    }

    /// The seat is gone, and the visit ends with it.
    pub(crate) fn leave_visit(&mut self, now: Instant, id: CallId, end: CallEnd) {
        self.leave_place(now, id, end);
        self.with_call(now, id, |call, _| call.lose_visit());
    }

    /// The call has gone: every room that counts it in is told.
    pub(crate) fn leave_all(&mut self, now: Instant, id: CallId, end: CallEnd) {
        self.leave_place(now, id, end);
        let call = self.calls.get(id);
        let home = call.and_then(|call| Some((call.home()?.id, call.ids().participant)));
        if let Some((room, who)) = home {
            self.with_room(now, room, |room, turn| room.leave(turn, who, end));
        }
    }

    /// Out of the other room already, and into the seat; `words` are said there.
    pub(crate) fn bring_home(&mut self, now: Instant, id: CallId, words: Vec<Segment>) {
        let came = self.with_call(now, id, |call, turn| call.come_home(turn));
        if came != Some(true) {
            return;
        }
        if let Some((room, who)) = self.seat_of(id) {
            self.outbox.info(format!("Call {id} came back to its seat"));
            self.with_room(now, room, |room, turn| room.come_back(turn, who, words));
        }
    }

    fn leave_place(&mut self, now: Instant, id: CallId, end: CallEnd) {
        if let Some((room, who)) = self.seat_of(id) {
            self.with_room(now, room, |room, turn| room.leave(turn, who, end));
        }
    }
}

/// Nobody goes.
pub(crate) fn without_goodbye(mut words: Vec<Segment>) -> Vec<Segment> {
    words.retain(|word| !matches!(word, Segment::Prompt(Prompt::Goodbye, _)));
    words
}

fn name_of(record: &Arc<RoomRecord>) -> RoomName {
    RoomName {
        id: record.id,
        title: record.title.to_string(),
    }
}
