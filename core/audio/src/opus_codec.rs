//! Opus through libopus: which mode and why, losses, handing a stream over; never sees RTP.

mod high_band;
mod steady_silence;

use opus::{Application, Bandwidth, Bitrate, Channels, Signal};

use self::high_band::HighBand;
use self::steady_silence::SteadySilence;
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
            bitrate_bps: 64_000,
        }
    }
}

/// What a stream is made for.
///
/// Measured with sixteen of our sentences (PESQ-WB and STOI of the decoded speech, CPU time of one
/// encode of 20 ms on one machine, at complexity 0 unless named):
///
/// | | kbit/s | µs | PESQ | STOI |
/// |---|---|---|---|---|
/// | SILK, wide band | 24 | 42 | 4.26 | 0.990 |
/// | hybrid, full band | 32 | 54 | 4.19 | 0.987 |
/// | hybrid, full band | 40 | 57 | 4.36 | 0.992 |
/// | the same, complexity 5 | 40 | 126 | 4.52 | 0.996 |
/// | CELT, full band | 32 | 20 | 2.98 | 0.990 |
/// | CELT, full band | 48 | 22 | 3.62 | 0.995 |
/// | **CELT, full band** | **64** | **27** | **4.08** | **0.998** |
/// | CELT, full band | 96 | 32 | 4.38 | 0.999 |
///
/// The sentences had been through SILK before, which flatters it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OpusMode {
    /// Full band. CELT alone from 48 kbit/s: half as dear to encode as hybrid, 4 ms less delay, and
    /// a stream that is handed over goes on exactly. SILK below and CELT above 8 kHz at less.
    Plain,
    /// Each packet carries a coarse copy of the one before (in-band FEC), for peers that lose some.
    /// Only SILK has such copies.
    ///
    /// Wide band below 40 kbit/s: PESQ 4.34 at 32, where full band with the copy comes to 3.99;
    /// full band from there on, 4.21.
    Fec {
        /// What the encoder should expect, in percent: 1 to 30.
        loss_percent: u8,
    },
}

/// From here on CELT alone is good enough.
const CELT_BPS: u32 = 48_000;

impl OpusSettings {
    const fn is_celt(&self) -> bool {
        matches!(self.mode, OpusMode::Plain) && self.bitrate_bps >= CELT_BPS
    }
}

/// Whether an encoder saves time at the price of quality.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Economy {
    /// As its settings say.
    Off,
    /// The least that is still speech: wide band, no copies of lost packets, lowest complexity, and
    /// 48 kbit/s where CELT is used, for which less is also cheaper.
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
    /// Nothing that was coded before may be looked back at: the next frame is another's successor.
    is_successor: bool,
    silence: SteadySilence,
    high_band: HighBand,
    economy: Economy,
    bandwidth: Bandwidth,
    heard: Box<Heard>,
}

/// The frames encoded last.
#[derive(Clone)]
struct Heard {
    frames: [[f32; Frame::SAMPLES_MAX]; HEARD_FRAMES],
    oldest: usize,
}

impl OpusEncoder {
    pub fn new(settings: &OpusSettings) -> Self {
        let rate_hz = SampleRate::Hz48000.hz();
        let inner = opus::Encoder::new(rate_hz, Channels::Mono, application(settings))
            .and_then(|mut encoder| configure(&mut encoder, settings).map(|()| encoder))
            .expect("libopus takes these settings, and an allocation does not fail");
        Self {
            inner,
            settings: *settings,
            is_successor: false,
            silence: SteadySilence::default(),
            high_band: HighBand::new(),
            economy: Economy::Off,
            bandwidth: Bandwidth::Fullband,
            heard: Box::new(Heard {
                frames: [[0.0; Frame::SAMPLES_MAX]; HEARD_FRAMES],
                oldest: 0,
            }),
        }
    }

