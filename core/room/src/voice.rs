//! What the media plane reports of one who is in the room but keys: speech, ends of playing.

use std::time::{Duration, Instant};

use conclave_contract::{Command, Segment};
use conclave_model::{ParticipantId, PlayId, Prompt, limits};

use crate::{MutedBy, Participant, Room, RoomNews, Turn};

impl Room {
    /// An `Announce` on the room's stage ended.
    pub fn announced(&mut self, turn: &mut Turn<'_>, play: PlayId) {
        self.announcer.done(play);
        self.settle(turn);
    }

    /// Speech began or ended.
    pub fn talking(&mut self, turn: &mut Turn<'_>, who: ParticipantId, speaks: bool) {
        if let Some(participant) = self.roster.get_mut(who).filter(|one| one.is_inside()) {
            participant.speaks(turn, speaks);
            self.settle_pictures(turn);
        }
    }
}

impl Participant {
    pub(crate) fn muted(&mut self, turn: &mut Turn<'_>, by: MutedBy) {
        if !self.fall_mute(turn, by) {
            return;
        }
        match by {
            MutedBy::Oneself | MutedBy::System => self.say(turn, Prompt::Muted),
            MutedBy::Moderator => self.hint(turn),
        }
    }

    /// Without a word to this one. False: it was so already.
    pub(crate) fn fall_mute(&mut self, turn: &mut Turn<'_>, by: MutedBy) -> bool {
        let before = self.mute;
        self.mute = before.muted(by);
        if self.mute == before {
            return false;
        }
        if self.is_active() && !before.is_muted() {
            if self.speaks {
                self.tell_talking(turn, false);
            }
            turn.command(Command::SetMute {
                leg: self.leg,
                muted: true,
            });
        }
        turn.news(RoomNews::Muted {
            participant: self.id,
            by,
        });
        true
    }

    pub(crate) fn unmuted(&mut self, turn: &mut Turn<'_>, by: MutedBy) {
        if self.be_unmuted(turn, by) {
            self.say(turn, Prompt::Unmuted);
        }
    }

    /// Without a word to this one. False: nothing muted them, or something still does.
    pub(crate) fn be_unmuted(&mut self, turn: &mut Turn<'_>, by: MutedBy) -> bool {
        let before = self.mute;
        self.mute = before.unmuted(by);
        if self.mute.is_muted() || !before.is_muted() {
            return false;
        }
        if self.is_active() {
            turn.command(Command::SetMute {
                leg: self.leg,
                muted: false,
            });
        }
        turn.news(RoomNews::Unmuted {
            participant: self.id,
            by,
        });
        if self.is_active() && self.speaks {
            self.tell_talking(turn, true);
        }
        true
    }

    /// One beep: the hand is up. Two: it is down.
    pub(crate) fn toggle_hand(&mut self, turn: &mut Turn<'_>) {
        let is_raised = self.hand_raised_at.is_none();
        self.set_hand(turn, is_raised);
        self.beep(turn, !is_raised);
    }

    /// Once, or twice.
    pub(crate) fn beep(&self, turn: &mut Turn<'_>, twice: bool) {
        let beep = || Segment::Prompt(Prompt::Beep, self.language);
        let sound = if twice {
            vec![beep(), Segment::Silence(BETWEEN_BEEPS), beep()]
        } else {
            vec![beep()]
        };
        self.play(turn, sound);
    }

    pub(crate) fn set_hand(&mut self, turn: &mut Turn<'_>, is_raised: bool) {
        if self.hand_raised_at.is_some() == is_raised {
            return;
        }
        self.hand_raised_at = is_raised.then_some(turn.now);
        turn.news(RoomNews::Hand {
            participant: self.id,
            raised: is_raised,
        });
    }

    pub(crate) fn set_volume(&mut self, turn: &mut Turn<'_>, volume_db: i8) {
        if self.volume_db == volume_db {
            return;
        }
        self.volume_db = volume_db;
        turn.command(Command::SetVolume {
            leg: self.leg,
            volume_db,
        });
        turn.news(RoomNews::VolumeChanged {
            participant: self.id,
        });
    }

    /// Nothing is heard of this one any more, which nobody needs to be told.
    pub(crate) fn fall_silent(&mut self, now: Instant) {
        self.talked = self.talked(now);
        self.talks_since = None;
        self.speaks = false;
    }

    fn speaks(&mut self, turn: &mut Turn<'_>, speaks: bool) {
        if self.speaks == speaks {
            return;
        }
        self.speaks = speaks;
        if self.is_waiting() {
            return;
        }
        if !self.mute.is_muted() {
            self.tell_talking(turn, speaks);
        } else if speaks && self.may_hint(turn.now) {
            self.hint(turn);
        }
    }

    pub(crate) fn tell_talking(&mut self, turn: &mut Turn<'_>, talking: bool) {
        self.talked = self.talked(turn.now);
        self.talks_since = talking.then_some(turn.now);
        if self.profile.talk_detection_events {
            turn.news(RoomNews::Talking {
                participant: self.id,
                talking,
            });
        }
    }

    /// Is muted, and by nothing that the own key does not lift.
    pub(crate) fn can_unmute(&self) -> bool {
        self.mute.is_muted() && !self.mute.by_system
    }

    fn may_hint(&self, now: Instant) -> bool {
        self.hinted_at
            .is_none_or(|at| now.saturating_duration_since(at) >= limits::MUTED_HINT)
    }

    fn hint(&mut self, turn: &mut Turn<'_>) {
        self.hinted_at = Some(turn.now);
        self.say(turn, Prompt::MutedHint);
    }

    /// To this participant alone. At the door the entry script has the word.
    pub(crate) fn say(&self, turn: &mut Turn<'_>, prompt: Prompt) {
        if self.is_inside() {
            self.play(turn, vec![Segment::Prompt(prompt, self.language)]);
        }
    }

    pub(crate) fn play(&self, turn: &mut Turn<'_>, segments: Vec<Segment>) -> PlayId {
        let play = turn.ids.play();
        turn.command(Command::Play {
            leg: self.leg,
            play,
            segments,
            stop_on_digit: true,
        });
        play
    }
}

/// Two beeps are heard as two.
const BETWEEN_BEEPS: Duration = Duration::from_millis(120);
