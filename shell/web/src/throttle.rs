//! Slows down whoever guesses passwords, by name and address; locks nobody out elsewhere.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use conclave_model::limits;

use crate::refusal::Refusal;
use crate::requester::Peer;

/// How many tries everybody has left.
///
/// A try is taken before anything is compared and given back when it was right: whoever knows the
/// password never waits, and guessing from one address does not slow down another.
#[derive(Default)]
pub(crate) struct Throttle(Mutex<HashMap<Key, Instant>>);

/// One that tries: an address, alone or with the name that is tried.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    address: IpAddr,
    name: Option<Box<str>>,
}

/// A try that was taken; give it back if it was right.
#[must_use]
pub(crate) struct Try(Vec<(Key, Rate)>);

/// So many at once, and then one in each pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rate {
    pub tries: u32,
    pub pause: Duration,
}

impl Throttle {
    /// Takes a try under this name from there.
    ///
    /// # Errors
    /// `too-many-requests` with the time to wait; then nothing is taken.
    pub fn take(&self, name: &str, peer: Peer, now: Instant) -> Result<Try, Refusal> {
        self.spend(Some(name.to_lowercase().into()), peer, now)
    }

    /// Takes a try from there of somebody who brings no name.
    ///
    /// # Errors
    /// As for [`Throttle::take`].
    pub fn take_nameless(&self, peer: Peer, now: Instant) -> Result<Try, Refusal> {
        self.spend(None, peer, now)
    }

    fn spend(&self, name: Option<Box<str>>, peer: Peer, now: Instant) -> Result<Try, Refusal> {
        let Peer::Tcp(address) = peer else {
            return Ok(Try(Vec::new()));
        };
        let address = household(address.ip());
        let by_name = name.map(|name| {
            (
                Key {
                    address,
                    name: Some(name),
                },
                BY_NAME,
            )
        });
        let by_address = (
            Key {
                address,
                name: None,
            },
            BY_ADDRESS,
        );
        let keys: Vec<_> = by_name.into_iter().chain([by_address]).collect();
        let mut table = self.table();
        for (key, rate) in &keys {
            let spent = table.get(key).copied().unwrap_or(now).max(now);
            let wait = (spent + rate.pause).saturating_duration_since(now + rate.whole());
            if !wait.is_zero() {
                return Err(Refusal::too_many(wait));
            }
        }
        make_room(&mut table, limits::SIGN_INS_REMEMBERED, now);
        for (key, rate) in &keys {
            let spent = table.entry(key.clone()).or_insert(now);
            *spent = (*spent).max(now) + rate.pause;
        }
        Ok(Try(keys))
    }

    /// Gives a try back, and with it what was tried under the same name before.
    pub fn was_right(&self, taken: Try, now: Instant) {
        let mut table = self.table();
        for (key, rate) in taken.0 {
            if key.name.is_some() {
                table.remove(&key);
            } else if let Some(spent) = table.get_mut(&key) {
                *spent = spent.checked_sub(rate.pause).unwrap_or(now);
            }
        }
    }

    /// For each, when all its tries are there again.
    fn table(&self) -> MutexGuard<'_, HashMap<Key, Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Rate {
    /// How long all of them take to come back.
    pub fn whole(self) -> Duration {
        self.pause * self.tries
    }
}

/// Forgets those that have all their tries; if that is nobody, those that have most.
pub(crate) fn make_room<K: Eq + Hash>(table: &mut HashMap<K, Instant>, most: usize, now: Instant) {
    if table.len() + 2 <= most {
        return;
    }
    table.retain(|_, full_at| *full_at > now);
    if table.len() + 2 > most {
        let mut all: Vec<Instant> = table.values().copied().collect();
        let (_, median, _) = all.select_nth_unstable(most / 2);
        let median = *median;
        table.retain(|_, full_at| *full_at > median);
    }
}

/// One household has 2^64 addresses of IPv6.
pub(crate) fn household(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => {
            let mut parts = address.segments();
            parts[4..].fill(0);
            IpAddr::V6(parts.into())
        }
    }
}

const BY_NAME: Rate = Rate {
    tries: limits::SIGN_IN_NAME_TRIES,
    pause: limits::SIGN_IN_NAME_PAUSE,
};
const BY_ADDRESS: Rate = Rate {
    tries: limits::SIGN_IN_ADDRESS_TRIES,
    pause: limits::SIGN_IN_ADDRESS_PAUSE,
};

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(address: &str) -> Peer {
        let address: IpAddr = address.parse().expect("an address");
        Peer::Tcp((address, 1).into())
    }

    #[test]
    fn guessing_under_one_name_is_slowed_down_there_and_nowhere_else() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        let guesser = peer("2001:db8::1");
        for _ in 0..limits::SIGN_IN_NAME_TRIES {
            assert!(throttle.take("Anna", guesser, now).is_ok());
        }
        assert!(throttle.take("anna", peer("2001:db8::2"), now).is_err());
        assert!(throttle.take("anna", peer("192.0.2.1"), now).is_ok());
        assert!(throttle.take("bert", guesser, now).is_ok());
        assert!(throttle.take("anna", Peer::Unix, now).is_ok());
        let later = now + limits::SIGN_IN_NAME_PAUSE;
        assert!(throttle.take("anna", guesser, later).is_ok());
        assert!(throttle.take("anna", guesser, later).is_err());
    }

    #[test]
    fn guessing_names_is_slowed_down_too() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        let guesser = peer("192.0.2.1");
        for number in 0..limits::SIGN_IN_ADDRESS_TRIES {
            let name = format!("user{number}");
            assert!(throttle.take(&name, guesser, now).is_ok());
        }
        assert!(throttle.take("another", guesser, now).is_err());
    }

    #[test]
    fn those_without_a_name_have_as_many_tries_as_their_address() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        let office = peer("192.0.2.1");
        for _ in 0..limits::SIGN_IN_ADDRESS_TRIES {
            assert!(throttle.take_nameless(office, now).is_ok());
        }
        assert!(throttle.take_nameless(office, now).is_err());
        assert!(throttle.take_nameless(peer("192.0.2.2"), now).is_ok());
        let taken = throttle.take_nameless(office, now + limits::SIGN_IN_ADDRESS_PAUSE);
        throttle.was_right(taken.expect("one came back"), now);
        assert!(
            throttle
                .take_nameless(office, now + limits::SIGN_IN_ADDRESS_PAUSE)
                .is_ok()
        );
    }

    #[test]
    fn whoever_is_right_never_waits() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        for _ in 0..1_000 {
            let taken = throttle.take("anna", peer("192.0.2.1"), now);
            throttle.was_right(taken.expect("heard"), now);
        }
    }

    #[test]
    fn what_is_remembered_has_an_end() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        for number in 0..20_000_u32 {
            let address = IpAddr::V4(number.into());
            let taken = throttle.take("anna", Peer::Tcp((address, 1).into()), now);
            assert!(taken.is_ok());
            assert!(throttle.table().len() <= limits::SIGN_INS_REMEMBERED);
        }
    }
}
