//! Tells the public what happened, in the public's words; makes nothing happen.

use std::time::Instant;

use conclave_api::{
    Caller, Happening, LiveRef, ParticipantView, PinFailure, SentAway, SentAwayReason, Talk, Wait,
    WaitEnd, WaitOutcome, Written,
};
use conclave_ivr::RefusedEntry;
use conclave_model::{CallEnd, CallId, ParticipantId, RoomId, UnixMillis};
use conclave_room::RoomNews;

use crate::Node;
use crate::live::LiveRoom;
use crate::outbox::Outbox;
use crate::views::{Eye, live_ref};

impl Node {
    pub(crate) fn publish_answered(&mut self, now: Instant, id: CallId) {
        let Some(call) = self.calls.get(id) else {
            return;
        };
        let room = call.room().map(|room| format!("{:?}", room.title));
        let service = || call.service().map_or("no room", |plan| plan.name());
        let what = room.unwrap_or_else(|| service().to_owned());
        let (caller, dialled) = (call.caller(), call.dialled());
        self.outbox.info(format!(
            "Call {id} from {} was answered for {what}",
            caller.number_for_log()
        ));
        let what = Happening::CallStarted(Caller {
            call: id.to_string(),
            from_number: caller.number.clone(),
            from_name: caller.name.clone(),
            dialled: dialled.number.clone(),
        });
        self.outbox.publish(self.config.wall.at(now), what);
        if let Some((room, who)) = self.seat_of(id) {
            self.publish_waiting(now, room, who);
        }
    }

    pub(crate) fn publish_waiting(&mut self, now: Instant, room: RoomId, who: ParticipantId) {
        if let Some(mut desk) = self.desk(now, room) {
            desk.waits(who);
        }
    }

    pub(crate) fn publish_line(&mut self, now: Instant, id: CallId) {
        if let Some((room, who)) = self.seat_of(id)
            && let Some(mut desk) = self.desk(now, room)
        {
            desk.changed(who, Happening::QualityChanged);
        }
    }

    pub(crate) fn publish_held(&mut self, now: Instant, id: CallId, held: bool) {
        let Some(call) = self.calls.get(id) else {
            return;
        };
        let (room, who) = (call.room().map(|room| room.id), call.ids().participant);
        let what = if held { "put us on" } else { "came back from" };
        self.outbox.info(format!("Call {id} {what} hold"));
        let Some(live) = room.and_then(|room| self.live.get_mut(room)) else {
            return;
        };
        let record = live.room.record().clone();
        let Some(view) = live.present.get_mut(&who) else {
            return;
        };
        view.held = held;
        let talk = Talk {
            at: live_ref(&record),
            participant: view.clone(),
        };
        let what = if held {
            Happening::ParticipantHeld(talk)
        } else {
            Happening::ParticipantResumed(talk)
        };
        self.outbox.publish(self.config.wall.at(now), what);
    }

    pub(crate) fn publish_news(&mut self, now: Instant, id: RoomId, news: &RoomNews) {
        if let Some(mut desk) = self.desk(now, id) {
            desk.tell(news);
        }
    }

    /// The room is gone at once: whoever was in it has left, and the session has ended.
    pub(crate) fn publish_emptied(&mut self, now: Instant, live: &mut LiveRoom, end: CallEnd) {
        let eye = Eye {
            now,
            wall: self.config.wall,
            calls: &self.calls,
        };
        let mut desk = Desk::open(eye, live, &mut self.outbox);
        let waiting: Vec<ParticipantId> = desk.live.waiting.keys().copied().collect();
        for who in waiting {
            desk.wait_ended(who, went_away(end));
        }
        let present: Vec<ParticipantId> = desk.live.present.keys().copied().collect();
        for who in present {
            desk.left(who, end);
        }
    }

    fn desk(&mut self, now: Instant, room: RoomId) -> Option<Desk<'_>> {
        let live = self.live.get_mut(room)?;
        let eye = Eye {
            now,
            wall: self.config.wall,
            calls: &self.calls,
        };
        Some(Desk::open(eye, live, &mut self.outbox))
    }
}

/// One piece of news on its way out of one room.
struct Desk<'a> {
    at: UnixMillis,
    eye: Eye<'a>,
    room: LiveRef,
    live: &'a mut LiveRoom,
    outbox: &'a mut Outbox,
}

impl<'a> Desk<'a> {
    fn open(eye: Eye<'a>, live: &'a mut LiveRoom, outbox: &'a mut Outbox) -> Self {
        Self {
            at: eye.wall.at(eye.now),
            room: live_ref(live.room.record()),
            eye,
            live,
            outbox,
        }
    }

