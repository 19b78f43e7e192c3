//! The constants of ITU-T G.722: quantisers, adaptation and the quadrature mirror filter.

/// Table 8: the decision levels of the 6-bit quantiser.
const Q6: [i32; 29] = [
    35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714, 786, 858, 940, 1023,
    1121, 1219, 1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919,
];

/// Above this all differences are in the last interval.
pub const RATIO_MAX: u32 = Q6[Q6.len() - 1] as u32;

/// QUANTL turned round: how many decision levels a ratio of difference and step has reached.
pub static INTERVAL: [u8; RATIO_MAX as usize + 1] = {
    let mut table = [0; RATIO_MAX as usize + 1];
    let (mut ratio, mut interval) = (0, 0);
    while ratio < table.len() {
        while interval < Q6.len() && Q6[interval] as usize <= ratio {
            interval += 1;
        }
        table[ratio] = interval as u8;
        ratio += 1;
    }
    table
};

/// Table 9: output codes by interval for positive and for negative differences. Of the 32 the last
/// two have no interval.
pub static CODE: [[u8; 32]; 2] = [
    [
        61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45, 44, 43, 42, 41, 40, 39,
        38, 37, 36, 35, 34, 33, 32, 32, 32,
    ],
    [
        63, 62, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11,
        10, 9, 8, 7, 6, 5, 4, 4, 4,
    ],
];

/// Table 12 (WL) by way of table 10 (RL42): the step's change for each 4-bit code.
pub const STEP_LOW: [i32; 16] = [
    -60, 3042, 1198, 538, 334, 172, 58, -30, 3042, 1198, 538, 334, 172, 58, -30, -60,
];

/// Table 17 (WH) by way of table 16 (RH2): the step's change for each 2-bit code.
pub const STEP_HIGH: [i32; 4] = [798, -214, 798, -214];

/// Table 13 (ILB): the fractional part of the inverse logarithm, 32 steps an octave.
const INVERSE_LOG: [i32; 32] = [
    2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834,
    2896, 2960, 3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008,
];

/// SCALEL and SCALEH: the step size for each 64 of its logarithm, up to where that is held.
pub static STEP_SIZE_LOW: [i16; 18_432 / 64 + 1] = step_sizes(8);
pub static STEP_SIZE_HIGH: [i16; 22_528 / 64 + 1] = step_sizes(10);

/// What 2^42 is over each of the steps of the lower band, rounded up from below or from the very
/// number: a number of 27 bits times it, without the last 42 bits, is that number over the step.
pub static STEP_INVERSE_LOW: [u64; STEP_SIZE_LOW.len()] = {
    let sizes: [i16; STEP_SIZE_LOW.len()] = step_sizes(8);
    let mut inverses = [0; STEP_SIZE_LOW.len()];
    let mut index = 0;
    while index < sizes.len() {
        inverses[index] = (1 << 42) / sizes[index] as u64 + 1;
        index += 1;
    }
    inverses
};

const fn step_sizes<const N: usize>(octaves: usize) -> [i16; N] {
    let mut sizes = [0; N];
    let mut index = 0;
    while index < N {
        let fraction = INVERSE_LOG[index % 32] << (index / 32);
        sizes[index] = ((fraction >> octaves) << 2) as i16;
        index += 1;
    }
    sizes
}

/// Table 11 (QM4): the difference for each 4-bit code, which both ends predict from.
pub const QM4: [i32; 16] = [
    0, -20456, -12896, -8968, -6288, -4240, -2584, -1200, 20456, 12896, 8968, 6288, 4240, 2584,
    1200, 0,
];

/// Table 18 (QM2): the difference for each 2-bit code of the higher band.
pub const QM2: [i32; 4] = [-7408, -1616, 7408, 1616];

/// The same by sign and interval, as [`CODE`]: an encoder need not wait for its code.
pub static QM4_BY_INTERVAL: [[i32; 32]; 2] = {
    let mut differences = [[0; 32]; 2];
    let mut index = 0;
    while index < 64 {
        let (sign, interval) = (index / 32, index % 32);
        differences[sign][interval] = QM4[CODE[sign][interval] as usize >> 2];
        index += 1;
    }
    differences
};

/// Table 20 (QM6): the difference for each 6-bit code, which is heard.
pub const QM6: [i32; 64] = [
    -136, -136, -136, -136, -24808, -21904, -19008, -16704, -14984, -13512, -12280, -11192, -10232,
    -9360, -8576, -7856, -7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576, -3168, -2776,
    -2400, -2032, -1688, -1360, -1040, -728, 24808, 21904, 19008, 16704, 14984, 13512, 12280,
    11192, 10232, 9360, 8576, 7856, 7192, 6576, 6000, 5456, 4944, 4464, 4008, 3576, 3168, 2776,
    2400, 2032, 1688, 1360, 1040, 728, 432, 136, -432, -136,
];

/// Table 5, every second of the 24 taps; the other twelve are the same in reverse.
pub const QMF: [i16; 12] = [3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11];
