//! G.711 µ-law and A-law, bit for bit as ITU-T G.191 computes them; knows nothing of packets.
//!
//! Both laws are a floating-point format of eight bits, so an `f32` of the magnitude already holds
//! segment and step in its top bits. That is branch-free, and four samples go at once.

use crate::pcm::linear16;

/// Which of the two laws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Law {
    Mu,
    A,
}

/// What an idle line carries: 0 in µ-law, the smallest positive step in A-law.
#[must_use]
pub const fn silence(law: Law) -> u8 {
    match law {
        Law::Mu => 0xFF,
        Law::A => 0xD5,
    }
}

/// Fills `out` with as many samples as there are codes and room; returns how many.
pub fn decode(law: Law, codes: &[u8], out: &mut [f32]) -> usize {
    let table = match law {
        Law::Mu => &MU_TO_FLOAT,
        Law::A => &A_TO_FLOAT,
    };
    for (sample, code) in out.iter_mut().zip(codes) {
        *sample = table[usize::from(*code)];
    }
    codes.len().min(out.len())
}

/// Fills `out` with as many codes as there are samples and room; returns how many.
pub fn encode(law: Law, samples: &[f32], out: &mut [u8]) -> usize {
    match law {
        Law::Mu => {
            for (code, sample) in out.iter_mut().zip(samples) {
                *code = mu_code(linear16(*sample));
            }
        }
        Law::A => {
            for (code, sample) in out.iter_mut().zip(samples) {
                *code = a_code(linear16(*sample));
            }
        }
    }
    samples.len().min(out.len())
}

/// The 16-bit value of a code.
#[must_use]
pub const fn to_linear16(law: Law, code: u8) -> i16 {
    match law {
        Law::Mu => mu_linear(code),
        Law::A => a_linear(code),
    }
}

/// G.711 table 2a: 14 bits, magnitude biased by 33 so that every segment begins at a power of two.
#[inline]
fn mu_code(linear: i32) -> u8 {
    let sign = linear >> 31;
    let magnitude = (((linear ^ sign) >> 2) + 33).min(0x1FFF);
    let segment_and_step = ((magnitude as f32).to_bits() >> 19) as i32 - ((127 + 5) << 4);
    !(segment_and_step | (sign & 0x80)) as u8
}

/// G.711 table 1a: 12 bits and sign; the first two segments are linear; even bits inverted.
#[inline]
fn a_code(linear: i32) -> u8 {
    let sign = linear >> 31;
    let magnitude = (linear ^ sign) >> 4;
    let segment_and_step = ((magnitude as f32).to_bits() >> 19) as i32 - ((127 + 3) << 4);
    let code = if magnitude < 16 {
        magnitude
    } else {
        segment_and_step
    };
    ((code | (!sign & 0x80)) ^ 0x55) as u8
}

const fn mu_linear(code: u8) -> i16 {
    let code = !code;
    let segment = (code >> 4) & 7;
    let step = (code & 15) as i16;
    let magnitude = (((step << 1) + 33) << segment) - 33;
    let scaled = magnitude << 2;
    if code & 0x80 == 0 { scaled } else { -scaled }
}

const fn a_linear(code: u8) -> i16 {
    let code = code ^ 0x55;
    let segment = (code >> 4) & 7;
    let step = (code & 15) as i16;
    let middle = (step << 4) + 8;
    let magnitude = match segment {
        0 => middle,
        _ => (middle + 0x100) << (segment - 1),
    };
    if code & 0x80 == 0 {
        -magnitude
    } else {
        magnitude
    }
}

const fn table(law: Law) -> [f32; 256] {
    let mut table = [0.0; 256];
    let mut code = 0;
    while code < 256 {
        table[code] = to_linear16(law, code as u8) as f32 / 32_768.0;
        code += 1;
    }
    table
}

static MU_TO_FLOAT: [f32; 256] = table(Law::Mu);
static A_TO_FLOAT: [f32; 256] = table(Law::A);

#[cfg(test)]
mod tests {
    use super::*;

    /// The searching encoder of G.191's `ulaw_compress`, as its text describes it.
    fn mu_by_search(linear: i16) -> u8 {
        let magnitude = if linear < 0 {
            ((!linear) >> 2) + 33
        } else {
            (linear >> 2) + 33
        };
        let magnitude = magnitude.min(0x1FFF);
        let mut segment = 1;
        let mut rest = magnitude >> 6;
        while rest != 0 {
            segment += 1;
            rest >>= 1;
        }
        let high = 8 - segment;
        let low = 15 - ((magnitude >> segment) & 15);
        let code = ((high << 4) | low) as u8;
        if linear >= 0 { code | 0x80 } else { code }
    }

    fn a_by_search(linear: i16) -> u8 {
        let mut step = if linear < 0 {
            (!linear) >> 4
        } else {
            linear >> 4
        };
        if step > 15 {
            let mut segment = 1;
            while step > 31 {
                step >>= 1;
                segment += 1;
            }
            step += (segment << 4) - 16;
        }
        let code = if linear >= 0 { step | 0x80 } else { step };
        (code ^ 0x55) as u8
    }

    #[test]
    fn all_65536_values_encode_as_the_itu_reference_does() {
        for linear in i16::MIN..=i16::MAX {
            assert_eq!(
                mu_code(i32::from(linear)),
                mu_by_search(linear),
                "µ {linear}"
            );
            assert_eq!(a_code(i32::from(linear)), a_by_search(linear), "A {linear}");
        }
    }

    #[test]
    fn known_codes_have_their_known_values() {
        // G.711 tables 1 and 2, scaled to 16 bits.
        assert_eq!(to_linear16(Law::Mu, 0x80), 32_124);
        assert_eq!(to_linear16(Law::Mu, 0x00), -32_124);
        assert_eq!(to_linear16(Law::Mu, 0xFF), 0);
        assert_eq!(to_linear16(Law::Mu, 0x7F), 0);
        assert_eq!(to_linear16(Law::Mu, 0xFE), 8);
        assert_eq!(to_linear16(Law::A, 0xAA), 32_256);
        assert_eq!(to_linear16(Law::A, 0x2A), -32_256);
        assert_eq!(to_linear16(Law::A, 0xD5), 8);
        assert_eq!(to_linear16(Law::A, 0x55), -8);
    }

    #[test]
    fn every_code_survives_decoding_and_encoding() {
        for law in [Law::Mu, Law::A] {
            for code in 0..=255 {
                let mut sample = [0.0];
                let mut back = [0];
                decode(law, &[code], &mut sample);
                encode(law, &sample, &mut back);
                // µ-law has two zeros; the negative one becomes the positive.
                let expected = if law == Law::Mu && code == 0x7F {
                    0xFF
                } else {
                    code
                };
                assert_eq!(back[0], expected, "{law:?} {code:#x}");
            }
        }
    }

    #[test]
    fn the_error_is_at_most_half_a_step() {
        for linear in (i16::MIN + 700..i16::MAX - 700).step_by(7) {
            let x = i32::from(linear);
            let mu = i32::from(to_linear16(Law::Mu, mu_code(x)));
            let a = i32::from(to_linear16(Law::A, a_code(x)));
            assert!((mu - x).abs() <= 4 + x.abs() / 32, "µ {x} {mu}");
            assert!((a - x).abs() <= 8 + x.abs() / 32, "A {x} {a}");
        }
    }
}
