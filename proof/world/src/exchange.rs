//! The media plane of the city: real decks, their ports handed out, everything they send watched.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;

use conclave_contract::{Command, Event, LegFailure};
use conclave_media::{
    Deck, DeckConfig, DeckHealth, Order, PacketSink, Placement, Port, Preparer, Retired, Step,
};
use conclave_model::{Chance, LegId, Moment};
use conclave_rtp::RtpPacket;

use crate::city::SERVER;
use crate::darkroom::Darkroom;
use crate::links::{neighbour_id, neighbours};
use crate::network::{Packet, Purpose};
use crate::sounds::Sounds;
use crate::stream_watch::StreamWatch;
use crate::tape_ear::TapeEars;
use crate::voice::Ear;

/// How many decks there are, and when a stage is opened on one more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decks {
    pub count: usize,
    /// Legs of one stage on one deck.
    pub spread_at: usize,
}

impl Decks {
    /// Nothing is spread.
    pub const ONE: Decks = Decks {
        count: 1,
        spread_at: usize::MAX,
    };
}

pub struct Exchange {
    decks: Vec<Deck>,
    placement: Placement,
    /// Now and then a deck is late, and speaks before it has heard from the others.
    chance: Chance,
    preparer: Preparer,
    /// The RTP port of every open leg.
    ports: BTreeMap<u16, LegId>,
    /// News that does not come from the deck: a leg for which there is no port.
    news: VecDeque<Event>,
    watches: BTreeMap<LegId, StreamWatch>,
    opened_at: BTreeMap<LegId, u64>,
    tapes: TapeEars,
    ticks: u64,
    pub pictures: Darkroom,
}

impl Exchange {
    #[must_use]
    pub fn new(decks: Decks, chance: Chance) -> Exchange {
        let config = DeckConfig {
            legs_max: LEGS_MAX,
            stages_max: LEGS_MAX,
        };
        Exchange {
            decks: (0..decks.count).map(|_| Deck::new(config)).collect(),
            placement: Placement::new(decks.count, decks.spread_at),
            chance,
            preparer: Preparer::new(Arc::new(Sounds::new()), LEGS_MAX),
            ports: BTreeMap::new(),
            news: VecDeque::new(),
            watches: BTreeMap::new(),
            opened_at: BTreeMap::new(),
            tapes: TapeEars::default(),
            ticks: 0,
            pictures: Darkroom::default(),
        }
    }

    /// Does what control asks, as the engine does.
    pub fn command(&mut self, now: Moment, command: Command) {
        if let Command::OpenLeg { leg, near, .. } = &command {
            let Some(port) = (FIRST_PORT..)
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
            self.ports.insert(port, *leg);
            self.opened_at.insert(*leg, self.ticks);
            let deck = self.placement.open_leg(*leg, *near);
            let order = (self.preparer).prepare(command, SocketAddr::new(SERVER.ip(), port));
            self.decks[deck].obey(now, order);
        } else {
            let mut steps = Vec::new();
            self.placement.plan(command, &mut steps);
            self.carry_out(now, steps);
        }
    }

    /// A packet for one of the ports.
    pub fn receive(&mut self, now: Moment, packet: &Packet) {
        if self.pictures.receive(now, packet) {
            return;
        }
        let (even, port) = (packet.to.port() & !1, packet.to.port());
        let Some(leg) = self.ports.get(&even) else {
            return;
        };
        let port = if port == even { Port::Rtp } else { Port::Rtcp };
        let Some(deck) = self.placement.deck_of(*leg) else {
            return;
        };
        self.decks[deck].receive(now, *leg, port, packet.from, &packet.bytes);
    }

    /// One tick: what the server sends in it.
    pub fn tick(&mut self, now: Moment) -> Vec<Packet> {
        self.ticks += 1;
        let mut outbox = Outbox {
            ports: &self.ports,
            watches: &mut self.watches,
            packets: Vec::new(),
        };
        // Who is slow has told its neighbours of those who go on talking, and of nobody else.
        let is_somebody_slow = self.chance.below(TICKS_PER_LATE_ONE) == 0;
        let is_somebody_late = self.chance.below(TICKS_PER_LATE_ONE) == 0;
        if is_somebody_slow {
            self.decks.iter_mut().for_each(|deck| deck.hear_first(now));
        }
        let are_in_step = !is_somebody_slow && !is_somebody_late;
        if are_in_step {
            self.decks.iter_mut().for_each(|deck| deck.hear(now));
        }
        for deck in &mut self.decks {
            if !are_in_step {
                deck.hear(now);
            }
            deck.speak(now, &mut outbox);
        }
        let packets = outbox.packets;
        self.tapes.listen();
        self.sort_out(now);
        packets
    }

