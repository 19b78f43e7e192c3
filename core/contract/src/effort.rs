//! How much work the media plane may make of its sound; knows no load.

use conclave_model::limits;

/// What every stage keeps to until the next `Command::SetEffort`; a data plane begins with
/// [`Effort::FULL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Mixed at once in one room, from `limits::TALKERS_LEAST` to `limits::TALKERS`. Nobody is cut
    /// off: who is heard when it becomes less stays until silent.
    pub talkers_max: usize,
    pub opus: OpusEffort,
}

/// How hard Opus encoders try.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OpusEffort {
    #[default]
    Full,
    /// The lowest complexity, whatever it costs in quality; and no voice is cleaned of noise.
    Least,
}

impl Effort {
    pub const FULL: Effort = Effort {
        talkers_max: limits::TALKERS,
        opus: OpusEffort::Full,
    };
}

impl Default for Effort {
    fn default() -> Self {
        Effort::FULL
    }
}
