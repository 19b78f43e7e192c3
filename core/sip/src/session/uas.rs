//! The callee's side before the answer: rings, answers, refuses, is cancelled.

use std::time::Duration;

use super::answer::Acknowledged;
use super::prack::Reliable;
use super::{Session, Stage, Terms};
use crate::SessionId;
use crate::asked::credentials;
use crate::desk::Desk;
use crate::dialog::Dialog;
use crate::hands::Hands;
use crate::message::{ALLOW_INSIDE, Description};
use crate::message::{Message, Name, Reply, Uri, session_description, text};
use crate::timers::{SessionAlarm, TimerId};
use crate::transaction::ServerId;
use crate::{Answer, CallerIdentity, EndReason, Event, IncomingCall, Offer, Path, Refusal};

/// RFC 3261 §13.3.1.1: proxies give up on an INVITE after three minutes of silence.
const REMIND_EVERY: Duration = Duration::from_secs(60);

pub(super) struct Incoming {
    pub(super) server: ServerId,
    pub(super) sequence: u32,
    /// The INVITE had no offer: ours goes into the first reliable answer.
    pub(super) is_late: bool,
    pub(super) reliable: Reliable,
    /// The 2xx must wait for a PRACK (RFC 3262 §3).
    accept_waiting: Option<Vec<u8>>,
    /// The answer to our late offer came in a PRACK.
    pub(super) early_answer: Option<Offer>,
    terms: Option<Terms>,
    /// The last provisional status, to say again.
    said: Option<u16>,
    remind: Option<TimerId>,
    expires: Option<TimerId>,
}

impl Session {
    /// Takes an INVITE that [`crate::gate`] let in, says 100, and tells the owner.
    pub(crate) fn incoming(
        desk: &mut Desk<'_>,
        id: SessionId,
        invite: &Message,
        path: Path,
        terms: Option<Terms>,
    ) -> Option<Session> {
        let local_tag = desk.hands.new_tag();
        let server = desk.servers.open(invite, path, &local_tag, id)?;
        let call = incoming_call(invite, path);
        let mut incoming = Incoming {
            server,
            sequence: invite.cseq().map_or(0, |(sequence, _)| sequence),
            is_late: call.offer.is_none(),
            reliable: Reliable::new(invite.lists(Name::Require, "100rel"), desk.hands),
            accept_waiting: None,
            early_answer: None,
            terms,
            said: None,
            remind: None,
            expires: None,
        };
        if let Some(seconds) = invite.number(Name::Expires) {
            let wait = Duration::from_secs(u64::from(seconds));
            let why = "an INVITE expires";
            incoming.expires = desk.alarm(id, wait, SessionAlarm::InviteExpires, why);
        }
        let dialog = Dialog::of_incoming(invite, path, &local_tag);
        desk.respond(server, &Reply::new(100));
        desk.tell(Event::Incoming {
            session: id,
            call: Box::new(call),
        });
        Some(Session::new(
            id,
            dialog,
            Stage::Incoming(Box::new(incoming)),
        ))
    }

    pub(crate) fn ring(&mut self, desk: &mut Desk<'_>) {
        self.provisional(desk, 180, None);
    }

    pub(crate) fn progress(&mut self, desk: &mut Desk<'_>, sdp: Vec<u8>) {
        self.local_sdp.clone_from(&sdp);
        self.provisional(desk, 183, Some(sdp));
    }

    fn provisional(&mut self, desk: &mut Desk<'_>, status: u16, sdp: Option<Vec<u8>>) {
        let id = self.id;
        let Stage::Incoming(incoming) = &mut self.stage else {
            return;
        };
        incoming.said = Some(status);
        if incoming.remind.is_none() {
            let why = "a ringing call reminds its proxies";
            incoming.remind = desk.alarm(id, REMIND_EVERY, SessionAlarm::Remind, why);
        }
        if incoming.reliable.required {
            self.provisional_reliably(desk, status, sdp);
            return;
        }
        let mut reply = Reply::new(status).with("Contact", &self.dialog.contact);
        if let Some(sdp) = sdp {
            reply = reply.with_sdp(sdp);
        }
        desk.respond(incoming.server, &reply);
    }

    pub(super) fn remind(&mut self, desk: &mut Desk<'_>) {
        let Stage::Incoming(incoming) = &mut self.stage else {
            return;
        };
        incoming.remind = None;
        if let Some(status) = incoming.said {
            self.provisional(desk, status, None);
        }
    }

