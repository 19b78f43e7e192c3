//! The packets of one tick, encoded once and sent to one or many; knows no addresses.

use conclave_audio::Encoder;
use conclave_rtp::HEADER_BYTES;

/// 20 ms are at most two packets (of 10 ms).
const PACKETS_MAX: usize = 2;

/// Each payload leaves room for a header before it, so that sending copies nothing.
pub(crate) struct Payloads {
    packets: [[u8; HEADER_BYTES + Encoder::PAYLOAD_MAX]; PACKETS_MAX],
    lengths: [usize; PACKETS_MAX],
    count: usize,
}

impl Payloads {
    pub const fn new() -> Self {
        Self {
            packets: [[0; HEADER_BYTES + Encoder::PAYLOAD_MAX]; PACKETS_MAX],
            lengths: [0; PACKETS_MAX],
            count: 0,
        }
    }

    pub fn clear(&mut self) {
        self.count = 0;
    }

    pub const fn count(&self) -> usize {
        self.count
    }

    /// Where to encode the next payload; `None` when there are two.
    pub fn next_payload(&mut self) -> Option<&mut [u8]> {
        let packet = self.packets.get_mut(self.count)?;
        Some(&mut packet[HEADER_BYTES..])
    }

    /// The payload in [`Payloads::next_payload`] is complete.
    pub fn finish_payload(&mut self, length: usize) {
        self.lengths[self.count] = length;
        self.count += 1;
    }

    /// The packets, each with a header to be written over.
    pub fn packets_mut(&mut self) -> impl Iterator<Item = &mut [u8]> {
        let lengths = self.lengths;
        let packets = self.packets.iter_mut().zip(lengths).take(self.count);
        packets.map(|(packet, length)| &mut packet[..HEADER_BYTES + length])
    }
}
