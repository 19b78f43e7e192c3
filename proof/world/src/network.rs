//! The simulated network: delays, loses, doubles and reorders what it carries, as its seed says.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use conclave_model::Chance;

/// How bad one way is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weather {
    pub delay: Duration,
    /// Up to this much is added to each packet on its own, so that packets overtake each other.
    pub jitter: Duration,
    /// Out of a thousand packets.
    pub lost_permille: u32,
    pub doubled_permille: u32,
}

impl Weather {
    pub const FAIR: Weather = Weather {
        delay: Duration::from_millis(1),
        jitter: Duration::ZERO,
        lost_permille: 0,
        doubled_permille: 0,
    };
    pub const STORM: Weather = Weather {
        delay: Duration::from_millis(40),
        jitter: Duration::from_millis(60),
        lost_permille: 50,
        doubled_permille: 10,
    };
}

/// What a packet is for: the two planes have their own sockets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Sip,
    Media,
}

#[derive(Clone, Debug)]
pub struct Packet {
    pub purpose: Purpose,
    pub from: SocketAddr,
    pub to: SocketAddr,
    pub bytes: Vec<u8>,
}

/// Everything that is on its way.
pub struct Network {
    chance: Chance,
    /// By the time of arrival, then by the order of sending.
    on_the_way: BTreeMap<(Instant, u64), Packet>,
    sent: u64,
}

impl Network {
    #[must_use]
    pub fn new(chance: Chance) -> Network {
        Network {
            chance,
            on_the_way: BTreeMap::new(),
            sent: 0,
        }
    }

    pub fn send(&mut self, now: Instant, weather: Weather, packet: Packet) {
        if self.chance.below(1_000) < weather.lost_permille {
            return;
        }
        if self.chance.below(1_000) < weather.doubled_permille {
            self.enqueue(now, weather, packet.clone());
        }
        self.enqueue(now, weather, packet);
    }

    /// When the next packet arrives.
    #[must_use]
    pub fn next_arrival(&self) -> Option<Instant> {
        self.on_the_way.first_key_value().map(|((at, _), _)| *at)
    }

    /// The next packet that has arrived by `now`.
    pub fn arrived(&mut self, now: Instant) -> Option<Packet> {
        let first = self.on_the_way.first_entry()?;
        (first.key().0 <= now).then(|| first.remove())
    }

    fn enqueue(&mut self, now: Instant, weather: Weather, packet: Packet) {
        let jitter_us = u32::try_from(weather.jitter.as_micros()).unwrap_or(u32::MAX);
        let late = Duration::from_micros(u64::from(self.chance.below(jitter_us.max(1))));
        self.sent += 1;
        self.on_the_way
            .insert((now + weather.delay + late, self.sent), packet);
    }
}
