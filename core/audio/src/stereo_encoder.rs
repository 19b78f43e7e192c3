//! From two channels to Opus packets; knows neither places nor who is heard.

use opus::{Application, Bitrate, Channels, Signal};

use crate::{EncodeError, Encoder, Frame, SampleRate};

/// Opus in stereo, at 48 kHz, in packets of 10 or 20 ms: CELT alone, as mono is encoded.
/// Allocates in [`StereoEncoder::new`] and never again.
pub struct StereoEncoder {
    inner: opus::Encoder,
    /// The next packet is another's successor.
    is_new: bool,
    /// The frames of 20 ms encoded last, both channels in turn, so that another can take over.
    heard: [[f32; 2 * Frame::SAMPLES_MAX]; HEARD_FRAMES],
    oldest: usize,
}

const HEARD_FRAMES: usize = 2;

impl StereoEncoder {
    /// Half as much again as one channel gets: the two have most in common.
    pub const BITRATE_BPS: u32 = 96_000;

    /// `bitrate_max_bps`: what the peer allows.
    #[must_use]
    pub fn new(bitrate_max_bps: Option<u32>) -> Self {
        let inner = opus::Encoder::new(
            SampleRate::Hz48000.hz(),
            Channels::Stereo,
            Application::LowDelay,
        )
        .and_then(|mut encoder| {
            encoder.set_signal(Signal::Voice)?;
            encoder.set_dtx(false)?;
            encoder.set_complexity(COMPLEXITY)?;
            encoder.set_bitrate(bitrate(bitrate_max_bps))?;
            Ok(encoder)
        })
        .expect("libopus takes these settings, and an allocation does not fail");
        Self {
            inner,
            is_new: true,
            heard: [[0.0; 2 * Frame::SAMPLES_MAX]; HEARD_FRAMES],
            oldest: 0,
        }
    }

    /// What the peer allows now.
    pub fn set_bitrate_max(&mut self, bitrate_max_bps: Option<u32>) {
        // Cannot fail for these values; if it did, the stream would stay as large as it was.
        let _ = self.inner.set_bitrate(bitrate(bitrate_max_bps));
    }

    /// For another stream: nothing is left of what it encoded before.
    pub fn begin(&mut self) {
        // Cannot fail: libopus refuses only requests that it does not know.
        let _ = self.inner.reset_state();
        self.is_new = true;
        self.heard = [[0.0; 2 * Frame::SAMPLES_MAX]; HEARD_FRAMES];
    }

    /// Goes on where `shared` is, so that the same decoder can follow without a click: as the
    /// encoder of one channel does it, by hearing its last frames again. Costs two encodes.
    pub fn continue_from(&mut self, shared: &StereoEncoder) {
        self.begin();
        self.heard = shared.heard;
        self.oldest = shared.oldest;
        let mut discarded = [0; Encoder::PAYLOAD_MAX];
        for at in 0..HEARD_FRAMES {
            let frame = &self.heard[(self.oldest + at) % HEARD_FRAMES];
            // Cannot fail: 20 ms fit.
            let _ = self.inner.encode_float(frame, &mut discarded);
        }
    }

    /// Encodes 10 or 20 ms and says how many bytes.
    ///
    /// The first packet looks back at nothing (RFC 6716 §4.3.2.1), as the peer heard another
    /// encoder's stream before.
    ///
    /// # Errors
    /// When `out` is too small, or the channels are not as long.
    pub fn encode(
        &mut self,
        left: &[f32],
        right: &[f32],
        out: &mut [u8],
    ) -> Result<usize, EncodeError> {
        let mut both = [0.0; 2 * Frame::SAMPLES_MAX];
        let both = both
            .get_mut(..left.len() + right.len())
            .filter(|_| left.len() == right.len())
            .ok_or(EncodeError::Length)?;
        for (pair, (left, right)) in both.chunks_exact_mut(2).zip(left.iter().zip(right)) {
            pair[0] = *left;
            pair[1] = *right;
        }
        if let Some(frame) = both.first_chunk() {
            self.heard[self.oldest] = *frame;
            self.oldest = (self.oldest + 1) % HEARD_FRAMES;
        }
        let is_new = std::mem::take(&mut self.is_new);
        if is_new {
            let _ = self.inner.set_prediction_disabled(true);
        }
        let encoded = self.inner.encode_float(both, out);
        if is_new {
            let _ = self.inner.set_prediction_disabled(false);
        }
        encoded.map_err(|error| {
            if error.code() == opus::ErrorCode::BufferTooSmall {
                EncodeError::BufferTooSmall
            } else {
                EncodeError::Length
            }
        })
    }
}

fn bitrate(bitrate_max_bps: Option<u32>) -> Bitrate {
    let bps = bitrate_max_bps
        .unwrap_or(StereoEncoder::BITRATE_BPS)
        .min(StereoEncoder::BITRATE_BPS);
    Bitrate::Bits(bps.max(BITRATE_LEAST_BPS) as i32)
}

const BITRATE_LEAST_BPS: u32 = 6_000;
/// As in mono.
const COMPLEXITY: i32 = 0;
