//! The tools a session is handed for one step: both transaction tables, the hands, the time.

use std::time::Instant;

use crate::hands::Hands;
use crate::message::Reply;
use crate::timers::{SessionAlarm, TimerId};
use crate::transaction::{Clients, ServerId, Servers};
use crate::{Event, Path, SessionId};

pub(crate) struct Desk<'a> {
    pub(crate) now: Instant,
    pub(crate) hands: &'a mut Hands,
    pub(crate) servers: &'a mut Servers,
    pub(crate) clients: &'a mut Clients,
}

impl Desk<'_> {
    pub(crate) fn respond(&mut self, server: ServerId, reply: &Reply) -> Option<(Path, Vec<u8>)> {
        self.servers.respond(self.hands, self.now, server, reply)
    }

    pub(crate) fn tell(&mut self, event: Event) {
        self.hands.tell(event);
    }

    pub(crate) fn alarm(
        &mut self,
        session: SessionId,
        wait: std::time::Duration,
        alarm: SessionAlarm,
        why: &'static str,
    ) -> Option<TimerId> {
        let alarm = crate::timers::Alarm::Session(session, alarm);
        Some(self.hands.timers.set(self.now + wait, alarm, why))
    }

    pub(crate) fn cancel(&mut self, slot: &mut Option<TimerId>) {
        self.hands.timers.cancel(slot);
    }
}
