//! Takes what is said about pictures between relay, calls and rooms; decides nothing.

use std::time::Instant;

use conclave_call::PICTURE_REQUEST;
use conclave_contract::{VideoCommand, VideoEvent};
use conclave_model::{CallId, LegId, RoomId};

use crate::Node;

impl Node {
    /// Words for the relay of pictures, in order. Drain it before [`Node::poll_command`]: the
    /// ports of pictures are opened before those of the sound that they belong to.
    pub fn poll_video(&mut self) -> Option<VideoCommand> {
        self.outbox.pictures.pop_front()
    }

    pub(crate) fn video(&mut self, now: Instant, event: &VideoEvent) {
        match *event {
            VideoEvent::Opened { line, .. } | VideoEvent::Failed { line } => {
                if let Some(id) = self.calls.of_leg(line.leg) {
                    self.with_call(now, id, |call, turn| call.video(turn, event));
                }
            }
            VideoEvent::Sending { leg, sending } => self.sends_pictures(now, leg, sending),
            VideoEvent::WantsPicture { leg } => self.ask_for_picture(now, leg),
        }
    }

    /// The room shows others now, or takes more lines or fewer.
    pub(crate) fn show_pictures(&mut self, now: Instant, id: CallId, accepts: u8, shows: u8) {
        self.with_call(now, id, |call, turn| {
            call.want_pictures(turn, accepts, shows)
        });
    }

    /// So many video lines a new call of the room may have.
    pub(crate) fn video_lines(&self, room: RoomId) -> u8 {
        let live = self.live.get(room);
        live.map_or(0, |live| live.room.video_lines())
    }

    fn sends_pictures(&mut self, now: Instant, leg: LegId, sending: bool) {
        let call = self.calls.of_leg(leg);
        let Some(call) = call.and_then(|id| self.calls.get(id)) else {
            return;
        };
        let who = call.ids().participant;
        let rooms = call.room().into_iter().chain(call.home());
        for room in rooms.map(|room| room.id).collect::<Vec<RoomId>>() {
            self.with_room(now, room, |room, turn| {
                room.sends_pictures(turn, who, sending);
            });
        }
    }

    fn ask_for_picture(&mut self, now: Instant, leg: LegId) {
        let call = self.calls.of_leg(leg).and_then(|id| self.calls.get(id));
        if let Some(session) = call.map(|call| call.ids().session) {
            let (kind, body) = PICTURE_REQUEST;
            self.ua.info(now, session, kind, body.as_bytes());
        }
    }
}
