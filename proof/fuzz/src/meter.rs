//! What one try cost in memory, as somebody who counts allocations tells; counts none itself.

/// Tells how many bytes this thread has allocated so far, and how many it holds at most.
///
/// Only a program has an allocator, so it hands this in.
pub trait Meter {
    /// Begins to count from nothing.
    fn reset(&self);
    /// The most bytes that were held at once since then, beyond those of the beginning.
    fn most_held(&self) -> usize;
}

/// Without one: memory is not judged.
#[derive(Clone, Copy, Debug, Default)]
pub struct Metered;

impl Meter for Metered {
    fn reset(&self) {}

    fn most_held(&self) -> usize {
        0
    }
}
