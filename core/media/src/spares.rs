//! Ears that nobody hears with at the moment, by codec; decodes nothing.
//!
//! Every leg brings one when it opens. After a second of silence it leaves it here, and takes one
//! again with the first packet that may be speech. What is too much goes to be dropped; what is too
//! little is wished for, long before there is none.

use conclave_model::Codec;

use crate::leg::Ear;

pub(crate) struct Spares {
    /// In the order of [`Codec::ALL`].
    shelves: [Shelf; Codec::ALL.len()],
}

struct Shelf {
    ears: Vec<Box<Ear>>,
    /// Somebody took one before, so somebody may again.
    is_used: bool,
    /// Wished for, and not here yet.
    wished: usize,
    /// Legs that found none in this tick.
    missed: usize,
}

impl Spares {
    pub fn new(legs_max: usize) -> Self {
        let shelf = || Shelf {
            ears: Vec::with_capacity(legs_max + KEPT_LEAST),
            is_used: false,
            wished: 0,
            missed: 0,
        };
        Self {
            shelves: Codec::ALL.map(|_| shelf()),
        }
    }

    pub fn begin_tick(&mut self) {
        for shelf in &mut self.shelves {
            shelf.missed = 0;
        }
    }

    pub fn take(&mut self, codec: Codec) -> Option<Box<Ear>> {
        let shelf = self.shelf(codec);
        shelf.is_used = true;
        let ear = shelf.ears.pop();
        shelf.missed += usize::from(ear.is_none());
        ear
    }

    /// Somebody came without one, and will want one.
    pub fn expect(&mut self, codec: Codec) {
        self.shelf(codec).is_used = true;
    }

    /// Gives it back while there is no room.
    pub fn give(&mut self, ear: Box<Ear>) -> Result<(), Box<Ear>> {
        let shelf = self.shelf(ear.codec());
        if shelf.ears.len() == shelf.ears.capacity() {
            return Err(ear);
        }
        shelf.ears.push(ear);
        Ok(())
    }

    /// One that was wished for.
    pub fn deliver(&mut self, ear: Box<Ear>) -> Result<(), Box<Ear>> {
        let shelf = self.shelf(ear.codec());
        shelf.wished = shelf.wished.saturating_sub(1);
        self.give(ear)
    }

    /// One that `legs` legs can do without.
    pub fn take_surplus(&mut self, legs: usize) -> Option<Box<Ear>> {
        let kept = KEPT_LEAST.min(legs) + legs / LEGS_PER_KEPT;
        let mut full = self.shelves.iter_mut();
        full.find(|shelf| shelf.ears.len() > kept)?.ears.pop()
    }

    /// A codec of which one more should be brought, so that `legs` legs never find none.
    pub fn take_wish(&mut self, legs: usize) -> Option<Codec> {
        let least = LEAST.min(legs);
        let mut shelves = self.shelves.iter_mut().zip(Codec::ALL);
        let (shelf, codec) = shelves.find(|(shelf, _)| {
            shelf.is_used && shelf.ears.len() + shelf.wished < least + shelf.missed
        })?;
        shelf.wished += 1;
        Some(codec)
    }

    fn shelf(&mut self, codec: Codec) -> &mut Shelf {
        let at = Codec::ALL.iter().position(|known| *known == codec);
        &mut self.shelves[at.expect("a codec is one of all")]
    }
}

/// Fewer than this are too few: a quarrel in a room, and two more that begin at the same moment.
const LEAST: usize = 8;
/// As many are always kept, so that silence and speech by turns cause no traffic.
const KEPT_LEAST: usize = 16;
const LEGS_PER_KEPT: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    fn ear() -> Box<Ear> {
        Box::new(Ear::new(Codec::Pcmu))
    }

    #[test]
    fn a_shelf_that_runs_low_is_filled_and_one_that_nobody_uses_is_not() {
        let mut spares = Spares::new(100);
        assert_eq!(spares.take_wish(100), None);
        assert!(spares.take(Codec::Pcmu).is_none());
        let wishes = std::iter::from_fn(|| spares.take_wish(100)).collect::<Vec<_>>();
        assert_eq!(wishes, [Codec::Pcmu; LEAST + 1]);
        for _ in wishes {
            assert!(spares.deliver(ear()).is_ok());
        }
        spares.begin_tick();
        assert_eq!(spares.take_wish(100), None);
        assert!(spares.take(Codec::Pcmu).is_some() && spares.take(Codec::Pcmu).is_some());
        assert_eq!(spares.take_wish(100), Some(Codec::Pcmu));
    }

    #[test]
    fn who_comes_without_one_is_provided_for_before_the_first_word() {
        let mut spares = Spares::new(100);
        spares.expect(Codec::G722);
        assert_eq!(spares.take_wish(1), Some(Codec::G722));
        assert_eq!(spares.take_wish(1), None);
    }

    #[test]
    fn what_is_too_much_for_so_many_legs_is_given_away() {
        let mut spares = Spares::new(100);
        for _ in 0..100 {
            assert!(spares.give(ear()).is_ok());
        }
        let surplus =
            |spares: &mut Spares, legs| std::iter::from_fn(|| spares.take_surplus(legs)).count();
        assert_eq!(surplus(&mut spares, 96), 100 - 22);
        assert_eq!(surplus(&mut spares, 0), 22, "nobody is left to need one");
    }
}
