//! Fills the gaps that lost packets leave by going on with the pitch; knows no codec.

use crate::{SampleRate, pitch};

/// Waveform substitution in the manner of G.711 Appendix I, without its 3.75 ms of added delay.
///
/// The last period is repeated, after 10 ms the last two, then three, so that it does not sound
/// like a machine; it fades from 10 ms on and is silent at 60 ms.
pub struct Concealer {
    rate: SampleRate,
    /// The end of what was heard: received or made up.
    history: Box<[f32]>,
    /// A copy of `history` from when the gap began: what is repeated.
    wave: Box<[f32]>,
    gap: Option<Gap>,
}

/// Three of the longest periods and a quarter for the seam.
const HISTORY_MS: u32 = 3 * pitch::LAG_MAX_MS + 5;
/// The stretch whose like is searched for.
const WINDOW_MS: u32 = 15;
const FADE_FROM_MS: u32 = 10;
const FADE_TO_MS: u32 = 60;
/// Blending back takes 4 ms, and 4 more for each 10 ms of gap, at most 10 (Appendix I, §I.2.4).
const BLEND_MIN_MS: u32 = 4;
const BLEND_MAX_MS: u32 = 10;

/// Where a gap stands.
struct Gap {
    period: usize,
    /// A quarter of the period, over which one repetition melts into the next.
    seam: usize,
    /// How many samples at the end of the wave are being repeated, and how many will be next.
    span: usize,
    next_span: usize,
    position: usize,
    elapsed: usize,
    /// How far the first repetition begins from where the sound stopped.
    step: f32,
}

impl Concealer {
    #[must_use]
    pub fn new(rate: SampleRate) -> Self {
        let silence = vec![0.0; rate.samples_in_ms(HISTORY_MS)];
        Self {
            rate,
            history: silence.clone().into(),
            wave: silence.into(),
            gap: None,
        }
    }

    /// Forgets what was heard: for a stream that begins anew.
    pub fn reset(&mut self) {
        self.history.fill(0.0);
        self.gap = None;
    }

    /// Remembers what arrived; after a gap, first blends its beginning with the concealment.
    pub fn received(&mut self, samples: &mut [f32]) {
        if let Some(mut gap) = self.gap.take() {
            let blend = gap.blend_samples(self.rate).min(samples.len());
            for (index, sample) in samples[..blend].iter_mut().enumerate() {
                let weight = (index + 1) as f32 / (blend + 1) as f32;
                *sample = *sample * weight + gap.next(&self.wave, self.rate) * (1.0 - weight);
            }
        }
        remember(&mut self.history, samples);
    }

    /// Fills `out` with what was most likely lost.
    pub fn conceal(&mut self, out: &mut [f32]) {
        let rate = self.rate;
        let gap = self.gap.get_or_insert_with(|| {
            self.wave.copy_from_slice(&self.history);
            Gap::after(&self.wave, rate)
        });
        if gap.is_silent(rate) {
            gap.elapsed = gap.elapsed.saturating_add(out.len());
            out.fill(0.0);
        } else {
            for sample in out.iter_mut() {
                *sample = gap.next(&self.wave, rate);
            }
        }
        remember(&mut self.history, out);
    }
}

impl Gap {
    fn after(wave: &[f32], rate: SampleRate) -> Self {
        let found = pitch::of_end(wave, rate.samples_in_ms(WINDOW_MS), rate);
        let period = found.map_or(rate.samples_in_ms(10), |pitch| pitch.lag);
        Self {
            period,
            seam: period / 4,
            span: period,
            next_span: period,
            position: 0,
            elapsed: 0,
            step: wave[wave.len() - 1] - wave[wave.len() - 1 - period],
        }
    }

    fn next(&mut self, wave: &[f32], rate: SampleRate) -> f32 {
        let mut sample = wave[wave.len() - self.span + self.position];
        let into_seam = (self.position + self.seam + 1).saturating_sub(self.span);
        if into_seam > 0 {
            let weight = into_seam as f32 / (self.seam + 1) as f32;
            let before_next = wave.len() - self.next_span - self.seam + into_seam - 1;
            sample += (wave[before_next] - sample) * weight;
        }
        if self.elapsed < self.seam {
            sample += self.step * (1.0 - (self.elapsed + 1) as f32 / (self.seam + 1) as f32);
        }
        let gain = self.gain(rate);
        self.elapsed += 1;
        self.position += 1;
        if self.position == self.span {
            self.position = 0;
            self.span = self.next_span;
            let periods = (self.elapsed + self.span) / rate.samples_in_ms(10);
            self.next_span = self.period * periods.clamp(1, 3);
        }
        sample * gain
    }

    fn gain(&self, rate: SampleRate) -> f32 {
        let from = rate.samples_in_ms(FADE_FROM_MS) as f32;
        let to = rate.samples_in_ms(FADE_TO_MS) as f32;
        ((to - self.elapsed as f32) / (to - from)).clamp(0.0, 1.0)
    }

    fn is_silent(&self, rate: SampleRate) -> bool {
        self.elapsed >= rate.samples_in_ms(FADE_TO_MS)
    }

