//! Payload types and what they stand for; chooses none.

use conclave_contract::{Keypad, MediaFormat};
use conclave_model::{Codec, limits};

use crate::description::{Attributes, leading_number};

/// The formats of one media line that we understand, in the peer's order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Formats {
    pub codecs: Vec<MediaFormat>,
    pub keypads: Vec<Keypad>,
    pub opus: OpusWishes,
    /// The names of all, for an error that says what was offered.
    pub names: Vec<String>,
}

/// What a peer asks of our Opus encoder (RFC 7587 §6.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct OpusWishes {
    pub fec: bool,
    pub dtx: bool,
    pub bitrate_max: Option<u32>,
    pub stereo: bool,
}

impl Formats {
    pub(crate) fn read(formats: &str, attributes: &Attributes<'_>) -> Self {
        let mut read = Self::default();
        for text in formats.split_ascii_whitespace().take(limits::SDP_FORMATS) {
            let Some(payload_type) = text.parse::<u8>().ok().filter(|number| *number < 128) else {
                continue;
            };
            let map = attributes
                .values("rtpmap")
                .find_map(|line| RtpMap::read(line).filter(|map| map.payload_type == payload_type));
            read.add(payload_type, map.as_ref());
        }
        if let Some(opus) = read
            .codecs
            .iter()
            .find(|format| format.codec == Codec::Opus)
        {
            read.opus = OpusWishes::read(opus.payload_type, attributes);
        }
        read
    }

    /// The payload type of `codec`.
    pub(crate) fn of(&self, codec: Codec) -> Option<MediaFormat> {
        self.codecs
            .iter()
            .copied()
            .find(|format| format.codec == codec)
    }

    fn add(&mut self, payload_type: u8, map: Option<&RtpMap<'_>>) {
        let codec = match map {
            Some(map) => map.codec(),
            None => Codec::ALL
                .into_iter()
                .find(|codec| codec.static_payload_type() == Some(payload_type)),
        };
        self.names.push(match (map, codec) {
            (Some(map), _) => map.name.to_owned(),
            (None, Some(codec)) => codec.name().to_owned(),
            (None, None) => payload_type.to_string(),
        });
        if let Some(codec) = codec {
            // The same codec twice (say, Opus with and without FEC): the first is the wish.
            if self.of(codec).is_none() {
                self.codecs.push(MediaFormat {
                    payload_type,
                    codec,
                });
            }
        } else if let Some(map) = map.filter(|map| map.is_telephone_event()) {
            self.keypads.push(Keypad {
                payload_type,
                clock_rate_hz: map.clock_rate_hz,
            });
        }
    }
}

/// `a=rtpmap:111 opus/48000/2`.
pub(crate) struct RtpMap<'a> {
    pub payload_type: u8,
    pub name: &'a str,
    pub clock_rate_hz: u32,
    channels: u32,
}

impl<'a> RtpMap<'a> {
    pub fn read(value: &'a str) -> Option<Self> {
        let (payload_type, encoding) = value.split_once([' ', '\t'])?;
        let mut parts = encoding.trim().split('/');
        Some(Self {
            payload_type: payload_type.parse().ok()?,
            name: parts.next()?.trim(),
            clock_rate_hz: parts.next().and_then(|rate| leading_number(rate.trim()))?,
            channels: parts
                .next()
                .and_then(|count| leading_number(count.trim()))
                .unwrap_or(1),
        })
    }

    fn codec(&self) -> Option<Codec> {
        let named = |codec: &Codec| {
            self.name.eq_ignore_ascii_case(codec.name())
                && self.clock_rate_hz == codec.clock_rate_hz()
        };
        // Opus is always written with two channels (RFC 7587 §7), and phones forget it.
        Codec::ALL
            .into_iter()
            .find(named)
            .filter(|codec| *codec == Codec::Opus || self.channels == 1)
    }

    fn is_telephone_event(&self) -> bool {
        self.name.eq_ignore_ascii_case("telephone-event")
            && limits::KEYPAD_CLOCK_HZ.contains(&self.clock_rate_hz)
    }
}

impl OpusWishes {
    fn read(payload_type: u8, attributes: &Attributes<'_>) -> Self {
        let mut wishes = Self::default();
        let parameters = attributes.values("fmtp").find_map(|line| {
            let (number, parameters) = line.split_once([' ', '\t'])?;
            (number.parse() == Ok(payload_type)).then_some(parameters)
        });
        for parameter in parameters.unwrap_or("").split(';') {
            let Some((name, value)) = parameter.split_once('=') else {
                continue;
            };
            let value = value.trim();
            match name.trim().to_ascii_lowercase().as_str() {
                "useinbandfec" => wishes.fec = value == "1",
                "usedtx" => wishes.dtx = value == "1",
                "stereo" => wishes.stereo = value == "1",
                "maxaveragebitrate" => {
                    wishes.bitrate_max = leading_number::<u32>(value)
                        .map(|rate| rate.clamp(OPUS_BITRATE_LEAST, OPUS_BITRATE_MOST));
                }
                _ => {}
            }
        }
        wishes
    }
}

/// RFC 7587 §6.1, in bits per second.
const OPUS_BITRATE_LEAST: u32 = 6_000;
const OPUS_BITRATE_MOST: u32 = 510_000;
