//! How loud a CELT frame is, from the coarse energies at its front (RFC 6716 §4.3); decodes none.

use super::range_decoder::{LAPLACE_TOTAL, RangeDecoder};
use crate::level;

/// The bands that are read, up to 8 kHz; the least of what a wide-band frame has.
pub const BANDS: usize = 17;

/// What a decoder would know of the energies of the frame before.
pub struct CeltEnergy {
    /// The logarithm to base 2 of each band's amplitude, less its mean.
    logs: [[f32; BANDS]; 2],
}

/// What the front of a frame says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CeltFront {
    /// About how loud it is.
    pub dbov: f32,
    /// It was coded without looking back at the frame before.
    pub is_intra: bool,
}

impl CeltEnergy {
    pub const fn new() -> Self {
        Self {
            logs: [[0.0; BANDS]; 2],
        }
    }

    /// §4.3.2.1: how much of a band's energy in the frame before is expected to be there again, for
    /// 2.5, 5, 10 and 20 ms.
    pub const TIME_WEIGHTS: [f32; 4] = [
        29_440.0 / 32_768.0,
        26_112.0 / 32_768.0,
        21_248.0 / 32_768.0,
        16_384.0 / 32_768.0,
    ];

    /// Reads one frame that begins with CELT. `scale` is 0 to 3 for 2.5, 5, 10, 20 ms.
    ///
    /// `None` if the frame says it is silent.
    pub fn read(
        &mut self,
        frame: &[u8],
        scale: usize,
        bands: usize,
        channels: usize,
    ) -> Option<CeltFront> {
        let mut coded = RangeDecoder::new(frame);
        // Table 56: silence, post-filter, transient, intra, coarse energy.
        if coded.left() == 0 || coded.bit(15) {
            self.logs = [[SILENT_LOG; BANDS]; 2];
            return None;
        }
        if channels == 1 {
            for band in 0..BANDS {
                self.logs[0][band] = self.logs[0][band].max(self.logs[1][band]);
            }
        }
        let pitch_db = pitch_db(&mut coded);
        if scale > 0 && coded.left() >= 3 {
            coded.bit(3);
        }
        let is_intra = coded.left() >= 3 && coded.bit(3);
        self.read_coarse(&mut coded, scale, is_intra, bands.min(BANDS), channels);
        if channels == 1 {
            self.logs[1] = self.logs[0];
        }
        Some(CeltFront {
            dbov: self.bands_dbov(bands.min(BANDS), channels) + pitch_db,
            is_intra,
        })
    }

    /// A frame of another layer: what comes next is coded without looking back.
    pub fn forget(&mut self) {
        self.logs = [[0.0; BANDS]; 2];
    }

    /// §4.3.2.1.
    fn read_coarse(
        &mut self,
        coded: &mut RangeDecoder<'_>,
        scale: usize,
        is_intra: bool,
        bands: usize,
        channels: usize,
    ) {
        let (time_weight, frequency_weight) = if is_intra {
            (0.0, INTRA_FREQUENCY_WEIGHT)
        } else {
            (Self::TIME_WEIGHTS[scale], FREQUENCY_WEIGHTS[scale])
        };
        let model = usize::from(is_intra);
        let mut lower = [0.0; 2];
        for band in 0..bands {
            for (logs, lower) in self.logs.iter_mut().zip(&mut lower).take(channels) {
                let step = coarse_step(coded, scale, model, band) as f32;
                logs[band] = time_weight * logs[band].max(OLD_LOG_MIN) + *lower + step;
                *lower += step - frequency_weight * step;
            }
        }
    }

    fn bands_dbov(&self, bands: usize, channels: usize) -> f32 {
        let mut power = 0.0;
        for logs in &self.logs[..channels] {
            for (log, weight) in logs[..bands].iter().zip(&WEIGHT_LOGS) {
                power += about_two_to(2.0 * log + weight);
            }
        }
        level::from_power(power / channels as f32) - FULL_SCALE_DB
    }
}

