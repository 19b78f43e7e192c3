//! A call that is in another room for a while and keeps its seat in the first; asks no door.

use conclave_contract::Command;
use conclave_ivr::EntryPlan;
use conclave_model::CallEnd;

use crate::state::CallState;
use crate::{Call, Output, Purpose, RoomName, Turn};

/// The room that a call goes back to.
#[derive(Clone, Debug)]
pub(crate) struct Home {
    room: RoomName,
    plan: EntryPlan,
}

impl Call {
    /// The room in which it has a seat while it is in another one.
    #[must_use]
    pub fn home(&self) -> Option<&RoomName> {
        self.home.as_ref().map(|home| &home.room)
    }

    /// From the room that it is in to the door of another, and back when that ends:
    /// [`Output::VisitOver`] says so, as far as the call is the first to know. False: it is in no
    /// room, or on a visit already.
    pub fn visit(&mut self, turn: &mut Turn<'_>, to: RoomName, its_plan: EntryPlan) -> bool {
        let (CallState::InRoom, None) = (&self.state, &self.home) else {
            return false;
        };
        let Purpose::Enter { room, plan } = &mut self.purpose else {
            return false;
        };
        self.home = Some(Home {
            room: std::mem::replace(room, to),
            plan: std::mem::replace(plan, its_plan.clone()),
        });
        self.begin_entry(turn, its_plan, Vec::new());
        true
    }

    /// Back from the visit, which has ended over there: the room is its seat's again, with nothing
    /// asked. False: there is no seat, or the call is ending.
    pub fn come_home(&mut self, turn: &mut Turn<'_>) -> bool {
        let leg = self.ids.leg;
        match self.state {
            CallState::Entering(_) if self.home.is_some() => {
                turn.media(Command::StopRecord { leg });
            }
            CallState::InRoom if self.home.is_some() => {}
            CallState::Entering(_)
            | CallState::InRoom
            | CallState::Opening { .. }
            | CallState::Refusing { .. }
            | CallState::Answering { .. }
            | CallState::ShowingPin { .. }
            | CallState::Leaving { .. }
            | CallState::Closing { .. }
            | CallState::Ended => return false,
        }
        turn.media(Command::StopPlay { leg });
        self.lose_visit();
        self.state = CallState::InRoom;
        self.offer_pictures(turn);
        true
    }

    /// The room that it had a seat in ends the call: it is that one's again, to be dismissed.
    pub fn lose_visit(&mut self) {
        if let Some(Home { room, plan }) = self.home.take() {
            self.purpose = Purpose::Enter { room, plan };
        }
    }

    /// What the script at the other door ended with is the end of the visit alone.
    pub(crate) fn end_script(&mut self, turn: &mut Turn<'_>, end: CallEnd) {
        if self.home.is_some() {
            turn.out.push(Output::VisitOver(end));
        } else {
            self.hang_up(turn, end);
        }
    }
}
