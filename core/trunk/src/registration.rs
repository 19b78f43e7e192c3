//! Our binding with a registrar: until when it is kept, and when to ask again; sends nothing.

use std::time::{Duration, Instant};

use conclave_model::{Chance, TrunkRecord, limits};
use conclave_sip::{KeptLogin, RequestAnswer};

use crate::Trouble;

/// What is remembered from one REGISTER to the next.
#[derive(Clone, Debug)]
pub(crate) struct Registration {
    /// The same for all of them (RFC 3261 §10.2).
    pub call_id: String,
    pub sequence: u32,
    pub login: Option<KeptLogin>,
    /// What is asked for, in seconds; a registrar may have wanted more than the record says.
    pub expires_s: u32,
    pub until: Option<Instant>,
    /// In a row, all ways tried counting once.
    failures: u32,
}

/// What to do after an answer, or without one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// It is kept; again after this time.
    Refresh(Duration),
    /// Something in the request had to change: again at once.
    Again,
    /// Another of the registrar's addresses may do better.
    Elsewhere(Trouble, Option<Duration>),
    /// No address of it would.
    Later(Trouble, Duration),
}

impl Registration {
    pub fn new(record: &TrunkRecord, chance: &mut Chance) -> Self {
        Self {
            call_id: format!("{:016x}{:016x}", chance.u64(), chance.u64()),
            sequence: 1,
            login: None,
            expires_s: record.expires_s,
            until: None,
            failures: 0,
        }
    }

    pub fn answered(
        &mut self,
        now: Instant,
        answer: &RequestAnswer,
        has_password: bool,
        chance: &mut Chance,
    ) -> Next {
        self.sequence = answer.sequence + 1;
        self.login.clone_from(&answer.login);
        let phrase = || answer.phrase.chars().take(PHRASE_CHARS).collect::<String>();
        match answer.status {
            200..=299 => match answer.granted_s.filter(|granted_s| *granted_s > 0) {
                Some(granted_s) => {
                    self.failures = 0;
                    self.until = Some(now + Duration::from_secs(u64::from(granted_s)));
                    Next::Refresh(refresh_after(granted_s, chance))
                }
                None => self.refused(Trouble::NotKept, chance),
            },
            423 => {
                let longer = answer.min_expires_s.filter(|min_s| {
                    *min_s > self.expires_s && limits::TRUNK_EXPIRES_S.contains(min_s)
                });
                match longer {
                    Some(min_s) => {
                        self.expires_s = min_s;
                        Next::Again
                    }
                    None => self.refused(Trouble::IntervalRefused, chance),
                }
            }
            401 | 407 => {
                self.login = None;
                let trouble = match (has_password, &answer.login) {
                    (false, _) => Trouble::PasswordMissing,
                    (true, Some(_)) => Trouble::PasswordRefused,
                    (true, None) => Trouble::StrangeChallenge,
                };
                self.refused(trouble, chance)
            }
            403 => self.refused(Trouble::Forbidden(phrase()), chance),
            404 => self.refused(Trouble::UserUnknown, chance),
            status @ (408 | 480 | 500..=599) => {
                let phrase = phrase();
                Next::Elsewhere(Trouble::Refused { status, phrase }, answer.retry_after)
            }
            status => {
                let phrase = phrase();
                self.refused(Trouble::Refused { status, phrase }, chance)
            }
        }
    }

    /// All ways were tried in vain; how long to wait. Doubles from failure to failure, and none
    /// waits as long as another (RFC 5626 §4.5).
    pub fn all_failed(&mut self, retry_after: Option<Duration>, chance: &mut Chance) -> Duration {
        let doubled = limits::TRUNK_RETRY.saturating_mul(1 << self.failures.min(16));
        self.failures = self.failures.saturating_add(1);
        let wait = part_of(doubled.min(limits::TRUNK_RETRY_MAX), 50, chance);
        wait.max(
            retry_after
                .unwrap_or(Duration::ZERO)
                .min(limits::TRUNK_RETRY_MAX),
        )
    }

    /// The peer said no, and would say so again.
    fn refused(&mut self, trouble: Trouble, chance: &mut Chance) -> Next {
        let wait = self.all_failed(None, chance);
        let least = part_of(limits::TRUNK_REFUSED_RETRY, 75, chance);
        Next::Later(trouble, wait.max(least))
    }
}

/// Early enough for two more tries, and not all at one moment after a restart of the registrar.
fn refresh_after(granted_s: u32, chance: &mut Chance) -> Duration {
    let granted = Duration::from_secs(u64::from(granted_s));
    part_of(granted.saturating_mul(4) / 5, 85, chance)
}

/// Between `least_percent` and all of it.
fn part_of(whole: Duration, least_percent: u32, chance: &mut Chance) -> Duration {
    let percent = least_percent + chance.below(101 - least_percent);
    whole.saturating_mul(percent) / 100
}

/// A peer's words that people are shown.
const PHRASE_CHARS: usize = 80;
