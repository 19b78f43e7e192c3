//! One UDP socket that many legs share, read and written in batches; knows no leg's state.

use std::io::{self, IoSlice, IoSliceMut};
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::os::fd::AsRawFd;
use std::time::Instant;

use conclave_model::limits;
use nix::cmsg_space;
use nix::sys::socket::{MsgFlags, MultiHeaders, SockaddrStorage, recvmmsg, sendmmsg};
use nix::sys::time::TimeSpec;

use crate::stamp::{TwoClocks, address_of, open};

/// RTP on an even port, RTCP on the one above (RFC 3550 §11).
pub(super) fn open_pair(ip: IpAddr) -> io::Result<(UdpSocket, UdpSocket)> {
    for _ in 0..PAIR_TRIES {
        let rtp = open(SocketAddr::new(ip, 0))?;
        let port = rtp.local_addr()?.port();
        if !port.is_multiple_of(2) {
            continue;
        }
        if let Ok(rtcp) = open(SocketAddr::new(ip, port + 1)) {
            return Ok((rtp, rtcp));
        }
    }
    Err(io::Error::from(io::ErrorKind::AddrInUse))
}

/// Packets that wait to be sent by one socket, and room for those that are read.
pub(super) struct Batches {
    outgoing: Box<[[u8; limits::RTP_PACKET_BYTES]; BATCH]>,
    lengths: [usize; BATCH],
    to: [Option<SockaddrStorage>; BATCH],
    waiting: usize,
    send_headers: MultiHeaders<SockaddrStorage>,
    incoming: Box<[[u8; limits::RTP_PACKET_BYTES]; BATCH]>,
    receive_headers: MultiHeaders<SockaddrStorage>,
}

impl Batches {
    pub(super) fn new() -> Self {
        Self {
            outgoing: Box::new([[0; limits::RTP_PACKET_BYTES]; BATCH]),
            lengths: [0; BATCH],
            to: [None; BATCH],
            waiting: 0,
            send_headers: MultiHeaders::preallocate(BATCH, None),
            incoming: Box::new([[0; limits::RTP_PACKET_BYTES]; BATCH]),
            receive_headers: MultiHeaders::preallocate(BATCH, Some(cmsg_space!(TimeSpec))),
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.waiting == BATCH
    }

    /// Room for the next packet; [`Self::push`] says how much of it was used.
    pub(super) fn next_packet(&mut self) -> &mut [u8; limits::RTP_PACKET_BYTES] {
        &mut self.outgoing[self.waiting]
    }

    pub(super) fn push(&mut self, bytes: usize, to: SockaddrStorage) {
        self.lengths[self.waiting] = bytes;
        self.to[self.waiting] = Some(to);
        self.waiting += 1;
    }

    /// Sends all that waits; how many packets the socket did not take.
    pub(super) fn flush(&mut self, socket: &UdpSocket) -> u64 {
        let (mut from, mut refused) = (0, 0);
        let slices: [[IoSlice<'_>; 1]; BATCH] = std::array::from_fn(|index| {
            [IoSlice::new(&self.outgoing[index][..self.lengths[index]])]
        });
        while from < self.waiting {
            let sent = sendmmsg(
                socket.as_raw_fd(),
                &mut self.send_headers,
                &slices[from..self.waiting],
                &self.to[from..self.waiting],
                [],
                MsgFlags::MSG_DONTWAIT,
            );
            match sent.map(Iterator::count) {
                Ok(sent) => from += sent,
                Err(nix::errno::Errno::EINTR) => {}
                Err(_) => {
                    // The first one was not taken: a loss of ours. The others may be luckier.
                    refused += 1;
                    from += 1;
                }
            }
        }
        self.waiting = 0;
        refused
    }

    /// Reads everything that has arrived, with the moment at which the kernel got it.
    pub(super) fn drain(
        &mut self,
        socket: &UdpSocket,
        mut each: impl FnMut(Instant, SocketAddr, &[u8]),
    ) {
        let clock = TwoClocks::read();
        loop {
            let mut slices = self
                .incoming
                .each_mut()
                .map(|buffer| [IoSliceMut::new(buffer)]);
            let (headers, flags) = (&mut self.receive_headers, MsgFlags::MSG_DONTWAIT);
            let received = recvmmsg(socket.as_raw_fd(), headers, slices.iter_mut(), flags, None);
            let Ok(received) = received else {
                return;
            };
            let mut count = 0;
            for message in received {
                count += 1;
                let from = message.address.as_ref().and_then(address_of);
                let parts = message.cmsgs().into_iter().flatten();
                let at = parts.into_iter().find_map(|part| clock.arrival(&part));
                if let (Some(from), Some(packet)) = (from, message.iovs().next()) {
                    each(at.unwrap_or(clock.now), from, packet);
                }
            }
            if count < BATCH {
                return;
            }
        }
    }
}

const BATCH: usize = 64;
/// Half of all ports are odd, and few of those above an even one are taken.
const PAIR_TRIES: usize = 64;
#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_batch_arrives_whole_and_bears_the_time_it_came() {
        let ip = std::net::Ipv4Addr::LOCALHOST.into();
        let (here, _) = open_pair(ip).unwrap();
        let (there, above) = open_pair(ip).unwrap();
        let to = there.local_addr().unwrap();
        assert_eq!(above.local_addr().unwrap().port(), to.port() + 1);
        let mut batches = Batches::new();
        // The kernel begins to stamp packets a moment after the first socket asks for it.
        std::thread::sleep(Duration::from_millis(200));
        let began = Instant::now();
        for number in 0..BATCH as u8 {
            assert!(!batches.is_full());
            batches.next_packet()[..2].copy_from_slice(&[number, 7]);
            batches.push(2, SockaddrStorage::from(to));
        }
        assert!(batches.is_full());
        assert_eq!(batches.flush(&here), 0);
        let sent = Instant::now();
        std::thread::sleep(Duration::from_millis(30));
        let mut numbers = Vec::new();
        batches.drain(&there, |at, from, packet| {
            assert_eq!(from, here.local_addr().unwrap());
            let slack = Duration::from_millis(5);
            assert!(at + slack >= began && at <= sent + slack, "{at:?}");
            assert_eq!(packet[1], 7);
            numbers.push(packet[0]);
        });
        assert_eq!(numbers, (0..BATCH as u8).collect::<Vec<_>>());
    }
}
