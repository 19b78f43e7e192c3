//! What is kept of one account; knows nothing of where its telephones are.

use super::{PhoneNumber, PhonePin, PhoneUser};
use crate::{Ha1Set, PhoneId, SrtpPolicy, Title, UnixMillis};

/// An account with which telephones register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneRecord {
    pub id: PhoneId,
    pub user: PhoneUser,
    /// Who calls, as others in a room see it.
    pub name: Title,
    /// `None`: the user stands in its place.
    pub number: Option<PhoneNumber>,
    /// What the hashes were made for: with another realm they prove nothing.
    pub realm: String,
    pub ha1: Ha1Set,
    /// `None`: as the server has it.
    pub srtp: Option<SrtpPolicy>,
    pub pin: PhonePin,
    /// One that is not may neither register nor call.
    pub enabled: bool,
    pub created_at: UnixMillis,
    /// Counts from 1.
    pub version: u64,
}

impl PhoneRecord {
    /// What is shown as the caller's number.
    #[must_use]
    pub fn shown_number(&self) -> &str {
        let number = self.number.as_ref().map(PhoneNumber::as_str);
        number.unwrap_or(self.user.as_str())
    }
}
