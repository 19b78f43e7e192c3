//! Carries what a call or a room asks for to whoever does it; asks for nothing itself.

use std::time::Instant;

use conclave_call::{Heard, Output, SipAction};
use conclave_ivr::PinVerdict;
use conclave_model::{CallEnd, CallId, Digit, ParticipantId, RoomId};
use conclave_room::{DoorVerdict, RoomNews, RoomOutput};

use crate::Node;

/// Something that was asked for and is not done yet.
#[derive(Debug)]
pub(crate) enum Work {
    Call(CallId, Output),
    Room(RoomId, RoomOutput),
}

impl Node {
    pub(crate) fn follow(&mut self, now: Instant, work: Work) {
        match work {
            Work::Call(id, output) => self.follow_call(now, id, output),
            Work::Room(id, output) => self.follow_room(now, id, output),
        }
    }

    fn follow_call(&mut self, now: Instant, id: CallId, output: Output) {
        match output {
            Output::Sip(action) => self.act(now, id, action),
            Output::Media(command) => self.outbox.command(command),
            Output::Video(command) => self.outbox.picture(command),
            Output::Answered => self.publish_answered(now, id),
            Output::TryPin { digits, complete } => self.try_pin(now, id, &digits, complete),
            Output::Ready { name } => {
                let Some((room, who)) = self.seat_of(id) else {
                    return;
                };
                let admitted = self.with_room(now, room, |room, turn| room.admit(turn, who, name));
                match admitted {
                    Some(Ok(())) => {
                        self.with_call(now, id, |call, turn| call.admitted(turn));
                    }
                    Some(Err(why)) => {
                        self.with_call(now, id, |call, turn| call.turned(turn, why));
                    }
                    // The room broke, which has ended the call.
                    None => {}
                }
            }
            Output::ForRoom(heard) => self.tell_room(now, id, heard),
            Output::Text { id: text_id, text } => self.pass_on(now, id, text_id, text),
            Output::Held(held) => self.publish_held(now, id, held),
            Output::LineChanged => self.publish_line(now, id),
            Output::Left(end) => self.leave_all(now, id, end),
            Output::VisitOver(end) => self.visit_over(now, id, end),
            Output::Ended(record) => {
                self.calls.take(id);
                self.forget_held(id);
                self.trunks.end_call(id);
                self.deadlines.set(crate::node::Sleeper::Call(id), None);
                self.keep_call(now, *record);
            }
        }
    }

    fn follow_room(&mut self, now: Instant, id: RoomId, output: RoomOutput) {
        match output {
            RoomOutput::Command(command) => self.outbox.command(command),
            RoomOutput::Video(command) => self.outbox.picture(command),
            RoomOutput::Pictures {
                call,
                accepts,
                shows,
            } => self.show_pictures(now, call, accepts, shows),
            RoomOutput::Dismiss { call, end, words } => {
                self.dismissed(now, id, call, end, Some(words));
            }
            RoomOutput::LetPass { call } => {
                self.with_call(now, call, |call, turn| {
                    call.pin(turn, PinVerdict::Accepted);
                });
            }
            RoomOutput::AwayAsked { call, extension } => {
                self.send_visiting(now, id, call, &extension);
            }
            RoomOutput::Text { to, from, text } => self.text_all(now, &to, Some(from), text),
            RoomOutput::Tell { to, event } => self.tell_phones(now, id, &to, &event),
            RoomOutput::RecordingAsked { by } => self.record_as_asked(now, id, by),
            RoomOutput::News(news) => {
                self.note_muting(now, id, &news);
                self.tell_tape(now, id, &news);
                self.publish_news(now, id, &news);
            }
            RoomOutput::Closed => self.drop_room(now, id, CallEnd::RoomEnded),
        }
    }

