//! Plays a little faster or slower without changing the pitch; does not decide when.

use crate::level::mean_square;
use crate::{SampleRate, pitch};

/// A short queue of decoded sound, from which one pitch period can be taken or repeated.
///
/// Each tick: [`TimeScale::push`] decoded packets until [`TimeScale::buffered`] holds a frame, then
/// [`TimeScale::shorten`] or [`TimeScale::lengthen`] if the jitter buffer asks for it, then
/// [`TimeScale::pull`]. Any packet time fits. Shortening and lengthening look at the oldest
/// [`TimeScale::WINDOW_MS`], and do nothing while less is queued.
pub struct TimeScale {
    rate: SampleRate,
    /// Sound is between `start` and `end`; room for what is inserted is kept behind it.
    queue: Box<[f32]>,
    start: usize,
    end: usize,
}

/// A packet of Opus may hold 120 ms, and another one may wait.
const QUEUE_MS: u32 = 260;
/// What is compared with itself one period later.
const LIKE_MS: u32 = 15;
/// Less alike than this, a period cut out of a voice is heard.
const LIKENESS_MIN: f32 = 0.75;
/// -50 dBov: in what is quieter nobody hears a cut.
const QUIET: f32 = 1e-5;

impl TimeScale {
    /// How much must be queued for a change.
    pub const WINDOW_MS: u32 = LIKE_MS + pitch::LAG_MAX_MS;

    #[must_use]
    pub fn new(rate: SampleRate) -> Self {
        Self {
            rate,
            queue: vec![0.0; rate.samples_in_ms(QUEUE_MS)].into(),
            start: 0,
            end: 0,
        }
    }

    #[must_use]
    pub const fn rate(&self) -> SampleRate {
        self.rate
    }

    /// Samples waiting to be pulled.
    #[must_use]
    pub const fn buffered(&self) -> usize {
        self.end - self.start
    }

    /// Queues decoded samples; `false`, and nothing queued, if there is no room for all of them.
    #[must_use]
    pub fn push(&mut self, samples: &[f32]) -> bool {
        let Some(room) = self.room(samples.len()) else {
            return false;
        };
        room.copy_from_slice(samples);
        self.end += samples.len();
        true
    }

    /// Takes one pitch period out, if enough is queued and it would not be heard; says how many
    /// samples that were.
    pub fn shorten(&mut self) -> usize {
        let Some(period) = self.period() else {
            return 0;
        };
        // What is now the beginning melts into what came one period later.
        let sound = &mut self.queue[self.start..self.end];
        for index in 0..period {
            let weight = (index + 1) as f32 / (period + 1) as f32;
            let later = sound[index + period];
            sound[index + period] = sound[index] + (later - sound[index]) * weight;
        }
        self.start += period;
        period
    }

    /// Repeats one pitch period, under the same conditions; says how many samples that were.
    pub fn lengthen(&mut self) -> usize {
        let Some(period) = self.period() else {
            return 0;
        };
        if self.room(period).is_none() {
            return 0;
        }
        self.queue
            .copy_within(self.start..self.end, self.start + period);
        self.end += period;
        // The first period is twice there; the end of the first copy melts into the second.
        let sound = &mut self.queue[self.start..self.end];
        for index in 0..period {
            let weight = (index + 1) as f32 / (period + 1) as f32;
            let later = sound[index + 2 * period];
            sound[index + period] = later + (sound[index + period] - later) * weight;
        }
        period
    }

    /// Moves the oldest samples to `out`; `false`, and nothing moved, if there are not enough.
    #[must_use]
    pub fn pull(&mut self, out: &mut [f32]) -> bool {
        if out.len() > self.buffered() {
            return false;
        }
        out.copy_from_slice(&self.queue[self.start..self.start + out.len()]);
        self.start += out.len();
        true
    }

    pub fn clear(&mut self) {
        self.start = 0;
        self.end = 0;
    }

