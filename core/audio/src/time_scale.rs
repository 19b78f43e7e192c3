//! Plays a little faster or slower without changing the pitch; does not decide when.

use conclave_model::limits;

use crate::level::mean_square;
use crate::{SampleRate, pitch};

/// A short queue of decoded sound, from which one pitch period can be taken or repeated.
///
/// Each tick: [`TimeScale::push`] decoded packets until [`TimeScale::buffered`] holds a frame, then
/// [`TimeScale::shorten`] or [`TimeScale::lengthen`] if the jitter buffer asks for it, then
/// [`TimeScale::pull`]. Any packet time fits. One frame queued is enough for a change: what was
/// pulled last is remembered for the comparison.
pub struct TimeScale {
    rate: SampleRate,
    /// The past, then what waits between `start` and `end`, then room.
    queue: Box<[f32]>,
    start: usize,
    end: usize,
    /// How many samples before `end` are silence for certain.
    silent: usize,
    /// Samples still to be pulled before the next change.
    rest: usize,
}

/// Less than a frame, then the longest packet there is (a datagram full of G.711), then a period.
const QUEUE_MS: u32 = limits::FRAME_MS + 182 + pitch::LAG_MAX_MS;
/// The same where no packet is longer than Opus allows.
const QUEUE_OPUS_MS: u32 = limits::FRAME_MS + 120 + pitch::LAG_MAX_MS;
/// What is compared with itself one period earlier.
const LIKE_MS: u32 = 15;
/// How long one period melts into another.
const BLEND_MS: u32 = 5;
/// How much of what was pulled is remembered: [`LIKE_MS`] before a period that ends with the frame.
const PAST_MS: u32 = LIKE_MS + pitch::LAG_MAX_MS - limits::FRAME_MS;
/// Between two changes: more than one in three frames makes a voice hasty or drawling.
const REST_MS: u32 = 60;
/// Less alike than this, a period cut out of a voice is heard.
const LIKENESS_MIN: f32 = 0.75;
/// -50 dBov: in what is quieter nobody hears a cut.
const QUIET: f32 = 1e-5;

