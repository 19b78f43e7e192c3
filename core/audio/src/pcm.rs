//! Between 16-bit integers and floats of full scale 1.0; knows nothing of codecs.

/// `2^23 + 2^22`: adding it leaves a number's rounded value in the low bits of the float.
const ROUNDER: f32 = 12_582_912.0;
const ROUNDER_BITS: i32 = 0x4B40_0000;

/// Fills `out` with as many samples as both slices have.
pub fn from_i16(samples: &[i16], out: &mut [f32]) {
    for (float, sample) in out.iter_mut().zip(samples) {
        *float = f32::from(*sample) * (1.0 / 32_768.0);
    }
}

/// Fills `out`, rounding to the nearest and holding at full scale.
pub fn to_i16(samples: &[f32], out: &mut [i16]) {
    for (integer, sample) in out.iter_mut().zip(samples) {
        *integer = linear16(*sample) as i16;
    }
}

/// -32 768 to 32 767. Written so that a loop over it becomes SSE2: `as i32` from a float does not.
#[inline]
pub(crate) fn linear16(sample: f32) -> i32 {
    let held = (sample * 32_768.0).clamp(-32_768.0, 32_767.0);
    (held + ROUNDER).to_bits() as i32 - ROUNDER_BITS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_integer_survives_the_way_there_and_back() {
        for sample in i16::MIN..=i16::MAX {
            let mut float = [0.0];
            let mut back = [0];
            from_i16(&[sample], &mut float);
            to_i16(&float, &mut back);
            assert_eq!(back[0], sample);
        }
    }

    #[test]
    fn what_is_too_loud_is_held_at_full_scale_and_nonsense_is_not_a_panic() {
        let mut out = [0; 4];
        to_i16(&[2.0, -2.0, f32::INFINITY, f32::NAN], &mut out);
        assert_eq!(out[..3], [32_767, -32_768, 32_767]);
    }
}
