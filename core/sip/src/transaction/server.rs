//! The requests we are answering: recognises one that comes again; knows no session's rules.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::time::{Duration, Instant};

use super::{server_invite, server_other};
use crate::hands::Hands;
use crate::message::{Message, Method, Reply, reply_head, reply_path, write_reply};
use crate::timers::{Alarm, Tick, TimerId};
use crate::{Path, SessionId};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ServerId(pub(crate) u64);

#[derive(Debug, Default)]
pub(crate) struct Servers {
    all: HashMap<ServerId, Server>,
    by_key: HashMap<Box<[u8]>, ServerId>,
    /// INVITEs without a To tag, to know one that came two ways (RFC 3261 §8.2.2.2).
    by_merge: HashMap<Box<[u8]>, ServerId>,
    per_session: HashMap<SessionId, usize>,
    made_so_far: u64,
}

/// One request that is being answered.
#[derive(Debug)]
pub(crate) struct Server {
    pub(super) id: ServerId,
    key: Box<[u8]>,
    merge: Option<Box<[u8]>>,
    pub(super) path: Path,
    /// The headers that every response repeats.
    head: Vec<u8>,
    pub(super) state: State,
    /// The last response, for whoever asks again.
    pub(super) last: Vec<u8>,
    pub(super) resend: Option<TimerId>,
    pub(super) end: Option<TimerId>,
    pub(super) interval: Duration,
    session: SessionId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Invite(server_invite::State),
    Other(server_other::State),
}

impl Servers {
    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// The transaction that `request` belongs to; ACK and CANCEL belong to their INVITE's.
    pub(crate) fn find(&self, request: &Message) -> Option<ServerId> {
        self.by_key.get(&server_key(request)?[..]).copied()
    }

    /// The same request, having come another way.
    pub(crate) fn find_merged(&self, request: &Message) -> Option<ServerId> {
        self.by_merge.get(&merge_key(request)?[..]).copied()
    }

    /// How many requests of one session are remembered.
    pub(crate) fn len_of(&self, session: SessionId) -> usize {
        self.per_session.get(&session).copied().unwrap_or(0)
    }

    pub(crate) fn session(&self, id: ServerId) -> Option<SessionId> {
        self.all.get(&id).map(|server| server.session)
    }

    /// Begins to answer a request that [`Servers::find`] does not know.
    ///
    /// `None` when the request has no usable Via; [`crate::gate`] lets none such in.
    pub(crate) fn open(
        &mut self,
        request: &Message,
        path: Path,
        local_tag: &str,
        session: SessionId,
    ) -> Option<ServerId> {
        let key: Box<[u8]> = server_key(request)?.into();
        let via = request.top_via()?;
        self.made_so_far += 1;
        let id = ServerId(self.made_so_far);
        let is_invite = request.method() == Method::Invite;
        let merge = is_invite
            .then(|| merge_key(request))
            .flatten()
            .map(Vec::into_boxed_slice);
        let state = if is_invite {
            State::Invite(server_invite::State::Proceeding)
        } else {
            State::Other(server_other::State::Trying)
        };
        let server = Server {
            id,
            key: key.clone(),
            merge: merge.clone(),
            path: reply_path(&via, path),
            head: reply_head(request, path, local_tag),
            state,
            last: Vec::new(),
            resend: None,
            end: None,
            interval: super::T1,
            session,
        };
        self.by_key.insert(key, id);
        if let Some(merge) = merge {
            self.by_merge.entry(merge).or_insert(id);
        }
        *self.per_session.entry(session).or_default() += 1;
        self.all.insert(id, server);
        Some(id)
    }

    /// A request that was known came again: the last response goes out again, if there is one.
    pub(crate) fn again(&mut self, hands: &mut Hands, id: ServerId) {
        hands.counters.retransmissions_in += 1;
        let Some(server) = self.all.get(&id) else {
            return;
        };
        let silent = match server.state {
            State::Invite(state) => state.is_silent(),
            State::Other(state) => state.is_silent(),
        };
        if !silent && !server.last.is_empty() {
            hands.send_again(server.path, server.last.clone());
        }
    }

    /// Sends a response. After a final one further calls do nothing. Gives the response and its
    /// way, which the session needs to send a 2xx or a reliable 1xx again.
    pub(crate) fn respond(
        &mut self,
        hands: &mut Hands,
        now: Instant,
        id: ServerId,
        reply: &Reply,
    ) -> Option<(Path, Vec<u8>)> {
        let server = self.all.get_mut(&id)?;
        let open = match server.state {
            State::Invite(state) => state == server_invite::State::Proceeding,
            State::Other(state) => !state.is_final(),
        };
        if !open {
            return None;
        }
        hands.count_refusal(reply.status);
        let bytes = write_reply(&server.head, &hands.config.server_name, reply);
        server.last.clone_from(&bytes);
        hands.send_response(server.path, bytes.clone());
        match server.state {
            State::Invite(_) => server_invite::responded(server, hands, now, reply.status),
            State::Other(_) => server_other::responded(server, hands, now, reply.status),
        }
        if reply.status >= 200 {
            // Half a minute is long to keep what will not be used again.
            server.head = Vec::new();
        }
        Some((server.path, bytes))
    }

