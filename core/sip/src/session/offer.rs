//! New offers inside a session, re-INVITE and UPDATE both ways: one at a time, glare included.

use std::time::Duration;

use super::answer::Acknowledged;
use super::inside::description_of;
use super::{Session, Stage, Terms, loss_of_dialog};
use crate::desk::Desk;
use crate::hands::Hands;
use crate::message::{
    ALLOW_INSIDE, Description, Fields, Message, Method, Name, Reply, session_description,
};
use crate::timers::{SessionAlarm, TimerId};
use crate::transaction::{ClientKey, Outcome, Purpose, ServerId};
use crate::{Event, Offer};

/// Glare that repeats this often is no accident; the owner hears 491.
const TRIES: u8 = 5;

/// An offer of the peer that waits for the owner.
pub(super) struct OfferIn {
    server: ServerId,
    sequence: u32,
    is_invite: bool,
    is_late: bool,
    terms: Option<Terms>,
}

/// Our own offer, or a refresh, which is under the same rules.
pub(super) struct OfferOut {
    pub(super) key: ClientKey,
    sequence: u32,
    method: Method,
    /// `None`: an UPDATE that only refreshes.
    sdp: Option<Vec<u8>>,
    /// What we had described before: it holds again when this is refused.
    before: Vec<u8>,
    origin: Origin,
    tries: u8,
    /// Set while it waits after 491.
    retry: Option<TimerId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    Owner,
    Refresh,
}

impl Session {
    pub(super) fn offer_came(&mut self, desk: &mut Desk<'_>, server: ServerId, request: &Message) {
        let is_invite = request.method() == Method::Invite;
        let sdp = match description_of(request) {
            Ok(sdp) => sdp,
            Err(reply) => {
                desk.respond(server, &reply);
                return;
            }
        };
        let is_offer = is_invite || sdp.is_some();
        if let Some(reply) = self.objection(desk, is_offer) {
            desk.respond(server, &reply);
            return;
        }
        let terms = match Terms::asked(request, &desk.hands.config) {
            Ok(terms) => terms,
            Err(reply) => {
                desk.respond(server, &reply);
                return;
            }
        };
        self.dialog.learn_peer(request);
        if !is_offer {
            self.agree(desk, server, terms, None);
            return;
        }
        if is_invite {
            desk.respond(server, &Reply::new(100));
        }
        self.offer_in = Some(OfferIn {
            server,
            sequence: request.cseq().map_or(0, |(sequence, _)| sequence),
            is_invite,
            is_late: sdp.is_none(),
            terms,
        });
        desk.tell(Event::Reoffered {
            session: self.id,
            offer: sdp.map(Offer),
        });
    }

    /// Why the peer's offer comes at the wrong moment, if it does.
    fn objection(&mut self, desk: &mut Desk<'_>, is_offer: bool) -> Option<Reply> {
        match self.stage {
            Stage::Talking => {}
            Stage::Incoming(_) | Stage::Calling(_) if !is_offer => {}
            Stage::Incoming(_) | Stage::Calling(_) => return Some(busy_with_offer(desk)),
            Stage::Leaving(_) | Stage::Over => return Some(Reply::new(481)),
        }
        if !is_offer {
            return None;
        }
        if self.offer_in.is_some() {
            return Some(busy_with_offer(desk));
        }
        let ours_is_open = self
            .offer_out
            .as_ref()
            .is_some_and(|offer| offer.retry.is_none());
        if ours_is_open || self.ack_due.is_some() || !self.settle_implied_ack(desk) {
            return Some(Reply::new(491));
        }
        // The BYE that waited for this ACK is out now.
        (!matches!(self.stage, Stage::Talking)).then(|| Reply::new(487))
    }

    pub(crate) fn accept_offer(&mut self, desk: &mut Desk<'_>, sdp: Vec<u8>) {
        let Some(offer) = self.offer_in.take() else {
            return;
        };
        self.local_sdp.clone_from(&sdp);
        let sent = self.agree(desk, offer.server, offer.terms, Some(sdp));
        if let Some((path, bytes)) = sent.filter(|_| offer.is_invite) {
            let is_late = offer.is_late;
            let acknowledged = Acknowledged::Again { is_late };
            self.await_ack(desk, path, bytes, offer.sequence, acknowledged);
        }
        self.offer_if_waiting(desk);
    }

