//! The keys at a simulated phone's end of its sound; agrees on none.

use conclave_contract::Protection;
use conclave_model::SrtpKey;
use conclave_srtp::{Inbound, Outbound};

/// Seals what a phone says and opens what it hears.
pub struct Secrets {
    keys: Protection,
    outbound: Outbound,
    inbound: Inbound,
    /// Packets that did not open.
    pub refused: u64,
}

impl Secrets {
    fn new(keys: Protection) -> Self {
        Self {
            outbound: Outbound::new(&keys.send),
            inbound: Inbound::new(&keys.receive),
            keys,
            refused: 0,
        }
    }

    /// After an exchange: keys that are as they were go on where they are.
    pub fn agree(held: &mut Option<Self>, keys: Option<Protection>) {
        let Some(keys) = keys else {
            *held = None;
            return;
        };
        let Some(held) = held else {
            *held = Some(Self::new(keys));
            return;
        };
        if held.keys.send != keys.send {
            held.outbound = Outbound::new(&keys.send);
        }
        if held.keys.receive != keys.receive {
            held.inbound = Inbound::new(&keys.receive);
        }
        held.keys = keys;
    }

    /// Another key than was agreed, for what is said from now on.
    pub fn lie(&mut self, key: &SrtpKey) {
        self.outbound = Outbound::new(key);
    }

    pub fn suite(&self) -> conclave_model::SrtpSuite {
        self.keys.send.suite()
    }

    pub fn seal(&mut self, packet: &[u8]) -> Option<Vec<u8>> {
        let mut buffer = packet.to_vec();
        buffer.resize(
            packet.len() + conclave_model::SrtpSuite::OVERHEAD_BYTES_MAX,
            0,
        );
        let sealed = self.outbound.protect_rtp(&mut buffer, packet.len());
        sealed.ok().map(|sealed| sealed.to_vec())
    }

    pub fn open(&mut self, packet: &[u8]) -> Option<Vec<u8>> {
        let mut buffer = packet.to_vec();
        let opened = self.inbound.unprotect_rtp(&mut buffer);
        self.refused += u64::from(opened.is_err());
        opened.ok().map(|packet| packet.to_vec())
    }
}
