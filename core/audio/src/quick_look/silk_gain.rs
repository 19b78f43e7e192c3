//! How loud the front of a SILK frame says its residual is (RFC 6716 §4.2.7.4); decodes no sound.

use super::range_decoder::RangeDecoder;

/// The first gain of a frame that its encoder calls no speech, in dBov; `None` where something
/// stands before it that would have to be decoded first: copies of earlier frames, or the
/// prediction of a side channel.
///
/// `frame` is the first of a packet's, `frames` how many SILK frames are in it.
pub fn inactive_gain_dbov(frame: &[u8], frames: u32, channels: usize) -> Option<f32> {
    if channels != 1 {
        return None;
    }
    let mut decoder = RangeDecoder::new(frame);
    let is_speech = decoder.bit(1);
    let has_speech = (1..frames).fold(is_speech, |any, _| decoder.bit(1) | any);
    let has_copies = decoder.bit(1);
    if has_speech || has_copies {
        return None;
    }
    // §4.2.7.3: how it is quantised.
    decoder.symbol(&INACTIVE_TYPE, 8);
    let coarse = decoder.symbol(&INACTIVE_GAIN, 8) as f32;
    let fine = decoder.symbol(&GAIN_REST, 8) as f32;
    Some(GAIN_LEAST_DBOV + GAIN_STEP_DB * (8.0 * coarse + fine))
}

/// Table 9, inactive.
const INACTIVE_TYPE: [u8; 2] = [230, 0];
/// Table 11, inactive.
const INACTIVE_GAIN: [u8; 8] = [224, 112, 44, 15, 3, 2, 1, 0];
/// Table 12.
const GAIN_REST: [u8; 8] = [224, 192, 160, 128, 96, 64, 32, 0];
/// §4.2.7.4: 2^(2090/128) in Q16, of 16-bit samples.
const GAIN_LEAST_DBOV: f32 = -88.3;
/// §4.2.7.4: 0x1D1C71 in Q16, of a 128th of an octave.
const GAIN_STEP_DB: f32 = 1.369;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quick_look::opus_look::SILK_GAIN_SILENT_DBOV;

    /// What is seen of the last of three seconds of `sound`, once its encoder has got used to it.
    fn gains(bits_per_second: i32, mut sound: impl FnMut(usize) -> f32) -> Vec<f32> {
        let (channels, application) = (opus::Channels::Mono, opus::Application::Voip);
        let mut encoder = opus::Encoder::new(48_000, channels, application).unwrap();
        let bitrate = opus::Bitrate::Bits(bits_per_second);
        encoder.set_bitrate(bitrate).unwrap();
        let mut packet = [0; 400];
        let mut gains = Vec::new();
        for tick in 0..150 {
            let frame: Vec<f32> = (0..960).map(|at| sound(tick * 960 + at)).collect();
            let bytes = encoder.encode_float(&frame, &mut packet).unwrap();
            assert!(packet[0] >> 3 < 16, "SILK comes first");
            if tick >= 100 {
                gains.extend(inactive_gain_dbov(&packet[1..bytes], 1, 1));
            }
        }
        gains
    }

    fn noise(dbov: f32) -> impl FnMut(usize) -> f32 {
        let mut state = 3_u32;
        let peak = 3.0_f32.sqrt() * 10.0_f32.powf(dbov / 20.0);
        move |_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            ((state >> 8) as f32 / 8_388_608.0 - 1.0) * peak
        }
    }

    fn sine(hz: f32, amplitude: f32) -> impl Fn(usize) -> f32 {
        move |at| amplitude * (at as f32 * hz / 48_000.0 * std::f32::consts::TAU).sin()
    }

    #[test]
    fn the_noise_of_a_quiet_room_has_small_gains() {
        for bits_per_second in [12_000, 16_000, 24_000, 32_000] {
            let gains = gains(bits_per_second, noise(-66.0));
            assert_eq!(gains.len(), 50);
            let loudest = gains.iter().copied().fold(-127.0, f32::max);
            assert!(
                (-70.0..SILK_GAIN_SILENT_DBOV).contains(&loudest),
                "{loudest}"
            );
        }
    }

    #[test]
    fn a_loud_hum_or_tone_that_is_called_no_speech_has_not() {
        let hum = |at| {
            let harmonics = (1..=11_u8).map(f32::from);
            harmonics
                .map(|it| sine(125.0 * it, 0.06 / it.sqrt())(at))
                .sum()
        };
        for bits_per_second in [12_000, 16_000] {
            for gains in [
                gains(bits_per_second, hum),
                gains(bits_per_second, sine(440.0, 0.1)),
                gains(bits_per_second, sine(220.0, 0.3)),
            ] {
                assert_eq!(gains.len(), 50, "its encoder calls it background");
                let quietest = gains.iter().copied().fold(0.0, f32::min);
                assert!(quietest > SILK_GAIN_SILENT_DBOV, "{quietest}");
            }
        }
    }

    #[test]
    fn what_stands_before_the_gain_hides_it() {
        assert_eq!(inactive_gain_dbov(&[0x80, 0, 0], 1, 1), None, "speech");
        assert_eq!(inactive_gain_dbov(&[0x40, 0, 0], 1, 1), None, "copies");
        assert_eq!(
            inactive_gain_dbov(&[0x20, 0, 0], 3, 1),
            None,
            "speech in the third"
        );
        assert_eq!(inactive_gain_dbov(&[0, 0, 0], 1, 2), None, "a side channel");
        for frame in [&[][..], &[0], &[0x3f; 2], &[0xff; 9]] {
            let gain = inactive_gain_dbov(frame, 1, 1);
            assert!(gain.is_none_or(|gain| (-90.0..0.0).contains(&gain)));
        }
    }
}
