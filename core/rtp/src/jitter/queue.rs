//! Packets by number in a fixed window, with their bytes; knows no time.

use std::time::Duration;

use conclave_model::Codec;

use super::arena::{Arena, Place};
use super::{Nanos, Stored};
use crate::{AudioLevel, RtpPacket};

/// Up to [`WINDOW`] packets, numbered from `next` on.
#[derive(Debug)]
#[repr(C)]
pub(super) struct Queue {
    slots: Box<[Option<Slot>]>,
    /// Bit n: there is a packet whose number is n in the window, in slot `cells[n]`.
    taken: u64,
    /// A bit for each slot that is free. The lowest is taken first: a stream that is not late uses
    /// the same one all the time, so that its memory is few lines and not one more with each tick.
    free: u64,
    sounds: usize,
    /// How many of those delivered last are kept.
    kept: usize,
    newest: usize,
    /// The packets delivered last; `newest` is where the last one is.
    delivered: [Option<Place>; DELIVERED_MAX + 1],
    arena: Arena,
    cells: [u8; WINDOW],
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    /// Extended sequence number.
    pub number: i64,
    pub media: Nanos,
    pub duration: Nanos,
    /// `None`: it holds a number and no sound.
    codec: Option<Codec>,
    payload_type: u8,
    marker: bool,
    timestamp: u32,
    level: Option<AudioLevel>,
    place: Place,
}

/// What belongs to a packet beside its own fields.
pub(super) struct Timing {
    pub number: i64,
    pub media: Nanos,
    pub duration: Nanos,
}

impl Queue {
    /// Remembers the `delivered` packets before the last one delivered, no more than
    /// [`DELIVERED_MAX`].
    pub(super) fn new(block_bytes: usize, delivered: usize) -> Self {
        Self {
            kept: delivered.min(DELIVERED_MAX) + 1,
            arena: Arena::new(block_bytes),
            slots: vec![None; WINDOW].into_boxed_slice(),
            taken: 0,
            cells: [0; WINDOW],
            free: u64::MAX,
            sounds: 0,
            delivered: [None; DELIVERED_MAX + 1],
            newest: 0,
        }
    }

    /// Packets with sound.
    pub(super) const fn sounds(&self) -> usize {
        self.sounds
    }

    pub(super) fn get(&self, number: i64) -> Option<&Slot> {
        let at = index(number);
        if self.taken >> at & 1 == 0 {
            return None;
        }
        let slot = self.slots[usize::from(self.cells[at])].as_ref();
        slot.filter(|slot| slot.number == number)
    }

    /// The first packet from `next` up to `highest`.
    pub(super) fn first(&self, next: i64, highest: i64) -> Option<Slot> {
        if self.taken == 0 {
            return None;
        }
        (next..=highest)
            .find_map(|number| self.get(number))
            .copied()
    }

    /// The first packet with sound.
    pub(super) fn first_sound(&self, next: i64, highest: i64) -> Option<Stored<'_>> {
        if self.taken == 0 {
            return None;
        }
        (next..=highest).find_map(|number| self.show(self.get(number)?))
    }

    /// False when there is no room for the bytes. The slot must be free.
    pub(super) fn insert(
        &mut self,
        packet: &RtpPacket<'_>,
        codec: Option<Codec>,
        level: Option<AudioLevel>,
        timing: &Timing,
    ) -> bool {
        let payload = if codec.is_some() { packet.payload } else { &[] };
        let mut stored = self.arena.store(payload);
        if stored.is_none() {
            self.forget_delivered();
            stored = self.arena.store(payload);
        }
        let Some(place) = stored else {
            return false;
        };
        let slot = Slot {
            number: timing.number,
            media: timing.media,
            duration: timing.duration,
            codec,
            payload_type: packet.payload_type,
            marker: packet.marker,
            timestamp: packet.timestamp,
            level,
            place,
        };
        self.put(slot);
        true
    }

    /// Frees the slot; the bytes stay readable until the next insert.
    pub(super) fn remove(&mut self, slot: &Slot) {
        if self.take(slot) {
            self.arena.release(slot.place);
        }
    }

    /// Frees the slot, but keeps the bytes while it is among those remembered.
    pub(super) fn deliver(&mut self, slot: &Slot) {
        if self.take(slot) {
            self.newest = (self.newest + 1) % self.kept;
            if let Some(old) = self.delivered[self.newest].replace(slot.place) {
                self.arena.release(old);
            }
        }
    }

    /// The payload delivered so many packets before the last one.
    pub(super) fn delivered(&self, before: usize) -> Option<&[u8]> {
        if before >= self.kept {
            return None;
        }
        let place = self.delivered[(self.newest + self.kept - before) % self.kept]?;
        Some(self.arena.bytes(place))
    }

    fn forget_delivered(&mut self) {
        for place in &mut self.delivered {
            if let Some(place) = place.take() {
                self.arena.release(place);
            }
        }
    }

    /// How many with sound there were.
    pub(super) fn clear(&mut self) -> u64 {
        self.forget_delivered();
        let sounds = self.sounds as u64;
        for cell in 0..WINDOW {
            if let Some(slot) = self.slots[cell] {
                self.remove(&slot);
            }
        }
        sounds
    }

    /// Its place in the window must be free; there are as many slots as places.
    fn put(&mut self, slot: Slot) {
        let (at, cell) = (index(slot.number), self.free.trailing_zeros());
        debug_assert!(self.taken >> at & 1 == 0 && self.free != 0);
        self.taken |= 1 << at;
        self.free &= !(1 << cell);
        self.cells[at] = cell as u8;
        self.slots[cell as usize] = Some(slot);
        self.sounds += usize::from(slot.is_sound());
    }

    /// False when it is not there.
    fn take(&mut self, slot: &Slot) -> bool {
        let at = index(slot.number);
        if self.taken >> at & 1 == 0 {
            return false;
        }
        let cell = self.cells[at];
        self.taken &= !(1 << at);
        self.free |= 1 << cell;
        self.slots[usize::from(cell)] = None;
        self.sounds -= usize::from(slot.is_sound());
        true
    }

    /// `None`: there is nothing to play in it.
    pub(super) fn show(&self, slot: &Slot) -> Option<Stored<'_>> {
        Some(Stored {
            codec: slot.codec?,
            payload_type: slot.payload_type,
            marker: slot.marker,
            sequence: (slot.number & 0xffff) as u16,
            timestamp: slot.timestamp,
            duration: Duration::from_nanos(slot.duration.unsigned_abs()),
            level: slot.level,
            payload: self.arena.bytes(slot.place),
        })
    }
}

impl Slot {
    pub(super) const fn is_sound(&self) -> bool {
        self.codec.is_some()
    }
}

fn index(number: i64) -> usize {
    number.rem_euclid(WINDOW_SIGNED) as usize
}

/// How many packets before the last one delivered may still be readable.
pub(super) const DELIVERED_MAX: usize = 7;
/// 640 ms of the shortest packets we ask for, above the widest jitter that is smoothed.
pub(super) const WINDOW: usize = 64;
const WINDOW_SIGNED: i64 = WINDOW as i64;
