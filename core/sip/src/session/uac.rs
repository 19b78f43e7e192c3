//! The caller's side before the answer: invites, hears it ring, gives up, tells forks apart.

use std::collections::VecDeque;

use super::refresh::seconds;
use super::{Session, Stage, Terms};
use crate::desk::Desk;
use crate::dialog::Dialog;
use crate::message::{Description, Fields, Message, Method, Name, session_description, text};
use crate::timers::{SessionAlarm, TimerId};
use crate::transaction::{ClientKey, GIVE_UP, Outcome, Purpose};
use crate::{EndReason, Event, Offer, OutgoingCall, Path, SessionId};

/// Phones that ring at once for one call; more do not get their PRACK.
const FORKS_MAX: usize = 16;
/// A proxy that raises Min-SE more often than this is not serious.
const INTERVAL_TRIES: u8 = 3;

pub(super) struct Calling {
    key: ClientKey,
    sequence: u32,
    sdp: Option<Vec<u8>>,
    /// The owner's own headers, written.
    headers: Vec<u8>,
    interval_s: u32,
    interval_tries: u8,
    /// A provisional answer came, so a CANCEL may be sent (RFC 3261 §9.1).
    heard: bool,
    cancel: Cancel,
    /// The last RSeq of every phone that rings, by its tag.
    rings: Vec<(Vec<u8>, u32)>,
    /// Ways that were not tried yet.
    further: VecDeque<Path>,
    give_up: Option<TimerId>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Cancel {
    No,
    /// With its Reason, once a provisional answer allows it.
    Wanted(Option<String>),
    Sent,
}

impl Session {
    pub(crate) fn calling(desk: &mut Desk<'_>, id: SessionId, call: OutgoingCall) -> Session {
        let local_tag = desk.hands.new_tag();
        let call_id = format!("{}{}", desk.hands.new_tag(), desk.hands.new_tag());
        let mut dialog = Dialog::of_outgoing(&call, call_id, &local_tag);
        let mut headers = Fields::new();
        for (name, value) in &call.headers {
            let token = |byte: u8| byte.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(&byte);
            if !name.is_empty() && name.bytes().all(token) {
                headers.add(name, value);
            }
        }
        let headers = headers.into_bytes();
        let interval_s = seconds(desk.hands.config.session_expires);
        let key = send_invite(
            desk,
            &mut dialog,
            id,
            &headers,
            interval_s,
            call.sdp.as_deref(),
        );
        let calling = Calling {
            key,
            sequence: dialog.local_sequence,
            sdp: call.sdp.clone(),
            headers,
            interval_s,
            interval_tries: 1,
            heard: false,
            cancel: Cancel::No,
            rings: Vec::new(),
            further: call.further.iter().copied().collect(),
            give_up: None,
        };
        let mut session = Session::new(id, dialog, Stage::Calling(Box::new(calling)));
        session.local_sdp = call.sdp.unwrap_or_default();
        session.we_called = true;
        session
    }

    pub(super) fn invite_outcome(
        &mut self,
        desk: &mut Desk<'_>,
        key: ClientKey,
        outcome: Outcome<'_>,
    ) {
        let response = match outcome {
            Outcome::Response(response) => response,
            Outcome::Timeout => return self.way_failed(desk, key, 408, "Request Timeout"),
            Outcome::TransportFailed => return self.way_failed(desk, key, 503, "No Connection"),
        };
        let is_current = self.is_calling_with(key);
        match (is_current, response.status().unwrap_or(0)) {
            (true, status @ 100..=199) => self.call_progressed(desk, response, status),
            (true, 200..=299) => self.call_answered(desk, response),
            (true, 422) if self.invite_with_longer_interval(desk, response) => {}
            (true, 401 | 407) if self.invite_with_proof(desk, response) => {}
            (true, 503) if self.invite_elsewhere(desk) => {}
            (true, status) => self.call_failed(desk, status, &text(response.phrase())),
            (false, 200..=299) => self.answered_again(desk, response),
            (false, _) => {}
        }
    }

    fn is_calling_with(&self, key: ClientKey) -> bool {
        matches!(&self.stage, Stage::Calling(calling) if calling.key == key)
    }

    fn way_failed(&mut self, desk: &mut Desk<'_>, key: ClientKey, status: u16, phrase: &str) {
        if self.is_calling_with(key) && !self.invite_elsewhere(desk) {
            self.call_failed(desk, status, phrase);
        }
    }

