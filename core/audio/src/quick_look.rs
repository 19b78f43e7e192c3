//! Whether a payload can be speech, guessed without decoding it; never sees RTP headers.

use conclave_model::Codec;

/// What a glance at a payload says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Hint {
    /// Nothing that anybody would hear.
    Silent,
    /// Cannot tell without decoding.
    Maybe,
    /// Loud, or marked as speech by its encoder.
    Speech,
}

/// Looks at every payload of one leg, in order.
pub struct QuickLook {
    codec: Codec,
}

impl QuickLook {
    #[must_use]
    pub fn new(codec: Codec) -> Self {
        Self { codec }
    }

    #[must_use]
    pub fn look(&mut self, _payload: &[u8]) -> Hint {
        let _ = self.codec;
        Hint::Maybe
    }
}
