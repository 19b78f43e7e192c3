//! The phone's end of the keys of its leg; knows no deck.

use conclave_contract::Protection;
use conclave_model::{Chance, SrtpKey, SrtpSuite};
use conclave_srtp::{Inbound, Outbound};

pub struct Secrets {
    /// As the leg has them.
    pub keys: Protection,
    seals: Outbound,
    opens: Inbound,
    /// What came that did not open.
    pub refused: usize,
}

impl Secrets {
    pub fn new(suite: SrtpSuite, seed: u8) -> Self {
        let mut chance = Chance::from_seed([seed; 32]);
        Self::of(Protection {
            send: SrtpKey::drawn(suite, &mut chance),
            receive: SrtpKey::drawn(suite, &mut chance),
        })
    }

    fn of(keys: Protection) -> Self {
        Self {
            seals: Outbound::new(&keys.receive),
            opens: Inbound::new(&keys.send),
            keys,
            refused: 0,
        }
    }

    /// It seals under another key than its leg believes.
    pub fn lies(mut self) -> Self {
        let key = SrtpKey::drawn(self.keys.send.suite(), &mut Chance::from_seed([99; 32]));
        self.seals = Outbound::new(&key);
        self
    }

    pub fn seal(&mut self, packet: &[u8]) -> Vec<u8> {
        let mut buffer = packet.to_vec();
        buffer.resize(packet.len() + 20, 0);
        let sealed = self.seals.protect_rtp(&mut buffer, packet.len());
        sealed.expect("a new packet").to_vec()
    }

    pub fn open(&mut self, packet: &[u8]) -> Option<Vec<u8>> {
        let mut buffer = packet.to_vec();
        let opened = self.opens.unprotect_rtp(&mut buffer);
        self.refused += usize::from(opened.is_err());
        opened.ok().map(|packet| packet.to_vec())
    }

    pub fn open_report(&mut self, packet: &[u8]) -> bool {
        let mut buffer = packet.to_vec();
        let opened = self.opens.unprotect_rtcp(&mut buffer).is_ok();
        self.refused += usize::from(!opened);
        opened
    }
}