    fn call_progressed(&mut self, desk: &mut Desk<'_>, response: &Message, status: u16) {
        let Stage::Calling(calling) = &mut self.stage else {
            return;
        };
        calling.heard = true;
        if let Cancel::Wanted(reason) = &calling.cancel {
            let reason = reason.clone();
            self.cancel_call(desk, reason.as_deref());
            return;
        }
        if status == 100 || calling.cancel == Cancel::Sent {
            return;
        }
        if response.lists(Name::Require, "100rel") && !self.acknowledge_ring(desk, response) {
            return;
        }
        desk.tell(Event::Progress {
            session: self.id,
            status,
            answer: description(response),
        });
    }

    /// PRACK for the next reliable provisional answer of that phone; false when it came again or
    /// out of order (RFC 3262 §4).
    fn acknowledge_ring(&mut self, desk: &mut Desk<'_>, response: &Message) -> bool {
        let Stage::Calling(calling) = &mut self.stage else {
            return false;
        };
        if desk.clients.len() >= desk.hands.config.transactions_max {
            return false;
        }
        let (Some(reliable), Some(tag)) = (response.number(Name::RSeq), response.callee_tag())
        else {
            return false;
        };
        let known = calling.rings.iter().position(|(ring, _)| ring == tag);
        match known {
            Some(at) if calling.rings[at].1.checked_add(1) == Some(reliable) => {
                calling.rings[at].1 = reliable;
            }
            None if calling.rings.len() < FORKS_MAX => {
                calling.rings.push((tag.to_vec(), reliable));
            }
            Some(_) | None => return false,
        }
        let mut fields = Fields::new();
        let rack = format!("{reliable} {} INVITE", calling.sequence);
        fields.add("RAck", &rack);
        let mut early = self.dialog.answered_by(response);
        let request = early.next_request(desk.hands, Method::Prack, fields, None);
        self.dialog.local_sequence = early.local_sequence;
        self.dialog.proofs = early.proofs;
        desk.clients
            .open(desk.hands, desk.now, request, self.id, Purpose::Prack);
        true
    }

    fn call_answered(&mut self, desk: &mut Desk<'_>, response: &Message) {
        let Stage::Calling(calling) = &self.stage else {
            return;
        };
        let (sequence, cancel) = (calling.sequence, calling.cancel.clone());
        let has_offer = calling.sdp.is_some();
        self.dialog.learn_answer(response);
        self.drop_calling(desk);
        self.stage = Stage::Talking;
        if cancel != Cancel::No {
            // The 2xx and the CANCEL crossed (RFC 3261 §9.1).
            self.send_ack(desk, sequence, None);
            self.bye(desk, None);
            return;
        }
        if has_offer {
            self.send_ack(desk, sequence, None);
        } else {
            self.ack_due = Some(sequence);
        }
        self.apply_terms(desk, Terms::answered(response));
        desk.tell(Event::Answered {
            session: self.id,
            answer: description(response),
        });
        self.offer_if_waiting(desk);
    }

    /// The owner's answer to the offer that the 2xx brought.
    pub(crate) fn acknowledge_with(&mut self, desk: &mut Desk<'_>, sdp: &[u8]) {
        if let Some(sequence) = self.ack_due.take() {
            self.local_sdp = sdp.to_vec();
            self.send_ack(desk, sequence, Some(sdp));
            self.offer_if_waiting(desk);
        }
    }

    /// The owner hangs up instead of answering: a 2xx gets its ACK all the same.
    pub(super) fn acknowledge_without(&mut self, desk: &mut Desk<'_>) {
        if let Some(sequence) = self.ack_due.take() {
            self.send_ack(desk, sequence, None);
        }
    }

    /// A 2xx after the first: the same again, or another phone of a fork, which we hang up.
    fn answered_again(&mut self, desk: &mut Desk<'_>, response: &Message) {
        if response.callee_tag().unwrap_or(b"") == self.dialog.remote_tag {
            self.ack_again(desk, response);
            return;
        }
        let Some((sequence, _)) = response.cseq() else {
            return;
        };
        let mut other = self.dialog.answered_by(response);
        let ack = other.request(desk.hands, Method::Ack, sequence, Fields::new(), None);
        desk.hands.send_request(ack.path, ack.bytes);
        let tag = &other.remote_tag;
        if self.forks.contains(tag) || self.forks.len() >= FORKS_MAX {
            return;
        }
        self.forks.push(tag.clone());
        let bye = other.next_request(desk.hands, Method::Bye, Fields::new(), None);
        desk.clients
            .open(desk.hands, desk.now, bye, self.id, Purpose::Discard);
    }

