//! One leg of the traffic: what it sends in each 20 ms and what it keeps of what comes; opens no
//! socket.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use conclave_model::{Chance, Codec, Digit, limits};
use conclave_rtp::{
    Datagram, EventSender, HEADER_BYTES, Header, RtpPacket, classify, rtcp, write_header,
};
use nix::sys::socket::SockaddrStorage;

use crate::probe::Probe;

use super::heard::{Heard, Measured};
use super::histogram::Histogram;
use super::prints::{Prints, print};
use super::sounds::{Sends, Sounds};

/// What a leg is to be.
#[derive(Clone, Debug)]
pub struct LegConfig {
    pub codec: Codec,
    pub sends: Sends,
    /// Typed by telephone events, beginning 1.5 s after the first packet; `sends` comes after.
    pub keys: Vec<Digit>,
    pub counted: Counted,
    /// Where in the 20 ms it sends, in thousandths of them; `None`: where the fewest do.
    pub phase: Option<u32>,
}

/// Whether what a leg receives belongs to the measurement of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    Measured,
    /// Beside the measurement, as legs are that come and go.
    Aside,
}

/// The other end of a leg.
#[derive(Clone, Debug)]
pub struct Far {
    pub address: SocketAddr,
    /// Of what is sent.
    pub payload_type: u8,
    /// Of what may come.
    pub receive_types: Vec<u8>,
    /// Payload type and clock rate of telephone events.
    pub events: Option<(u8, u32)>,
}

/// One leg, as far as others may look at it.
pub struct TrafficLeg {
    codec: Codec,
    sends: Sends,
    pub(super) counted: Counted,
    pub(super) place: Place,
    far: Option<OpenFar>,
    ssrc: u32,
    sequence: u16,
    timestamp: u32,
    variety: u64,
    is_begun: bool,
    keys: VecDeque<Digit>,
    pause_ticks: u32,
    ear: Option<Box<Probe>>,
    prints: Option<Box<Prints>>,
    pub(super) heard: Heard,
    sent: u64,
}

/// Where a leg has its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub wire: usize,
    pub phase: usize,
}

struct OpenFar {
    address: SockaddrStorage,
    port: u16,
    payload_type: u8,
    receive_types: Vec<u8>,
    events: Option<(u8, EventSender)>,
}

/// What a packet to be sent is.
pub(super) struct Packet {
    pub bytes: usize,
    pub to: SockaddrStorage,
    pub is_marked: bool,
}

impl TrafficLeg {
    pub(super) fn new(config: &LegConfig, place: Place, chance: &mut Chance) -> Self {
        Self {
            codec: config.codec,
            sends: config.sends,
            counted: config.counted,
            place,
            far: None,
            ssrc: chance.u32(),
            sequence: chance.u32() as u16,
            timestamp: chance.u32(),
            variety: (chance.u32() % VARIETIES).into(),
            is_begun: false,
            keys: config.keys.iter().copied().collect(),
            pause_ticks: if config.keys.is_empty() {
                0
            } else {
                TICKS_BEFORE_KEYS
            },
            ear: None,
            prints: None,
            heard: Heard::new(config.codec.clock_rate_hz()),
            sent: 0,
        }
    }

    pub(super) fn begin(&mut self, far: &Far) {
        self.far = Some(OpenFar {
            address: SockaddrStorage::from(far.address),
            port: far.address.port(),
            payload_type: far.payload_type,
            receive_types: far.receive_types.clone(),
            events: far
                .events
                .map(|(payload_type, clock)| (payload_type, EventSender::new(clock))),
        });
    }

    /// The port it sent to, if it did.
    pub(super) fn end(&mut self) -> Option<u16> {
        self.far.take().map(|far| far.port)
    }

    pub(super) fn listen(&mut self) {
        self.ear = Some(Box::new(Probe::new(self.codec)));
    }

    pub(super) fn stop_listening(&mut self) {
        self.ear = None;
    }

    pub(super) fn remember_prints(&mut self) {
        self.prints = Some(Box::default());
    }

    pub(super) fn forget_prints(&mut self) {
        self.prints = None;
    }

    #[must_use]
    pub fn codec(&self) -> Codec {
        self.codec
    }

    #[must_use]
    pub fn is_open(&self) -> bool {
        self.far.is_some()
    }

    /// Others are to hear it.
    pub(super) fn speaks(&self) -> bool {
        matches!(self.sends, Sends::Speech | Sends::Marked { .. })
    }

    /// Its markers are listened for.
    #[must_use]
    pub fn is_listening(&self) -> bool {
        self.ear.is_some()
    }

    /// Everything of the PIN was typed.
    #[must_use]
    pub fn has_typed(&self) -> bool {
        let events = self.far.as_ref().and_then(|far| far.events.as_ref());
        let is_pressing = events.is_some_and(|(_, events)| events.is_pressing());
        self.keys.is_empty() && self.pause_ticks == 0 && !is_pressing
    }

