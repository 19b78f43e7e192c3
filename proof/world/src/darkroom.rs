//! The relay of pictures in a city: its ports handed out, what it sends put on the wire.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;

use conclave_contract::{VideoCommand, VideoEvent, VideoLine};
use conclave_model::Moment;
use conclave_video::{Relay, VideoPort, VideoSink};

use crate::city::SERVER;
use crate::network::{Packet, Purpose};

#[derive(Default)]
pub struct Darkroom {
    relay: Relay,
    wires: Wires,
    news: VecDeque<VideoEvent>,
}

/// The RTP port of every open line, and what was sent and is not posted yet.
#[derive(Default)]
struct Wires {
    ports: BTreeMap<VideoLine, u16>,
    sent: Vec<Packet>,
}

impl Darkroom {
    pub fn command(&mut self, now: Moment, command: VideoCommand) {
        if let VideoCommand::Open { line, .. } = command {
            self.news.push_back(self.wires.open(line));
            return;
        }
        let closed = command.clone();
        self.relay.command(now, command, &mut self.wires);
        match closed {
            VideoCommand::Close { line } => {
                self.wires.ports.remove(&line);
            }
            VideoCommand::CloseLeg { leg } => self.wires.ports.retain(|line, _| line.leg != leg),
            VideoCommand::Open { .. }
            | VideoCommand::Set { .. }
            | VideoCommand::SetStage { .. }
            | VideoCommand::SetScene { .. }
            | VideoCommand::CloseStage { .. }
            | VideoCommand::Join { .. }
            | VideoCommand::Leave { .. }
            | VideoCommand::WholePicture { .. } => {}
        }
    }

    /// False when none of its lines has the port.
    pub fn receive(&mut self, now: Moment, packet: &Packet) -> bool {
        let (even, port) = (packet.to.port() & !1, packet.to.port());
        let mut ports = self.wires.ports.iter();
        let Some((line, _)) = ports.find(|(_, open)| **open == even) else {
            return false;
        };
        let port = if port == even {
            VideoPort::Rtp
        } else {
            VideoPort::Rtcp
        };
        let (line, from, bytes) = (*line, packet.from, &packet.bytes);
        self.relay
            .receive(now, line, port, from, bytes, &mut self.wires);
        true
    }

    pub fn handle_timeout(&mut self, now: Moment) {
        self.relay.handle_timeout(now, &mut self.wires);
    }

    #[must_use]
    pub fn poll_timeout(&self) -> Option<Moment> {
        self.relay.poll_timeout()
    }

    pub fn poll_event(&mut self) -> Option<VideoEvent> {
        self.news.pop_front().or_else(|| self.relay.poll_event())
    }

    pub fn take_sent(&mut self) -> Vec<Packet> {
        std::mem::take(&mut self.wires.sent)
    }

    #[must_use]
    pub fn ports_taken(&self) -> usize {
        self.wires.ports.len()
    }
}

impl Wires {
    fn open(&mut self, line: VideoLine) -> VideoEvent {
        let is_free = |port: &u16| !self.ports.values().any(|taken| taken == port);
        let port = (FIRST_PORT..u16::MAX).step_by(2).find(is_free);
        let Some(port) = port else {
            return VideoEvent::Failed { line };
        };
        self.ports.insert(line, port);
        let local = SocketAddr::new(SERVER.ip(), port);
        VideoEvent::Opened { line, local }
    }
}

impl VideoSink for Wires {
    fn send(&mut self, line: VideoLine, port: VideoPort, to: SocketAddr, packet: &[u8]) {
        let Some(rtp) = self.ports.get(&line) else {
            return;
        };
        let from_port = match port {
            VideoPort::Rtp => *rtp,
            VideoPort::Rtcp => rtp + 1,
        };
        self.sent.push(Packet {
            purpose: Purpose::Media,
            from: SocketAddr::new(SERVER.ip(), from_port),
            to,
            bytes: packet.to_vec(),
        });
    }
}

/// Above those of sound.
const FIRST_PORT: u16 = 40_000;
