//! Every deadline of the user agent in one order, each with its reason; waits for none.

use std::collections::BTreeMap;
use std::time::Instant;

use crate::transaction::{ClientKey, ServerId};
use crate::{ConnId, SessionId, SubscriptionId, Why};

/// Whose deadline it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Alarm {
    Server(ServerId, Tick),
    Client(ClientKey, Tick),
    Session(SessionId, SessionAlarm),
    /// Nobody refreshed it.
    Subscription(SubscriptionId),
    /// A message on a stream has not become complete.
    StreamStalled(ConnId),
}

/// A transaction has two clocks at most: one sends again (A, E, G), one ends a state
/// (B, D, F, H, I, J, K, L, M).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tick {
    Resend,
    End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SessionAlarm {
    /// Our 2xx is sent again (RFC 3261 §13.3.1.4).
    ResendAnswer,
    /// The ACK did not come in 64·T1.
    NoAck,
    /// A reliable provisional answer is sent again (RFC 3262 §3).
    ResendReliable,
    /// The PRACK did not come in 64·T1.
    NoPrack,
    /// A ringing call tells the proxies every minute that it lives (RFC 3261 §13.3.1.1).
    Remind,
    /// The Expires header of an INVITE.
    InviteExpires,
    /// A CANCEL was not followed by a final answer in 64·T1 (RFC 3261 §9.1).
    CancelIgnored,
    /// Half the session interval is over and we are the refresher (RFC 4028 §10).
    Refresh,
    /// Nobody refreshed the session.
    SessionExpires,
    /// After 491 the offer is tried again (RFC 3261 §14.1).
    RetryOffer,
}

/// Names a set timer; cancelling one that has fired does nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TimerId(Instant, u64);

#[derive(Debug, Default)]
pub(crate) struct Timers {
    queue: BTreeMap<TimerId, (Alarm, Why)>,
    set_so_far: u64,
}

impl Timers {
    pub(crate) fn set(&mut self, at: Instant, alarm: Alarm, why: Why) -> TimerId {
        self.set_so_far += 1;
        let id = TimerId(at, self.set_so_far);
        self.queue.insert(id, (alarm, why));
        id
    }

    /// Forgets the timer in `slot`.
    pub(crate) fn cancel(&mut self, slot: &mut Option<TimerId>) {
        if let Some(id) = slot.take() {
            self.queue.remove(&id);
        }
    }

    pub(crate) fn next(&self) -> Option<(Instant, Why)> {
        let (id, (_, why)) = self.queue.first_key_value()?;
        Some((id.0, why))
    }

    pub(crate) fn pop_due(&mut self, now: Instant) -> Option<Alarm> {
        let first = self.queue.first_entry()?;
        (first.key().0 <= now).then(|| first.remove().0)
    }
}
