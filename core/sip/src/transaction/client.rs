//! The requests we have sent: sends them until heard, and says whose the answer is.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::{GIVE_UP, client_invite, client_other};
use crate::hands::Hands;
use crate::message::{Fields, Message, Method, Name, finish};
use crate::timers::{Alarm, Tick, TimerId};
use crate::{Path, SessionId};

/// Our branch and the method: a CANCEL has the branch of its INVITE.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ClientKey {
    branch: u64,
    method: Method,
}

/// What a session wanted with its request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Invite,
    /// A re-INVITE or UPDATE with an offer, or one that refreshes the session.
    Offer,
    Bye,
    Cancel,
    Info,
    Prack,
    Text,
    /// Of a subscription, whose number stands for that of a session.
    Notify,
    /// Outside of any session; the number of one stands for the request.
    Alone,
    /// Ends what a session wants nothing of (another branch of a fork): nobody hears the answer.
    Discard,
}

/// What became of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Outcome<'a> {
    Response(&'a Message),
    /// 64·T1 without an answer, to be taken as 408.
    Timeout,
    /// The stream could not be opened, to be taken as 503.
    TransportFailed,
}

#[derive(Debug, Default)]
pub(crate) struct Clients {
    all: HashMap<ClientKey, Client>,
}

#[derive(Debug)]
pub(super) struct Client {
    pub(super) key: ClientKey,
    pub(super) path: Path,
    pub(super) bytes: Vec<u8>,
    pub(super) state: State,
    /// Sent once more because its stream closed.
    repeated: bool,
    /// The ACK of a refusal.
    pub(super) ack: Option<Vec<u8>>,
    pub(super) interval: Duration,
    pub(super) resend: Option<TimerId>,
    pub(super) end: Option<TimerId>,
    session: SessionId,
    purpose: Purpose,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Invite(client_invite::State),
    Other(client_other::State),
}

/// A branch that begins with the magic cookie of RFC 3261 §8.1.1.7.
pub(crate) fn branch(number: u64) -> String {
    format!("z9hG4bK{number:016x}")
}

