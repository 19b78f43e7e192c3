//! The media plane of the city: one real deck, its ports handed out, everything it sends watched.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use conclave_contract::{Command, Event, LegFailure};
use conclave_media::{Deck, DeckConfig, DeckHealth, PacketSink, Port, Preparer};
use conclave_model::LegId;
use conclave_rtp::RtpPacket;

use crate::city::SERVER;
use crate::network::{Packet, Purpose};
use crate::sounds::Sounds;
use crate::stream_watch::StreamWatch;

pub struct Exchange {
    deck: Deck,
    preparer: Preparer,
    /// The RTP port of every open leg.
    ports: BTreeMap<u16, LegId>,
    /// News that does not come from the deck: a leg for which there is no port.
    news: VecDeque<Event>,
    watches: BTreeMap<LegId, StreamWatch>,
    opened_at: BTreeMap<LegId, u64>,
    ticks: u64,
}

impl Exchange {
    #[must_use]
    pub fn new() -> Exchange {
        let config = DeckConfig {
            legs_max: LEGS_MAX,
            stages_max: LEGS_MAX,
        };
        Exchange {
            deck: Deck::new(config),
            preparer: Preparer::new(Arc::new(Sounds::new()), LEGS_MAX),
            ports: BTreeMap::new(),
            news: VecDeque::new(),
            watches: BTreeMap::new(),
            opened_at: BTreeMap::new(),
            ticks: 0,
        }
    }

    /// Does what control asks, as the engine does.
    pub fn command(&mut self, now: Instant, command: Command) {
        let mut port = 0;
        if let Command::OpenLeg { leg, .. } = &command {
            let Some(free) = (FIRST_PORT..)
                .step_by(2)
                .take(LEGS_MAX)
                .find(|it| !self.ports.contains_key(it))
            else {
                self.news.push_back(Event::LegFailed {
                    leg: *leg,
                    why: LegFailure::NoPort,
                });
                return;
            };
            port = free;
            self.ports.insert(free, *leg);
            self.opened_at.insert(*leg, self.ticks);
        }
        let local = SocketAddr::new(SERVER.ip(), port);
        let order = self.preparer.prepare(command, local);
        self.deck.obey(now, order);
    }

    /// A packet for one of the ports.
    pub fn receive(&mut self, now: Instant, packet: &Packet) {
        let (even, port) = (packet.to.port() & !1, packet.to.port());
        let Some(leg) = self.ports.get(&even) else {
            return;
        };
        let port = if port == even { Port::Rtp } else { Port::Rtcp };
        self.deck
            .receive(now, *leg, port, packet.from, &packet.bytes);
    }

    /// One tick: what the server sends in it.
    pub fn tick(&mut self, now: Instant) -> Vec<Packet> {
        self.ticks += 1;
        let mut outbox = Outbox {
            ports: &self.ports,
            watches: &mut self.watches,
            packets: Vec::new(),
        };
        self.deck.tick(now, &mut outbox);
        let packets = outbox.packets;
        while self.deck.poll_retired().is_some() {}
        packets
    }

    pub fn poll_event(&mut self) -> Option<Event> {
        let event = self.news.pop_front().or_else(|| self.deck.poll_event())?;
        if let Event::LegClosed { leg, .. } = &event {
            self.ports.retain(|_, owner| owner != leg);
            self.opened_at.remove(leg);
        }
        Some(event)
    }

    #[must_use]
    pub fn health(&self) -> DeckHealth {
        self.deck.health()
    }

    #[must_use]
    pub fn ports_taken(&self) -> usize {
        self.ports.len()
    }

    /// Every stream that ever left, open or not.
    pub fn watches(&self) -> impl Iterator<Item = (LegId, &StreamWatch)> {
        self.watches.iter().map(|(leg, watch)| (*leg, watch))
    }

    /// The leg that owns an RTP port.
    #[must_use]
    pub fn leg_at(&self, port: u16) -> Option<LegId> {
        self.ports.get(&port).copied()
    }

    /// For every open leg: packets sent to it and ticks since it was opened.
    #[must_use]
    pub fn sent_by_leg(&self) -> Vec<(LegId, u64, u64)> {
        let of = |(leg, opened): (&LegId, &u64)| {
            let sent = self.watches.get(leg).map_or(0, |watch| watch.packets);
            (*leg, sent, self.ticks - opened)
        };
        self.opened_at.iter().map(of).collect()
    }
}

impl Default for Exchange {
    fn default() -> Self {
        Self::new()
    }
}

struct Outbox<'a> {
    ports: &'a BTreeMap<u16, LegId>,
    watches: &'a mut BTreeMap<LegId, StreamWatch>,
    packets: Vec<Packet>,
}

impl PacketSink for Outbox<'_> {
    fn send(&mut self, leg: LegId, port: Port, to: SocketAddr, packet: &[u8]) {
        let Some((rtp_port, _)) = self.ports.iter().find(|(_, owner)| **owner == leg) else {
            return;
        };
        let from_port = match port {
            Port::Rtp => *rtp_port,
            Port::Rtcp => rtp_port + 1,
        };
        if port == Port::Rtp
            && let Ok(parsed) = RtpPacket::parse(packet)
        {
            self.watches.entry(leg).or_default().arrived(&parsed);
        }
        let from = SocketAddr::new(SERVER.ip(), from_port);
        let bytes = packet.to_vec();
        self.packets.push(Packet {
            purpose: Purpose::Media,
            from,
            to,
            bytes,
        });
    }
}

const FIRST_PORT: u16 = 20_000;
const LEGS_MAX: usize = 256;
