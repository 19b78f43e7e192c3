//! The last packets of a leg that is not decoded, for its decoder to catch up; decodes nothing.

use conclave_audio::Decoder;

/// Three packets bring the filters of G.722 and Opus close to where they should be.
const PACKETS: usize = 3;
/// Opus at 64 kbit/s and 60 ms; what is longer is not worth keeping.
const BYTES: usize = 480;

/// A ring of packets; the oldest falls out.
pub(crate) struct Memory {
    packets: [Remembered; PACKETS],
    next: usize,
}

#[derive(Clone, Copy)]
struct Remembered {
    length: usize,
    bytes: [u8; BYTES],
}

impl Memory {
    pub const fn new() -> Self {
        Self {
            packets: [Remembered {
                length: 0,
                bytes: [0; BYTES],
            }; PACKETS],
            next: 0,
        }
    }

    pub fn keep(&mut self, payload: &[u8]) {
        let packet = &mut self.packets[self.next];
        packet.length = 0;
        if let Some(bytes) = packet.bytes.get_mut(..payload.len()) {
            bytes.copy_from_slice(payload);
            packet.length = payload.len();
        }
        self.next = (self.next + 1) % PACKETS;
    }

    pub fn clear(&mut self) {
        for packet in &mut self.packets {
            packet.length = 0;
        }
    }

    /// Runs what is kept through the decoder, oldest first, and forgets it.
    pub fn replay(&mut self, decoder: &mut Decoder, discarded: &mut [f32]) {
        for step in 0..PACKETS {
            let packet = &mut self.packets[(self.next + step) % PACKETS];
            if packet.length > 0 {
                // What does not decode was refused by the leg when it was kept or is no loss now.
                let _ = decoder.decode(&packet.bytes[..packet.length], discarded);
                packet.length = 0;
            }
        }
    }
}
