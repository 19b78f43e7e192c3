//! How much one sound differs from another; knows neither phones nor codecs.

use conclave_audio::{SampleRate, level, measure};

/// The power of the difference, in dB of the second.
pub fn difference_db(one: &[f32], other: &[f32]) -> f32 {
    assert_eq!(one.len(), other.len());
    let error: f32 = one.iter().zip(other).map(|(a, b)| (a - b).powi(2)).sum();
    let power: f32 = other.iter().map(|x| x * x).sum();
    10.0 * ((error + 1e-12) / (power + 1e-9)).log10()
}

/// By how many samples `late` lags behind `early`: 0 to `most`, where they are most alike.
pub fn lag(early: &[f32], late: &[f32], most: usize) -> usize {
    let length = early.len().min(late.len()) - most;
    let alike = |lag: &usize| {
        let pairs = early[..length].iter().zip(&late[*lag..]);
        pairs.map(|(a, b)| f64::from(a * b)).sum::<f64>()
    };
    (0..=most)
        .max_by(|a, b| alike(a).total_cmp(&alike(b)))
        .unwrap()
}

/// How alike two sounds are whatever their level: 1.0 for the same.
pub fn likeness(one: &[f32], other: &[f32]) -> f32 {
    let dot = |a: &[f32], b: &[f32]| -> f64 {
        let products = a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b));
        products.sum()
    };
    (dot(one, other) / (dot(one, one) * dot(other, other)).sqrt().max(1e-12)) as f32
}

/// What a click has and a voice does not, in windows of `window` samples: the sixth difference, its
/// root mean square. It weighs the top of the band 30 dB (at 48 kHz: 60 dB) more than 3 kHz.
pub fn crackle(sound: &[f32], window: usize) -> Vec<f32> {
    let mut sharp = sound.to_vec();
    for _ in 0..6 {
        sharp = sharp.windows(2).map(|two| two[1] - two[0]).collect();
    }
    let powers = sharp.chunks_exact(window).map(level::mean_square);
    powers.map(f32::sqrt).collect()
}

/// How much louder or softer the bands of a voice are than in `other`, in dB, on the mean over all
/// windows of 100 ms and all bands that can be heard beside the loudest.
pub fn timbre_db(rate: SampleRate, one: &[f32], other: &[f32]) -> f32 {
    let window = rate.samples_in_ms(100);
    let pairs = one.chunks_exact(window).zip(other.chunks_exact(window));
    let (mut sum, mut count) = (0.0, 0.0_f32);
    for (one, other) in pairs.filter(|(_, other)| level::dbov(other) > -45.0) {
        let bands = BANDS_HZ.map(|hz| (band(one, rate, hz), band(other, rate, hz)));
        let loudest = bands.iter().fold(0.0, |most: f32, band| most.max(band.1));
        for (one, other) in bands.iter().filter(|(_, other)| *other > loudest * 0.001) {
            sum += (10.0 * (one / other).log10()).abs();
            count += 1.0;
        }
    }
    sum / count
}

/// The power in a band of 50 Hz, as five frequencies that fit the window see it.
fn band(window: &[f32], rate: SampleRate, hz: f32) -> f32 {
    let near = (-2..=2_i16).map(|step| hz + 10.0 * f32::from(step));
    near.map(|hz| measure::amplitude_at(window, rate.hz(), hz).powi(2))
        .sum()
}

const BANDS_HZ: [f32; 8] = [
    150.0, 300.0, 500.0, 800.0, 1_200.0, 1_800.0, 2_500.0, 3_200.0,
];
