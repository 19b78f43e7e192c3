//! The signalling side: one SIP socket and one user agent for all calls; sends no sound.

use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::time::Instant;

use conclave_model::Chance;
use conclave_sip::{Event, OutgoingCall, Path, SessionId, Transport, Ua, UaConfig};

use crate::stamp;

/// Places and ends calls at one server.
pub(crate) struct Caller {
    ua: Ua,
    socket: UdpSocket,
    path: Path,
    buffer: Vec<u8>,
}

impl Caller {
    pub(crate) fn new(server: SocketAddr, local: IpAddr, chance: Chance) -> io::Result<Self> {
        // A burst of answers must not be lost while legs are being served.
        let socket = stamp::open(SocketAddr::new(local, 0))?;
        let path = Path {
            transport: Transport::Udp,
            local: socket.local_addr()?,
            remote: server,
            conn: None,
        };
        let config = UaConfig {
            server_name: concat!("conclave-bench/", env!("CARGO_PKG_VERSION")).to_owned(),
            ..UaConfig::default()
        };
        Ok(Self {
            ua: Ua::new(config, chance),
            socket,
            path,
            buffer: vec![0; conclave_model::limits::SIP_MESSAGE_BYTES],
        })
    }

    pub(crate) fn call(&mut self, now: Instant, extension: &str, sdp: Vec<u8>) -> SessionId {
        let server = self.path.remote;
        let call = OutgoingCall {
            further: Vec::new(),
            route: None,
            account: None,
            path: self.path,
            target: format!("sip:{extension}@{server}"),
            from: format!("\"Bench\" <sip:bench@{}>", self.path.local),
            to: format!("<sip:{extension}@{server}>"),
            sdp: Some(sdp),
            headers: Vec::new(),
        };
        self.ua.invite(now, call)
    }

    pub(crate) fn hang_up(&mut self, now: Instant, session: SessionId) {
        self.ua.bye(now, session, None);
    }

    /// Reads one datagram, if there is one: when it came. Its events are to be taken before the
    /// next.
    pub(crate) fn receive(&mut self, now: Instant) -> Option<Instant> {
        let (bytes, from, at) = stamp::receive(&self.socket, &mut self.buffer)?;
        if from.ip() == self.path.remote.ip() {
            let path = Path {
                remote: from,
                ..self.path
            };
            self.ua.handle_datagram(now, path, &self.buffer[..bytes]);
        }
        Some(at)
    }

    /// Timers, then everything that waits to be sent.
    pub(crate) fn drive(&mut self, now: Instant) {
        while self.ua.poll_timeout().is_some_and(|(due, _)| due <= now) {
            self.ua.handle_timeout(now);
        }
        while let Some(transmit) = self.ua.poll_transmit() {
            // Only to the server that was named, whatever its messages say; a datagram that is
            // not sent now is sent again by its transaction.
            if transmit.path.remote.ip() == self.path.remote.ip() {
                let _ = self.socket.send_to(&transmit.bytes, transmit.path.remote);
            }
        }
    }

    pub(crate) fn poll_event(&mut self) -> Option<Event> {
        let event = self.ua.poll_event()?;
        if let Event::Text { id, .. } = &event {
            // Read, and nobody here to be shown it.
            self.ua.answer_text(Instant::now(), *id, Ok(()));
        }
        Some(event)
    }

    pub(crate) fn sessions(&self) -> usize {
        self.ua.sessions()
    }
}
