//! Another telephone system in the city: a registrar with one account, which may die and come back;
//! carries no sound.

use std::net::SocketAddr;
use std::time::Instant;

use conclave_model::{Chance, WallClock};
use conclave_sdp::{Author, Capabilities};
use conclave_sip::digest::{Authority, Proof, ha1_set};
use conclave_sip::{
    Answer, Asked, Contact, Contacts, Event, OutgoingCall, Path, SessionId, Transmit, Transport,
    Ua, UaConfig, Why, Wish,
};

/// Names a peer of a city.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeerId(pub usize);

/// One such system.
pub struct Peer {
    ua: Ua,
    authority: Authority,
    wall: WallClock,
    pub sip: SocketAddr,
    /// The account: user and password.
    pub account: (String, String),
    /// A registration shorter than this is refused with 423.
    pub least_s: u32,
    /// It hears nothing and says nothing.
    pub is_dead: bool,
    /// Where it would call who registered, and for how long that was granted.
    pub binding: Option<(String, u32)>,
    /// The status of every answer to a REGISTER, the first of each first.
    pub answers: Vec<u16>,
    /// Calls of its own that were taken, and those that were refused.
    pub answered: Vec<SessionId>,
    pub refused: Vec<u16>,
}

impl Peer {
    /// The peer of this number in its city.
    #[must_use]
    pub fn new(number: u8, wall: WallClock, mut chance: Chance) -> Peer {
        let config = UaConfig {
            server_name: "pbx".to_owned(),
            registers: true,
            ..UaConfig::default()
        };
        Peer {
            ua: Ua::new(config, chance.fork()),
            authority: Authority::new("pbx.example", chance),
            wall,
            sip: SocketAddr::from(([10, 200, 0, number + 1], 5_060)),
            account: ("801".to_owned(), "open sesame".to_owned()),
            least_s: 0,
            is_dead: false,
            binding: None,
            answers: Vec::new(),
            answered: Vec::new(),
            refused: Vec::new(),
        }
    }

    /// Calls who registered: the number that was dialled is in To.
    ///
    /// # Panics
    /// When nobody registered.
    pub fn call(&mut self, now: Instant, server: SocketAddr, dialled: &str) {
        let sdp = Author::new(7, self.sip.ip(), 4_000).offer(&Capabilities::default(), None);
        let (target, _) = self.binding.clone().expect("somebody registered");
        let call = OutgoingCall {
            further: Vec::new(),
            route: None,
            account: None,
            path: self.path(server),
            target,
            from: format!("\"Anna\" <sip:200@{}>", self.sip.ip()),
            to: format!("<sip:{dialled}@{}>", self.sip.ip()),
            sdp: Some(sdp),
            headers: Vec::new(),
        };
        self.ua.invite(now, call);
    }

    pub fn hear(&mut self, now: Instant, from: SocketAddr, bytes: &[u8]) {
        if !self.is_dead {
            self.ua.handle_datagram(now, self.path(from), bytes);
            self.drain_events(now);
        }
    }

    #[must_use]
    pub fn poll_timeout(&self) -> Option<(Instant, Why)> {
        self.ua.poll_timeout()
    }

    pub fn handle_timeout(&mut self, now: Instant) {
        self.ua.handle_timeout(now);
        self.drain_events(now);
    }

    pub fn poll_transmit(&mut self) -> Option<Transmit> {
        self.ua.poll_transmit()
    }

    fn path(&self, remote: SocketAddr) -> Path {
        Path {
            transport: Transport::Udp,
            local: self.sip,
            remote,
            conn: None,
        }
    }

    fn drain_events(&mut self, now: Instant) {
        while let Some(event) = self.ua.poll_event() {
            match event {
                Event::Asked { id, asked } => {
                    let answer = self.register(now, &asked);
                    self.answers.push(answer.status);
                    self.ua.answer(now, id, &answer);
                }
                Event::Answered { session, .. } => self.answered.push(session),
                Event::Refused { status, .. } => self.refused.push(status),
                // It only wants to know whether it was let in.
                Event::Incoming { .. }
                | Event::Cancelled { .. }
                | Event::Subscribing { .. }
                | Event::Resubscribed { .. }
                | Event::Notified { .. }
                | Event::SubscriptionEnded { .. }
                | Event::Acknowledged { .. }
                | Event::Reoffered { .. }
                | Event::Info { .. }
                | Event::Text { .. }
                | Event::Progress { .. }
                | Event::OfferAnswered { .. }
                | Event::RequestAnswered { .. }
                | Event::RequestFailed { .. }
                | Event::Ended { .. } => {}
            }
        }
    }

    fn register(&mut self, now: Instant, asked: &Asked) -> Answer {
        let at = self.wall.at(now);
        let Wish::Register(wish) = &asked.wish;
        let (user, password) = &self.account;
        let known = ha1_set(user, "pbx.example", password);
        let known = (asked.to_user == *user).then_some(&known);
        let proof = asked
            .credentials
            .first()
            .map(|credentials| self.authority.judge(at, credentials, "REGISTER", known));
        match proof {
            Some(Proof::Right) => {}
            Some(Proof::Stale) => return Answer::challenging(&self.authority.challenges(at, true)),
            None | Some(Proof::Wrong) => {
                return Answer::challenging(&self.authority.challenges(at, false));
            }
        }
        let Contacts::These(contacts) = &wish.contacts else {
            return Answer::new(400);
        };
        let Contact { uri, expires_s, .. } = &contacts[0];
        let asked_s = expires_s.or(wish.expires_s).unwrap_or(3_600);
        if asked_s > 0 && asked_s < self.least_s {
            return Answer::new(423).with("Min-Expires", self.least_s.to_string());
        }
        self.binding = (asked_s > 0).then(|| (uri.clone(), asked_s));
        Answer::new(200).with("Contact", format!("<{uri}>;expires={asked_s}"))
    }
}
