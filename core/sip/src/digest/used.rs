//! Which nonce was used how often: a proof counts once; forgets nothing that could come again.

use std::collections::BTreeMap;

use super::nonce::Nonce;

/// How many counts below the highest one are remembered: requests of one phone overtake each other
/// by a few.
const WINDOW: u32 = 64;

/// The nonces that proved something, and up to which one all are forgotten.
#[derive(Debug, Default)]
pub(super) struct UsedNonces {
    counts: BTreeMap<Nonce, Counts>,
    /// This one and all made before it are not taken any more.
    forgotten: Option<Nonce>,
}

/// The highest count, and which of the [`WINDOW`] up to it were used, the highest in bit 0.
#[derive(Clone, Copy, Debug)]
struct Counts {
    highest: u32,
    used: u64,
}

impl UsedNonces {
    pub(super) fn len(&self) -> usize {
        self.counts.len()
    }

    /// False when it was used with this count before, or may have been.
    pub(super) fn take(&mut self, nonce: Nonce, count: u32, nonces_max: usize) -> bool {
        if count == 0 || self.forgotten.is_some_and(|last| nonce <= last) {
            return false;
        }
        if let Some(counts) = self.counts.get_mut(&nonce) {
            return counts.take(count);
        }
        if self.counts.len() >= nonces_max {
            self.forget_oldest();
            if self.forgotten.is_some_and(|last| nonce <= last) {
                return false;
            }
        }
        let first = Counts {
            highest: count,
            used: 1,
        };
        self.counts.insert(nonce, first);
        true
    }

    /// Those made before are too old to be taken.
    pub(super) fn forget_before(&mut self, made_s: u32) {
        while let Some((first, _)) = self.counts.first_key_value()
            && first.made_s < made_s
        {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        if let Some((nonce, _)) = self.counts.pop_first() {
            self.forgotten = self.forgotten.max(Some(nonce));
        }
    }
}

impl Counts {
    fn take(&mut self, count: u32) -> bool {
        if count > self.highest {
            let step = count - self.highest;
            self.used = self.used.checked_shl(step).unwrap_or(0) | 1;
            self.highest = count;
            return true;
        }
        let behind = self.highest - count;
        if behind >= WINDOW || self.used & (1 << behind) != 0 {
            return false;
        }
        self.used |= 1 << behind;
        true
    }
}

#[cfg(test)]
mod tests {
    use conclave_model::{Chance, UnixMillis};

    use super::super::nonce::NonceKey;
    use super::*;

    fn nonces(seconds: impl IntoIterator<Item = u64>) -> Vec<Nonce> {
        let mut chance = Chance::from_seed([5; 32]);
        let key = NonceKey::new(&mut chance);
        let mut made = |s| key.open(&key.make(UnixMillis(s * 1000), &mut chance));
        seconds.into_iter().filter_map(&mut made).collect()
    }

    #[test]
    fn a_count_is_taken_once_and_may_be_skipped() {
        let nonce = nonces([10])[0];
        let mut used = UsedNonces::default();
        let mut take = |count| used.take(nonce, count, 10);
        assert!(!take(0));
        assert!(take(1));
        assert!(!take(1));
        assert!(take(5));
        assert!(take(3));
        assert!(!take(3));
        assert!(take(2));
        assert!(!take(1));
        assert!(take(1000));
        assert!(!take(5));
        assert!(!take(1000 - 64));
        assert!(take(1000 - 63));
        assert!(take(u32::MAX));
        assert!(!take(1000));
    }

    #[test]
    fn what_is_forgotten_is_never_taken_again() {
        let all = nonces([10, 11, 12, 13]);
        let mut used = UsedNonces::default();
        for nonce in &all[1..] {
            assert!(used.take(*nonce, 1, 2));
        }
        assert_eq!(used.len(), 2);
        assert!(!used.take(all[1], 1, 2));
        assert!(!used.take(all[0], 1, 2));
        assert!(used.take(all[2], 2, 2));
        used.forget_before(13);
        assert_eq!(used.len(), 1);
        assert!(!used.take(all[2], 3, 2));
        assert!(used.take(all[3], 2, 2));
    }
}
