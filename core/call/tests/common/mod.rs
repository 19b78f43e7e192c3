//! One call with its surroundings in a test's hands.

// Each test file uses its own part of this.
#![allow(dead_code)]

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use conclave_call::{
    Call, CallIds, Caller, Dialled, Newcomer, Output, Purpose, RoomName, SipAction, Turn,
};
use conclave_contract::{Command, DigitSource, Event as MediaEvent, LegStats};
use conclave_ivr::EntryPlan;
use conclave_model::{
    CallId, CallRecord, Chance, Codec, Digit, Language, LegId, LocalIds, Origin, ParticipantId,
    RoomId, SrtpPolicy, TextMessage, UnixMillis,
};
use conclave_sdp::{Author, Capabilities};
use conclave_sip::{CallerIdentity, IncomingCall, Offer, Path, SessionId, TextId, Transport};

pub const LEG: LegId = LegId(1);
pub const SESSION: SessionId = SessionId(1);

/// A call and everything it ever asked for.
pub struct Bench {
    pub call: Call,
    pub now: Instant,
    pub said: Vec<Output>,
    ids: LocalIds,
    chance: Chance,
}

impl Bench {
    /// A caller of a room that asks for a PIN and no name.
    pub fn new() -> Self {
        let purpose = Purpose::Enter {
            room: room(),
            plan: EntryPlan {
                ask_pin: true,
                ..EntryPlan::new(Language::English)
            },
        };
        Self::with("801", Some(offer()), purpose, 1)
    }

    pub fn with(dialled: &str, offer: Option<Offer>, purpose: Purpose, seed: u8) -> Self {
        Self::under(SrtpPolicy::Off, dialled, offer, purpose, seed)
    }

    /// With this policy of encryption.
    pub fn under(
        srtp: SrtpPolicy,
        dialled: &str,
        offer: Option<Offer>,
        purpose: Purpose,
        seed: u8,
    ) -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "a test needs some instant to start from"
        )]
        let now = Instant::now();
        let mut chance = Chance::from_seed([seed; 32]);
        let mut ids = LocalIds::default();
        let mut said = Vec::new();
        let at = UnixMillis(1_800_000_000_000);
        let names = CallIds {
            call: CallId::mint(at, &mut chance),
            session: SESSION,
            leg: LEG,
            participant: ParticipantId::mint(at, &mut chance),
        };
        let incoming = incoming(dialled, offer);
        let mut turn = Turn {
            now,
            wall: at,
            ids: &mut ids,
            chance: &mut chance,
            out: &mut said,
        };
        let newcomer = Newcomer {
            ids: names,
            incoming: &incoming,
            caller: Caller::of(&incoming, Origin::Neighbour),
            dialled: Dialled::parse(dialled),
            purpose,
            near: None,
            video_lines: 0,
            srtp,
            identity: None,
        };
        let call = Call::incoming(&mut turn, newcomer);
        Self {
            call,
            now,
            said,
            ids,
            chance,
        }
    }

    /// Lets something happen and gives back what the call asks for.
    pub fn turn(&mut self, act: impl FnOnce(&mut Call, &mut Turn<'_>)) -> Vec<Output> {
        let mut out = Vec::new();
        let mut turn = Turn {
            now: self.now,
            wall: UnixMillis(1_800_000_000_000),
            ids: &mut self.ids,
            chance: &mut self.chance,
            out: &mut out,
        };
        act(&mut self.call, &mut turn);
        self.said.extend(out.iter().cloned());
        out
    }

    pub fn media(&mut self, event: MediaEvent) -> Vec<Output> {
        self.turn(|call, turn| call.media(turn, event))
    }

    pub fn sip(&mut self, event: conclave_sip::Event) -> Vec<Output> {
        self.turn(|call, turn| call.sip(turn, event))
    }

    pub fn open_leg(&mut self) -> Vec<Output> {
        let local = SocketAddr::from(([0, 0, 0, 0], 20_000));
        self.media(MediaEvent::LegOpened { leg: LEG, local })
    }

    pub fn close_leg(&mut self) -> Vec<Output> {
        let stats = Box::new(LegStats::default());
        self.media(MediaEvent::LegClosed { leg: LEG, stats })
    }

    pub fn writes(&mut self) -> Vec<Output> {
        self.sip(conclave_sip::Event::Text {
            session: SESSION,
            id: TextId(7),
            text: Box::new(TextMessage::new("text/plain", b"hello".to_vec())),
        })
    }

    pub fn acknowledge(&mut self) -> Vec<Output> {
        self.sip(conclave_sip::Event::Acknowledged {
            session: SESSION,
            answer: None,
        })
    }

    pub fn press(&mut self, keys: &str) -> Vec<Output> {
        let mut out = Vec::new();
        for key in keys.chars() {
            out.extend(self.media(MediaEvent::Digit {
                leg: LEG,
                digit: Digit::from_char(key).expect("a key"),
                source: DigitSource::TelephoneEvent,
            }));
        }
        out
    }

    /// The next deadline comes, if there is one.
    pub fn expire(&mut self) -> Option<Vec<Output>> {
        let (at, _) = self.call.poll_timeout()?;
        self.now = self.now.max(at);
        Some(self.turn(|call, turn| call.handle_timeout(turn)))
    }

    pub fn pass(&mut self, time: Duration) -> Vec<Output> {
        let end = self.now + time;
        let mut out = Vec::new();
        while let Some((at, _)) = self.call.poll_timeout().filter(|(at, _)| *at <= end) {
            self.now = self.now.max(at);
            out.extend(self.turn(|call, turn| call.handle_timeout(turn)));
        }
        self.now = end;
        out
    }

    pub fn record(&self) -> Option<&CallRecord> {
        self.said.iter().find_map(|output| {
            if let Output::Ended(record) = output {
                Some(&**record)
            } else {
                None
            }
        })
    }
}

