//! What the first bits of an Opus packet give away (RFC 6716 §3 and §4); decodes nothing.

use super::Hint;

/// Whether an Opus packet can be speech.
pub fn hint(packet: &[u8]) -> Hint {
    let Some((&toc, rest)) = packet.split_first() else {
        return Hint::Silent;
    };
    // A frame of at most one byte is DTX: nothing was coded (§2.1.9, §3.2.1).
    if rest.len() <= 1 {
        return Hint::Silent;
    }
    match (Layer::of(toc), first_frame(toc, rest)) {
        (_, None) => Hint::Maybe,
        (_, Some([] | [_])) => Hint::Silent,
        (Layer::Silk { frames }, Some(frame)) => {
            // A packet of several frames may begin with a pause.
            let is_whole = toc & 3 == 0;
            silk_hint(frame[0], frames, toc & 4 != 0, is_whole)
        }
        (Layer::Celt, Some(frame)) => celt_hint(frame),
    }
}

/// What comes first in a frame.
enum Layer {
    /// SILK alone or below CELT, with this many SILK frames.
    Silk {
        frames: u32,
    },
    Celt,
}

impl Layer {
    /// Table 2: the configuration is in the upper five bits.
    const fn of(toc: u8) -> Self {
        match toc >> 3 {
            16.. => Layer::Celt,
            12.. => Layer::Silk { frames: 1 },
            silk => match silk & 3 {
                0 | 1 => Layer::Silk { frames: 1 },
                2 => Layer::Silk { frames: 2 },
                _ => Layer::Silk { frames: 3 },
            },
        }
    }
}

/// The bytes of the first frame (§3.2); `None` if they cannot be found at a glance.
fn first_frame(toc: u8, rest: &[u8]) -> Option<&[u8]> {
    match toc & 3 {
        0 => Some(rest),
        1 => rest.get(..rest.len() / 2),
        2 => {
            let (length, header) = match *rest {
                [short @ 0..252, ..] => (usize::from(short), 1),
                [long, more, ..] => (usize::from(long) + 4 * usize::from(more), 2),
                _ => return None,
            };
            rest.get(header..header + length)
        }
        _ => None,
    }
}

/// §4.2.3: one bit for each SILK frame, then one for redundancy, then the same for the side
/// channel; they are the first bits of the first byte as they are.
fn silk_hint(first: u8, frames: u32, is_stereo: bool, is_whole: bool) -> Hint {
    let active = |skipped: u32| (first << skipped) >> (8 - frames);
    let is_active = active(0) != 0 || (is_stereo && active(frames + 1) != 0);
    match (is_active, is_whole) {
        (true, _) => Hint::Speech,
        (false, true) => Hint::Silent,
        (false, false) => Hint::Maybe,
    }
}

/// §4.3: the first symbol says silence with a probability of 1 in 32768, which fifteen ones are.
const fn celt_hint(frame: &[u8]) -> Hint {
    if frame[0] == 0xFF && frame[1] >= 0xFE {
        Hint::Silent
    } else {
        Hint::Maybe
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_bytes_get_an_answer() {
        for toc in 0..=255 {
            for length in 0..6 {
                for fill in [0, 1, 252, 255] {
                    let mut packet = vec![fill; length];
                    packet.insert(0, toc);
                    hint(&packet);
                }
            }
        }
    }

    #[test]
    fn an_empty_packet_and_dtx_are_silent() {
        assert_eq!(hint(&[]), Hint::Silent);
        assert_eq!(hint(&[0x48]), Hint::Silent);
        assert_eq!(hint(&[0x48, 0x80]), Hint::Silent);
    }

    #[test]
    fn celt_says_when_it_is_silent() {
        // Configuration 31: full band, 20 ms. As libopus encodes digital silence.
        assert_eq!(hint(&[0xF8, 0xFF, 0xFE]), Hint::Silent);
        assert_eq!(hint(&[0xF8, 0xFF, 0xFD, 0]), Hint::Maybe);
        assert_eq!(hint(&[0xF8, 0x7F, 0xFE, 0]), Hint::Maybe);
    }

    #[test]
    fn the_flags_of_silk_are_read_from_the_first_byte() {
        // Configuration 9: wide band, 20 ms, mono.
        assert_eq!(hint(&[0x48, 0x80, 0, 0]), Hint::Speech);
        assert_eq!(hint(&[0x48, 0x40, 0, 0]), Hint::Silent);
        // Configuration 11: 60 ms, the third frame is speech.
        assert_eq!(hint(&[0x58, 0x20, 0, 0]), Hint::Speech);
        assert_eq!(hint(&[0x58, 0x10, 0, 0]), Hint::Silent);
        // Stereo: mid is quiet, side is not.
        assert_eq!(hint(&[0x4C, 0x20, 0, 0]), Hint::Speech);
        // Two frames, the first of which is quiet.
        assert_eq!(hint(&[0x49, 0x00, 0, 0, 0]), Hint::Maybe);
    }
}
