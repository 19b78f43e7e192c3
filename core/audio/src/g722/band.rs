//! One band of G.722: an adaptive quantiser around a predictor; never sees the other band.

use super::tables::{
    CODE_NEGATIVE, CODE_POSITIVE, INVERSE_LOG, Q6, QM2, QM4, QM6, STEP_HIGH, STEP_LOW,
};

/// Six, and two that stay nothing.
const LANES: usize = 8;
const IS_ZERO: [i16; LANES] = [-1, -1, -1, -1, -1, -1, 0, 0];
const PUSH: i16 = 128;

/// The state that encoder and decoder keep alike. Names in brackets are the standard's.
#[derive(Clone, Copy)]
pub struct Band {
    /// Estimate of the next sample (S), and its part from the zeros (SZ).
    estimate: i32,
    zeros_estimate: i32,
    /// Twice the last reconstructed sample, saturated (R1).
    doubled: i32,
    /// Partially reconstructed samples, newest first (P1, P2).
    partial: [i32; 2],
    /// Predictor poles (A1, A2).
    poles: [i32; 2],
    /// Twice the quantised differences, saturated, newest first (D1..D6), and the predictor's
    /// zeros (B1..B6): 16 bits each, and as many as a processor takes at once.
    doubled_differences: [i16; LANES],
    zeros: [i16; LANES],
    /// The logarithm of the step size (NB), and the step size (DET).
    step_log: i32,
    step: i32,
}

impl Band {
    pub const fn with_step(step: i32) -> Self {
        Self {
            estimate: 0,
            zeros_estimate: 0,
            doubled: 0,
            partial: [0; 2],
            poles: [0; 2],
            doubled_differences: [0; LANES],
            zeros: [0; LANES],
            step_log: 0,
            step,
        }
    }

    pub fn encode_low(&mut self, sample: i32) -> u8 {
        let difference = saturate(sample - self.estimate);
        let magnitude = difference ^ (difference >> 31);
        // QUANTL. From the bottom: small intervals are the likely ones.
        let interval = Q6
            .iter()
            .take_while(|level| magnitude >= (**level * self.step) >> 12)
            .count();
        let code = if difference < 0 {
            CODE_NEGATIVE[interval]
        } else {
            CODE_POSITIVE[interval]
        };
        self.adapt_low(usize::from(code >> 2));
        code
    }

    pub fn decode_low(&mut self, code: u8) -> i32 {
        // INVQBL, RECONS, LIMIT
        let difference = (self.step * QM6[usize::from(code)]) >> 15;
        let sample = (self.estimate + difference).clamp(-16_384, 16_383);
        self.adapt_low(usize::from(code >> 2));
        sample
    }

    /// Follows the step size alone, without prediction.
    pub fn follow_low(&mut self, code: u8) {
        self.scale_log_low(usize::from(code >> 2));
    }

    /// The step size where [`Self::follow_low`] is.
    pub fn followed_step(&self) -> i32 {
        step_size(self.step_log, 8)
    }

    pub fn encode_high(&mut self, sample: i32) -> u8 {
        let difference = saturate(sample - self.estimate);
        let magnitude = difference ^ (difference >> 31);
        // QUANTH
        let is_large = magnitude >= (564 * self.step) >> 12;
        let code = match (difference < 0, is_large) {
            (true, false) => 1,
            (true, true) => 0,
            (false, false) => 3,
            (false, true) => 2,
        };
        self.adapt_high(usize::from(code));
        code
    }

    pub fn decode_high(&mut self, code: u8) -> i32 {
        let difference = (self.step * QM2[usize::from(code)]) >> 15;
        let sample = (self.estimate + difference).clamp(-16_384, 16_383);
        self.adapt_high(usize::from(code));
        sample
    }

    fn adapt_low(&mut self, code4: usize) {
        // INVQAL
        let difference = (self.step * QM4[code4]) >> 15;
        self.scale_low(code4);
        self.predict(difference);
    }

    fn scale_low(&mut self, code4: usize) {
        self.scale_log_low(code4);
        // SCALEL
        self.step = step_size(self.step_log, 8);
    }

