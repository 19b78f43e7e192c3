//! Ears and encoders that nobody uses at the moment; hears nothing and encodes nothing.
//!
//! Every leg brings one of each when it opens. After a second of silence it leaves the ear here,
//! and takes one again with the first packet that may be speech. The encoder it leaves when it
//! follows a stream that another makes, and takes one again when it is to hear something of its
//! own.

use conclave_audio::Encoder;
use conclave_model::Codec;

use crate::leg::Ear;
use crate::shelves::{Shelves, Stock};

pub(crate) struct Spares {
    pub ears: Shelves<Box<Ear>>,
    pub encoders: Shelves<Encoder>,
}

/// One of them on its way to a deck or away from it.
pub enum Spare {
    Ear(Box<Ear>),
    Encoder(Encoder),
}

/// What a deck will soon be short of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    Ear(Codec),
    Encoder(Codec),
    /// For datagrams of handshakes.
    Buffers,
}

impl Spares {
    pub fn new(legs_max: usize) -> Self {
        Self {
            ears: Shelves::new(legs_max, EARS),
            encoders: Shelves::new(legs_max, ENCODERS),
        }
    }

    pub fn begin_tick(&mut self) {
        self.ears.begin_tick();
        self.encoders.begin_tick();
    }

    /// What was wished for; comes back where there is no room.
    pub fn deliver(&mut self, spare: Spare) -> Result<(), Spare> {
        let codec = spare.codec();
        match spare {
            Spare::Ear(ear) => self.ears.deliver(codec, ear).map_err(Spare::Ear),
            Spare::Encoder(encoder) => {
                let delivered = self.encoders.deliver(codec, encoder);
                delivered.map_err(Spare::Encoder)
            }
        }
    }

    /// One that `legs` legs can do without.
    pub fn take_surplus(&mut self, legs: usize) -> Option<Spare> {
        let ear = self.ears.take_surplus(legs).map(Spare::Ear);
        ear.or_else(|| self.encoders.take_surplus(legs).map(Spare::Encoder))
    }

    pub fn take_wish(&mut self, legs: usize) -> Option<Wish> {
        let ear = self.ears.take_wish(legs).map(Wish::Ear);
        ear.or_else(|| self.encoders.take_wish(legs).map(Wish::Encoder))
    }
}

impl Spare {
    #[must_use]
    pub const fn codec(&self) -> Codec {
        match self {
            Spare::Ear(ear) => ear.codec(),
            Spare::Encoder(encoder) => encoder.codec(),
        }
    }
}

/// Ten people may speak up in the same tick, and two more before the next spares are here; with
/// Opus each holds 18 KiB of libopus.
const EARS: Stock = Stock {
    least: 12,
    kept_least: 16,
    legs_per_kept: 16,
};
/// As many as Opus streams are handed over in a tick; who finds none hears what all hear for a
/// tick more.
const ENCODERS: Stock = Stock {
    least: crate::context::HANDOVERS_PER_TICK as usize,
    kept_least: 12,
    legs_per_kept: 32,
};
