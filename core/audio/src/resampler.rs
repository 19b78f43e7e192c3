//! Converts between 8, 16, 24 and 48 kHz, one tick at a time; knows no other rates.

mod kernel;

use crate::{Frame, SampleRate};
use kernel::Kernel;

/// A polyphase filter from one rate to another. Allocates in [`Resampler::new`] and never again.
///
/// Delay: [`Resampler::DELAY_MS`] at any pair of rates. Pass band flat to 85 % of the lower half
/// rate (3.4 kHz of 4, 6.8 kHz of 8), stop band below -60 dB from where images or aliases begin.
pub struct Resampler {
    from: SampleRate,
    to: SampleRate,
    kernel: Kernel,
    /// The end of the input so far.
    past: Box<[f32]>,
}

impl Resampler {
    /// Half the length of the filter, which is the same at every rate.
    pub const DELAY_MS: f32 = 2.0;

    #[must_use]
    pub fn new(from: SampleRate, to: SampleRate) -> Self {
        let kernel = Kernel::between(from, to);
        Self {
            from,
            to,
            past: vec![0.0; kernel.past()].into(),
            kernel,
        }
    }

    #[must_use]
    pub const fn from(&self) -> SampleRate {
        self.from
    }

    #[must_use]
    pub const fn to(&self) -> SampleRate {
        self.to
    }

    /// Converts whole milliseconds, at most 20, and says how many samples were written to `out`.
    ///
    /// # Panics
    /// When `input` is longer than 20 ms or `out` too short for what it becomes.
    pub fn process(&mut self, input: &[f32], out: &mut [f32]) -> usize {
        if self.from == self.to {
            out[..input.len()].copy_from_slice(input);
            return input.len();
        }
        let past = self.past.len();
        let mut line = [0.0; Kernel::PAST_MAX + Frame::SAMPLES_MAX];
        let line = &mut line[..past + input.len()];
        line[..past].copy_from_slice(&self.past);
        line[past..].copy_from_slice(input);
        let written = self.kernel.run(line, out);
        self.past.copy_from_slice(&line[input.len()..]);
        written
    }

    /// Forgets the past: for a stream that begins anew.
    pub fn reset(&mut self) {
        self.past.fill(0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Tone;
    use crate::measure::amplitude_at;

    fn pairs() -> impl Iterator<Item = (SampleRate, SampleRate)> {
        let all = SampleRate::ALL;
        all.into_iter()
            .flat_map(move |from| all.into_iter().map(move |to| (from, to)))
            .filter(|(from, to)| from != to)
    }

    fn convert(from: SampleRate, to: SampleRate, hz: f32) -> Vec<f32> {
        let mut tone = Tone::single(from, hz, 0.5);
        let mut resampler = Resampler::new(from, to);
        let mut all = Vec::new();
        for _ in 0..60 {
            let (mut input, mut out) = (Frame::silent(from), Frame::silent(to));
            tone.fill(input.samples_mut());
            let written = resampler.process(input.samples(), out.samples_mut());
            assert_eq!(written, to.frame_samples());
            all.extend_from_slice(out.samples());
        }
        // A whole second, after the filter has filled.
        all[to.hz() as usize / 5..].to_vec()
    }

    fn db(ratio: f32) -> f32 {
        20.0 * ratio.max(1e-9).log10()
    }

    #[test]
    fn what_a_telephone_carries_passes_flat() {
        for (from, to) in pairs() {
            let edge = 0.85 * from.hz().min(to.hz()) as f32 / 2.0;
            for part in [0.02, 0.2, 0.5, 0.8, 1.0] {
                let hz = (edge * part).round();
                let out = convert(from, to, hz);
                let gain = db(amplitude_at(&out, to.hz(), hz) / 0.5);
                assert!(gain.abs() < 0.5, "{from:?} {to:?} {hz} Hz: {gain} dB");
            }
        }
    }

    #[test]
    fn aliases_are_60_db_down() {
        for (from, to) in pairs().filter(|(from, to)| from > to) {
            let half = to.hz() as f32 / 2.0;
            for hz in [1.16, 1.3, 1.7, 1.95].map(|part| (half * part).round()) {
                if hz * 2.0 >= from.hz() as f32 {
                    continue;
                }
                let out = convert(from, to, hz);
                let left = crate::level::dbov(&out) - crate::level::dbov(&[0.354]);
                assert!(left < -60.0, "{from:?} {to:?} {hz} Hz: {left} dB");
            }
        }
    }

    #[test]
    fn images_are_60_db_down() {
        for (from, to) in pairs().filter(|(from, to)| from < to) {
            let hz = (0.84 * from.hz() as f32 / 2.0).round();
            let out = convert(from, to, hz);
            let image = from.hz() as f32 - hz;
            let left = db(amplitude_at(&out, to.hz(), image) / 0.5);
            assert!(left < -60.0, "{from:?} {to:?}: {left} dB");
        }
    }

    #[test]
    fn a_click_arrives_after_the_delay_that_is_promised() {
        for (from, to) in pairs() {
            let mut resampler = Resampler::new(from, to);
            let mut click = Frame::silent(from);
            click.samples_mut()[0] = 1.0;
            let mut out = Frame::silent(to);
            resampler.process(click.samples(), out.samples_mut());
            let peak = out.samples().iter().copied().map(f32::abs).enumerate();
            let (at, _) = peak.max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
            let delay_ms = at as f32 * 1_000.0 / to.hz() as f32;
            let error = (delay_ms - Resampler::DELAY_MS).abs();
            assert!(error < 0.13, "{from:?} {to:?}: {delay_ms} ms");
        }
    }

    #[test]
    fn frames_of_any_length_make_one_stream() {
        let (from, to) = (SampleRate::Hz48000, SampleRate::Hz8000);
        let mut tone = Tone::single(from, 700.0, 0.5);
        let mut input = Frame::silent(from);
        tone.fill(input.samples_mut());
        let (mut whole, mut parts) = ([0.0; 160], [0.0; 160]);
        Resampler::new(from, to).process(input.samples(), &mut whole);
        let mut resampler = Resampler::new(from, to);
        for (input, out) in input.samples().chunks(240).zip(parts.chunks_mut(40)) {
            resampler.process(input, out);
        }
        assert_eq!(whole, parts);
    }
}