    /// The free samples behind the queue, moved to its front if need be.
    fn room(&mut self, samples: usize) -> Option<&mut [f32]> {
        if self.end + samples > self.queue.len() {
            self.queue.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        self.queue.get_mut(self.end..self.end + samples)
    }

    /// The period at the front of the queue, unless a change would be heard.
    fn period(&self) -> Option<usize> {
        let window = self.rate.samples_in_ms(Self::WINDOW_MS);
        let front = self.queue[self.start..self.end].get(..window)?;
        if mean_square(front) < QUIET {
            return Some(self.rate.samples_in_ms(10));
        }
        let found = pitch::of_end(front, self.rate.samples_in_ms(LIKE_MS), self.rate)?;
        (found.likeness >= LIKENESS_MIN).then_some(found.lag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pitch::tests::voice;

    /// Plays `signal`, changing the pace at every tick, and says what was heard.
    fn play(
        rate: SampleRate,
        signal: &[f32],
        change: fn(&mut TimeScale) -> usize,
    ) -> (Vec<f32>, usize) {
        let mut scale = TimeScale::new(rate);
        let mut packets = signal.chunks(rate.frame_samples());
        let (mut heard, mut changed) = (Vec::new(), 0);
        let mut frame = vec![0.0; rate.frame_samples()];
        loop {
            while scale.buffered() < rate.samples_in_ms(40) {
                let Some(packet) = packets.next() else {
                    return (heard, changed);
                };
                assert!(scale.push(packet));
            }
            changed += change(&mut scale);
            assert!(scale.pull(&mut frame));
            heard.extend_from_slice(&frame);
        }
    }

    fn step_max(samples: &[f32]) -> f32 {
        let steps = samples.windows(2).map(|two| (two[1] - two[0]).abs());
        steps.fold(0.0, f32::max)
    }

    #[test]
    fn faster_is_shorter_and_slower_is_longer_and_neither_clicks() {
        for rate in SampleRate::ALL {
            let signal = voice(rate, 140.0, rate.hz() as usize * 2);
            for change in [TimeScale::shorten, TimeScale::lengthen] {
                let (heard, changed) = play(rate, &signal, change);
                // At least every fifth of the ticks found a period of 7 ms to take or repeat.
                assert!(changed > signal.len() / 20, "{rate:?} {changed}");
                assert!(step_max(&heard) < 1.2 * step_max(&signal), "{rate:?}");
                assert_ne!(heard.len(), signal.len());
            }
        }
    }

    #[test]
    fn the_pitch_stays() {
        let rate = SampleRate::Hz16000;
        let tau = std::f32::consts::TAU;
        let signal: Vec<f32> = (0..32_000)
            .map(|index| (tau * 200.0 * index as f32 / 16_000.0).sin() * 0.3)
            .collect();
        for change in [TimeScale::shorten, TimeScale::lengthen] {
            let (heard, _) = play(rate, &signal, change);
            let heard = &heard[..16_000];
            let amplitude = crate::measure::amplitude_at(heard, 16_000, 200.0);
            assert!(amplitude > 0.28, "{amplitude}");
        }
    }

    #[test]
    fn unchanged_it_gives_back_what_it_got_whatever_the_packet_time() {
        let signal = voice(SampleRate::Hz8000, 140.0, 4_800);
        for packet_samples in [80, 240, 480] {
            let mut scale = TimeScale::new(SampleRate::Hz8000);
            let mut heard = Vec::new();
            let mut frame = [0.0; 160];
            for packet in signal.chunks(packet_samples) {
                assert!(scale.push(packet));
                while scale.pull(&mut frame) {
                    heard.extend_from_slice(&frame);
                }
            }
            assert_eq!(heard, signal);
        }
    }

    #[test]
    fn a_consonant_is_not_cut() {
        let mut state = 3_u32;
        let noise: Vec<f32> = (0..4_800)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                ((state >> 8) as f32 / 8_388_608.0 - 1.0) * 0.2
            })
            .collect();
        let mut scale = TimeScale::new(SampleRate::Hz48000);
        assert!(scale.push(&noise));
        assert_eq!(scale.shorten(), 0);
        assert_eq!(scale.lengthen(), 0);
    }

    #[test]
    fn silence_may_be_shortened_and_too_little_is_left_alone() {
        let mut scale = TimeScale::new(SampleRate::Hz8000);
        assert!(scale.push(&[0.0; 160]));
        assert_eq!(scale.shorten(), 0);
        assert!(scale.push(&[0.0; 160]));
        assert_eq!(scale.shorten(), 80);
        assert_eq!(scale.buffered(), 240);
    }

    #[test]
    fn a_full_queue_refuses_and_keeps_what_it_has() {
        let mut scale = TimeScale::new(SampleRate::Hz8000);
        while scale.push(&[0.5; 480]) {}
        let before = scale.buffered();
        assert!(!scale.push(&[0.5; 480]));
        assert_eq!(scale.buffered(), before);
    }
}
