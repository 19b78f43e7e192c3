//! Finds the tones of keys in sound, each press once; knows nothing of RFC 4733.

use conclave_model::Digit;

use crate::SampleRate;

/// Detector for a leg whose peer did not agree to telephone events (ITU-T Q.23, Q.24).
///
/// A key counts when its two tones, within 1.8 % of their frequencies, are there for 40 ms; it may
/// count again after 40 ms without it. What is speech is refused by its harmonics, by all that is
/// not the two tones, and by the difference of their levels.
pub struct InbandDtmf {
    tones: Goertzel,
    block_samples: usize,
    filled: usize,
    power: f32,
    press: Press,
}

const ROWS_HZ: [f32; 4] = [697.0, 770.0, 852.0, 941.0];
const COLUMNS_HZ: [f32; 4] = [1_209.0, 1_336.0, 1_477.0, 1_633.0];
/// Rows, columns, and twice the columns. Twice a row lies too near to a column.
const TONES: usize = 12;
/// 102 samples at 8 kHz: bins 78 Hz wide, so that 1.8 % of 1633 Hz is in and 3.5 % is weak; three
/// blocks are 38 ms, and a tone of 40 ms fills at least two of them.
const BLOCK_US: u32 = 12_750;
/// A key must be alone in two blocks in a row, and fill part of a third.
const BLOCKS_TO_PRESS: u32 = 2;
/// Three blocks without it are the pause; one or two are a drop-out within a press.
const BLOCKS_TO_RELEASE: u32 = 3;
/// The weaker tone: -36 dBov and more. Q.24 asks for -25 dBm; a phone's own tones are above -20.
const TONE_POWER_MIN: f32 = 2.5e-4;
/// The higher tone may be 6 dB louder and 11 dB weaker than the lower. Q.24 says 4 and 8; tones
/// that are off their frequency look up to 2 dB weaker.
const TWIST_HIGH: f32 = 4.0;
const TWIST_LOW: f32 = 12.6;
/// The two tones are nearly all the power there is.
const PURITY_MIN: f32 = 0.75;
/// Any other tone of the same group is 8 dB weaker.
const NEIGHBOUR_MAX: f32 = 0.16;
/// Twice the higher tone's frequency: a voice has harmonics, a key has none above -12 dB.
const HARMONIC_MAX: f32 = 0.06;

/// What is pressed as far as is known.
#[derive(Clone, Copy)]
enum Press {
    Nothing,
    Maybe { key: Digit, blocks: u32 },
    Counted { key: Digit, missing: u32 },
}

impl InbandDtmf {
    #[must_use]
    pub fn new(rate: SampleRate) -> Self {
        let mut frequencies = [0.0; TONES];
        frequencies[..4].copy_from_slice(&ROWS_HZ);
        frequencies[4..8].copy_from_slice(&COLUMNS_HZ);
        frequencies[8..].copy_from_slice(&COLUMNS_HZ.map(|hz| 2.0 * hz));
        Self {
            tones: Goertzel::at(&frequencies, rate),
            block_samples: (u64::from(rate.hz()) * u64::from(BLOCK_US) / 1_000_000) as usize,
            filled: 0,
            power: 0.0,
            press: Press::Nothing,
        }
    }

    /// Takes the next samples (20 ms or less) and says which key was recognised in them, once for
    /// each press.
    #[must_use]
    pub fn push(&mut self, mut samples: &[f32]) -> Option<Digit> {
        let mut pressed = None;
        while !samples.is_empty() {
            let missing = self.block_samples - self.filled;
            let (block, rest) = samples.split_at(missing.min(samples.len()));
            self.tones.push(block);
            self.power += block.iter().map(|x| x * x).sum::<f32>();
            self.filled += block.len();
            samples = rest;
            if self.filled == self.block_samples {
                let key = self.end_block();
                pressed = self.press.next(key).or(pressed);
            }
        }
        pressed
    }

    fn end_block(&mut self) -> Option<Digit> {
        let length = self.block_samples as f32;
        let total = self.power / length;
        let powers = self.tones.take_powers(length);
        self.power = 0.0;
        self.filled = 0;
        key_of(&powers, total)
    }
}

