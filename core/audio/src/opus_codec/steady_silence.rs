//! Knows when one more silent frame would be encoded as the one before; encodes nothing.

/// The packet of a CELT stream that has been silent for long enough to repeat it.
///
/// A silent frame goes through all of an encode but the bits: 152 000 instructions where speech
/// takes 260 000. Whoever talks alone hears nothing but that.
///
/// Once two packets in a row are the same bytes, encoder and decoder have come to rest: the filters
/// have rung out and the energies that the next frame is predicted from are at their least
/// (RFC 6716 §4.3.2.1).
#[derive(Default)]
pub(crate) struct SteadySilence {
    packet: [u8; PACKET_BYTES],
    /// 0 when the last frame was none.
    bytes: usize,
    /// How many packets in a row were these bytes.
    alike: u32,
}

/// The table of contents and the silence flag, and what libopus fills up to.
const PACKET_BYTES: usize = 4;

/// Both frames that an encoder remembers for its successor are silent by then.
const ALIKE: u32 = 3;

impl SteadySilence {
    /// The packet that encoding would give again, if that is sure.
    pub fn packet(&self) -> Option<&[u8]> {
        (self.alike >= ALIKE).then(|| &self.packet[..self.bytes])
    }

    /// A silent frame was encoded to this.
    pub fn encoded(&mut self, packet: &[u8]) {
        if packet.is_empty() || packet.len() > PACKET_BYTES {
            self.end();
        } else if self.bytes > 0 && packet == &self.packet[..self.bytes] {
            self.alike += 1;
        } else {
            self.bytes = packet.len();
            self.packet[..packet.len()].copy_from_slice(packet);
            self.alike = 1;
        }
    }

    /// Something else was encoded, or is to be from another state.
    pub fn end(&mut self) {
        self.bytes = 0;
        self.alike = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeats_what_came_often_enough_and_nothing_else() {
        let mut silence = SteadySilence::default();
        for packet in [
            &[1, 2, 3][..],
            &[1, 2],
            &[1, 2],
            &[1, 2, 3, 4, 5],
            &[1, 2],
            &[1, 2],
        ] {
            silence.encoded(packet);
            assert_eq!(silence.packet(), None);
        }
        silence.encoded(&[1, 2]);
        assert_eq!(silence.packet(), Some(&[1, 2][..]));
        silence.end();
        assert_eq!(silence.packet(), None);
    }
}
