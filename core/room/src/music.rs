//! What a lone participant hears; plays nothing for anybody else.

use std::time::Instant;

use conclave_contract::{Command, Segment};
use conclave_model::{Language, LegId, ParticipantId, PlayId, PlaylistName, Prompt, limits};

use crate::{Participant, RoomNews, Turn};

/// Music for whoever is alone, or the words "you are the only one".
#[derive(Debug, Default)]
pub(crate) struct Music {
    lone: Option<Lone>,
}

#[derive(Debug)]
struct Lone {
    participant: ParticipantId,
    leg: LegId,
    language: Language,
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
    /// Brings what is heard into line with who is there, after every change.
    ///
    /// `quiet`: no announcement plays or waits; a sentence about the last one leaving is not
    /// drowned in music.
    pub(crate) fn settle(
        &mut self,
        turn: &mut Turn<'_>,
        lone: Option<&Participant>,
        alone: Alone,
        playlist: Option<&PlaylistName>,
        quiet: bool,
    ) {
        let still = |was: &Lone| lone.is_some_and(|lone| lone.id() == was.participant);
        if !self.lone.as_ref().is_some_and(still) {
            self.stop(turn);
            self.lone = lone.map(|lone| Lone::begin(turn.now, lone, alone));
        }
        if let Some(lone) = &mut self.lone {
            lone.settle(turn, playlist, quiet);
        }
    }

    /// A play on somebody's leg ended; others' ids are ignored.
    pub(crate) fn played(&mut self, ended: PlayId) {
        if let Some(lone) = &mut self.lone
            && matches!(lone.hears, Hears::OnlyOne(play) if play == ended)
        {
            lone.hears = Hears::Nothing;
        }
    }

    /// The participant leaves; nothing of ours is heard after this.
    pub(crate) fn stop_for(&mut self, turn: &mut Turn<'_>, participant: ParticipantId) {
        if self
            .lone
            .as_ref()
            .is_some_and(|lone| lone.participant == participant)
        {
            self.stop(turn);
        }
    }

    pub(crate) fn poll_timeout(&self, quiet: bool) -> Option<(Instant, &'static str)> {
        match self.lone.as_ref()?.hears {
            Hears::NothingUntil(at) if quiet => Some((at, "alone: begin the music")),
            Hears::NothingUntil(_) | Hears::Music(_) | Hears::OnlyOne(_) | Hears::Nothing => None,
        }
    }

    fn stop(&mut self, turn: &mut Turn<'_>) {
        let Some(lone) = self.lone.take() else {
            return;
        };
        match lone.hears {
            Hears::Music(_) => lone.silence(turn),
            Hears::OnlyOne(_) => turn.command(Command::StopPlay { leg: lone.leg }),
            Hears::NothingUntil(_) | Hears::Nothing => {}
        }
    }
}

impl Lone {
    fn begin(now: Instant, participant: &Participant, alone: Alone) -> Self {
        let at = match alone {
            Alone::First => now,
            Alone::Again => now + limits::MUSIC_AFTER_ALONE,
        };
        Self {
            participant: participant.id(),
            leg: participant.leg(),
            language: participant.language(),
            hears: Hears::NothingUntil(at),
        }
    }

    fn settle(&mut self, turn: &mut Turn<'_>, playlist: Option<&PlaylistName>, quiet: bool) {
        match (&self.hears, playlist) {
            (Hears::NothingUntil(at), _) if turn.now < *at || !quiet => {}
            (Hears::NothingUntil(_), None) => self.say_only_one(turn),
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

    fn say_only_one(&mut self, turn: &mut Turn<'_>) {
        let play = turn.ids.play();
        turn.command(Command::Play {
            leg: self.leg,
            play,
            segments: vec![Segment::Prompt(Prompt::OnlyOne, self.language)],
            stop_on_digit: true,
        });
        self.hears = Hears::OnlyOne(play);
    }
}
