//! The packets of all legs in a few calls through io_uring; never looks into one.
#![allow(unsafe_code)]

use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::os::fd::AsRawFd;

use io_uring::squeue::{Entry, Flags};
use io_uring::types::{Fixed, SubmitArgs, Timespec};
use io_uring::{IoUring, cqueue, opcode};

use super::buffer_ring::BufferRing;
use super::uring_memory::{Memory, PACKET_BYTES};
use super::{Carrier, Counted, Io};

pub(super) struct Uring {
    io: Io,
    ring: IoUring,
    legs: Vec<Leg>,
    memory: Memory,
    buffers: Option<BufferRing>,
    /// Legs whose peer is known.
    known: usize,
}

struct Leg {
    socket: UdpSocket,
    is_known: bool,
    length: u32,
    /// A receive waits for it in the kernel.
    is_armed: bool,
    /// The buffer of the ring that holds its packet.
    buffer: Option<u16>,
}

impl Uring {
    /// # Errors
    /// When the kernel or the container has no io_uring for us.
    pub fn new(io: Io, sockets: Vec<UdpSocket>) -> io::Result<Self> {
        // A receive and a send of each leg.
        let entries = (sockets.len() * 2).next_power_of_two().clamp(64, 32_768) as u32;
        let mut builder = IoUring::builder();
        builder.setup_submit_all().setup_single_issuer();
        if io == Io::UringPolled {
            builder.setup_sqpoll(POLLED_IDLE_MS);
        } else {
            builder.setup_defer_taskrun();
        }
        let ring = builder.build(entries).map_err(|error| {
            let setting = std::fs::read_to_string("/proc/sys/kernel/io_uring_disabled");
            let setting = setting.unwrap_or_else(|_| "not there".to_owned());
            io::Error::other(format!("io_uring: {error} (io_uring_disabled: {setting})"))
        })?;
        let fds: Vec<i32> = sockets.iter().map(AsRawFd::as_raw_fd).collect();
        ring.submitter().register_files(&fds)?;
        let buffers = match io == Io::UringMultishot {
            true => Some(BufferRing::register(&ring, entries as u16)?),
            false => None,
        };
        let leg = |socket| Leg {
            socket,
            is_known: false,
            length: 0,
            is_armed: false,
            buffer: None,
        };
        Ok(Self {
            io,
            ring,
            memory: Memory::new(sockets.len()),
            legs: sockets.into_iter().map(leg).collect(),
            buffers,
            known: 0,
        })
    }

    /// The first packet of a leg is taken by a plain call, which says where it comes from.
    fn meet(&mut self, counted: &mut Counted) -> io::Result<()> {
        if self.known == self.legs.len() {
            return Ok(());
        }
        for (number, leg) in self.legs.iter_mut().enumerate() {
            let mut packet = [0; PACKET_BYTES];
            if leg.is_known {
                continue;
            }
            let Ok((length, SocketAddr::V4(from))) = leg.socket.recv_from(&mut packet) else {
                continue;
            };
            match self.io == Io::UringUnconnected {
                true => self.memory.set_peer(number, from),
                false => leg.socket.connect(from)?,
            }
            self.memory.set_packet(number, &packet);
            (leg.is_known, leg.length) = (true, length as u32);
            self.known += 1;
            counted.received += 1;
        }
        Ok(())
    }

    /// A receive for each leg that has none in the kernel; how many.
    fn push_receives(&mut self) -> usize {
        let mut pushed = 0;
        let mut queue = self.ring.submission();
        for (number, leg) in self.legs.iter_mut().enumerate() {
            if !leg.is_known || leg.is_armed {
                continue;
            }
            let (fd, packet) = (Fixed(number as u32), self.memory.packet(number));
            let plain = opcode::Recv::new(fd, packet, PACKET_BYTES as u32);
            let entry = match (self.io, &self.buffers) {
                (_, Some(buffers)) => opcode::RecvMulti::new(fd, buffers.group()).build(),
                (Io::UringUnconnected, None) => {
                    let message = opcode::RecvMsg::new(fd, self.memory.message(number));
                    message.flags(libc::MSG_DONTWAIT as u32).build()
                }
                (Io::UringArmed, None) => plain.ioprio(POLL_FIRST).build(),
                (_, None) => plain.flags(libc::MSG_DONTWAIT).build(),
            };
            leg.is_armed = true;
            // SAFETY: what the kernel writes into is never freed, and never read here.
            pushed += usize::from(unsafe { queue.push(&entry.user_data(number as u64)) }.is_ok());
        }
        pushed
    }

