//! RTCP feedback about pictures (RFC 4585, RFC 5104, REMB), read and written; asks nobody.

/// What one receiver asks of a sender of pictures, or says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feedback {
    /// Something was lost, a whole picture is needed (RFC 4585 §6.3.1).
    PictureLoss,
    /// A whole picture is needed (RFC 5104 §4.3.1).
    FullIntra,
    /// So many bits per second can be received (draft-alvestrand-rmcat-remb-03 §2.2).
    Remb { bits_per_second: u64 },
}

/// The feedback in a compound datagram, as far as its lengths are true.
#[derive(Clone, Debug)]
pub struct Messages<'a> {
    rest: &'a [u8],
}

/// Reads `datagram` packet by packet, and steps over all that is no feedback.
#[must_use]
pub fn read(datagram: &[u8]) -> Messages<'_> {
    Messages { rest: datagram }
}

impl Iterator for Messages<'_> {
    type Item = Feedback;

    fn next(&mut self) -> Option<Feedback> {
        loop {
            let head = self.rest.first_chunk::<4>()?;
            let bytes = (usize::from(u16::from_be_bytes([head[2], head[3]])) + 1) * 4;
            let is_true = head[0] >> 6 == 2;
            let (packet, rest) = self.rest.split_at_checked(bytes).filter(|_| is_true)?;
            self.rest = rest;
            if packet[1] == PAYLOAD_SPECIFIC
                && let Some(feedback) = read_one(packet[0] & 0x1f, &packet[4..])
            {
                return Some(feedback);
            }
        }
    }
}

fn read_one(format: u8, body: &[u8]) -> Option<Feedback> {
    match format {
        FORMAT_PLI => Some(Feedback::PictureLoss),
        FORMAT_FIR => Some(Feedback::FullIntra),
        FORMAT_APPLICATION => {
            let [b'R', b'E', b'M', b'B', _count, high, middle, low, ..] = *body.get(8..)? else {
                return None;
            };
            let exponent = high >> 2;
            let mantissa = u64::from(high & 3) << 16 | u64::from(middle) << 8 | u64::from(low);
            // 18 bits of mantissa: above 46 it would not fit, and nobody has so much.
            let bits_per_second = mantissa << exponent.min(EXPONENT_MOST);
            Some(Feedback::Remb { bits_per_second })
        }
        _ => None,
    }
}

/// Writes a PLI to the front of `out`: from `own`, about `media`. Its length, or `None` if it does
/// not fit.
pub fn write_picture_loss(out: &mut [u8], own: u32, media: u32) -> Option<usize> {
    write(out, FORMAT_PLI, &[own, media])
}

/// Writes a FIR, the `number`th new one.
pub fn write_full_intra(out: &mut [u8], own: u32, media: u32, number: u8) -> Option<usize> {
    write(out, FORMAT_FIR, &[own, 0, media, u32::from(number) << 24])
}

/// Writes a REMB: what the sender of `media` is to keep below, rounded down to 18 bits.
pub fn write_remb(out: &mut [u8], own: u32, media: u32, bits_per_second: u64) -> Option<usize> {
    let wide = u64::BITS - bits_per_second.leading_zeros();
    let exponent = wide.saturating_sub(18);
    let mantissa = u32::try_from(bits_per_second >> exponent).unwrap_or(u32::MAX);
    let value = 1 << 24 | exponent << 18 | mantissa;
    let name = u32::from_be_bytes(*b"REMB");
    write(out, FORMAT_APPLICATION, &[own, 0, name, value, media])
}

fn write(out: &mut [u8], format: u8, words: &[u32]) -> Option<usize> {
    let bytes = 4 + words.len() * 4;
    let out = out.get_mut(..bytes)?;
    let length = u16::try_from(words.len()).ok()?;
    out[0] = 2 << 6 | format;
    out[1] = PAYLOAD_SPECIFIC;
    out[2..4].copy_from_slice(&length.to_be_bytes());
    for (place, word) in out[4..].chunks_exact_mut(4).zip(words) {
        place.copy_from_slice(&word.to_be_bytes());
    }
    Some(bytes)
}

/// The longest that is written here.
pub const FEEDBACK_BYTES_MAX: usize = 24;
const PAYLOAD_SPECIFIC: u8 = 206;
const FORMAT_PLI: u8 = 1;
const FORMAT_FIR: u8 = 4;
const FORMAT_APPLICATION: u8 = 15;
const EXPONENT_MOST: u8 = 46;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_behind_other_reports() {
        let mut datagram = vec![0x80, 201, 0, 1, 0, 0, 0, 9];
        let mut one = [0; FEEDBACK_BYTES_MAX];
        for number in 0..3 {
            let written = match number {
                0 => write_picture_loss(&mut one, 1, 2),
                1 => write_full_intra(&mut one, 1, 2, 7),
                _ => write_remb(&mut one, 1, 2, 262_144),
            };
            datagram.extend_from_slice(&one[..written.expect("there is room")]);
        }
        assert_eq!(write_full_intra(&mut [0; 19], 1, 2, 7), None);
        let bits_per_second = 262_144;
        let expected = [
            Feedback::PictureLoss,
            Feedback::FullIntra,
            Feedback::Remb { bits_per_second },
        ];
        assert_eq!(read(&datagram).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn an_estimate_survives_to_eighteen_bits_and_nonsense_is_no_harm() {
        let mut out = [0; FEEDBACK_BYTES_MAX];
        for bits_per_second in [0, 1, 262_143, 262_144, 1_500_000, u64::from(u32::MAX)] {
            let length = write_remb(&mut out, 1, 2, bits_per_second).expect("there is room");
            let got = read(&out[..length]).next();
            let Some(Feedback::Remb {
                bits_per_second: read,
            }) = got
            else {
                panic!("{got:?}");
            };
            assert!(read <= bits_per_second && bits_per_second - read <= bits_per_second >> 17);
        }
        assert_eq!(
            read(&[0x8f, 206, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8]).next(),
            None
        );
        assert_eq!(read(&[0x8f, 206, 0xff, 0xff]).next(), None);
        let huge = [
            0x8f, 206, 0, 5, 0, 0, 0, 1, 0, 0, 0, 0, b'R', b'E', b'M', b'B', 1, 0xff, 0xff, 0xff,
            0, 0, 0, 0,
        ];
        assert!(matches!(read(&huge).next(), Some(Feedback::Remb { .. })));
    }
}
