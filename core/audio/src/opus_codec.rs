//! Opus through libopus: which mode and why, losses, handing a stream over; never sees RTP.

use opus::{Application, Bandwidth, Bitrate, Channels, Signal};

use crate::{DecodeError, EncodeError, Encoder, Frame, SampleRate};

/// Everything that makes two Opus encodes of the same sound differ: the key of a shared encode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OpusSettings {
    pub mode: OpusMode,
    /// 6 000 to 128 000.
    pub bitrate_bps: u32,
}

impl Default for OpusSettings {
    fn default() -> Self {
        Self {
            mode: OpusMode::Plain,
            bitrate_bps: 40_000,
        }
    }
}

/// What a stream is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OpusMode {
    /// Full band, SILK below and CELT above 8 kHz.
    ///
    /// Measured on six seconds of speech (PESQ-WB): 4.24 at 40 kbit/s. CELT alone is a third
    /// cheaper to encode at that rate, but comes to 3.65, and needs 64 kbit/s for 4.13.
    Plain,
    /// Each packet carries a coarse copy of the one before (in-band FEC), for peers that lose some.
    ///
    /// Wide band below 40 kbit/s: 4.34 at 32, where full band with the copy comes to 3.99; full
    /// band from there on, 4.21.
    Fec {
        /// What the encoder should expect, in percent: 1 to 30.
        loss_percent: u8,
    },
}

/// Whether an encoder saves time at the price of quality.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Economy {
    /// As its settings say.
    Off,
    /// The least that is still speech: wide band, no copies of lost packets, lowest complexity.
    On,
}

pub(crate) struct OpusDecoder {
    inner: opus::Decoder,
    rate: SampleRate,
}

impl OpusDecoder {
    pub fn new(rate: SampleRate) -> Self {
        let inner = opus::Decoder::new(rate.hz(), Channels::Mono)
            .expect("libopus takes 8, 16, 24 and 48 kHz, and an allocation does not fail");
        Self { inner, rate }
    }

    pub const fn rate(&self) -> SampleRate {
        self.rate
    }

    pub fn reset(&mut self) {
        // Cannot fail: libopus refuses only requests that it does not know.
        let _ = self.inner.reset_state();
    }

    pub fn decode(&mut self, payload: &[u8], out: &mut [f32]) -> Result<usize, DecodeError> {
        if payload.is_empty() {
            return Err(DecodeError::Empty);
        }
        let samples = self.inner.decode_float(payload, out, false);
        samples.map_err(|error| {
            if error.code() == opus::ErrorCode::BufferTooSmall {
                DecodeError::TooLong
            } else {
                DecodeError::Malformed
            }
        })
    }

    /// Fills `out`, which must be whole units of 2.5 ms; what is over stays silent.
    pub fn conceal(&mut self, out: &mut [f32]) {
        let unit = self.rate.hz() as usize / 400;
        let whole = out.len() / unit * unit;
        out[whole..].fill(0.0);
        for stretch in out[..whole].chunks_mut(self.rate.frame_samples()) {
            if self.inner.decode_float(&[], stretch, false).is_err() {
                stretch.fill(0.0);
            }
        }
    }

    /// Fills `out` from the copy inside `next`, or conceals where there is none.
    pub fn decode_fec(&mut self, next: &[u8], out: &mut [f32]) {
        let decoded = match next {
            [] => Ok(0),
            _ => self.inner.decode_float(next, out, true),
        };
        match decoded {
            Ok(samples) if samples == out.len() => {}
            Ok(_) | Err(_) => self.conceal(out),
        }
    }
}

/// How much of what it encoded an encoder remembers, in frames, so that another can take over.
const HEARD_FRAMES: usize = 2;

pub(crate) struct OpusEncoder {
    inner: opus::Encoder,
    settings: OpusSettings,
    /// The frames encoded last, oldest first.
    heard: Box<[[f32; Frame::SAMPLES_MAX]; HEARD_FRAMES]>,
}