    fn call_failed(&mut self, desk: &mut Desk<'_>, status: u16, phrase: &str) {
        let Stage::Calling(calling) = &self.stage else {
            return;
        };
        if calling.cancel != Cancel::No {
            self.end(desk, EndReason::ByUs);
            return;
        }
        self.close(desk);
        desk.tell(Event::Refused {
            session: self.id,
            status,
            reason: phrase.to_owned(),
        });
    }

    /// 422: the same call with the interval the other side wants (RFC 4028 §7.3).
    fn invite_with_longer_interval(&mut self, desk: &mut Desk<'_>, response: &Message) -> bool {
        let Stage::Calling(calling) = &mut self.stage else {
            return false;
        };
        let Some(min_s) = response.number(Name::MinSe) else {
            return false;
        };
        let useful = min_s > calling.interval_s && calling.interval_tries < INTERVAL_TRIES;
        if !useful || calling.cancel != Cancel::No {
            return false;
        }
        calling.interval_s = min_s;
        calling.interval_tries += 1;
        self.invite_again(desk);
        true
    }

    /// 401 or 407: the same call with a proof (RFC 3261 §22.2), once for each who asks.
    fn invite_with_proof(&mut self, desk: &mut Desk<'_>, response: &Message) -> bool {
        let may = self.has_not_been_cancelled() && self.dialog.proofs.answer(response);
        if may {
            self.invite_again(desk);
        }
        may
    }

    /// The way is silent, closed or says 503: the same call by the next (RFC 3263 §4.3).
    fn invite_elsewhere(&mut self, desk: &mut Desk<'_>) -> bool {
        if !self.has_not_been_cancelled() {
            return false;
        }
        let Stage::Calling(calling) = &mut self.stage else {
            return false;
        };
        let Some(path) = calling.further.pop_front() else {
            return false;
        };
        self.dialog.go_by(path);
        self.invite_again(desk);
        true
    }

    fn has_not_been_cancelled(&self) -> bool {
        matches!(&self.stage, Stage::Calling(calling) if calling.cancel == Cancel::No)
    }

    /// A new INVITE with the next number, as one that was refused allows.
    fn invite_again(&mut self, desk: &mut Desk<'_>) {
        let Stage::Calling(calling) = &mut self.stage else {
            return;
        };
        calling.heard = false;
        let (headers, sdp) = (&calling.headers, calling.sdp.as_deref());
        let interval_s = calling.interval_s;
        calling.key = send_invite(desk, &mut self.dialog, self.id, headers, interval_s, sdp);
        calling.sequence = self.dialog.local_sequence;
    }

    pub(super) fn cancel_call(&mut self, desk: &mut Desk<'_>, reason: Option<&str>) {
        let Stage::Calling(calling) = &mut self.stage else {
            return;
        };
        if calling.cancel == Cancel::Sent {
            return;
        }
        calling.cancel = Cancel::Wanted(reason.map(str::to_owned));
        if calling.heard {
            calling.cancel = Cancel::Sent;
            desk.clients
                .cancel(desk.hands, desk.now, calling.key, reason);
            let why = "a cancelled call ends";
            calling.give_up = desk.alarm(self.id, GIVE_UP, SessionAlarm::CancelIgnored, why);
        }
    }

    pub(super) fn drop_calling(&mut self, desk: &mut Desk<'_>) {
        if let Stage::Calling(calling) = &mut self.stage {
            desk.cancel(&mut calling.give_up);
        }
    }
}

fn send_invite(
    desk: &mut Desk<'_>,
    dialog: &mut Dialog,
    session: SessionId,
    headers: &[u8],
    interval_s: u32,
    sdp: Option<&[u8]>,
) -> ClientKey {
    let mut fields = Fields::new();
    fields.append(headers);
    fields.add("Session-Expires", &interval_s.to_string());
    let min_s = seconds(desk.hands.config.session_expires_min);
    fields.add("Min-SE", &min_s.to_string());
    let body = sdp.map(|sdp| ("application/sdp", sdp));
    let request = dialog.next_request(desk.hands, Method::Invite, fields, body);
    desk.clients
        .open(desk.hands, desk.now, request, session, Purpose::Invite)
}

fn description(response: &Message) -> Option<Offer> {
    match session_description(response) {
        Description::Sdp(sdp) => Some(Offer(sdp.to_vec())),
        Description::Absent | Description::Foreign => None,
    }
}