    fn blend_samples(&self, rate: SampleRate) -> usize {
        let growth = self.elapsed * 4 / 10;
        (rate.samples_in_ms(BLEND_MIN_MS) + growth).min(rate.samples_in_ms(BLEND_MAX_MS))
    }
}

/// Moves the newest samples into the end of `history`.
fn remember(history: &mut [f32], samples: &[f32]) {
    let kept = history.len().saturating_sub(samples.len());
    history.copy_within(history.len() - kept.., 0);
    let newest = &samples[samples.len() - (history.len() - kept)..];
    history[kept..].copy_from_slice(newest);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::amplitude_at;
    use crate::pitch::tests::voice;

    const RATES: [SampleRate; 2] = [SampleRate::Hz8000, SampleRate::Hz16000];

    /// Every 20th frame is lost; says what was heard.
    fn heard(rate: SampleRate, signal: &[f32], conceal: bool) -> Vec<f32> {
        let mut concealer = Concealer::new(rate);
        let mut out = signal.to_vec();
        for (index, frame) in out.chunks_mut(rate.frame_samples()).enumerate() {
            match (index % 20 == 7, conceal) {
                (true, true) => concealer.conceal(frame),
                (true, false) => frame.fill(0.0),
                (false, true) => concealer.received(frame),
                (false, false) => {}
            }
        }
        out
    }

    fn snr_db(signal: &[f32], heard: &[f32]) -> f32 {
        let error: f32 = signal.iter().zip(heard).map(|(a, b)| (a - b).powi(2)).sum();
        let power: f32 = signal.iter().map(|x| x * x).sum();
        10.0 * (power / error).log10()
    }

    /// The mean difference of the spectra of the lost frames, in dB.
    fn spectral_distance_db(rate: SampleRate, signal: &[f32], heard: &[f32]) -> f32 {
        let frame = rate.frame_samples();
        let (mut sum, mut count) = (0.0, 0.0);
        for index in (7..signal.len() / frame).step_by(20) {
            let range = index * frame..(index + 1) * frame;
            for hz in (100..3_400).step_by(50) {
                let level = |samples: &[f32]| {
                    let part = &samples[range.clone()];
                    20.0 * amplitude_at(part, rate.hz(), hz as f32).max(1e-4).log10()
                };
                sum += (level(signal) - level(heard)).abs();
                count += 1.0;
            }
        }
        sum / count
    }

    #[test]
    fn with_5_percent_loss_concealment_is_much_nearer_to_the_voice_than_silence() {
        for rate in RATES {
            for pitch_hz in [90.0, 140.0, 230.0] {
                let signal = voice(rate, pitch_hz, rate.hz() as usize * 4);
                let (gap, filled) = (heard(rate, &signal, false), heard(rate, &signal, true));
                let gain = snr_db(&signal, &filled) - snr_db(&signal, &gap);
                assert!(gain > 1.5, "{rate:?} {pitch_hz} Hz: {gain} dB");
                let silence = spectral_distance_db(rate, &signal, &gap);
                let concealed = spectral_distance_db(rate, &signal, &filled);
                assert!(
                    concealed < silence / 3.0,
                    "{rate:?} {pitch_hz} Hz: {concealed} dB, silence {silence} dB"
                );
            }
        }
    }

    #[test]
    fn what_arrives_without_a_gap_is_left_as_it_is() {
        let signal = voice(SampleRate::Hz8000, 140.0, 1_600);
        let mut concealer = Concealer::new(SampleRate::Hz8000);
        for frame in signal.chunks(160) {
            let mut same = frame.to_vec();
            concealer.received(&mut same);
            assert_eq!(same, frame);
        }
    }

    #[test]
    fn a_long_gap_is_silent_from_60_ms_on() {
        for rate in RATES {
            let mut concealer = Concealer::new(rate);
            for frame in voice(rate, 140.0, rate.hz() as usize).chunks_mut(rate.frame_samples()) {
                concealer.received(frame);
            }
            let mut out = vec![1.0; rate.samples_in_ms(200)];
            concealer.conceal(&mut out[..rate.samples_in_ms(40)]);
            concealer.conceal(&mut out[rate.samples_in_ms(40)..]);
            assert!(out[..rate.samples_in_ms(10)].iter().any(|x| x.abs() > 0.01));
            assert!(out[rate.samples_in_ms(60)..].iter().all(|x| *x == 0.0));
        }
    }

    #[test]
    fn neither_end_of_a_gap_clicks() {
        for rate in RATES {
            let signal = voice(rate, 140.0, rate.hz() as usize * 4);
            let steps = |samples: &[f32]| {
                let steps = samples.windows(2).map(|two| (two[1] - two[0]).abs());
                steps.fold(0.0, f32::max)
            };
            let natural = steps(&signal);
            let worst = steps(&heard(rate, &signal, true));
            assert!(worst < 1.3 * natural, "{rate:?}: {worst} against {natural}");
        }
    }

    #[test]
    fn nothing_at_all_arrived_and_still_there_is_only_silence() {
        let mut concealer = Concealer::new(SampleRate::Hz16000);
        let mut out = [1.0; 320];
        concealer.conceal(&mut out);
        assert_eq!(out, [0.0; 320]);
    }
}
