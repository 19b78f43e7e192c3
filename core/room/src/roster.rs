//! The table of everybody who is at the door or in the room; counts are computed, never kept.

/// How many are where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// At the door: not heard, not announced, not counted as present.
    pub at_door: usize,
    pub active: usize,
    /// Of the active.
    pub muted: usize,
}