/// `powers`: of the rows, the columns, and twice the columns; `total`: of everything.
fn key_of(powers: &[f32; TONES], total: f32) -> Option<Digit> {
    let (row, column) = (loudest(&powers[..4]), loudest(&powers[4..8]));
    let (low, high) = (powers[row], powers[4 + column]);
    let is_key = low.min(high) >= TONE_POWER_MIN
        && high <= low * TWIST_HIGH
        && low <= high * TWIST_LOW
        && low + high >= total * PURITY_MIN
        && others(&powers[..4], row) <= low * NEIGHBOUR_MAX
        && others(&powers[4..8], column) <= high * NEIGHBOUR_MAX
        && powers[8 + column] <= high * HARMONIC_MAX;
    is_key
        .then(|| Digit::from_char(KEYS[row][column]))
        .flatten()
}

const KEYS: [[char; 4]; 4] = [
    ['1', '2', '3', 'A'],
    ['4', '5', '6', 'B'],
    ['7', '8', '9', 'C'],
    ['*', '0', '#', 'D'],
];

fn loudest(powers: &[f32]) -> usize {
    let ranked = powers.iter().enumerate();
    ranked
        .max_by(|one, other| one.1.total_cmp(other.1))
        .map_or(0, |(index, _)| index)
}

fn others(powers: &[f32], loudest: usize) -> f32 {
    let rest = powers.iter().enumerate();
    rest.filter(|(index, _)| *index != loudest)
        .map(|(_, power)| *power)
        .fold(0.0, f32::max)
}

impl Press {
    /// Takes what one block holds; says a key when it counts.
    fn next(&mut self, seen: Option<Digit>) -> Option<Digit> {
        let (press, counted) = match (*self, seen) {
            (Press::Counted { key, .. }, Some(same)) if same == key => {
                (Press::Counted { key, missing: 0 }, None)
            }
            (Press::Counted { key, missing }, None) if missing + 1 < BLOCKS_TO_RELEASE => {
                let missing = missing + 1;
                (Press::Counted { key, missing }, None)
            }
            (Press::Maybe { key, blocks }, Some(same)) if same == key => {
                if blocks + 1 >= BLOCKS_TO_PRESS {
                    (Press::Counted { key, missing: 0 }, Some(key))
                } else {
                    let blocks = blocks + 1;
                    (Press::Maybe { key, blocks }, None)
                }
            }
            (Press::Nothing | Press::Maybe { .. } | Press::Counted { .. }, Some(key)) => {
                (Press::Maybe { key, blocks: 1 }, None)
            }
            (Press::Nothing | Press::Maybe { .. } | Press::Counted { .. }, None) => {
                (Press::Nothing, None)
            }
        };
        *self = press;
        counted
    }
}

/// The powers of all frequencies in a block; side by side, so that four cost as much as one.
struct Goertzel {
    coefficients: [f32; TONES],
    last: [f32; TONES],
    before: [f32; TONES],
}

impl Goertzel {
    fn at(frequencies: &[f32; TONES], rate: SampleRate) -> Self {
        let turn = std::f32::consts::TAU / rate.hz() as f32;
        Self {
            coefficients: frequencies.map(|hz| 2.0 * (turn * hz).cos()),
            last: [0.0; TONES],
            before: [0.0; TONES],
        }
    }

    fn push(&mut self, samples: &[f32]) {
        let (mut last, mut before) = (self.last, self.before);
        for sample in samples {
            let mut next = [0.0; TONES];
            for tone in 0..TONES {
                next[tone] = sample + self.coefficients[tone] * last[tone] - before[tone];
            }
            (before, last) = (last, next);
        }
        (self.last, self.before) = (last, before);
    }