    pub(crate) fn refuse_offer(&mut self, desk: &mut Desk<'_>, status: u16) {
        if let Some(offer) = self.offer_in.take() {
            desk.respond(offer.server, &Reply::new(status.clamp(300, 699)));
            self.offer_if_waiting(desk);
        }
    }

    /// CANCEL of a re-INVITE: the session goes on as it was.
    pub(super) fn offer_cancelled(&mut self, desk: &mut Desk<'_>, server: ServerId) {
        let withdrawn = self.offer_in.take_if(|offer| offer.server == server);
        if withdrawn.is_some() {
            desk.respond(server, &Reply::new(487));
            self.offer_if_waiting(desk);
        }
    }

    /// 200 to a re-INVITE or UPDATE.
    fn agree(
        &mut self,
        desk: &mut Desk<'_>,
        server: ServerId,
        terms: Option<Terms>,
        sdp: Option<Vec<u8>>,
    ) -> Option<(crate::Path, Vec<u8>)> {
        let mut reply = Reply::new(200).with("Contact", &self.dialog.contact);
        Hands::abilities(&mut reply.fields, ALLOW_INSIDE);
        if let Some(terms) = terms {
            terms.write_answer(&mut reply.fields);
        }
        if let Some(sdp) = sdp {
            reply = reply.with_sdp(sdp);
        }
        let sent = desk.respond(server, &reply);
        if matches!(self.stage, Stage::Talking) {
            self.renew_terms(desk, terms);
        }
        sent
    }

    pub(crate) fn reinvite(&mut self, desk: &mut Desk<'_>, sdp: Vec<u8>) {
        self.offer_next = Some(sdp);
        self.offer_if_waiting(desk);
    }

    /// Sends the owner's next offer when nothing else is open (RFC 3261 §14.1).
    pub(super) fn offer_if_waiting(&mut self, desk: &mut Desk<'_>) {
        if self.may_offer()
            && let Some(sdp) = self.offer_next.take()
        {
            self.send_offer(desk, Method::Invite, Some(sdp), Origin::Owner, 1);
        }
    }

    pub(super) fn may_offer(&self) -> bool {
        self.is_settled() && self.offer_in.is_none() && self.offer_out.is_none()
    }

    pub(super) fn send_offer(
        &mut self,
        desk: &mut Desk<'_>,
        method: Method,
        sdp: Option<Vec<u8>>,
        origin: Origin,
        tries: u8,
    ) {
        let mut fields = Fields::new();
        self.refresh.write_request(&desk.hands.config, &mut fields);
        let body = sdp.as_deref().map(|sdp| ("application/sdp", sdp));
        let key = self.send(desk, method, fields, body, Purpose::Offer);
        let before = self.local_sdp.clone();
        if let Some(sdp) = &sdp {
            self.local_sdp.clone_from(sdp);
        }
        self.offer_out = Some(OfferOut {
            key,
            sequence: self.dialog.local_sequence,
            method,
            sdp,
            before,
            origin,
            tries,
            retry: None,
        });
    }

    pub(super) fn offer_outcome(
        &mut self,
        desk: &mut Desk<'_>,
        key: ClientKey,
        outcome: Outcome<'_>,
    ) {
        let current = self
            .offer_out
            .as_ref()
            .is_some_and(|offer| offer.key == key);
        let response = match outcome {
            Outcome::Response(response) => Some(response),
            Outcome::Timeout | Outcome::TransportFailed => None,
        };
        let status = response.and_then(Message::status).unwrap_or(408);
        if status < 200 {
            return;
        }
        if !current {
            self.ack_stray_answer(desk, response);
        } else if let Some(response) = response.filter(|_| status < 300) {
            self.offer_agreed(desk, response);
        } else if let Some(loss) = loss_of_dialog(outcome) {
            self.offer_out = None;
            self.lose(desk, loss);
        } else {
            self.offer_refused(desk, response, status);
        }
    }

    /// A 2xx to a re-INVITE that comes again, or after we have said BYE: it wants its ACK.
    fn ack_stray_answer(&mut self, desk: &mut Desk<'_>, response: Option<&Message>) {
        let Some(response) = response else { return };
        let is_answer = response.status().is_some_and(|status| status < 300);
        if let Some((sequence, b"INVITE")) = response.cseq()
            && is_answer
            && !self.ack_again(desk, response)
        {
            self.send_ack(desk, sequence, None);
        }
    }

