//! The simulated city: one real node, real decks, many phones, one clock that nobody waits for.

mod carrying;
mod load;
mod names;
mod store;
mod writing;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use conclave_api as api;
use conclave_model::{CallRecord, Chance, Codec, Moment, RoomRecord, UnixMillis, WallClock};
use conclave_node::{Input, LogLine, Node, NodeConfig, RequestId};
use conclave_sip::{Path, Transport};

use crate::camera::Camera;
use crate::city::load::Load;
use crate::city::names::Names;
use crate::city::store::Store;
use crate::exchange::{Decks, Exchange};
use crate::network::{Network, Packet, Purpose};
use crate::peer::{Peer, PeerId};
use crate::phone::{Line, Phone, PhonePlan};

/// Names a phone of a city.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PhoneId(pub usize);

pub struct City {
    now: Instant,
    /// When time began for the decks.
    epoch: Instant,
    node: Node,
    exchange: Exchange,
    network: Network,
    chance: Chance,
    phones: Vec<Phone>,
    peers: Vec<Peer>,
    next_tick: Instant,
    /// When each phone speaks next; they are not in step with each other.
    next_word: Vec<Instant>,
    next_request: u64,
    replies: BTreeMap<RequestId, Result<api::Response, api::Problem>>,
    store: Store,
    names: Names,
    load: Load,
    pub published: Vec<api::Event>,
    pub log: Vec<LogLine>,
    pub call_log: Vec<CallRecord>,
    /// The first lines of requests by which the server began something outside of any call.
    pub begun: Vec<String>,
}

impl City {
    /// A city with one deck, in which everything follows from `seed`.
    #[must_use]
    pub fn new(seed: u64, rooms: Vec<RoomRecord>) -> City {
        City::with_decks(seed, rooms, Decks::ONE)
    }

    #[must_use]
    pub fn with_decks(seed: u64, rooms: Vec<RoomRecord>, decks: Decks) -> City {
        City::with_settings(seed, rooms, decks, |_| {})
    }

