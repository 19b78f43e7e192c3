//! The end of a call, whoever ends it: session, leg, room and log, each told once.

use conclave_contract::{Command, LegStats};
use conclave_model::{CallEnd, CallRecord, UnixMillis, limits};

use crate::history::Ending;
use crate::state::CallState;
use crate::{Call, Output, Turn, reason_header};

impl Call {
    /// BYE with the reason, and the leg is closed.
    pub(crate) fn hang_up(&mut self, turn: &mut Turn<'_>, end: CallEnd) {
        self.end_session(turn, end, reason_header(end));
        self.close(turn, end);
    }

    /// The session is over or as good as over: gives the leg back and waits for its last word.
    pub(crate) fn close(&mut self, turn: &mut Turn<'_>, end: CallEnd) {
        self.leave_room(turn, end);
        let leg = self.ids.leg;
        self.close_pictures(turn);
        turn.media(Command::CloseLeg { leg });
        self.state = CallState::closing(turn, end);
    }

    /// Nothing is left to wait for: writes the call's line.
    pub(crate) fn finish(&mut self, turn: &mut Turn<'_>, stats: &LegStats) {
        if let CallState::Closing { ending, .. } = self.state {
            self.state = CallState::Ended;
            let room = self.home().or(self.purpose.room());
            let record = self.history.record(
                self.ids.call,
                &self.caller,
                &self.dialled,
                room,
                ending,
                stats,
            );
            turn.out.push(Output::Ended(Box::new(record)));
        }
    }

    /// How a call ended whose peer ended it: what was foregone stays so, as a caller who hangs up
    /// on "there is no such room" has not changed that.
    pub(crate) fn end_by_peer(&self, by_peer: CallEnd) -> CallEnd {
        match &self.state {
            CallState::Refusing { end, .. } | CallState::Leaving { end, .. } => *end,
            CallState::Opening { .. }
            | CallState::Answering { .. }
            | CallState::ShowingPin { .. }
            | CallState::Entering(_)
            | CallState::InRoom
            | CallState::Serving(_)
            | CallState::Closing { .. }
            | CallState::Ended
                if by_peer == CallEnd::Cancelled && self.heard_since.is_some() =>
            {
                // How one hangs up who was never answered.
                CallEnd::HungUp
            }
            CallState::Opening { .. }
            | CallState::Answering { .. }
            | CallState::ShowingPin { .. }
            | CallState::Entering(_)
            | CallState::InRoom
            | CallState::Serving(_)
            | CallState::Closing { .. }
            | CallState::Ended => self.purpose.foregone_end().unwrap_or(by_peer),
        }
    }
}

impl CallState {
    pub(crate) fn closing(turn: &Turn<'_>, end: CallEnd) -> Self {
        let at = turn.wall;
        CallState::Closing {
            ending: Ending { end, at },
            until: turn.now + limits::LEG_PATIENCE,
        }
    }
}

impl Call {
    /// The line of a call whose own logic is broken, as far as it is known.
    #[must_use]
    pub fn failed_record(&self, at: UnixMillis) -> CallRecord {
        let ending = Ending {
            end: CallEnd::Failed,
            at,
        };
        let stats = LegStats::default();
        let room = self.home().or(self.purpose.room());
        self.history.record(
            self.ids.call,
            &self.caller,
            &self.dialled,
            room,
            ending,
            &stats,
        )
    }
}
