//! What a moderator, the API or an administrator may do to a meeting; asks nobody's permission.

use std::sync::Arc;

use conclave_model::confbridge::{BridgeProfile, RoomRules, UserProfile};
use conclave_model::{CallEnd, ParticipantId, Prompt, RoomRecord, limits};

use crate::{
    Door, MutedBy, NotHere, Participant, Phase, Role, Room, RoomNews, RoomOutput, TooMany, Turn,
};

impl Room {
    /// Nobody hears the participant until unmuted. Holds at the door too. Told to them alone.
    ///
    /// # Errors
    /// Nobody of this id is here.
    pub fn mute(
        &mut self,
        turn: &mut Turn<'_>,
        who: ParticipantId,
        by: MutedBy,
    ) -> Result<(), NotHere> {
        let participant = self.roster.get_mut(who).ok_or(NotHere)?;
        participant.muted(turn, by);
        self.settle(turn);
        Ok(())
    }

    /// Lifts one's own mute and a moderator's, or (`System`) that of a rule. A moderator lets one
    /// speak also where all are muted.
    ///
    /// # Errors
    /// Nobody of this id is here.
    pub fn unmute(
        &mut self,
        turn: &mut Turn<'_>,
        who: ParticipantId,
        by: MutedBy,
    ) -> Result<(), NotHere> {
        let participant = self.roster.get_mut(who).ok_or(NotHere)?;
        let lets_speak = self.all_muted && by == MutedBy::Moderator;
        if lets_speak && participant.be_unmuted(turn, MutedBy::System) {
            participant.say(turn, Prompt::Unmuted);
        }
        participant.unmuted(turn, by);
        self.settle(turn);
        Ok(())
    }

    /// Out of the room, or away from the door, whatever they are being asked.
    ///
    /// # Errors
    /// Nobody of this id is here.
    pub fn remove(&mut self, turn: &mut Turn<'_>, who: ParticipantId) -> Result<(), NotHere> {
        let end = CallEnd::Removed;
        let gone = self.take_out(turn, who, end).ok_or(NotHere)?;
        self.dismiss(turn, &gone, end);
        self.settle(turn);
        Ok(())
    }

    /// How the participant is shown in lists. Control characters are left out, and what is longer
    /// than a room's title is cut.
    ///
    /// # Errors
    /// Nobody of this id is here.
    pub fn rename(
        &mut self,
        turn: &mut Turn<'_>,
        who: ParticipantId,
        name: &str,
    ) -> Result<(), NotHere> {
        let participant = self.roster.get_mut(who).ok_or(NotHere)?;
        let name: String = name
            .trim()
            .chars()
            .filter(|character| !character.is_control())
            .take(*limits::TITLE_CHARS.end())
            .collect();
        participant.label.name = (!name.is_empty()).then(|| name.clone());
        turn.news(RoomNews::Renamed {
            participant: who,
            name,
        });
        Ok(())
    }

    /// Raises or lowers a participant's hand for them; they are told nothing.
    ///
    /// # Errors
    /// Nobody of this id is in the room.
    pub fn set_hand(
        &mut self,
        turn: &mut Turn<'_>,
        who: ParticipantId,
        is_raised: bool,
    ) -> Result<(), NotHere> {
        self.present(who)?.set_hand(turn, is_raised);
        Ok(())
    }

    /// How loud the others hear a participant: within [`limits::VOLUME_DB`], what is beyond is cut.
    ///
    /// # Errors
    /// Nobody of this id is in the room.
    pub fn set_volume(
        &mut self,
        turn: &mut Turn<'_>,
        who: ParticipantId,
        volume_db: i8,
    ) -> Result<(), NotHere> {
        let (least, most) = (*limits::VOLUME_DB.start(), *limits::VOLUME_DB.end());
        let volume_db = volume_db.clamp(least, most);
        self.present(who)?.set_volume(turn, volume_db);
        Ok(())
    }

    /// Lets one in who is at the door: no PIN is asked any more, and a lock or a full room does
    /// not stop them. What is asked of all, the name, is asked of them. Who waits for a leader does
    /// so no longer. No matter for who is in.
    ///
    /// # Errors
    /// Nobody of this id is here.
    pub fn let_in(&mut self, turn: &mut Turn<'_>, who: ParticipantId) -> Result<(), NotHere> {
        let caller = self.roster.get_mut(who).ok_or(NotHere)?;
        caller.vouched = true;
        if caller.phase == Phase::AtDoor {
            caller.phase = Phase::Passed(Role::Member);
            let call = caller.call;
            turn.news(RoomNews::Passed { participant: who });
            turn.out.push(RoomOutput::LetPass { call });
        } else if caller.is_waiting() {
            let words = self.words_on_release(who);
            self.greet(turn, who, words);
        }
        self.settle(turn);
        Ok(())
    }

