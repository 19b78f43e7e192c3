//! The step size of one band of G.722: differences to codes and back; predicts nothing.

use super::tables::{
    CODE, INTERVAL, QM2, QM4, QM6, RATIO_MAX, STEP_HIGH, STEP_LOW, STEP_SIZE_HIGH, STEP_SIZE_LOW,
};

/// Encoder and decoder keep it alike. Names in brackets are the standard's.
#[derive(Clone, Copy)]
pub struct LowStep {
    /// The logarithm of the step size (NB).
    log: i32,
    /// The step size (DET), 32 at its least.
    size: i32,
}

#[derive(Clone, Copy)]
pub struct HighStep {
    log: i32,
    /// 8 at its least.
    size: i32,
}

impl LowStep {
    /// QUANTL: the code for what the estimate misses.
    ///
    /// The standard asks of each decision level whether `level * size >> 12` is at most the
    /// magnitude, that is, whether the level is at most `((magnitude + 1) << 12) - 1` over `size`.
    #[inline]
    pub fn code(&self, difference: i32) -> u8 {
        let magnitude = (difference ^ (difference >> 31)) as u32;
        let ratio = (magnitude << 12 | 4_095) / (self.size as u32).max(1);
        let interval = usize::from(INTERVAL[ratio.min(RATIO_MAX) as usize]);
        CODE[usize::from(difference < 0)][interval & 31]
    }

    /// INVQBL: the difference as it is heard.
    #[inline]
    pub fn heard(&self, code: u8) -> i16 {
        scaled(self.size, QM6[usize::from(code & 63)])
    }

    /// INVQAL, then LOGSCL and SCALEL: the difference to predict from, and the next step.
    #[inline]
    pub fn advance(&mut self, code: u8) -> i16 {
        let difference = scaled(self.size, QM4[usize::from(code >> 2) & 15]);
        self.follow(code);
        self.size = self.followed();
        difference
    }

    /// Follows the logarithm alone.
    #[inline]
    pub fn follow(&mut self, code: u8) {
        let kept = self.log.wrapping_mul(127) >> 7;
        let moved = kept.wrapping_add(STEP_LOW[usize::from(code >> 2) & 15]);
        self.log = moved.clamp(0, 18_432);
    }

    /// The step size where [`Self::follow`] is.
    #[inline]
    pub fn followed(&self) -> i32 {
        i32::from(STEP_SIZE_LOW[(self.log >> 6) as usize])
    }
}

impl HighStep {
    /// QUANTH
    #[inline]
    pub fn code(&self, difference: i32) -> u8 {
        let magnitude = difference ^ (difference >> 31);
        let is_large = magnitude >= 564_i32.wrapping_mul(self.size) >> 12;
        let sign = u8::from(difference >= 0) << 1;
        sign | u8::from(!is_large)
    }

    /// INVQAH, LOGSCH, SCALEH: the difference, heard and to predict from, and the next step.
    #[inline]
    pub fn advance(&mut self, code: u8) -> i16 {
        let code = usize::from(code & 3);
        let difference = scaled(self.size, QM2[code]);
        let kept = self.log.wrapping_mul(127) >> 7;
        self.log = kept.wrapping_add(STEP_HIGH[code]).clamp(0, 22_528);
        self.size = i32::from(STEP_SIZE_HIGH[(self.log >> 6) as usize]);
        difference
    }
}

impl Default for LowStep {
    fn default() -> Self {
        Self { log: 0, size: 32 }
    }
}

impl Default for HighStep {
    fn default() -> Self {
        Self { log: 0, size: 8 }
    }
}

/// Both have 15 bits and a sign, and so has the result.
#[inline]
fn scaled(size: i32, factor: i32) -> i16 {
    (size.wrapping_mul(factor) >> 15) as i16
}
