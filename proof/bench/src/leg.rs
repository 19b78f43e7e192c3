//! One call's sound: its socket, what it sends each 20 ms and what it hears; knows no SIP.

use std::collections::{BTreeSet, VecDeque};
use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use conclave_model::{Chance, Codec, Digit, limits};
use conclave_rtp::{
    Datagram, EventSender, HEADER_BYTES, Header, Reception, RtpPacket, classify, write_header,
};
use conclave_sdp::Agreed;

use crate::plan::{Plan, Quiet};
use crate::probe::Probe;
use crate::signal::Sound;

/// The sounds of all legs of one codec.
pub(crate) struct Sounds {
    pub codec: Codec,
    pub marked: Sound,
    pub speech: Sound,
    pub noise: Sound,
}

impl Sounds {
    /// One for each codec that occurs.
    pub(crate) fn of(codecs: &[Codec]) -> Vec<Sounds> {
        let codecs: BTreeSet<Codec> = codecs.iter().copied().collect();
        let sounds = codecs.into_iter().map(|codec| Sounds {
            codec,
            marked: Sound::marked(codec, 1),
            speech: Sound::speech(codec),
            noise: Sound::noise(codec),
        });
        sounds.collect()
    }
}

/// What a leg sends when its PIN is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// The one talker of a room whose markers are listened for.
    MarkedTalker,
    Talker,
    Listener(Quiet),
}

pub(crate) struct Leg {
    pub role: Role,
    socket: UdpSocket,
    remote: Option<Remote>,
    codec: Codec,
    chance_ssrc: u32,
    sequence: u16,
    timestamp: u32,
    ticks: usize,
    is_timed: bool,
    heard_room: bool,
    keys: VecDeque<Digit>,
    pause_ticks: u32,
    probe: Option<Probe>,
    heard: Heard,
}

/// Where to send, and as what.
struct Remote {
    address: SocketAddr,
    payload_type: u8,
    receive_types: Vec<u8>,
    events: Option<(u8, EventSender)>,
}

/// What came in, in all and since the measurement began.
struct Heard {
    reception: Reception,
    received_before: u64,
    lost_before: u64,
    last_at: Option<Instant>,
    gap_max: Duration,
}

/// What came in while it was measured.
pub(crate) struct Measured {
    pub received: u64,
    pub lost: u64,
    pub gap_max: Duration,
    pub jitter: Duration,
}

impl Leg {
    pub(crate) fn new(
        plan: &Plan,
        call: usize,
        local: IpAddr,
        chance: &mut Chance,
    ) -> io::Result<Self> {
        let socket = UdpSocket::bind(SocketAddr::new(local, 0))?;
        socket.set_nonblocking(true)?;
        let place = plan.place_in_room(call);
        let role = match place < plan.talkers_per_room as usize {
            true if place == 0 => Role::MarkedTalker,
            true => Role::Talker,
            false => Role::Listener(plan.quiet),
        };
        let pin = plan.rooms[plan.room_of(call)].pin.as_ref();
        let keys = pin.map_or("", |pin| pin.reveal()).chars();
        // Everybody but the first listens for the first, until they have heard it once.
        let probes = place > 0 && plan.talkers_per_room > 0;
        let codec = plan.codec_of(call);
        Ok(Self {
            role,
            socket,
            remote: None,
            codec,
            chance_ssrc: chance.u32(),
            sequence: chance.u32() as u16,
            timestamp: chance.u32(),
            ticks: 0,
            is_timed: plan.is_timed(call),
            heard_room: false,
            keys: keys.filter_map(Digit::from_char).collect(),
            pause_ticks: TICKS_BEFORE_KEYS,
            probe: probes.then(|| Probe::new(codec)),
            heard: Heard {
                reception: Reception::new(codec.clock_rate_hz()),
                received_before: 0,
                lost_before: 0,
                last_at: None,
                gap_max: Duration::ZERO,
            },
        })
    }

    pub(crate) fn port(&self) -> io::Result<u16> {
        Ok(self.socket.local_addr()?.port())
    }

