//! Ports nobody uses; the kernel chooses.

use std::net::UdpSocket;

/// A port that was free a moment ago for UDP and TCP, with the next one free too (baresip listens
/// for TLS there).
///
/// # Panics
/// When the machine has no free ports.
#[must_use]
pub fn free_port() -> u16 {
    for _ in 0..200 {
        let Ok(first) = UdpSocket::bind("127.0.0.1:0") else {
            continue;
        };
        let Ok(address) = first.local_addr() else {
            continue;
        };
        let port = address.port();
        let free = |port: u16| std::net::TcpListener::bind(("127.0.0.1", port)).is_ok();
        if port < 65_000
            && UdpSocket::bind(("127.0.0.1", port + 1)).is_ok()
            && free(port)
            && free(port + 1)
        {
            return port;
        }
    }
    panic!("this machine has no two neighbouring free ports");
}