/// How many times 6 dB a band is above what was expected of it.
fn coarse_step(coded: &mut RangeDecoder<'_>, scale: usize, model: usize, band: usize) -> i32 {
    match coded.left() {
        0 => -1,
        1 => -i32::from(coded.bit(1)),
        2..15 => STEPS[coded.symbol(&[2, 1, 0], 2)],
        15.. => match coded.between(&COARSE_BOUNDS[scale][model][band]) {
            Some(symbol) => STEPS[symbol],
            None => large_step(coded, COARSE_MODEL[scale][model][band]),
        },
    }
}

/// A step beyond those of [`COARSE_BOUNDS`].
#[cold]
fn large_step(coded: &mut RangeDecoder<'_>, model: [u8; 2]) -> i32 {
    let symbol = coded.part_of_total();
    let mut sides = Sides::of(model);
    let mut magnitude = 1;
    while symbol >= sides.low + 2 * sides.size && sides.low + 2 * sides.size < LAPLACE_TOTAL {
        sides.widen();
        magnitude += 1;
    }
    let middle = (sides.low + sides.size).min(LAPLACE_TOTAL);
    if symbol < middle {
        coded.taken(sides.low, middle);
        -magnitude
    } else {
        coded.taken(middle, (middle + sides.size).min(LAPLACE_TOTAL));
        magnitude
    }
}

/// The probabilities of a step down and a step up of one size, which are the same.
struct Sides {
    /// Where the step down begins.
    low: u32,
    size: u32,
    decay: u32,
}

impl Sides {
    /// Steps of one. At least 1 is left for each of the 32 smallest.
    const fn of([zero, decay]: [u8; 2]) -> Self {
        let (low, decay) = ((zero as u32) << 7, (decay as u32) << 6);
        let rest = LAPLACE_TOTAL - 32 - low;
        Self {
            low,
            size: ((rest * (16_384 - decay)) >> 15) + 1,
            decay,
        }
    }

    /// The next larger steps.
    const fn widen(&mut self) {
        self.low += 2 * self.size;
        self.size = ((2 * (self.size - 1) * self.decay) >> 15) + 1;
    }
}

/// How much louder the pitch filter (§4.3.7.1) can make the sound than its bands are, in dB.
fn pitch_db(coded: &mut RangeDecoder<'_>) -> f32 {
    if coded.left() < 16 || !coded.bit(1) {
        return 0.0;
    }
    let octave = coded.uniform(6);
    coded.raw(4 + octave);
    let gain = coded.raw(3) as usize;
    if coded.left() >= 2 {
        coded.symbol(&[2, 1, 0], 2);
    }
    PITCH_DB[gain]
}

/// 2 to the power of `log`, straight between whole numbers: never less, 0.26 dB more at most.
fn about_two_to(log: f32) -> f32 {
    let bits = (log.clamp(-100.0, 100.0) + 127.0) * (1 << 23) as f32;
    f32::from_bits(bits as u32)
}

/// The symbols of steps in the order of their bounds.
const STEPS: [i32; 7] = [0, -1, 1, -2, 2, -3, 3];

/// For each frame size, between frames and within one, and each band: where the symbols of
/// [`STEPS`] end.
static COARSE_BOUNDS: [[[[u16; STEPS.len()]; BANDS]; 2]; 4] = coarse_bounds();

const fn coarse_bounds() -> [[[[u16; STEPS.len()]; BANDS]; 2]; 4] {
    let mut bounds = [[[[0; STEPS.len()]; BANDS]; 2]; 4];
    let mut index = 0;
    while index < 4 * 2 * BANDS {
        let (scale, model, band) = (index / BANDS / 2, index / BANDS % 2, index % BANDS);
        let mut sides = Sides::of(COARSE_MODEL[scale][model][band]);
        let bounds = &mut bounds[scale][model][band];
        bounds[0] = sides.low as u16;
        let mut symbol = 1;
        while symbol < STEPS.len() {
            bounds[symbol] = (sides.low + sides.size) as u16;
            bounds[symbol + 1] = (sides.low + 2 * sides.size) as u16;
            sides.widen();
            symbol += 2;
        }
        index += 1;
    }
    bounds
}

