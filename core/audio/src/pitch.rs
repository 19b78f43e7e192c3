//! The period of a voice, by likeness with itself a little earlier; does not change the sound.

use crate::SampleRate;
use crate::level::mean_square;

/// The lag at which a stretch of sound is most like itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pitch {
    pub lag: usize,
    /// 1.0 is the same, 0.0 is unlike.
    pub likeness: f32,
}

/// 400 Hz, a child's voice.
const LAG_MIN_TENTHS_MS: usize = 25;
/// 67 Hz, a deep one.
pub(crate) const LAG_MAX_MS: u32 = 15;
/// The search is made at this rate: the period is that of the lowest tones.
const COARSE_HZ: u32 = 8_000;
/// [`LAG_MAX_MS`] and a window as long, at [`COARSE_HZ`].
const COARSE_MAX: usize = 280;

/// Searches for the lag at which the last `window` samples are most like those before them.
///
/// `signal` must hold at least `window` and [`LAG_MAX_MS`] together; `None` if it does not.
pub(crate) fn of_end(signal: &[f32], window: usize, rate: SampleRate) -> Option<Pitch> {
    let lag_max = rate.samples_in_ms(LAG_MAX_MS);
    let lag_min = rate.hz() as usize * LAG_MIN_TENTHS_MS / 10_000;
    let signal = &signal[signal.len().checked_sub(window + lag_max)?..];
    let factor = (rate.hz() / COARSE_HZ) as usize;

    let mut coarse = [0.0; COARSE_MAX];
    let coarse = coarse.get_mut(..signal.len() / factor)?;
    for (sum, group) in coarse.iter_mut().zip(signal.chunks_exact(factor)) {
        *sum = group.iter().sum();
    }
    let rough = best(coarse, window / factor, lag_min / factor..=lag_max / factor)?;

    let from = (rough.lag * factor).saturating_sub(factor).max(lag_min);
    let to = (rough.lag * factor + factor).min(lag_max);
    best(signal, window, from..=to)
}

fn best(signal: &[f32], window: usize, lags: std::ops::RangeInclusive<usize>) -> Option<Pitch> {
    let start = signal.len() - window;
    let end = &signal[start..];
    let end_power = mean_square(end) * window as f32;
    let likeness_at = |lag: usize| {
        let before = &signal[start - lag..start - lag + window];
        let (mut product, mut power) = ([0.0_f32; 8], [0.0_f32; 8]);
        let (ends, _) = end.as_chunks::<8>();
        let (befores, _) = before.as_chunks::<8>();
        for (one, other) in ends.iter().zip(befores) {
            for lane in 0..8 {
                product[lane] += one[lane] * other[lane];
                power[lane] += other[lane] * other[lane];
            }
        }
        let (product, power) = (product.iter().sum::<f32>(), power.iter().sum::<f32>());
        product / (power * end_power).sqrt().max(1e-9)
    };
    lags.map(|lag| Pitch {
        lag,
        likeness: likeness_at(lag),
    })
    .max_by(|one, other| one.likeness.total_cmp(&other.likeness))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A voice: pulses of the glottis with vibrato through three formants, in syllables.
    pub(crate) fn voice(rate: SampleRate, pitch_hz: f32, samples: usize) -> Vec<f32> {
        let hz = rate.hz() as f32;
        let tau = std::f32::consts::TAU;
        let formant = |tone: f32, centre: f32, width: f32| {
            1.0 / (1.0 + ((tone - centre) / width).powi(2)) / 6.0
        };
        let weights: Vec<f32> = (1..40)
            .map(|harmonic| harmonic as f32 * pitch_hz)
            .take_while(|tone| *tone < 3_400.0)
            .map(|tone| formant(tone, 600.0, 150.0) + 0.5 * formant(tone, 1_700.0, 250.0))
            .collect();
        let mut phase = 0.0_f32;
        (0..samples)
            .map(|index| {
                let seconds = index as f32 / hz;
                let glide = 1.0 + 0.03 * (tau * 1.3 * seconds).sin();
                phase = (phase + pitch_hz * glide / hz).fract();
                // sin((k + 1) x) = 2 cos x sin(k x) - sin((k - 1) x)
                let (sin, cos) = (tau * phase).sin_cos();
                let (mut before, mut last, mut wave) = (0.0, sin, 0.0);
                for weight in &weights {
                    wave += weight * last;
                    (before, last) = (last, 2.0 * cos * last - before);
                }
                let syllable = 0.55 - 0.45 * (tau * 3.0 * seconds).cos();
                wave * syllable * 0.4
            })
            .collect()
    }

    #[test]
    fn the_period_of_a_voice_is_found_at_every_rate() {
        for rate in SampleRate::ALL {
            for pitch_hz in [80.0, 120.0, 210.0, 330.0] {
                let signal = voice(rate, pitch_hz, rate.samples_in_ms(150));
                let window = rate.samples_in_ms(15);
                let pitch = of_end(&signal, window, rate).unwrap();
                // The voice glides: here it is 2.6 % above its pitch.
                let periods = pitch.lag as f32 * pitch_hz * 1.026 / rate.hz() as f32;
                assert!(
                    (periods - periods.round()).abs() < 0.08,
                    "{rate:?} {pitch_hz} {periods}"
                );
                assert!(pitch.likeness > 0.9);
            }
        }
    }

    #[test]
    fn too_short_a_signal_has_no_period() {
        assert!(of_end(&[0.0; 100], 120, SampleRate::Hz8000).is_none());
    }
}
