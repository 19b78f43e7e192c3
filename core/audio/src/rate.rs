//! The sample rates that sound has inside the server; refuses any other.

use conclave_model::{Codec, limits};

/// A sample rate between which [`crate::Resampler`] can convert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SampleRate {
    Hz8000,
    Hz16000,
    Hz24000,
    Hz48000,
}

impl SampleRate {
    pub const ALL: [SampleRate; 4] = [
        SampleRate::Hz8000,
        SampleRate::Hz16000,
        SampleRate::Hz24000,
        SampleRate::Hz48000,
    ];

    /// The rate of what the codec carries, and so of the mix made for it.
    #[must_use]
    pub const fn of(codec: Codec) -> Self {
        match codec {
            Codec::Pcmu | Codec::Pcma => SampleRate::Hz8000,
            Codec::G722 => SampleRate::Hz16000,
            Codec::Opus => SampleRate::Hz48000,
        }
    }

    #[must_use]
    pub const fn hz(self) -> u32 {
        match self {
            SampleRate::Hz8000 => 8_000,
            SampleRate::Hz16000 => 16_000,
            SampleRate::Hz24000 => 24_000,
            SampleRate::Hz48000 => 48_000,
        }
    }

    /// Samples in one tick of [`limits::FRAME_MS`].
    #[must_use]
    pub const fn frame_samples(self) -> usize {
        self.samples_in_ms(limits::FRAME_MS)
    }

    #[must_use]
    pub const fn samples_in_ms(self, ms: u32) -> usize {
        (self.hz() / 1_000 * ms) as usize
    }
}
