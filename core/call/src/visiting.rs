//! A call that is in another room for a while and keeps its seat in the first; asks no door.

use conclave_contract::Command;
use conclave_ivr::{EntryPlan, ServicePlan};
use conclave_model::{CallEnd, CallMoment};

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

    /// The same to a number that is no room.
    pub fn visit_service(&mut self, turn: &mut Turn<'_>, plan: ServicePlan) -> bool {
        let (CallState::InRoom, None, Purpose::Enter { .. }) =
            (&self.state, &self.home, &self.purpose)
        else {
            return false;
        };
        let its_own = Purpose::Serve { plan: plan.clone() };
        if let Purpose::Enter { room, plan } = std::mem::replace(&mut self.purpose, its_own) {
            self.home = Some(Home { room, plan });
        }
        self.begin_service(turn, plan, Vec::new());
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
            CallState::Serving(_) if self.home.is_some() => self.stop_echo(turn),
            CallState::Entering(_)
            | CallState::InRoom
            | CallState::Serving(_)
            | CallState::Opening { .. }
            | CallState::Refusing { .. }
            | CallState::Answering { .. }
            | CallState::ShowingPin { .. }
            | CallState::Leaving { .. }
            | CallState::Closing { .. }
            | CallState::Ended => return false,
        }
        turn.media(Command::StopPlay { leg });
        self.history.timeline.note(turn.wall, CallMoment::CameBack);
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
