//! A webhook, and what became of each event sent to it; sends nothing.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::{Chance, DeliveryId, FieldError, HttpUrl, UnixMillis, WebhookId, limits};

/// An address that is told what happens.
#[derive(Clone, PartialEq, Eq)]
pub struct Webhook {
    pub id: WebhookId,
    pub url: HttpUrl,
    /// What it is for, in the words of whoever made it.
    pub note: String,
    /// The types of event it is told of.
    pub types: Vec<String>,
    pub numbers: NumbersShown,
    /// The events of a webhook that is not enabled are not kept for it.
    pub enabled: bool,
    /// Why it was disabled, unless somebody wanted so.
    pub disabled_why: Option<String>,
    /// `whsec_` and base64; both ends sign with it.
    pub secret: String,
    /// Signs too, until then.
    pub old_secret: Option<(String, UnixMillis)>,
    pub created_by: String,
    pub created_at: UnixMillis,
    /// The first failure since the last success.
    pub failing_since: Option<UnixMillis>,
    /// Events that were lost because too many waited.
    pub dropped: u64,
}

/// Whether the numbers of callers are sent in full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumbersShown {
    Masked,
    Full,
}

/// One event on its way to one webhook.
#[derive(Clone, PartialEq, Eq)]
pub struct Delivery {
    pub id: DeliveryId,
    pub webhook: WebhookId,
    pub event_type: String,
    /// JSON, as it is signed and sent.
    pub body: String,
    pub created_at: UnixMillis,
    pub state: DeliveryState,
    pub attempts: u32,
    pub last: Option<Attempt>,
}

/// Where a delivery is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    Waiting {
        due_at: UnixMillis,
    },
    Delivered,
    /// Given up.
    Failed,
}

/// How one attempt went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    pub at: UnixMillis,
    /// What the receiver answered, if it did.
    pub status: Option<u16>,
    /// What went wrong, in words.
    pub error: Option<String>,
    pub took: Duration,
}

/// How long to wait after this many failed attempts: exponential, and up to a tenth shorter or
/// longer so that receivers are not met by everything at once. None: it is given up.
#[must_use]
pub fn retry_after(failed: u32, chance: &mut Chance) -> Option<Duration> {
    let index = usize::try_from(failed.checked_sub(1)?).ok()?;
    let plain = *limits::WEBHOOK_RETRIES.get(index)?;
    let per_mille = 900 + chance.below(201);
    Some(plain * per_mille / 1_000)
}

impl NumbersShown {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            NumbersShown::Masked => "masked",
            NumbersShown::Full => "full",
        }
    }
}

impl FromStr for NumbersShown {
    type Err = FieldError;

    fn from_str(text: &str) -> Result<Self, FieldError> {
        match text {
            "masked" => Ok(NumbersShown::Masked),
            "full" => Ok(NumbersShown::Full),
            _ => Err(FieldError::new("numbers", text, "masked or full")),
        }
    }
}

/// Without the secrets.
impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Webhook({}, {:?})", self.id, self.url)
    }
}

/// Without the body, which tells of people.
impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Delivery({}, {}, {:?})",
            self.id, self.event_type, self.state
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_come_later_and_later_and_end_after_three_days() {
        let mut chance = Chance::from_seed([3; 32]);
        let mut waits = Vec::new();
        while let Some(wait) =
            retry_after(u32::try_from(waits.len()).expect("few") + 1, &mut chance)
        {
            waits.push(wait);
        }
        assert_eq!(waits.len(), limits::WEBHOOK_RETRIES.len());
        assert!(waits.windows(2).all(|pair| pair[0] < pair[1]), "{waits:?}");
        let hours = waits.iter().sum::<Duration>().as_secs_f64() / 3_600.0;
        assert!((68.0..83.2).contains(&hours), "{hours}");
        assert_eq!(retry_after(0, &mut chance), None);
    }

    #[test]
    fn two_receivers_are_not_met_at_once() {
        let mut chance = Chance::from_seed([3; 32]);
        let one = retry_after(4, &mut chance);
        assert_ne!(one, retry_after(4, &mut chance));
    }
}
