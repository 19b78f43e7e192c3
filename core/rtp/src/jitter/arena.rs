//! Room for payloads of any size in one fixed piece of memory; knows not whose they are.

/// 128 blocks; a payload takes as many in a row as it needs.
///
/// The lowest free run is taken, so a quiet leg touches the same few lines of memory all the time.
#[derive(Debug)]
pub(super) struct Arena {
    bytes: Box<[u8]>,
    block_bytes: usize,
    /// A bit for each block.
    free: u128,
}

/// Where a payload lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    first_block: u8,
    blocks: u8,
    bytes: u16,
}

impl Arena {
    pub(super) fn new(block_bytes: usize) -> Self {
        Self {
            bytes: vec![0; BLOCKS * block_bytes].into_boxed_slice(),
            block_bytes,
            free: u128::MAX,
        }
    }

    /// Copies `payload` in; `None` while no run of blocks is free that is long enough.
    pub(super) fn store(&mut self, payload: &[u8]) -> Option<Place> {
        let blocks = payload.len().div_ceil(self.block_bytes).max(1);
        if blocks > BLOCKS {
            return None;
        }
        let mut starts = self.free;
        for offset in 1..blocks {
            starts &= self.free >> offset;
        }
        let first_block = u8::try_from(starts.trailing_zeros()).ok()?;
        if starts == 0 {
            return None;
        }
        let place = Place {
            first_block,
            blocks: blocks as u8,
            bytes: u16::try_from(payload.len()).ok()?,
        };
        self.free &= !place.mask();
        let start = usize::from(first_block) * self.block_bytes;
        self.bytes[start..start + payload.len()].copy_from_slice(payload);
        Some(place)
    }

    /// The bytes stay readable until the next `store`.
    pub(super) fn release(&mut self, place: Place) {
        self.free |= place.mask();
    }

    pub(super) fn bytes(&self, place: Place) -> &[u8] {
        let start = usize::from(place.first_block) * self.block_bytes;
        &self.bytes[start..start + usize::from(place.bytes)]
    }
}

impl Place {
    fn mask(self) -> u128 {
        (u128::MAX >> (BLOCKS - usize::from(self.blocks))) << self.first_block
    }
}

const BLOCKS: usize = 128;
/// Longer ones are refused: what an RTP packet can hold at most.
pub(super) const PAYLOAD_BYTES_MAX: usize =
    conclave_model::limits::RTP_PACKET_BYTES - crate::packet::HEADER_BYTES;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payloads_of_every_size_come_out_as_they_went_in() {
        let mut arena = Arena::new(32);
        for round in 0..50_usize {
            let small = vec![round as u8; 1 + round];
            let large = vec![round as u8 ^ 0xff; PAYLOAD_BYTES_MAX - round];
            let at_small = arena.store(&small).unwrap();
            let at_large = arena.store(&large).unwrap();
            assert_eq!(arena.bytes(at_small), small);
            assert_eq!(arena.bytes(at_large), large);
            arena.release(at_small);
            arena.release(at_large);
        }
        assert_eq!(arena.free, u128::MAX);
    }

    #[test]
    fn it_fills_up_and_is_whole_again() {
        let mut arena = Arena::new(128);
        let mut places: Vec<Place> = std::iter::from_fn(|| arena.store(&[1; 1_275])).collect();
        assert_eq!(places.len(), 12);
        let rest: Vec<Place> = std::iter::from_fn(|| arena.store(&[])).collect();
        assert_eq!(rest.len(), 8);
        arena.release(places.remove(5));
        assert!(arena.store(&[1; 1_281]).is_none());
        assert!(arena.store(&[1; 1_280]).is_some());
    }
}
