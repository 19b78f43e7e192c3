//! How loud something is; does not decide whether it is speech.
//!
//! Levels are in dBov: 0 is a square wave at full scale, a full-scale sine is -3 (RFC 6464 §3).

use crate::g711::{self, Law};

/// What digital silence is called.
pub const SILENCE_DBOV: f32 = -127.0;

/// The level of the samples, [`SILENCE_DBOV`] to about 0 (above it when samples pass ±1.0).
#[must_use]
pub fn dbov(samples: &[f32]) -> f32 {
    from_power(mean_square(samples))
}

/// The level of G.711 codes, exactly that of their samples, without decoding them.
#[must_use]
pub fn dbov_of_g711(law: Law, codes: &[u8]) -> f32 {
    let squares = match law {
        Law::Mu => &MU_SQUARES,
        Law::A => &A_SQUARES,
    };
    let mut sums = [0.0; 4];
    let (fours, rest) = codes.as_chunks::<4>();
    for four in fours {
        for lane in 0..4 {
            sums[lane] += squares[usize::from(four[lane])];
        }
    }
    let rest = rest.iter().map(|code| squares[usize::from(*code)]);
    let sum = sums.iter().copied().chain(rest).sum::<f32>();
    from_power(sum / codes.len().max(1) as f32)
}

/// The square of the loudest of G.711 codes: none of their means is above it. A few instructions,
/// for magnitudes rise with the codes.
#[must_use]
pub fn peak_square_of_g711(law: Law, codes: &[u8]) -> f32 {
    let (inverted, squares) = match law {
        Law::Mu => (0x7F, &MU_SQUARES),
        Law::A => (0x55, &A_SQUARES),
    };
    let magnitudes = codes.iter().map(|code| (code ^ inverted) & 0x7F);
    let loudest = magnitudes.fold(0, u8::max);
    squares[usize::from(loudest ^ inverted)]
}

/// The mean of the squares; 1.0 is 0 dBov.
#[must_use]
pub fn mean_square(samples: &[f32]) -> f32 {
    // Eight sums side by side, so that the compiler may use whole registers.
    let mut sums = [0.0; 8];
    let (eights, rest) = samples.as_chunks::<8>();
    for eight in eights {
        for (sum, sample) in sums.iter_mut().zip(eight) {
            *sum += sample * sample;
        }
    }
    let rest = rest.iter().map(|sample| sample * sample);
    let sum = sums.iter().copied().chain(rest).sum::<f32>();
    sum / samples.len().max(1) as f32
}

/// dBov of a mean square.
#[must_use]
pub fn from_power(mean_square: f32) -> f32 {
    (10.0 * mean_square.max(1e-13).log10()).max(SILENCE_DBOV)
}

const fn squares(law: Law) -> [f32; 256] {
    let mut squares = [0.0; 256];
    let mut code = 0;
    while code < 256 {
        let sample = g711::to_linear16(law, code as u8) as f32 / 32_768.0;
        squares[code] = sample * sample;
        code += 1;
    }
    squares
}

static MU_SQUARES: [f32; 256] = squares(Law::Mu);
static A_SQUARES: [f32; 256] = squares(Law::A);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_scale_is_zero_and_its_sine_is_3_db_less() {
        assert!(dbov(&[1.0; 160]).abs() < 1e-4);
        let sine: Vec<f32> = (0..160)
            .map(|n| (n as f32 * std::f32::consts::FRAC_PI_8).sin())
            .collect();
        assert!((dbov(&sine) + 3.01).abs() < 0.01);
        assert_eq!(dbov(&[0.0; 160]), SILENCE_DBOV);
        assert_eq!(dbov(&[]), SILENCE_DBOV);
    }

    #[test]
    fn codes_are_as_loud_as_their_samples() {
        let codes: Vec<u8> = (0..163).map(|n| (n * 7 % 256) as u8).collect();
        for law in [Law::Mu, Law::A] {
            let mut samples = [0.0; 163];
            g711::decode(law, &codes, &mut samples);
            let difference = dbov(&samples) - dbov_of_g711(law, &codes);
            assert!(difference.abs() < 1e-3, "{difference}");
        }
        assert!(dbov_of_g711(Law::A, &[g711::silence(Law::A); 160]) < -70.0);
    }

    #[test]
    fn no_code_is_above_the_peak_and_the_loudest_is_it() {
        for law in [Law::Mu, Law::A] {
            for loudest in 0..=255_u8 {
                let codes = [g711::silence(law), loudest, g711::silence(law)];
                let mut samples = [0.0; 3];
                g711::decode(law, &codes, &mut samples);
                let peak = samples.iter().fold(0.0_f32, |peak, x| peak.max(x * x));
                assert_eq!(peak_square_of_g711(law, &codes), peak, "{law:?} {loudest}");
            }
        }
    }
}
