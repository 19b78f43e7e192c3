//! Where a picture begins that needs no other; decodes none.

use conclave_model::VideoCodec;

use crate::vp8::Descriptor;

/// Whether one who saw nothing before may begin with this packet.
pub(crate) fn begins_whole_picture(codec: VideoCodec, payload: &[u8]) -> bool {
    match codec {
        VideoCodec::Vp8 => {
            Descriptor::read(payload).is_some_and(|read| read.begins_whole_picture(payload))
        }
        VideoCodec::H264(_) => begins_idr(payload),
    }
}

/// A sequence parameter set, which goes before a whole picture, or an IDR slice (RFC 6184 §5.4).
fn begins_idr(payload: &[u8]) -> bool {
    let is_beginning = |unit: &u8| matches!(unit & TYPE_BITS, NAL_IDR | NAL_SPS);
    match payload.first().map(|first| first & TYPE_BITS) {
        Some(STAP_A) => {
            let mut rest = &payload[1..];
            while let Some((size, units)) = rest.split_first_chunk::<2>() {
                let size = usize::from(u16::from_be_bytes(*size));
                let Some((unit, after)) = units.split_at_checked(size) else {
                    return false;
                };
                if unit.first().is_some_and(is_beginning) {
                    return true;
                }
                rest = after;
            }
            false
        }
        Some(FU_A) => payload
            .get(1)
            .is_some_and(|head| head & FU_START_BIT != 0 && is_beginning(head)),
        Some(_) => payload.first().is_some_and(is_beginning),
        None => false,
    }
}

const TYPE_BITS: u8 = 0x1f;
const NAL_IDR: u8 = 5;
const NAL_SPS: u8 = 7;
const STAP_A: u8 = 24;
const FU_A: u8 = 28;
const FU_START_BIT: u8 = 0x80;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h264_begins_with_parameters_or_an_idr_slice_however_it_is_wrapped() {
        assert!(begins_idr(&[0x67, 1, 2]), "parameters");
        assert!(begins_idr(&[0x65, 1, 2]), "a slice");
        assert!(!begins_idr(&[0x41, 1, 2]) && !begins_idr(&[0x68, 1]) && !begins_idr(&[]));
        assert!(begins_idr(&[0x18, 0, 2, 0x09, 0x10, 0, 1, 0x67]));
        assert!(
            !begins_idr(&[0x18, 0, 2, 0x09, 0x10, 0, 9, 0x67]),
            "cut off"
        );
        assert!(begins_idr(&[0x7c, 0x85, 1]));
        assert!(!begins_idr(&[0x7c, 0x05, 1]), "the middle of it");
        assert!(!begins_idr(&[0x5c, 0x81, 1]), "another picture");
    }
}