    pub(crate) fn fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }

    pub(crate) fn codec(&self) -> Codec {
        self.codec
    }

    /// Each marker's delay is taken here.
    pub(crate) fn is_timed(&self) -> bool {
        self.is_timed
    }

    /// A marker of its room's talker arrived, so the server let this call in.
    pub(crate) fn has_heard_room(&self) -> bool {
        self.heard_room
    }

    /// Only a timed leg goes on listening: decoding for all would be this tool's load.
    pub(crate) fn hear_room(&mut self) {
        self.heard_room = true;
        if !self.is_timed {
            self.probe = None;
        }
    }

    /// The call was answered: begin to send. Only to `allowed`, whatever the answer says.
    pub(crate) fn begin(&mut self, agreed: &Agreed, allowed: IpAddr) -> Result<(), &'static str> {
        let address = agreed.remote.filter(|remote| remote.ip() == allowed);
        let address = address.ok_or("its answer wants the sound sent to another host")?;
        if agreed.keypad_send.is_none() && !self.keys.is_empty() {
            return Err("its answer takes no telephone events, so no PIN can be typed");
        }
        self.remote = Some(Remote {
            address,
            payload_type: agreed.send.payload_type,
            receive_types: agreed
                .receive
                .iter()
                .map(|format| format.payload_type)
                .collect(),
            events: agreed
                .keypad_send
                .map(|keypad| (keypad.payload_type, EventSender::new(keypad.clock_rate_hz))),
        });
        Ok(())
    }

    pub(crate) fn end(&mut self) {
        self.remote = None;
    }

    pub(crate) fn is_open(&self) -> bool {
        self.remote.is_some()
    }

    /// Everything of the PIN was typed.
    pub(crate) fn is_inside(&self) -> bool {
        let pressing = |remote: &Remote| {
            remote
                .events
                .as_ref()
                .is_some_and(|(_, events)| events.is_pressing())
        };
        self.keys.is_empty() && self.pause_ticks == 0 && !self.remote.as_ref().is_some_and(pressing)
    }

    /// Sends this leg's packet of 20 ms; true when a marker begins with it.
    pub(crate) fn tick(&mut self, sounds: &[Sounds]) -> bool {
        let Some(sounds) = sounds.iter().find(|sounds| sounds.codec == self.codec) else {
            return false;
        };
        let inside = self.is_inside();
        let Some(remote) = &mut self.remote else {
            return false;
        };
        self.ticks += 1;
        self.timestamp = self
            .timestamp
            .wrapping_add(self.codec.clock_rate_hz() / 1_000 * limits::FRAME_MS);
        let mut header = Header {
            payload_type: remote.payload_type,
            marker: self.ticks == 1,
            sequence: self.sequence,
            timestamp: self.timestamp,
            ssrc: self.chance_ssrc,
        };
        let mut datagram = [0; limits::RTP_PACKET_BYTES];
        let mut marked = false;
        let event = remote
            .events
            .as_mut()
            .and_then(|(payload_type, events)| Some((*payload_type, events.next_packet()?)));
        let length = if let Some((payload_type, event)) = event {
            header.payload_type = payload_type;
            header.marker = event.marker;
            header.timestamp = event.timestamp;
            copy_payload(&mut datagram, &event.payload)
        } else {
            let sound = match self.role {
                _ if !inside => &sounds.noise,
                Role::MarkedTalker => &sounds.marked,
                Role::Talker => &sounds.speech,
                Role::Listener(Quiet::Noise) => &sounds.noise,
                // Often enough that nobody takes the leg for dead.
                Role::Listener(Quiet::Nothing) if self.ticks.is_multiple_of(KEEP_ALIVE_TICKS) => {
                    &sounds.noise
                }
                Role::Listener(Quiet::Nothing) => return false,
            };
            let (payload, begins) = sound.packet(self.ticks as u64);
            marked = begins;
            copy_payload(&mut datagram, payload)
        };
        if let Some(head) = datagram.first_chunk_mut() {
            write_header(head, &header);
        }
        self.sequence = self.sequence.wrapping_add(1);
        // What the socket does not take now is a loss that the server will report.
        let _ = self.socket.send_to(&datagram[..length], remote.address);
        self.type_keys();
        marked
    }

    /// Reads what has arrived; the moments at which markers began are added to `onsets`.
    pub(crate) fn receive(&mut self, now: Instant, onsets: &mut Vec<Instant>) {
        let mut datagram = [0; limits::RTP_PACKET_BYTES];
        while let Ok((bytes, from)) = self.socket.recv_from(&mut datagram) {
            let Some(remote) = self
                .remote
                .as_ref()
                .filter(|remote| remote.address.ip() == from.ip())
            else {
                continue;
            };
            if classify(&datagram[..bytes]) != Datagram::Rtp {
                continue;
            }
            let Ok(packet) = RtpPacket::parse(&datagram[..bytes]) else {
                continue;
            };
            if !remote.receive_types.contains(&packet.payload_type) {
                continue;
            }
            self.heard.count(now, &packet);
            if let Some(probe) = &mut self.probe {
                onsets.extend(probe.hear(now, packet.payload));
            }
        }
    }

    pub(crate) fn begin_measuring(&mut self, now: Instant) {
        self.heard.received_before = self.heard.reception.received();
        self.heard.lost_before = self.heard.reception.lost();
        self.heard.gap_max = Duration::ZERO;
        self.heard.last_at = Some(now);
    }

    pub(crate) fn measured(&self, now: Instant) -> Measured {
        let heard = &self.heard;
        let last_gap = heard.last_at.map_or(Duration::ZERO, |last| now - last);
        Measured {
            received: heard.reception.received() - heard.received_before,
            lost: heard.reception.lost().saturating_sub(heard.lost_before),
            gap_max: heard.gap_max.max(last_gap),
            jitter: heard.reception.jitter_max(),
        }
    }

    fn type_keys(&mut self) {
        let Some((_, events)) = self
            .remote
            .as_mut()
            .and_then(|remote| remote.events.as_mut())
        else {
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

impl Heard {
    fn count(&mut self, now: Instant, packet: &RtpPacket<'_>) {
        self.reception.receive(now, packet);
        if let Some(last) = self.last_at.replace(now) {
            self.gap_max = self.gap_max.max(now - last);
        }
    }
}

/// Puts `payload` behind the header's place; the whole length.
fn copy_payload(datagram: &mut [u8; limits::RTP_PACKET_BYTES], payload: &[u8]) -> usize {
    let end = HEADER_BYTES + payload.len();
    datagram[HEADER_BYTES..end].copy_from_slice(payload);
    end
}

/// The server first has to answer and say what it wants.
const TICKS_BEFORE_KEYS: u32 = 75;
const TICKS_BETWEEN_KEYS: u32 = 4;
const KEY_LENGTH: Duration = Duration::from_millis(100);
/// 10 s.
const KEEP_ALIVE_TICKS: usize = 500;
