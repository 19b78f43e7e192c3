//! Which UDP ports of the range are free; binds none of them.

use std::collections::VecDeque;
use std::ops::RangeInclusive;

/// Even ports, given out in turn: a port that was given back rests as long as it can, so that late
/// packets of an old call do not meet a new one.
pub(crate) struct PortPool {
    free: VecDeque<u16>,
}

impl PortPool {
    /// The even ports of the range whose neighbour above is in it too.
    pub fn new(range: &RangeInclusive<u16>) -> Self {
        let even = |port: &u16| port.is_multiple_of(2) && *port < *range.end() && *port > 0;
        Self {
            free: range.clone().filter(even).collect(),
        }
    }

    pub fn take(&mut self) -> Option<u16> {
        self.free.pop_front()
    }

    pub fn give_back(&mut self, port: u16) {
        self.free.push_back(port);
    }

    pub fn free(&self) -> usize {
        self.free.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_pairs_are_given_out_and_each_rests_before_it_comes_again() {
        let mut pool = PortPool::new(&(10_001..=10_006));
        assert_eq!(pool.free(), 2);
        assert_eq!(pool.take(), Some(10_002));
        pool.give_back(10_002);
        assert_eq!(pool.take(), Some(10_004));
        assert_eq!(pool.take(), Some(10_002));
        assert_eq!(pool.take(), None);
    }
}
