//! The video lines of offer and answer: which codec, which way, which requests; passes no picture.

use std::fmt::Write;
use std::net::SocketAddr;

use conclave_contract::{Direction, VideoFeedback, VideoFormat, VideoSpec};
use conclave_model::{H264, Packetization, VideoCodec, limits};

use crate::VideoSide;
use crate::agreed::Line;
use crate::description::{Attributes, MediaLine, leading_number};
use crate::format::RtpMap;

/// What was agreed on one `m=video` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgreedVideo {
    /// Its place among the video lines of the description, from 0.
    pub number: u8,
    pub remote: Option<SocketAddr>,
    pub remote_rtcp: Option<SocketAddr>,
    pub rtcp_mux: bool,
    /// With the peer's payload types and what it takes; never empty.
    pub formats: Vec<VideoFormat>,
    /// Our own direction.
    pub direction: Direction,
    pub feedback: VideoFeedback,
}

impl AgreedVideo {
    /// The specification of the line; the three numbers are random (RFC 3550 §5.1).
    #[must_use]
    pub fn spec(&self, ssrc: u32, first_sequence: u16, first_timestamp: u32) -> VideoSpec {
        VideoSpec {
            remote: self.remote,
            remote_rtcp: self.remote_rtcp,
            rtcp_mux: self.rtcp_mux,
            formats: self.formats.clone(),
            direction: self.direction,
            feedback: self.feedback,
            ssrc,
            first_sequence,
            first_timestamp,
        }
    }

    /// What of a peer's line `own` has too; `None` when that is nothing, or the line is rejected.
    pub(crate) fn on(line: &MediaLine, number: u8, own: &VideoSide) -> Option<Self> {
        let is_ours = number < own.lines && line.port != 0 && line.is_plain();
        let known = &own.formats;
        let suits = |format: &&VideoFormat| {
            known.is_empty() || known.iter().any(|it| it.codec.is_like(format.codec))
        };
        let theirs = line.video.formats.iter().filter(suits).copied();
        let formats: Vec<VideoFormat> = theirs.take(limits::VIDEO_FORMATS).collect();
        (is_ours && !formats.is_empty()).then(|| Self {
            number,
            remote: line.remote(),
            remote_rtcp: line.remote_rtcp(),
            rtcp_mux: line.rtcp_mux,
            formats,
            direction: line.our_direction(),
            feedback: line.video.feedback,
        })
    }

    /// A line that we offer, with the formats of the exchange before, or all that we pass on.
    pub(crate) fn offered(number: u8, previous: &[AgreedVideo], own: &VideoSide) -> Self {
        let before = previous.iter().find(|line| line.number == number);
        let model = before.or_else(|| previous.first());
        let formats = match model {
            Some(line) => line.formats.clone(),
            None if own.formats.is_empty() => usual_formats(),
            None => own.formats.clone(),
        };
        // Who called without pictures is shown others', and is not asked for their own.
        let is_first = number == 0 && previous.is_empty() && own.is_caller;
        let direction = match before.map(|line| line.direction) {
            Some(one_way @ (Direction::RecvOnly | Direction::SendOnly)) => one_way,
            Some(Direction::SendRecv | Direction::Inactive) if number == 0 => Direction::SendRecv,
            None if is_first => Direction::SendRecv,
            Some(Direction::SendRecv | Direction::Inactive) | None => Direction::SendOnly,
        };
        Self {
            number,
            remote: None,
            remote_rtcp: None,
            rtcp_mux: model.is_some_and(|line| line.rtcp_mux),
            formats,
            direction,
            feedback: VideoFeedback {
                picture_loss: true,
                full_intra: true,
                remb: true,
            },
        }
    }

    pub(crate) fn write(&self, text: &mut String, protocol: &str, port: u16) -> std::fmt::Result {
        write!(text, "m=video {port} {protocol}")?;
        for format in &self.formats {
            write!(text, " {}", format.payload_type)?;
        }
        text.push_str("\r\n");
        for format in &self.formats {
            write_format(text, *format)?;
            for (is_agreed, words) in [
                (self.feedback.picture_loss, "nack pli"),
                (self.feedback.full_intra, "ccm fir"),
                (self.feedback.remb, "goog-remb"),
            ] {
                if is_agreed {
                    write!(text, "a=rtcp-fb:{} {words}\r\n", format.payload_type)?;
                }
            }
        }
        if self.rtcp_mux {
            text.push_str("a=rtcp-mux\r\n");
        }
        Ok(())
    }
}

/// What a peer's line says of its pictures, in its order.
#[derive(Clone, Debug, Default)]
pub(crate) struct VideoFormats {
    pub formats: Vec<VideoFormat>,
    pub feedback: VideoFeedback,
}

