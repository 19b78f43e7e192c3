//! What each key does to the one who pressed it; keys for moderators are next door.

use conclave_contract::Command;
use conclave_ivr::say::{Name, key_list, roll_call};
use conclave_model::confbridge::{Deed, SoundName};
use conclave_model::{CallEnd, ParticipantId, Prompt, limits};

use crate::{MutedBy, Participant, Room, Turn};

/// Which way a volume key goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Volume {
    Up,
    Down,
    Reset,
}

impl Room {
    /// Does what was asked for, and says to this one what came of it.
    pub(crate) fn carry_out(&mut self, turn: &mut Turn<'_>, who: ParticipantId, deed: Deed) {
        let Some(participant) = self.roster.get_mut(who) else {
            return;
        };
        if deed.is_for_admins() && !participant.profile.admin {
            self.say_not_for_you(turn, who);
            return;
        }
        match deed {
            Deed::NoOp => {}
            Deed::ToggleMute => self.toggle_mute(turn, who),
            Deed::RaiseHand => participant.toggle_hand(turn),
            Deed::IncreaseListeningVolume => participant.step_listening(turn, Volume::Up),
            Deed::DecreaseListeningVolume => participant.step_listening(turn, Volume::Down),
            Deed::ResetListeningVolume => participant.step_listening(turn, Volume::Reset),
            Deed::IncreaseTalkingVolume => participant.step_talking(turn, Volume::Up),
            Deed::DecreaseTalkingVolume => participant.step_talking(turn, Volume::Down),
            Deed::ResetTalkingVolume => participant.step_talking(turn, Volume::Reset),
            Deed::ParticipantCount => self.say_count(turn, who),
            Deed::WhoIsHere => self.call_the_roll(turn, who),
            Deed::Help => self.say_keys(turn, who),
            Deed::LeaveConference => self.let_go(turn, who),
            Deed::ToggleBinaural => self.toggle_binaural(turn, who),
            Deed::SetAsSingleVideoSrc => {
                let done = self.pin_picture(who);
                self.acknowledge_pin(turn, who, done);
            }
            Deed::ReleaseAsSingleVideoSrc => {
                let done = self.unpin_picture(who);
                self.acknowledge_pin(turn, who, done);
            }
            Deed::AdminKickLast => self.kick_last(turn, who),
            Deed::AdminToggleConferenceLock => self.toggle_lock(turn, who),
            Deed::AdminToggleMuteParticipants => self.toggle_all_muted(turn),
            Deed::AdminMuteOthers => self.mute_others(turn, who),
            Deed::AdminToggleRecording => self.toggle_recording(turn, who),
            Deed::AdminAdmitWaiting => self.admit_waiting(turn, who),
            Deed::AdminToggleAnnouncements => self.toggle_announcements(turn, who),
            Deed::AdminEndConference => self.ask_for_the_end(turn, who),
        }
    }

    /// One beep, or that the key does nothing here.
    fn acknowledge_pin(&self, turn: &mut Turn<'_>, who: ParticipantId, done: bool) {
        match self.roster.get(who) {
            Some(one) if done => one.beep(turn, false),
            Some(_) | None => self.sound_to(turn, who, SoundName::ErrorMenu),
        }
    }

    pub(crate) fn say_to(&self, turn: &mut Turn<'_>, who: ParticipantId, prompt: Prompt) {
        if let Some(participant) = self.roster.get(who) {
            participant.say(turn, prompt);
        }
    }

    /// The room's own sound for it, if it has chosen one.
    pub(crate) fn sound_to(&self, turn: &mut Turn<'_>, who: ParticipantId, name: SoundName) {
        if let Some(participant) = self.roster.get(who) {
            let segments = self.sound(name, participant.language());
            if !segments.is_empty() {
                participant.play(turn, segments);
            }
        }
    }

