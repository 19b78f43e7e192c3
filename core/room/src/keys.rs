//! The keys of those who are in the room, from the press to the deed; decides what none means.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use conclave_contract::{Command, PlayOutcome, Segment};
use conclave_ivr::say::key_list;
use conclave_model::confbridge::{Menu, MenuPreset, MenuSound};
use conclave_model::{CallEnd, Digit, LegId, ParticipantId, PlayId, Prompt};

use crate::menu::{Menus, Step};
use crate::{Participant, Room, RoomOutput, Turn};

/// What keys do here, and who is in the middle of it.
#[derive(Debug)]
pub(crate) struct Keys {
    menus: Menus,
    waiting: BTreeMap<ParticipantId, (Instant, &'static str)>,
}

impl Default for Keys {
    fn default() -> Self {
        Self {
            menus: Menus::of(MenuPreset::Modern),
            waiting: BTreeMap::new(),
        }
    }
}

impl Keys {
    pub(crate) fn menu_of(&self, who: &Participant) -> Arc<Menu> {
        let menus = &self.menus;
        Arc::clone(if who.profile.admin {
            &menus.moderators
        } else {
            &menus.members
        })
    }

    pub(crate) fn poll_timeout(&self) -> Option<(Instant, &'static str)> {
        self.waiting.values().min_by_key(|(at, _)| *at).copied()
    }

    pub(crate) fn forget(&mut self, who: ParticipantId) {
        self.waiting.remove(&who);
    }

    fn due(&self, now: Instant) -> Vec<ParticipantId> {
        let due = self.waiting.iter().filter(|(_, (at, _))| *at <= now);
        due.map(|(who, _)| *who).collect()
    }
}

impl Room {
    /// What keys do from now on, also of who is in the room; the modern preset until it is said.
    pub fn set_menus(&mut self, menus: Menus) {
        self.keys.menus = menus;
    }

    #[must_use]
    pub fn menus(&self) -> &Menus {
        &self.keys.menus
    }

    /// A key of one who is in the room. Keys at the door belong to the entry script and are
    /// ignored here.
    pub fn digit(&mut self, turn: &mut Turn<'_>, who: ParticipantId, digit: Digit) {
        let Some(participant) = self.roster.get_mut(who).filter(|one| one.is_inside()) else {
            return;
        };
        let menu = self.keys.menu_of(participant);
        participant.keypad.digit(turn.now, digit, &menu);
        self.follow_keys(turn, who);
        self.settle(turn);
    }

    /// A `Play` of the room on this participant's leg ended.
    pub fn played(
        &mut self,
        turn: &mut Turn<'_>,
        who: ParticipantId,
        play: PlayId,
        _outcome: PlayOutcome,
    ) {
        self.music.played(play);
        self.greeted(who, play);
        if let Some(participant) = self.roster.get_mut(who) {
            participant.keypad.played(play);
            self.follow_keys(turn, who);
        }
        self.settle(turn);
    }

    /// Of everybody whose time is over.
    pub(crate) fn follow_late_keys(&mut self, turn: &mut Turn<'_>) {
        for who in self.keys.due(turn.now) {
            self.follow_keys(turn, who);
        }
    }

    /// Does what this one's keys ask for until they ask for nothing at the moment.
    pub(crate) fn follow_keys(&mut self, turn: &mut Turn<'_>, who: ParticipantId) {
        loop {
            self.keys.waiting.remove(&who);
            let Some(participant) = self.roster.get_mut(who).filter(|one| one.is_there()) else {
                return;
            };
            let menu = self.keys.menu_of(participant);
            let Some(step) = participant.keypad.next(turn.now, &menu) else {
                let deadline = participant.keypad.poll_timeout(&menu);
                self.keys.waiting.extend(deadline.map(|at| (who, at)));
                return;
            };
            let (call, leg) = (participant.call(), participant.leg());
            if let Step::Go(target) = step {
                // What is left to do waits for the answer, or for coming back.
                let extension = target.extension;
                turn.out.push(RoomOutput::AwayAsked { call, extension });
                return;
            }
            self.take_step(turn, who, leg, &menu, step);
        }
    }

    fn take_step(
        &mut self,
        turn: &mut Turn<'_>,
        who: ParticipantId,
        leg: LegId,
        menu: &Menu,
        step: Step,
    ) {
        match step {
            Step::Play {
                sounds,
                stop_on_digit,
            } => self.play_sounds(turn, who, menu, &sounds, stop_on_digit),
            Step::StopPlay => turn.command(Command::StopPlay { leg }),
            Step::Do(deed) => {
                let before = turn.out.len();
                self.carry_out(turn, who, deed);
                let said = turn.out[before..]
                    .iter()
                    .rev()
                    .find_map(|out| private_play(out, leg));
                if let (Some(play), Some(participant)) = (said, self.roster.get_mut(who)) {
                    participant.keypad.speaks(turn.now, play);
                }
            }
            // See `follow_keys`.
            Step::Go(_) => {}
            Step::Confirmed => self.end(turn, CallEnd::RoomEnded),
            Step::NotConfirmed => self.say_to(turn, who, Prompt::GoesOn),
            Step::Unmatched(digit) => self.relay_digit(turn, who, digit),
        }
    }

    /// One that there is no more is left out; where nothing is left, the next action follows.
    fn play_sounds(
        &mut self,
        turn: &mut Turn<'_>,
        who: ParticipantId,
        menu: &Menu,
        sounds: &[MenuSound],
        stop_on_digit: bool,
    ) {
        let Some(listener) = self.roster.get(who) else {
            return;
        };
        let (leg, language) = (listener.leg(), listener.language());
        let mut segments: Vec<Segment> = Vec::new();
        for sound in sounds {
            match sound {
                MenuSound::Keys => segments.extend(key_list(menu, false, language)),
                MenuSound::AdminKeys => segments.extend(key_list(menu, true, language)),
                MenuSound::Sound(choice) => {
                    segments.extend(self.sounding().of_choice(choice, language));
                }
            }
        }
        if segments.is_empty() {
            return;
        }
        let play = turn.ids.play();
        turn.command(Command::Play {
            leg,
            play,
            segments,
            stop_on_digit,
        });
        if let Some(participant) = self.roster.get_mut(who) {
            participant.keypad.plays(turn.now, play, stop_on_digit);
        }
    }
}

fn private_play(output: &RoomOutput, to: LegId) -> Option<PlayId> {
    if let RoomOutput::Command(Command::Play { leg, play, .. }) = output {
        (*leg == to).then_some(*play)
    } else {
        None
    }
}
