//! Provisional answers that must arrive (RFC 3262): sent until the PRACK, one at a time.

use std::collections::VecDeque;
use std::time::Duration;

use super::{Session, Stage};
use crate::desk::Desk;
use crate::hands::Hands;
use crate::message::{Description, Message, Method, Name, Reply, number, session_description};
use crate::timers::{SessionAlarm, TimerId};
use crate::transaction::{GIVE_UP, ServerId, T1};
use crate::{EndReason, Offer, Path};

/// An owner that says more than this before one PRACK has come is not heard further.
const WAITING_MAX: usize = 8;

/// The callee's side of it.
pub(super) struct Reliable {
    /// The INVITE says `Require: 100rel`.
    pub(super) required: bool,
    /// A session description has gone out reliably, so the 2xx has none.
    pub(super) described: bool,
    sequence: u32,
    sent: Option<Sent>,
    waiting: VecDeque<(u16, Option<Vec<u8>>)>,
}

struct Sent {
    path: Path,
    bytes: Vec<u8>,
    has_sdp: bool,
    interval: Duration,
    resend: Option<TimerId>,
    give_up: Option<TimerId>,
}

impl Reliable {
    pub(super) fn new(required: bool, hands: &mut Hands) -> Self {
        Self {
            required,
            described: false,
            // RFC 3262 §3: 1 to 2^31-1; small enough never to get there.
            sequence: hands.chance.below(1 << 30),
            sent: None,
            waiting: VecDeque::new(),
        }
    }

    /// A 2xx must not overtake a description that nobody has acknowledged (RFC 3262 §3).
    pub(super) fn holds_back_answer(&self) -> bool {
        let in_the_air = self.sent.as_ref().is_some_and(|sent| sent.has_sdp);
        in_the_air || self.waiting.iter().any(|(_, sdp)| sdp.is_some())
    }

    pub(super) fn stop(&mut self, desk: &mut Desk<'_>) {
        self.waiting.clear();
        if let Some(mut sent) = self.sent.take() {
            desk.cancel(&mut sent.resend);
            desk.cancel(&mut sent.give_up);
        }
    }
}

impl Session {
    pub(super) fn provisional_reliably(
        &mut self,
        desk: &mut Desk<'_>,
        status: u16,
        sdp: Option<Vec<u8>>,
    ) {
        let Stage::Incoming(incoming) = &mut self.stage else {
            return;
        };
        let reliable = &mut incoming.reliable;
        if reliable.sent.is_some() {
            if reliable.waiting.len() < WAITING_MAX {
                reliable.waiting.push_back((status, sdp));
            }
            return;
        }
        reliable.sequence += 1;
        let has_sdp = sdp.is_some();
        reliable.described |= has_sdp;
        let mut reply = Reply::new(status)
            .with("Contact", &self.dialog.contact)
            .with("Require", "100rel")
            .with("RSeq", &reliable.sequence.to_string());
        if let Some(sdp) = sdp {
            reply = reply.with_sdp(sdp);
        }
        let Some((path, bytes)) = desk.respond(incoming.server, &reply) else {
            return;
        };
        let (why, end_why) = ("a reliable provisional answer is sent again", "the PRACK");
        reliable.sent = Some(Sent {
            path,
            bytes,
            has_sdp,
            interval: T1,
            resend: desk.alarm(self.id, T1, SessionAlarm::ResendReliable, why),
            give_up: desk.alarm(self.id, GIVE_UP, SessionAlarm::NoPrack, end_why),
        });
    }

    pub(super) fn resend_reliable(&mut self, desk: &mut Desk<'_>) {
        if let Stage::Incoming(incoming) = &mut self.stage
            && let Some(sent) = &mut incoming.reliable.sent
        {
            desk.hands.send_again(sent.path, sent.bytes.clone());
            // Without the limit of T2 (RFC 3262 §3).
            sent.interval *= 2;
            let why = "a reliable provisional answer is sent again";
            sent.resend = desk.alarm(self.id, sent.interval, SessionAlarm::ResendReliable, why);
        }
    }

    /// RFC 3262 §3: the INVITE is refused with a 5xx.
    pub(super) fn give_up_on_prack(&mut self, desk: &mut Desk<'_>) {
        self.drop_incoming(desk, &Reply::new(504));
        self.end(desk, EndReason::DialogLost);
    }

    pub(super) fn prack_came(&mut self, desk: &mut Desk<'_>, server: ServerId, prack: &Message) {
        let Stage::Incoming(incoming) = &mut self.stage else {
            desk.respond(server, &Reply::new(481));
            return;
        };
        let reliable = &mut incoming.reliable;
        let named = prack.field(Name::RAck).and_then(parse_rack);
        let matches = named == Some((reliable.sequence, incoming.sequence));
        let Some(mut sent) = reliable.sent.take_if(|_| matches) else {
            desk.respond(server, &Reply::new(481));
            return;
        };
        desk.cancel(&mut sent.resend);
        desk.cancel(&mut sent.give_up);
        let refusal = match session_description(prack) {
            Description::Absent => None,
            Description::Sdp(answer) if sent.has_sdp && incoming.is_late => {
                incoming.early_answer = Some(Offer(answer.to_vec()));
                None
            }
            // A new offer inside a PRACK; whoever makes one can make it in an UPDATE.
            Description::Sdp(_) => Some(488),
            Description::Foreign => Some(415),
        };
        desk.respond(server, &Reply::new(refusal.unwrap_or(200)));
        if let Some((status, sdp)) = incoming.reliable.waiting.pop_front() {
            self.provisional_reliably(desk, status, sdp);
        } else {
            self.accept_if_waiting(desk);
        }
    }
}

/// `RSeq CSeq-number Method`, the method being INVITE.
fn parse_rack(value: &[u8]) -> Option<(u32, u32)> {
    let mut words = value
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty());
    let (reliable, sequence) = (number(words.next()?)?, number(words.next()?)?);
    (Method::parse(words.next()?) == Method::Invite).then_some((reliable, sequence))
}
