//! Ports for a server that is tried out: the usual ones, or the next that are free.

use std::net::{TcpListener, UdpSocket};

/// The first port from `first` on that is free for UDP and TCP.
///
/// Another process may take it between this and the server's start; the server then says so.
pub fn free_sip(first: u16) -> Option<u16> {
    (first..first.saturating_add(TRIED)).find(|port| {
        UdpSocket::bind(("0.0.0.0", *port)).is_ok() && TcpListener::bind(("0.0.0.0", *port)).is_ok()
    })
}

/// The first port from `first` on that is free for TCP on this machine.
pub fn free_http(first: u16) -> Option<u16> {
    (first..first.saturating_add(TRIED))
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
}

const TRIED: u16 = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_passed_over() {
        let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        assert_ne!(free_http(port), Some(port));
    }
}
