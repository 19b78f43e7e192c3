//! Our descriptions in SDP's words (RFC 8866); decides nothing.

use std::fmt::Write;
use std::net::IpAddr;

use conclave_contract::{Direction, Keypad, MediaFormat};
use conclave_model::{Codec, limits};

use crate::agreed::Line;
use crate::crypto_line::CryptoLine;
use crate::encryption::offered_again;
use crate::ice_line::{AgreedIce, OwnIceLine};
use crate::level_line::LevelLine;
use crate::tls_line::{AgreedTls, OwnTlsLine};
use crate::video::with_lines;
use crate::{Agreed, AgreedVideo, Capabilities, LocalMedia};

/// The answer that says what was agreed: the one codec, and every telephone event.
///
/// One codec alone, because some phones change to another one of several in mid-call.
#[must_use]
pub fn write_answer(agreed: &Agreed, local: &LocalMedia) -> Vec<u8> {
    let audio = AudioLine {
        formats: vec![agreed.send],
        keypads: agreed.keypad.clone(),
        ptime_ms: agreed.ptime_ms,
        direction: agreed.direction,
        rtcp_mux: agreed.rtcp_mux,
        opus_dtx: agreed.opus_dtx,
        opus_stereo: agreed.opus_stereo,
        levels: agreed.levels,
        crypto: offered_again(&agreed.lines, agreed.keys.as_ref()),
        tls: agreed.tls.as_ref().map(AgreedTls::answer_line),
        ice: agreed.ice.as_ref().map(AgreedIce::line),
        is_bundled: agreed.is_bundled,
    };
    write(&agreed.lines, &audio, &agreed.video, local)
}

/// An offer of all that we can do. After an exchange it keeps the media lines in their places and
/// every payload type in its meaning (RFC 3264 §8.3.2).
#[must_use]
pub fn write_offer(
    capabilities: &Capabilities,
    local: &LocalMedia,
    previous: Option<&Agreed>,
) -> Vec<u8> {
    let mut numbers = Numbers::new(previous);
    let codecs = &capabilities.codecs;
    let formats: Vec<MediaFormat> = codecs.iter().map(|codec| numbers.format(*codec)).collect();
    let mut clocks: Vec<u32> = codecs.iter().map(|codec| codec.clock_rate_hz()).collect();
    clocks.sort_unstable();
    clocks.dedup();
    let keypads = clocks.iter().map(|clock| numbers.keypad(*clock)).collect();
    let tls = match (previous, capabilities.srtp.tls.fingerprint()) {
        (Some(agreed), _) => agreed.tls.as_ref().map(|tls| &tls.ours),
        (None, Some(ours)) if capabilities.srtp.offers_tls() => Some(ours),
        (None, _) => None,
    };
    // Whoever offers names of its own says by other ones that checks begin anew.
    let before = previous.and_then(|agreed| agreed.ice.as_ref());
    let ice = OwnIceLine::offering(&capabilities.ice).or(before.map(AgreedIce::line));
    let audio = AudioLine {
        formats,
        keypads,
        ptime_ms: capabilities.ptime_ms,
        direction: capabilities.direction,
        rtcp_mux: match previous {
            Some(agreed) => agreed.rtcp_mux,
            None => ice.is_some() || tls.is_some(),
        },
        opus_dtx: true,
        opus_stereo: previous.is_some_and(|agreed| agreed.opus_stereo),
        levels: LevelLine::offered(
            capabilities.levels,
            previous.and_then(|agreed| agreed.levels_in(capabilities.levels)),
        ),
        crypto: match previous {
            Some(agreed) => offered_again(&agreed.lines, agreed.keys.as_ref()),
            None => capabilities.srtp.lines(),
        },
        tls: tls.map(OwnTlsLine::offering),
        ice,
        is_bundled: previous.is_some_and(|agreed| agreed.is_bundled),
    };
    let fresh = [Line::Audio {
        protocol: capabilities.srtp.protocol().to_owned(),
        mid: None,
    }];
    let before = previous.map_or(&fresh[..], |agreed| &agreed.lines);
    let agreed_before = previous.map_or(&[][..], |agreed| &agreed.video);
    let side = &capabilities.video;
    let video: Vec<AgreedVideo> = (0..side.lines)
        .map(|number| AgreedVideo::offered(number, agreed_before, side))
        .collect();
    write(&with_lines(before, side.lines), &audio, &video, local)
}

