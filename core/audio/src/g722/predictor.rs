//! G.722's predictors, those of both bands side by side in the lanes of a vector; knows no codes.
//!
//! All of its numbers have 16 bits and saturate, as the processors did that the standard was
//! written for, and as the vector instructions of today's do.

use wide::i16x8;

const TAPS: usize = 6;
const NONE: i16x8 = i16x8::splat(0);
const ALL: i16x8 = i16x8::splat(-1);

/// The state of two predictors, the lower band's first. Names in brackets are the standard's.
#[derive(Clone, Copy, Default)]
pub struct Predictor {
    /// Estimate of the next sample (S), and its part from the zeros (SZ).
    estimate: [i16; 2],
    zeros_estimate: [i16; 2],
    /// Twice the last reconstructed sample (R1).
    doubled: [i16; 2],
    /// Partially reconstructed samples, newest first (P1, P2).
    partial: [[i16; 2]; 2],
    /// Predictor poles (A1, A2).
    poles: [[i16; 2]; 2],
    /// Twice the quantised differences, newest first (D1..D6).
    doubled_differences: [[i16; 2]; TAPS],
    /// Predictor zeros (B1..B6).
    zeros: [[i16; 2]; TAPS],
}

/// The same while it is worked on.
#[derive(Clone, Copy)]
pub struct Lanes {
    estimate: i16x8,
    zeros_estimate: i16x8,
    doubled: i16x8,
    partial: [i16x8; 2],
    poles: [i16x8; 2],
    doubled_differences: [i16x8; TAPS],
    zeros: [i16x8; TAPS],
}

impl Predictor {
    pub fn lanes(&self) -> Lanes {
        Lanes {
            estimate: spread(self.estimate),
            zeros_estimate: spread(self.zeros_estimate),
            doubled: spread(self.doubled),
            partial: self.partial.map(spread),
            poles: self.poles.map(spread),
            doubled_differences: self.doubled_differences.map(spread),
            zeros: self.zeros.map(spread),
        }
    }

    pub fn keep(&mut self, lanes: &Lanes) {
        *self = Self {
            estimate: gather(lanes.estimate),
            zeros_estimate: gather(lanes.zeros_estimate),
            doubled: gather(lanes.doubled),
            partial: lanes.partial.map(gather),
            poles: lanes.poles.map(gather),
            doubled_differences: lanes.doubled_differences.map(gather),
            zeros: lanes.zeros.map(gather),
        };
    }
}

impl Lanes {
    /// How far these samples are from the estimate (SUBTRA).
    #[inline]
    pub fn missed(&self, samples: [i16; 2]) -> [i16; 2] {
        gather(spread(samples).saturating_sub(self.estimate))
    }

    /// What is heard of differences from the estimate: RECONS and LIMIT, in 15 bits.
    #[inline]
    pub fn heard(&self, differences: [i16; 2]) -> [i16; 2] {
        let sample = self.estimate.saturating_add(spread(differences));
        let held = sample.max(i16x8::splat(-16_384));
        gather(held.min(i16x8::splat(16_383)))
    }

    /// Learns from the quantised differences (D0) and estimates the next samples.
    #[inline(always)]
    pub fn advance(&mut self, differences: [i16; 2]) {
        let difference = spread(differences);
        let reconstructed = self.estimate.saturating_add(difference);
        let partial = self.zeros_estimate.saturating_add(difference);
        self.adapt_poles(partial);
        self.adapt_zeros(difference);

        let past = self.doubled_differences;
        self.doubled_differences[1..].copy_from_slice(&past[..TAPS - 1]);
        self.doubled_differences[0] = twice(difference);
        let before = std::mem::replace(&mut self.doubled, twice(reconstructed));
        self.partial = [partial, self.partial[0]];

        // FILTEP, FILTEZ, PREDIC
        let near = i16x8::from_i32x8_saturate(self.poles[0].widening_mul(self.doubled) >> 15);
        // The second pole is at most 12 288, and has room to be doubled.
        let far = twice(self.poles[1]).mul_keep_high(before);
        let poles_estimate = near.saturating_add(far);
        let mut sum = self.zeros[0].widening_mul(self.doubled_differences[0]) >> 15;
        for tap in 1..TAPS {
            sum += self.zeros[tap].widening_mul(self.doubled_differences[tap]) >> 15;
        }
        self.zeros_estimate = i16x8::from_i32x8_saturate(sum);
        self.estimate = poles_estimate.saturating_add(self.zeros_estimate);
    }

    #[inline(always)]
    fn adapt_poles(&mut self, partial: i16x8) {
        let [first, second] = self.poles;
        // All bits set where the sign is as it was.
        let as_last = (partial ^ self.partial[0] ^ ALL) >> 15;
        let as_before = (partial ^ self.partial[1] ^ ALL) >> 15;
        // UPPOL2. 127/128 of it, rounded down: it and what is missing have room in 16 bits.
        let quadruple = twice(twice(first));
        let turned: i16x8 = quadruple ^ as_last;
        let push = turned.saturating_sub(as_last) >> 7;
        let nudge = (as_before & i16x8::splat(256)) - i16x8::splat(128);
        let kept = second + ((NONE - second) >> 7);
        let most = i16x8::splat(12_288);
        self.poles[1] = held(push + nudge + kept, most);
        // UPPOL1. 255/256 of it, rounded down.
        let nudge = (as_last & i16x8::splat(384)) - i16x8::splat(192);
        let kept = first + ((NONE - first) >> 8);
        let most = i16x8::splat(15_360) - self.poles[1];
        self.poles[0] = held(nudge + kept, most);
    }

    #[inline(always)]
    fn adapt_zeros(&mut self, difference: i16x8) {
        // UPZERO: 255/256 of each zero, and a push of 128 by the signs. A zero near an end of the
        // 16 bits loses as much as the push may give: nothing wraps.
        let is_none = difference.simd_eq(NONE);
        let push = !is_none & i16x8::splat(128);
        let pull = !is_none & i16x8::splat(-256);
        for (zero, past) in self.zeros.iter_mut().zip(self.doubled_differences) {
            let opposed = (past ^ difference) >> 15;
            let loss = zero.mul_keep_high(i16x8::splat(-256));
            *zero = *zero + loss + (push + (opposed & pull));
        }
    }
}

#[inline(always)]
fn twice(value: i16x8) -> i16x8 {
    value.saturating_add(value)
}

#[inline(always)]
fn held(value: i16x8, most: i16x8) -> i16x8 {
    value.min(most).max(NONE - most)
}

#[inline(always)]
fn spread([low, high]: [i16; 2]) -> i16x8 {
    i16x8::new([low, high, 0, 0, 0, 0, 0, 0])
}

#[inline(always)]
fn gather(lanes: i16x8) -> [i16; 2] {
    let [low, high, ..] = lanes.to_array();
    [low, high]
}
