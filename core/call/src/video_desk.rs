//! The ports of a call's video lines and where their streams begin; asks for none itself.

use std::net::SocketAddr;

use conclave_contract::{Direction, VideoSpec};
use conclave_model::{Chance, limits};
use conclave_sdp::AgreedVideo;

/// What a call has for pictures.
#[derive(Debug)]
pub(crate) struct VideoDesk {
    /// So many lines of an offer are accepted.
    pub accepts: u8,
    lines: [Line; limits::VIDEO_LINES],
}

#[derive(Clone, Copy, Debug, Default)]
struct Line {
    port: Port,
    start: RtpStart,
}

/// Of a line that is agreed or about to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Port {
    #[default]
    None,
    Opening,
    Open(u16),
    /// There was none: not asked for again before the next exchange.
    Failed,
}

/// Where sequence, timestamp and source begin (RFC 3550 §5.1).
#[derive(Clone, Copy, Debug, Default)]
struct RtpStart {
    ssrc: u32,
    sequence: u16,
    timestamp: u32,
}

impl VideoDesk {
    pub fn new(accepts: u8) -> Self {
        Self {
            accepts,
            lines: Default::default(),
        }
    }

    /// Ports are to be opened for those of these lines that have none. Which they are.
    pub fn open(&mut self, numbers: impl Iterator<Item = u8>, chance: &mut Chance) -> Vec<u8> {
        let mut opening = Vec::new();
        for number in numbers {
            let Some(line) = self.lines.get_mut(usize::from(number)) else {
                continue;
            };
            if line.port == Port::None {
                line.port = Port::Opening;
                line.start = RtpStart::drawn(chance);
                opening.push(number);
            }
        }
        opening
    }

    /// `None`: there was no port left.
    pub fn opened(&mut self, number: u8, local: Option<SocketAddr>) {
        if let Some(line) = self.lines.get_mut(usize::from(number)) {
            line.port = local.map_or(Port::Failed, |local| Port::Open(local.port()));
        }
    }

    pub fn is_opening(&self) -> bool {
        self.lines.iter().any(|line| line.port == Port::Opening)
    }

    /// 0: it has none.
    pub fn port(&self, number: u8) -> u16 {
        let line = self.lines.get(usize::from(number));
        match line.map(|line| line.port) {
            Some(Port::Open(port)) => port,
            Some(Port::None | Port::Opening | Port::Failed) | None => 0,
        }
    }

    /// The port of every line, by number.
    pub fn ports(&self) -> impl Iterator<Item = (u8, u16)> {
        (0..)
            .zip(&self.lines)
            .map(|(number, _)| (number, self.port(number)))
    }

    /// Lines with a port that `agreed` does not name: they have none after this.
    pub fn take_unused(&mut self, agreed: &[AgreedVideo]) -> Vec<u8> {
        let mut unused = Vec::new();
        for (number, line) in (0..).zip(&mut self.lines) {
            let is_agreed = agreed.iter().any(|agreed| agreed.number == number);
            match line.port {
                Port::Open(_) if !is_agreed => {
                    line.port = Port::None;
                    unused.push(number);
                }
                Port::Failed => line.port = Port::None,
                Port::Open(_) | Port::None | Port::Opening => {}
            }
        }
        unused
    }

    /// What the relay is told of a line; one that is held shows nothing and is shown nothing.
    pub fn spec(&self, agreed: &AgreedVideo, is_held: bool) -> VideoSpec {
        let line = self.lines.get(usize::from(agreed.number));
        let RtpStart {
            ssrc,
            sequence,
            timestamp,
        } = line.map(|line| line.start).unwrap_or_default();
        let mut spec = agreed.spec(ssrc, sequence, timestamp);
        if is_held {
            spec.direction = Direction::Inactive;
        }
        spec
    }
}

impl RtpStart {
    fn drawn(chance: &mut Chance) -> Self {
        Self {
            ssrc: chance.u32(),
            sequence: (chance.u32() & 0x7fff) as u16,
            timestamp: chance.u32(),
        }
    }
}