    /// One of the last payloads that came was this one.
    #[must_use]
    pub fn has_received(&self, print: u64) -> bool {
        let prints = self.prints.as_ref();
        prints.is_some_and(|prints| prints.contains(print))
    }

    /// When the first packet came.
    #[must_use]
    pub fn first_at(&self) -> Option<Instant> {
        self.heard.first_at()
    }

    /// Packets sent since it began.
    #[must_use]
    pub fn sent(&self) -> u64 {
        self.sent
    }

    /// What came since the measurement began, until `now`.
    #[must_use]
    pub fn measured(&self, now: Instant) -> Measured {
        self.heard.measured(now)
    }
}

// Out and in ----------------------------------------------------------------------------------

impl TrafficLeg {
    /// Writes this leg's packet of the `tick`th 20 ms.
    pub(super) fn write(
        &mut self,
        tick: u64,
        sounds: &[Sounds],
        datagram: &mut [u8; limits::RTP_PACKET_BYTES],
    ) -> Option<Packet> {
        let has_typed = self.has_typed();
        let far = self.far.as_mut()?;
        let step = self.codec.clock_rate_hz() / 1_000 * limits::FRAME_MS;
        self.timestamp = self.timestamp.wrapping_add(step);
        let mut header = Header {
            payload_type: far.payload_type,
            marker: !std::mem::replace(&mut self.is_begun, true),
            sequence: self.sequence,
            timestamp: self.timestamp,
            ssrc: self.ssrc,
        };
        let events = far.events.as_mut();
        let event = events.and_then(|(kind, events)| Some((*kind, events.next_packet()?)));
        let mut is_marked = false;
        let payload: &[u8] = match &event {
            Some((kind, event)) => {
                header.payload_type = *kind;
                header.marker = event.marker;
                header.timestamp = event.timestamp;
                &event.payload
            }
            None => {
                let sends = if has_typed { self.sends } else { Sends::Noise };
                let sounds = sounds.iter().find(|sounds| sounds.codec == self.codec)?;
                let (payload, begins) = sounds.packet(sends, tick, self.variety)?;
                is_marked = begins;
                payload
            }
        };
        write_header(datagram.first_chunk_mut()?, &header);
        let bytes = HEADER_BYTES + payload.len();
        datagram
            .get_mut(HEADER_BYTES..bytes)?
            .copy_from_slice(payload);
        self.sequence = self.sequence.wrapping_add(1);
        self.sent += 1;
        let to = far.address;
        self.type_keys();
        Some(Packet {
            bytes,
            to,
            is_marked,
        })
    }

    /// Counts a datagram that came for this leg; when a marker began in it, and its print.
    pub(super) fn read(
        &mut self,
        at: Instant,
        datagram: &[u8],
        gaps: &mut Histogram,
    ) -> Option<(Instant, u64)> {
        let far = self.far.as_ref()?;
        if classify(datagram) != Datagram::Rtp {
            return None;
        }
        let packet = RtpPacket::parse(datagram).ok()?;
        if !far.receive_types.contains(&packet.payload_type) {
            return None;
        }
        let gap = self.heard.count(at, &packet);
        if let (Some(gap), Counted::Measured) = (gap, self.counted) {
            gaps.add(gap);
        }
        if let Some(prints) = &mut self.prints {
            prints.add(print(packet.payload));
        }
        let onset = self.ear.as_mut()?.hear(at, packet.payload)?;
        Some((onset, print(packet.payload)))
    }

    /// What the other end says it did not get of ours.
    pub(super) fn read_control(&mut self, datagram: &[u8]) {
        for packet in rtcp::read(datagram) {
            let blocks = match packet {
                rtcp::RtcpPacket::SenderReport { blocks, .. }
                | rtcp::RtcpPacket::ReceiverReport { blocks, .. } => blocks,
                rtcp::RtcpPacket::SourceDescription { .. }
                | rtcp::RtcpPacket::Bye { .. }
                | rtcp::RtcpPacket::Other { .. } => continue,
            };
            for block in blocks.filter(|block| block.ssrc == self.ssrc) {
                self.heard.reported(&block);
            }
        }
    }

    fn type_keys(&mut self) {
        let events = self.far.as_mut().and_then(|far| far.events.as_mut());
        let Some((_, events)) = events else {
            self.keys.clear();
            self.pause_ticks = 0;
            return;
        };
        if events.is_pressing() {
            return;
        }
        if self.pause_ticks > 0 {
            self.pause_ticks -= 1;
        } else if let Some(digit) = self.keys.pop_front() {
            events.press(digit, self.timestamp, KEY_LENGTH);
            self.pause_ticks = TICKS_BETWEEN_KEYS;
        }
    }
}

/// The other end first has to answer and say what it wants.
const TICKS_BEFORE_KEYS: u32 = 75;
const TICKS_BETWEEN_KEYS: u32 = 4;
const KEY_LENGTH: Duration = Duration::from_millis(100);
/// As many as a loop of sound has packets.
const VARIETIES: u32 = 200;