impl VideoFormats {
    pub(crate) fn read(formats: &str, attributes: &Attributes<'_>) -> Self {
        let mut read = Self::default();
        for text in formats.split_ascii_whitespace().take(limits::SDP_FORMATS) {
            let payload_type = text.parse::<u8>().ok().filter(|number| *number < 128);
            if let Some(format) = payload_type.and_then(|it| read_format(it, attributes)) {
                read.formats.push(format);
            }
        }
        let is_ours =
            |number: &str| number == "*" || number.parse().is_ok_and(|number: u8| read.has(number));
        let mut feedback = VideoFeedback::default();
        for line in attributes.values("rtcp-fb") {
            let Some((number, words)) = line.split_once([' ', '\t']) else {
                continue;
            };
            if !is_ours(number) {
                continue;
            }
            let mut words = words.split_ascii_whitespace();
            match (words.next(), words.next()) {
                (Some("nack"), Some("pli")) => feedback.picture_loss = true,
                (Some("ccm"), Some("fir")) => feedback.full_intra = true,
                (Some("goog-remb"), None) => feedback.remb = true,
                (Some(_), _) | (None, _) => {}
            }
        }
        read.feedback = feedback;
        read
    }

    fn has(&self, payload_type: u8) -> bool {
        let mut formats = self.formats.iter();
        formats.any(|format| format.payload_type == payload_type)
    }
}

/// The place of each line among the video lines; lines of another kind have none.
pub(crate) fn video_number<'a>(
    kinds: impl Iterator<Item = &'a str>,
) -> impl Iterator<Item = Option<u8>> {
    kinds.scan(0_u8, |next, kind| {
        let number = (kind == "video").then_some(*next);
        *next += u8::from(number.is_some());
        Some(number)
    })
}

/// The video lines of an exchange, those that we ask for and have not yet added behind.
pub(crate) fn with_lines(lines: &[Line], wanted: u8) -> Vec<Line> {
    let mut lines = lines.to_vec();
    let is_video = |line: &&Line| matches!(line, Line::Video { .. });
    let there = u8::try_from(lines.iter().filter(is_video).count()).unwrap_or(u8::MAX);
    for number in there..wanted {
        if lines.len() < limits::SDP_MEDIA_LINES {
            lines.push(Line::Video {
                number,
                protocol: "RTP/AVP".to_owned(),
                formats: "96".to_owned(),
                mid: None,
            });
        }
    }
    lines
}

fn read_format(payload_type: u8, attributes: &Attributes<'_>) -> Option<VideoFormat> {
    let map = attributes
        .values("rtpmap")
        .find_map(|line| RtpMap::read(line).filter(|map| map.payload_type == payload_type))?;
    if map.clock_rate_hz != VideoCodec::CLOCK_RATE_HZ {
        return None;
    }
    let codec = if map.name.eq_ignore_ascii_case("VP8") {
        VideoCodec::Vp8
    } else if map.name.eq_ignore_ascii_case("H264") {
        VideoCodec::H264(read_h264(payload_type, attributes)?)
    } else {
        return None;
    };
    Some(VideoFormat {
        payload_type,
        codec,
    })
}

/// `None`: packets that are out of order (mode 2), which none here puts in order.
fn read_h264(payload_type: u8, attributes: &Attributes<'_>) -> Option<H264> {
    let parameters = attributes.values("fmtp").find_map(|line| {
        let (number, parameters) = line.split_once([' ', '\t'])?;
        (number.parse() == Ok(payload_type)).then_some(parameters)
    });
    let mut read = H264_UNSAID;
    for parameter in parameters.unwrap_or("").split(';') {
        let Some((name, value)) = parameter.split_once('=') else {
            continue;
        };
        let value = value.trim();
        match name.trim().to_ascii_lowercase().as_str() {
            "profile-level-id" => {
                let number = u32::from_str_radix(value, 16).ok()?;
                [_, read.profile_idc, read.constraints, read.level_idc] = number.to_be_bytes();
            }
            "packetization-mode" => {
                read.packetization = match leading_number::<u8>(value)? {
                    0 => Packetization::Single,
                    1 => Packetization::NonInterleaved,
                    _ => return None,
                };
            }
            _ => {}
        }
    }
    Some(read)
}

fn write_format(text: &mut String, format: VideoFormat) -> std::fmt::Result {
    let VideoFormat {
        payload_type,
        codec,
    } = format;
    let rate = VideoCodec::CLOCK_RATE_HZ;
    write!(text, "a=rtpmap:{payload_type} {codec}/{rate}\r\n")?;
    let VideoCodec::H264(theirs) = codec else {
        return Ok(());
    };
    let H264 {
        packetization,
        profile_idc,
        constraints,
        level_idc,
    } = theirs.asked_for();
    let mode = match packetization {
        Packetization::Single => 0,
        Packetization::NonInterleaved => 1,
    };
    write!(
        text,
        "a=fmtp:{payload_type} profile-level-id={profile_idc:02x}{constraints:02x}{level_idc:02x};\
         packetization-mode={mode};level-asymmetry-allowed=1\r\n"
    )
}

fn usual_formats() -> Vec<VideoFormat> {
    let h264 = |packetization| VideoCodec::H264(H264::usual(packetization));
    let codecs = [
        VideoCodec::Vp8,
        h264(Packetization::NonInterleaved),
        h264(Packetization::Single),
    ];
    (96..)
        .zip(codecs)
        .map(|(payload_type, codec)| VideoFormat {
            payload_type,
            codec,
        })
        .collect()
}

/// RFC 6184 §8.1: Baseline, level 1, single NAL units.
const H264_UNSAID: H264 = H264 {
    packetization: Packetization::Single,
    profile_idc: 0x42,
    constraints: 0,
    level_idc: 10,
};