    pub(crate) fn accept(&mut self, desk: &mut Desk<'_>, sdp: Vec<u8>) {
        let Stage::Incoming(incoming) = &mut self.stage else {
            return;
        };
        if incoming.reliable.holds_back_answer() {
            incoming.accept_waiting = Some(sdp);
            return;
        }
        let (server, sequence) = (incoming.server, incoming.sequence);
        let described = incoming.reliable.described;
        let late_answer = incoming.early_answer.take();
        let acknowledged = Acknowledged::First {
            is_late: incoming.is_late && !described,
            early_answer: late_answer,
        };
        let terms = incoming.terms;
        self.drop_incoming_timers(desk);
        let mut reply = Reply::new(200).with("Contact", &self.dialog.contact);
        Hands::abilities(&mut reply.fields, ALLOW_INSIDE);
        if let Some(terms) = terms {
            terms.write_answer(&mut reply.fields);
        }
        if !described {
            self.local_sdp.clone_from(&sdp);
            reply = reply.with_sdp(sdp);
        }
        self.stage = Stage::Talking;
        if let Some((path, bytes)) = desk.respond(server, &reply) {
            self.await_ack(desk, path, bytes, sequence, acknowledged);
        }
        self.apply_terms(desk, terms);
    }

    /// The PRACK came that a 2xx was waiting for.
    pub(super) fn accept_if_waiting(&mut self, desk: &mut Desk<'_>) {
        if let Stage::Incoming(incoming) = &mut self.stage
            && let Some(sdp) = incoming.accept_waiting.take()
        {
            self.accept(desk, sdp);
        }
    }

    pub(crate) fn refuse(&mut self, desk: &mut Desk<'_>, refusal: &Refusal) {
        let Stage::Incoming(incoming) = &self.stage else {
            return;
        };
        let server = incoming.server;
        desk.respond(server, &Reply::refusing(refusal));
        self.close(desk);
    }

    /// The INVITE is refused with 401, and nothing is remembered of it: not even the 100, if it is
    /// still here.
    pub(crate) fn challenge(&mut self, desk: &mut Desk<'_>, answer: &Answer) {
        let Stage::Incoming(incoming) = &self.stage else {
            return;
        };
        let server = incoming.server;
        if let Some(trying) = desk.servers.last(server) {
            desk.hands.unsend(trying);
        }
        desk.respond(server, &answer.reply());
        self.close(desk);
        desk.servers.forget(desk.hands, server);
    }

    /// CANCEL, which has been answered already, of the first INVITE or of a re-INVITE.
    pub(crate) fn cancelled(&mut self, desk: &mut Desk<'_>, server: ServerId) {
        if let Stage::Incoming(_) = &self.stage {
            self.invite_expired(desk);
        } else {
            self.offer_cancelled(desk, server);
        }
    }

    /// The caller does not wait any longer.
    pub(super) fn invite_expired(&mut self, desk: &mut Desk<'_>) {
        if let Stage::Incoming(incoming) = &self.stage {
            let server = incoming.server;
            desk.respond(server, &Reply::new(487));
            self.close(desk);
            desk.tell(Event::Cancelled { session: self.id });
        }
    }

    /// The INVITE ends without an answer of its own, because the session does.
    pub(super) fn drop_incoming(&mut self, desk: &mut Desk<'_>, reply: &Reply) {
        if let Stage::Incoming(incoming) = &self.stage {
            let server = incoming.server;
            desk.respond(server, reply);
        }
        self.drop_incoming_timers(desk);
    }

    fn drop_incoming_timers(&mut self, desk: &mut Desk<'_>) {
        if let Stage::Incoming(incoming) = &mut self.stage {
            desk.cancel(&mut incoming.remind);
            desk.cancel(&mut incoming.expires);
            incoming.reliable.stop(desk);
        }
    }

    /// BYE before the answer, as callee: the INVITE is refused.
    pub(super) fn leave_unanswered(&mut self, desk: &mut Desk<'_>, reason: Option<&str>) {
        let mut reply = Reply::new(480);
        if let Some(reason) = reason {
            reply = reply.with("Reason", reason);
        }
        self.drop_incoming(desk, &reply);
        self.end(desk, EndReason::ByUs);
    }
}

fn incoming_call(invite: &Message, path: Path) -> IncomingCall {
    let uri = invite.request_uri();
    let from = invite.from();
    let offer = match session_description(invite) {
        Description::Sdp(sdp) => Some(Offer(sdp.to_vec())),
        Description::Absent | Description::Foreign => None,
    };
    IncomingCall {
        path,
        request_uri: String::from_utf8_lossy(uri).into_owned(),
        dialled: user_of(uri),
        to_user: invite.to().map_or(String::new(), |to| user_of(to.uri)),
        from_user: from.map_or(String::new(), |from| user_of(from.uri)),
        from_name: from.and_then(|from| from.display).map(text),
        from_host: from.map_or(String::new(), |from| host_of(from.uri)),
        host: host_of(uri),
        credentials: credentials(invite),
        identity: CallerIdentity::of(invite),
        call_id: text(invite.call_id()),
        user_agent: invite.field(Name::UserAgent).map(text),
        accept_language: invite.field(Name::AcceptLanguage).map(text),
        offer,
        supports_prack: invite.lists(Name::Supported, "100rel")
            || invite.lists(Name::Require, "100rel"),
    }
}

fn host_of(uri: &[u8]) -> String {
    Uri::parse(uri).map_or(String::new(), |uri| text(uri.host))
}

fn user_of(uri: &[u8]) -> String {
    Uri::parse(uri).map_or(String::new(), |uri| uri.dialled())
}
