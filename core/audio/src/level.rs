//! How loud something is; does not decide whether it is speech.
//!
//! Levels are in dBov: 0 is a square wave at full scale, a full-scale sine is -3 (RFC 6464 §3).

/// What digital silence is called.
pub const SILENCE_DBOV: f32 = -127.0;

/// The level of the samples, [`SILENCE_DBOV`] to about 0 (above it when samples pass ±1.0).
#[must_use]
pub fn dbov(samples: &[f32]) -> f32 {
    from_power(mean_square(samples))
}

/// The mean of the squares; 1.0 is 0 dBov.
#[must_use]
pub fn mean_square(samples: &[f32]) -> f32 {
    samples.iter().map(|x| x * x).sum::<f32>() / samples.len().max(1) as f32
}

/// dBov of a mean square.
#[must_use]
pub fn from_power(mean_square: f32) -> f32 {
    (10.0 * mean_square.max(1e-13).log10()).max(SILENCE_DBOV)
}
