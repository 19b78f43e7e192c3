//! Carries what is written between participants, and events to their phones; reads none of it.

use std::sync::Arc;
use std::time::Instant;

use conclave_api::{
    ConfbridgeBridge, ConfbridgeCaller, ConfbridgeChannel, ConfbridgeEvent, rfc3339,
};
use conclave_call::not_inside;
use conclave_model::{CallId, RoomId, TextMessage, UnixMillis, limits};
use conclave_room::{EVENT_TYPES, PhoneEvent, PhoneEventKind, Room, Seated, TextRefused};
use conclave_sip::{OutgoingText, Refusal, TextId};

use crate::Node;

impl Node {
    /// A caller wrote something: the room says to whom it goes.
    pub(crate) fn pass_on(&mut self, now: Instant, id: CallId, text_id: TextId, text: TextMessage) {
        let taken = self.seat_of(id).and_then(|(room, who)| {
            self.with_room(now, room, |room, turn| room.text(turn, who, text))
        });
        let answer = match taken {
            Some(taken) => taken.map_err(refusal),
            None => Err(not_inside()),
        };
        self.ua.answer_text(now, text_id, answer);
    }

    pub(crate) fn text_all(
        &mut self,
        now: Instant,
        to: &[CallId],
        from: Option<String>,
        text: TextMessage,
    ) {
        let text = Arc::new(OutgoingText { from, text });
        for call in to {
            if let Some(call) = self.calls.get(*call) {
                self.ua.text(now, call.ids().session, &text);
            }
        }
    }

    /// Of more people than fit into one message, the first ones are in the welcome, and the others
    /// come in right behind it.
    pub(crate) fn tell_phones(
        &mut self,
        now: Instant,
        id: RoomId,
        to: &[CallId],
        event: &PhoneEvent,
    ) {
        let Some(live) = self.live.get(id) else {
            return;
        };
        let since = live.started_at.unwrap_or(self.config.wall.at(now));
        let bridge = bridge(&live.room, since);
        let title = bridge.name.clone();
        let mut kind = event.kind;
        let mut rest = event.about.as_slice();
        loop {
            let (part, others) = rest.split_at(rest.len().min(limits::EVENT_CHANNELS));
            let event = ConfbridgeEvent {
                kind: name(kind).to_owned(),
                timestamp: rfc3339(self.config.wall.at(now)),
                bridge: bridge.clone(),
                channels: part.iter().map(|one| self.channel(kind, one)).collect(),
            };
            let text = TextMessage::new(EVENT_TYPES[0], event.to_json());
            self.text_all(now, to, Some(title.clone()), text);
            if others.is_empty() {
                return;
            }
            (kind, rest) = (PhoneEventKind::Join, others);
        }
    }

    fn channel(&self, kind: PhoneEventKind, one: &Seated) -> ConfbridgeChannel {
        let call = self.calls.get(one.call);
        let since = call.and_then(conclave_call::Call::heard_since);
        let is_answered = call.is_some_and(|call| call.answered_at().is_some());
        ConfbridgeChannel {
            id: one.participant.to_string(),
            name: format!("SIP/{}", one.participant),
            state: if is_answered { "Up" } else { "Ring" }.to_owned(),
            protocol_id: call.map_or(String::new(), |call| call.caller().sip_call_id.clone()),
            caller: ConfbridgeCaller {
                name: one.name.clone(),
                number: one.number.clone(),
            },
            creationtime: since.map_or(String::new(), rfc3339),
            language: one.language.tag().to_owned(),
            admin: one.admin,
            marked: one.marked,
            muted: one.muted,
            talking_status: match kind {
                PhoneEventKind::Talking { on } => on_off(on),
                PhoneEventKind::Welcome
                | PhoneEventKind::Join
                | PhoneEventKind::Leave
                | PhoneEventKind::Mute
                | PhoneEventKind::Unmute
                | PhoneEventKind::Record
                | PhoneEventKind::StopRecord
                | PhoneEventKind::Lock
                | PhoneEventKind::Unlock => on_off(one.talking),
            }
            .to_owned(),
        }
    }
}

fn bridge(room: &Room, since: UnixMillis) -> ConfbridgeBridge {
    let mut shown = room.participants().filter(|one| one.sight().is_shown);
    let first = shown.next().filter(|_| shown.next().is_none());
    ConfbridgeBridge {
        id: room.id().to_string(),
        name: room.record().title.to_string(),
        creationtime: rfc3339(since),
        video_mode: room.video_mode().name().to_owned(),
        video_source_id: first.map(|one| one.id().to_string()),
    }
}

fn on_off(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}

/// ConfBridge's names; it has none for a lock.
fn name(kind: PhoneEventKind) -> &'static str {
    match kind {
        PhoneEventKind::Welcome => "ConfbridgeWelcome",
        PhoneEventKind::Join => "ConfbridgeJoin",
        PhoneEventKind::Leave => "ConfbridgeLeave",
        PhoneEventKind::Mute => "ConfbridgeMute",
        PhoneEventKind::Unmute => "ConfbridgeUnmute",
        PhoneEventKind::Talking { .. } => "ConfbridgeTalking",
        PhoneEventKind::Record => "ConfbridgeRecord",
        PhoneEventKind::StopRecord => "ConfbridgeStopRecord",
        PhoneEventKind::Lock => "ConfbridgeLock",
        PhoneEventKind::Unlock => "ConfbridgeUnlock",
    }
}

fn refusal(why: TextRefused) -> Refusal {
    match why {
        TextRefused::NotInside => not_inside(),
        TextRefused::LooksLikeEvent => Refusal {
            phrase: Some("Events Are The Room's"),
            ..Refusal::new(403)
        },
        TextRefused::GoesRound => Refusal::new(483),
        TextRefused::TooMany { retry_after } => Refusal {
            retry_after: Some(retry_after + std::time::Duration::from_secs(1)),
            ..Refusal::new(503)
        },
    }
}
