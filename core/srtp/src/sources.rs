//! The streams that one key protects, told apart by their SSRC; opens no packet.

use conclave_model::limits;

use crate::history::History;

/// Nobody is ever forgotten: old packets of a forgotten stream could be played again.
pub(crate) struct Sources {
    list: Vec<Source>,
}

pub(crate) struct Source {
    ssrc: u32,
    pub(crate) rtp: History,
    pub(crate) rtcp: History,
}

/// A stream, or the place where a new one goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot(usize);

/// There are as many streams as may be, and this is another one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Full;

impl Sources {
    /// With room for all there may be.
    pub(crate) fn new() -> Self {
        Self {
            list: Vec::with_capacity(limits::SRTP_SOURCES),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    pub(crate) fn slot(&self, ssrc: u32) -> Result<Slot, Full> {
        let known = self.list.iter().position(|source| source.ssrc == ssrc);
        match known {
            Some(at) => Ok(Slot(at)),
            None if self.list.len() < limits::SRTP_SOURCES => Ok(Slot(self.list.len())),
            None => Err(Full),
        }
    }

    /// What is known of RTP there.
    pub(crate) fn rtp(&self, slot: Slot) -> History {
        self.list
            .get(slot.0)
            .map_or_else(History::default, |source| source.rtp)
    }

    /// What is known of RTCP there.
    pub(crate) fn rtcp(&self, slot: Slot) -> History {
        self.list
            .get(slot.0)
            .map_or_else(History::default, |source| source.rtcp)
    }

    /// The stream itself; made if it is new, which only an authentic packet is worth.
    pub(crate) fn at(&mut self, slot: Slot, ssrc: u32) -> &mut Source {
        if slot.0 == self.list.len() {
            self.list.push(Source {
                ssrc,
                rtp: History::default(),
                rtcp: History::default(),
            });
        }
        &mut self.list[slot.0]
    }
}