    fn offer_agreed(&mut self, desk: &mut Desk<'_>, response: &Message) {
        let Some(offer) = self.offer_out.take() else {
            return;
        };
        self.dialog.learn_peer(response);
        if offer.method == Method::Invite {
            self.send_ack(desk, offer.sequence, None);
        }
        let terms = Terms::answered(response);
        self.renew_terms(desk, terms);
        let answer = match session_description(response) {
            Description::Sdp(sdp) => Some(Offer(sdp.to_vec())),
            Description::Absent | Description::Foreign => None,
        };
        if offer.origin == Origin::Owner || answer.is_some() {
            desk.tell(Event::OfferAnswered {
                session: self.id,
                answer: Ok(answer),
            });
        }
        self.offer_if_waiting(desk);
    }

    fn offer_refused(&mut self, desk: &mut Desk<'_>, response: Option<&Message>, status: u16) {
        let Some(mut offer) = self.offer_out.take() else {
            return;
        };
        // Whatever was agreed before still is (RFC 3261 §14.1).
        self.local_sdp.clone_from(&offer.before);
        let tries = offer.tries + 1;
        if status == 491 && offer.tries < TRIES {
            let wait = self.glare_wait(desk);
            let why = "an offer is tried again after glare";
            offer.retry = desk.alarm(self.id, wait, SessionAlarm::RetryOffer, why);
            offer.tries = tries;
            self.offer_out = Some(offer);
            return;
        }
        let min_se = response.and_then(|response| response.number(Name::MinSe));
        if status == 422 && offer.tries < TRIES && self.refresh.raise(min_se) {
            self.send_offer(desk, offer.method, offer.sdp, offer.origin, tries);
            return;
        }
        if offer.method == Method::Update && matches!(status, 405 | 501) {
            self.dialog.peer_allows_update = false;
            self.send_refresh(desk);
            return;
        }
        match offer.origin {
            Origin::Owner => desk.tell(Event::OfferAnswered {
                session: self.id,
                answer: Err(status),
            }),
            Origin::Refresh => self.refresh_soon(desk),
        }
        self.offer_if_waiting(desk);
    }

    /// RFC 3261 §14.1: whoever made the Call-ID waits longer, in steps of 10 ms.
    fn glare_wait(&self, desk: &mut Desk<'_>) -> Duration {
        let steps = if self.we_called {
            210 + desk.hands.chance.below(191)
        } else {
            desk.hands.chance.below(201)
        };
        Duration::from_millis(u64::from(steps) * 10)
    }

    pub(super) fn retry_offer(&mut self, desk: &mut Desk<'_>) {
        let Some(offer) = self.offer_out.take() else {
            return;
        };
        match (self.may_offer(), offer.origin) {
            (true, Origin::Owner) => {
                // A newer offer replaces this one.
                let sdp = self.offer_next.take().or(offer.sdp);
                self.send_offer(desk, offer.method, sdp, Origin::Owner, offer.tries);
            }
            (true, Origin::Refresh) => {
                let (origin, tries) = (Origin::Refresh, offer.tries);
                self.send_offer(desk, offer.method, offer.sdp, origin, tries);
            }
            (false, Origin::Owner) => {
                // A newer offer replaces this one.
                self.offer_next = self.offer_next.take().or(offer.sdp);
            }
            (false, Origin::Refresh) => self.refresh_soon(desk),
        }
    }

    pub(super) fn drop_offers(&mut self, desk: &mut Desk<'_>) {
        if let Some(offer) = self.offer_in.take() {
            desk.respond(offer.server, &Reply::new(487));
        }
        if let Some(mut offer) = self.offer_out.take() {
            desk.cancel(&mut offer.retry);
        }
        self.offer_next = None;
    }
}

/// RFC 3261 §14.2: an earlier offer of the same peer is not answered yet.
fn busy_with_offer(desk: &mut Desk<'_>) -> Reply {
    let seconds = desk.hands.chance.below(11);
    Reply::new(500).with("Retry-After", &seconds.to_string())
}
