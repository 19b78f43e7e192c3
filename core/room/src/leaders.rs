//! Who waits for a leader and who goes when one leaves; knows no PIN and plays nothing itself.

use conclave_contract::Command;
use conclave_model::confbridge::SoundName;
use conclave_model::{CallEnd, ParticipantId, StageId};

use crate::announcer::Notice;
use crate::music::{Alone, Cue};
use crate::{Participant, Phase, Room, RoomNews, Turn};

impl Room {
    /// Whether a leader is in the room: really in, not at the door.
    pub(crate) fn is_led(&self) -> bool {
        self.roster.active().any(|one| one.profile.marked)
    }

    /// Brings who waits into line with who leads: computed from who is here, after every change.
    pub(crate) fn settle_waiting(&mut self, turn: &mut Turn<'_>) {
        let is_led = self.is_led();
        let mut begins = false;
        let mut heard_music = Vec::new();
        // Who is away follows on coming back.
        for one in self.roster.iter_mut().filter(|one| !one.is_away()) {
            match one.phase {
                Phase::Waiting { .. } if is_led || !one.waits_for_leader() => {
                    heard_music.extend((!one.on_stage && !one.vouched).then_some(one.id));
                    one.be_released(turn, self.stage);
                    begins |= is_led;
                }
                Phase::Active { .. } if !is_led && one.waits_for_leader() => {
                    one.be_sent_back(turn);
                }
                Phase::AtDoor | Phase::Passed(_) | Phase::Waiting { .. } | Phase::Active { .. } => {
                }
            }
        }
        let is_told = |one: &Participant| one.profile.marked && !one.profile.quiet;
        if begins && self.roster.active().any(is_told) {
            self.tell_of_leaders(SoundName::Begin);
        }
        for who in heard_music {
            let missed = self.roster.get(who).map(|one| self.what_all_were_told(one));
            self.greet(turn, who, missed.unwrap_or_default());
        }
    }

    /// Who hears music while waiting hears nothing else; who hears none listens to the room.
    pub(crate) fn settle_listening(&mut self, turn: &mut Turn<'_>) {
        for one in self
            .roster
            .iter_mut()
            .filter(|one| one.is_waiting() && !one.is_away())
        {
            if self.record.music.is_none() {
                one.step_on_stage(turn, self.stage);
            } else if self.music.plays_to(one.id) {
                one.step_off_stage(turn);
            }
        }
    }

    /// A leader has gone, and with them those whom the options tie to leaders: to any, or to the
    /// last. Who remains is told when it was the last, unless the leader came and went in quiet.
    pub(crate) fn leader_left(&mut self, turn: &mut Turn<'_>, is_quiet: bool) {
        loop {
            let is_led = self.is_led();
            let tied = self
                .roster
                .inside()
                .filter(|one| one.profile.end_marked_any || (!is_led && one.profile.end_marked));
            let tied: Vec<ParticipantId> = tied.map(Participant::id).collect();
            for who in &tied {
                let end = CallEnd::LeaderLeft;
                if let Some(gone) = self.take_one(turn, *who, end) {
                    self.dismiss(turn, &gone, end);
                }
            }
            // The leaders among them may have been the last.
            if tied.is_empty() {
                break;
            }
        }
        if !self.is_led() && !is_quiet && self.roster.inside().next().is_some() {
            self.tell_of_leaders(SoundName::LeaderHasLeft);
        }
    }

    fn tell_of_leaders(&mut self, sound: SoundName) {
        if self.rules.bridge.announcements {
            self.announcer.notice(Notice::Sound(sound));
        }
    }
}

impl Participant {
    /// Unless somebody who may has let this one in.
    pub(crate) fn waits_for_leader(&self) -> bool {
        self.profile.wait_marked && !self.profile.marked && !self.vouched
    }

    /// Music until a leader comes, where the room has some, and silence where it has none.
    pub(crate) fn waiting_cue(&self) -> Option<Cue> {
        (self.is_waiting() && !self.is_away()).then(|| Cue {
            participant: self.id,
            leg: self.leg,
            alone: if self.on_stage {
                Alone::Again
            } else {
                Alone::First
            },
            is_greeted: self.greeting.is_some(),
            only_one: Vec::new(),
        })
    }

    pub(crate) fn step_on_stage(&mut self, turn: &mut Turn<'_>, stage: StageId) {
        if !self.on_stage {
            self.on_stage = true;
            let leg = self.leg;
            turn.command(Command::JoinStage { leg, stage });
        }
    }

    pub(crate) fn step_off_stage(&mut self, turn: &mut Turn<'_>) {
        if self.on_stage {
            self.on_stage = false;
            turn.command(Command::LeaveStage { leg: self.leg });
        }
    }

    fn be_released(&mut self, turn: &mut Turn<'_>, stage: StageId) {
        let Phase::Waiting { role, since } = self.phase else {
            return;
        };
        self.phase = Phase::Active { role, since };
        self.step_on_stage(turn, stage);
        if !self.mute.is_muted() {
            turn.command(Command::SetMute {
                leg: self.leg,
                muted: false,
            });
        }
        turn.news(RoomNews::Joined {
            participant: self.id,
            call: self.call,
            role,
        });
        if self.speaks && !self.mute.is_muted() {
            self.tell_talking(turn, true);
        }
    }

    fn be_sent_back(&mut self, turn: &mut Turn<'_>) {
        let Phase::Active { role, since } = self.phase else {
            return;
        };
        if !self.mute.is_muted() {
            if self.speaks {
                self.tell_talking(turn, false);
            }
            turn.command(Command::SetMute {
                leg: self.leg,
                muted: true,
            });
        }
        self.phase = Phase::Waiting { role, since };
        turn.news(RoomNews::Waits {
            participant: self.id,
            call: self.call,
        });
    }
}
