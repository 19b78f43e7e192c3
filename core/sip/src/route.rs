//! Finds the transaction, dialog or refusal that a message of the wire belongs to.

use std::time::Instant;

use conclave_model::limits;

use crate::message::{ALLOW, Flaw, Message, Method, Reply};
use crate::session::{Session, Terms};
use crate::subscriptions::allowed_events;
use crate::transaction::{ClientKey, Outcome, Purpose};
use crate::{AskId, Asked, Event, Path, SessionId, Ua, gate};

impl Ua {
    pub(crate) fn handle_response(&mut self, now: Instant, response: &Message) {
        self.hands.counters.responses_in += 1;
        if response.flaw.is_some() {
            self.hands.counters.strays_in += 1;
            return;
        }
        let heard = self.clients.handle_response(&mut self.hands, now, response);
        if let Some(whose) = heard {
            self.tell_outcome(now, whose, Outcome::Response(response));
        }
    }

    /// What became of a request of ours, to whom it matters.
    pub(crate) fn tell_outcome(
        &mut self,
        now: Instant,
        (session, purpose, key): (SessionId, Purpose, ClientKey),
        outcome: Outcome<'_>,
    ) {
        match purpose {
            Purpose::Alone => return self.request_outcome(now, session, key, outcome),
            Purpose::Notify => return self.notify_outcome(session, key, outcome),
            Purpose::Invite
            | Purpose::Offer
            | Purpose::Bye
            | Purpose::Cancel
            | Purpose::Info
            | Purpose::Prack
            | Purpose::Text
            | Purpose::Discard => {}
        }
        self.with_session(now, session, |session, desk| {
            session.handle_outcome(desk, purpose, key, outcome);
        });
    }

    pub(crate) fn handle_request(&mut self, now: Instant, path: Path, request: &Message) {
        self.hands.counters.requests_in += 1;
        if request.top_via().is_none() {
            self.hands.counters.garbage_in += 1;
            return;
        }
        if let Some(flaw) = gate::fault_of_form(request) {
            self.refuse_form(path, request, flaw);
            return;
        }
        let known = self.servers.find(request);
        match (request.method(), known) {
            (Method::Ack, _) => self.handle_ack(now, request),
            (Method::Cancel, _) => self.handle_cancel(now, path, request),
            (_, Some(server)) => self.servers.again(&mut self.hands, server),
            (_, None) => self.handle_new_request(now, path, request),
        }
    }

    /// An ACK ends at the INVITE we refused, or belongs to the 2xx of a dialog.
    fn handle_ack(&mut self, now: Instant, ack: &Message) {
        if let Some(server) = self.servers.find(ack)
            && self.servers.acknowledge(&mut self.hands, now, server)
        {
            return;
        }
        match self.sessions.find(ack) {
            Some(session) => {
                self.with_session(now, session, |session, desk| session.ack_came(desk, ack));
            }
            None => self.hands.counters.strays_in += 1,
        }
    }

    /// RFC 3261 §9.2: 200 even when it comes too late to stop anything.
    fn handle_cancel(&mut self, now: Instant, path: Path, cancel: &Message) {
        let Some(server) = self.servers.find(cancel) else {
            self.reply(path, cancel, &Reply::new(481));
            return;
        };
        self.reply(path, cancel, &Reply::new(200));
        let session = self.servers.session(server);
        if let Some(session) = session.filter(|_| self.servers.can_cancel(server)) {
            self.with_session(now, session, |session, desk| {
                session.cancelled(desk, server);
            });
        }
    }

    fn handle_new_request(&mut self, now: Instant, path: Path, request: &Message) {
        let refusal = gate::refusal(request);
        if let Some(reply) = refusal {
            self.reply(path, request, &reply);
            return;
        }
        if request.method() == Method::Register {
            // It belongs to no dialog, whatever tag some phones repeat.
            self.handle_register(path, request);
            return;
        }
        if request.method() == Method::Subscribe {
            self.handle_subscribe(now, path, request);
            return;
        }
        if request.callee_tag().is_some() {
            self.handle_inside(now, path, request);
            return;
        }
        if let Some(reply) = gate::refusal_outside(request, path.transport) {
            self.reply(path, request, &reply);
            return;
        }
        match request.method() {
            Method::Invite => self.handle_invite(now, path, request),
            Method::Options => self.reply(path, request, &self.abilities()),
            Method::Bye
            | Method::Info
            | Method::Update
            | Method::Prack
            | Method::Message
            | Method::Register
            | Method::Subscribe
            | Method::Notify
            | Method::Ack
            | Method::Cancel
            | Method::NotServed
            | Method::Unknown => self.reply(path, request, &Reply::new(481)),
        }
    }

