//! One loudness for all music, whoever mastered it; changes nothing but the gain.

use conclave_contract::Clip;
use ebur128::{EbuR128, Mode};

/// Brings a song to [`MUSIC_LUFS`], or as near as its peaks and its noise allow.
///
/// Too short or too quiet to be measured (EBU R 128 needs 400 ms above -70 LUFS): left as it is.
/// Says how loud it was before, in LUFS.
pub(crate) fn level(samples: &mut [i16]) -> Option<f64> {
    let (loudness, gain) = gain_for(samples)?;
    for sample in samples {
        *sample = (f32::from(*sample) * gain).round() as i16;
    }
    Some(loudness)
}

fn gain_for(samples: &[i16]) -> Option<(f64, f32)> {
    let mut meter = EbuR128::new(1, Clip::SAMPLE_RATE_HZ, Mode::I | Mode::TRUE_PEAK).ok()?;
    meter.add_frames_i16(samples).ok()?;
    let loudness = meter.loudness_global().ok()?;
    if !loudness.is_finite() {
        return None;
    }
    let wanted_db = (MUSIC_LUFS - loudness).min(GAIN_MAX_DB);
    let peak = meter.true_peak(0).ok()?;
    let ceiling = 10f64.powf(TRUE_PEAK_DB / 20.0) / peak.max(f64::EPSILON);
    let gain = 10f64.powf(wanted_db / 20.0).min(ceiling);
    Some((loudness, gain as f32))
}

/// A little softer than our prompts, which are spoken at -20 dB: music waits, it does not call.
const MUSIC_LUFS: f64 = -24.0;
/// EBU R 128 allows -1 dB true peak; codecs downstream overshoot by about as much again.
const TRUE_PEAK_DB: f64 = -2.0;
/// More would raise the hiss of an old recording to the loudness of music.
const GAIN_MAX_DB: f64 = 18.0;

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(amplitude: f32, seconds: usize) -> Vec<i16> {
        let turn = std::f32::consts::TAU * 997.0 / 16_000.0;
        (0..16_000 * seconds)
            .map(|n| ((turn * n as f32).sin() * amplitude * 32_767.0) as i16)
            .collect()
    }

    fn loudness(samples: &[i16]) -> f64 {
        let mut meter = EbuR128::new(1, 16_000, Mode::I).unwrap();
        meter.add_frames_i16(samples).unwrap();
        meter.loudness_global().unwrap()
    }

    #[test]
    fn loud_and_quiet_songs_come_out_alike() {
        for amplitude in [0.9, 0.2, 0.03] {
            let mut song = tone(amplitude, 3);
            let before = loudness(&song);
            let told = level(&mut song).unwrap();
            assert!((told - before).abs() < 0.01, "{told}");
            assert!((loudness(&song) - MUSIC_LUFS).abs() < 0.3, "{amplitude}");
        }
    }

    #[test]
    fn a_quiet_song_with_one_bang_is_not_driven_into_clipping() {
        let mut song = tone(0.01, 3);
        song[20_000] = 30_000;
        level(&mut song);
        assert!(song.iter().all(|sample| sample.unsigned_abs() < 32_767));
    }

    #[test]
    fn silence_and_scraps_stay_as_they_are() {
        let mut silence = vec![0; 32_000];
        assert_eq!(level(&mut silence), None);
        assert!(silence.iter().all(|&sample| sample == 0));
        let mut scrap = tone(0.5, 1)[..1_000].to_vec();
        let before = scrap.clone();
        level(&mut scrap);
        assert_eq!(scrap, before);
    }
}
