//! Those who were sent to the service and are not back yet; each may come back once.

use std::collections::HashMap;
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
    pub redirect: String,
    /// The page that they wanted.
    pub back: String,
    pub since: Instant,
}

/// All of them.
#[derive(Default)]
pub(crate) struct Pending(HashMap<String, Leave>);

impl Pending {
    pub fn add(&mut self, state: String, leave: Leave) {
        let now = leave.since;
        self.0.retain(|_, leave| !is_over(leave, now));
        if self.0.len() >= limits::SIGN_INS_ELSEWHERE {
            let oldest = self.0.iter().min_by_key(|(_, leave)| leave.since);
            if let Some(state) = oldest.map(|(state, _)| state.clone()) {
                self.0.remove(&state);
            }
        }
        self.0.insert(state, leave);
    }

    /// The one who left with this state in this browser. Whatever comes of it, nobody comes back
    /// with it again.
    pub fn take(&mut self, state: &str, proof: Option<&str>, now: Instant) -> Option<Leave> {
        let leave = self.0.remove(state)?;
        let proof = proof.unwrap_or_default();
        let same = bool::from(proof.as_bytes().ct_eq(leave.proof.as_bytes()));
        (same && !is_over(&leave, now)).then_some(leave)
    }
}

fn is_over(leave: &Leave, now: Instant) -> bool {
    now.saturating_duration_since(leave.since) > limits::SIGN_IN_ELSEWHERE
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
            redirect: "https://conf.example.com/done".into(),
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
        assert_eq!(pending.0.len(), limits::SIGN_INS_ELSEWHERE);
        assert!(pending.take("state 0", Some("proof"), now).is_none());
        assert!(pending.take("state 1", Some("proof"), now).is_some());
    }
}
