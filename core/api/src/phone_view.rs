//! Accounts of telephones and where those are, as they are shown; never holds a hash.

use conclave_model::{PhonePin, PhoneRecord, SrtpPolicy};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rfc3339;

/// An account with which telephones register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PhoneView {
    #[schema(example = "ph_0193a6c1b2f07c3e9d5a4b6c7d8e9f00")]
    pub id: String,
    /// What the telephone registers as.
    #[schema(example = "anna")]
    pub user: String,
    /// Who calls, as others in a room see it.
    #[schema(example = "Anna Huber")]
    pub name: String,
    /// The number that others see; null: the user stands in its place.
    #[schema(required, example = "201")]
    pub number: Option<String>,
    /// Encryption of its sound; null: as the server has it.
    #[schema(required)]
    pub srtp: Option<SrtpName>,
    /// Whether a room's PIN is asked of it.
    pub pin: PhonePinName,
    /// One that is not may neither register nor call.
    pub enabled: bool,
    /// How many telephones are registered with it now.
    pub registrations: u64,
    /// The server was given another `sip_domain` since: its password proves nothing any more, and
    /// it needs a new one.
    pub needs_password: bool,
    #[schema(format = DateTime)]
    pub created_at: String,
    /// Grows by one with every change; the ETag.
    pub version: u64,
}

/// Whether sound is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SrtpName {
    Off,
    Offered,
    Required,
}

/// Whether a room's PIN is asked of a telephone that proved its account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PhonePinName {
    /// As of everybody.
    Asks,
    /// It enters as one who gave the room's ordinary PIN.
    Skipped,
}

/// An account with a new password, which is never shown again.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PhoneMade {
    #[serde(flatten)]
    pub phone: PhoneView,
    /// To be typed into the telephone.
    #[schema(format = Password, example = "k7mpq2xwz4hnd8c3vrty")]
    pub password: String,
    /// The domain or realm that a telephone may ask for.
    #[schema(example = "conclave")]
    pub domain: String,
}

/// Where one telephone is. Texts are its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PhoneBindingView {
    /// The URI that it registered.
    #[schema(example = "sip:anna@192.0.2.7:5062")]
    pub contact: String,
    /// `udp`, `tcp`, `tls`, `ws` or `wss`.
    #[schema(example = "udp")]
    pub transport: String,
    /// Where it sent from.
    #[schema(example = "192.0.2.7:5062")]
    pub address: String,
    /// What it calls itself.
    #[schema(required, example = "baresip v1.0.0 (x86_64/linux)")]
    pub user_agent: Option<String>,
    /// The device's own id, if it has one (RFC 5626).
    #[schema(required, example = "<urn:uuid:00000000-0000-1000-8000-000a95a0e128>")]
    pub instance: Option<String>,
    /// It is reached through another server.
    pub via_proxy: bool,
    /// Seconds.
    pub expires_s: u64,
    #[schema(format = DateTime)]
    pub registered_at: String,
}

/// An account, as an event names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PhoneRef {
    /// The account's id.
    pub phone: String,
    #[schema(example = "anna")]
    pub user: String,
    #[schema(example = "Anna Huber")]
    pub name: String,
}

/// A telephone that registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PhoneSeen {
    #[serde(flatten)]
    pub of: PhoneRef,
    #[serde(flatten)]
    pub at: PhoneBindingView,
}

/// A telephone that is not registered any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PhoneGone {
    #[serde(flatten)]
    pub of: PhoneRef,
    /// The URI that it had registered.
    #[schema(example = "sip:anna@192.0.2.7:5062")]
    pub contact: String,
    pub why: UnregisteredWhy,
}

/// Why a telephone is not registered any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnregisteredWhy {
    /// It said so.
    ByPhone,
    /// It did not renew in time.
    Expired,
    /// The connection that it was reached by has ended.
    StreamClosed,
    /// The account had more than are kept.
    MadeRoom,
    /// The account is gone, disabled, or has another password.
    AccountChanged,
}

impl std::fmt::Debug for PhoneMade {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PhoneMade")
            .field("phone", &self.phone)
            .finish_non_exhaustive()
    }
}

impl PhoneView {
    /// `domain` is the realm that passwords are proved for now.
    #[must_use]
    pub fn of(record: &PhoneRecord, domain: &str, registrations: usize) -> Self {
        Self {
            id: record.id.to_string(),
            user: record.user.to_string(),
            name: record.name.to_string(),
            number: record.number.as_ref().map(ToString::to_string),
            srtp: record.srtp.map(SrtpName::from),
            pin: record.pin.into(),
            enabled: record.enabled,
            registrations: registrations as u64,
            needs_password: record.realm != domain,
            created_at: rfc3339(record.created_at),
            version: record.version,
        }
    }
}

impl PhoneRef {
    #[must_use]
    pub fn of(record: &PhoneRecord) -> Self {
        Self {
            phone: record.id.to_string(),
            user: record.user.to_string(),
            name: record.name.to_string(),
        }
    }
}

impl From<SrtpPolicy> for SrtpName {
    fn from(policy: SrtpPolicy) -> Self {
        match policy {
            SrtpPolicy::Off => SrtpName::Off,
            SrtpPolicy::Offered => SrtpName::Offered,
            SrtpPolicy::Required => SrtpName::Required,
        }
    }
}

impl From<PhonePin> for PhonePinName {
    fn from(policy: PhonePin) -> Self {
        match policy {
            PhonePin::Asks => PhonePinName::Asks,
            PhonePin::Skipped => PhonePinName::Skipped,
        }
    }
}

impl UnregisteredWhy {
    /// What follows the telephone's name in a log.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            UnregisteredWhy::ByPhone => "unregistered",
            UnregisteredWhy::Expired => "did not renew its registration in time",
            UnregisteredWhy::StreamClosed => "closed the connection that it was reached by",
            UnregisteredWhy::MadeRoom => "was forgotten: too many registered with its account",
            UnregisteredWhy::AccountChanged => "was forgotten: its account has changed",
        }
    }
}
