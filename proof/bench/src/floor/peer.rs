//! Who talks to the echo: the load tool's own traffic, or trains of packets from one socket.

use std::io::{self, IoSlice};
use std::net::{SocketAddr, UdpSocket};
use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};

use conclave_model::{Chance, Codec};
use nix::sys::socket::sockopt::UdpGroSegment;
use nix::sys::socket::{ControlMessage, MsgFlags, SockaddrIn, sendmsg, setsockopt};
use socket2::{Domain, Protocol, Socket, Type};

use super::FloorArguments;
use crate::plan;
use crate::{Counted, Far, LegConfig, Sends, Traffic, TrafficConfig};

/// The other ends of all legs.
pub(super) enum Peer {
    /// The same as a server gets, three talkers and noise: who sends to a sleeping or a slow
    /// receiver pays for that too.
    Traffic(Box<Traffic>),
    Trains(Trains),
}

/// What came back.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Heard {
    pub lost: u64,
    pub late_slots: u64,
}

impl Peer {
    /// Everybody sends to the echo whose first port is `port`.
    pub fn new(arguments: &FloorArguments, port: u16, chance: Chance) -> io::Result<Self> {
        if arguments.has_one_peer() {
            return Trains::new(arguments, port).map(Self::Trains);
        }
        let (codec, host) = (arguments.codec.codec(), [127, 0, 0, 1].into());
        let config = TrafficConfig {
            local: host,
            remote: host,
            codecs: vec![codec],
            legs_per_socket: match arguments.is_shared() {
                true => 1,
                false => plan::LEGS_PER_SOCKET as usize,
            },
            slots_per_tick: plan::SLOTS_PER_TICK,
            marker_turns: 1,
        };
        let mut traffic = Traffic::new(&config, chance);
        for number in 0..arguments.legs {
            let leg = traffic.add(&LegConfig {
                codec,
                sends: match number < TALKERS {
                    true => Sends::Speech,
                    false => Sends::Noise,
                },
                keys: Vec::new(),
                counted: Counted::Measured,
                phase: None,
            })?;
            let payload_type = payload_type(codec);
            let far = Far {
                address: arguments.address(port, number),
                payload_type,
                receive_types: vec![payload_type],
                events: None,
            };
            traffic.begin(leg, &far);
        }
        Ok(Self::Traffic(Box::new(traffic)))
    }

    pub fn run_until(&mut self, deadline: Instant) {
        match self {
            Self::Traffic(traffic) => traffic.run_until(deadline),
            Self::Trains(trains) => trains.run_until(deadline),
        }
    }

    pub fn begin_measuring(&mut self) {
        match self {
            Self::Traffic(traffic) => traffic.begin_measuring(),
            Self::Trains(trains) => trains.late_slots = 0,
        }
    }

    pub fn heard(&self) -> Heard {
        match self {
            Self::Traffic(traffic) => {
                let stats = traffic.stats();
                Heard {
                    lost: stats.lost,
                    late_slots: stats.late_slots,
                }
            }
            Self::Trains(trains) => Heard {
                lost: 0,
                late_slots: trains.late_slots,
            },
        }
    }
}

/// One socket that sends for all legs, each 5 ms a quarter, many packets in one call.
pub(super) struct Trains {
    socket: UdpSocket,
    packet: Vec<u8>,
    legs: usize,
    due: Instant,
    slot: usize,
    late_slots: u64,
    inbox: Vec<u8>,
}

impl Trains {
    fn new(arguments: &FloorArguments, port: u16) -> io::Result<Self> {
        let socket = Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::UDP))?;
        socket.set_nonblocking(true)?;
        socket.set_recv_buffer_size(4 << 20)?;
        socket.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into())?;
        socket.connect(&arguments.address(port, 0).into())?;
        setsockopt(&socket, UdpGroSegment, &true)?;
        Ok(Self {
            socket: socket.into(),
            packet: vec![0x7f; super::PACKET_OF_TRAIN_BYTES.into()],
            legs: arguments.legs.into(),
            due: Instant::now(),
            slot: 0,
            late_slots: 0,
            inbox: vec![0; 65_536],
        })
    }

    fn run_until(&mut self, deadline: Instant) {
        while self.due < deadline {
            std::thread::sleep(self.due.saturating_duration_since(Instant::now()));
            self.late_slots += u64::from(self.due.elapsed() > TRAIN_SLOT);
            self.exchange();
            self.slot = (self.slot + 1) % TRAIN_SLOTS;
            self.due += TRAIN_SLOT;
        }
    }

    fn exchange(&mut self) {
        let rest = usize::from(self.slot < self.legs % TRAIN_SLOTS);
        let mut legs = self.legs / TRAIN_SLOTS + rest;
        while legs > 0 {
            let packets = legs.min(TRAIN_PACKETS);
            let train = self.packet.repeat(packets);
            let segments = [ControlMessage::UdpGsoSegments(
                &super::PACKET_OF_TRAIN_BYTES,
            )];
            let segments = if packets > 1 { &segments[..] } else { &[] };
            let (fd, flags) = (self.socket.as_raw_fd(), MsgFlags::MSG_DONTWAIT);
            // What does not arrive is missing in the echo's count.
            let _ = sendmsg::<SockaddrIn>(fd, &[IoSlice::new(&train)], segments, flags, None);
            legs -= packets;
        }
        while self.socket.recv(&mut self.inbox).is_ok() {}
    }
}

fn payload_type(codec: Codec) -> u8 {
    match codec {
        Codec::Pcmu => 0,
        Codec::Pcma => 8,
        Codec::G722 => 9,
        Codec::Opus => 111,
    }
}

const TALKERS: u16 = 3;
const TRAIN_SLOTS: usize = 4;
const TRAIN_SLOT: Duration = Duration::from_millis(5);
/// The most that the kernel takes at once, and what fits 64 KiB with G.711.
const TRAIN_PACKETS: usize = 64;