pub fn sip_actions(said: &[Output]) -> Vec<&SipAction> {
    let actions = said.iter().map(|output| {
        if let Output::Sip(action) = output {
            Some(action)
        } else {
            None
        }
    });
    actions.flatten().collect()
}

pub fn commands(said: &[Output]) -> Vec<&Command> {
    let commands = said.iter().map(|output| {
        if let Output::Media(command) = output {
            Some(command)
        } else {
            None
        }
    });
    commands.flatten().collect()
}

pub fn room() -> RoomName {
    let mut chance = Chance::from_seed([9; 32]);
    RoomName {
        id: RoomId::mint(UnixMillis(0), &mut chance),
        title: "Standup".to_owned(),
    }
}

pub fn offer() -> Offer {
    let wish = Capabilities {
        codecs: vec![Codec::Pcma],
        ..Capabilities::default()
    };
    Offer(Author::new(1, [192, 0, 2, 7].into(), 4_000).offer(&wish, None))
}

fn incoming(dialled: &str, offer: Option<Offer>) -> IncomingCall {
    IncomingCall {
        path: Path {
            transport: Transport::Udp,
            local: SocketAddr::from(([192, 0, 2, 1], 5_060)),
            remote: SocketAddr::from(([192, 0, 2, 7], 5_060)),
            conn: None,
        },
        request_uri: format!("sip:{dialled}@192.0.2.1"),
        dialled: dialled.to_owned(),
        to_user: dialled.to_owned(),
        from_user: "0891234567".to_owned(),
        from_host: "192.0.2.2".to_owned(),
        host: "192.0.2.1".to_owned(),
        credentials: Vec::new(),
        from_name: Some("An\u{7}na ".to_owned()),
        identity: CallerIdentity::default(),
        call_id: "c1".to_owned(),
        user_agent: None,
        accept_language: None,
        offer,
        supports_prack: false,
    }
}
