//! How much was not heard, and why; draws no graph.

/// Totals since the start of one [`crate::Guard`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Of sources that are blocked.
    pub dropped_blocked: u64,
    /// Of scanners.
    pub dropped_scanner: u64,
    /// What is no SIP.
    pub dropped_garbage: u64,
    /// Too many of one stranger.
    pub dropped_paced: u64,
    /// Too many of strangers that were not heard of before.
    pub dropped_newcomers: u64,
    /// Answers not sent, since somebody else may have asked under that address.
    pub answers_held: u64,
    /// Blocks made because of offences.
    pub blocks_made: u64,
}
