//! The step size of one band of G.722: differences to codes and back; predicts nothing.

use super::tables::{
    CODE, INTERVAL, QM2, QM4, QM4_BY_INTERVAL, QM6, RATIO_MAX, STEP_HIGH, STEP_INVERSE_LOW,
    STEP_LOW, STEP_SIZE_HIGH, STEP_SIZE_LOW,
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
    /// QUANTL and INVQAL, then LOGSCL and SCALEL: the code for what the estimate misses, and the
    /// difference to predict from.
    ///
    /// The standard asks of each decision level whether `level * size >> 12` is at most the
    /// magnitude, that is, whether the level is at most `((magnitude + 1) << 12) - 1` over `size`.
    #[inline]
    pub fn encode(&mut self, missed: i16) -> (u8, i16) {
        let magnitude = (missed ^ (missed >> 15)) as u64;
        let ratio = over_step(magnitude << 12 | 4_095, self.log);
        let interval = usize::from(INTERVAL[ratio.min(u64::from(RATIO_MAX)) as usize] & 31);
        let sign = usize::from(missed < 0);
        let difference = scaled(self.size, QM4_BY_INTERVAL[sign][interval]);
        let code = CODE[sign][interval];
        self.follow(code);
        self.size = self.followed();
        (code, difference)
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
    /// QUANTH, then as [`Self::advance`].
    #[inline]
    pub fn encode(&mut self, missed: i16) -> (u8, i16) {
        let magnitude = i32::from(missed ^ (missed >> 15));
        let is_large = magnitude >= 564_i32.wrapping_mul(self.size) >> 12;
        let sign = u8::from(missed >= 0) << 1;
        let code = sign | u8::from(!is_large);
        (code, self.advance(code))
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

/// `value` has 27 bits. Multiplying takes a third of the time of dividing, and all others wait.
#[inline]
fn over_step(value: u64, log: i32) -> u64 {
    value.wrapping_mul(STEP_INVERSE_LOW[(log >> 6) as usize]) >> 42
}

/// Both have 15 bits and a sign, and so has the result.
#[inline]
fn scaled(size: i32, factor: i32) -> i16 {
    (size.wrapping_mul(factor) >> 15) as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn multiplying_with_the_inverse_is_dividing() {
        for (index, size) in STEP_SIZE_LOW.iter().enumerate() {
            let log = i32::try_from(index).unwrap() << 6;
            for magnitude in 0..32_768 {
                let value = magnitude << 12 | 4_095;
                let expected = value / u64::try_from(*size).unwrap();
                assert_eq!(over_step(value, log), expected, "{magnitude} {size}");
            }
        }
    }
}
