//! Puts the packets of a stream back in order, as the simplest phone does; knows no sound.

use std::collections::VecDeque;

/// Waits for a packet that is missing until three later ones are there.
#[derive(Debug, Default)]
pub(crate) struct InOrder {
    next: Option<u16>,
    waiting: VecDeque<(u16, Vec<u8>)>,
}

impl InOrder {
    /// What comes too late or twice is dropped.
    pub(crate) fn put(&mut self, sequence: u16, payload: Vec<u8>) {
        let next = *self.next.get_or_insert(sequence);
        let ahead = |of: u16| of.wrapping_sub(next);
        let is_late = ahead(sequence) > u16::MAX / 2;
        let place = self
            .waiting
            .partition_point(|(other, _)| ahead(*other) < ahead(sequence));
        let is_double = self.waiting.get(place).is_some_and(|it| it.0 == sequence);
        if !is_late && !is_double {
            self.waiting.insert(place, (sequence, payload));
        }
    }

    /// The payload whose turn it is, and whether it follows the one before.
    pub(crate) fn take(&mut self) -> Option<(Vec<u8>, bool)> {
        let first = self.waiting.front()?.0;
        let follows = self.next == Some(first);
        if !follows && self.waiting.len() <= PATIENCE_PACKETS {
            return None;
        }
        self.next = Some(first.wrapping_add(1));
        let (_, payload) = self.waiting.pop_front()?;
        Some((payload, follows))
    }
}

const PATIENCE_PACKETS: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;

    fn played(arriving: &[u16]) -> Vec<(u8, bool)> {
        let mut order = InOrder::default();
        let mut out = Vec::new();
        for sequence in arriving {
            order.put(*sequence, vec![sequence.to_be_bytes()[1]]);
            while let Some((payload, follows)) = order.take() {
                out.push((payload[0], follows));
            }
        }
        out
    }

    #[test]
    fn packets_are_played_once_and_in_order() {
        let across_zero = played(&[65_534, 0, 65_535, 65_535, 65_534, 1]);
        assert_eq!(across_zero, [254, 255, 0, 1].map(|it| (it, true)));
    }

    #[test]
    fn a_lost_packet_is_not_waited_for_without_end() {
        let heard = played(&[10, 12, 13, 14, 11, 15]);
        assert_eq!(heard, [10, 11, 12, 13, 14, 15].map(|it| (it, true)));
        let heard = played(&[10, 12, 13, 14, 15, 11]);
        let expected = [(10, true), (12, false), (13, true), (14, true), (15, true)];
        assert_eq!(heard, expected);
    }
}
