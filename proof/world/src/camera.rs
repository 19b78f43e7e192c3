//! The pictures of a simulated phone: a camera, a screen for each line; no picture has a pixel.
//!
//! Every packet is a picture that says whose it is and whether it needs another, so that a test
//! can tell who is seen and whether anybody was shown what nobody could decode.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use conclave_contract::{Direction, VideoFeedback, VideoFormat};
use conclave_model::VideoCodec;
use conclave_rtp::feedback::{self, Feedback};
use conclave_rtp::rtcp::{self, RtcpPacket};
use conclave_rtp::{Header, RtpPacket, write_header};
use conclave_sdp::AgreedVideo;

/// What of pictures a phone has, before it dials.
#[derive(Clone, Debug)]
pub struct CameraPlan {
    /// Best first.
    pub formats: Vec<VideoFormat>,
    /// Whether it offers a line itself; else it has a screen and no camera.
    pub has_camera: bool,
    /// Lines it accepts.
    pub lines: u8,
}

pub struct Camera {
    pub plan: CameraPlan,
    /// Its number in the city, which is in all its pictures.
    owner: u32,
    address: IpAddr,
    lines: BTreeMap<u8, Link>,
    screens: BTreeMap<u8, Screen>,
    words: u32,
    pictures: u32,
    whole_next: bool,
    sequence: u16,
    pub is_off: bool,
    /// Whole pictures it was asked for: by PLI, by FIR, by INFO.
    pub asked: [u32; 3],
    /// What it was told that its receivers take, in bits per second.
    pub estimates: Vec<u64>,
}

#[derive(Clone, Debug)]
struct Link {
    remote: Option<SocketAddr>,
    format: VideoFormat,
    direction: Direction,
    feedback: VideoFeedback,
}

/// What was shown on one line.
#[derive(Clone, Debug, Default)]
pub struct Screen {
    /// Whose picture is seen, and since which.
    pub owner: Option<u32>,
    pub last_at: Option<Instant>,
    /// Everybody who was seen, in their order, one after the other.
    pub owners: Vec<u32>,
    pub pictures: u64,
    /// Pictures that could not be decoded: what they need was never shown.
    pub garbage: u64,
    /// Breaks of RFC 3550: another source, a gap or a step back in sequence, time that runs back.
    pub jumps: u64,
    last: Option<(u32, u16, u32, u8)>,
}

impl Camera {
    #[must_use]
    pub fn new(plan: CameraPlan, owner: u32, address: IpAddr) -> Camera {
        Camera {
            plan,
            owner,
            address,
            lines: BTreeMap::new(),
            screens: BTreeMap::new(),
            words: 0,
            pictures: 0,
            whole_next: true,
            sequence: 60_000,
            is_off: false,
            asked: [0; 3],
            estimates: Vec::new(),
        }
    }

    /// Where the pictures of a line are taken.
    #[must_use]
    pub fn port(number: u8) -> u16 {
        FIRST_PORT + 2 * u16::from(number)
    }

    #[must_use]
    pub fn screen(&self, number: u8) -> Screen {
        self.screens.get(&number).cloned().unwrap_or_default()
    }

    /// Whose pictures came in the last second.
    #[must_use]
    pub fn sees(&self, now: Instant) -> Vec<u32> {
        let is_fresh = |at: Instant| now.saturating_duration_since(at).as_millis() < 1_000;
        let screens = self.screens.values();
        let fresh = screens.filter(|screen| screen.last_at.is_some_and(is_fresh));
        let mut seen: Vec<u32> = fresh.filter_map(|screen| screen.owner).collect();
        seen.sort_unstable();
        seen
    }

