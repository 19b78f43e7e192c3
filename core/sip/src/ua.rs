//! The user agent's front desk: hands every input to the part that owns it, decides nothing.

use std::sync::Arc;
use std::time::{Duration, Instant};

use conclave_model::{Chance, limits};

use crate::desk::Desk;
use crate::digest::Challenge;
use crate::hands::Hands;
use crate::message::{Message, Reply};
use crate::requests::Requests;
use crate::session::{Session, Sessions};
use crate::subscriptions::Subscriptions;
use crate::timers::Alarm;
use crate::transaction::{Clients, Outcome, ServerId, Servers};
use crate::wires::Cut;
use crate::{
    Answer, ConnId, Counters, Event, MessageCopy, OutgoingCall, OutgoingText, Path, Refusal,
    SessionId, TextId, Transmit, UaConfig, Why,
};

/// One SIP user agent, sans-IO: feed it bytes and time, then drain [`Ua::poll_transmit`],
/// [`Ua::poll_event`] and [`Ua::poll_close`], then wait until [`Ua::poll_timeout`].
///
/// A call on a session that is over, or not in the state for it, is ignored: the two may have
/// crossed.
///
/// Requests inside a dialog go where its first Route or the peer's Contact says if that is an IP
/// address; names are not resolved here, so otherwise, and when the peer's Via shows that it is
/// behind a NAT, they go where the peer's last request came from. Over TCP and TLS they use any
/// open stream to that peer and ask for a new one when there is none.
pub struct Ua {
    pub(crate) hands: Hands,
    pub(crate) servers: Servers,
    pub(crate) clients: Clients,
    pub(crate) sessions: Sessions,
    pub(crate) requests: Requests,
    pub(crate) subscriptions: Subscriptions,
    /// New INVITEs are sent away, to come back after this time.
    pub(crate) overload: Option<Duration>,
}

// What comes from the wire -----------------------------------------------------------------------

impl Ua {
    #[must_use]
    pub fn new(config: UaConfig, chance: Chance) -> Self {
        Self {
            hands: Hands::new(config, chance),
            servers: Servers::default(),
            clients: Clients::default(),
            sessions: Sessions::default(),
            requests: Requests::default(),
            subscriptions: Subscriptions::default(),
            overload: None,
        }
    }

    /// One datagram, as it came. A frame of a WebSocket is the same: the whole of a message, with
    /// or without Content-Length (RFC 7118 §5).
    pub fn handle_datagram(&mut self, now: Instant, path: Path, bytes: &[u8]) {
        if bytes.iter().all(u8::is_ascii_whitespace) {
            // RFC 5626 §3.5.1 asks for a pong on streams; phones use it over UDP as well. A single
            // CRLF or an empty datagram only keeps a NAT open.
            if bytes == b"\r\n\r\n" {
                self.hands.counters.keepalives_in += 1;
                self.hands.send(path, b"\r\n".to_vec());
            }
            return;
        }
        self.handle_message(now, path, bytes);
    }

    /// A stream was accepted, or opened because a [`Transmit`] over one had no `conn`.
    pub fn handle_stream_opened(&mut self, _now: Instant, conn: ConnId, path: Path) {
        if self.hands.wires.len() >= self.hands.config.streams_max {
            self.hands.counters.streams_refused += 1;
            self.hands.closes.push_back(conn);
            return;
        }
        self.hands.wires.open(conn, path);
    }

    /// Bytes of a stream in any segmentation, or what one frame of a WebSocket brought.
    pub fn handle_stream(&mut self, now: Instant, conn: ConnId, bytes: &[u8]) {
        let Some(path) = self.hands.wires.path(conn) else {
            return;
        };
        if path.transport.is_web_socket() {
            if bytes.len() > limits::SIP_MESSAGE_BYTES {
                self.break_stream(conn);
            } else {
                self.handle_datagram(now, path, bytes);
            }
            return;
        }
        self.hands.wires.push(conn, bytes);
        while let Some(cut) = self.hands.wires.cut(conn) {
            match cut {
                Cut::Message(message) => self.handle_message(now, path, &message),
                Cut::HeadOnly(head) => self.refuse_body(path, &head),
                Cut::Ping => {
                    self.hands.counters.keepalives_in += 1;
                    self.hands.send(path, b"\r\n".to_vec());
                }
                Cut::Broken(held) => {
                    self.refuse_framing(path, &held);
                    self.break_stream(conn);
                    return;
                }
            }
        }
        let Hands { wires, timers, .. } = &mut self.hands;
        wires.watch(now, conn, timers);
    }

    /// The stream is gone; sessions over it live on and ask for another when they have to speak,
    /// which is now if a request has no answer yet.
    pub fn handle_stream_closed(&mut self, _now: Instant, conn: ConnId) {
        self.forget_stream(conn);
    }

