//! Session timers (RFC 4028): who refreshes, when, and what if nobody does.

use std::time::Duration;

use super::offer::Origin;
use super::{Session, Stage};
use crate::desk::Desk;
use crate::message::param;
use crate::message::{Fields, Message, Method, Name, Reply, after_params, before_params, number};
use crate::timers::{SessionAlarm, TimerId};
use crate::{EndReason, UaConfig};

/// Three times within the shortest session that is allowed, and before it expires.
const REFRESH_AGAIN: Duration = Duration::from_secs(10);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refresher {
    Us,
    Peer,
}

/// What both sides agreed on for one session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Terms {
    interval_s: u32,
    refresher: Refresher,
}

#[derive(Default)]
pub(super) struct Refresh {
    terms: Option<Terms>,
    refresh: Option<TimerId>,
    expires: Option<TimerId>,
}

impl Terms {
    /// As the one who answers: what a request asks for, or 422 (RFC 4028 §9).
    pub(crate) fn asked(request: &Message, config: &UaConfig) -> Result<Option<Terms>, Reply> {
        let min_s = seconds(config.session_expires_min);
        let ours_s = seconds(config.session_expires);
        let their_min_s = request.number(Name::MinSe).unwrap_or(0);
        let supported = request.lists(Name::Supported, "timer");
        let Some((asked_s, wish)) = session_expires(request) else {
            // We refresh a session whose caller did not ask, or cannot (RFC 4028 §9, table 2): it
            // finds callers who are gone, and those on hold are found by nothing else.
            let terms = Terms {
                interval_s: ours_s.max(their_min_s),
                refresher: Refresher::Us,
            };
            return Ok(Some(terms));
        };
        if asked_s < min_s {
            return Err(Reply::new(422).with("Min-SE", &min_s.to_string()));
        }
        let refresher = match wish {
            Some(Wish::Uac) if supported => Refresher::Peer,
            Some(Wish::Uac | Wish::Uas) | None => Refresher::Us,
        };
        Ok(Some(Terms {
            interval_s: asked_s.min(ours_s.max(their_min_s)),
            refresher,
        }))
    }

    /// As the one who asked: what the 2xx says.
    pub(super) fn answered(response: &Message) -> Option<Terms> {
        let (interval_s, wish) = session_expires(response)?;
        let refresher = match wish {
            Some(Wish::Uas) => Refresher::Peer,
            Some(Wish::Uac) | None => Refresher::Us,
        };
        Some(Terms {
            interval_s,
            refresher,
        })
    }

    /// Session-Expires of our 2xx.
    pub(super) fn write_answer(self, fields: &mut Fields) {
        let side = match self.refresher {
            Refresher::Us => "uas",
            Refresher::Peer => {
                fields.add("Require", "timer");
                "uac"
            }
        };
        let value = format!("{};refresher={side}", self.interval_s);
        fields.add("Session-Expires", &value);
    }
}

impl Refresh {
    /// Session-Expires and Min-SE of our re-INVITE or UPDATE.
    pub(super) fn write_request(&self, config: &UaConfig, fields: &mut Fields) {
        if let Some(terms) = self.terms {
            let side = match terms.refresher {
                Refresher::Us => "uac",
                Refresher::Peer => "uas",
            };
            let value = format!("{};refresher={side}", terms.interval_s);
            fields.add("Session-Expires", &value);
            let min_s = seconds(config.session_expires_min);
            fields.add("Min-SE", &min_s.to_string());
        }
    }

    /// After 422: the interval the peer wants at least. False when it wants none larger.
    pub(super) fn raise(&mut self, min_s: Option<u32>) -> bool {
        match (&mut self.terms, min_s) {
            (Some(terms), Some(min_s)) if min_s > terms.interval_s => {
                terms.interval_s = min_s;
                true
            }
            (Some(_) | None, _) => false,
        }
    }
}

impl Session {
    /// The first 2xx: these terms, or none.
    pub(super) fn apply_terms(&mut self, desk: &mut Desk<'_>, terms: Option<Terms>) {
        self.stop_refreshing(desk);
        let Some(terms) = terms else { return };
        let interval = Duration::from_secs(u64::from(terms.interval_s));
        if terms.refresher == Refresher::Us {
            let why = "the session is to be refreshed";
            self.refresh.refresh = desk.alarm(self.id, interval / 2, SessionAlarm::Refresh, why);
        }
        // RFC 4028 §10: BYE a little before the proxies forget the session.
        let margin = Duration::from_secs(32).min(interval / 3);
        let why = "the session expires unless it is refreshed";
        let wait = interval - margin;
        self.refresh.expires = desk.alarm(self.id, wait, SessionAlarm::SessionExpires, why);
        self.refresh.terms = Some(terms);
    }

    /// A later 2xx: without terms of its own, what we refresh ourselves goes on.
    pub(super) fn renew_terms(&mut self, desk: &mut Desk<'_>, terms: Option<Terms>) {
        let own = self
            .refresh
            .terms
            .filter(|terms| terms.refresher == Refresher::Us);
        self.apply_terms(desk, terms.or(own));
    }

    pub(super) fn stop_refreshing(&mut self, desk: &mut Desk<'_>) {
        desk.cancel(&mut self.refresh.refresh);
        desk.cancel(&mut self.refresh.expires);
        self.refresh.terms = None;
    }

    /// UPDATE when the peer allows it, for it needs no description (RFC 4028 §7.4).
    pub(super) fn send_refresh(&mut self, desk: &mut Desk<'_>) {
        self.refresh.refresh = None;
        if !self.may_offer() {
            self.refresh_soon(desk);
            return;
        }
        if self.dialog.peer_allows_update {
            self.send_offer(desk, Method::Update, None, Origin::Refresh, 1);
        } else {
            let sdp = Some(self.local_sdp.clone());
            self.send_offer(desk, Method::Invite, sdp, Origin::Refresh, 1);
        }
    }

    /// There is doubt whether the session still is.
    pub(super) fn refresh_now(&mut self, desk: &mut Desk<'_>) {
        desk.cancel(&mut self.refresh.refresh);
        self.send_refresh(desk);
    }

    /// Another offer is open, or the peer refused: until the session expires there is time.
    pub(super) fn refresh_soon(&mut self, desk: &mut Desk<'_>) {
        if self.refresh.terms.is_some() && self.refresh.refresh.is_none() {
            let why = "the session is to be refreshed, again";
            let alarm = SessionAlarm::Refresh;
            self.refresh.refresh = desk.alarm(self.id, REFRESH_AGAIN, alarm, why);
        }
    }

    pub(super) fn expire(&mut self, desk: &mut Desk<'_>) {
        if let Stage::Talking = self.stage {
            let reason = "SIP;cause=408;text=\"Session expired\"";
            self.send_bye(desk, Some(reason));
            self.end(desk, EndReason::SessionExpired);
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    Uac,
    Uas,
}

fn session_expires(message: &Message) -> Option<(u32, Option<Wish>)> {
    let value = message.field(Name::SessionExpires)?;
    let seconds = number(before_params(value))?;
    let wish = match param(after_params(value), "refresher") {
        Some(side) if side.eq_ignore_ascii_case(b"uac") => Some(Wish::Uac),
        Some(side) if side.eq_ignore_ascii_case(b"uas") => Some(Wish::Uas),
        Some(_) | None => None,
    };
    Some((seconds, wish))
}

pub(super) fn seconds(duration: Duration) -> u32 {
    u32::try_from(duration.as_secs()).unwrap_or(u32::MAX)
}
