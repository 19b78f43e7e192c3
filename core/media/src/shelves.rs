//! Things of one kind that nobody uses at the moment, by codec; knows not what they are.
//!
//! What is too much goes to be dropped; what is too little is wished for, long before there is
//! none.

use conclave_model::Codec;

pub(crate) struct Shelves<T> {
    /// In the order of [`Codec::ALL`].
    shelves: [Shelf<T>; Codec::ALL.len()],
    stock: Stock,
}

/// How many of each codec there should be.
#[derive(Clone, Copy)]
pub(crate) struct Stock {
    /// Fewer are too few.
    pub least: usize,
    /// As many are always kept, so that taking and giving by turns cause no traffic.
    pub kept_least: usize,
    /// And one more for so many legs.
    pub legs_per_kept: usize,
}

struct Shelf<T> {
    spares: Vec<T>,
    /// Somebody took one before, so somebody may again.
    is_used: bool,
    /// Wished for, and not here yet.
    wished: usize,
    /// Legs that found none in this tick.
    missed: usize,
}

impl<T> Shelves<T> {
    pub fn new(legs_max: usize, stock: Stock) -> Self {
        let shelf = || Shelf {
            spares: Vec::with_capacity(legs_max + stock.kept_least),
            is_used: false,
            wished: 0,
            missed: 0,
        };
        Self {
            shelves: Codec::ALL.map(|_| shelf()),
            stock,
        }
    }

    pub fn begin_tick(&mut self) {
        for shelf in &mut self.shelves {
            shelf.missed = 0;
        }
    }

    pub fn take(&mut self, codec: Codec) -> Option<T> {
        let shelf = self.shelf(codec);
        shelf.is_used = true;
        let spare = shelf.spares.pop();
        shelf.missed += usize::from(spare.is_none());
        spare
    }

    /// Whether there is one to take; who finds none is provided for.
    pub fn has(&mut self, codec: Codec) -> bool {
        let shelf = self.shelf(codec);
        shelf.is_used = true;
        shelf.missed += usize::from(shelf.spares.is_empty());
        !shelf.spares.is_empty()
    }

    /// Somebody came without one, and will want one.
    pub fn expect(&mut self, codec: Codec) {
        self.shelf(codec).is_used = true;
    }

    /// Gives it back while there is no room.
    pub fn give(&mut self, codec: Codec, spare: T) -> Result<(), T> {
        let shelf = self.shelf(codec);
        if shelf.spares.len() == shelf.spares.capacity() {
            return Err(spare);
        }
        shelf.spares.push(spare);
        Ok(())
    }

    /// One that was wished for.
    pub fn deliver(&mut self, codec: Codec, spare: T) -> Result<(), T> {
        let shelf = self.shelf(codec);
        shelf.wished = shelf.wished.saturating_sub(1);
        self.give(codec, spare)
    }

    /// One that `legs` legs can do without.
    pub fn take_surplus(&mut self, legs: usize) -> Option<T> {
        let kept = self.stock.kept_least.min(legs) + legs / self.stock.legs_per_kept;
        let mut full = self.shelves.iter_mut();
        full.find(|shelf| shelf.spares.len() > kept)?.spares.pop()
    }

    /// A codec of which one more should be brought, so that `legs` legs never find none.
    pub fn take_wish(&mut self, legs: usize) -> Option<Codec> {
        let least = self.stock.least.min(legs);
        let mut shelves = self.shelves.iter_mut().zip(Codec::ALL);
        let (shelf, codec) = shelves.find(|(shelf, _)| {
            shelf.is_used && shelf.spares.len() + shelf.wished < least + shelf.missed
        })?;
        shelf.wished += 1;
        Some(codec)
    }

    fn shelf(&mut self, codec: Codec) -> &mut Shelf<T> {
        let at = Codec::ALL.iter().position(|known| *known == codec);
        &mut self.shelves[at.expect("a codec is one of all")]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STOCK: Stock = Stock {
        least: 8,
        kept_least: 16,
        legs_per_kept: 16,
    };

    fn shelves() -> Shelves<()> {
        Shelves::new(100, STOCK)
    }

    #[test]
    fn a_shelf_that_runs_low_is_filled_and_one_that_nobody_uses_is_not() {
        let mut shelves = shelves();
        assert_eq!(shelves.take_wish(100), None);
        assert!(shelves.take(Codec::Pcmu).is_none());
        let wishes = std::iter::from_fn(|| shelves.take_wish(100)).collect::<Vec<_>>();
        assert_eq!(wishes, [Codec::Pcmu; STOCK.least + 1]);
        for codec in wishes {
            assert!(shelves.deliver(codec, ()).is_ok());
        }
        shelves.begin_tick();
        assert_eq!(shelves.take_wish(100), None);
        assert!(shelves.take(Codec::Pcmu).is_some() && shelves.take(Codec::Pcmu).is_some());
        assert_eq!(shelves.take_wish(100), Some(Codec::Pcmu));
    }

    #[test]
    fn who_comes_without_one_is_provided_for_before_the_first_word() {
        let mut shelves = shelves();
        shelves.expect(Codec::G722);
        assert_eq!(shelves.take_wish(1), Some(Codec::G722));
        assert_eq!(shelves.take_wish(1), None);
    }

    #[test]
    fn who_only_asked_is_provided_for_too() {
        let mut shelves = shelves();
        assert!(!shelves.has(Codec::Opus));
        assert_eq!(shelves.take_wish(0), Some(Codec::Opus));
        assert!(shelves.deliver(Codec::Opus, ()).is_ok());
        assert!(shelves.has(Codec::Opus));
    }

    #[test]
    fn what_is_too_much_for_so_many_legs_is_given_away() {
        let mut shelves = shelves();
        for _ in 0..100 {
            assert!(shelves.give(Codec::Pcmu, ()).is_ok());
        }
        let surplus = |shelves: &mut Shelves<()>, legs| {
            std::iter::from_fn(|| shelves.take_surplus(legs)).count()
        };
        assert_eq!(surplus(&mut shelves, 96), 100 - 22);
        assert_eq!(surplus(&mut shelves, 0), 22, "nobody is left to need one");
    }
}
