//! The way between two decks of the city: channels of fixed size; looks into nothing.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use conclave_media::{Export, Inbound, Neighbour, NeighbourId, Outbound};
use conclave_model::limits;

/// All that two decks need to exchange the sound of one stage, in the order of `decks`.
pub(crate) fn neighbours(decks: [usize; 2]) -> [Box<Neighbour>; 2] {
    let [one, other] = decks.map(neighbour_id);
    let (to_other, from_one) = one_way();
    let (to_one, from_other) = one_way();
    [
        Box::new(Neighbour::new(other, to_other, from_other)),
        Box::new(Neighbour::new(one, to_one, from_one)),
    ]
}

/// A deck's number, as its neighbours know it.
pub(crate) fn neighbour_id(deck: usize) -> NeighbourId {
    NeighbourId(u16::try_from(deck).expect("a city has few decks"))
}

struct Away {
    full: SyncSender<Box<Export>>,
    blank: Receiver<Box<Export>>,
}

struct Back {
    full: Receiver<Box<Export>>,
    blank: SyncSender<Box<Export>>,
}

fn one_way() -> (Box<dyn Outbound>, Box<dyn Inbound>) {
    let (full_in, full) = sync_channel(limits::EXPORTS);
    let (blank_in, blank) = sync_channel(limits::EXPORTS);
    for _ in 0..limits::EXPORTS {
        // Cannot fail: the channel has room for all of them.
        let _ = blank_in.try_send(Box::new(Export::new()));
    }
    let away = Away {
        full: full_in,
        blank,
    };
    let back = Back {
        full,
        blank: blank_in,
    };
    (Box::new(away), Box::new(back))
}

impl Outbound for Away {
    fn blank(&mut self) -> Option<Box<Export>> {
        self.blank.try_recv().ok()
    }

    fn send(&mut self, export: Box<Export>) {
        // Fails only when the neighbour is gone.
        let _ = self.full.try_send(export);
    }
}

impl Inbound for Back {
    fn next(&mut self) -> Option<Box<Export>> {
        self.full.try_recv().ok()
    }

    fn give_back(&mut self, export: Box<Export>) {
        // Fails only when the neighbour is gone.
        let _ = self.blank.try_send(export);
    }
}
