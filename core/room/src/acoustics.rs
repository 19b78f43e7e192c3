//! How each participant sounds, as the options of the room say it; makes no sound and decides
//! nothing about who is in.

use conclave_contract::{Command, StageSpec, VoiceSpec};
use conclave_model::confbridge::{BridgeProfile, UserProfile};

use crate::{Participant, Room, RoomNews, Turn};

/// What the media plane was told last of one participant's leg.
#[derive(Debug)]
pub(crate) struct Acoustics {
    voice: VoiceSpec,
    /// Everybody is told when this one talks.
    is_reported: bool,
}

impl Default for Acoustics {
    fn default() -> Self {
        Self {
            voice: VoiceSpec::default(),
            is_reported: true,
        }
    }
}

impl Room {
    /// Tells the media plane what the options say of the sound of all, as far as it is news: before
    /// anybody hears anything, and whenever the options change.
    pub(crate) fn tune_stage(&mut self, turn: &mut Turn<'_>) {
        let spec = stage_of(&self.rules.bridge);
        if self.stage_spec != spec {
            self.stage_spec = spec;
            let stage = self.stage;
            turn.command(Command::SetStage { stage, spec });
        }
    }
}

impl Participant {
    /// Tells the media plane what the options say of this one's sound, as far as it is news: when
    /// one comes in, and whenever the options change.
    pub(crate) fn tune(&mut self, turn: &mut Turn<'_>) {
        if !self.is_inside() {
            return;
        }
        let leg = self.leg;
        let voice = voice_of(&self.profile);
        if self.acoustics.voice != voice {
            self.acoustics.voice = voice;
            turn.command(Command::SetVoice { leg, voice });
        }
        let is_reported = self.profile.talk_detection_events;
        if self.acoustics.is_reported != is_reported {
            self.acoustics.is_reported = is_reported;
            if self.talks_since.is_some() {
                turn.news(RoomNews::Talking {
                    participant: self.id,
                    talking: is_reported,
                });
            }
        }
    }
}

fn voice_of(profile: &UserProfile) -> VoiceSpec {
    let talking_threshold = profile
        .talking_threshold
        .map(|threshold| u16::try_from(threshold).map_or(LOUDEST, |it| it.min(LOUDEST)));
    VoiceSpec {
        talking_threshold,
        silence_threshold: profile.silence_threshold,
        drop_silence: profile.drop_silence,
        denoise: profile.denoise,
    }
}

fn stage_of(profile: &BridgeProfile) -> StageSpec {
    StageSpec {
        rate_max_hz: profile.maximum_sample_rate_hz,
        rate_fixed_hz: profile.internal_sample_rate_hz,
        binaural: profile.binaural,
    }
}

/// The mean of the magnitudes of a square wave at full scale.
const LOUDEST: u16 = 32_768;
