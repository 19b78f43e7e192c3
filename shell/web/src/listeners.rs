//! Who has been noted as a listener of a recording just now; notes nobody itself.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use conclave_model::{RecordingId, limits};

/// A player asks for a recording in many parts: whoever was noted for one of them is not noted for
/// each. Whoever has been forgotten here is noted once more than needed.
#[derive(Default)]
pub(crate) struct Listeners(Mutex<VecDeque<Listener>>);

struct Listener {
    actor: String,
    recording: RecordingId,
    since: Instant,
}

impl Listeners {
    /// True when this one is to be noted.
    pub fn is_new(&self, actor: &str, recording: RecordingId, now: Instant) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|one| now.saturating_duration_since(one.since) < NOTED_FOR);
        if known
            .iter()
            .any(|one| one.recording == recording && one.actor == actor)
        {
            return false;
        }
        if known.len() >= limits::LISTENERS_REMEMBERED {
            known.pop_front();
        }
        known.push_back(Listener {
            actor: actor.to_owned(),
            recording,
            since: now,
        });
        true
    }
}

/// As long as one meeting is listened to in one go.
const NOTED_FOR: Duration = Duration::from_secs(3_600);

#[cfg(test)]
mod tests {
    use conclave_model::{Chance, UnixMillis};

    use super::*;

    #[test]
    fn a_listener_is_noted_once_an_hour_and_everybody_for_themselves() {
        let mut chance = Chance::from_seed([1; 32]);
        let [one, other] = [1, 2].map(|at| RecordingId::mint(UnixMillis(at), &mut chance));
        let (listeners, now) = (Listeners::default(), Instant::now());
        assert!(listeners.is_new("ann", one, now));
        assert!(!listeners.is_new("ann", one, now + NOTED_FOR / 2));
        assert!(listeners.is_new("bob", one, now));
        assert!(listeners.is_new("ann", other, now));
        assert!(listeners.is_new("ann", one, now + NOTED_FOR));
        for number in 0..limits::LISTENERS_REMEMBERED {
            assert!(listeners.is_new(&number.to_string(), one, now + NOTED_FOR));
        }
        assert!(listeners.is_new("ann", one, now + NOTED_FOR));
    }
}
