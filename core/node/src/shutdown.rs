//! The end of service: everybody is told, and the last one out is reported.

use std::time::Instant;

use conclave_model::{CallEnd, CallId, limits};

use crate::node::Service;
use crate::{Event, Node};

impl Node {
    pub(crate) fn shut_down(&mut self, now: Instant) {
        if self.service != Service::Open {
            return;
        }
        self.service = Service::Closing;
        self.outbox.info(format!(
            "Shutting down; {} calls are told so",
            self.calls.len()
        ));
        self.with_trunks(now, conclave_trunk::Trunks::shut_down);
        self.ua.overloaded(Some(limits::SIP_RETRY_AFTER));
        self.dismiss_watchers(now);
        for room in self.live.ids() {
            self.with_room(now, room, |room, turn| room.end(turn, CallEnd::Shutdown));
        }
        let calls: Vec<CallId> = self.calls.iter().map(|(id, _)| id).collect();
        for call in calls {
            self.with_call(now, call, |call, turn| {
                call.dismiss(turn, CallEnd::Shutdown, None);
            });
        }
    }

    /// Said once, when nothing is left that could still need a wire.
    pub(crate) fn report_shutdown(&mut self, now: Instant) {
        let all_done = self.calls.is_empty() && self.ua.sessions() == 0;
        if self.service == Service::Closing && all_done {
            self.service = Service::Closed;
            self.store_ladders(now);
            self.outbox.event(Event::ShutdownComplete);
        }
    }
}
