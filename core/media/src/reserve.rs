//! Ears and encoders that were given back, for the next who needs one; lives outside the tick.
//!
//! To make one costs libopus some 50 µs, half of it for asking the processor what it can do, which
//! a virtual machine has to answer itself, and pages that are mapped and cleared for it.

use conclave_audio::{Encoder, OpusSettings};
use conclave_model::Codec;

use crate::Spare;
use crate::leg::Ear;

#[derive(Default)]
pub(crate) struct Reserve {
    /// In the order of [`Codec::ALL`].
    shelves: [Shelf; Codec::ALL.len()],
}

#[derive(Default)]
struct Shelf {
    ears: Vec<Box<Ear>>,
    encoders: Vec<Encoder>,
}

impl Reserve {
    pub fn ear(&mut self, codec: Codec) -> Box<Ear> {
        match self.shelf(codec).ears.pop() {
            Some(mut ear) => {
                ear.begin(0);
                ear
            }
            None => Box::new(Ear::new(codec)),
        }
    }

    pub fn encoder(&mut self, codec: Codec, opus: &OpusSettings) -> Encoder {
        match self.shelf(codec).encoders.pop() {
            Some(mut encoder) => {
                encoder.begin(opus);
                encoder
            }
            None => Encoder::new(codec, opus),
        }
    }

    /// Keeps it if few are kept.
    pub fn keep(&mut self, spare: Spare) {
        let shelf = self.shelf(spare.codec());
        match spare {
            Spare::Ear(ear) if shelf.ears.len() < KEPT => shelf.ears.push(ear),
            Spare::Encoder(encoder) if shelf.encoders.len() < KEPT => shelf.encoders.push(encoder),
            Spare::Ear(_) | Spare::Encoder(_) => {}
        }
    }

    fn shelf(&mut self, codec: Codec) -> &mut Shelf {
        let at = Codec::ALL.iter().position(|known| *known == codec);
        &mut self.shelves[at.expect("a codec is one of all")]
    }
}

/// What comes and goes in two ticks at 200 calls a second; 0.7 MiB with Opus.
const KEPT: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_keeps_few_and_never_runs_dry() {
        let mut reserve = Reserve::default();
        for _ in 0..2 * KEPT {
            reserve.keep(Spare::Ear(Box::new(Ear::new(Codec::G722))));
        }
        assert_eq!(reserve.shelf(Codec::G722).ears.len(), KEPT);
        for _ in 0..2 * KEPT {
            assert_eq!(reserve.ear(Codec::G722).codec(), Codec::G722);
        }
        let settings = OpusSettings::default();
        assert_eq!(reserve.encoder(Codec::Opus, &settings).codec(), Codec::Opus);
    }
}
