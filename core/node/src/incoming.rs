//! A new INVITE: finds the room, asks its door, makes the call; answers nothing itself.

use std::sync::Arc;
use std::time::Instant;

use conclave_call::{Call, CallIds, Caller, Dialled, Newcomer, Purpose, RoomName};
use conclave_contract::{Command, VideoCommand};
use conclave_ivr::Wording;
use conclave_model::{
    CallEnd, CallId, Language, Origin, ParticipantId, RoomId, RoomRecord, StageId, limits,
};
use conclave_room::{Arrival, Label, Room};
use conclave_sip::{IncomingCall, SessionId};

use crate::Node;
use crate::follow::Work;
use crate::node::{Service, Sleeper};
use crate::numbering::Reached;

impl Node {
    pub(crate) fn incoming(&mut self, now: Instant, session: SessionId, incoming: &IncomingCall) {
        if self.service != Service::Open || self.calls.len() >= self.config.calls_max {
            let refusal = conclave_call::refusal_for(CallEnd::ServerBusy);
            self.ua.refuse(now, session, refusal);
            return;
        }
        let Some(origin) = self.admit_origin(now, session, incoming) else {
            return;
        };
        if self.is_one_too_many(now, session, origin) {
            return;
        }
        let at = self.config.wall.at(now);
        let ids = CallIds {
            call: CallId::mint(at, &mut self.chance),
            session,
            leg: self.ids.leg(),
            participant: ParticipantId::mint(at, &mut self.chance),
        };
        let caller = self.caller_of(incoming, origin);
        let dialled = self.dialled_by(origin, incoming);
        let Some((purpose, near)) = self.purpose(now, ids, &caller, &dialled, incoming) else {
            let broken = conclave_call::refusal_for(CallEnd::Failed);
            return self.ua.refuse(now, session, broken);
        };
        if matches!(purpose, Purpose::NoSuchRoom { .. }) {
            self.dialled_nobody(now, caller.origin, caller.remote.ip());
        }
        let video_lines = self.video_lines_for(&purpose);
        let srtp = self.srtp_policy(caller.origin);
        let mut out = Vec::new();
        let mut turn = conclave_call::Turn {
            now,
            wall: at,
            ids: &mut self.ids,
            chance: &mut self.chance,
            out: &mut out,
        };
        let newcomer = Newcomer {
            ids,
            incoming,
            caller,
            dialled,
            purpose,
            near,
            video_lines,
            srtp,
            identity: self.config.identity.clone(),
        };
        self.ladders.open(ids.call, &incoming.call_id);
        if matches!(newcomer.purpose, Purpose::Enter { .. }) {
            self.ua.be_focus(now, session);
        }
        let mut call = Call::incoming(&mut turn, newcomer);
        let room = call.room().and_then(|room| self.live.get(room.id));
        if room.is_some_and(|live| !live.room.answers()) {
            call.ring_on();
        }
        self.deadlines
            .set(Sleeper::Call(ids.call), call.poll_timeout());
        self.calls.add(call);
        self.count_call(origin, ids.call);
        let work = out.into_iter().map(|output| Work::Call(ids.call, output));
        self.work.extend(work);
    }

    fn video_lines_for(&self, purpose: &Purpose) -> u8 {
        match purpose {
            Purpose::Enter { room, .. } => self.video_lines(room.id),
            Purpose::TurnAway { .. }
            | Purpose::Serve { .. }
            | Purpose::NoSuchRoom { .. }
            | Purpose::Busy { .. } => 0,
        }
    }

    /// What a trunk says was dialled, else the Request-URI.
    fn dialled_by(&self, origin: Origin, incoming: &IncomingCall) -> Dialled {
        match origin {
            Origin::Trunk(trunk) => Dialled::parse(&self.dialled_over(trunk, incoming)),
            Origin::Phone(_) | Origin::Neighbour | Origin::Stranger => {
                Dialled::parse(&incoming.dialled)
            }
        }
    }