    /// How many lines it has.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.lines.len()
    }

    /// What was not as it should be, on any line.
    #[must_use]
    pub fn faults(&self) -> (u64, u64) {
        let screens = self.screens.values();
        screens.fold((0, 0), |(garbage, jumps), screen| {
            (garbage + screen.garbage, jumps + screen.jumps)
        })
    }

    pub fn connect(&mut self, agreed: &[AgreedVideo]) {
        let links = agreed.iter().filter_map(|line| {
            let link = Link {
                remote: line.remote,
                format: *line.formats.first()?,
                direction: line.direction,
                feedback: line.feedback,
            };
            Some((line.number, link))
        });
        self.lines = links.collect();
        for (number, screen) in &mut self.screens {
            if !self.lines.contains_key(number) {
                // Its stream has ended; the next on this line is another.
                (screen.last, screen.owner) = (None, None);
            }
        }
    }

    pub fn disconnect(&mut self) {
        self.lines.clear();
    }

    /// A whole picture was asked for by signalling.
    pub fn asked_by_info(&mut self) {
        self.asked[2] += 1;
        self.whole_next = true;
    }

    /// The picture of this 20 ms, if there is one: 25 in a second.
    pub fn shoot(&mut self) -> Option<(SocketAddr, SocketAddr, Vec<u8>)> {
        self.words += 1;
        let link = self.lines.get(&0).filter(|_| self.plan.has_camera)?;
        if self.is_off || !link.direction.sends() || self.words.is_multiple_of(2) {
            return None;
        }
        let remote = link.remote?;
        let header = Header {
            payload_type: link.format.payload_type,
            marker: true,
            sequence: self.sequence,
            timestamp: self.owner.wrapping_mul(0x1234_5678) + self.words * 1_800,
            ssrc: 0xCAFE_0000 + self.owner,
        };
        let is_whole = std::mem::take(&mut self.whole_next);
        let mut payload = match (link.format.codec, is_whole) {
            (VideoCodec::Vp8, true) => vec![0x10, 0x00],
            (VideoCodec::Vp8, false) => vec![0x10, 0x01],
            (VideoCodec::H264(_), true) => vec![0x65, 0],
            (VideoCodec::H264(_), false) => vec![0x41, 0],
        };
        self.sequence = self.sequence.wrapping_add(1);
        self.pictures += 1;
        payload.extend(self.owner.to_be_bytes());
        payload.extend([7; 200]);
        let mut fixed = [0; 12];
        write_header(&mut fixed, &header);
        let from = SocketAddr::new(self.address, Camera::port(0));
        Some((from, remote, [&fixed[..], &payload].concat()))
    }

    /// RTCP that asks for a whole picture on a line.
    #[must_use]
    pub fn picture_loss(&self, number: u8) -> Option<(SocketAddr, SocketAddr, Vec<u8>)> {
        self.feedback(number, |out| feedback::write_picture_loss(out, 1, 2))
    }

    /// RTCP that says how much a line can take.
    #[must_use]
    pub fn estimate(&self, number: u8, bits: u64) -> Option<(SocketAddr, SocketAddr, Vec<u8>)> {
        self.feedback(number, |out| feedback::write_remb(out, 1, 2, bits))
    }

    fn feedback(
        &self,
        number: u8,
        write: impl Fn(&mut [u8]) -> Option<usize>,
    ) -> Option<(SocketAddr, SocketAddr, Vec<u8>)> {
        let mut remote = self.lines.get(&number)?.remote?;
        remote.set_port(remote.port() + 1);
        let mut out = [0; feedback::FEEDBACK_BYTES_MAX];
        let length = write(&mut out)?;
        let from = SocketAddr::new(self.address, Camera::port(number) + 1);
        let report = [0x80, 201, 0, 1, 0, 0, 0, 1];
        Some((from, remote, [&report[..], &out[..length]].concat()))
    }

    /// A datagram came to one of its ports.
    pub fn see(&mut self, now: Instant, port: u16, bytes: &[u8]) {
        let Ok(number) = u8::try_from(port.saturating_sub(FIRST_PORT) / 2) else {
            return;
        };
        if port % 2 == 1 {
            self.hear_report(number, bytes);
            return;
        }
        let Some(link) = self.lines.get(&number) else {
            return;
        };
        if let Ok(packet) = RtpPacket::parse(bytes) {
            let screen = self.screens.entry(number).or_default();
            screen.show(now, &packet, link.format);
        }
    }

    fn hear_report(&mut self, number: u8, bytes: &[u8]) {
        let is_goodbye = |it: RtcpPacket<'_>| matches!(it, RtcpPacket::Bye { .. });
        let Some(link) = self.lines.get(&number) else {
            return;
        };
        if rtcp::read(bytes).any(is_goodbye) {
            return;
        }
        for message in feedback::read(bytes) {
            match message {
                Feedback::PictureLoss if link.feedback.picture_loss => self.asked[0] += 1,
                Feedback::FullIntra if link.feedback.full_intra => self.asked[1] += 1,
                Feedback::Remb { bits_per_second } => {
                    self.estimates.push(bits_per_second);
                    continue;
                }
                // Not agreed, and not understood.
                Feedback::PictureLoss | Feedback::FullIntra => continue,
            }
            self.whole_next = true;
        }
    }
}

impl Screen {
    fn show(&mut self, now: Instant, packet: &RtpPacket<'_>, format: VideoFormat) {
        let [.., kind, a, b, c, d] = packet.payload[..packet.payload.len().min(6)] else {
            return;
        };
        let is_whole = match format.codec {
            VideoCodec::Vp8 => kind & 1 == 0,
            VideoCodec::H264(_) => packet.payload[0] & 0x1f == 5,
        };
        let owner = u32::from_be_bytes([a, b, c, d]);
        let (sequence, timestamp) = (packet.sequence, packet.timestamp);
        if let Some((ssrc, last, time, payload_type)) = self.last {
            let is_next = sequence == last.wrapping_add(1);
            let is_later = timestamp.wrapping_sub(time).cast_signed() > 0;
            let is_same = ssrc == packet.ssrc && payload_type == packet.payload_type;
            self.jumps += u64::from(!(is_next && is_later && is_same));
        }
        self.last = Some((packet.ssrc, sequence, timestamp, packet.payload_type));
        if self.owner != Some(owner) {
            self.garbage += u64::from(!is_whole);
            self.owners.push(owner);
        }
        self.owner = Some(owner);
        self.last_at = Some(now);
        self.pictures += 1;
    }
}

const FIRST_PORT: u16 = 4_100;
