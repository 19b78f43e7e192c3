//! The legs of one worker's packet I/O in slots that do not move; does nothing with them.

use conclave_media::IdIndex;
use conclave_model::LegId;

pub(crate) struct LegTable<T> {
    slots: Vec<Option<(LegId, T)>>,
    free: Vec<usize>,
    index: IdIndex,
    /// One above the highest slot that is taken.
    used: usize,
    /// Where the leg after the last one asked for most likely is.
    next: usize,
}

impl<T> LegTable<T> {
    pub fn new(legs_max: usize) -> Self {
        let mut slots = Vec::with_capacity(legs_max);
        slots.resize_with(legs_max, || None);
        Self {
            slots,
            free: (0..legs_max).rev().collect(),
            index: IdIndex::with_capacity(legs_max),
            used: 0,
            next: 0,
        }
    }

    /// False when there is no room or the leg is in already.
    pub fn insert(&mut self, leg: LegId, value: T) -> bool {
        let Some(slot) = self.free.last().copied() else {
            return false;
        };
        if !self.index.insert(leg.0, slot) {
            return false;
        }
        self.free.pop();
        self.slots[slot] = Some((leg, value));
        self.used = self.used.max(slot + 1);
        true
    }

    pub fn remove(&mut self, leg: LegId) -> Option<T> {
        let slot = self.index.remove(leg.0)?;
        self.free.push(slot);
        let (_, value) = self.slots[slot].take()?;
        while self.used > 0 && self.slots[self.used - 1].is_none() {
            self.used -= 1;
        }
        Some(value)
    }

    /// Legs are mostly asked for in the order in which they came, tick by tick.
    pub fn get_mut(&mut self, leg: LegId) -> Option<&mut T> {
        let is_next = matches!(self.slots.get(self.next), Some(Some((id, _))) if *id == leg);
        let slot = if is_next {
            self.next
        } else {
            self.index.slot(leg.0)?
        };
        self.next = slot + 1;
        let (_, value) = self.slots[slot].as_mut()?;
        Some(value)
    }

    /// Slot by slot.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (usize, LegId, &mut T)> {
        let slots = self.slots[..self.used].iter_mut().enumerate();
        slots.filter_map(|(slot, entry)| {
            let (leg, value) = entry.as_mut()?;
            Some((slot, *leg, value))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legs_are_found_in_any_order_and_gone_when_removed() {
        let mut table = LegTable::new(3);
        for leg in [5, 6, 9] {
            assert!(table.insert(LegId(leg), leg * 10));
        }
        assert!(!table.insert(LegId(10), 0), "there is room for three");
        for leg in [5, 6, 9, 6, 5, 9] {
            assert_eq!(table.get_mut(LegId(leg)).copied(), Some(leg * 10));
        }
        assert_eq!(table.get_mut(LegId(7)), None);
        assert_eq!(table.remove(LegId(6)), Some(60));
        assert_eq!(
            (table.remove(LegId(6)), table.get_mut(LegId(6))),
            (None, None)
        );
        let left: Vec<u32> = table.iter_mut().map(|(_, leg, _)| leg.0).collect();
        assert_eq!(left, [5, 9]);
        assert!(table.insert(LegId(10), 100));
        assert!(!table.insert(LegId(5), 0), "in already");
    }
}
