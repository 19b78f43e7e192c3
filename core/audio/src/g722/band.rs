//! One band of G.722: an adaptive quantiser around a predictor; never sees the other band.

use super::tables::{
    CODE_NEGATIVE, CODE_POSITIVE, INVERSE_LOG, Q6, QM2, QM4, QM6, STEP_HIGH, STEP_LOW,
};

/// The state that encoder and decoder keep alike. Names in brackets are the standard's.
#[derive(Clone, Copy)]
pub struct Band {
    /// Estimate of the next sample (S), and its part from the zeros (SZ).
    estimate: i32,
    zeros_estimate: i32,
    /// Reconstructed samples, newest first (R1, R2).
    reconstructed: [i32; 2],
    /// Partially reconstructed samples, newest first (P1, P2).
    partial: [i32; 2],
    /// Predictor poles (A1, A2).
    poles: [i32; 2],
    /// Quantised differences, newest first (D1..D6), and the predictor's zeros (B1..B6).
    differences: [i32; 6],
    zeros: [i32; 6],
    /// The logarithm of the step size (NB), and the step size (DET).
    step_log: i32,
    step: i32,
}

impl Band {
    pub const fn with_step(step: i32) -> Self {
        Self {
            estimate: 0,
            zeros_estimate: 0,
            reconstructed: [0; 2],
            partial: [0; 2],
            poles: [0; 2],
            differences: [0; 6],
            zeros: [0; 6],
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

    /// The step size after this code, without prediction.
    pub fn follow_low(&mut self, code: u8) -> i32 {
        self.scale_low(usize::from(code >> 2));
        self.step
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
        // LOGSCL, SCALEL
        self.step_log = (((self.step_log * 127) >> 7) + STEP_LOW[code4]).clamp(0, 18_432);
        self.step = step_size(self.step_log, 8);
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

        self.differences.copy_within(0..5, 1);
        self.differences[0] = difference;
        self.reconstructed = [reconstructed, self.reconstructed[0]];
        self.partial = [partial, self.partial[0]];

        // FILTEP, FILTEZ, PREDIC
        let poles_estimate = saturate(
            ((self.poles[0] * saturate(2 * self.reconstructed[0])) >> 15)
                + ((self.poles[1] * saturate(2 * self.reconstructed[1])) >> 15),
        );
        let mut zeros_estimate = 0;
        for (zero, difference) in self.zeros.iter().zip(self.differences) {
            zeros_estimate += (zero * saturate(2 * difference)) >> 15;
        }
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
        // UPZERO
        let push = if difference == 0 { 0 } else { 128 };
        for (zero, past) in self.zeros.iter_mut().zip(self.differences) {
            let signed = if (past ^ difference) >= 0 {
                push
            } else {
                -push
            };
            *zero = saturate(((*zero * 32_640) >> 15) + signed);
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

#[inline]
fn saturate(value: i32) -> i32 {
    value.clamp(-32_768, 32_767)
}