fn parse_branch(branch: &[u8]) -> Option<u64> {
    let digits = branch.strip_prefix(b"z9hG4bK")?;
    if digits.len() != 16 || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u64::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

impl Clients {
    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// Sends a request whose top Via has `branch(branch_number)`.
    pub(crate) fn open(
        &mut self,
        hands: &mut Hands,
        now: Instant,
        request: Outgoing,
        session: SessionId,
        purpose: Purpose,
    ) -> ClientKey {
        let key = ClientKey {
            branch: request.branch_number,
            method: request.method,
        };
        let is_invite = request.method == Method::Invite;
        let state = if is_invite {
            State::Invite(client_invite::State::Calling)
        } else {
            State::Other(client_other::State::Trying)
        };
        let mut client = Client {
            key,
            path: request.path,
            bytes: request.bytes,
            state,
            repeated: false,
            ack: None,
            interval: super::T1,
            resend: None,
            end: None,
            session,
            purpose,
        };
        hands.send_request(client.path, client.bytes.clone());
        let (resend_why, end_why) = if is_invite {
            (
                "timer A: an INVITE is sent again",
                "timer B: an INVITE meets no answer",
            )
        } else {
            (
                "timer E: a request is sent again",
                "timer F: a request meets no answer",
            )
        };
        client.end_after(hands, now, GIVE_UP, end_why);
        if !client.path.transport.is_stream() {
            client.resend_after(hands, now, super::T1, resend_why);
        }
        self.all.insert(key, client);
        key
    }

    /// Sends the CANCEL of an INVITE that has had a provisional answer (RFC 3261 §9.1).
    pub(crate) fn cancel(
        &mut self,
        hands: &mut Hands,
        now: Instant,
        invite: ClientKey,
        reason: Option<&str>,
    ) {
        let Some(client) = self.all.get(&invite) else {
            return;
        };
        let Some(request) = Message::parse(&client.bytes) else {
            return;
        };
        let to = request.field(Name::To).unwrap_or(b"");
        let request = Outgoing {
            method: Method::Cancel,
            branch_number: invite.branch,
            path: client.path,
            bytes: derived(&request, Method::Cancel, to, reason),
        };
        let session = client.session;
        self.open(hands, now, request, session, Purpose::Cancel);
    }

    /// Whose response this is; `None` when it was ours to absorb or is nobody's.
    pub(crate) fn handle_response(
        &mut self,
        hands: &mut Hands,
        now: Instant,
        response: &Message,
    ) -> Option<(SessionId, Purpose, ClientKey)> {
        let found = self.find(response);
        let Some(client) = found.and_then(|key| self.all.get_mut(&key)) else {
            hands.counters.strays_in += 1;
            return None;
        };
        let status = response.status()?;
        let passes = match client.state {
            State::Invite(_) => client_invite::heard(client, hands, now, response, status),
            State::Other(_) => client_other::heard(client, hands, now, status),
        };
        passes.then_some((client.session, client.purpose, client.key))
    }

    fn find(&self, response: &Message) -> Option<ClientKey> {
        let branch = parse_branch(response.top_via()?.branch())?;
        let method = Method::parse(response.cseq()?.1);
        let key = ClientKey { branch, method };
        self.all.contains_key(&key).then_some(key)
    }

    /// Whose request has failed, if this tick says so.
    pub(crate) fn handle_tick(
        &mut self,
        hands: &mut Hands,
        now: Instant,
        key: ClientKey,
        tick: Tick,
    ) -> Option<(SessionId, Purpose)> {
        let client = self.all.get_mut(&key)?;
        match tick {
            Tick::Resend => {
                match client.state {
                    State::Invite(_) => client_invite::resend(client, hands, now),
                    State::Other(_) => client_other::resend(client, hands, now),
                }
                None
            }
            Tick::End => self.close_unanswered(hands, key),
        }
    }

    /// A stream closed: what had no answer on it goes out once more, which opens another.
    pub(crate) fn repeat_all_on(&mut self, hands: &mut Hands, closed: Path) {
        let on_it = |path: Path| path.conn == closed.conn || leads_to_same(path, closed);
        for key in self.keys_over_streams(on_it) {
            if let Some(client) = self.all.get_mut(&key)
                && client.is_unanswered()
                && !client.repeated
            {
                client.repeated = true;
                hands.send_again(client.path, client.bytes.clone());
            }
        }
    }

    /// Every request that waits for a stream along `failed` has failed.
    pub(crate) fn fail_all_to(
        &mut self,
        hands: &mut Hands,
        failed: Path,
    ) -> Vec<(SessionId, Purpose, ClientKey)> {
        self.keys_over_streams(|path| leads_to_same(path, failed))
            .into_iter()
            .filter_map(|key| {
                let (session, purpose) = self.close_unanswered(hands, key)?;
                Some((session, purpose, key))
            })
            .collect()
    }

    fn keys_over_streams(&self, wanted: impl Fn(Path) -> bool) -> Vec<ClientKey> {
        let mut keys: Vec<ClientKey> = self.all.keys().copied().collect();
        keys.retain(|key| {
            let path = self.all[key].path;
            path.transport.is_stream() && wanted(path)
        });
        // The order of a HashMap is chance; the order of what follows must not be.
        keys.sort_by_key(|key| (key.branch, key.method));
        keys
    }

    /// The transaction is over; whose request it was, if it never had a final answer.
    fn close_unanswered(
        &mut self,
        hands: &mut Hands,
        key: ClientKey,
    ) -> Option<(SessionId, Purpose)> {
        let mut client = self.all.remove(&key)?;
        hands.timers.cancel(&mut client.resend);
        hands.timers.cancel(&mut client.end);
        client
            .is_unanswered()
            .then_some((client.session, client.purpose))
    }
}

fn leads_to_same(one: Path, other: Path) -> bool {
    (one.transport, one.remote) == (other.transport, other.remote)
}

/// A request that is written and waits to be sent.
pub(crate) struct Outgoing {
    pub(crate) method: Method,
    pub(crate) branch_number: u64,
    pub(crate) path: Path,
    pub(crate) bytes: Vec<u8>,
}

impl Client {
    fn is_unanswered(&self) -> bool {
        match self.state {
            State::Invite(state) => state.is_unanswered(),
            State::Other(state) => state.is_unanswered(),
        }
    }

    pub(super) fn end_after(
        &mut self,
        hands: &mut Hands,
        now: Instant,
        wait: Duration,
        why: &'static str,
    ) {
        hands.timers.cancel(&mut self.end);
        let alarm = Alarm::Client(self.key, Tick::End);
        self.end = Some(hands.timers.set(now + wait, alarm, why));
    }

    pub(super) fn resend_after(
        &mut self,
        hands: &mut Hands,
        now: Instant,
        wait: Duration,
        why: &'static str,
    ) {
        hands.timers.cancel(&mut self.resend);
        let alarm = Alarm::Client(self.key, Tick::Resend);
        self.resend = Some(hands.timers.set(now + wait, alarm, why));
    }
}

/// The CANCEL of an INVITE, or the ACK of its refusal: same Via, same way, same number
/// (RFC 3261 §9.1, §17.1.1.3).
pub(super) fn derived(
    invite: &Message,
    method: Method,
    to: &[u8],
    reason: Option<&str>,
) -> Vec<u8> {
    let mut out = Fields::with_capacity(512);
    let line = [
        method.as_str().as_bytes(),
        b" ",
        invite.request_uri(),
        b" SIP/2.0\r\n",
    ];
    out.append(&line.concat());
    let copied = [
        (Name::Via, "Via"),
        (Name::Route, "Route"),
        (Name::From, "From"),
        (Name::CallId, "Call-ID"),
        (Name::MaxForwards, "Max-Forwards"),
    ];
    for (name, wire) in copied {
        for value in invite.fields_of(name) {
            out.add_bytes(wire, value);
        }
    }
    out.add_bytes("To", to);
    let sequence = invite.cseq().map_or(0, |(sequence, _)| sequence);
    out.add("CSeq", &format!("{sequence} {}", method.as_str()));
    if let Some(reason) = reason {
        out.add("Reason", reason);
    }
    finish(out, None)
}
