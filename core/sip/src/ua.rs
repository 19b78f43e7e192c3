//! The user agent's front desk: hands every input to the part that owns it, decides nothing.

use std::time::{Duration, Instant};

use conclave_model::Chance;

use crate::{
    ConnId, Counters, Event, OutgoingCall, Path, Refusal, SessionId, Transmit, UaConfig, Why,
};

/// One SIP user agent, sans-IO: feed it bytes and time, then drain [`Ua::poll_transmit`],
/// [`Ua::poll_event`] and [`Ua::poll_close`], then wait until [`Ua::poll_timeout`].
///
/// A call on a session that is over is ignored: the two may have crossed.
pub struct Ua {
    counters: Counters,
}

#[allow(unused_variables)]
impl Ua {
    #[must_use]
    pub fn new(config: UaConfig, chance: Chance) -> Self {
        Self {
            counters: Counters::default(),
        }
    }

    /// One datagram, as it came.
    pub fn handle_datagram(&mut self, now: Instant, path: Path, bytes: &[u8]) {}

    /// A stream was accepted, or opened because a [`Transmit`] over TCP had no `conn`.
    pub fn handle_stream_opened(&mut self, now: Instant, conn: ConnId, path: Path) {}

    /// Bytes of a stream, in any segmentation.
    pub fn handle_stream(&mut self, now: Instant, conn: ConnId, bytes: &[u8]) {}

    pub fn handle_stream_closed(&mut self, now: Instant, conn: ConnId) {}

    /// A stream that a [`Transmit`] without `conn` asked for could not be opened.
    pub fn handle_connect_failed(&mut self, now: Instant, path: Path) {}

    /// The deadline of [`Ua::poll_timeout`] has come; early or late calls do no harm.
    pub fn handle_timeout(&mut self, now: Instant) {}

    #[must_use]
    pub fn poll_timeout(&self) -> Option<(Instant, Why)> {
        None
    }

    /// Over TCP with `path.conn == None` the shell connects to `path.remote`, once however many
    /// transmits ask for it, sends what waited, and then says [`Ua::handle_stream_opened`] or
    /// [`Ua::handle_connect_failed`].
    pub fn poll_transmit(&mut self) -> Option<Transmit> {
        None
    }

    pub fn poll_event(&mut self) -> Option<Event> {
        None
    }

    /// A stream the shell must close, after sending what [`Ua::poll_transmit`] gave for it: the
    /// end of its messages can no longer be found.
    pub fn poll_close(&mut self) -> Option<ConnId> {
        None
    }

    /// UAS: 180.
    pub fn ring(&mut self, now: Instant, session: SessionId) {}

    /// UAS: 183 with early media; reliably (RFC 3262) when the caller requires it.
    pub fn progress(&mut self, now: Instant, session: SessionId, sdp: Vec<u8>) {}

    /// UAS: 200, sent again until the ACK. With a late offer `sdp` is our offer and
    /// [`Event::Acknowledged`] brings the answer.
    pub fn accept(&mut self, now: Instant, session: SessionId, sdp: Vec<u8>) {}

    /// UAS: the INVITE is refused and the session is over; no event follows.
    pub fn refuse(&mut self, now: Instant, session: SessionId, refusal: Refusal) {}

    /// Answers [`Event::Reoffered`] with 200: `sdp` is the answer, or our offer if it had none.
    pub fn accept_offer(&mut self, now: Instant, session: SessionId, sdp: Vec<u8>) {}

    /// Answers [`Event::Reoffered`] with `status` (mostly 488); the session goes on as it was.
    pub fn refuse_offer(&mut self, now: Instant, session: SessionId, status: u16) {}

    /// Ends a session in any state: BYE; before the answer 480 as UAS, CANCEL as UAC. `reason` is
    /// a Reason header's value (RFC 3326). [`Event::Ended`] with `ByUs` follows.
    pub fn bye(&mut self, now: Instant, session: SessionId, reason: Option<&str>) {}

    /// A re-INVITE with our offer; [`Event::OfferAnswered`] follows. It waits for its turn when
    /// another offer is open, and tries again by itself after 491.
    pub fn reinvite(&mut self, now: Instant, session: SessionId, sdp: Vec<u8>) {}

    /// An INFO in the dialog; its answer is not reported.
    pub fn info(&mut self, now: Instant, session: SessionId, content_type: &str, body: &[u8]) {}

    /// UAC: a new call.
    pub fn invite(&mut self, now: Instant, call: OutgoingCall) -> SessionId {
        SessionId(0)
    }

    /// UAC: the answer to the offer that [`Event::Answered`] brought, when our INVITE had none.
    pub fn acknowledge_with(&mut self, now: Instant, session: SessionId, sdp: Vec<u8>) {}

    /// `Some(retry_after)`: new INVITEs get 503 with Retry-After until `None`.
    pub fn overloaded(&mut self, retry_after: Option<Duration>) {}

    #[must_use]
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Sessions that are not over.
    #[must_use]
    pub fn sessions(&self) -> usize {
        0
    }
}
