//! What the keys of moderators do; that it is a moderator was asked before.

use conclave_contract::Segment;
use conclave_model::confbridge::{Deed, SoundName};
use conclave_model::{CallEnd, ParticipantId, Prompt};

use crate::announcer::Notice;
use crate::{MutedBy, Participant, Phase, RecordingAsker, Room, RoomNews, RoomOutput, Turn};

impl Room {
    /// Everybody but moderators is muted, whoever comes as well: one may ask to speak by key.
    #[must_use]
    pub fn are_all_muted(&self) -> bool {
        self.all_muted
    }

    /// The one who came in last, unless that is a moderator or oneself.
    pub(crate) fn kick_last(&mut self, turn: &mut Turn<'_>, by: ParticipantId) {
        let last = self
            .roster
            .active()
            .max_by_key(|one| (one.since(), one.id()));
        let last = last.filter(|last| last.id() != by && !last.profile.admin);
        let Some(last) = last.map(Participant::id) else {
            self.sound_to(turn, by, SoundName::ErrorMenu);
            return;
        };
        let end = CallEnd::Removed;
        if let Some(gone) = self.take_out(turn, last, end) {
            self.dismiss(turn, &gone, end);
        }
    }

    pub(crate) fn toggle_lock(&mut self, turn: &mut Turn<'_>, by: ParticipantId) {
        if self.is_locked() {
            self.unlock(turn);
            self.sound_to(turn, by, SoundName::UnlockedNow);
        } else {
            self.lock(turn);
            self.sound_to(turn, by, SoundName::LockedNow);
        }
    }

    pub(crate) fn toggle_all_muted(&mut self, turn: &mut Turn<'_>) {
        self.set_all_muted(turn, !self.all_muted);
    }

    /// The end of a mute of all, if there is one, said to everybody.
    pub fn let_all_speak(&mut self, turn: &mut Turn<'_>) {
        if self.all_muted {
            self.set_all_muted(turn, false);
            self.settle(turn);
        }
    }

    /// Told to everybody at once, not to each alone. Who is at the door falls under it on entering,
    /// when it is clear who they are; who became a moderator since is let go with the others.
    fn set_all_muted(&mut self, turn: &mut Turn<'_>, muted: bool) {
        self.all_muted = muted;
        for participant in self.roster.iter_mut() {
            if !muted {
                participant.be_unmuted(turn, MutedBy::System);
            } else if participant.is_inside() && !participant.profile.admin {
                participant.fall_mute(turn, MutedBy::System);
            }
        }
        turn.news(RoomNews::AllMuted { muted });
        self.announcer.notice(Notice::Sound(if muted {
            SoundName::ParticipantsMuted
        } else {
            SoundName::ParticipantsUnmuted
        }));
    }

    /// Each is told how to come back.
    pub(crate) fn mute_others(&mut self, turn: &mut Turn<'_>, by: ParticipantId) {
        for participant in self.roster.iter_mut() {
            if participant.is_inside() && !participant.profile.admin {
                participant.muted(turn, MutedBy::Moderator);
            }
        }
        self.say_to(turn, by, Prompt::OthersMuted);
    }

    /// Its beginning and its end are told to everybody.
    pub(crate) fn toggle_recording(&mut self, turn: &mut Turn<'_>, by: ParticipantId) {
        if self.recording().is_some() {
            self.stop_recording(turn);
        } else {
            turn.out.push(RoomOutput::RecordingAsked {
                by: RecordingAsker::Key(by),
            });
        }
    }

    /// What [`RoomOutput::RecordingAsked`] asked for cannot be.
    pub fn recording_refused(&mut self, turn: &mut Turn<'_>, by: ParticipantId) {
        self.sound_to(turn, by, SoundName::ErrorMenu);
    }

    pub(crate) fn admit_waiting(&mut self, turn: &mut Turn<'_>, by: ParticipantId) {
        let waiting: Vec<ParticipantId> = self
            .roster
            .iter()
            .filter(|one| one.phase() == Phase::AtDoor || one.is_waiting())
            .map(Participant::id)
            .collect();
        let prompt = if waiting.is_empty() {
            Prompt::NobodyWaits
        } else {
            Prompt::WaitingLetIn
        };
        for who in waiting {
            // They are here, as this is the same turn.
            let _ = self.let_in(turn, who);
        }
        self.say_to(turn, by, prompt);
    }

    pub(crate) fn toggle_announcements(&mut self, turn: &mut Turn<'_>, by: ParticipantId) {
        self.hushed = !self.hushed;
        let prompt = if self.hushed {
            Prompt::AnnouncementsOff
        } else {
            Prompt::AnnouncementsOn
        };
        self.say_to(turn, by, prompt);
    }

    pub(crate) fn ask_for_the_end(&mut self, turn: &mut Turn<'_>, by: ParticipantId) {
        let Some(participant) = self.roster.get_mut(by) else {
            return;
        };
        let question = [
            Prompt::Key(Deed::AdminEndConference),
            Prompt::Press,
            Prompt::Number(1),
        ];
        let language = participant.language();
        let segments = question.map(|prompt| Segment::Prompt(prompt, language));
        participant.play(turn, segments.to_vec());
        participant.keypad.asks(turn.now);
    }
}
