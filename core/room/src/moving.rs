//! One participant's way from one room to another, both announced as always; asks for no PIN.

use conclave_contract::Command;
use conclave_model::ParticipantId;

use crate::{MutedBy, NotHere, Participant, Phase, Role, Room, RoomNews, Turn};

/// A participant between two rooms.
#[derive(Debug)]
pub struct Mover(Participant);

impl Room {
    /// Takes a participant out without ending the call: pass it to [`Room::move_in`] of the other
    /// room at once.
    ///
    /// # Errors
    /// Nobody of this id is in the room; who is at the door or away is not.
    pub fn move_out(&mut self, turn: &mut Turn<'_>, who: ParticipantId) -> Result<Mover, NotHere> {
        let goes = |one: &Participant| one.is_active() && !one.is_away();
        if !self.roster.get(who).is_some_and(goes) {
            return Err(NotHere);
        }
        self.music.stop_for(turn, who);
        self.keys.forget(who);
        let mut gone = self.roster.take(who).ok_or(NotHere)?;
        self.note_gone(&gone);
        turn.command(Command::LeaveStage { leg: gone.leg });
        gone.sight.leave(turn, gone.leg);
        turn.news(RoomNews::MovedOut { participant: who });
        self.announcer.left(&gone);
        gone.fall_silent(turn.now);
        if gone.profile.marked {
            self.leader_left(turn, gone.profile.quiet);
        }
        self.settle(turn);
        Ok(Mover(gone))
    }

    /// Takes in whom another room let go, also when this one is locked. One's own mute, a
    /// moderator's and the volume go on; a rule of the other room ends with it, a hand was raised
    /// for the others and is down here, and what a PIN allowed there it does not here.
    pub fn move_in(&mut self, turn: &mut Turn<'_>, mover: Mover) {
        let Mover(mut joiner) = mover;
        let (who, role) = (joiner.id, Role::Member);
        joiner.phase = Phase::Passed(role);
        joiner.person = None;
        joiner.profile = self.profile_of(Some(role), None);
        joiner.language = self.language_for(joiner.own_language);
        joiner.hand_raised_at = None;
        joiner.keypad = crate::menu::Keypad::default();
        joiner.has_own_profile = false;
        joiner.greeting = None;
        joiner.on_stage = false;
        joiner.sight = joiner.sight.unseated();
        joiner.vouched = false;
        self.roster.add(joiner);
        self.enter(turn, who, role);
        let all_muted = self.all_muted;
        let joined = self.roster.get_mut(who);
        if let Some(joined) = joined.filter(|one| !all_muted || one.profile.admin) {
            joined.be_unmuted(turn, MutedBy::System);
        }
    }
}
