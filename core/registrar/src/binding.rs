//! One place where a telephone of an account is; judges no request.

use std::time::{Duration, Instant};

use conclave_model::{PhoneId, RegistrationRecord, UnixMillis, limits};
use conclave_sip::{ConnId, Path, Transport};

/// A flow of a telephone that registers over several (RFC 5626): together the two are unique
/// within an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    pub instance: String,
    pub reg_id: u32,
}

/// Texts are the telephone's: show, never trust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The URI of Contact.
    pub contact: String,
    /// What the device calls itself, whether or not it uses flows.
    pub instance: Option<String>,
    pub flow: Option<Flow>,
    /// Path (RFC 3327): through these a request to it goes.
    pub route: Vec<String>,
    /// The way its REGISTER came, and the one on which it is reached.
    pub path: Path,
    /// Another server stands between.
    pub via_proxy: bool,
    pub call_id: String,
    /// CSeq.
    pub sequence: u32,
    pub user_agent: Option<String>,
    pub since: UnixMillis,
    pub until: Instant,
}

impl Binding {
    /// Whether it is found over this stream alone: nobody can open another to it.
    #[must_use]
    pub fn ends_with(&self, conn: ConnId) -> bool {
        let is_flow = self.flow.is_some() || self.path.transport.is_web_socket();
        is_flow && !self.via_proxy && self.path.conn == Some(conn)
    }

    /// Rounded down, but never to 0, which would say that it is gone.
    #[must_use]
    pub fn left_s(&self, now: Instant) -> u64 {
        self.until.saturating_duration_since(now).as_secs().max(1)
    }

    /// `None`: a restart ends its stream, and it with that.
    pub(crate) fn kept(
        &self,
        phone: PhoneId,
        now: Instant,
        at: UnixMillis,
    ) -> Option<RegistrationRecord> {
        if self.path.conn.is_some_and(|conn| self.ends_with(conn)) {
            return None;
        }
        let left_ms = self.until.saturating_duration_since(now).as_millis();
        Some(RegistrationRecord {
            phone,
            contact: self.contact.clone(),
            instance: self.instance.clone(),
            reg_id: self.flow.as_ref().map(|flow| flow.reg_id),
            route: self.route.clone(),
            transport: self.path.transport.name().to_owned(),
            local: self.path.local,
            remote: self.path.remote,
            via_proxy: self.via_proxy,
            call_id: self.call_id.clone(),
            sequence: self.sequence,
            user_agent: self.user_agent.clone(),
            since: self.since,
            until: UnixMillis(at.0 + u64::try_from(left_ms).unwrap_or(u64::MAX)),
        })
    }

    /// `None` for one that ran out meanwhile, or that we cannot read any more.
    pub(crate) fn restored(kept: RegistrationRecord, now: Instant, at: UnixMillis) -> Option<Self> {
        let left_ms = kept.until.0.checked_sub(at.0).filter(|left| *left > 0)?;
        // A clock that was set back meanwhile would keep it for as long as it was wrong.
        let longest = Duration::from_secs(u64::from(*limits::PHONE_EXPIRES_S.end()));
        let flow = kept.instance.clone().zip(kept.reg_id);
        Some(Self {
            contact: kept.contact,
            instance: kept.instance,
            flow: flow.map(|(instance, reg_id)| Flow { instance, reg_id }),
            route: kept.route,
            path: Path {
                transport: Transport::from_name(&kept.transport)?,
                local: kept.local,
                remote: kept.remote,
                conn: None,
            },
            via_proxy: kept.via_proxy,
            call_id: kept.call_id,
            sequence: kept.sequence,
            user_agent: kept.user_agent,
            since: kept.since,
            until: now + Duration::from_millis(left_ms).min(longest),
        })
    }
}
