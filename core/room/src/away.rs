//! One who is elsewhere for a while and keeps the seat; knows no other room.

use conclave_contract::{Command, Segment};
use conclave_model::confbridge::{BridgeProfile, SoundName};
use conclave_model::{LegId, ParticipantId, Prompt};

use crate::{NotHere, Participant, Room, RoomNews, RoomOutput, Turn};

/// How far one has gone who keeps the seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Away {
    /// Goes in this turn: the leg is still ours.
    Going,
    /// Another place has the leg.
    Gone,
}

/// Why one stays who asked to go elsewhere.
#[derive(Clone, Debug)]
pub enum Stay {
    /// There is no such place, or it is here.
    NoSuchPlace,
    /// They are a guest here already, and have a seat in another room.
    IsGuest,
    /// The other place takes nobody and says this.
    Refused(Vec<Segment>),
}

impl Room {
    /// The answer to [`RoomOutput::AwayAsked`]: one does not go, and is told why.
    pub fn stays(&mut self, turn: &mut Turn<'_>, who: ParticipantId, why: Stay) {
        match why {
            Stay::NoSuchPlace => self.say_to(turn, who, Prompt::NotPossible),
            Stay::IsGuest => self.sound_to(turn, who, SoundName::ErrorMenu),
            Stay::Refused(words) => self.greet(turn, who, words),
        }
        self.follow_keys(turn, who);
        self.settle(turn);
    }

    /// The other answer: leaves the stage and keeps the seat. The leg is another place's until
    /// [`Room::come_back`]; whoever lends the turns sees to that with [`Room::tell_phones`].
    ///
    /// # Errors
    /// Nobody of this id is in the room, or they are away already.
    pub fn go_away(&mut self, turn: &mut Turn<'_>, who: ParticipantId) -> Result<(), NotHere> {
        self.music.stop_for(turn, who);
        self.keys.forget(who);
        let one = self.roster.get_mut(who);
        let one = one.filter(|one| one.is_inside() && !one.is_away());
        one.ok_or(NotHere)?.go_away(turn);
        turn.news(RoomNews::WentAway { participant: who });
        self.settle(turn);
        Ok(())
    }

    /// Back in the seat, as it is now: what a moderator or the options changed meanwhile holds.
    /// `words`: what is said first; maybe none.
    ///
    /// # Errors
    /// Nobody of this id is away.
    pub fn come_back(
        &mut self,
        turn: &mut Turn<'_>,
        who: ParticipantId,
        words: Vec<Segment>,
    ) -> Result<(), NotHere> {
        let one = self.roster.get_mut(who).filter(|one| one.is_away());
        let one = one.ok_or(NotHere)?;
        one.away = None;
        one.restore_leg(turn, &self.rules.bridge);
        if one.is_active() {
            one.step_on_stage(turn, self.stage);
        }
        turn.news(RoomNews::CameBack { participant: who });
        self.greet(turn, who, words);
        self.settle(turn);
        self.follow_keys(turn, who);
        self.settle(turn);
        Ok(())
    }

    /// Whatever this turn says to the leg of one who is away is for nobody.
    pub(crate) fn spare_the_away(&mut self, turn: &mut Turn<'_>) {
        let legs = |of: Away| {
            let away = self.roster.iter().filter(move |one| one.away == Some(of));
            away.map(|one| one.leg).collect::<Vec<LegId>>()
        };
        let gone = legs(Away::Gone);
        if !gone.is_empty() {
            let spares = |output: &RoomOutput| leg_of(output).is_some_and(|it| gone.contains(&it));
            turn.out.retain(|output| !spares(output));
        }
        for one in self.roster.iter_mut().filter(|one| one.is_away()) {
            one.away = Some(Away::Gone);
        }
    }
}

impl Participant {
    /// In another place for a while.
    #[must_use]
    pub fn is_away(&self) -> bool {
        self.away.is_some()
    }

    /// In the room and not away.
    pub(crate) fn is_there(&self) -> bool {
        self.is_inside() && !self.is_away()
    }

    /// The leg is given away as a new one is.
    fn go_away(&mut self, turn: &mut Turn<'_>) {
        let leg = self.leg;
        if self.talking() {
            self.tell_talking(turn, false);
        }
        self.fall_silent(turn.now);
        self.greeting = None;
        self.step_off_stage(turn);
        self.sight.go_away(turn, leg);
        turn.command(Command::StopPlay { leg });
        if self.is_waiting() || self.mute.is_muted() {
            turn.command(Command::SetMute { leg, muted: false });
        }
        self.tell_volumes(turn, 0, 0);
        self.acoustics.reset(turn, leg);
        self.away = Some(Away::Going);
    }

    fn restore_leg(&mut self, turn: &mut Turn<'_>, bridge: &BridgeProfile) {
        let leg = self.leg;
        let muted = self.is_waiting() || self.mute.is_muted();
        turn.command(Command::SetMute { leg, muted });
        self.tell_volumes(turn, self.volume_db, self.listening_db);
        self.acoustics.reset(turn, leg);
        self.tune(turn, bridge);
    }

    fn tell_volumes(&self, turn: &mut Turn<'_>, talking_db: i8, listening_db: i8) {
        let leg = self.leg;
        turn.command(Command::SetVolume {
            leg,
            volume_db: talking_db,
        });
        turn.command(Command::SetListeningVolume {
            leg,
            volume_db: listening_db,
        });
    }
}

/// Whose alone it is.
fn leg_of(output: &RoomOutput) -> Option<LegId> {
    match output {
        RoomOutput::Command(command) => command.leg(),
        RoomOutput::Video(command) => command.leg(),
        RoomOutput::Dismiss { .. }
        | RoomOutput::LetPass { .. }
        | RoomOutput::RecordingAsked { .. }
        | RoomOutput::Pictures { .. }
        | RoomOutput::Text { .. }
        | RoomOutput::Tell { .. }
        | RoomOutput::AwayAsked { .. }
        | RoomOutput::News(_)
        | RoomOutput::Closed => None,
    }
}
