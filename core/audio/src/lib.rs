//! Codecs, resampling, levels, tones and concealment; knows samples, not who speaks.
//!
//! Samples are `f32`, full scale ±1.0: Opus takes and gives floats, a sum of talkers needs no
//! head-room in them, and SSE2 adds and scales four at once without widening first.

mod band_limit;
mod conceal;
mod decoder;
mod denoiser;
mod encoder;
mod frame;
pub mod g711;
mod g722;
mod gain;
mod inband_dtmf;
pub mod level;
pub mod measure;
mod opus_codec;
mod pcm;
mod pitch;
mod quick_look;
mod rate;
mod resampler;
mod spatial;
mod speech;
mod speech_rule;
mod stereo_decoder;
mod stereo_encoder;
mod time_scale;
mod tone;

pub use band_limit::BandLimit;
pub use conceal::Concealer;
pub use decoder::{DecodeError, Decoder};
pub use denoiser::Denoiser;
pub use encoder::{EncodeError, Encoder};
pub use frame::Frame;
pub use gain::Gain;
pub use inband_dtmf::InbandDtmf;
pub use opus_codec::{Economy, OpusMode, OpusSettings};
pub use pcm::{from_i16, to_i16};
pub use quick_look::{Hint, QuickLook};
pub use rate::SampleRate;
pub use resampler::Resampler;
pub use spatial::SpatialVoice;
pub use speech::{SpeechDetector, Voice};
pub use speech_rule::SpeechRule;
pub use stereo_decoder::StereoDecoder;
pub use stereo_encoder::StereoEncoder;
pub use time_scale::TimeScale;
pub use tone::Tone;
