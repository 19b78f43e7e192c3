//! What is kept of one trunk; knows nothing of how it does.

use super::{
    CallerFrom, NumberFrom, TrunkCallers, TrunkHost, TrunkKind, TrunkSecret, TrunkTransport,
};
use crate::{
    Chance, Extension, FieldError, Network, SrtpPolicy, Title, TrunkId, UnixMillis, limits,
};

/// Another telephone system or a carrier, and how we are attached to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrunkRecord {
    pub id: TrunkId,
    pub name: Title,
    /// The template that it was made from; empty for none.
    pub template: String,
    /// One that is not is as if it were not there.
    pub enabled: bool,
    pub kind: TrunkKind,
    pub host: TrunkHost,
    pub transport: TrunkTransport,
    /// Requests go there in place of `host`, which they name.
    pub outbound_proxy: Option<TrunkHost>,
    /// The user part that is registered; empty for none.
    pub user: String,
    /// The name that goes with the password; empty: as `user`.
    pub auth_user: String,
    pub secret: Option<TrunkSecret>,
    /// The domain of From and To; empty: `host`.
    pub from_domain: String,
    /// The registration that is asked for; within [`limits::TRUNK_EXPIRES_S`].
    pub expires_s: u32,
    pub number_in: NumberFrom,
    pub caller_in: CallerFrom,
    /// What it asserts of a caller is believed (RFC 3325 §3).
    pub trusted: bool,
    /// A caller who wants to be private (RFC 3323, RFC 3325 §7) is shown without a number.
    pub privacy: bool,
    /// 0: no OPTIONS; else within [`limits::TRUNK_OPTIONS_S`].
    pub options_s: u32,
    /// Where its calls come from, beside the addresses of `host`.
    pub allowed: Vec<Network>,
    /// Whether they dial extensions.
    pub callers: TrunkCallers,
    /// The extension that calls reach whose number leads nowhere.
    pub target: Option<Extension>,
    /// At once; 0: as many as the server takes.
    pub max_calls: u32,
    pub srtp: SrtpPolicy,
    /// The user part of the Contact we register: it says of a call that it answers this
    /// registration, so nobody is shown it.
    pub line: String,
    pub created_at: UnixMillis,
    /// Counts from 1.
    pub version: u64,
}

impl TrunkRecord {
    /// A trunk with every setting at its default.
    #[must_use]
    pub fn new(name: Title, host: TrunkHost, at: UnixMillis, chance: &mut Chance) -> Self {
        let id = TrunkId::mint(at, chance);
        Self {
            id,
            name,
            template: String::new(),
            enabled: true,
            kind: TrunkKind::Address,
            host,
            transport: TrunkTransport::Udp,
            outbound_proxy: None,
            user: String::new(),
            auth_user: String::new(),
            secret: None,
            from_domain: String::new(),
            expires_s: EXPIRES_S,
            number_in: NumberFrom::Auto,
            caller_in: CallerFrom::Auto,
            trusted: true,
            privacy: true,
            options_s: OPTIONS_S,
            allowed: Vec::new(),
            callers: TrunkCallers::Auto,
            target: None,
            max_calls: 0,
            srtp: SrtpPolicy::Off,
            line: format!("c{:016x}{:08x}", chance.u64(), chance.u32()),
            created_at: at,
            version: 1,
        }
    }

    /// What must fit together: each setting alone was checked when it was read.
    ///
    /// # Errors
    /// Names the setting that is missing.
    pub fn check(&self) -> Result<(), FieldError> {
        if self.kind == TrunkKind::Registering && self.user.is_empty() {
            let accepted = "the user to register, for a trunk that registers";
            return Err(FieldError::new("user", "", accepted));
        }
        Ok(())
    }

    /// Where requests are sent.
    #[must_use]
    pub fn next_hop(&self) -> &TrunkHost {
        self.outbound_proxy.as_ref().unwrap_or(&self.host)
    }

    /// The domain that our own requests name.
    #[must_use]
    pub fn domain(&self) -> String {
        if self.from_domain.is_empty() {
            self.host.in_uri()
        } else {
            self.from_domain.clone()
        }
    }

    /// The name that goes with the password.
    #[must_use]
    pub fn digest_user(&self) -> &str {
        if self.auth_user.is_empty() {
            &self.user
        } else {
            &self.auth_user
        }
    }
}

/// What a registrar is asked for: a NAT forgets sooner, which OPTIONS keep open; a registrar that
/// wants another time says so.
const EXPIRES_S: u32 = 600;
/// As most telephone systems do.
const OPTIONS_S: u32 = 60;

const _: () = assert!(EXPIRES_S >= *limits::TRUNK_EXPIRES_S.start());
