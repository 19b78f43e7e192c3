//! What the first bits of Opus packets give away of one stream (RFC 6716 §4); decodes nothing.

use super::celt_energy::{CeltEnergy, CeltFront};
use super::opus_frames::{Layer, Shape, frames};
use super::silk_gain::inactive_gain_dbov;
use super::{Hint, SILENT_DBOV, SPEECH_DBOV};

/// Looks at every packet of one stream, in order.
pub struct OpusLook {
    energy: CeltEnergy,
    /// How much louder a frame may be than it seems, in dB, since packets were missed.
    doubt_db: f32,
}

/// Of a beginning that was lost, the next frame of 20 ms only says the half that is left to say, in
/// dB; -66 dBov and -42 dBov look like -54. What begins louder than that shows in spite of it.
const DOUBT_DB: f32 = 12.0;

impl OpusLook {
    pub const fn new() -> Self {
        Self {
            energy: CeltEnergy::new(),
            // It may be a stream that began before.
            doubt_db: DOUBT_DB,
        }
    }

    pub fn look(&mut self, packet: &[u8]) -> Hint {
        let Some((&toc, rest)) = packet.split_first() else {
            return Hint::Silent;
        };
        let Some(frames) = frames(toc, rest) else {
            return Hint::Maybe;
        };
        let shape = Shape::of(toc);
        let mut loudest = Hint::Silent;
        for frame in frames {
            // A frame of at most one byte is DTX: nothing was coded (§3.2.1).
            let hint = match (frame, shape.layer) {
                ([] | [_], _) => Hint::Silent,
                (frame @ [first, ..], Layer::Silk { frames }) => {
                    self.energy.forget();
                    match silk_hint(*first, frames, shape.channels) {
                        Hint::Silent => background_hint(frame, frames, shape.channels),
                        hint @ (Hint::Maybe | Hint::Speech) => hint,
                    }
                }
                (frame, Layer::Celt { bands, scale }) => {
                    let front = self.energy.read(frame, scale, bands, shape.channels);
                    self.celt_hint(front, scale)
                }
            };
            loudest = loudest.max(hint);
        }
        loudest
    }

    /// Packets are missing here.
    pub fn lost(&mut self) {
        self.doubt_db = DOUBT_DB;
    }

    fn celt_hint(&mut self, front: Option<CeltFront>, scale: usize) -> Hint {
        let Some(front) = front else {
            self.doubt_db = 0.0;
            return Hint::Silent;
        };
        if front.is_intra {
            self.doubt_db = 0.0;
        }
        let doubt_db = self.doubt_db;
        self.doubt_db *= CeltEnergy::TIME_WEIGHTS[scale];
        if front.dbov + doubt_db < SILENT_DBOV {
            Hint::Silent
        } else if front.dbov < SPEECH_DBOV {
            Hint::Maybe
        } else {
            Hint::Speech
        }
    }
}

/// §4.2.3: one bit for each SILK frame, then one for redundancy, then the same for the side
/// channel. Each is as likely as not, so they are the first bits of the first byte as they are.
fn silk_hint(first: u8, frames: u32, channels: usize) -> Hint {
    let active = |skipped: u32| (first << skipped) >> (8 - frames);
    let is_active = active(0) != 0 || (channels == 2 && active(frames + 1) != 0);
    if is_active {
        Hint::Speech
    } else {
        Hint::Silent
    }
}

/// An encoder calls no speech what it has got used to, a hum or a held note too, however loud.
fn background_hint(frame: &[u8], frames: u32, channels: usize) -> Hint {
    match inactive_gain_dbov(frame, frames, channels) {
        Some(gain_dbov) if gain_dbov > SILK_GAIN_SILENT_DBOV => Hint::Maybe,
        Some(_) | None => Hint::Silent,
    }
}

/// As measured at 12 to 32 kbit/s: white noise of -66 dBov has gains of -61 to -67, that of -60
/// -55 to -61; a hum of -25 dBov, which is foreseen well, has -50, a sine of -23 -51 to -55.
pub(super) const SILK_GAIN_SILENT_DBOV: f32 = -60.0;

#[cfg(test)]
mod tests {
    use super::*;

    fn hint(packet: &[u8]) -> Hint {
        OpusLook::new().look(packet)
    }

    #[test]
    fn an_empty_packet_and_dtx_are_silent() {
        assert_eq!(hint(&[]), Hint::Silent);
        assert_eq!(hint(&[0x48]), Hint::Silent);
        assert_eq!(hint(&[0x48, 0x80]), Hint::Silent);
        // Three frames of nothing.
        assert_eq!(hint(&[0xFB, 3]), Hint::Silent);
    }

    #[test]
    fn celt_says_when_it_is_silent() {
        // Configuration 31: full band, 20 ms. As libopus encodes digital silence.
        assert_eq!(hint(&[0xF8, 0xFF, 0xFE]), Hint::Silent);
    }

    #[test]
    fn the_flags_of_silk_are_read_from_the_first_byte() {
        // Configuration 9: wide band, 20 ms, mono.
        assert_eq!(hint(&[0x48, 0x80, 0, 0]), Hint::Speech);
        // The flag of the copies is not one of speech.
        assert_eq!(hint(&[0x48, 0x40, 0, 0]), Hint::Silent);
        // Configuration 11: 60 ms, the third frame is speech.
        assert_eq!(hint(&[0x58, 0x20, 0, 0]), Hint::Speech);
        assert_eq!(hint(&[0x58, 0x10, 0, 0]), Hint::Silent);
        // Stereo: mid is quiet, side is not.
        assert_eq!(hint(&[0x4C, 0x20, 0, 0]), Hint::Speech);
        assert_eq!(hint(&[0x4C, 0x50, 0, 0]), Hint::Silent);
        // Two frames, the second of which is speech, and one frame's length that is wrong.
        assert_eq!(hint(&[0x49, 0, 0, 0x80, 0]), Hint::Speech);
        assert_eq!(hint(&[0x49, 0, 0, 0, 0]), Hint::Silent);
        assert_eq!(hint(&[0x4A, 9, 0, 0]), Hint::Maybe);
    }

    #[test]
    fn a_line_that_was_interrupted_is_doubted_for_a_moment() {
        let mut encoder =
            opus::Encoder::new(48_000, opus::Channels::Mono, opus::Application::LowDelay).unwrap();
        let (mut look, mut out) = (OpusLook::new(), [0; 400]);
        let mut hints = Vec::new();
        let mut state = 1_u32;
        for tick in 0..40 {
            let frame = [(); 960].map(|()| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                ((state >> 8) as f32 / 8_388_608.0 - 1.0) * 1.5e-3
            });
            let bytes = encoder.encode_float(&frame, &mut out).unwrap();
            if tick == 30 {
                look.lost();
            } else {
                hints.push(look.look(&out[..bytes]));
            }
        }
        let awake = |hints: &[Hint]| hints.iter().filter(|x| **x != Hint::Silent).count();
        assert_eq!(awake(&hints[5..30]), 0);
        assert!((1..4).contains(&awake(&hints[30..])), "{:?}", &hints[30..]);
    }
}
