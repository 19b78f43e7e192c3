//! The way between two decks of a test: channels of fixed size; delays nothing by itself.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use conclave_media::{Export, Inbound, Neighbour, NeighbourId, Outbound};
use conclave_model::limits;

struct Sender {
    sent: SyncSender<Box<Export>>,
    blanks: Receiver<Box<Export>>,
}

struct Arrivals {
    sent: Receiver<Box<Export>>,
    blanks: SyncSender<Box<Export>>,
}

impl Outbound for Sender {
    fn blank(&mut self) -> Option<Box<Export>> {
        self.blanks.try_recv().ok()
    }

    fn send(&mut self, export: Box<Export>) {
        assert!(self.sent.try_send(export).is_ok(), "no more go round");
    }
}

impl Inbound for Arrivals {
    fn next(&mut self) -> Option<Box<Export>> {
        self.sent.try_recv().ok()
    }

    fn give_back(&mut self, export: Box<Export>) {
        // Refused only by a deck that is gone.
        let _ = self.blanks.try_send(export);
    }
}

fn one_way() -> (Sender, Arrivals) {
    let (sent_in, sent) = sync_channel(limits::EXPORTS);
    let (blanks_in, blanks) = sync_channel(limits::EXPORTS);
    for _ in 0..limits::EXPORTS {
        blanks_in.try_send(Box::new(Export::new())).unwrap();
    }
    let sender = Sender {
        sent: sent_in,
        blanks,
    };
    let arrivals = Arrivals {
        sent,
        blanks: blanks_in,
    };
    (sender, arrivals)
}

/// What deck `one` needs to know of `other`, and `other` of `one`.
pub fn neighbours(one: u16, other: u16) -> [Box<Neighbour>; 2] {
    let (to_other, from_one) = one_way();
    let (to_one, from_other) = one_way();
    let first = Neighbour::new(NeighbourId(other), Box::new(to_other), Box::new(from_other));
    let second = Neighbour::new(NeighbourId(one), Box::new(to_one), Box::new(from_one));
    [Box::new(first), Box::new(second)]
}