    fn say_not_for_you(&self, turn: &mut Turn<'_>, who: ParticipantId) {
        if self
            .rules
            .bridge
            .sounds
            .chosen(SoundName::ErrorMenu)
            .is_some()
        {
            self.sound_to(turn, who, SoundName::ErrorMenu);
        } else {
            self.say_to(turn, who, Prompt::OnlyModerators);
        }
    }

    /// The key always works: it lifts a moderator's mute too. Only a rule of the room stays: it is
    /// said again, and where all are muted, the key asks to speak.
    fn toggle_mute(&mut self, turn: &mut Turn<'_>, who: ParticipantId) {
        let Some(participant) = self.roster.get_mut(who) else {
            return;
        };
        let sound = if !participant.mute().is_muted() {
            participant.fall_mute(turn, MutedBy::Oneself);
            SoundName::Muted
        } else if participant.be_unmuted(turn, MutedBy::Oneself) {
            SoundName::Unmuted
        } else if self.all_muted {
            participant.set_hand(turn, true);
            participant.say(turn, Prompt::AskedToSpeak);
            return;
        } else {
            SoundName::Muted
        };
        self.sound_to(turn, who, sound);
    }

    /// How many others there are, or that there is nobody else.
    fn say_count(&self, turn: &mut Turn<'_>, who: ParticipantId) {
        let Some(listener) = self.roster.get(who) else {
            return;
        };
        let others = self.others_of(who, listener.language());
        if others.is_empty() {
            self.sound_to(turn, who, SoundName::OnlyPerson);
        } else {
            listener.play(turn, others);
        }
    }

    fn call_the_roll(&self, turn: &mut Turn<'_>, who: ParticipantId) {
        let Some(listener) = self.roster.get(who) else {
            return;
        };
        let others = self.roster.active().filter(|one| one.id() != who);
        let spoken = others.filter_map(|one| one.spoken_name.clone());
        let names: Vec<Name> = spoken
            .take(limits::ROLL_CALL_NAMES)
            .map(Name::Clip)
            .collect();
        let said = roll_call(self.people(), &names, listener.language());
        listener.play(turn, said);
    }

    fn say_keys(&self, turn: &mut Turn<'_>, who: ParticipantId) {
        if let Some(listener) = self.roster.get(who) {
            let menu = self.keys.menu_of(listener);
            let said = key_list(&menu, listener.profile.admin, listener.language());
            listener.play(turn, said);
        }
    }

    fn let_go(&mut self, turn: &mut Turn<'_>, who: ParticipantId) {
        let end = CallEnd::LeftByKey;
        if let Some(gone) = self.take_out(turn, who, end) {
            self.dismiss(turn, &gone, end);
        }
    }

    fn people(&self) -> u32 {
        u32::try_from(self.roster.active().count()).unwrap_or(u32::MAX)
    }
}

impl Participant {
    /// The leg keeps it until it is closed, which is when this one leaves.
    fn step_listening(&mut self, turn: &mut Turn<'_>, volume: Volume) {
        let (volume_db, at_the_end) = volume.from(self.listening_db);
        if self.listening_db != volume_db {
            self.listening_db = volume_db;
            turn.command(Command::SetListeningVolume {
                leg: self.leg,
                volume_db,
            });
        }
        self.beep(turn, at_the_end);
    }

    fn step_talking(&mut self, turn: &mut Turn<'_>, volume: Volume) {
        let (volume_db, at_the_end) = volume.from(self.volume_db);
        self.set_volume(turn, volume_db);
        self.beep(turn, at_the_end);
    }
}

impl Volume {
    /// The new one, and whether the key changed nothing because it is as loud or soft as can be.
    fn from(self, before_db: i8) -> (i8, bool) {
        let (least, most) = (*limits::VOLUME_DB.start(), *limits::VOLUME_DB.end());
        let after_db = match self {
            Volume::Up => before_db.saturating_add(limits::VOLUME_STEP_DB),
            Volume::Down => before_db.saturating_sub(limits::VOLUME_STEP_DB),
            Volume::Reset => return (0, false),
        };
        let after_db = after_db.clamp(least, most);
        (after_db, after_db == before_db)
    }
}