    fn scale_log_low(&mut self, code4: usize) {
        // LOGSCL
        let kept = self.step_log.wrapping_mul(127) >> 7;
        self.step_log = kept.wrapping_add(STEP_LOW[code4]).clamp(0, 18_432);
    }

    fn adapt_high(&mut self, code: usize) {
        // INVQAH, LOGSCH, SCALEH
        let difference = (self.step * QM2[code]) >> 15;
        self.step_log = (((self.step_log * 127) >> 7) + STEP_HIGH[code]).clamp(0, 22_528);
        self.step = step_size(self.step_log, 10);
        self.predict(difference);
    }

    fn predict(&mut self, difference: i32) {
        let reconstructed = saturate(self.estimate + difference);
        let partial = saturate(self.zeros_estimate + difference);
        self.adapt_poles(partial);
        self.adapt_zeros(difference);

        let mut differences = [narrow(saturate(2 * difference)); LANES];
        differences[1..].copy_from_slice(&self.doubled_differences[..LANES - 1]);
        self.doubled_differences = differences;
        let doubled = [saturate(2 * reconstructed), self.doubled];
        self.doubled = doubled[0];
        self.partial = [partial, self.partial[0]];

        // FILTEP, FILTEZ, PREDIC
        let poles_estimate =
            saturate(((self.poles[0] * doubled[0]) >> 15) + ((self.poles[1] * doubled[1]) >> 15));
        let zeros = self.zeros.iter().zip(differences);
        let zeros_estimate = zeros.fold(0_i32, |sum, (zero, difference)| {
            // Six products of 16 bits each way, less 15: far from 32 bits.
            sum.wrapping_add(i32::from(*zero).wrapping_mul(i32::from(difference)) >> 15)
        });
        self.zeros_estimate = saturate(zeros_estimate);
        self.estimate = saturate(poles_estimate + self.zeros_estimate);
    }

    fn adapt_poles(&mut self, partial: i32) {
        let is_as_last = (partial ^ self.partial[0]) >= 0;
        let is_as_before = (partial ^ self.partial[1]) >= 0;
        // UPPOL2
        let quadruple = saturate(4 * self.poles[0]);
        let push = if is_as_last { -quadruple } else { quadruple };
        let second = (push.min(32_767) >> 7)
            + if is_as_before { 128 } else { -128 }
            + ((self.poles[1] * 32_512) >> 15);
        let second = second.clamp(-12_288, 12_288);
        // UPPOL1
        let first = if is_as_last { 192 } else { -192 } + ((self.poles[0] * 32_640) >> 15);
        let limit = 15_360 - second;
        self.poles = [first.clamp(-limit, limit), second];
    }

    fn adapt_zeros(&mut self, difference: i32) {
        // UPZERO: 255/256 of each zero, and a push of 128 by the signs. A zero near an end of the
        // 16 bits loses as much as the push may give: nothing wraps, and saying so costs nothing.
        let push = if difference == 0 { 0 } else { PUSH };
        let sign = narrow(difference) >> 15;
        let zeros = self.zeros.iter_mut().zip(self.doubled_differences);
        for ((zero, past), lane) in zeros.zip(IS_ZERO) {
            let opposed = (past >> 15) ^ sign;
            let signed = ((push & lane) ^ opposed).wrapping_sub(opposed);
            let loss = (*zero >> 8).wrapping_add(i16::from(*zero & 255 != 0));
            *zero = zero.wrapping_sub(loss).wrapping_add(signed);
        }
    }
}

fn step_size(step_log: i32, octaves: i32) -> i32 {
    let fraction = INVERSE_LOG[((step_log >> 6) & 31) as usize];
    let shift = octaves - (step_log >> 11);
    let size = if shift < 0 {
        fraction << -shift
    } else {
        fraction >> shift
    };
    size << 2
}

/// What is 16 bits wide by its nature.
#[inline]
fn narrow(value: i32) -> i16 {
    value as i16
}

#[inline]
fn saturate(value: i32) -> i32 {
    value.clamp(-32_768, 32_767)
}
