//! Two user agents back to back in virtual time, over a network that loses what it is told to.

#![allow(
    clippy::disallowed_methods,
    reason = "one real instant is where virtual time begins"
)]
#![allow(dead_code, reason = "no test uses every tool")]

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use conclave_model::Chance;
use conclave_sip::{
    ConnId, EndReason, Event, OutgoingCall, Path, SessionId, Transmit, Transport, Ua, UaConfig,
};

pub const OFFER: &str = "v=0\r\no=- 1 1 IN IP4 192.0.2.2\r\ns=-\r\n";
pub const ANSWER: &str = "v=0\r\no=- 2 1 IN IP4 192.0.2.1\r\ns=-\r\n";
/// One way through the network.
pub const TRAVEL: Duration = Duration::from_millis(10);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// 192.0.2.2, who calls.
    Left,
    /// 192.0.2.1, who is called.
    Right,
}

impl Side {
    pub fn other(self) -> Side {
        match self {
            Side::Left => Side::Right,
            Side::Right => Side::Left,
        }
    }
}

/// Decides about one message: `true` loses it.
pub type Loss = Box<dyn FnMut(Side, &str) -> bool>;

pub struct Pair {
    pub now: Instant,
    pub left: Ua,
    pub right: Ua,
    pub left_events: Vec<Event>,
    pub right_events: Vec<Event>,
    /// Every message that was sent, lost ones too, by whom.
    pub log: Vec<(Side, String)>,
    pub lose: Loss,
    transport: Transport,
    air: VecDeque<(Instant, Side, Transmit)>,
    /// Bytes per segment on a stream.
    pub segment: usize,
    pub stream_open: bool,
}

pub fn address(side: Side) -> SocketAddr {
    match side {
        Side::Left => ([192, 0, 2, 2], 5060).into(),
        Side::Right => ([192, 0, 2, 1], 5060).into(),
    }
}

impl Pair {
    pub fn new() -> Pair {
        Pair::with(UaConfig::default(), UaConfig::default(), Transport::Udp)
    }

    pub fn with(left: UaConfig, right: UaConfig, transport: Transport) -> Pair {
        let mut pair = Pair {
            now: Instant::now(),
            left: Ua::new(left, Chance::from_seed([1; 32])),
            right: Ua::new(right, Chance::from_seed([2; 32])),
            left_events: Vec::new(),
            right_events: Vec::new(),
            log: Vec::new(),
            lose: Box::new(|_, _| false),
            transport,
            air: VecDeque::new(),
            segment: usize::MAX,
            stream_open: false,
        };
        if transport.is_stream() {
            pair.open_stream();
        }
        pair
    }

    pub fn open_stream(&mut self) {
        self.stream_open = true;
        let (left, right) = (self.path(Side::Left), self.path(Side::Right));
        self.left.handle_stream_opened(self.now, ConnId(1), left);
        self.right.handle_stream_opened(self.now, ConnId(1), right);
    }

    pub fn close_stream(&mut self) {
        self.stream_open = false;
        self.left.handle_stream_closed(self.now, ConnId(1));
        self.right.handle_stream_closed(self.now, ConnId(1));
    }

    pub fn path(&self, side: Side) -> Path {
        Path {
            transport: self.transport,
            local: address(side),
            remote: address(side.other()),
            conn: self.stream_open.then_some(ConnId(1)),
        }
    }

    pub fn ua(&mut self, side: Side) -> &mut Ua {
        match side {
            Side::Left => &mut self.left,
            Side::Right => &mut self.right,
        }
    }

    pub fn outgoing(&self, sdp: Option<&str>) -> OutgoingCall {
        OutgoingCall {
            further: Vec::new(),
            route: None,
            account: None,
            path: self.path(Side::Left),
            target: "sip:801@192.0.2.1".to_owned(),
            from: "\"Ann\" <sip:ann@192.0.2.2>".to_owned(),
            to: "sip:801@192.0.2.1".to_owned(),
            sdp: sdp.map(|sdp| sdp.as_bytes().to_vec()),
            headers: Vec::new(),
        }
    }

    /// Left invites, and right hears of it.
    pub fn ring(&mut self) -> (SessionId, SessionId) {
        self.ring_with(Some(OFFER))
    }

    pub fn ring_with(&mut self, sdp: Option<&str>) -> (SessionId, SessionId) {
        let call = self.outgoing(sdp);
        let left = self.left.invite(self.now, call);
        self.run(Duration::from_millis(50));
        let right = self.right_events.iter().find_map(|event| {
            if let Event::Incoming { session, .. } = event {
                Some(*session)
            } else {
                None
            }
        });
        (left, right.expect("the call comes in"))
    }

