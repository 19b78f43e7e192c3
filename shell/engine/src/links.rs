//! The way between two neighbours: rings on which exports go to and fro; looks into none of them.

use conclave_media::{Export, Inbound, Neighbour, NeighbourId, Outbound};
use conclave_model::limits;
use rtrb::{Consumer, Producer, RingBuffer};

/// All that two workers need to exchange the sound of one stage, in the order of `workers`.
///
/// Four rings and as many exports as go round, some 550 KiB for each direction.
pub(crate) fn neighbours(workers: [usize; 2]) -> [Box<Neighbour>; 2] {
    let [one, other] = workers.map(neighbour_id);
    let (to_other, from_one) = one_way();
    let (to_one, from_other) = one_way();
    [
        Box::new(Neighbour::new(
            other,
            Box::new(to_other),
            Box::new(from_other),
        )),
        Box::new(Neighbour::new(one, Box::new(to_one), Box::new(from_one))),
    ]
}

/// A worker's number, as its neighbours know it.
pub(crate) fn neighbour_id(worker: usize) -> NeighbourId {
    NeighbourId(u16::try_from(worker).expect("there are fewer workers than ports"))
}

struct Away {
    full: Producer<Box<Export>>,
    blank: Consumer<Box<Export>>,
}

struct Back {
    full: Consumer<Box<Export>>,
    blank: Producer<Box<Export>>,
}

fn one_way() -> (Away, Back) {
    let (full_in, full) = RingBuffer::new(limits::EXPORTS);
    let (mut blank_in, blank) = RingBuffer::new(limits::EXPORTS);
    for _ in 0..limits::EXPORTS {
        // Cannot fail: the ring has room for all of them.
        let _ = blank_in.push(Box::new(Export::new()));
    }
    let away = Away {
        full: full_in,
        blank,
    };
    let back = Back {
        full,
        blank: blank_in,
    };
    (away, back)
}

impl Outbound for Away {
    fn blank(&mut self) -> Option<Box<Export>> {
        self.blank.pop().ok()
    }

    fn send(&mut self, export: Box<Export>) {
        // Cannot fail: no more go round than the ring has room for.
        let _ = self.full.push(export);
    }
}

impl Inbound for Back {
    fn next(&mut self) -> Option<Box<Export>> {
        self.full.pop().ok()
    }

    fn give_back(&mut self, export: Box<Export>) {
        // Cannot fail: no more go round than the ring has room for.
        let _ = self.blank.push(export);
    }
}
