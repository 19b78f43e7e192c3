//! Sends packets at the moment they are due, from a thread before all others; knows no leg.
//!
//! The tool's own thread is late for its slots while the workers of a server on the same machine
//! are busy. Noise may be late. What the delay is measured with may not: the server's jitter
//! buffers would provide for a network that no telephone has.

use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use super::pace::LATE;
use crate::urgency;

/// A packet to be sent at a moment to come.
pub(super) struct Due {
    pub at: Instant,
    pub socket: Arc<UdpSocket>,
    pub to: SocketAddr,
    pub packet: Vec<u8>,
}

/// The thread's end of the queue is drained until this is dropped.
pub(super) struct Punctual {
    queue: Sender<Due>,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    late: AtomicU64,
    refused: AtomicU64,
}

impl Punctual {
    pub(super) fn start() -> Self {
        let (queue, due) = channel();
        let counts = Arc::new(Counts::default());
        let told = Arc::clone(&counts);
        thread::spawn(move || {
            urgency::speak_in_time();
            send_all(&due, &told);
        });
        Self { queue, counts }
    }

    /// Each not before the one that was posted before it.
    pub(super) fn post(&self, due: Due) {
        // The thread ends after this and not before.
        let _ = self.queue.send(due);
    }

    pub(super) fn begin_measuring(&self) {
        self.counts.late.store(0, Ordering::Relaxed);
        self.counts.refused.store(0, Ordering::Relaxed);
    }

    /// Packets that were sent more than 5 ms late.
    pub(super) fn late(&self) -> u64 {
        self.counts.late.load(Ordering::Relaxed)
    }

    /// Packets that their socket did not take.
    pub(super) fn refused(&self) -> u64 {
        self.counts.refused.load(Ordering::Relaxed)
    }
}

fn send_all(due: &Receiver<Due>, counts: &Counts) {
    while let Ok(next) = due.recv() {
        let early = next.at.saturating_duration_since(Instant::now());
        if early > Duration::ZERO {
            thread::sleep(early);
        }
        if next.socket.send_to(&next.packet, next.to).is_err() {
            counts.refused.fetch_add(1, Ordering::Relaxed);
        }
        if next.at.elapsed() > LATE {
            counts.late.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_go_in_order_and_not_before_they_are_due() {
        let here = Arc::new(UdpSocket::bind("127.0.0.1:0").unwrap());
        let there = UdpSocket::bind("127.0.0.1:0").unwrap();
        let patience = Some(Duration::from_secs(5));
        there.set_read_timeout(patience).unwrap();
        let punctual = Punctual::start();
        let at = Instant::now() + Duration::from_millis(30);
        for number in 0..3 {
            punctual.post(Due {
                at: at + Duration::from_millis(number),
                socket: Arc::clone(&here),
                to: there.local_addr().unwrap(),
                packet: vec![number as u8],
            });
        }
        let mut packet = [0; 8];
        for number in 0..3 {
            assert_eq!(there.recv(&mut packet).unwrap(), 1);
            assert_eq!(u64::from(packet[0]), number);
            assert!(Instant::now() >= at + Duration::from_millis(number));
        }
        assert_eq!(punctual.refused(), 0);
    }
}