    fn handle_inside(&mut self, now: Instant, path: Path, request: &Message) {
        let Some(session) = self.sessions.find(request) else {
            self.reply(path, request, &Reply::new(481));
            return;
        };
        let hasty = self.servers.len_of(session) >= limits::SIP_SESSION_TRANSACTIONS;
        // BYE frees room, so there is always room for it.
        if (hasty || self.is_full()) && request.method() != Method::Bye {
            let reply = self.come_back_later();
            self.reply(path, request, &reply);
            return;
        }
        self.with_session(now, session, |session, desk| {
            session.request_came(desk, request, path);
        });
    }

    fn handle_invite(&mut self, now: Instant, path: Path, invite: &Message) {
        if self.servers.find_merged(invite).is_some() {
            self.reply(path, invite, &Reply::new(482).with_phrase("Merged Request"));
            return;
        }
        let crowded = self.sessions.len() >= self.hands.config.sessions_max || self.is_full();
        if crowded || self.overload.is_some() {
            let reply = self.come_back_later();
            self.reply(path, invite, &reply);
            return;
        }
        let terms = match Terms::asked(invite, &self.hands.config) {
            Ok(terms) => terms,
            Err(reply) => return self.reply(path, invite, &reply),
        };
        let id: SessionId = self.sessions.next_id();
        let session = Session::incoming(&mut self.desk(now), id, invite, path, terms);
        if let Some(session) = session {
            self.sessions.insert(session);
        }
    }

    fn handle_register(&mut self, path: Path, register: &Message) {
        if !self.hands.config.registers {
            self.reply(path, register, &Reply::new(405).with("Allow", ALLOW));
            return;
        }
        if self.is_full() {
            let reply = self.come_back_later();
            self.reply(path, register, &reply);
            return;
        }
        match Asked::register(register, path) {
            Ok(asked) => {
                let (tag, owner) = (self.hands.new_tag(), self.sessions.next_id());
                let Some(server) = self.servers.open(register, path, &tag, owner) else {
                    return;
                };
                self.hands.tell(Event::Asked {
                    id: AskId(server.0),
                    asked: Box::new(asked),
                });
            }
            Err(flaw) => self.refuse_form(path, register, flaw),
        }
    }

    /// What is served outside of dialogs.
    pub(crate) fn allow(&self) -> String {
        let config = &self.hands.config;
        let registers = config.registers.then_some("REGISTER");
        let subscribes = (!config.packages.is_empty()).then_some("SUBSCRIBE");
        let all = [Some(ALLOW), registers, subscribes];
        all.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    fn abilities(&self) -> Reply {
        let mut reply = Reply::new(200)
            .with("Accept", "application/sdp")
            .with("Accept-Encoding", "identity")
            .with("Accept-Language", "en");
        crate::hands::Hands::abilities(&mut reply.fields, &self.allow());
        match allowed_events(self.hands.config.packages) {
            none if none.is_empty() => reply,
            events => reply.with("Allow-Events", &events),
        }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.servers.len() >= self.hands.config.transactions_max
    }

    pub(crate) fn come_back_later(&self) -> Reply {
        let wait = self.overload.unwrap_or(self.hands.config.retry_after);
        Reply::new(503).with("Retry-After", &wait.as_secs().to_string())
    }

    pub(crate) fn reply(&mut self, path: Path, request: &Message, reply: &Reply) {
        self.hands.reply_stateless(request, path, reply);
    }

    fn refuse_form(&mut self, path: Path, request: &Message, flaw: Flaw) {
        self.hands.counters.malformed_in += 1;
        let reply = Reply::new(flaw.status).with_phrase(flaw.phrase);
        self.reply(path, request, &reply);
    }

    /// The body of a message on a stream was larger than we keep; the stream goes on behind it.
    pub(crate) fn refuse_body(&mut self, path: Path, head: &[u8]) {
        self.refuse_cut(path, head, Reply::new(413));
    }

    /// The message after which a stream is closed.
    pub(crate) fn refuse_framing(&mut self, path: Path, held: &[u8]) {
        self.refuse_cut(
            path,
            held,
            Reply::new(400).with_phrase("Bad Content-Length"),
        );
    }

    #[expect(clippy::needless_pass_by_value, reason = "made for this one call")]
    fn refuse_cut(&mut self, path: Path, bytes: &[u8], reply: Reply) {
        self.hands.counters.malformed_in += 1;
        match Message::parse(bytes) {
            Some(request) if request.status().is_none() => self.reply(path, &request, &reply),
            Some(_) | None => {}
        }
    }
}
