//! What it takes to hear one stream: decoder, time scale, frame; does not know whose stream it is.

use conclave_audio::{Decoder, Frame, Gain, SampleRate, TimeScale, level};
use conclave_model::Codec;

use crate::bus::Converters;

/// The large part of a leg that is heard. A leg that is silent for long needs none, so that a room
/// full of listeners holds a few: see `spares`.
pub struct Ear {
    pub(crate) decoder: Decoder,
    pub(crate) scale: TimeScale,
    frame: Frame,
    is_frame_silent: bool,
    converters: Converters,
}

impl Ear {
    #[must_use]
    pub fn new(codec: Codec) -> Self {
        let decoder = Decoder::new(codec, SampleRate::Hz48000);
        let rate = decoder.sample_rate();
        Self {
            decoder,
            scale: TimeScale::new(rate),
            frame: Frame::silent(rate),
            is_frame_silent: true,
            converters: Converters::from_rate(rate),
        }
    }

    #[must_use]
    pub const fn codec(&self) -> Codec {
        self.decoder.codec()
    }

    /// For another stream, or the same after a long silence, `waiting` samples of which are due:
    /// nothing is left of what it heard before.
    pub(crate) fn begin(&mut self, waiting: usize) {
        self.decoder.reset();
        self.converters.reset();
        self.scale.clear();
        self.scale.push_silence(waiting);
        self.silence();
    }

    /// Takes the next 20 ms out of the time scale; false when they are silent. Then there are no
    /// samples to touch.
    pub(crate) fn pull(&mut self) -> bool {
        let frame_samples = self.frame.rate().frame_samples();
        if self.scale.is_silent() {
            if self.scale.buffered() >= frame_samples {
                self.scale.skip(frame_samples);
            }
            self.silence();
        } else if self.scale.pull(self.frame.samples_mut()) {
            self.is_frame_silent = false;
        } else {
            self.silence();
        }
        !self.is_frame_silent
    }

    pub(crate) const fn frame(&self) -> &Frame {
        &self.frame
    }

    /// Makes this tick's frame silent.
    pub(crate) fn silence(&mut self) {
        if !self.is_frame_silent {
            self.frame.silence();
            self.is_frame_silent = true;
        }
    }

    /// Works on this tick's frame, unless it is silent.
    pub(crate) fn change(&mut self, work: impl FnOnce(SampleRate, &mut [f32])) {
        if !self.is_frame_silent {
            work(self.frame.rate(), self.frame.samples_mut());
        }
    }

    /// Makes this tick's frame louder or softer.
    pub(crate) fn amplify(&mut self, gain: &mut Gain) {
        if !self.is_frame_silent {
            gain.apply(self.frame.samples_mut());
        }
    }

    /// The frame at another rate; to be asked for once a tick and rate.
    pub(crate) fn write_at(&mut self, rate: SampleRate, out: &mut [f32]) {
        self.converters.convert(rate, self.frame.samples(), out);
    }

    /// The loudness of the frame in dBov.
    pub(crate) fn level(&self) -> f32 {
        level::dbov(self.frame.samples())
    }
}

#[cfg(test)]
mod tests {
    use conclave_audio::{Encoder, OpusSettings, Tone};

    use super::*;

    #[test]
    fn nothing_is_left_of_whom_it_heard_before() {
        for codec in Codec::ALL {
            let mut ear = Ear::new(codec);
            let rate = SampleRate::of(codec);
            let mut out = [0.0; Decoder::SAMPLES_MAX];
            let encode = |sound: &[f32]| {
                let mut payload = vec![0; Encoder::PAYLOAD_MAX];
                let mut encoder = Encoder::new(codec, &OpusSettings::default());
                let length = encoder.encode(sound, &mut payload).unwrap();
                payload.truncate(length);
                payload
            };
            let mut tone = vec![0.0; rate.frame_samples()];
            Tone::single(rate, 400.0, 0.5).fill(&mut tone);
            let (loud, quiet) = (encode(&tone), encode(&vec![0.0; tone.len()]));
            for _ in 0..5 {
                let samples = ear.decoder.decode(&loud, &mut out).unwrap();
                ear.scale.push(&out[..samples]);
            }
            assert!(ear.pull() && ear.level() > -12.0);
            ear.write_at(SampleRate::Hz48000, &mut out[..960]);
            ear.begin(10);
            assert_eq!(ear.scale.buffered(), 10);
            let samples = ear.decoder.decode(&quiet, &mut out).unwrap();
            ear.scale.push(&out[..samples]);
            assert!(ear.pull() && ear.level() < -65.0, "{codec} {}", ear.level());
            ear.decoder.conceal(&mut out[..rate.frame_samples()]);
            let after = level::dbov(&out[..rate.frame_samples()]);
            assert!(after < -65.0, "{codec} {after}");
        }
    }
}