    /// A stream that a [`Transmit`] without `conn` asked for could not be opened: what waited for
    /// it has failed.
    pub fn handle_connect_failed(&mut self, now: Instant, path: Path) {
        let failed = self.clients.fail_all_to(&mut self.hands, path);
        for (session, purpose, key) in failed {
            self.tell_outcome(now, (session, purpose, key), Outcome::TransportFailed);
        }
    }

    /// The deadline of [`Ua::poll_timeout`] has come; early or late calls do no harm.
    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some(alarm) = self.hands.timers.pop_due(now) {
            match alarm {
                Alarm::Server(id, tick) => self.servers.handle_tick(&mut self.hands, now, id, tick),
                Alarm::Client(key, tick) => {
                    let failed = self.clients.handle_tick(&mut self.hands, now, key, tick);
                    if let Some((session, purpose)) = failed {
                        self.hands.counters.timeouts += 1;
                        self.tell_outcome(now, (session, purpose, key), Outcome::Timeout);
                    }
                }
                Alarm::Session(id, alarm) => {
                    self.with_session(now, id, |session, desk| session.handle_alarm(desk, alarm));
                }
                Alarm::Subscription(id) => self.subscription_expired(now, id),
                Alarm::StreamStalled(conn) => self.break_stream(conn),
            }
        }
    }

    fn handle_message(&mut self, now: Instant, path: Path, bytes: &[u8]) {
        let message = Message::parse(bytes);
        if let Some(message) = message.as_ref().filter(|_| self.hands.config.copies) {
            let copy = MessageCopy::received(path, message, bytes);
            self.hands.copies.push_back(copy);
        }
        match message {
            None => self.hands.counters.garbage_in += 1,
            Some(message) if message.status().is_some() => self.handle_response(now, &message),
            Some(message) => self.handle_request(now, path, &message),
        }
    }

    fn break_stream(&mut self, conn: ConnId) {
        self.hands.counters.streams_broken += 1;
        self.hands.closes.push_back(conn);
        self.forget_stream(conn);
    }

    fn forget_stream(&mut self, conn: ConnId) {
        let Some(path) = self.hands.wires.path(conn) else {
            return;
        };
        let Hands { wires, timers, .. } = &mut self.hands;
        wires.close(conn, timers);
        self.clients.repeat_all_on(&mut self.hands, path);
    }
}

// What goes out ----------------------------------------------------------------------------------

impl Ua {
    /// The next deadline, and what it is for.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<(Instant, Why)> {
        self.hands.timers.next()
    }

    /// Over a stream with `path.conn == None` the shell connects to `path.remote`, once however
    /// many transmits ask for it; then it says [`Ua::handle_stream_opened`] with the same `remote`
    /// and sends what waited, or says [`Ua::handle_connect_failed`], as it must for a WebSocket.
    pub fn poll_transmit(&mut self) -> Option<Transmit> {
        self.hands.transmits.pop_front()
    }

    pub fn poll_event(&mut self) -> Option<Event> {
        self.hands.events.pop_front()
    }

    /// What came and went since the last time, in order, if [`UaConfig::copies`] asks for it.
    pub fn poll_copy(&mut self) -> Option<MessageCopy> {
        self.hands.copies.pop_front()
    }

    /// A stream the shell must close, after sending what [`Ua::poll_transmit`] gave for it: the
    /// end of its messages can no longer be found, or there are too many streams.
    pub fn poll_close(&mut self) -> Option<ConnId> {
        self.hands.closes.pop_front()
    }

    /// Both ends of an open stream.
    #[must_use]
    pub fn path_of(&self, conn: ConnId) -> Option<Path> {
        self.hands.wires.path(conn)
    }

    #[must_use]
    pub fn counters(&self) -> &Counters {
        &self.hands.counters
    }

    /// Sessions that are not over.
    #[must_use]
    pub fn sessions(&self) -> usize {
        self.sessions.len()
    }

    /// Requests being answered and requests awaiting their answer, those that only absorb
    /// repetitions included.
    #[must_use]
    pub fn transactions(&self) -> usize {
        self.servers.len() + self.clients.len()
    }
}

// What the owner wants ---------------------------------------------------------------------------

impl Ua {
    /// UAS: 180.
    pub fn ring(&mut self, now: Instant, session: SessionId) {
        self.with_session(now, session, |session, desk| session.ring(desk));
    }

    /// UAS: our Contact says that this is a conference (RFC 4579 §4.2). Before the first answer.
    pub fn be_focus(&mut self, now: Instant, session: SessionId) {
        self.with_session(now, session, |session, _| session.dialog.be_focus());
    }

    /// UAS: 183 with early media; reliably (RFC 3262) when the caller requires it.
    pub fn progress(&mut self, now: Instant, session: SessionId, sdp: Vec<u8>) {
        self.with_session(now, session, |session, desk| session.progress(desk, sdp));
    }

    /// UAS: 200, sent again until the ACK. With a late offer `sdp` is our offer and
    /// [`Event::Acknowledged`] brings the answer.
    pub fn accept(&mut self, now: Instant, session: SessionId, sdp: Vec<u8>) {
        self.with_session(now, session, |session, desk| session.accept(desk, sdp));
    }

