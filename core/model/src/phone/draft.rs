//! An account that is about to be made or changed; checks nothing that others know.

use super::{PhoneNumber, PhonePassword, PhonePin, PhoneUser};
use crate::{SrtpPolicy, Title};

/// An account to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneDraft {
    pub user: PhoneUser,
    pub name: Title,
    pub number: Option<PhoneNumber>,
    /// `None`: one is invented.
    pub password: Option<PhonePassword>,
    /// `None`: as the server has it.
    pub srtp: Option<SrtpPolicy>,
    pub pin: PhonePin,
    pub enabled: bool,
}

/// The fields to change; `None` leaves a field as it is. The user stays: the hashes hold it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PhonePatch {
    pub name: Option<Title>,
    pub number: Option<Option<PhoneNumber>>,
    pub srtp: Option<Option<SrtpPolicy>>,
    pub pin: Option<PhonePin>,
    pub enabled: Option<bool>,
}
