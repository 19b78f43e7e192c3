//! One node, one phone with many lines, a studio, a store and a clock.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use conclave_api::{Happening, Problem, Request, Response};
use conclave_contract::{DigitSource, Event as MediaEvent};
use conclave_model::{
    CallLadder, CallRecord, Chance, Codec, Digit, Guests, LegId, PhoneRecord, Pin, Prompt,
    RegistrationRecord, RoomRecord, UnixMillis, WallClock,
};
use conclave_sdp::{Author, Capabilities};
use conclave_sip::{
    Event as SipEvent, Findings, Found, LookupFailure, OutgoingCall, Path, Place, SessionId,
    Transmit, Transport, Ua, UaConfig,
};

use super::studio::Studio;
use crate::{
    Event, Input, Node, NodeConfig, RequestId, StoreFailure, StoreTicket, StoreWrite, TapeNews,
};

pub struct Town {
    pub now: Instant,
    pub node: Node,
    pub phone: Ua,
    pub studio: Studio,
    pub store: Store,
    pub phone_events: Vec<SipEvent>,
    pub happenings: Vec<Happening>,
    pub replies: BTreeMap<RequestId, Result<Response, Problem>>,
    pub records: Vec<CallRecord>,
    pub ladders: Vec<CallLadder>,
    pub logs: Vec<String>,
    pub tapes: Vec<TapeNews>,
    /// As the store has them.
    pub phones: Vec<PhoneRecord>,
    pub registrations: Vec<RegistrationRecord>,
    pub wire: String,
    /// What was sent to a desk beside the phone, at [`DESK_PORT`].
    pub elsewhere: Vec<String>,
    pub shutdown_complete: bool,
    /// Those that the phone has.
    pub addresses: BTreeSet<IpAddr>,
    /// Nothing reaches the phone.
    pub phone_is_silent: bool,
    requests: u64,
}

/// What the store does with what it gets.
#[derive(Debug, PartialEq)]
pub enum Store {
    Keeps,
    Fails,
    Dawdles(Vec<StoreTicket>),
}

/// One line of the phone and the leg that the node opened for it.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    pub session: SessionId,
    pub leg: LegId,
}

impl Town {
    /// A node without rooms.
    pub fn new() -> Self {
        Self::with(|_| {})
    }