const SILENT_LOG: f32 = -28.0;
const OLD_LOG_MIN: f32 = -9.0;
const FREQUENCY_WEIGHTS: [f32; 4] = [
    30_147.0 / 32_768.0,
    22_282.0 / 32_768.0,
    12_124.0 / 32_768.0,
    6_554.0 / 32_768.0,
];
/// What the bands of a full-scale sound add up to, as measured; the RFC works with 16 bits.
const FULL_SCALE_DB: f32 = 93.0;
/// -20 log(1 - gain), for gains of 3/32 to 24/32.
const PITCH_DB: [f32; 8] = [0.9, 1.8, 2.9, 4.1, 5.5, 7.2, 9.3, 12.0];
const INTRA_FREQUENCY_WEIGHT: f32 = 4_915.0 / 32_768.0;

/// For each band, what is added to twice its logarithm: its mean, and what the de-emphasis at the
/// end of decoding (§4.3.7.2) does to its middle.
const WEIGHT_LOGS: [f32; BANDS] = [
    18.34, 17.89, 16.76, 15.70, 14.99, 14.27, 13.41, 12.93, 13.60, 12.82, 12.19, 11.60, 12.03,
    11.01, 9.95, 9.87, 9.15,
];

/// §4.3.2.1: for each frame size, between frames and within one, and each band: the probability of
/// no change and the decay, in parts of 256. (`e_prob_model` of the RFC's reference.)
#[rustfmt::skip]
const COARSE_MODEL: [[[[u8; 2]; BANDS]; 2]; 4] = [
    [
        [
            [72, 127], [65, 129], [66, 128], [65, 128], [64, 128], [62, 128],
            [64, 128], [64, 128], [92, 78], [92, 79], [92, 78], [90, 79],
            [116, 41], [115, 40], [114, 40], [132, 26], [132, 26],
        ],
        [
            [24, 179], [48, 138], [54, 135], [54, 132], [53, 134], [56, 133],
            [55, 132], [55, 132], [61, 114], [70, 96], [74, 88], [75, 88],
            [87, 74], [89, 66], [91, 67], [100, 59], [108, 50],
        ],
    ],
    [
        [
            [83, 78], [84, 81], [88, 75], [86, 74], [87, 71], [90, 73],
            [93, 74], [93, 74], [109, 40], [114, 36], [117, 34], [117, 34],
            [143, 17], [145, 18], [146, 19], [162, 12], [165, 10],
        ],
        [
            [23, 178], [54, 115], [63, 102], [66, 98], [69, 99], [74, 89],
            [71, 91], [73, 91], [78, 89], [86, 80], [92, 66], [93, 64],
            [102, 59], [103, 60], [104, 60], [117, 52], [123, 44],
        ],
    ],
    [
        [
            [61, 90], [93, 60], [105, 42], [107, 41], [110, 45], [116, 38],
            [113, 38], [112, 38], [124, 26], [132, 27], [136, 19], [140, 20],
            [155, 14], [159, 16], [158, 18], [170, 13], [177, 10],
        ],
        [
            [21, 178], [59, 110], [71, 86], [75, 85], [84, 83], [91, 66],
            [88, 73], [87, 72], [92, 75], [98, 72], [105, 58], [107, 54],
            [115, 52], [114, 55], [112, 56], [129, 51], [132, 40],
        ],
    ],
    [
        [
            [42, 121], [96, 66], [108, 43], [111, 40], [117, 44], [123, 32],
            [120, 36], [119, 33], [127, 33], [134, 34], [139, 21], [147, 23],
            [152, 20], [158, 25], [154, 26], [166, 21], [173, 16],
        ],
        [
            [22, 178], [63, 114], [74, 82], [84, 83], [92, 82], [103, 62],
            [96, 72], [96, 67], [101, 73], [107, 72], [113, 55], [118, 52],
            [125, 52], [118, 52], [117, 55], [135, 49], [137, 39],
        ],
    ],
];