/// The one media line that is ours.
struct AudioLine {
    formats: Vec<MediaFormat>,
    keypads: Vec<Keypad>,
    ptime_ms: u32,
    direction: Direction,
    rtcp_mux: bool,
    opus_dtx: bool,
    /// We may send two channels; we ask for one.
    opus_stereo: bool,
    levels: Option<LevelLine>,
    crypto: Vec<CryptoLine>,
    tls: Option<OwnTlsLine>,
    ice: Option<OwnIceLine>,
    is_bundled: bool,
}

fn write(lines: &[Line], audio: &AudioLine, video: &[AgreedVideo], local: &LocalMedia) -> Vec<u8> {
    let family = match local.address {
        IpAddr::V4(_) => "IP4",
        IpAddr::V6(_) => "IP6",
    };
    let LocalMedia {
        address,
        session_id,
        version,
        ..
    } = local;
    let mut text = format!(
        "v=0\r\no=conclave {session_id} {version} IN {family} {address}\r\ns=conclave\r\n\
         c=IN {family} {address}\r\nt=0 0\r\n"
    );
    let mut mids = lines.iter().filter_map(|line| match line {
        Line::Audio { mid, .. } => mid.as_deref(),
        Line::Video { .. } | Line::Rejected { .. } => None,
    });
    if let (Some(mid), true) = (mids.next(), audio.is_bundled) {
        text.extend(["a=group:BUNDLE ", mid, "\r\n"]);
    }
    if audio.ice.as_ref().is_some_and(|ice| ice.is_lite) {
        text.push_str("a=ice-lite\r\n");
    }
    for line in lines {
        let written = match line {
            Line::Audio { protocol, .. } => audio.write(&mut text, protocol, local),
            Line::Video {
                number,
                protocol,
                formats,
                ..
            } => {
                let port = local.video_ports.get(usize::from(*number)).copied();
                let agreed = video.iter().find(|line| line.number == *number);
                match (agreed, port.filter(|port| *port != 0)) {
                    (Some(line), Some(port)) => write_video(&mut text, line, plain(protocol), port),
                    (None, _) | (_, None) => write!(text, "m=video 0 {protocol} {formats}\r\n"),
                }
            }
            Line::Rejected {
                kind,
                protocol,
                formats,
                ..
            } => write!(text, "m={kind} 0 {protocol} {formats}\r\n"),
        };
        written.expect("a String takes whatever is written");
        let (Line::Audio { mid, .. } | Line::Video { mid, .. } | Line::Rejected { mid, .. }) = line;
        if let Some(mid) = mid {
            text.extend(["a=mid:", mid, "\r\n"]);
        }
    }
    text.into_bytes()
}

/// A line that was rejected because it was encrypted is offered as what we can do.
fn plain(protocol: &str) -> &str {
    if protocol == "RTP/AVPF" {
        protocol
    } else {
        "RTP/AVP"
    }
}

fn write_video(
    text: &mut String,
    line: &AgreedVideo,
    protocol: &str,
    port: u16,
) -> std::fmt::Result {
    line.write(text, protocol, port)?;
    write!(text, "a={}\r\n", direction_name(line.direction))
}