    fn act(&mut self, now: Instant, id: CallId, action: SipAction) {
        let Some(call) = self.calls.get(id) else {
            return;
        };
        let session = call.ids().session;
        match action {
            SipAction::Progress { sdp } => self.ua.progress(now, session, sdp),
            SipAction::Accept { sdp } => self.ua.accept(now, session, sdp),
            SipAction::Refuse(refusal) => self.ua.refuse(now, session, refusal),
            SipAction::AcceptOffer { sdp } => self.ua.accept_offer(now, session, sdp),
            SipAction::Offer { sdp } => self.ua.reinvite(now, session, sdp),
            SipAction::RefuseOffer { status } => self.ua.refuse_offer(now, session, status),
            SipAction::RefuseText { id, refusal } => self.ua.answer_text(now, id, Err(refusal)),
            SipAction::Bye { reason } => self.ua.bye(now, session, Some(&reason)),
        }
    }

    fn try_pin(&mut self, now: Instant, id: CallId, digits: &[Digit], complete: bool) {
        let Some((room, who)) = self.seat_of(id).filter(|_| !self.holds_answer(id)) else {
            return;
        };
        let verdict = self.with_room(now, room, |room, turn| {
            room.try_pin(turn, who, digits, complete)
        });
        // A caller whom the room does not know any more is being dismissed by it.
        if let Some(Ok(verdict)) = verdict {
            self.answer_in_time(now, id, room, verdict);
        }
    }

    pub(crate) fn answer_pin(&mut self, now: Instant, id: CallId, verdict: DoorVerdict) {
        match verdict.for_script() {
            Ok(verdict) => self.with_call(now, id, |call, turn| call.pin(turn, verdict)),
            Err(why) => self.with_call(now, id, |call, turn| call.turned(turn, why)),
        };
    }

    fn tell_room(&mut self, now: Instant, id: CallId, heard: Heard) {
        let Some((room, who)) = self.seat_of(id) else {
            return;
        };
        self.with_room(now, room, |room, turn| match heard {
            Heard::Key(digit) => room.digit(turn, who, digit),
            Heard::Played { play, outcome } => room.played(turn, who, play, outcome),
            Heard::Talking(talking) => room.talking(turn, who, talking),
        });
    }

    /// For the call's own history.
    fn note_muting(&mut self, now: Instant, id: RoomId, news: &RoomNews) {
        let (who, muted) = match news {
            RoomNews::Muted { participant, .. } => (*participant, true),
            RoomNews::Unmuted { participant, .. } => (*participant, false),
            RoomNews::Arrived { .. }
            | RoomNews::TurnedAway { .. }
            | RoomNews::GaveUp { .. }
            | RoomNews::Joined { .. }
            | RoomNews::Waits { .. }
            | RoomNews::Left { .. }
            | RoomNews::PinWrong { .. }
            | RoomNews::Talking { .. }
            | RoomNews::Passed { .. }
            | RoomNews::MovedOut { .. }
            | RoomNews::WentAway { .. }
            | RoomNews::CameBack { .. }
            | RoomNews::Hand { .. }
            | RoomNews::VolumeChanged { .. }
            | RoomNews::PicturesChanged { .. }
            | RoomNews::Renamed { .. }
            | RoomNews::RoleChanged { .. }
            | RoomNews::TextCame { .. }
            | RoomNews::Music { .. }
            | RoomNews::Locked
            | RoomNews::Unlocked
            | RoomNews::AllMuted { .. }
            | RoomNews::RecordingStarted { .. }
            | RoomNews::RecordingStopped { .. }
            | RoomNews::RecordingFinished { .. }
            | RoomNews::Ended
            | RoomNews::Closed => return,
        };
        let live = self.live.get(id);
        let call = live.and_then(|live| Some(live.room.participant(who)?.call()));
        if let Some(call) = call {
            self.with_call(now, call, |call, turn| call.muted(turn, muted));
        }
    }

    /// The room that a call came for, and the name it has there.
    pub(crate) fn seat_of(&self, id: CallId) -> Option<(RoomId, ParticipantId)> {
        let call = self.calls.get(id)?;
        Some((call.room()?.id, call.ids().participant))
    }
}
