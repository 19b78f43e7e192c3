//! The payload descriptor of VP8 (RFC 7741 §4.2), its numbers kept in order; decodes no picture.

/// What of a descriptor matters to one who passes it on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Descriptor {
    bytes: usize,
    /// The packet begins the first partition of a picture.
    begins_picture: bool,
    picture: Option<PictureId>,
    /// Where `TL0PICIDX` is.
    layer_at: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct PictureId {
    at: usize,
    id: u16,
    /// 15 bits, not 7.
    is_long: bool,
}

impl Descriptor {
    pub fn read(payload: &[u8]) -> Option<Self> {
        let first = *payload.first()?;
        let mut read = Self {
            bytes: 1,
            begins_picture: first & START_BIT != 0 && first & PARTITION_BITS == 0,
            picture: None,
            layer_at: None,
        };
        if first & EXTENDED_BIT == 0 {
            return Some(read);
        }
        let extension = *payload.get(1)?;
        read.bytes = 2;
        if extension & PICTURE_BIT != 0 {
            let at = read.bytes;
            let high = *payload.get(at)?;
            let is_long = high & LONG_BIT != 0;
            let id = if is_long {
                u16::from(high & 0x7f) << 8 | u16::from(*payload.get(at + 1)?)
            } else {
                u16::from(high)
            };
            read.picture = Some(PictureId { at, id, is_long });
            read.bytes += 1 + usize::from(is_long);
        }
        if extension & LAYER_BIT != 0 {
            read.layer_at = Some(read.bytes);
            read.bytes += 1;
        }
        read.bytes += usize::from(extension & KEY_INDEX_BITS != 0);
        Some(read)
    }

    /// The beginning of a picture that needs no other (RFC 6386 §9.1: the first bit is 0).
    pub fn begins_whole_picture(&self, payload: &[u8]) -> bool {
        let first = payload.get(self.bytes);
        self.begins_picture && first.is_some_and(|first| first & 1 == 0)
    }
}

/// Keeps the numbers of pictures rising by one when the sender changes: decoders throw away what
/// looks older than what they have.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct PictureNumbers {
    picture: u16,
    layer: u8,
    last_picture: u16,
    last_layer: u8,
}

impl PictureNumbers {
    /// Another sender begins with this packet.
    pub fn begin(&mut self, payload: &[u8]) {
        let Some(read) = Descriptor::read(payload) else {
            return;
        };
        if let Some(picture) = read.picture {
            self.picture = self.last_picture.wrapping_add(1).wrapping_sub(picture.id);
        }
        if let Some(layer) = read.layer_at.and_then(|at| payload.get(at)) {
            self.layer = self.last_layer.wrapping_add(1).wrapping_sub(*layer);
        }
    }

    /// Writes our numbers over the sender's.
    pub fn renumber(&mut self, payload: &mut [u8]) {
        let Some(read) = Descriptor::read(payload) else {
            return;
        };
        if let Some(PictureId { at, id, is_long }) = read.picture {
            let id = id.wrapping_add(self.picture) & if is_long { 0x7fff } else { 0x7f };
            let [high, low] = id.to_be_bytes();
            if is_long {
                payload[at] = high | LONG_BIT;
                payload[at + 1] = low;
            } else {
                payload[at] = low;
            }
            self.last_picture = id;
        }
        if let Some(layer) = read.layer_at.and_then(|at| payload.get_mut(at)) {
            *layer = layer.wrapping_add(self.layer);
            self.last_layer = *layer;
        }
    }
}

const EXTENDED_BIT: u8 = 0x80;
const START_BIT: u8 = 0x10;
const PARTITION_BITS: u8 = 0x07;
const PICTURE_BIT: u8 = 0x80;
const LAYER_BIT: u8 = 0x40;
/// TID or KEYIDX: they share a byte.
const KEY_INDEX_BITS: u8 = 0x30;
const LONG_BIT: u8 = 0x80;

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything: extended, long picture number, layer, key index.
    fn packet(id: u16, layer: u8, frame: u8) -> Vec<u8> {
        let [high, low] = id.to_be_bytes();
        vec![0x90, 0xf0, high | 0x80, low, layer, 0x20, frame, 1, 2]
    }

    #[test]
    fn only_the_first_packet_of_a_whole_picture_begins_one() {
        let begins = |payload: &[u8]| {
            let read = Descriptor::read(payload);
            read.is_some_and(|read| read.begins_whole_picture(payload))
        };
        assert!(begins(&[0x10, 0x00]) && begins(&packet(1, 2, 0x10)));
        assert!(!begins(&[0x10, 0x01]), "a picture that needs another");
        assert!(!begins(&[0x00, 0x00]), "the middle of a partition");
        assert!(!begins(&[0x11, 0x00]), "the second partition");
        for cut in 0..6 {
            assert!(!begins(&packet(1, 2, 0)[..cut]), "cut to {cut}");
        }
    }

    #[test]
    fn numbers_go_on_by_one_when_another_begins() {
        let mut numbers = PictureNumbers::default();
        let mut seen = Vec::new();
        for (begins, id, layer) in [
            (true, 0x7ffe, 250),
            (false, 0x7fff, 250),
            (false, 0x0000, 251),
            (true, 0x1234, 7),
            (false, 0x1235, 8),
        ] {
            let mut payload = packet(id, layer, 0);
            if begins {
                numbers.begin(&payload);
            }
            numbers.renumber(&mut payload);
            let read = Descriptor::read(&payload).expect("still one");
            seen.push((read.picture.expect("still there").id, payload[4]));
        }
        assert_eq!(seen, [(1, 1), (2, 1), (3, 2), (4, 3), (5, 4)]);
    }
}