    /// `None`: the room broke over this call.
    fn purpose(
        &mut self,
        now: Instant,
        ids: CallIds,
        caller: &Caller,
        dialled: &Dialled,
        incoming: &IncomingCall,
    ) -> Option<(Purpose, Option<StageId>)> {
        let address = caller.remote.ip();
        let record = match self.reached(caller.origin, address, &dialled.number) {
            Reached::Room(record) => record,
            Reached::Service(extension) => {
                let service = self.service_purpose(extension.as_str(), own_language(incoming));
                return Some((service.unwrap_or_else(|| self.no_such_room(incoming)), None));
            }
            Reached::Nobody => return Some((self.no_such_room(incoming), None)),
        };
        let room = RoomName {
            id: record.id,
            title: record.title.to_string(),
        };
        let house = self.config.default_language;
        let own = own_language(incoming);
        if !self.load_level().takes_calls() {
            let purpose = Purpose::Busy {
                room: Some(room),
                language: record.language.for_caller(own, house),
                early_media: self.has_breath_for_refusal(),
            };
            return Some((purpose, None));
        }
        let stage = self.ensure_live(&record);
        let arrival = Arrival {
            participant: ids.participant,
            call: ids.call,
            leg: ids.leg,
            label: Label {
                name: caller.name.clone(),
                number: caller.number.clone(),
            },
            language: own,
            standing: self.standing_of(caller.origin),
        };
        let answer = self.with_room(now, record.id, |room, turn| room.arrive(turn, arrival))?;
        let purpose = match answer {
            Ok(plan) => Purpose::Enter { room, plan },
            Err(why) => {
                let language = record.language.for_caller(own, house);
                let live = self.live.get(record.id);
                Purpose::TurnAway {
                    room,
                    why,
                    language,
                    wording: live.map_or_else(Wording::default, |live| live.room.wording(language)),
                }
            }
        };
        Some((purpose, Some(stage)))
    }

    fn no_such_room(&self, incoming: &IncomingCall) -> Purpose {
        Purpose::NoSuchRoom {
            language: own_language(incoming).unwrap_or(self.config.default_language),
            early_media: self.has_breath_for_refusal(),
        }
    }

    pub(crate) fn has_breath_for_refusal(&self) -> bool {
        self.calls.refused_early() < limits::REFUSALS_SPOKEN
    }

    /// The room's stage, opened for its first caller.
    pub(crate) fn ensure_live(&mut self, record: &Arc<RoomRecord>) -> StageId {
        if let Some(live) = self.live.get(record.id) {
            return live.room.stage();
        }
        let stage = self.ids.stage();
        self.outbox.command(Command::OpenStage { stage });
        let language = self.config.default_language;
        let mut room = Room::new(Arc::clone(record), stage, language);
        room.set_shelf(Arc::clone(&self.shelf));
        room.set_menus(self.menus.of(record));
        room.set_profiles(Arc::clone(self.profiles.all()));
        self.live.add(room);
        stage
    }

    /// Nobody is left in the room, or it broke: nothing of it remains.
    pub(crate) fn drop_room(&mut self, now: Instant, id: RoomId, end: CallEnd) {
        self.deadlines.set(Sleeper::Room(id), None);
        self.work
            .retain(|work| !matches!(work, Work::Room(other, _) if *other == id));
        let Some(mut live) = self.live.take(id) else {
            return;
        };
        let stage = live.room.stage();
        self.outbox.command(Command::CloseStage { stage });
        self.outbox.picture(VideoCommand::CloseStage { stage });
        if let Some(recording) = live.room.unfinished_recording() {
            self.finish_tape(recording, None);
        }
        self.publish_emptied(now, &mut live, end);
    }
}

fn own_language(incoming: &IncomingCall) -> Option<Language> {
    Language::accepted_by(incoming.accept_language.as_deref()?)
}
