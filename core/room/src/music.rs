//! What those hear who hear nobody: music or words; plays nothing for anybody else.

use std::collections::BTreeMap;
use std::time::Instant;

use conclave_contract::{Command, Segment};
use conclave_model::{LegId, ParticipantId, PlayId, PlaylistName, limits};

use crate::{RoomNews, Turn};

/// Music for whoever is alone, or the words "you are the only one".
#[derive(Debug, Default)]
pub(crate) struct Music {
    listeners: BTreeMap<ParticipantId, Listener>,
}

/// One who is to hear music where the room has some.
#[derive(Debug)]
pub(crate) struct Cue {
    pub(crate) participant: ParticipantId,
    pub(crate) leg: LegId,
    pub(crate) alone: Alone,
    /// Something is being said to this one that music would drown.
    pub(crate) is_greeted: bool,
    /// Said where the room has no music; nothing: silence.
    pub(crate) only_one: Vec<Segment>,
}

#[derive(Debug)]
struct Listener {
    participant: ParticipantId,
    leg: LegId,
    is_greeted: bool,
    hears: Hears,
}

#[derive(Debug)]
enum Hears {
    NothingUntil(Instant),
    Music(PlaylistName),
    OnlyOne(PlayId),
    /// It has been said, or the music was switched off.
    Nothing,
}

/// Whether one is alone because they came first or because the others went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Alone {
    First,
    Again,
}

impl Music {
    /// Brings what is heard into line with who is there, after every change. `cues`: everybody who
    /// is to hear music, nobody twice.
    ///
    /// `quiet`: no announcement plays or waits; a sentence about the last one leaving is not
    /// drowned in music.
    pub(crate) fn settle(
        &mut self,
        turn: &mut Turn<'_>,
        cues: Vec<Cue>,
        playlist: Option<&PlaylistName>,
        quiet: bool,
    ) {
        let is_cued = |who: ParticipantId| cues.iter().any(|cue| cue.participant == who);
        let over: Vec<ParticipantId> = self.listeners.keys().copied().collect();
        for who in over.into_iter().filter(|who| !is_cued(*who)) {
            self.stop_for(turn, who);
        }
        for cue in cues {
            let listener = self
                .listeners
                .entry(cue.participant)
                .or_insert_with(|| Listener::begin(turn.now, &cue));
            listener.is_greeted = cue.is_greeted;
            let quiet = quiet && !cue.is_greeted;
            listener.settle(turn, playlist, quiet, cue.only_one);
        }
    }

    /// A play on somebody's leg ended; others' ids are ignored.
    pub(crate) fn played(&mut self, ended: PlayId) {
        for listener in self.listeners.values_mut() {
            if matches!(listener.hears, Hears::OnlyOne(play) if play == ended) {
                listener.hears = Hears::Nothing;
            }
        }
    }

    /// The participant leaves, or hears the others; nothing of ours is heard after this.
    pub(crate) fn stop_for(&mut self, turn: &mut Turn<'_>, participant: ParticipantId) {
        let Some(listener) = self.listeners.remove(&participant) else {
            return;
        };
        match listener.hears {
            Hears::Music(_) => listener.silence(turn),
            Hears::OnlyOne(_) => turn.command(Command::StopPlay { leg: listener.leg }),
            Hears::NothingUntil(_) | Hears::Nothing => {}
        }
    }

    pub(crate) fn plays_to(&self, who: ParticipantId) -> bool {
        let listener = self.listeners.get(&who);
        listener.is_some_and(|listener| matches!(listener.hears, Hears::Music(_)))
    }

    pub(crate) fn poll_timeout(&self, quiet: bool) -> Option<(Instant, &'static str)> {
        let begins = |listener: &Listener| match listener.hears {
            Hears::NothingUntil(at) if quiet && !listener.is_greeted => Some(at),
            Hears::NothingUntil(_) | Hears::Music(_) | Hears::OnlyOne(_) | Hears::Nothing => None,
        };
        let first = self.listeners.values().filter_map(begins).min()?;
        Some((first, "alone: begin the music"))
    }
}

impl Listener {
    fn begin(now: Instant, cue: &Cue) -> Self {
        let at = match cue.alone {
            Alone::First => now,
            Alone::Again => now + limits::MUSIC_AFTER_ALONE,
        };
        Self {
            participant: cue.participant,
            leg: cue.leg,
            is_greeted: cue.is_greeted,
            hears: Hears::NothingUntil(at),
        }
    }

    fn settle(
        &mut self,
        turn: &mut Turn<'_>,
        playlist: Option<&PlaylistName>,
        quiet: bool,
        only_one: Vec<Segment>,
    ) {
        match (&self.hears, playlist) {
            (Hears::NothingUntil(at), _) if turn.now < *at || !quiet => {}
            (Hears::NothingUntil(_), None) => self.say_only_one(turn, only_one),
            (Hears::Music(playing), Some(wanted)) if playing == wanted => {}
            (Hears::Music(_), None) => {
                self.silence(turn);
                self.hears = Hears::Nothing;
            }
            (_, Some(wanted)) => self.play_music(turn, wanted.clone()),
            (Hears::OnlyOne(_) | Hears::Nothing, None) => {}
        }
    }

    fn play_music(&mut self, turn: &mut Turn<'_>, playlist: PlaylistName) {
        turn.command(Command::Music {
            leg: self.leg,
            playlist: Some(playlist.clone()),
        });
        turn.news(RoomNews::Music {
            participant: self.participant,
            playing: true,
        });
        self.hears = Hears::Music(playlist);
    }

    fn silence(&self, turn: &mut Turn<'_>) {
        turn.command(Command::Music {
            leg: self.leg,
            playlist: None,
        });
        turn.news(RoomNews::Music {
            participant: self.participant,
            playing: false,
        });
    }

    fn say_only_one(&mut self, turn: &mut Turn<'_>, segments: Vec<Segment>) {
        if segments.is_empty() {
            self.hears = Hears::Nothing;
            return;
        }
        let play = turn.ids.play();
        turn.command(Command::Play {
            leg: self.leg,
            play,
            segments,
            stop_on_digit: true,
        });
        self.hears = Hears::OnlyOne(play);
    }
}