    fn push_sends(&mut self) -> usize {
        let mut pushed = 0;
        let mut queue = self.ring.submission();
        for (number, leg) in self.legs.iter().enumerate().filter(|(_, leg)| leg.is_known) {
            let packet = match (&self.buffers, leg.buffer) {
                (Some(buffers), Some(buffer)) => buffers.packet(buffer),
                _ => self.memory.packet(number).cast_const(),
            };
            let send = opcode::Send::new(Fixed(number as u32), packet, leg.length);
            let send = send.flags(libc::MSG_DONTWAIT);
            let send = match self.io == Io::UringUnconnected {
                true => {
                    let (address, length) = self.memory.peer(number);
                    send.dest_addr(address).dest_addr_len(length)
                }
                false => send,
            };
            let entry: Entry = send.build().user_data(SENT);
            let entry = match self.io == Io::UringPolled {
                true => entry,
                false => entry.flags(Flags::SKIP_SUCCESS),
            };
            // SAFETY: what the kernel reads is never freed.
            pushed += usize::from(unsafe { queue.push(&entry) }.is_ok());
        }
        pushed
    }

    /// What came since the last tick is finished by the kernel now. Without a number to wait for
    /// it would finish 20 and leave the rest for the next time.
    fn look(&mut self) -> io::Result<()> {
        let at_once = Timespec::new();
        let arguments = SubmitArgs::new().timespec(&at_once);
        let submitter = self.ring.submitter();
        match submitter.submit_with_args(self.known, &arguments) {
            Err(error) if error.raw_os_error() == Some(libc::ETIME) => Ok(()),
            looked => looked.map(drop),
        }
    }

    /// Takes what was completed; how many packets came and how many sends failed.
    fn complete(&mut self) -> (u64, u64) {
        let (mut received, mut failed) = (0, 0);
        for completion in self.ring.completion() {
            let result = completion.result();
            if completion.user_data() == SENT {
                failed += u64::from(result < 0);
                continue;
            }
            let leg = &mut self.legs[completion.user_data() as usize];
            leg.is_armed = cqueue::more(completion.flags());
            if result > 0 {
                (leg.length, received) = (result as u32, received + 1);
            }
            if let Some(buffers) = &mut self.buffers {
                let before = match cqueue::buffer_select(completion.flags()) {
                    Some(buffer) => leg.buffer.replace(buffer),
                    None => None,
                };
                before
                    .into_iter()
                    .for_each(|before| buffers.give_back(before));
            }
        }
        (received, failed)
    }
}

impl Carrier for Uring {
    fn tick(&mut self, counted: &mut Counted) -> io::Result<()> {
        self.meet(counted)?;
        let polled = self.io == Io::UringPolled;
        let waits_in_kernel = matches!(self.io, Io::UringArmed | Io::UringMultishot);
        if waits_in_kernel {
            self.look()?;
        } else {
            let pushed = self.push_receives();
            self.ring.submit_and_wait(if polled { pushed } else { 0 })?;
        }
        let (received, _) = self.complete();
        counted.received += received;
        if waits_in_kernel {
            self.push_receives();
        }
        let sent = self.push_sends();
        self.ring.submit_and_wait(if polled { sent } else { 0 })?;
        if !waits_in_kernel {
            let (_, failed) = self.complete();
            counted.sent += sent as u64 - failed;
        } else {
            counted.sent += sent as u64;
        }
        Ok(())
    }
}

const SENT: u64 = u64::MAX;
/// IORING_RECVSEND_POLL_FIRST: nothing can be there yet.
const POLL_FIRST: u16 = 1;
/// The kernel's thread sleeps between ticks.
const POLLED_IDLE_MS: u32 = 1;