    /// Whose server is set otherwise than by default.
    #[must_use]
    pub fn with_settings(
        seed: u64,
        rooms: Vec<RoomRecord>,
        decks: Decks,
        set: impl FnOnce(&mut NodeConfig),
    ) -> City {
        let mut chance = chance(seed);
        // The one moment that is asked for: every other is counted from here.
        #[allow(
            clippy::disallowed_methods,
            reason = "an origin for virtual time; never read again"
        )]
        let now = Instant::now();
        let wall = WallClock {
            mono: now,
            wall: UnixMillis(1_800_000_000_000),
        };
        let mut config = NodeConfig::new("conclave", wall);
        set(&mut config);
        let node = Node::new(config, rooms, chance.fork());
        City {
            now,
            epoch: now,
            node,
            exchange: Exchange::new(decks, self::chance(!seed)),
            network: Network::new(chance.fork()),
            chance,
            phones: Vec::new(),
            peers: Vec::new(),
            next_tick: now,
            next_word: Vec::new(),
            next_request: 1,
            replies: BTreeMap::new(),
            store: Store::default(),
            names: Names::default(),
            load: Load::new(now),
            published: Vec::new(),
            log: Vec::new(),
            call_log: Vec::new(),
            begun: Vec::new(),
        }
    }

    /// A phone that has not dialled yet.
    pub fn add_phone(&mut self, plan: PhonePlan) -> PhoneId {
        let number = u32::try_from(self.phones.len()).unwrap_or(u32::MAX);
        self.phones
            .push(Phone::new(plan, number, self.chance.fork()));
        let out_of_step = Duration::from_micros(u64::from(self.chance.below(20_000)));
        self.next_word.push(self.now + out_of_step);
        PhoneId(self.phones.len() - 1)
    }

    /// Another telephone system, with the account 801 and the password `open sesame`.
    pub fn add_peer(&mut self) -> PeerId {
        let number = u8::try_from(self.peers.len()).unwrap_or(u8::MAX);
        let wall = WallClock {
            mono: self.epoch,
            wall: UnixMillis(1_800_000_000_000),
        };
        self.peers.push(Peer::new(number, wall, self.chance.fork()));
        PeerId(self.peers.len() - 1)
    }

    pub fn peer(&mut self, id: PeerId) -> &mut Peer {
        &mut self.peers[id.0]
    }

    /// A peer calls who registered with it.
    pub fn peer_calls(&mut self, id: PeerId, dialled: &str) {
        let now = self.now;
        self.peers[id.0].call(now, SERVER, dialled);
        self.settle();
    }

    /// Where a name leads from now on, the best way first.
    pub fn set_name(&mut self, host: &str, ways: Vec<SocketAddr>) {
        self.names.set(host, ways);
    }

    pub fn phone(&mut self, id: PhoneId) -> &mut Phone {
        &mut self.phones[id.0]
    }

    pub fn phones(&self) -> impl Iterator<Item = &Phone> {
        self.phones.iter()
    }

    pub fn dial(&mut self, id: PhoneId, extension: &str) {
        let now = self.now;
        self.phones[id.0].dial(now, SERVER, extension);
        self.settle();
    }

    /// A phone with an account registers it for so many seconds.
    pub fn register(&mut self, id: PhoneId, expires_s: u32) {
        let now = self.now;
        self.phones[id.0].register(now, SERVER, expires_s);
        self.settle();
    }

    pub fn press(&mut self, id: PhoneId, keys: &str) {
        self.phones[id.0].handset.press(keys);
    }

    /// The same by SIP INFO.
    pub fn press_by_info(&mut self, id: PhoneId, keys: &str) {
        let now = self.now;
        self.phones[id.0].press_by_info(now, keys);
        self.settle();
    }

    pub fn change_codec(&mut self, id: PhoneId, codec: Codec) {
        let now = self.now;
        self.phones[id.0].change_codec(now, codec);
        self.settle();
    }

    pub fn hold(&mut self, id: PhoneId, held: bool) {
        let now = self.now;
        self.phones[id.0].hold(now, held);
        self.settle();
    }

    pub fn hang_up(&mut self, id: PhoneId) {
        let now = self.now;
        self.phones[id.0].hang_up(now);
        self.settle();
    }

    /// Asks the public API and runs the city until the answer is there.
    ///
    /// # Errors
    /// What the API says is wrong.
    ///
    /// # Panics
    /// When there is no answer within two seconds of virtual time.
    pub fn ask(&mut self, request: api::Request) -> Result<api::Response, api::Problem> {
        let ticket = RequestId(self.next_request);
        self.next_request += 1;
        self.node
            .handle_input(self.now, Input::Request { ticket, request });
        self.settle();
        for _ in 0..200 {
            if let Some(reply) = self.replies.remove(&ticket) {
                return reply;
            }
            self.run(Duration::from_millis(10));
        }
        panic!("the API did not answer");
    }

    /// The operator uploads a sound of this pitch that lasts a second, under this name; any other
    /// is gone.
    pub fn upload(&mut self, name: &str, pitch_hz: f32) {
        let shelf = [(name.into(), crate::sounds::clip(pitch_hz, 1.0, 0.15))];
        let shelf = Arc::new(shelf.into_iter().collect());
        self.node.handle_input(self.now, Input::Sounds(shelf));
        self.settle();
    }

    /// Lets `time` pass.
    pub fn run(&mut self, time: Duration) {
        let until = self.now + time;
        self.settle();
        while let Some(next) = self.next_happening().filter(|at| *at <= until) {
            self.now = next.max(self.now);
            self.happen();
            self.settle();
        }
        self.now = until;
    }

    /// Lets time pass until `done`; false when `patience` was over first.
    pub fn run_until(
        &mut self,
        patience: Duration,
        mut done: impl FnMut(&mut City) -> bool,
    ) -> bool {
        let until = self.now + patience;
        while self.now < until {
            if done(self) {
                return true;
            }
            self.run(Duration::from_millis(20));
        }
        done(self)
    }

    /// Phones whose call is up.
    #[must_use]
    pub fn lines_up(&self) -> usize {
        self.phones
            .iter()
            .filter(|phone| phone.line == Line::Up)
            .count()
    }

    #[must_use]
    pub fn exchange(&self) -> &Exchange {
        &self.exchange
    }

    #[must_use]
    pub fn now(&self) -> Instant {
        self.now
    }

    fn moment(&self) -> Moment {
        Moment::of(self.now, self.epoch)
    }

    fn next_happening(&self) -> Option<Instant> {
        let words = self.next_word.iter().copied().min();
        let phones = self
            .phones
            .iter()
            .filter_map(|phone| phone.poll_timeout())
            .map(|it| it.0)
            .min();
        let peers = self.peers.iter().filter_map(Peer::poll_timeout);
        let peers = peers.map(|(at, _)| at).min();
        let node = self.node.poll_timeout().map(|(at, _)| at);
        let stored = self.store.next_written();
        let pictures = self.exchange.pictures.poll_timeout();
        [
            Some(self.next_tick),
            words,
            phones,
            peers,
            node,
            stored,
            Some(self.load.next_reading),
            pictures.map(|at| at.instant(self.epoch)),
            self.network.next_arrival(),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// Everything that is due now, the network first.
    fn happen(&mut self) {
        let now = self.now;
        while let Some(packet) = self.network.arrived(now) {
            self.deliver(&packet);
        }
        let pictures = &mut self.exchange.pictures;
        let moment = Moment::of(now, self.epoch);
        if pictures.poll_timeout().is_some_and(|at| at <= moment) {
            pictures.handle_timeout(moment);
        }
        if self.node.poll_timeout().is_some_and(|(at, _)| at <= now) {
            self.node.handle_timeout(now);
        }
        for peer in &mut self.peers {
            if peer.poll_timeout().is_some_and(|(at, _)| at <= now) {
                peer.handle_timeout(now);
            }
        }
        for index in 0..self.phones.len() {
            if self.phones[index]
                .poll_timeout()
                .is_some_and(|(at, _)| at <= now)
            {
                self.phones[index].handle_timeout(now);
            }
            if self.next_word[index] <= now {
                self.next_word[index] += FRAME;
                self.speak(index);
            }
        }
        if self.next_tick <= now {
            self.next_tick += FRAME;
            self.tick();
        }
        if self.load.next_reading <= now {
            self.read_load();
        }
        for ticket in self.store.written(now) {
            self.node.handle_input(
                now,
                Input::Stored {
                    ticket,
                    result: Ok(()),
                },
            );
        }
    }

    fn deliver(&mut self, packet: &Packet) {
        let (now, moment) = (self.now, self.moment());
        if packet.to.ip() == SERVER.ip() {
            match packet.purpose {
                Purpose::Media => self.exchange.receive(moment, packet),
                Purpose::Sip => {
                    let path = Path {
                        transport: Transport::Udp,
                        local: packet.to,
                        remote: packet.from,
                        conn: None,
                    };
                    self.node.handle_input(
                        now,
                        Input::Datagram {
                            path,
                            bytes: &packet.bytes,
                        },
                    );
                }
            }
            return;
        }
        if let Some(peer) = self.peers.iter_mut().find(|peer| peer.sip == packet.to) {
            peer.hear(now, packet.from, &packet.bytes);
            return;
        }
        let owner = self
            .phones
            .iter_mut()
            .find(|phone| phone.sip.ip() == packet.to.ip());
        let Some(phone) = owner else { return };
        match packet.purpose {
            Purpose::Sip => phone.handle_sip(now, packet.from, &packet.bytes),
            Purpose::Media if packet.to == phone.media => {
                phone.hear(now, moment, packet.from, &packet.bytes);
            }
            Purpose::Media => {
                if let Some(camera) = &mut phone.camera {
                    camera.see(now, packet.to.port(), &packet.bytes);
                }
            }
        }
    }

    fn speak(&mut self, index: usize) {
        if let Some((to, bytes)) = self.phones[index].handset.speak() {
            self.post_media(index, to, bytes);
        }
        let shot = self.phones[index].camera.as_mut().and_then(Camera::shoot);
        self.post_picture(index, shot);
    }

    /// RTCP or a picture, from one of a phone's own ports.
    pub fn post_picture(
        &mut self,
        phone: usize,
        picture: Option<(SocketAddr, SocketAddr, Vec<u8>)>,
    ) {
        let Some((from, to, bytes)) = picture else {
            return;
        };
        let purpose = Purpose::Media;
        let packet = Packet {
            purpose,
            from,
            to,
            bytes,
        };
        let weather = self.phones[phone].weather();
        self.network.send(self.now, weather, packet);
    }

    fn tick(&mut self) {
        for packet in self.exchange.tick(self.moment()) {
            let weather = self.weather_at(packet.to);
            self.network.send(self.now, weather, packet);
        }
    }

    /// The weather between the server and whoever lives at `address`.
    fn weather_at(&self, address: SocketAddr) -> crate::network::Weather {
        let owner = self
            .phones
            .iter()
            .find(|phone| phone.sip.ip() == address.ip());
        owner.map_or(crate::network::Weather::FAIR, Phone::weather)
    }
}

/// The randomness that a seed stands for.
#[must_use]
pub fn chance(seed: u64) -> Chance {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_be_bytes());
    Chance::from_seed(bytes)
}

/// Where the one node of every city lives.
pub const SERVER: SocketAddr = SocketAddr::new(
    std::net::IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 1)),
    5_060,
);

const FRAME: Duration = Duration::from_millis(20);
