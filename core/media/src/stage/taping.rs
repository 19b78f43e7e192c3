//! A stage that is recorded: what everybody hears of each other goes on tape; knows no reader.

use conclave_mixer::Mix;
use conclave_model::LegId;

use super::{Stage, Talker};
use crate::bus::{BUS_RATES, bus_of};
use crate::legs::Legs;
use conclave_audio::SampleRate;

impl Stage {
    /// The tape has a listener's place: its rate is mixed too, here and by the neighbours.
    pub(super) fn choose_tape_rate(&mut self) {
        let Some(tape) = &mut self.tape else {
            return;
        };
        let full = bus_of(SampleRate::Hz48000);
        let elsewhere = self.neighbourhood.as_ref();
        let is_narrow = self.spec.rate_bound_hz().is_some_and(|hz| hz <= TAPE_HZ);
        let is_fixed = self.spec.rate_fixed_hz.is_some();
        let is_wide = is_fixed || self.wanted[full] || elsewhere.is_some_and(|it| it.wants(full));
        if is_wide && !is_narrow {
            tape.widen();
        }
        self.wanted[bus_of(tape.rate())] = true;
    }

    /// Nobody hears anything in this tick.
    pub(super) fn tape_silence(&mut self) {
        if let Some(tape) = &mut self.tape {
            tape.record(|samples| samples.fill(0.0), std::iter::empty());
        }
    }

    /// After the mixes are made, which have no announcement in them.
    pub(super) fn put_on_tape(&mut self, mixes: &[Mix; BUS_RATES.len()], legs: &Legs) {
        let Some(mut tape) = self.tape.take() else {
            return;
        };
        let mix = &mixes[bus_of(tape.rate())];
        let speakers = self.talkers.iter();
        let speakers = speakers.filter_map(|talker| self.speaker(*talker, legs));
        tape.record(|samples| mix.all(samples), speakers);
        self.tape = Some(tape);
    }

    /// The leg of a talker who speaks, not one who is only not yet silent for long.
    fn speaker(&self, talker: Talker, legs: &Legs) -> Option<LegId> {
        match talker {
            Talker::Here(slot) => {
                let leg = legs.get(slot)?;
                leg.ingress.is_speech().then(|| leg.id())
            }
            Talker::There(leg) => {
                let mut voices = self.neighbourhood.as_ref()?.voices();
                let voice = voices.find(|voice| voice.leg == leg)?;
                voice.is_speech.then_some(leg)
            }
        }
    }
}

/// What a tape has as long as nothing needs more.
const TAPE_HZ: u32 = SampleRate::Hz16000.hz();
