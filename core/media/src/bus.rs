//! The rates that are mixed at, and the way from one rate to all; knows no codec.

use conclave_audio::{Frame, Resampler, SampleRate};

/// Narrow-band, wide-band and full-band phones each hear a mix made at their own rate.
pub(crate) const BUS_RATES: [SampleRate; 3] =
    [SampleRate::Hz8000, SampleRate::Hz16000, SampleRate::Hz48000];

/// Which of [`BUS_RATES`] serves this rate.
pub(crate) const fn bus_of(rate: SampleRate) -> usize {
    match rate {
        SampleRate::Hz8000 => 0,
        SampleRate::Hz16000 => 1,
        SampleRate::Hz24000 | SampleRate::Hz48000 => 2,
    }
}

/// One frame for each bus.
pub(crate) fn bus_frames() -> [Frame; 3] {
    BUS_RATES.map(Frame::silent)
}

/// From one rate to every bus.
pub(crate) struct Converters {
    converters: [Option<Resampler>; 3],
}

impl Converters {
    pub fn from_rate(from: SampleRate) -> Self {
        let converter = |to: SampleRate| (to != from).then(|| Resampler::new(from, to));
        Self {
            converters: BUS_RATES.map(converter),
        }
    }

    /// Forgets what was converted: for another stream.
    pub fn reset(&mut self) {
        for converter in self.converters.iter_mut().flatten() {
            converter.reset();
        }
    }

    /// Converts 20 ms; `out` has as many samples as that takes at `to`.
    pub fn convert(&mut self, to: SampleRate, samples: &[f32], out: &mut [f32]) {
        match &mut self.converters[bus_of(to)] {
            Some(converter) => {
                converter.process(samples, out);
            }
            None => out.copy_from_slice(&samples[..out.len()]),
        }
    }
}