impl TimeScale {
    #[must_use]
    pub fn new(rate: SampleRate) -> Self {
        let past = rate.samples_in_ms(PAST_MS);
        Self {
            rate,
            queue: vec![0.0; past + rate.samples_in_ms(queue_ms(rate))].into(),
            start: past,
            end: past,
            silent: past,
            rest: 0,
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
    pub fn push(&mut self, samples: &[f32]) -> bool {
        let Some(room) = self.room(samples.len()) else {
            return false;
        };
        room.copy_from_slice(samples);
        self.end += samples.len();
        self.silent = 0;
        true
    }

    /// Queues silence, as [`TimeScale::push`] does sound.
    pub fn push_silence(&mut self, samples: usize) -> bool {
        let Some(room) = self.room(samples) else {
            return false;
        };
        room.fill(0.0);
        self.end += samples;
        self.silent += samples;
        true
    }

    /// Whether nothing but silence waits.
    #[must_use]
    pub const fn is_silent(&self) -> bool {
        self.silent >= self.buffered()
    }

    /// Whether nothing but silence waits or is remembered: what waits is all there is to know.
    #[must_use]
    pub const fn is_blank(&self) -> bool {
        self.silent >= self.buffered() + self.past()
    }

    /// Takes one pitch period out of the next 20 ms, if they are there, the last change was 60 ms
    /// ago and it would not be heard; says how many samples that were.
    pub fn shorten(&mut self) -> usize {
        let Some(period) = self.period() else {
            return 0;
        };
        let (cut, blend) = (self.frame_end() - period, self.blend());
        let was_blank = self.is_blank();
        // What comes before the period melts into the end of it.
        for index in cut - blend..cut {
            let weight = (index + blend + 1 - cut) as f32 / (blend + 1) as f32;
            let (earlier, later) = (self.queue[index], self.queue[index + period]);
            self.queue[index + period] = earlier + (later - earlier) * weight;
        }
        let from = self.start - self.past();
        self.queue.copy_within(from..cut - blend, from + period);
        self.start += period;
        self.blended_to(cut + period, was_blank);
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
        let (seam, blend) = (self.frame_end(), self.blend());
        let was_blank = self.is_blank();
        self.queue.copy_within(seam - period..self.end, seam);
        self.end += period;
        // The end of the first copy melts into what came before the period.
        for index in seam - blend..seam {
            let weight = (index + blend + 1 - seam) as f32 / (blend + 1) as f32;
            let earlier = self.queue[index - period];
            self.queue[index] += (earlier - self.queue[index]) * weight;
        }
        self.blended_to(seam, was_blank);
        period
    }

    /// Moves the oldest samples to `out`; `false`, and nothing moved, if there are not enough.
    pub fn pull(&mut self, out: &mut [f32]) -> bool {
        if out.len() > self.buffered() {
            return false;
        }
        out.copy_from_slice(&self.queue[self.start..self.start + out.len()]);
        self.start += out.len();
        self.rest = self.rest.saturating_sub(out.len());
        true
    }

    /// Drops the oldest samples, as if they had been pulled.
    pub fn skip(&mut self, samples: usize) {
        let skipped = samples.min(self.buffered());
        self.start += skipped;
        self.rest = self.rest.saturating_sub(skipped);
    }

    /// Forgets what waits and what was.
    pub fn clear(&mut self) {
        let past = self.past();
        self.queue[..past].fill(0.0);
        self.start = past;
        self.end = past;
        self.silent = past;
        self.rest = 0;
    }

    /// A period was taken or repeated, and something of what lies before `seam` melted into it.
    fn blended_to(&mut self, seam: usize, was_blank: bool) {
        self.silent = if was_blank {
            self.buffered() + self.past()
        } else {
            self.silent.min(self.end - seam)
        };
        self.rest = self.rate.samples_in_ms(REST_MS);
    }

    /// The free samples behind the queue, moved to its front if need be.
    fn room(&mut self, samples: usize) -> Option<&mut [f32]> {
        if self.end + samples > self.queue.len() {
            let back = self.start - self.past();
            self.queue.copy_within(back..self.end, 0);
            self.start -= back;
            self.end -= back;
        }
        self.queue.get_mut(self.end..self.end + samples)
    }

    /// The period at the end of the next frame, unless a change would be heard.
    fn period(&self) -> Option<usize> {
        if self.rest > 0 || self.buffered() < self.rate.frame_samples() {
            return None;
        }
        let seen = &self.queue[self.start - self.past()..self.frame_end()];
        if mean_square(seen) < QUIET {
            return Some(self.rate.samples_in_ms(10));
        }
        let found = pitch::of_end(seen, self.rate.samples_in_ms(LIKE_MS), self.rate)?;
        (found.likeness >= LIKENESS_MIN).then_some(found.lag)
    }

    const fn frame_end(&self) -> usize {
        self.start + self.rate.frame_samples()
    }

    const fn past(&self) -> usize {
        self.rate.samples_in_ms(PAST_MS)
    }

    const fn blend(&self) -> usize {
        self.rate.samples_in_ms(BLEND_MS)
    }
}

const fn queue_ms(rate: SampleRate) -> u32 {
    match rate {
        SampleRate::Hz8000 | SampleRate::Hz16000 => QUEUE_MS,
        SampleRate::Hz24000 | SampleRate::Hz48000 => QUEUE_OPUS_MS,
    }
}

const _: () = assert!(pitch::LAG_MAX_MS + BLEND_MS <= limits::FRAME_MS);
const _: () = assert!(pitch::LAG_MAX_MS + BLEND_MS <= PAST_MS + limits::FRAME_MS);

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
            while scale.buffered() < rate.frame_samples() {
                let Some(packet) = packets.next() else {
                    return (heard, changed);
                };
                assert!(scale.push(packet));
            }
            changed += change(&mut scale);
            if scale.pull(&mut frame) {
                heard.extend_from_slice(&frame);
            }
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
                // 7 to 14 ms in each 60 to 80.
                let part = changed as f32 / signal.len() as f32;
                assert!((0.05..0.25).contains(&part), "{rate:?} {part}");
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
        assert!(scale.push(&[0.0; 159]));
        assert_eq!(scale.shorten(), 0);
        assert!(scale.push(&[0.0; 161]));
        assert_eq!(scale.shorten(), 80);
        assert_eq!(scale.buffered(), 240);
    }

    #[test]
    fn what_is_called_silent_is() {
        let rate = SampleRate::Hz8000;
        let tone = voice(rate, 140.0, 160);
        for change in [TimeScale::shorten, TimeScale::lengthen] {
            let mut scale = TimeScale::new(rate);
            let mut frame = [0.0; 160];
            let (mut silent, mut blank) = (0, 0);
            for step in 0..3_000_usize {
                while scale.buffered() < 160 + step % 7 * 20 {
                    if step % 11 < 4 {
                        assert!(scale.push(&tone));
                    } else {
                        assert!(scale.push_silence(10 * (1 + step % 5)));
                    }
                }
                change(&mut scale);
                let waits = &scale.queue[scale.start..scale.end];
                let known = &scale.queue[scale.start - scale.past()..scale.end];
                let is_silence = |samples: &[f32]| samples.iter().all(|sample| *sample == 0.0);
                assert!(!scale.is_silent() || is_silence(waits));
                assert!(!scale.is_blank() || is_silence(known));
                silent += usize::from(scale.is_silent());
                blank += usize::from(scale.is_blank());
                scale.pull(&mut frame);
            }
            assert!(silent > 300 && blank > 300, "{silent} {blank}");
        }
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
