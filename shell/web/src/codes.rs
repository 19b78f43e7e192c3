//! One-time codes: shown on the console, good for one sign-in, gone after a while.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use conclave_model::{UnixMillis, limits};
use subtle::ConstantTimeEq;

/// The one code that is good now, if any.
#[derive(Clone, Default)]
pub struct OneTimeCodes(Arc<Mutex<Option<Open>>>);

struct Open {
    code: String,
    until: UnixMillis,
    tries_left: u8,
}

impl OneTimeCodes {
    /// Makes a code, such as `K7QM-2XVB`; the one before is void.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub fn make(&self, now: UnixMillis) -> Result<String, getrandom::Error> {
        let mut random = [0_u8; 8];
        getrandom::fill(&mut random)?;
        let letters = random.map(|byte| char::from(LETTERS[usize::from(byte & 31)]));
        let code: String = letters.iter().collect();
        let valid_ms = u64::try_from(limits::SIGN_IN_CODE.as_millis()).unwrap_or(u64::MAX);
        *self.lock() = Some(Open {
            code: code.clone(),
            until: UnixMillis(now.0.saturating_add(valid_ms)),
            tries_left: limits::SIGN_IN_CODE_TRIES,
        });
        Ok(format!("{}-{}", &code[..4], &code[4..]))
    }

    /// Uses the code up; false when it is not the one, or too late.
    pub(crate) fn redeem(&self, typed: &str, now: UnixMillis) -> bool {
        let mut open = self.lock();
        let Some(code) = open.as_mut() else {
            return false;
        };
        let typed: String = typed
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|letter| letter.to_ascii_uppercase())
            .collect();
        let right = bool::from(typed.as_bytes().ct_eq(code.code.as_bytes()));
        code.tries_left -= 1;
        let good = right && now <= code.until;
        if good || code.tries_left == 0 || now > code.until {
            *open = None;
        }
        good
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Open>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for OneTimeCodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OneTimeCodes(••••)")
    }
}

/// 32 of them, five bits each; none is taken for another when read from a screen.
const LETTERS: [u8; 32] = *b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixMillis = UnixMillis(1_000_000);

    #[test]
    fn a_code_opens_once_however_it_is_typed() {
        let codes = OneTimeCodes::default();
        let code = codes.make(NOW).expect("randomness");
        let typed = format!(" {} ", code.to_lowercase().replace('-', " "));
        assert!(codes.redeem(&typed, NOW));
        assert!(!codes.redeem(&code, NOW));
    }

    #[test]
    fn a_code_is_void_after_its_time_and_after_too_many_tries() {
        let codes = OneTimeCodes::default();
        let code = codes.make(NOW).expect("randomness");
        let later = u64::try_from(limits::SIGN_IN_CODE.as_millis()).expect("short") + 1;
        assert!(!codes.redeem(&code, UnixMillis(NOW.0 + later)));
        let code = codes.make(NOW).expect("randomness");
        for _ in 0..limits::SIGN_IN_CODE_TRIES {
            assert!(!codes.redeem("AAAA-AAAA0", NOW));
        }
        assert!(!codes.redeem(&code, NOW));
    }
}