    /// An ACK for this INVITE. True when it ends there; false when the 2xx it acknowledges is the
    /// session's matter.
    pub(crate) fn acknowledge(&mut self, hands: &mut Hands, now: Instant, id: ServerId) -> bool {
        match self.all.get_mut(&id) {
            Some(server) => server_invite::acknowledged(server, hands, now),
            None => false,
        }
    }

    /// True while a CANCEL can still stop the INVITE.
    pub(crate) fn can_cancel(&self, id: ServerId) -> bool {
        let state = self.all.get(&id).map(|server| server.state);
        state == Some(State::Invite(server_invite::State::Proceeding))
    }

    pub(crate) fn handle_tick(
        &mut self,
        hands: &mut Hands,
        now: Instant,
        id: ServerId,
        tick: Tick,
    ) {
        let Some(server) = self.all.get_mut(&id) else {
            return;
        };
        match tick {
            Tick::Resend => server_invite::resend(server, hands, now),
            Tick::End => self.close(hands, id),
        }
    }

    /// The last response, if one went out.
    pub(crate) fn last(&self, id: ServerId) -> Option<&[u8]> {
        self.all.get(&id).map(|server| server.last.as_slice())
    }

    /// Nothing is remembered of this request: what comes again is new.
    pub(crate) fn forget(&mut self, hands: &mut Hands, id: ServerId) {
        self.close(hands, id);
    }

    fn close(&mut self, hands: &mut Hands, id: ServerId) {
        let Some(mut server) = self.all.remove(&id) else {
            return;
        };
        hands.timers.cancel(&mut server.resend);
        hands.timers.cancel(&mut server.end);
        self.by_key.remove(&server.key);
        if let Entry::Occupied(mut count) = self.per_session.entry(server.session) {
            *count.get_mut() -= 1;
            if *count.get() == 0 {
                count.remove();
            }
        }
        if let Some(merge) = server.merge
            && self.by_merge.get(&merge) == Some(&id)
        {
            self.by_merge.remove(&merge);
        }
    }
}

impl Server {
    /// Sets the clock that ends the state.
    pub(super) fn end_after(
        &mut self,
        hands: &mut Hands,
        now: Instant,
        wait: Duration,
        why: &'static str,
    ) {
        hands.timers.cancel(&mut self.end);
        let alarm = Alarm::Server(self.id, Tick::End);
        self.end = Some(hands.timers.set(now + wait, alarm, why));
    }
}

/// RFC 3261 §17.2.3: branch, sent-by and method; before RFC 3261 (no magic cookie) what that
/// section lists in its place.
fn server_key(request: &Message) -> Option<Vec<u8>> {
    const COOKIE: &[u8] = b"z9hG4bK";
    let via = request.top_via()?;
    let (sequence, _) = request.cseq()?;
    let mut key = Vec::with_capacity(128);
    let method = match request.method() {
        Method::Ack | Method::Cancel | Method::Invite => b"INVITE",
        Method::Bye
        | Method::Options
        | Method::Info
        | Method::Update
        | Method::Prack
        | Method::Message
        | Method::Register
        | Method::Subscribe
        | Method::Notify
        | Method::NotServed
        | Method::Unknown => request.method_name(),
    };
    push(&mut key, method);
    push(&mut key, via.host);
    push(&mut key, &via.port.unwrap_or(0).to_be_bytes());
    push(&mut key, via.branch());
    let branch = via.branch();
    let has_cookie = branch
        .get(..COOKIE.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(COOKIE));
    // RFC 4475 (badbranch) has a branch that is the cookie alone: it tells nothing apart.
    if !has_cookie || branch.len() == COOKIE.len() {
        push(&mut key, request.request_uri());
        push(&mut key, request.caller_tag().unwrap_or(b""));
        push(&mut key, request.call_id());
        push(&mut key, &sequence.to_be_bytes());
    }
    Some(key)
}

fn merge_key(request: &Message) -> Option<Vec<u8>> {
    if request.callee_tag().is_some() {
        return None;
    }
    let mut key = Vec::with_capacity(96);
    push(&mut key, request.call_id());
    push(&mut key, request.caller_tag()?);
    push(&mut key, &request.cseq()?.0.to_be_bytes());
    Some(key)
}

/// Parts end with a byte that no part holds.
fn push(key: &mut Vec<u8>, part: &[u8]) {
    key.extend_from_slice(part);
    key.push(b'\n');
}
