//! An Opus packet cut into its frames (RFC 6716 §3); reads none of them.

/// What all frames of a packet have in common, from its first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    pub layer: Layer,
    pub channels: usize,
}

/// What comes first in each frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// SILK alone or below CELT, with this many SILK frames.
    Silk { frames: u32 },
    /// CELT alone, with this many bands; `scale` is 0 to 3 for 2.5, 5, 10 and 20 ms.
    Celt { bands: usize, scale: usize },
}

impl Shape {
    /// §3.1, Table 2: the configuration is in the upper five bits.
    pub const fn of(toc: u8) -> Self {
        let configuration = (toc >> 3) as usize;
        let layer = match configuration {
            16.. => Layer::Celt {
                bands: CELT_BANDS[(configuration - 16) / 4],
                scale: configuration % 4,
            },
            12.. => Layer::Silk { frames: 1 },
            silk => match silk % 4 {
                0 | 1 => Layer::Silk { frames: 1 },
                2 => Layer::Silk { frames: 2 },
                _ => Layer::Silk { frames: 3 },
            },
        };
        let channels = if toc & 4 == 0 { 1 } else { 2 };
        Self { layer, channels }
    }
}

/// §4.3: how many bands narrow, wide, super-wide and full band have.
const CELT_BANDS: [usize; 4] = [13, 17, 19, 21];

/// The frames of one packet, in order.
pub struct Frames<'a> {
    /// The lengths of all frames but the last, unless they are equal.
    lengths: &'a [u8],
    equal: Option<usize>,
    body: &'a [u8],
    left: usize,
}

/// §3.2, Table 3: cuts what follows the first byte; `None` if it is malformed.
pub fn frames(toc: u8, rest: &[u8]) -> Option<Frames<'_>> {
    match toc & 3 {
        0 => Some(Frames::equal(rest, 1)),
        1 => rest.len().is_multiple_of(2).then(|| Frames::equal(rest, 2)),
        2 => Frames::with_lengths(rest, 2),
        _ => {
            let (&header, rest) = rest.split_first()?;
            let count = usize::from(header & 0x3F);
            let is_padded = header & 0x40 != 0;
            let rest = if is_padded { unpadded(rest)? } else { rest };
            let has_lengths = header & 0x80 != 0;
            match count {
                1..=FRAMES_MAX if has_lengths => Frames::with_lengths(rest, count),
                1..=FRAMES_MAX => {
                    (rest.len().is_multiple_of(count)).then(|| Frames::equal(rest, count))
                }
                _ => None,
            }
        }
    }
}

/// 120 ms of 2.5 ms each (§3.2.5).
const FRAMES_MAX: usize = 48;

impl<'a> Frames<'a> {
    const fn equal(body: &'a [u8], count: usize) -> Self {
        Self {
            lengths: &[],
            equal: Some(body.len() / count),
            body,
            left: count,
        }
    }

    fn with_lengths(rest: &'a [u8], count: usize) -> Option<Self> {
        let mut body = rest;
        let mut sum = 0;
        for _ in 1..count {
            let (length, after) = length(body)?;
            sum += length;
            body = after;
        }
        (sum <= body.len()).then_some(Self {
            lengths: rest,
            equal: None,
            body,
            left: count,
        })
    }
}

impl<'a> Iterator for Frames<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        self.left = self.left.checked_sub(1)?;
        let bytes = match self.equal {
            Some(bytes) => bytes,
            None if self.left == 0 => self.body.len(),
            None => {
                let (length, after) = length(self.lengths)?;
                self.lengths = after;
                length
            }
        };
        let (frame, after) = self.body.split_at_checked(bytes)?;
        self.body = after;
        Some(frame)
    }
}

/// §3.2.1: one byte, or two for 252 and more.
fn length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    match bytes {
        [short @ 0..252, after @ ..] => Some((usize::from(*short), after)),
        [long, more, after @ ..] => Some((usize::from(*long) + 4 * usize::from(*more), after)),
        _ => None,
    }
}

/// §3.2.5: each 255 stands for 254 bytes of padding at the end and one more count to come.
fn unpadded(mut rest: &[u8]) -> Option<&[u8]> {
    let mut padding = 0;
    loop {
        let (&count, after) = rest.split_first()?;
        rest = after;
        padding += usize::from(count.min(254));
        if count < 255 {
            return rest.get(..rest.len().checked_sub(padding)?);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lengths(packet: &[u8]) -> Option<Vec<usize>> {
        let cut = frames(packet[0], &packet[1..])?;
        Some(cut.map(<[u8]>::len).collect())
    }

    #[test]
    fn every_way_of_packing_is_cut() {
        assert_eq!(lengths(&[0xF8, 1, 2, 3]), Some(vec![3]));
        assert_eq!(lengths(&[0xF9, 1, 2, 3, 4]), Some(vec![2, 2]));
        assert_eq!(lengths(&[0xFA, 1, 2, 3, 4]), Some(vec![1, 2]));
        // Three of equal length.
        assert_eq!(lengths(&[0xFB, 3, 1, 2, 3]), Some(vec![1, 1, 1]));
        // Three with lengths, and two bytes of padding.
        let padded = [0xFB, 0xC3, 2, 1, 2, 7, 7, 8, 8, 9, 0, 0];
        assert_eq!(lengths(&padded), Some(vec![1, 2, 2]));
        let mut long = vec![0xFA, 253, 1];
        long.resize(3 + 257 + 9, 0);
        assert_eq!(lengths(&long), Some(vec![257, 9]));
    }

    #[test]
    fn what_is_malformed_is_refused() {
        for packet in [
            &[0xF9, 1][..],
            &[0xFA, 5, 1],
            &[0xFA, 252],
            &[0xFB],
            &[0xFB, 0, 1],
            &[0xFB, 49],
            &[0xFB, 2, 1, 2, 3],
            &[0xFB, 0x41, 255, 255],
            &[0xFB, 0x41, 9, 1],
        ] {
            assert_eq!(lengths(packet), None, "{packet:?}");
        }
    }

    #[test]
    fn the_first_byte_says_what_the_frames_are() {
        let shape = |toc| Shape::of(toc);
        let silk = |frames| Layer::Silk { frames };
        assert_eq!(shape(0x48).layer, silk(1));
        assert_eq!(shape(0x58).layer, silk(3));
        assert_eq!(shape(0x78).layer, silk(1));
        assert_eq!(
            shape(0x80).layer,
            Layer::Celt {
                bands: 13,
                scale: 0
            }
        );
        assert_eq!(
            shape(0xF8).layer,
            Layer::Celt {
                bands: 21,
                scale: 3
            }
        );
        assert_eq!((shape(0xF8).channels, shape(0xFC).channels), (1, 2));
    }
}