impl OpusEncoder {
    pub fn new(settings: &OpusSettings) -> Self {
        let rate_hz = SampleRate::Hz48000.hz();
        let inner = opus::Encoder::new(rate_hz, Channels::Mono, Application::Voip)
            .and_then(|encoder| configured(encoder, settings))
            .expect("libopus takes these settings, and an allocation does not fail");
        Self {
            inner,
            settings: *settings,
            heard: Box::new([[0.0; Frame::SAMPLES_MAX]; HEARD_FRAMES]),
        }
    }

    pub fn encode(&mut self, samples: &[f32], out: &mut [u8]) -> Result<usize, EncodeError> {
        self.remember(samples);
        let encoded = self.inner.encode_float(samples, out);
        encoded.map_err(|error| {
            if error.code() == opus::ErrorCode::BufferTooSmall {
                EncodeError::BufferTooSmall
            } else {
                EncodeError::Length
            }
        })
    }

    /// Goes on where `other` is, so that the same decoder can follow without a click.
    ///
    /// libopus copies no state through a safe interface, and need not: an encoder that hears the
    /// same last two frames comes to the same overlap, filters and energies. Measured at 53 places
    /// of speech, the decoder's output then differs from the continuous stream's by -15 dB in the
    /// first frame, as two encodes of one sound always do (-13 dB); with a fresh encoder by -5 dB
    /// and a bend three times the steepest. Frames without prediction made nothing better.
    pub fn continue_from(&mut self, other: &OpusEncoder) {
        if self.inner.reset_state().is_err() {
            return;
        }
        self.heard.copy_from_slice(&*other.heard);
        let mut discarded = [0; Encoder::PAYLOAD_MAX];
        for frame in self.heard.iter() {
            if self.inner.encode_float(frame, &mut discarded).is_err() {
                return;
            }
        }
    }

    pub fn economise(&mut self, economy: Economy) {
        // Cannot fail for these values; if it did, the encoder would go on as it was.
        let _ = match economy {
            Economy::Off => set_effort(&mut self.inner, &self.settings),
            Economy::On => set_least_effort(&mut self.inner),
        };
    }

    fn remember(&mut self, samples: &[f32]) {
        let Some(frame) = samples.first_chunk::<{ Frame::SAMPLES_MAX }>() else {
            return;
        };
        self.heard.rotate_left(1);
        self.heard[HEARD_FRAMES - 1] = *frame;
    }
}

/// 67 µs a frame in full band and 76 with FEC in wide band; 2 costs half as much again for 0.1 of
/// PESQ, 5 twice to three times as much for 0.2.
const COMPLEXITY: i32 = 0;

/// With a copy in each packet, full band needs this much.
const FEC_FULL_BAND_BPS: u32 = 40_000;

fn configured(mut encoder: opus::Encoder, settings: &OpusSettings) -> opus::Result<opus::Encoder> {
    encoder.set_bitrate(Bitrate::Bits(
        settings.bitrate_bps.clamp(6_000, 128_000) as i32
    ))?;
    encoder.set_signal(Signal::Voice)?;
    encoder.set_dtx(false)?;
    set_effort(&mut encoder, settings)?;
    Ok(encoder)
}

fn set_effort(encoder: &mut opus::Encoder, settings: &OpusSettings) -> opus::Result<()> {
    encoder.set_complexity(COMPLEXITY)?;
    match settings.mode {
        OpusMode::Plain => encoder.set_max_bandwidth(Bandwidth::Fullband),
        OpusMode::Fec { loss_percent } => {
            encoder.set_max_bandwidth(if settings.bitrate_bps < FEC_FULL_BAND_BPS {
                Bandwidth::Wideband
            } else {
                Bandwidth::Fullband
            })?;
            encoder.set_inband_fec(true)?;
            encoder.set_packet_loss_perc(i32::from(loss_percent.clamp(1, 30)))
        }
    }
}

/// Wide band without a copy: 45 µs a frame where full band takes 70, on a machine that measured
/// both in one run.
fn set_least_effort(encoder: &mut opus::Encoder) -> opus::Result<()> {
    encoder.set_complexity(0)?;
    encoder.set_max_bandwidth(Bandwidth::Wideband)?;
    encoder.set_inband_fec(false)
}