    /// The mean squares of the sines that were found; begins the next block.
    fn take_powers(&mut self, length: f32) -> [f32; TONES] {
        let mut powers = [0.0; TONES];
        for (tone, power) in powers.iter_mut().enumerate() {
            let (last, before) = (self.last[tone], self.before[tone]);
            let square = last * last + before * before - self.coefficients[tone] * last * before;
            *power = 2.0 * square / (length * length);
        }
        self.last = [0.0; TONES];
        self.before = [0.0; TONES];
        powers
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Tone;
    use crate::pitch::tests::voice;

    const RATES: [SampleRate; 3] = [SampleRate::Hz8000, SampleRate::Hz16000, SampleRate::Hz48000];
    const ALL: &str = "1234567890*#ABCD";

    fn frequencies(key: char) -> (f32, f32) {
        let row = KEYS.iter().position(|row| row.contains(&key)).unwrap();
        let column = KEYS[row].iter().position(|other| *other == key).unwrap();
        (ROWS_HZ[row], COLUMNS_HZ[column])
    }

    /// A key for `on_ms`, then a pause; `off` is the tones' error, `twist_db` the higher's gain.
    fn press(
        rate: SampleRate,
        key: char,
        on_ms: u32,
        off_ms: u32,
        off: f32,
        twist_db: f32,
    ) -> Vec<f32> {
        let (low, high) = frequencies(key);
        let louder = 0.2 * 10.0_f32.powf(twist_db / 20.0);
        let mut tone = Tone::dual(rate, (low * off, 0.2), (high * off, louder));
        let mut sound = vec![0.0; rate.samples_in_ms(on_ms + off_ms)];
        tone.fill(&mut sound[..rate.samples_in_ms(on_ms)]);
        sound
    }

    fn heard(rate: SampleRate, sound: &[f32]) -> String {
        let mut detector = InbandDtmf::new(rate);
        let frames = sound.chunks(rate.frame_samples());
        frames
            .filter_map(|frame| detector.push(frame))
            .map(Digit::to_char)
            .collect()
    }

    #[test]
    fn every_key_is_heard_once_at_every_rate_however_long_it_is_held() {
        for rate in RATES {
            for on_ms in [60, 100, 1_000] {
                let dialled = |key| press(rate, key, on_ms, 60, 1.0, 0.0);
                let sound: Vec<f32> = ALL.chars().flat_map(dialled).collect();
                assert_eq!(heard(rate, &sound), ALL, "{rate:?} {on_ms} ms");
            }
        }
    }

    #[test]
    fn the_same_key_twice_with_a_pause_is_two_presses() {
        let dialled = |key| press(SampleRate::Hz8000, key, 70, 60, 1.0, 0.0);
        let sound: Vec<f32> = "5544477".chars().flat_map(dialled).collect();
        assert_eq!(heard(SampleRate::Hz8000, &sound), "5544477");
    }

    #[test]
    fn a_drop_out_within_a_press_does_not_make_two() {
        let mut sound = press(SampleRate::Hz8000, '7', 200, 60, 1.0, 0.0);
        sound[800..880].fill(0.0);
        assert_eq!(heard(SampleRate::Hz8000, &sound), "7");
    }

    #[test]
    fn tones_a_little_off_and_unequal_are_heard() {
        for off in [0.985, 1.015] {
            for twist_db in [-8.0, 0.0, 4.0] {
                let dialled = |key| press(SampleRate::Hz8000, key, 80, 60, off, twist_db);
                let sound: Vec<f32> = ALL.chars().flat_map(dialled).collect();
                assert_eq!(heard(SampleRate::Hz8000, &sound), ALL, "{off} {twist_db}");
            }
        }
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let rate = SampleRate::Hz8000;
        let refused = |sound: &[f32]| assert_eq!(heard(rate, sound), "");
        // Too short, too far off, too unequal, one tone alone, too quiet.
        refused(&press(rate, '5', 20, 100, 1.0, 0.0));
        refused(&press(rate, '5', 200, 60, 1.06, 0.0));
        refused(&press(rate, '5', 200, 60, 1.0, 12.0));
        let mut tone = Tone::single(rate, 770.0, 0.3);
        let mut sound = [0.0; 1_600];
        tone.fill(&mut sound);
        refused(&sound);
        let quiet: Vec<f32> = press(rate, '5', 200, 60, 1.0, 0.0);
        refused(&quiet.iter().map(|x| x * 0.02).collect::<Vec<_>>());
    }

    #[test]
    fn a_key_is_heard_through_the_noise_of_a_line() {
        let mut state = 9_u32;
        let mut noise = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            ((state >> 8) as f32 / 8_388_608.0 - 1.0) * 0.03
        };
        let dialled = |key| press(SampleRate::Hz8000, key, 80, 60, 1.0, 0.0);
        let sound: Vec<f32> = ALL.chars().flat_map(dialled).map(|x| x + noise()).collect();
        assert_eq!(heard(SampleRate::Hz8000, &sound), ALL);
    }

    #[test]
    fn two_minutes_of_voices_press_no_key() {
        let rate = SampleRate::Hz8000;
        for pitch_hz in [85.0, 110.0, 155.0, 200.0, 233.0, 320.0] {
            let sound = voice(rate, pitch_hz, rate.hz() as usize * 20);
            assert_eq!(heard(rate, &sound), "", "{pitch_hz} Hz");
        }
    }
}