    pub fn with(configure: impl FnOnce(&mut NodeConfig)) -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "a test needs some instant to start from"
        )]
        let now = Instant::now();
        let wall = WallClock {
            mono: now,
            wall: UnixMillis(1_800_000_000_000),
        };
        let mut config = NodeConfig::new("test", wall);
        // The phone's address is none of our own.
        config.guests = Guests::Anyone;
        configure(&mut config);
        Self {
            now,
            node: Node::new(config, Vec::new(), Chance::from_seed([3; 32])),
            phone: Ua::new(UaConfig::default(), Chance::from_seed([4; 32])),
            studio: Studio::default(),
            store: Store::Keeps,
            phone_events: Vec::new(),
            happenings: Vec::new(),
            replies: BTreeMap::new(),
            records: Vec::new(),
            ladders: Vec::new(),
            logs: Vec::new(),
            tapes: Vec::new(),
            phones: Vec::new(),
            registrations: Vec::new(),
            wire: String::new(),
            elsewhere: Vec::new(),
            shutdown_complete: false,
            addresses: BTreeSet::from([phone_path().local.ip()]),
            phone_is_silent: false,
            requests: 0,
        }
    }

    /// A room at 801 that opens with 627184 and asks for no name.
    pub fn with_room() -> Self {
        let mut town = Self::new();
        town.add_room("801", Some("627184"));
        town
    }

    pub fn add_room(&mut self, extension: &str, pin: Option<&str>) -> RoomRecord {
        let mut draft = conclave_model::RoomDraft::new("Standup".parse().unwrap());
        draft.extension = Some(extension.parse().unwrap());
        draft.pin = Some(pin.map(|pin| pin.parse::<Pin>().unwrap()));
        draft.message = false;
        draft.music = Some(None);
        let made = self.ask(Request::CreateRoom(draft)).unwrap();
        assert!(matches!(made, Response::RoomCreated(_)));
        let record = self.node.rooms.dialled(extension).unwrap();
        RoomRecord::clone(record)
    }

    // The phone ----------------------------------------------------------------------------------

    /// Dials and waits for whatever comes at once.
    pub fn dial(&mut self, user: &str) -> SessionId {
        let sdp = offer_of(&Capabilities {
            codecs: vec![Codec::Pcma],
            ..Capabilities::default()
        });
        self.dial_with(user, Some(sdp))
    }

    pub fn dial_with(&mut self, user: &str, sdp: Option<Vec<u8>>) -> SessionId {
        let from = "\"Anna\" <sip:0891234567@192.0.2.7>";
        self.dial_as(user, from, sdp, Vec::new())
    }

    /// Dials with this From and these headers.
    pub fn dial_as(
        &mut self,
        user: &str,
        from: &str,
        sdp: Option<Vec<u8>>,
        headers: Vec<(String, String)>,
    ) -> SessionId {
        let call = OutgoingCall {
            further: Vec::new(),
            route: None,
            account: None,
            path: phone_path(),
            target: format!("sip:{user}@192.0.2.1"),
            from: from.to_owned(),
            to: format!("<sip:{user}@192.0.2.1>"),
            sdp,
            headers,
        };
        let session = self.phone.invite(self.now, call);
        self.run();
        session
    }

    /// Dials from this address, and waits for whatever comes at once.
    pub fn dial_from(&mut self, address: IpAddr, user: &str) -> SessionId {
        let mut path = phone_path();
        path.local.set_ip(address);
        self.addresses.insert(address);
        let call = OutgoingCall {
            further: Vec::new(),
            route: None,
            account: None,
            path,
            target: format!("sip:{user}@192.0.2.1"),
            from: format!("<sip:somebody@{address}>"),
            to: format!("<sip:{user}@192.0.2.1>"),
            sdp: Some(offer_of(&Capabilities::default())),
            headers: Vec::new(),
        };
        let session = self.phone.invite(self.now, call);
        self.run();
        session
    }

    /// Dials, and hears nothing because the studio says nothing.
    pub fn dial_unanswered(&mut self, user: &str) -> SessionId {
        self.studio.mumbles = true;
        let session = self.dial(user);
        self.studio.mumbles = false;
        session
    }

    /// Dials, and is answered.
    pub fn line(&mut self, user: &str) -> Line {
        let session = self.dial(user);
        assert!(self.is_answered(session), "{:?}", self.phone_events);
        let leg = *self.studio.opened.last().unwrap();
        Line { session, leg }
    }

    /// Dials, types the PIN, and is in the room.
    pub fn enter(&mut self, user: &str, pin: &str) -> Line {
        let line = self.line(user);
        self.pass(Duration::from_secs(3));
        self.press(line, pin);
        self.pass(Duration::from_secs(1));
        assert!(self.studio.leg(line.leg).stage.is_some(), "not let in");
        line
    }

    pub fn press(&mut self, line: Line, keys: &str) {
        for key in keys.chars() {
            self.media(MediaEvent::Digit {
                leg: line.leg,
                digit: Digit::from_char(key).unwrap(),
                source: DigitSource::TelephoneEvent,
            });
            self.pass(Duration::from_millis(200));
        }
    }

    pub fn hang_up(&mut self, line: Line) {
        self.phone.bye(self.now, line.session, None);
        self.run();
    }

    pub fn heard(&mut self, line: Line) -> Vec<Prompt> {
        self.studio.leg(line.leg).heard.clone()
    }

    pub fn is_answered(&self, wanted: SessionId) -> bool {
        self.phone_events
            .iter()
            .any(|event| matches!(event, SipEvent::Answered { session, .. } if *session == wanted))
    }

    pub fn refusal(&self, wanted: SessionId) -> Option<u16> {
        self.phone_events.iter().find_map(|event| {
            if let SipEvent::Refused {
                session, status, ..
            } = event
                && *session == wanted
            {
                return Some(*status);
            }
            None
        })
    }

    pub fn has_ended(&self, wanted: SessionId) -> bool {
        self.phone_events
            .iter()
            .any(|event| matches!(event, SipEvent::Ended { session, .. } if *session == wanted))
    }

    // The node -----------------------------------------------------------------------------------

    pub fn ask(&mut self, request: Request) -> Result<Response, Problem> {
        let ticket = self.ask_later(request);
        self.replies.remove(&ticket).expect("answered at once")
    }

    pub fn ask_later(&mut self, request: Request) -> RequestId {
        self.requests += 1;
        let ticket = RequestId(self.requests);
        self.input(Input::Request { ticket, request });
        ticket
    }

    pub fn media(&mut self, event: MediaEvent) {
        self.input(Input::Media(event));
    }

    pub fn input(&mut self, input: Input<'_>) {
        self.node.handle_input(self.now, input);
        self.run();
    }

    /// A dawdling store keeps what it was given.
    pub fn store_catches_up(&mut self) {
        if let Store::Dawdles(tickets) = std::mem::replace(&mut self.store, Store::Keeps) {
            for ticket in tickets {
                let result = Ok(());
                self.input(Input::Stored { ticket, result });
            }
        }
    }

    /// The names of everything that happened since the last look.
    pub fn news(&mut self) -> Vec<&'static str> {
        let news = std::mem::take(&mut self.happenings);
        news.iter().map(Happening::type_name).collect()
    }

    /// Lets time pass, deadline by deadline.
    pub fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        loop {
            let node = self.node.poll_timeout().map(|(at, _)| at);
            let phone = self.phone.poll_timeout().map(|(at, _)| at);
            let next = [node, phone, self.studio.poll_timeout()]
                .into_iter()
                .flatten()
                .min();
            let Some(at) = next.filter(|at| *at <= end) else {
                break;
            };
            self.now = self.now.max(at);
            self.node.handle_timeout(self.now);
            self.phone.handle_timeout(self.now);
            for event in self.studio.handle_timeout(self.now) {
                self.node.handle_input(self.now, Input::Media(event));
            }
            self.run();
        }
        self.now = end;
    }

    /// Carries everything to its receiver until nobody has anything to say.
    pub fn run(&mut self) {
        for _ in 0..100_000 {
            if !self.step() {
                return;
            }
        }
        panic!("the node never comes to rest");
    }

    /// Nothing may be left of calls that are over.
    pub fn assert_empty(&self) {
        assert!(self.node.calls.every_map_is_empty());
        assert!(self.node.live.every_map_is_empty());
        assert!(self.node.rooms.nothing_is_pending());
        assert!(self.node.deadlines.is_empty());
        assert!(self.node.pending.is_empty());
        assert!(self.node.waiting.is_empty());
        assert!(self.node.work.is_empty());
        assert!(self.node.ladders.is_empty());
        assert!(self.studio.legs.is_empty());
        assert!(self.studio.stages.is_empty());
    }

    fn step(&mut self) -> bool {
        let mut moved = false;
        while let Some(transmit) = self.node.poll_transmit() {
            self.note(&transmit);
            if transmit.path.remote.port() == DESK_PORT {
                let text = String::from_utf8_lossy(&transmit.bytes).into_owned();
                self.elsewhere.push(text);
                continue;
            }
            let path = across(transmit.path);
            let is_heard = !self.phone_is_silent && self.addresses.contains(&path.local.ip());
            if is_heard {
                self.phone.handle_datagram(self.now, path, &transmit.bytes);
            }
            moved = true;
        }
        while let Some(transmit) = self.phone.poll_transmit() {
            let datagram = Input::Datagram {
                path: across(transmit.path),
                bytes: &transmit.bytes,
            };
            self.node.handle_input(self.now, datagram);
            moved = true;
        }
        while let Some(event) = self.phone.poll_event() {
            if let SipEvent::Text { id, .. } = &event {
                self.phone.answer_text(self.now, *id, Ok(()));
            }
            self.phone_events.push(event);
            moved = true;
        }
        while let Some(command) = self.node.poll_command() {
            for event in self.studio.handle(self.now, command) {
                self.node.handle_input(self.now, Input::Media(event));
            }
            moved = true;
        }
        while let Some(event) = self.node.poll_event() {
            self.note_event(event);
            moved = true;
        }
        moved
    }

    fn note(&mut self, transmit: &Transmit) {
        self.wire
            .push_str(&String::from_utf8_lossy(&transmit.bytes));
    }

    fn note_event(&mut self, event: Event) {
        match event {
            Event::Store { ticket, write } => self.keep(ticket, write),
            Event::Reply { ticket, result } => {
                let twice = self.replies.insert(ticket, result);
                assert!(twice.is_none(), "{ticket:?} was answered twice");
            }
            Event::Publish(event) => self.happenings.push(event.what),
            Event::Log(line) => self.logs.push(line.sentence),
            Event::Tape(news) => self.tapes.push(news),
            Event::LookUp { lookup, place } => {
                let result = found(&place);
                self.node
                    .handle_input(self.now, Input::LookedUp { lookup, result });
            }
            Event::CloseConn(_) => {}
            Event::ShutdownComplete => self.shutdown_complete = true,
        }
    }

    fn keep(&mut self, ticket: StoreTicket, write: StoreWrite) {
        match write {
            StoreWrite::PutCall(record) => self.records.push(*record),
            StoreWrite::PutLadder(ladder) => self.ladders.push(*ladder),
            StoreWrite::PutPhone(phone) => {
                self.phones.retain(|one| one.id != phone.id);
                self.phones.push(*phone);
            }
            StoreWrite::DeletePhone(id) => self.phones.retain(|one| one.id != id),
            StoreWrite::PutRegistrations(id, all) => {
                self.registrations.retain(|one| one.phone != id);
                self.registrations.extend(all);
            }
            StoreWrite::PutRoom(_)
            | StoreWrite::DeleteRoom(_)
            | StoreWrite::PutExtension(_)
            | StoreWrite::DeleteExtension(_)
            | StoreWrite::PutTrunk(_)
            | StoreWrite::DeleteTrunk(_)
            | StoreWrite::PutMenu(_)
            | StoreWrite::DeleteMenu(_)
            | StoreWrite::PutProfile(_)
            | StoreWrite::DeleteProfile(_)
            | StoreWrite::Rename(_) => {}
        }
        let result = match &mut self.store {
            Store::Keeps => Ok(()),
            Store::Fails => Err(StoreFailure {
                sentence: "the disk is full".to_owned(),
            }),
            Store::Dawdles(tickets) => {
                tickets.push(ticket);
                return;
            }
        };
        let stored = Input::Stored { ticket, result };
        self.node.handle_input(self.now, stored);
    }
}

/// Addresses alone lead anywhere: there is no name server.
fn found(place: &Place) -> Result<Findings, LookupFailure> {
    let ip: IpAddr = place.host.parse().map_err(|_| LookupFailure::NoAddress)?;
    let path = Path {
        remote: SocketAddr::new(ip, place.port.unwrap_or(5_060)),
        ..across(phone_path())
    };
    let way = Found {
        path,
        rank: 0,
        weight: 0,
    };
    Ok(Findings {
        ways: vec![way],
        lifetime: None,
    })
}

/// Where a desk is that only watches.
pub const DESK_PORT: u16 = 5_070;

/// An offer of the phone.
pub fn offer_of(capabilities: &Capabilities) -> Vec<u8> {
    Author::new(7, [192, 0, 2, 7].into(), 4_000).offer(capabilities, None)
}

pub fn phone_path() -> Path {
    Path {
        transport: Transport::Udp,
        local: SocketAddr::from(([192, 0, 2, 7], 5_060)),
        remote: SocketAddr::from(([192, 0, 2, 1], 5_060)),
        conn: None,
    }
}

fn across(path: Path) -> Path {
    Path {
        local: path.remote,
        remote: path.local,
        ..path
    }
}
