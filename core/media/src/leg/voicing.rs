//! What was set for one leg's voice, and what it takes to do it; knows no packet.

use conclave_audio::{Denoiser, SampleRate, SpeechDetector, SpeechRule, Voice};
use conclave_contract::VoiceSpec;

/// One `SetVoice` command that asks for more than a leg does of itself.
pub struct Voicing {
    rule: Option<SpeechRule>,
    /// What is no speech by the rule is not mixed.
    drops: bool,
    denoiser: Option<Denoiser>,
}

impl Voicing {
    /// `None` for the default, which takes nothing.
    #[must_use]
    pub fn new(spec: &VoiceSpec) -> Option<Self> {
        let is_ruled = spec.talking_threshold.is_some() || spec.silence_threshold.is_some();
        (is_ruled || spec.denoise).then(|| Self {
            rule: is_ruled.then(|| SpeechRule::new(spec.talking_threshold, spec.silence_threshold)),
            drops: spec.drop_silence,
            denoiser: spec.denoise.then(Denoiser::new),
        })
    }

    /// Goes on where `old` was: who speaks goes on speaking, and noise that is known stays known.
    pub(crate) fn continue_from(&mut self, old: &mut Voicing) {
        if let (Some(rule), Some(old)) = (&mut self.rule, &old.rule) {
            rule.continue_from(old);
        }
        if self.denoiser.is_some() && old.denoiser.is_some() {
            std::mem::swap(&mut self.denoiser, &mut old.denoiser);
        }
    }

    pub(crate) const fn is_cleaning(&self) -> bool {
        self.denoiser.is_some()
    }

    pub(crate) fn clean(&mut self, rate: SampleRate, samples: &mut [f32]) {
        if let Some(denoiser) = &mut self.denoiser {
            denoiser.process(rate, samples);
        }
    }

    /// 20 ms, after it was cleaned and before `detector` hears of it.
    pub(crate) fn frame(&mut self, samples: &[f32], dbov: f32, detector: &SpeechDetector) {
        if let Some(rule) = &mut self.rule {
            rule.frame(samples, dbov, detector);
        }
    }

    pub(crate) fn no_frame(&mut self) {
        if let Some(rule) = &mut self.rule {
            rule.no_frame();
        }
    }

    /// Whoever spoke does not any more.
    pub(crate) fn hush(&mut self) {
        if let Some(rule) = &mut self.rule {
            rule.hush();
        }
    }

    /// What it says of the newest frame, if it says anything.
    pub(crate) fn voice(&self) -> Option<Voice> {
        self.rule.as_ref().map(SpeechRule::voice)
    }

    /// The same where it decides what is mixed.
    pub(crate) fn gate(&self) -> Option<Voice> {
        self.voice().filter(|_| self.drops)
    }

    /// Packets that look silent must be decoded too.
    pub(crate) fn is_below_sight(&self) -> bool {
        self.rule.as_ref().is_some_and(SpeechRule::is_below_sight)
    }
}
