//! Those who were sent to the service and are not back yet; each may come back once.

use std::collections::{HashMap, VecDeque};
use std::time::Instant;

use conclave_model::limits;
use subtle::ConstantTimeEq;

/// What is remembered of one, by the `state` that they bring back.
#[derive(Clone)]
pub(crate) struct Leave {
    /// What the browser alone has, in its cookie.
    pub proof: String,
    pub nonce: String,
    pub verifier: String,
    /// The page that they wanted.
    pub back: String,
    pub since: Instant,
}

/// All of them.
#[derive(Default)]
pub(crate) struct Pending {
    away: HashMap<String, Leave>,
    /// As they left; some are back already.
    order: VecDeque<(Instant, String)>,
}

impl Pending {
    pub fn add(&mut self, state: String, leave: Leave) {
        let now = leave.since;
        while let Some((since, _)) = self.order.front() {
            if !is_over(*since, now) && self.order.len() < limits::SIGN_INS_ELSEWHERE {
                break;
            }
            if let Some((_, state)) = self.order.pop_front() {
                self.away.remove(&state);
            }
        }
        self.order.push_back((now, state.clone()));
        self.away.insert(state, leave);
    }

    /// The one who left with this state in this browser. Whatever comes of it, nobody comes back
    /// with it again.
    pub fn take(&mut self, state: &str, proof: Option<&str>, now: Instant) -> Option<Leave> {
        let leave = self.away.remove(state)?;
        let proof = proof.unwrap_or_default();
        let same = bool::from(proof.as_bytes().ct_eq(leave.proof.as_bytes()));
        (same && !is_over(leave.since, now)).then_some(leave)
    }
}

fn is_over(since: Instant, now: Instant) -> bool {
    now.saturating_duration_since(since) > limits::SIGN_IN_ELSEWHERE
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn leave(since: Instant) -> Leave {
        Leave {
            proof: "proof".into(),
            nonce: "nonce".into(),
            verifier: "verifier".into(),
            back: "/".into(),
            since,
        }
    }

    #[test]
    fn one_comes_back_once_in_the_same_browser_and_in_time() {
        let (mut pending, now) = (Pending::default(), Instant::now());
        pending.add("state".into(), leave(now));
        assert!(pending.take("state", Some("proof"), now).is_some());
        assert!(pending.take("state", Some("proof"), now).is_none());
        for proof in [None, Some(""), Some("another")] {
            pending.add("state".into(), leave(now));
            assert!(pending.take("state", proof, now).is_none());
            assert!(pending.take("state", Some("proof"), now).is_none());
        }
        pending.add("state".into(), leave(now));
        let late = now + limits::SIGN_IN_ELSEWHERE + Duration::from_secs(1);
        assert!(pending.take("state", Some("proof"), late).is_none());
    }

    #[test]
    fn those_away_are_so_many_and_the_oldest_is_forgotten() {
        let (mut pending, now) = (Pending::default(), Instant::now());
        for number in 0..=limits::SIGN_INS_ELSEWHERE {
            let since = now + Duration::from_micros(number as u64);
            pending.add(format!("state {number}"), leave(since));
        }
        assert_eq!(pending.away.len(), limits::SIGN_INS_ELSEWHERE);
        assert_eq!(pending.order.len(), limits::SIGN_INS_ELSEWHERE);
        assert!(pending.take("state 0", Some("proof"), now).is_none());
        assert!(pending.take("state 1", Some("proof"), now).is_some());
        let late = now + limits::SIGN_IN_ELSEWHERE + Duration::from_secs(1);
        pending.add("late".into(), leave(late));
        assert_eq!((pending.away.len(), pending.order.len()), (1, 1));
    }
}
