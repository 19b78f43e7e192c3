//! How many requests everybody may send, by who they are; knows no path and no password.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use conclave_model::{TokenId, UserId, limits};
use conclave_store::SecretHash;

use crate::requester::{Actor, Peer, Requester};
use crate::throttle::{Rate, household, make_room};

/// What everybody has left.
#[derive(Default)]
pub(crate) struct Pace(Mutex<HashMap<Caller, Instant>>);

/// Whose requests are counted together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Caller {
    /// Nobody we know.
    Address(IpAddr),
    /// Whoever has the token of the data directory.
    Machine,
    Console(SecretHash),
    User(UserId),
    Program(TokenId),
}

/// How it stands with one caller after one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Left {
    rate: Rate,
    requests: u32,
    /// How long until one more than these may come; zero while there are some.
    pub wait: Duration,
}

impl Pace {
    /// Counts a request; none for whoever came over the socket of the data directory. When nothing
    /// was left, nothing is counted, and [`Left::wait`] says for how long.
    pub fn take(&self, requester: &Requester, now: Instant) -> Option<Left> {
        let Peer::Tcp(address) = requester.peer else {
            return None;
        };
        let (caller, rate) = match &requester.actor {
            Actor::Stranger => (Caller::Address(household(address.ip())), STRANGER),
            Actor::Machine => (Caller::Machine, KNOWN),
            Actor::Console { session } => (Caller::Console(*session), KNOWN),
            Actor::User { id, .. } => (Caller::User(*id), KNOWN),
            Actor::Program { id, .. } => (Caller::Program(*id), KNOWN),
        };
        let mut table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        make_room(&mut table, limits::API_CALLERS, now);
        let full_at = table.entry(caller).or_insert(now);
        let spent = (*full_at).max(now) + rate.pause;
        let wait = spent.saturating_duration_since(now + rate.whole());
        if wait.is_zero() {
            *full_at = spent;
        }
        let used = (*full_at).saturating_duration_since(now);
        let left = rate.whole().saturating_sub(used).as_nanos() / rate.pause.as_nanos();
        Some(Left {
            rate,
            requests: u32::try_from(left).unwrap_or(u32::MAX),
            wait,
        })
    }
}

impl Left {
    /// Tells the caller (draft-ietf-httpapi-ratelimit-headers): so many at once in so many seconds,
    /// and what is left of them for how long.
    pub fn tell(&self, headers: &mut HeaderMap) {
        let tries = self.rate.tries;
        let whole_s = self.rate.whole().as_secs().max(1);
        let used = self.rate.tries.saturating_sub(self.requests);
        let again_s = (self.rate.pause * used).as_secs_f64().ceil();
        for (name, text) in [
            (POLICY, format!("\"api\";q={tries};w={whole_s}")),
            (LEFT, format!("\"api\";r={};t={again_s}", self.requests)),
        ] {
            if let Ok(value) = HeaderValue::from_str(&text) {
                headers.insert(name, value);
            }
        }
    }
}

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LEFT: HeaderName = HeaderName::from_static("ratelimit");
const KNOWN: Rate = Rate {
    tries: limits::API_REQUESTS,
    pause: limits::API_REQUEST_PAUSE,
};
const STRANGER: Rate = Rate {
    tries: limits::API_STRANGER_REQUESTS,
    pause: limits::API_STRANGER_PAUSE,
};

#[cfg(test)]
mod tests {
    use super::*;

    fn stranger(last: u8) -> Requester {
        Requester::stranger(Peer::Tcp(([192, 0, 2, last], 1).into()))
    }

    #[test]
    fn whoever_asks_too_fast_waits_and_nobody_else_does() {
        let (pace, now) = (Pace::default(), Instant::now());
        for asked in 1..=limits::API_STRANGER_REQUESTS {
            let left = pace.take(&stranger(1), now).expect("counted");
            assert_eq!(left.requests, limits::API_STRANGER_REQUESTS - asked);
            assert!(left.wait.is_zero());
        }
        let left = pace.take(&stranger(1), now).expect("counted");
        assert_eq!((left.requests, left.wait), (0, limits::API_STRANGER_PAUSE));
        assert!(
            pace.take(&stranger(2), now)
                .expect("counted")
                .wait
                .is_zero()
        );
        let later = now + limits::API_STRANGER_PAUSE;
        assert!(
            pace.take(&stranger(1), later)
                .expect("counted")
                .wait
                .is_zero()
        );
        assert!(
            !pace
                .take(&stranger(1), later)
                .expect("counted")
                .wait
                .is_zero()
        );
    }

    #[test]
    fn the_socket_is_not_counted() {
        let machine = Requester::stranger(Peer::Unix);
        assert!(Pace::default().take(&machine, Instant::now()).is_none());
    }

    #[test]
    fn what_is_remembered_has_an_end() {
        let (pace, now) = (Pace::default(), Instant::now());
        for number in 0..2 * u32::try_from(limits::API_CALLERS).expect("few") {
            let address = IpAddr::V4(number.into());
            let requester = Requester::stranger(Peer::Tcp((address, 1).into()));
            assert!(pace.take(&requester, now).is_some());
        }
        let table = pace.0.lock().expect("whole");
        assert!(table.len() <= limits::API_CALLERS);
    }
}
