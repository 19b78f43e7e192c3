//! Takes the noise out of one voice, 20 ms at a time; does not know whose.

use std::sync::LazyLock;

use nnnoiseless::{DenoiseState, RnnModel};

use crate::{Frame, Resampler, SampleRate};

/// RNNoise (by the `nnnoiseless` crate). Allocates in [`Denoiser::new`] and, the first time on a
/// thread, in [`Denoiser::warm_up`]; never again.
///
/// It works at 48 kHz in steps of 10 ms. What comes out is [`Denoiser::DELAY_MS`] late, and at a
/// lower rate the delay of two resamplers more.
pub struct Denoiser {
    state: Box<DenoiseState<'static>>,
    from_8: Resampler,
    to_8: Resampler,
    from_16: Resampler,
    to_16: Resampler,
    /// Of what comes: what was heard before at another rate means nothing.
    rate: SampleRate,
}

impl Denoiser {
    /// Half of the window that it works on.
    pub const DELAY_MS: u32 = 10;

    #[must_use]
    pub fn new() -> Self {
        const FULL: SampleRate = SampleRate::Hz48000;
        Self {
            state: DenoiseState::with_model(&MODEL),
            from_8: Resampler::new(SampleRate::Hz8000, FULL),
            to_8: Resampler::new(FULL, SampleRate::Hz8000),
            from_16: Resampler::new(SampleRate::Hz16000, FULL),
            to_16: Resampler::new(FULL, SampleRate::Hz16000),
            rate: FULL,
        }
    }

    /// To be called once on a thread before it uses any: the tables of its Fourier transforms are
    /// kept for each thread.
    pub fn warm_up() {
        Self::new().process(SampleRate::Hz48000, &mut [0.1; Frame::SAMPLES_MAX]);
    }

    /// Cleans 20 ms at 8, 16 or 48 kHz in place; leaves other rates as they are.
    pub fn process(&mut self, rate: SampleRate, samples: &mut [f32]) {
        let mut wide = [0.0; Frame::SAMPLES_MAX];
        if self.rate != rate {
            self.rate = rate;
            for resampler in [
                &mut self.from_8,
                &mut self.to_8,
                &mut self.from_16,
                &mut self.to_16,
            ] {
                resampler.reset();
            }
        }
        match rate {
            SampleRate::Hz8000 => {
                self.from_8.process(samples, &mut wide);
                self.clean(&mut wide);
                self.to_8.process(&wide, samples);
            }
            SampleRate::Hz16000 => {
                self.from_16.process(samples, &mut wide);
                self.clean(&mut wide);
                self.to_16.process(&wide, samples);
            }
            SampleRate::Hz48000 => {
                wide.copy_from_slice(samples);
                self.clean(&mut wide);
                samples.copy_from_slice(&wide);
            }
            SampleRate::Hz24000 => {}
        }
    }

    fn clean(&mut self, wide: &mut [f32; Frame::SAMPLES_MAX]) {
        let mut loud = [0.0; DenoiseState::FRAME_SIZE];
        for step in wide.chunks_exact_mut(DenoiseState::FRAME_SIZE) {
            for (loud, sample) in loud.iter_mut().zip(&*step) {
                *loud = sample * FULL_SCALE;
            }
            self.state.process_frame(step, &loud);
            for sample in step {
                *sample /= FULL_SCALE;
            }
        }
    }
}

impl Default for Denoiser {
    fn default() -> Self {
        Self::new()
    }
}

/// One for all: its weights are 85 KiB of the program itself.
static MODEL: LazyLock<RnnModel> = LazyLock::new(RnnModel::default);

/// RNNoise has 16-bit samples in floats.
const FULL_SCALE: f32 = 32_768.0;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::level;
    use crate::pitch::tests::voice;

    /// A fan: noise that falls by 6 dB an octave from 300 Hz.
    fn fan(rate: SampleRate, samples: usize, dbov: f32) -> Vec<f32> {
        let mut state = 3_u32;
        let (mut sum, fall) = (0.0, std::f32::consts::TAU * 300.0 / rate.hz() as f32);
        let mut fan: Vec<f32> = (0..samples)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                sum += fall * ((state >> 8) as f32 / 8_388_608.0 - 1.0 - sum);
                sum
            })
            .collect();
        let gain = 10.0_f32.powf((dbov - level::dbov(&fan)) / 20.0);
        fan.iter_mut().for_each(|sample| *sample *= gain);
        fan
    }

    fn clean(rate: SampleRate, sound: &[f32]) -> Vec<f32> {
        let mut denoiser = Denoiser::new();
        let mut all = sound.to_vec();
        for frame in all.chunks_exact_mut(rate.frame_samples()) {
            denoiser.process(rate, frame);
        }
        all
    }

    #[test]
    fn steady_noise_goes_and_a_voice_stays() {
        for rate in [SampleRate::Hz8000, SampleRate::Hz16000, SampleRate::Hz48000] {
            let second = rate.hz() as usize;
            let fan = fan(rate, 3 * second, -45.0);
            let left = level::dbov(&clean(rate, &fan)[2 * second..]) + 45.0;
            let voice = voice(rate, 130.0, 3 * second);
            let kept =
                level::dbov(&clean(rate, &voice)[2 * second..]) - level::dbov(&voice[2 * second..]);
            println!("{rate:?}: {left} dB of the fan are left, {kept} dB of the voice");
            assert!(left < -12.0, "{rate:?}: {left} dB of the fan are left");
            assert!(kept.abs() < 6.0, "{rate:?}: {kept} dB of the voice");
        }
    }
}