    fn tell(&mut self, news: &RoomNews) {
        match *news {
            RoomNews::Joined { participant, .. } => self.joined(participant),
            RoomNews::Left {
                participant, end, ..
            } => {
                self.wait_ended(participant, went_away(end));
                self.left(participant, end);
            }
            RoomNews::MovedOut { participant } => self.went(participant),
            RoomNews::Passed { participant } => self.waits(participant),
            RoomNews::Waits { participant, .. } => self.sent_to_wait(participant),
            RoomNews::TurnedAway {
                participant, why, ..
            } => self.wait_ended(participant, refusal(why)),
            RoomNews::GaveUp {
                participant, end, ..
            } => self.wait_ended(participant, went_away(end)),
            RoomNews::PinWrong {
                participant,
                tries_left,
            } => {
                self.pin_failed(participant, tries_left);
                self.waits(participant);
            }
            RoomNews::Muted { participant, .. } => {
                self.changed(participant, Happening::ParticipantMuted);
            }
            RoomNews::Unmuted { participant, .. } => {
                self.changed(participant, Happening::ParticipantUnmuted);
            }
            RoomNews::Talking {
                participant,
                talking,
            } => self.changed(participant, speaking(talking)),
            RoomNews::WentAway { participant } => {
                self.changed(participant, Happening::ParticipantAway);
            }
            RoomNews::CameBack { participant } => {
                self.changed(participant, Happening::ParticipantBack);
            }
            RoomNews::Hand {
                participant,
                raised,
            } => self.changed(participant, hand(raised)),
            RoomNews::VolumeChanged { participant } => {
                self.changed(participant, Happening::VolumeChanged);
            }
            RoomNews::PicturesChanged { participant } => self.pictures_changed(participant),
            RoomNews::Renamed { participant, .. } => {
                self.changed(participant, Happening::ParticipantRenamed);
            }
            RoomNews::RoleChanged { participant } => {
                self.changed(participant, Happening::RoleChanged);
            }
            RoomNews::TextCame { .. } => self.wrote(news),
            RoomNews::Locked => self.turned(Happening::SessionLocked, "is locked"),
            RoomNews::Unlocked => self.turned(Happening::SessionUnlocked, "is no longer locked"),
            RoomNews::AllMuted { muted } => self.all_muted(muted),
            // What these mean for a call is in the call's own events; for the rest see `left` and
            // `taping`.
            RoomNews::Arrived { .. }
            | RoomNews::Music { .. }
            | RoomNews::RecordingStarted { .. }
            | RoomNews::RecordingStopped { .. }
            | RoomNews::RecordingFinished { .. }
            | RoomNews::Ended
            | RoomNews::Closed => {}
        }
    }

    /// Who was in is not, as long as no leader comes.
    fn sent_to_wait(&mut self, who: ParticipantId) {
        self.went(who);
        self.waits(who);
        let extension = &self.room.extension;
        self.outbox
            .info(format!("{who} waits for a leader in room {extension}"));
    }

    fn all_muted(&mut self, muted: bool) {
        if muted {
            self.turned(Happening::SessionMuted, "has all but moderators muted");
        } else {
            self.turned(Happening::SessionUnmuted, "lets all speak again");
        }
    }

    /// What holds for all.
    fn turned(&mut self, what: fn(LiveRef) -> Happening, said: &str) {
        let extension = &self.room.extension;
        self.outbox.info(format!("Room {extension} {said}"));
        self.publish(what(self.room.clone()));
    }

    fn joined(&mut self, who: ParticipantId) {
        let Some(view) = self.view(who) else {
            return;
        };
        self.wait_ended(who, WaitOutcome::Joined);
        if self.live.started_at.is_none() {
            self.live.started_at = Some(self.at);
            self.publish(Happening::SessionStarted(self.room.clone()));
        }
        self.outbox.info(format!(
            "Call {} entered room {} as {who}",
            view.call, self.room.extension
        ));
        self.live.present.insert(who, view.clone());
        self.publish(Happening::ParticipantJoined(self.talk(view)));
    }

    fn left(&mut self, who: ParticipantId, end: CallEnd) {
        if let Some(mut view) = self.live.present.get(&who).cloned() {
            view.talking = false;
            if end == CallEnd::Removed {
                self.publish(Happening::ParticipantRemoved(self.talk(view)));
            } else if let Some(reason) = SentAwayReason::of(end) {
                self.publish(Happening::ParticipantSentAway(SentAway {
                    at: self.room.clone(),
                    participant: view,
                    reason,
                }));
            }
        }
        self.went(who);
    }