    pub fn poll_event(&mut self, now: Moment) -> Option<Event> {
        if let Some(event) = self.news.pop_front() {
            return Some(event);
        }
        for at in 0..self.decks.len() {
            while let Some(event) = self.decks[at].poll_event() {
                let mut steps = Vec::new();
                let is_news = self.placement.note(at, &event, &mut steps);
                self.carry_out(now, steps);
                if let Event::LegClosed { leg, .. } = &event {
                    self.ports.retain(|_, owner| owner != leg);
                    self.opened_at.remove(leg);
                }
                if is_news {
                    return Some(event);
                }
            }
        }
        None
    }

    #[must_use]
    pub fn legs_open(&self) -> u64 {
        self.sum(|health| health.legs)
    }

    /// Parts of a stage counted each.
    #[must_use]
    pub fn stages_open(&self) -> u64 {
        self.sum(|health| health.stages)
    }

    /// Frames of talkers that went from one deck to another.
    #[must_use]
    pub fn frames_imported(&self) -> u64 {
        self.sum(|health| health.frames_imported)
    }

    /// Packets called silent by their phone and not looked at, and payloads that were looked at.
    #[must_use]
    pub fn looks_saved_and_made(&self) -> (u64, u64) {
        let saved = self.sum(|health| health.silences_believed);
        (saved, self.sum(|health| health.payloads_looked_at))
    }

    fn sum(&self, figure: fn(&DeckHealth) -> u64) -> u64 {
        self.decks.iter().map(|deck| figure(&deck.health())).sum()
    }

    fn carry_out(&mut self, now: Moment, steps: Vec<Step>) {
        let nowhere = SocketAddr::new(SERVER.ip(), 0);
        for step in steps {
            match step {
                Step::Obey { deck, command } => {
                    let order = self.tapes.order(&command);
                    let order = order.unwrap_or_else(|| self.preparer.prepare(command, nowhere));
                    self.decks[deck].obey(now, order);
                }
                Step::Echo { deck, command } => {
                    let mut order = self.preparer.prepare(command, nowhere);
                    order.say_nothing_of_its_end();
                    self.decks[deck].obey(now, order);
                }
                Step::Link { stage, decks } => {
                    for (deck, neighbour) in decks.into_iter().zip(neighbours(decks)) {
                        self.decks[deck].obey(now, Order::Link { stage, neighbour });
                    }
                }
                Step::Unlink {
                    stage,
                    deck,
                    neighbour,
                } => {
                    let neighbour = neighbour_id(neighbour);
                    self.decks[deck].obey(now, Order::Unlink { stage, neighbour });
                }
                Step::Release { leg, deck } => {
                    self.decks[deck].obey(now, Order::Release { leg });
                }
            }
        }
        self.sort_out(now);
    }

    /// Drops what the decks are done with, and takes released legs where they are going.
    fn sort_out(&mut self, now: Moment) {
        for at in 0..self.decks.len() {
            while let Some(retired) = self.decks[at].poll_retired() {
                let mut steps = Vec::new();
                if let Retired::Released(leg) = retired {
                    let to = self.placement.released(leg.id(), &mut steps);
                    self.decks[to].obey(now, Order::Adopt(leg));
                } else {
                    if let Some(leg) = retired.leg() {
                        self.placement.closed(leg, &mut steps);
                    }
                    self.preparer.take_back(retired);
                }
                if !steps.is_empty() {
                    self.carry_out(now, steps);
                }
            }
            while let Some(wish) = self.decks[at].poll_wish() {
                let spare = self.preparer.spare(wish);
                self.decks[at].obey(now, spare);
            }
        }
    }

    #[must_use]
    pub fn ports_taken(&self) -> usize {
        self.ports.len()
    }

    /// Every recording that was ever begun.
    pub fn tapes(&self) -> impl Iterator<Item = &Ear> {
        self.tapes.ears()
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

    /// For every open leg: packets of sound sent to it and ticks since it was opened.
    #[must_use]
    pub fn sent_by_leg(&self) -> Vec<(LegId, u64, u64)> {
        let of = |(leg, opened): (&LegId, &u64)| {
            let sent = self
                .watches
                .get(leg)
                .map_or(0, |watch| watch.packets - watch.events);
            (*leg, sent, self.ticks - opened)
        };
        self.opened_at.iter().map(of).collect()
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
/// Every four seconds.
const TICKS_PER_LATE_ONE: u32 = 200;
