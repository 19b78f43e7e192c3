//! How each participant sounds, as the options of the room say it; makes no sound and decides
//! nothing about who is in.

use conclave_contract::{Command, StageSpec, VoiceSpec};
use conclave_model::confbridge::{BridgeProfile, SoundName, UserProfile};
use conclave_model::{Digit, LegId, ParticipantId, limits};

use crate::{Participant, Room, RoomNews, Turn};

/// What the media plane was told last of one participant's leg.
#[derive(Debug)]
pub(crate) struct Acoustics {
    voice: VoiceSpec,
    /// Everybody is told when this one talks.
    is_reported: bool,
    hears_places: bool,
    /// As this one said by key, whatever the room is.
    wants_places: bool,
}

impl Default for Acoustics {
    fn default() -> Self {
        Self {
            voice: VoiceSpec::default(),
            is_reported: true,
            hears_places: false,
            wants_places: true,
        }
    }
}

impl Acoustics {
    /// The leg is as a new one is, whatever another place made of it.
    pub(crate) fn reset(&mut self, turn: &mut Turn<'_>, leg: LegId) {
        self.voice = VoiceSpec::default();
        self.hears_places = false;
        let (voice, on) = (self.voice, false);
        turn.command(Command::SetVoice { leg, voice });
        turn.command(Command::SetBinaural { leg, on });
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

    /// A key that means nothing to the room goes to all others, if the options of whoever pressed
    /// it say so.
    pub(crate) fn relay_digit(&self, turn: &mut Turn<'_>, who: ParticipantId, digit: Digit) {
        let Some(presser) = self.roster.get(who) else {
            return;
        };
        if presser.is_active() && presser.profile.dtmf_passthrough {
            turn.command(Command::RelayDigit {
                stage: self.stage,
                from: presser.leg,
                digit,
            });
        }
    }

    /// One hears voices from their places or, as with one ear, all from the middle.
    pub(crate) fn toggle_binaural(&mut self, turn: &mut Turn<'_>, who: ParticipantId) {
        let has_places = self.rules.bridge.binaural;
        let Some(listener) = self.roster.get_mut(who).filter(|_| has_places) else {
            self.sound_to(turn, who, SoundName::ErrorMenu);
            return;
        };
        listener.acoustics.wants_places ^= true;
        let wants_places = listener.acoustics.wants_places;
        listener.tune(turn, &self.rules.bridge);
        let said = if wants_places {
            SoundName::BinauralOn
        } else {
            SoundName::BinauralOff
        };
        self.sound_to(turn, who, said);
    }
}

impl Participant {
    /// Tells the media plane what the options say of this one's sound, as far as it is news: when
    /// one comes in, and whenever the options change.
    pub(crate) fn tune(&mut self, turn: &mut Turn<'_>, bridge: &BridgeProfile) {
        if !self.is_inside() {
            return;
        }
        let leg = self.leg;
        let voice = voice_of(&self.profile);
        if self.acoustics.voice != voice {
            self.acoustics.voice = voice;
            turn.command(Command::SetVoice { leg, voice });
        }
        let on = bridge.binaural && self.acoustics.wants_places;
        if self.acoustics.hears_places != on {
            self.acoustics.hears_places = on;
            turn.command(Command::SetBinaural { leg, on });
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

impl Participant {
    /// Before one comes in: a packet that lasts longer than a tick of the mix is made to order.
    pub(crate) fn pace(&self, turn: &mut Turn<'_>, bridge: &BridgeProfile) {
        let (leg, interval_ms) = (self.leg, bridge.mixing_interval_ms);
        if interval_ms > limits::FRAME_MS {
            turn.command(Command::SetPacing { leg, interval_ms });
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
