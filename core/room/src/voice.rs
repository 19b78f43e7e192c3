//! What the media plane reports of one who is in the room: keys, speech, ends of playing.

use std::time::Instant;

use conclave_contract::{Command, PlayOutcome, Segment};
use conclave_model::{Digit, ParticipantId, PlayId, Prompt, limits};

use crate::menu::{self, MenuAction};
use crate::{MutedBy, Participant, Room, RoomNews, Turn};

impl Room {
    /// A key of one who is in the room. Keys at the door belong to the entry script and are
    /// ignored here.
    pub fn digit(&mut self, turn: &mut Turn<'_>, who: ParticipantId, digit: Digit) {
        let Some(participant) = self.roster.get_mut(who).filter(|one| one.is_active()) else {
            return;
        };
        match participant.menu.digit(turn.now, digit, menu::MODERN) {
            Some(MenuAction::ToggleMute) => participant.toggle_mute(turn),
            None => {}
        }
        self.settle(turn);
    }

    /// A `Play` of the room on this participant's leg ended.
    pub fn played(
        &mut self,
        turn: &mut Turn<'_>,
        _who: ParticipantId,
        play: PlayId,
        _outcome: PlayOutcome,
    ) {
        self.music.played(play);
        self.settle(turn);
    }

    /// An `Announce` on the room's stage ended.
    pub fn announced(&mut self, turn: &mut Turn<'_>, play: PlayId) {
        self.announcer.done(play);
        self.settle(turn);
    }

    /// Speech began or ended.
    pub fn talking(&mut self, turn: &mut Turn<'_>, who: ParticipantId, speaks: bool) {
        if let Some(participant) = self.roster.get_mut(who).filter(|one| one.is_active()) {
            participant.speaks(turn, speaks);
        }
    }
}

impl Participant {
    pub(crate) fn muted(&mut self, turn: &mut Turn<'_>, by: MutedBy) {
        let before = self.mute;
        self.mute = before.muted(by);
        if self.mute == before {
            return;
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
        match by {
            MutedBy::Oneself | MutedBy::System => self.say(turn, Prompt::Muted),
            MutedBy::Moderator => self.hint(turn),
        }
    }

    pub(crate) fn unmuted(&mut self, turn: &mut Turn<'_>, by: MutedBy) {
        let before = self.mute;
        self.mute = before.unmuted(by);
        if self.mute.is_muted() || !before.is_muted() {
            return;
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
        self.say(turn, Prompt::Unmuted);
    }

    /// The key always works: it lifts a moderator's mute too. Only a rule of the room stays, and
    /// is said again.
    fn toggle_mute(&mut self, turn: &mut Turn<'_>) {
        if !self.mute.is_muted() {
            self.muted(turn, MutedBy::Oneself);
            return;
        }
        self.unmuted(turn, MutedBy::Oneself);
        if self.mute.is_muted() {
            self.say(turn, Prompt::Muted);
        }
    }

    fn speaks(&mut self, turn: &mut Turn<'_>, speaks: bool) {
        if self.speaks == speaks {
            return;
        }
        self.speaks = speaks;
        if !self.mute.is_muted() {
            self.tell_talking(turn, speaks);
        } else if speaks && self.may_hint(turn.now) {
            self.hint(turn);
        }
    }

    fn tell_talking(&self, turn: &mut Turn<'_>, talking: bool) {
        turn.news(RoomNews::Talking {
            participant: self.id,
            talking,
        });
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
    fn say(&self, turn: &mut Turn<'_>, prompt: Prompt) {
        if !self.is_active() {
            return;
        }
        let play = turn.ids.play();
        turn.command(Command::Play {
            leg: self.leg,
            play,
            segments: vec![Segment::Prompt(prompt, self.language)],
            stop_on_digit: true,
        });
    }
}