    fn went(&mut self, who: ParticipantId) {
        let Some(mut view) = self.live.present.remove(&who) else {
            return;
        };
        view.talking = false;
        self.publish(Happening::ParticipantLeft(self.talk(view)));
        if self.live.present.is_empty() {
            self.live.started_at = None;
            self.publish(Happening::SessionEnded(self.room.clone()));
        }
    }

    /// Says that somebody is at the door, if that is not known just so.
    fn waits(&mut self, who: ParticipantId) {
        let caller = self.live.room.participant(who);
        let view = caller.and_then(|caller| self.eye.waiting(caller, self.live.room.record()));
        let Some(view) = view else {
            return;
        };
        let before = self.live.waiting.insert(who, view.clone());
        if before.as_ref() != Some(&view) {
            let at = self.room.clone();
            self.publish(Happening::ParticipantWaiting(Wait { at, waiting: view }));
        }
    }

    fn wait_ended(&mut self, who: ParticipantId, outcome: WaitOutcome) {
        if let Some(waiting) = self.live.waiting.remove(&who) {
            let at = self.room.clone();
            self.publish(Happening::WaitingEnded(WaitEnd {
                at,
                waiting,
                outcome,
            }));
        }
    }

    fn changed(&mut self, who: ParticipantId, what: impl FnOnce(Talk) -> Happening) {
        if let Some(view) = self.view(who) {
            self.live.present.insert(who, view.clone());
            self.publish(what(self.talk(view)));
        }
    }

    fn pictures_changed(&mut self, who: ParticipantId) {
        let Some(view) = self.view(who) else {
            return;
        };
        let what = match &view.video {
            Some(video) if video.is_shown => "is shown to the others",
            Some(_) => "sends pictures",
            None => "sends no pictures",
        };
        self.outbox.info(format!(
            "Call {} in room {} {what}",
            view.call, self.room.extension
        ));
        self.live.present.insert(who, view.clone());
        self.publish(Happening::VideoChanged(self.talk(view)));
    }

    fn wrote(&mut self, news: &RoomNews) {
        if let RoomNews::TextCame {
            participant,
            content_type,
            bytes,
        } = news
            && let Some(participant) = self.view(*participant)
        {
            self.publish(Happening::MessageReceived(Written {
                at: self.room.clone(),
                participant,
                content_type: content_type.clone(),
                bytes: *bytes as u64,
            }));
        }
    }

    fn pin_failed(&mut self, who: ParticipantId, tries_left: u8) {
        let Some(caller) = self.live.room.participant(who) else {
            return;
        };
        let failure = PinFailure {
            at: self.room.clone(),
            call: caller.call().to_string(),
            from_number: caller.label().number.clone(),
            tries_left,
        };
        self.outbox.info(format!(
            "Call {} typed a wrong PIN for room {}; tries left: {tries_left}",
            failure.call, self.room.extension
        ));
        self.publish(Happening::PinFailed(failure));
    }

    fn view(&self, who: ParticipantId) -> Option<ParticipantView> {
        let participant = self.live.room.participant(who)?;
        let view = self.eye.participant(participant);
        view.filter(|_| participant.is_active())
    }

    fn talk(&self, participant: ParticipantView) -> Talk {
        Talk {
            at: self.room.clone(),
            participant,
        }
    }

    fn publish(&mut self, what: Happening) {
        self.outbox.publish(self.at, what);
    }
}

/// Without having come in.
fn went_away(end: CallEnd) -> WaitOutcome {
    if end == CallEnd::TimeUp {
        WaitOutcome::TimeUp
    } else if end == CallEnd::Removed {
        WaitOutcome::Removed
    } else {
        WaitOutcome::Gone
    }
}

fn refusal(why: RefusedEntry) -> WaitOutcome {
    match why {
        RefusedEntry::Full => WaitOutcome::Full,
        RefusedEntry::Locked => WaitOutcome::Locked,
    }
}

fn speaking(talking: bool) -> fn(Talk) -> Happening {
    if talking {
        Happening::SpeakingStarted
    } else {
        Happening::SpeakingStopped
    }
}

fn hand(raised: bool) -> fn(Talk) -> Happening {
    if raised {
        Happening::HandRaised
    } else {
        Happening::HandLowered
    }
}
