//! Ports nobody uses; the kernel chooses.

use std::net::UdpSocket;
use std::sync::atomic::{AtomicU16, Ordering};

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

/// The same below those that the kernel gives to whoever asks for any: nobody else is handed it
/// between now and when it is used.
///
/// # Panics
/// When the machine has no free ports.
#[must_use]
pub fn low_port() -> u16 {
    let begin = u16::try_from(std::process::id() % 4_000).unwrap_or(0);
    for _ in 0..4_000 {
        let step = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = 10_000 + 2 * ((begin + step) % 4_000);
        let is_free = |port: u16| {
            ["127.0.0.1", "127.0.0.2"].into_iter().all(|ip| {
                UdpSocket::bind((ip, port)).is_ok()
                    && std::net::TcpListener::bind((ip, port)).is_ok()
            })
        };
        if is_free(port) && is_free(port + 1) {
            return port;
        }
    }
    panic!("this machine has no two neighbouring free ports");
}

static NEXT: AtomicU16 = AtomicU16::new(0);