impl AudioLine {
    fn write(&self, text: &mut String, protocol: &str, local: &LocalMedia) -> std::fmt::Result {
        let port = local.port;
        write!(text, "m=audio {port} {protocol}")?;
        for format in &self.formats {
            write!(text, " {}", format.payload_type)?;
        }
        for keypad in &self.keypads {
            write!(text, " {}", keypad.payload_type)?;
        }
        text.push_str("\r\n");
        for format in &self.formats {
            self.write_format(text, *format)?;
        }
        for Keypad {
            payload_type,
            clock_rate_hz,
        } in &self.keypads
        {
            write!(
                text,
                "a=rtpmap:{payload_type} telephone-event/{clock_rate_hz}\r\n"
            )?;
            write!(text, "a=fmtp:{payload_type} 0-15\r\n")?;
        }
        write!(text, "a=ptime:{}\r\n", self.ptime_ms)?;
        write!(text, "a=maxptime:{}\r\n", limits::PTIME_MS.end())?;
        for line in &self.crypto {
            line.write(text)?;
        }
        if let Some(tls) = &self.tls {
            tls.write(text)?;
        }
        if let Some(ice) = &self.ice {
            ice.write(text, local.address, port)?;
        }
        if self.rtcp_mux {
            text.push_str("a=rtcp-mux\r\n");
        }
        if let Some(levels) = &self.levels {
            text.push_str(&levels.text());
        }
        write!(text, "a={}\r\n", direction_name(self.direction))
    }

    fn write_format(&self, text: &mut String, format: MediaFormat) -> std::fmt::Result {
        let MediaFormat {
            payload_type,
            codec,
        } = format;
        let channels = if codec == Codec::Opus { "/2" } else { "" };
        let rate = codec.clock_rate_hz();
        write!(text, "a=rtpmap:{payload_type} {codec}/{rate}{channels}\r\n")?;
        if codec == Codec::Opus {
            let dtx = if self.opus_dtx { ";usedtx=1" } else { "" };
            let stereo = if self.opus_stereo {
                ";sprop-stereo=1"
            } else {
                ""
            };
            write!(
                text,
                "a=fmtp:{payload_type} useinbandfec=1{dtx}{stereo}\r\n"
            )?;
        }
        Ok(())
    }
}

const fn direction_name(direction: Direction) -> &'static str {
    match direction {
        Direction::SendRecv => "sendrecv",
        Direction::SendOnly => "sendonly",
        Direction::RecvOnly => "recvonly",
        Direction::Inactive => "inactive",
    }
}

/// Gives out payload types: those of the exchange before, the static ones, the customary ones,
/// then the first free.
struct Numbers {
    formats: Vec<MediaFormat>,
    keypads: Vec<Keypad>,
    taken: [bool; 128],
}

impl Numbers {
    fn new(previous: Option<&Agreed>) -> Self {
        let formats = previous.map_or(Vec::new(), |agreed| agreed.receive.clone());
        let keypads = previous.map_or(Vec::new(), |agreed| agreed.keypad.clone());
        let mut taken = [false; 128];
        for format in &formats {
            taken[usize::from(format.payload_type & 0x7f)] = true;
        }
        for keypad in &keypads {
            taken[usize::from(keypad.payload_type & 0x7f)] = true;
        }
        Self {
            formats,
            keypads,
            taken,
        }
    }

    fn format(&mut self, codec: Codec) -> MediaFormat {
        let before = self.formats.iter().find(|format| format.codec == codec);
        before.copied().unwrap_or_else(|| MediaFormat {
            payload_type: self.free(codec.static_payload_type().unwrap_or(OPUS_CUSTOMARY)),
            codec,
        })
    }

    fn keypad(&mut self, clock_rate_hz: u32) -> Keypad {
        let before = self
            .keypads
            .iter()
            .find(|keypad| keypad.clock_rate_hz == clock_rate_hz);
        let customary = match clock_rate_hz {
            8_000 => KEYPAD_8000_CUSTOMARY,
            _ => KEYPAD_OTHER_CUSTOMARY,
        };
        before.copied().unwrap_or_else(|| Keypad {
            payload_type: self.free(customary),
            clock_rate_hz,
        })
    }

    fn free(&mut self, wish: u8) -> u8 {
        let number = std::iter::once(wish)
            .chain(96..=127)
            .find(|number| !self.taken[usize::from(*number)])
            .unwrap_or(wish);
        self.taken[usize::from(number)] = true;
        number
    }
}

/// What browsers use.
const OPUS_CUSTOMARY: u8 = 111;
const KEYPAD_OTHER_CUSTOMARY: u8 = 110;
/// What nearly every phone uses.
const KEYPAD_8000_CUSTOMARY: u8 = 101;