    /// A call that stands, with the events that led there forgotten.
    pub fn talk(&mut self) -> (SessionId, SessionId) {
        let (left, right) = self.ring();
        self.right.accept(self.now, right, ANSWER.into());
        self.run(Duration::from_millis(100));
        assert!(matches!(
            self.left_events.last(),
            Some(Event::Answered { .. })
        ));
        assert!(matches!(
            self.right_events.last(),
            Some(Event::Acknowledged { .. })
        ));
        self.forget();
        (left, right)
    }

    pub fn forget(&mut self) {
        self.left_events.clear();
        self.right_events.clear();
        self.log.clear();
    }

    /// Lets time pass: messages travel, deadlines come.
    pub fn run(&mut self, span: Duration) {
        let end = self.now + span;
        loop {
            self.collect();
            let arrival = self.air.front().map(|(at, ..)| *at);
            let deadlines = [&self.left, &self.right].map(|ua| ua.poll_timeout().map(|(at, _)| at));
            let next = deadlines.into_iter().chain([arrival]).flatten().min();
            let Some(next) = next.filter(|next| *next <= end) else {
                break;
            };
            self.now = self.now.max(next);
            while self.air.front().is_some_and(|(at, ..)| *at <= self.now) {
                let (_, from, transmit) = self.air.pop_front().expect("just seen");
                self.deliver(from, &transmit);
            }
            self.left.handle_timeout(self.now);
            self.right.handle_timeout(self.now);
        }
        self.now = end;
    }

    fn collect(&mut self) {
        for side in [Side::Left, Side::Right] {
            while let Some(transmit) = self.ua(side).poll_transmit() {
                let text = String::from_utf8_lossy(&transmit.bytes).into_owned();
                let lost = (self.lose)(side, &text);
                self.log.push((side, text));
                if !lost {
                    self.air.push_back((self.now + TRAVEL, side, transmit));
                }
            }
        }
        self.left_events
            .extend(std::iter::from_fn(|| self.left.poll_event()));
        self.right_events
            .extend(std::iter::from_fn(|| self.right.poll_event()));
    }

    fn deliver(&mut self, from: Side, transmit: &Transmit) {
        let now = self.now;
        let to = from.other();
        let path = self.path(to);
        if self.transport == Transport::Udp {
            assert_eq!(
                transmit.path.remote,
                address(to),
                "sent to where the other is"
            );
            self.ua(to).handle_datagram(now, path, &transmit.bytes);
            return;
        }
        if transmit.path.conn.is_none() {
            self.open_stream();
        }
        let size = self.segment.min(transmit.bytes.len());
        for segment in transmit.bytes.chunks(size) {
            self.ua(to).handle_stream(now, ConnId(1), segment);
        }
    }

    /// How many messages `side` has sent that begin with `start`.
    pub fn sent(&self, side: Side, start: &str) -> usize {
        let matches = |(from, text): &&(Side, String)| *from == side && text.starts_with(start);
        self.log.iter().filter(matches).count()
    }

    /// The last message of `side` that begins with `start`.
    pub fn last_sent(&self, side: Side, start: &str) -> &str {
        let mut found = self.log.iter().rev();
        found
            .find(|(from, text)| *from == side && text.starts_with(start))
            .map(|(_, text)| text.as_str())
            .unwrap_or_else(|| panic!("{side:?} sent no {start}: {:#?}", self.log))
    }

    /// Nothing is left behind once every transaction had its time.
    pub fn assert_clean(&mut self) {
        self.run(Duration::from_secs(70));
        for ua in [&self.left, &self.right] {
            assert_eq!(ua.sessions(), 0);
            assert_eq!(ua.transactions(), 0);
            assert_eq!(ua.poll_timeout(), None);
        }
    }
}

/// How sessions ended, in order.
pub fn ends(events: &[Event]) -> Vec<EndReason> {
    let end = |event: &Event| {
        if let Event::Ended { why, .. } = event {
            Some(why.clone())
        } else {
            None
        }
    };
    events.iter().filter_map(end).collect()
}

/// Loses the first `count` messages of `side` that begin with `start`.
pub fn lose_first(side: Side, start: &'static str, count: usize) -> Loss {
    let mut left = count;
    Box::new(move |from, text| {
        let hit = from == side && text.starts_with(start) && left > 0;
        left -= usize::from(hit);
        hit
    })
}
