//! The telephones of a run: SIP on one side, traffic on the other; counts nothing, judges nothing.

use std::io;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use conclave_model::{Chance, Codec, Digit};
use conclave_sdp::{Author, Capabilities, read_answer};
use conclave_sip::{EndReason, Event, SessionId};

use crate::caller::Caller;
use crate::plan::{Plan, Room};
use crate::traffic::{Counted, Far, LegConfig, LegIndex, Sends, Traffic, TrafficConfig};

pub(crate) struct Phones {
    caller: Caller,
    pub traffic: Traffic,
    local: IpAddr,
    server: IpAddr,
    chance: Chance,
}

/// A call as it is to be.
pub(crate) struct Wish<'a> {
    pub room: &'a Room,
    pub codec: Codec,
    pub sends: Sends,
    pub counted: Counted,
    /// Where in the 20 ms it sends, in thousandths.
    pub phase: Option<u32>,
}

/// A call that was placed.
pub(crate) struct Phone {
    pub session: SessionId,
    pub leg: LegIndex,
    offer: Vec<u8>,
    types_pin: bool,
    invited: Instant,
    answered: Option<Instant>,
}

/// What SIP has to say of a call.
pub(crate) enum News {
    Answered(Vec<u8>),
    /// It came to nothing, or ended early.
    Failed(String),
}

impl Phones {
    pub(crate) fn new(plan: &Plan, local: IpAddr, mut chance: Chance) -> io::Result<Self> {
        let traffic = TrafficConfig {
            local,
            remote: plan.server.ip(),
            codecs: plan.codecs.clone(),
            legs_per_socket: plan.legs_per_socket as usize,
            slots_per_tick: plan.slots_per_tick,
            marker_turns: plan.talkers_per_room,
        };
        Ok(Self {
            caller: Caller::new(plan.server, local, chance.fork())?,
            traffic: Traffic::new(&traffic, chance.fork()),
            local,
            server: plan.server.ip(),
            chance,
        })
    }

    pub(crate) fn dial(&mut self, wish: &Wish<'_>) -> io::Result<Phone> {
        let pin = wish.room.pin.as_ref().map_or("", |pin| pin.reveal());
        let keys: Vec<Digit> = pin.chars().filter_map(Digit::from_char).collect();
        let types_pin = !keys.is_empty();
        let leg = self.traffic.add(&LegConfig {
            codec: wish.codec,
            sends: wish.sends,
            keys,
            counted: wish.counted,
            phase: wish.phase,
        })?;
        let port = self.traffic.local(leg).map_or(0, |local| local.port());
        let capabilities = Capabilities {
            codecs: vec![wish.codec],
            ..Capabilities::default()
        };
        let offer = Author::new(self.chance.u64(), self.local, port).offer(&capabilities, None);
        let invited = Instant::now();
        let session = self
            .caller
            .call(invited, &wish.room.extension, offer.clone());
        self.caller.drive(invited);
        Ok(Phone {
            session,
            leg,
            offer,
            types_pin,
            invited,
            answered: None,
        })
    }

    /// Begins to send and to hear what was agreed. Only to the server, whatever its answer says.
    pub(crate) fn answered(
        &mut self,
        at: Instant,
        phone: &mut Phone,
        body: &[u8],
    ) -> Result<(), String> {
        phone.answered = Some(at);
        let offer = std::mem::take(&mut phone.offer);
        let agreed = read_answer(&offer, body).map_err(|error| error.to_string())?;
        let address = agreed.remote.filter(|remote| remote.ip() == self.server);
        let address = address.ok_or("its answer wants the sound sent to another host")?;
        if agreed.keypad_send.is_none() && phone.types_pin {
            return Err("its answer takes no telephone events, so no PIN can be typed".into());
        }
        let receive_types = agreed.receive.iter().map(|format| format.payload_type);
        let keypad = agreed.keypad_send;
        let far = Far {
            address,
            payload_type: agreed.send.payload_type,
            receive_types: receive_types.collect(),
            events: keypad.map(|keypad| (keypad.payload_type, keypad.clock_rate_hz)),
        };
        self.traffic.begin(phone.leg, &far);
        Ok(())
    }

    /// Ends the call; what its leg has counted stays.
    pub(crate) fn hang_up(&mut self, now: Instant, phone: &Phone) {
        self.traffic.end(phone.leg);
        self.caller.hang_up(now, phone.session);
    }

    /// From the INVITE to the first packet of sound.
    pub(crate) fn first_audio(&self, phone: &Phone) -> Option<Duration> {
        let first = self.traffic.leg(phone.leg)?.first_at()?;
        Some(first.saturating_duration_since(phone.invited))
    }

    /// Calls that are not over for SIP.
    pub(crate) fn sessions(&self) -> usize {
        self.caller.sessions()
    }

    /// Everything that SIP has to say since the last time, with when it came.
    pub(crate) fn signal(&mut self, now: Instant) -> Vec<(Instant, SessionId, News)> {
        let mut news = Vec::new();
        self.caller.drive(now);
        self.collect(now, &mut news);
        while let Some(at) = self.caller.receive(now) {
            self.collect(at, &mut news);
        }
        self.caller.drive(now);
        news
    }

    fn collect(&mut self, at: Instant, news: &mut Vec<(Instant, SessionId, News)>) {
        while let Some(event) = self.caller.poll_event() {
            news.extend(news_of(event).map(|(session, what)| (at, session, what)));
        }
    }
}

impl Phone {
    /// From the INVITE to its 200.
    pub(crate) fn setup(&self) -> Option<Duration> {
        Some(self.answered?.saturating_duration_since(self.invited))
    }
}

fn news_of(event: Event) -> Option<(SessionId, News)> {
    match event {
        Event::Answered { session, answer } => {
            let body = answer.map_or(Vec::new(), |offer| offer.0);
            Some((session, News::Answered(body)))
        }
        Event::Refused {
            session,
            status,
            reason,
        } => Some((session, News::Failed(format!("refused: {status} {reason}")))),
        Event::Ended { session, why } => {
            let why = match why {
                EndReason::ByUs => return None,
                EndReason::ByPeer { reason } => {
                    let reason = reason.unwrap_or_else(|| "no reason given".to_owned());
                    format!("hung up by the server: {reason}")
                }
                EndReason::NoAck
                | EndReason::SessionExpired
                | EndReason::DialogLost
                | EndReason::TransportFailed => format!("lost: {why:?}"),
            };
            Some((session, News::Failed(why)))
        }
        Event::Reoffered { .. }
        | Event::Asked { .. }
        | Event::Subscribing { .. }
        | Event::Resubscribed { .. }
        | Event::Notified { .. }
        | Event::SubscriptionEnded { .. }
        | Event::RequestAnswered { .. }
        | Event::RequestFailed { .. }
        | Event::Incoming { .. }
        | Event::Cancelled { .. }
        | Event::Acknowledged { .. }
        | Event::Info { .. }
        | Event::Text { .. }
        | Event::Progress { .. }
        | Event::OfferAnswered { .. } => None,
    }
}
