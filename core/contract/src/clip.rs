//! A piece of recorded sound that may be played by many at once.

use std::ops::Range;
use std::sync::Arc;

/// Mono 16-bit samples at [`Clip::SAMPLE_RATE_HZ`], shared without copying.
#[derive(Clone)]
pub struct Clip {
    samples: Arc<[i16]>,
    part: Range<usize>,
}

impl Clip {
    /// Every prompt and spoken name is kept at 16 kHz: the rate of a good telephone voice.
    pub const SAMPLE_RATE_HZ: u32 = 16_000;

    #[must_use]
    pub fn new(samples: impl Into<Arc<[i16]>>) -> Self {
        let samples = samples.into();
        let part = 0..samples.len();
        Self { samples, part }
    }

    /// A part of a buffer, cut at its end: what was recorded needs no copy to be heard.
    #[must_use]
    pub fn part_of(samples: Arc<[i16]>, part: Range<usize>) -> Self {
        let end = part.end.min(samples.len());
        let part = part.start.min(end)..end;
        Self { samples, part }
    }

    #[must_use]
    pub fn samples(&self) -> &[i16] {
        &self.samples[self.part.clone()]
    }

    #[must_use]
    pub fn duration_ms(&self) -> u64 {
        self.part.len() as u64 * 1_000 / u64::from(Self::SAMPLE_RATE_HZ)
    }
}

impl std::fmt::Debug for Clip {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Clip({} ms)", self.duration_ms())
    }
}
