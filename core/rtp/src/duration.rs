//! How long a payload lasts, by its length or first byte alone; decodes nothing.

use conclave_model::Codec;

/// The length of `payload` in RTP timestamp ticks of `codec`.
///
/// `None`: empty, or an Opus packet that RFC 6716 §3.4 calls malformed.
#[must_use]
pub fn payload_ticks(codec: Codec, payload: &[u8]) -> Option<u32> {
    match codec {
        // One byte a tick; G.722 packs two samples into a byte and counts it as one (RFC 3551
        // section 4.5.2).
        Codec::Pcmu | Codec::Pcma | Codec::G722 => {
            u32::try_from(payload.len()).ok().filter(|ticks| *ticks > 0)
        }
        Codec::Opus => opus_ticks(payload),
    }
}

/// RFC 6716 §3.1: the configuration gives the frame, the last two bits and a count how many.
fn opus_ticks(payload: &[u8]) -> Option<u32> {
    let toc = *payload.first()?;
    let frame_ticks = match toc >> 3 {
        config @ 0..=11 => [480, 960, 1_920, 2_880][usize::from(config % 4)],
        config @ 12..=15 => [480, 960][usize::from(config % 2)],
        config => [120, 240, 480, 960][usize::from(config % 4)],
    };
    let frames = match toc & 3 {
        0 => 1,
        1 | 2 => 2,
        _ => u32::from(*payload.get(1)? & 0x3f),
    };
    let ticks = frame_ticks * frames;
    (1..=OPUS_TICKS_MAX).contains(&ticks).then_some(ticks)
}

/// RFC 6716 §3.4 R5: 120 ms at most.
const OPUS_TICKS_MAX: u32 = 5_760;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_of_g711_is_a_tick() {
        assert_eq!(payload_ticks(Codec::Pcmu, &[0; 160]), Some(160));
        assert_eq!(payload_ticks(Codec::G722, &[0; 80]), Some(80));
        assert_eq!(payload_ticks(Codec::Pcma, &[]), None);
    }

    #[test]
    fn opus_says_its_length_in_the_first_bytes() {
        // SILK 20 ms, hybrid 10 ms, CELT 2.5 ms and 20 ms, one frame each.
        assert_eq!(payload_ticks(Codec::Opus, &[1 << 3]), Some(960));
        assert_eq!(payload_ticks(Codec::Opus, &[12 << 3]), Some(480));
        assert_eq!(payload_ticks(Codec::Opus, &[16 << 3]), Some(120));
        assert_eq!(payload_ticks(Codec::Opus, &[31 << 3]), Some(960));
        // Two frames of 20 ms, three of 20 ms, seven of 20 ms (too long), none.
        assert_eq!(payload_ticks(Codec::Opus, &[31 << 3 | 1]), Some(1_920));
        assert_eq!(payload_ticks(Codec::Opus, &[31 << 3 | 3, 3]), Some(2_880));
        assert_eq!(payload_ticks(Codec::Opus, &[31 << 3 | 3, 7]), None);
        assert_eq!(payload_ticks(Codec::Opus, &[31 << 3 | 3, 0]), None);
        assert_eq!(payload_ticks(Codec::Opus, &[31 << 3 | 3]), None);
        assert_eq!(payload_ticks(Codec::Opus, &[]), None);
    }
}
