//! How much may be sent to one who may never have asked; knows no packet.

use conclave_model::limits;

/// What came from an address and what went there, in bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Credit {
    came: u64,
    went: u64,
}

impl Credit {
    pub fn came(&mut self, bytes: usize) {
        self.came = self.came.saturating_add(bytes as u64);
    }

    /// Whether so much more may go; then it counts as gone.
    pub fn spend(&mut self, bytes: usize) -> bool {
        let after = self.went.saturating_add(bytes as u64);
        let may = after <= self.came.saturating_mul(limits::ANSWER_FACTOR);
        if may {
            self.went = after;
        }
        may
    }
}
