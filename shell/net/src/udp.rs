//! One UDP port for SIP: reads until told to stop, sends without waiting.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use conclave_sip::{Path, Transport};
use tokio::net::UdpSocket;
use tokio::sync::mpsc;

use crate::local_address::LocalAddress;
use crate::{Arrival, Counters, reachable};

pub struct UdpPort {
    socket: Arc<UdpSocket>,
    address: SocketAddr,
}

impl UdpPort {
    pub fn bind(address: SocketAddr) -> io::Result<UdpPort> {
        let domain = socket2::Domain::for_address(address);
        let socket = socket2::Socket::new(domain, socket2::Type::DGRAM, None)?;
        if address.is_ipv6() {
            socket.set_only_v6(true)?;
        }
        // A burst arrives faster than one task reads; the kernel gives what it allows.
        let _ = socket.set_recv_buffer_size(RECEIVE_BUFFER_BYTES);
        socket.set_nonblocking(true)?;
        socket.bind(&address.into())?;
        let socket = Arc::new(UdpSocket::from_std(socket.into())?);
        let address = socket.local_addr()?;
        Ok(UdpPort { socket, address })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whether a peer that was told `local` is answered from here.
    pub fn is(&self, local: SocketAddr) -> bool {
        let any = self.address.ip().is_unspecified() && self.address.is_ipv4() == local.is_ipv4();
        self.address.port() == local.port() && (any || self.address.ip() == local.ip())
    }

    /// False when the kernel refused the datagram.
    pub fn send(&self, bytes: &[u8], remote: SocketAddr) -> bool {
        self.socket.try_send_to(bytes, remote).is_ok()
    }

    pub fn spawn_reader(&self, arrivals: mpsc::Sender<Arrival>, counters: Arc<Counters>) {
        let socket = Arc::clone(&self.socket);
        let bound = self.address;
        tokio::spawn(async move {
            let addresses = LocalAddress::default();
            let mut buffer = vec![0; DATAGRAM_BYTES_MAX];
            loop {
                // An ICMP "port unreachable" for an earlier send shows up here; reading goes on.
                let Ok((length, remote)) = socket.recv_from(&mut buffer).await else {
                    continue;
                };
                let local = reachable(bound, remote, &addresses);
                let path = Path {
                    transport: Transport::Udp,
                    local,
                    remote,
                    conn: None,
                };
                let arrival = Arrival::Datagram {
                    path,
                    bytes: buffer[..length].to_vec(),
                };
                match arrivals.try_send(arrival) {
                    Ok(()) => {}
                    Err(mpsc::error::TrySendError::Full(_)) => {
                        counters.datagrams_dropped.fetch_add(1, Ordering::Relaxed);
                    }
                    Err(mpsc::error::TrySendError::Closed(_)) => return,
                }
            }
        });
    }
}

const DATAGRAM_BYTES_MAX: usize = 65_535;
/// Two thousand messages of 2 kB.
const RECEIVE_BUFFER_BYTES: usize = 4 * 1024 * 1024;
