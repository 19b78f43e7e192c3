//! A speaker whose pitch is its name, and the ear that finds pitches again.

use std::ops::Range;

use conclave_audio::measure::amplitude_at;

/// Bursts of one sine, like syllables: 400 ms on, 200 ms off, with soft edges.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Voice {
    pub pitch_hz: f32,
    /// 1.0 is full scale.
    pub loudness: f32,
}

impl Voice {
    /// Packets of 20 ms after which a voice repeats itself: every pitch is a multiple of 10 Hz.
    pub const ROUND_PACKETS: usize = 30;

    /// The voice of speaker `number` (0 to 17): pitches that are no multiples of each other.
    #[must_use]
    pub fn numbered(number: usize) -> Voice {
        Voice {
            pitch_hz: 410.0 + 150.0 * (number % 18) as f32,
            loudness: 0.25,
        }
    }

    /// The sample at `seconds` after the speaker began.
    #[must_use]
    pub fn sample(self, seconds: f64) -> f32 {
        let in_burst = seconds % BURST_AND_PAUSE_S;
        if in_burst > BURST_S {
            return 0.0;
        }
        let edge = (in_burst / EDGE_S)
            .min((BURST_S - in_burst) / EDGE_S)
            .min(1.0);
        let sine = (seconds * f64::from(self.pitch_hz) * std::f64::consts::TAU).sin();
        (edge * sine) as f32 * self.loudness
    }
}

/// What one phone heard, at the rate of its codec.
#[derive(Clone, Debug, Default)]
pub struct Ear {
    pub rate_hz: u32,
    pub samples: Vec<f32>,
    /// Where something was lost on the way to this phone: what is heard there is no tone.
    pub damaged: Vec<usize>,
}

impl Ear {
    /// What comes next does not follow what is there.
    pub fn mark_damage(&mut self) {
        self.damaged.push(self.samples.len());
    }

    /// The loudest 100 ms of a pitch within the last `seconds`, 1.0 being a full-scale sine.
    #[must_use]
    pub fn loudest(&self, pitch_hz: f32, seconds: f32) -> f32 {
        let windows = self.last_windows(seconds);
        windows
            .map(|(_, samples)| self.amplitude(samples, pitch_hz))
            .fold(0.0, f32::max)
    }

    /// The same without the 100 ms in which, or shortly before which, something was lost on the
    /// way: a gap is a click, and a click has every pitch.
    #[must_use]
    pub fn loudest_undamaged(&self, pitch_hz: f32, seconds: f32) -> f32 {
        let window = self.window();
        let is_whole = |begin: usize| {
            let near = begin.saturating_sub(2 * window)..begin + window;
            !self.damaged.iter().any(|at| near.contains(at))
        };
        self.last_windows(seconds)
            .filter(|(begin, _)| is_whole(*begin))
            .map(|(_, samples)| self.amplitude(samples, pitch_hz))
            .fold(0.0, f32::max)
    }

    /// When, from `from` on (in seconds), each of these pitches was heard at this amplitude: every
    /// time of more than 100 ms, those less than `pause` apart being one. To within 50 ms.
    #[must_use]
    pub fn spans(&self, pitch_hz: f32, from: f32, amplitude: f32, pause: f32) -> Vec<Range<f32>> {
        let rate = self.rate_hz as f32;
        let first = ((from * rate) as usize).min(self.samples.len());
        let (hop, window) = ((self.window() / 2).max(1), self.window());
        let mut spans: Vec<Range<f32>> = Vec::new();
        for (number, samples) in self.samples[first..]
            .windows(window)
            .step_by(hop)
            .enumerate()
        {
            let is_loud = samples.iter().any(|sample| sample.abs() > amplitude / 2.0);
            if !is_loud || self.amplitude(samples, pitch_hz) < amplitude {
                continue;
            }
            let at = (first + number * hop + window / 2) as f32 / rate;
            match spans.last_mut().filter(|last| at - last.end < pause) {
                Some(last) => last.end = at,
                None => spans.push(at..at),
            }
        }
        spans.retain(|span| span.end > span.start);
        spans
    }

    fn last_windows(&self, seconds: f32) -> impl Iterator<Item = (usize, &[f32])> {
        let count = (seconds * self.rate_hz as f32) as usize;
        let from = self.samples.len().saturating_sub(count);
        let window = self.window();
        let begins = (from..).step_by(window);
        begins.zip(self.samples[from..].chunks_exact(window))
    }

    /// 100 ms.
    fn window(&self) -> usize {
        (self.rate_hz / 10).max(1) as usize
    }

    fn amplitude(&self, samples: &[f32], pitch_hz: f32) -> f32 {
        amplitude_at(&hann(samples), self.rate_hz, pitch_hz) * 2.0
    }

    /// How much it has heard so far, in seconds.
    #[must_use]
    pub fn seconds(&self) -> f32 {
        self.samples.len() as f32 / self.rate_hz.max(1) as f32
    }

    /// When, after `from` (in seconds), a pitch was first and last heard at this amplitude; to
    /// within 50 ms.
    #[must_use]
    pub fn span(&self, pitch_hz: f32, from: f32, amplitude: f32) -> Option<Range<f32>> {
        let rate = self.rate_hz as f32;
        let first = ((from * rate) as usize).min(self.samples.len());
        let hop = (self.rate_hz / 50).max(1) as usize;
        let mut heard = self.samples[first..]
            .windows(5 * hop)
            .step_by(hop)
            .enumerate()
            .filter(|(_, samples)| self.amplitude(samples, pitch_hz) >= amplitude)
            .map(|(window, _)| (first + window * hop + 5 * hop / 2) as f32 / rate);
        let begin = heard.next()?;
        Some(begin..heard.next_back().unwrap_or(begin))
    }

    /// The root mean square of the last `seconds`.
    #[must_use]
    pub fn loudness(&self, seconds: f32) -> f32 {
        let count = (seconds * self.rate_hz as f32) as usize;
        let last = &self.samples[self.samples.len().saturating_sub(count)..];
        let power: f32 = last.iter().map(|sample| sample * sample).sum();
        (power / last.len().max(1) as f32).sqrt()
    }
}

/// Keeps a loud neighbour's side lobes out of a quiet pitch.
fn hann(samples: &[f32]) -> Vec<f32> {
    let turn = std::f32::consts::TAU / samples.len() as f32;
    samples
        .iter()
        .enumerate()
        .map(|(at, sample)| sample * (0.5 - 0.5 * (turn * at as f32).cos()))
        .collect()
}

const BURST_S: f64 = 0.4;
const BURST_AND_PAUSE_S: f64 = 0.6;
const EDGE_S: f64 = 0.02;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ear_finds_each_voice_and_no_other() {
        let voices = [Voice::numbered(0), Voice::numbered(17)];
        let samples = (0..16_000)
            .map(|at| {
                voices
                    .iter()
                    .map(|voice| voice.sample(f64::from(at) / 8_000.0))
                    .sum()
            })
            .collect();
        let ear = Ear {
            rate_hz: 8_000,
            samples,
            ..Ear::default()
        };
        for voice in voices {
            let heard = ear.loudest(voice.pitch_hz, 2.0);
            assert!((0.2..0.3).contains(&heard), "{heard}");
        }
        for number in 1..17 {
            let heard = ear.loudest(Voice::numbered(number).pitch_hz, 2.0);
            assert!(heard < 0.01, "voice {number}: {heard}");
        }
    }
}