    /// UAS: the INVITE is refused and the session is over; no event follows.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers make a Refusal for this one call"
    )]
    pub fn refuse(&mut self, now: Instant, session: SessionId, refusal: Refusal) {
        self.with_session(now, session, |session, desk| session.refuse(desk, &refusal));
    }

    /// UAS: the INVITE is refused with 401 and these challenges; the session is over, no event
    /// follows, and nothing is remembered of it.
    pub fn challenge(&mut self, now: Instant, session: SessionId, challenges: &[Challenge]) {
        let answer = Answer::challenging(challenges);
        self.with_session(now, session, |session, desk| {
            session.challenge(desk, &answer);
        });
    }

    /// Answers [`Event::Reoffered`] with 200: `sdp` is the answer, or our offer if it had none.
    pub fn accept_offer(&mut self, now: Instant, session: SessionId, sdp: Vec<u8>) {
        self.with_session(now, session, |session, desk| {
            session.accept_offer(desk, sdp)
        });
    }

    /// Answers [`Event::Reoffered`] with `status` (mostly 488); the session goes on as it was.
    pub fn refuse_offer(&mut self, now: Instant, session: SessionId, status: u16) {
        self.with_session(now, session, |session, desk| {
            session.refuse_offer(desk, status)
        });
    }

    /// Ends a session in any state: BYE; before the answer 480 as UAS, CANCEL as UAC. `reason` is
    /// a Reason header's value (RFC 3326). [`Event::Ended`] with `ByUs` follows when the peer has
    /// heard it, or never will.
    pub fn bye(&mut self, now: Instant, session: SessionId, reason: Option<&str>) {
        self.with_session(now, session, |session, desk| session.bye(desk, reason));
    }

    /// A re-INVITE with our offer; [`Event::OfferAnswered`] follows. It waits for its turn when
    /// another offer is open (a newer one replaces it), and tries again by itself after 491.
    pub fn reinvite(&mut self, now: Instant, session: SessionId, sdp: Vec<u8>) {
        self.with_session(now, session, |session, desk| session.reinvite(desk, sdp));
    }

    /// An INFO in the dialog; its answer is not reported.
    pub fn info(&mut self, now: Instant, session: SessionId, content_type: &str, body: &[u8]) {
        self.with_session(now, session, |session, desk| {
            session.info(desk, content_type, body)
        });
    }

    /// A MESSAGE in the dialog, behind those that wait for this peer already: one at a time. False:
    /// it will not be sent, for the peer does not allow MESSAGE or has too many waiting.
    pub fn text(&mut self, now: Instant, session: SessionId, text: &Arc<OutgoingText>) -> bool {
        let mut is_taken = false;
        self.with_session(now, session, |session, desk| {
            is_taken = session.text(desk, text);
        });
        is_taken
    }

    /// Answers [`Event::Text`]: 202, as it goes on to others and nobody knows how far
    /// (RFC 3428 §7), or a refusal.
    pub fn answer_text(&mut self, now: Instant, id: TextId, answer: Result<(), Refusal>) {
        let reply = match answer {
            Ok(()) => Reply::new(202),
            Err(refusal) => Reply::refusing(&refusal),
        };
        let server = ServerId(id.0);
        self.servers.respond(&mut self.hands, now, server, &reply);
    }

    /// UAC: a new call.
    pub fn invite(&mut self, now: Instant, call: OutgoingCall) -> SessionId {
        let id = self.sessions.next_id();
        let session = Session::calling(&mut self.desk(now), id, call);
        self.sessions.insert(session);
        id
    }

    /// UAC: the answer to the offer that [`Event::Answered`] brought, when our INVITE had none.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "like every other description given here"
    )]
    pub fn acknowledge_with(&mut self, now: Instant, session: SessionId, sdp: Vec<u8>) {
        self.with_session(now, session, |session, desk| {
            session.acknowledge_with(desk, &sdp)
        });
    }

    /// `Some(retry_after)`: new INVITEs get 503 with Retry-After until `None`.
    pub fn overloaded(&mut self, retry_after: Option<Duration>) {
        self.overload = retry_after;
    }

    pub(crate) fn desk(&mut self, now: Instant) -> Desk<'_> {
        Desk {
            now,
            hands: &mut self.hands,
            servers: &mut self.servers,
            clients: &mut self.clients,
        }
    }

    /// One step of one session, which is forgotten when that was its last.
    pub(crate) fn with_session(
        &mut self,
        now: Instant,
        id: SessionId,
        step: impl FnOnce(&mut Session, &mut Desk<'_>),
    ) {
        let mut desk = Desk {
            now,
            hands: &mut self.hands,
            servers: &mut self.servers,
            clients: &mut self.clients,
        };
        if let Some(session) = self.sessions.get_mut(id) {
            step(session, &mut desk);
            self.sessions.remove_if_over(id);
        }
    }
}