    /// Plays a prompt to everybody, in the language of the room, under the conversation.
    ///
    /// # Errors
    /// [`limits::PROMPTS_ASKED`] such prompts play or wait already.
    pub fn play_to_all(&mut self, turn: &mut Turn<'_>, prompt: Prompt) -> Result<(), TooMany> {
        let (stage, language) = (self.stage, self.hall_language());
        self.announcer.play(turn, stage, prompt, language)?;
        self.settle(turn);
        Ok(())
    }

    /// Nobody else comes in; who is in stays.
    pub fn lock(&mut self, turn: &mut Turn<'_>) {
        if !self.entrance.locked {
            self.entrance.locked = true;
            turn.news(RoomNews::Locked);
        }
    }

    pub fn unlock(&mut self, turn: &mut Turn<'_>) {
        if self.entrance.locked {
            self.entrance.locked = false;
            turn.news(RoomNews::Unlocked);
        }
    }

    /// Everybody, at the door too, is dismissed with `end`: `RoomEnded`, `Shutdown`, `Failed`.
    pub fn end(&mut self, turn: &mut Turn<'_>, end: CallEnd) {
        turn.news(RoomNews::Ended);
        let everybody: Vec<ParticipantId> = self.roster.iter().map(|one| one.id()).collect();
        for who in everybody {
            if let Some(gone) = self.take_one(turn, who, end) {
                self.dismiss(turn, &gone, end);
            }
        }
        self.settle(turn);
    }

    /// The stage is gone with a fault of ours, and with it the meeting.
    pub fn stage_failed(&mut self, turn: &mut Turn<'_>) {
        self.end(turn, CallEnd::Failed);
    }

    /// The record was changed by an administrator; it holds from now on, for those at the door
    /// too: an old PIN opens nothing any more, and without one they pass.
    pub fn update(&mut self, turn: &mut Turn<'_>, record: Arc<RoomRecord>) {
        self.door = Door::of(&record);
        self.rules = RoomRules::of(&record, &self.profiles);
        for participant in self.roster.iter_mut() {
            let own = participant.own_language;
            participant.language = record.language.for_caller(own, self.house_language);
            if participant.phase == Phase::AtDoor && !self.door.asks_for_pin() {
                participant.phase = Phase::Passed(Role::Member);
                turn.news(RoomNews::Passed {
                    participant: participant.id,
                });
                turn.out.push(RoomOutput::LetPass {
                    call: participant.call,
                });
            }
        }
        self.record = record;
        self.renew_profiles(turn);
        self.tune_stage(turn);
        self.settle(turn);
    }

    /// Gives one who is here a profile of their own, in place of that of their role.
    ///
    /// # Errors
    /// Nobody of this id is here.
    pub fn set_profile(
        &mut self,
        turn: &mut Turn<'_>,
        who: ParticipantId,
        profile: Arc<UserProfile>,
    ) -> Result<(), NotHere> {
        let participant = self.roster.get_mut(who).ok_or(NotHere)?;
        participant.has_own_profile = true;
        participant.follow(turn, profile, &self.rules.bridge);
        self.settle(turn);
        Ok(())
    }

    fn renew_profiles(&mut self, turn: &mut Turn<'_>) {
        let by_rules = |one: &&Participant| !one.has_own_profile;
        let profiles: Vec<(ParticipantId, Arc<UserProfile>)> = self
            .roster
            .iter()
            .filter(by_rules)
            .map(|one| (one.id, self.profile_of(one.role(), one.person.as_ref())))
            .collect();
        for (who, profile) in profiles {
            if let Some(participant) = self.roster.get_mut(who) {
                participant.follow(turn, profile, &self.rules.bridge);
            }
        }
    }

    fn present(&mut self, who: ParticipantId) -> Result<&mut Participant, NotHere> {
        let participant = self.roster.get_mut(who);
        participant.filter(|one| one.is_active()).ok_or(NotHere)
    }
}

impl Participant {
    /// What the options say of this one from now on.
    fn follow(&mut self, turn: &mut Turn<'_>, profile: Arc<UserProfile>, bridge: &BridgeProfile) {
        let was = (self.is_admin(), self.is_leader());
        self.profile = profile;
        if self.is_inside() && was != (self.is_admin(), self.is_leader()) {
            turn.news(RoomNews::RoleChanged {
                participant: self.id,
            });
        }
        self.tune(turn, bridge);
    }
}