    pub fn encode(&mut self, samples: &[f32], out: &mut [u8]) -> Result<usize, EncodeError> {
        let is_silent = self.settings.is_celt() && samples.iter().all(|sample| *sample == 0.0);
        if is_silent && let Some(packet) = self.silence.packet() {
            let out = out.get_mut(..packet.len());
            out.ok_or(EncodeError::BufferTooSmall)?
                .copy_from_slice(packet);
            return Ok(packet.len());
        }
        self.heard.remember(samples);
        if self.settings.is_celt() {
            self.high_band.take(samples);
            self.choose_bandwidth();
        }
        let is_successor = std::mem::take(&mut self.is_successor);
        if is_successor {
            self.set_prediction(false);
        }
        let encoded = self.inner.encode_float(samples, out);
        if is_successor {
            self.set_prediction(true);
        }
        match encoded {
            Ok(bytes) if is_silent && !is_successor => self.silence.encoded(&out[..bytes]),
            Ok(_) | Err(_) => self.silence.end(),
        }
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
    /// same last frames comes to the same overlap and filters.
    ///
    /// CELT alone: with a first frame whose energies are coded without looking back (RFC 6716
    /// §4.3.2.1) the decoder's output differs from the continuous stream's by -25 dB, with a
    /// fresh encoder by -3 dB; after one frame heard again a tone had a step of 1.6 times its own.
    ///
    /// With SILK: as measured at 53 places of speech, by -15 dB in the first frame, as two encodes
    /// of one sound always do (-13 dB); with a fresh encoder by -5 dB and a bend three times the
    /// steepest. Frames without prediction made nothing better.
    pub fn continue_from(&mut self, other: &OpusEncoder) {
        if self.inner.reset_state().is_err() {
            return;
        }
        self.heard.clone_from(&other.heard);
        self.high_band = other.high_band;
        self.choose_bandwidth();
        self.hear_again();
    }

    /// Comes from a fresh state to where the frames encoded last would have brought it.
    fn hear_again(&mut self) {
        self.is_successor = self.settings.is_celt();
        self.silence.end();
        let mut discarded = [0; Encoder::PAYLOAD_MAX];
        for frame in self.heard.oldest_first() {
            if self.inner.encode_float(frame, &mut discarded).is_err() {
                return;
            }
        }
    }

    /// For another stream: nothing is left of what it encoded before.
    pub fn begin(&mut self, settings: &OpusSettings) {
        self.reset(settings);
        self.is_successor = false;
        self.high_band = HighBand::new();
        self.heard.frames = [[0.0; Frame::SAMPLES_MAX]; HEARD_FRAMES];
        self.silence.end();
    }

    /// Goes on with other settings, as a stream whose decoder has to change over.
    pub fn retune(&mut self, settings: &OpusSettings) {
        if self.settings == *settings {
            return;
        }
        self.reset(settings);
        self.hear_again();
    }

    fn reset(&mut self, settings: &OpusSettings) {
        // libopus lets the application be chosen before the first frame only.
        let retuned = self.inner.reset_state();
        let retuned = retuned.and_then(|()| self.inner.set_application(application(settings)));
        if retuned
            .and_then(|()| configure(&mut self.inner, settings))
            .is_ok()
        {
            self.settings = *settings;
            self.economy = Economy::Off;
            self.bandwidth = Bandwidth::Fullband;
        }
    }

    pub fn economise(&mut self, economy: Economy) {
        self.silence.end();
        self.economy = economy;
        // Cannot fail for these values; if it did, the encoder would go on as it was.
        let _ = match economy {
            Economy::Off => set_effort(&mut self.inner, &self.settings),
            Economy::On => set_least_effort(&mut self.inner, &self.settings),
        };
        self.bandwidth = Bandwidth::Fullband;
        self.choose_bandwidth();
    }

    /// No wider than the sound: what is saved sounds better below (see [`HighBand`]).
    fn choose_bandwidth(&mut self) {
        if !self.settings.is_celt() || self.economy == Economy::On {
            return;
        }
        let bandwidth = if self.high_band.is_empty() {
            Bandwidth::Wideband
        } else {
            Bandwidth::Fullband
        };
        // Cannot fail; if it did, the stream would stay as wide as it was.
        if bandwidth != self.bandwidth && self.inner.set_max_bandwidth(bandwidth).is_ok() {
            self.bandwidth = bandwidth;
        }
    }

    fn set_prediction(&mut self, is_on: bool) {
        // Cannot fail; if it did, a step would be heard that is there without it.
        let _ = self.inner.set_prediction_disabled(!is_on);
    }
}

impl Heard {
    fn remember(&mut self, samples: &[f32]) {
        let Some(frame) = samples.first_chunk() else {
            return;
        };
        self.frames[self.oldest] = *frame;
        self.oldest = (self.oldest + 1) % HEARD_FRAMES;
    }

    fn oldest_first(&self) -> impl Iterator<Item = &[f32; Frame::SAMPLES_MAX]> {
        let (newer, older) = self.frames.split_at(self.oldest);
        older.iter().chain(newer)
    }
}

/// 2 costs half as much again for 0.1 of PESQ, 5 twice as much for 0.2; with CELT alone more
/// bandwidth is cheaper than more complexity.
const COMPLEXITY: i32 = 0;

/// With a copy in each packet, full band needs this much.
const FEC_FULL_BAND_BPS: u32 = 40_000;

fn configure(encoder: &mut opus::Encoder, settings: &OpusSettings) -> opus::Result<()> {
    encoder.set_signal(Signal::Voice)?;
    encoder.set_dtx(false)?;
    set_effort(encoder, settings)
}

const fn application(settings: &OpusSettings) -> Application {
    if settings.is_celt() {
        Application::LowDelay
    } else {
        Application::Voip
    }
}

fn set_effort(encoder: &mut opus::Encoder, settings: &OpusSettings) -> opus::Result<()> {
    encoder.set_bitrate(bitrate(settings.bitrate_bps))?;
    encoder.set_complexity(COMPLEXITY)?;
    match settings.mode {
        OpusMode::Plain => {
            encoder.set_inband_fec(false)?;
            encoder.set_max_bandwidth(Bandwidth::Fullband)
        }
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
/// both in one run; CELT 22 instead of 27.
fn set_least_effort(encoder: &mut opus::Encoder, settings: &OpusSettings) -> opus::Result<()> {
    if settings.is_celt() {
        encoder.set_bitrate(bitrate(CELT_LEAST_BPS))?;
    }
    encoder.set_complexity(0)?;
    encoder.set_max_bandwidth(Bandwidth::Wideband)?;
    encoder.set_inband_fec(false)
}

/// PESQ 4.20 in wide band; 32 kbit/s would save 2 µs more for 3.40.
const CELT_LEAST_BPS: u32 = CELT_BPS;

fn bitrate(bps: u32) -> Bitrate {
    Bitrate::Bits(bps.clamp(6_000, 128_000) as i32)
}
