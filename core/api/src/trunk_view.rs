//! Trunks as they are shown and sent, never with their password; judges nothing.

use std::collections::BTreeMap;

use conclave_model::{TrunkRecord, TrunkSetting};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rfc3339;

/// Another telephone system or a carrier: how we are attached to it, and how it does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TrunkView {
    #[schema(example = "tr_0193a6c1b2f07c3e9d5a4b6c7d8e9f00")]
    pub id: String,
    #[schema(example = "Head office")]
    pub name: String,
    /// The template that it was made from; empty for none.
    #[schema(example = "asterisk")]
    pub template: String,
    pub enabled: bool,
    /// `address`: known by its address; `registering`: we register with it.
    #[schema(example = "registering")]
    pub kind: String,
    /// A name or an address, with `:PORT` if need be.
    #[schema(example = "pbx.example.com")]
    pub host: String,
    /// `auto`, `udp`, `tcp` or `tls`.
    #[schema(example = "udp")]
    pub transport: String,
    /// Where requests go in place of the host; empty for none.
    #[schema(example = "edge.example.com")]
    pub outbound_proxy: String,
    #[schema(example = "801")]
    pub user: String,
    /// The name that goes with the password; empty: the user.
    #[schema(example = "conclave-801")]
    pub auth_user: String,
    /// Whether a password is kept; it is never shown.
    pub has_secret: bool,
    /// The domain of our own addresses; empty: the host.
    #[schema(example = "example.com")]
    pub from_domain: String,
    #[schema(example = 600)]
    pub expires_s: u32,
    /// `auto`, `request-uri`, `to` or `p-called-party-id`.
    #[schema(example = "auto")]
    pub number_in: String,
    /// `auto`, `from`, `pai`, `ppi` or `rpid`.
    #[schema(example = "auto")]
    pub caller_in: String,
    /// What it asserts of a caller is believed.
    pub trusted: bool,
    /// A caller who withholds the number is shown without one.
    pub privacy: bool,
    /// Seconds from one OPTIONS to the next; 0 for none.
    #[schema(example = 60)]
    pub options_s: u32,
    /// Networks that calls come from, beside the addresses of the host.
    #[schema(example = json!(["192.0.2.0/28"]))]
    pub allowed: Vec<String>,
    /// `auto`, `inside` or `outside`: whether its callers dial extensions. `auto`: those from a
    /// private network do.
    #[schema(example = "auto")]
    pub callers: String,
    /// The extension that calls reach whose number leads nowhere; empty for none.
    #[schema(example = "801")]
    pub target: String,
    /// At once; 0: as many as the server takes.
    #[schema(example = 30)]
    pub max_calls: u32,
    /// `off`, `offered` or `required`.
    #[schema(example = "off")]
    pub srtp: String,
    #[schema(format = DateTime)]
    pub created_at: String,
    pub version: u64,
    pub status: TrunkStatusView,
}

/// How a trunk does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TrunkStatusView {
    pub state: TrunkStateName,
    #[schema(format = DateTime)]
    pub since: String,
    /// From our last request to its answer.
    #[schema(required, example = 12)]
    pub latency_ms: Option<u64>,
    /// Where our requests go: `udp:192.0.2.10:5060`.
    #[schema(required, example = "udp:192.0.2.10:5060")]
    pub remote: Option<String>,
    /// What the other side calls itself.
    #[schema(required, example = "Asterisk PBX 20.5.0")]
    pub server: Option<String>,
    /// Our address as the other side sees it.
    #[schema(required, example = "192.0.2.1:5060")]
    pub seen_as: Option<String>,
    #[schema(required, format = DateTime)]
    pub registered_until: Option<String>,
    /// The last thing that went wrong, in plain words.
    #[schema(required, example = "no answer from 192.0.2.10:5060")]
    pub last_problem: Option<String>,
    #[schema(required, format = DateTime)]
    pub last_problem_at: Option<String>,
    /// Calls over it now.
    #[schema(example = 3)]
    pub calls: u64,
}

/// Whether calls can be expected over a trunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum TrunkStateName {
    /// Nothing is known yet.
    Starting,
    Up,
    Down,
    /// Nobody asks whether it is there.
    Unwatched,
    Disabled,
}

impl TrunkStateName {
    /// As in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            TrunkStateName::Starting => "starting",
            TrunkStateName::Up => "up",
            TrunkStateName::Down => "down",
            TrunkStateName::Unwatched => "unwatched",
            TrunkStateName::Disabled => "disabled",
        }
    }
}

/// What one OPTIONS to a trunk brought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TrunkTestView {
    /// Somebody answered, whatever they said.
    pub answered: bool,
    /// Of the answer.
    #[schema(required, example = 200)]
    pub status: Option<u16>,
    #[schema(required, example = 12)]
    pub took_ms: Option<u64>,
    /// In plain words.
    #[schema(example = "192.0.2.10:5060 answered 200 OK in 12 ms")]
    pub sentence: String,
}

/// How one telephone system or carrier wants to be attached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TrunkTemplateView {
    #[serde(default)]
    #[schema(example = "asterisk")]
    pub name: String,
    #[schema(example = "Asterisk, FreePBX")]
    pub title: String,
    pub group: TrunkGroup,
    /// What is done on the other side, by language.
    pub hint: BTreeMap<String, String>,
    /// What has to be asked for, in this order.
    #[schema(example = json!(["host", "user", "secret"]))]
    pub asks: Vec<String>,
    /// Every setting that is not at its default, as text.
    #[schema(example = json!({"kind": "registering"}))]
    pub settings: BTreeMap<String, String>,
}

/// What is at the other side of a trunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum TrunkGroup {
    /// A telephone system.
    System,
    /// A carrier.
    Carrier,
}

impl TrunkView {
    #[must_use]
    pub fn of(record: &TrunkRecord, status: TrunkStatusView) -> Self {
        let text = |setting: TrunkSetting| setting.of(record);
        Self {
            id: record.id.to_string(),
            name: text(TrunkSetting::Name),
            template: text(TrunkSetting::Template),
            enabled: record.enabled,
            kind: text(TrunkSetting::Kind),
            host: text(TrunkSetting::Host),
            transport: text(TrunkSetting::Transport),
            outbound_proxy: text(TrunkSetting::OutboundProxy),
            user: text(TrunkSetting::User),
            auth_user: text(TrunkSetting::AuthUser),
            has_secret: record.secret.is_some(),
            from_domain: text(TrunkSetting::FromDomain),
            expires_s: record.expires_s,
            number_in: text(TrunkSetting::NumberIn),
            caller_in: text(TrunkSetting::CallerIn),
            trusted: record.trusted,
            privacy: record.privacy,
            options_s: record.options_s,
            allowed: record.allowed.iter().map(ToString::to_string).collect(),
            callers: text(TrunkSetting::Callers),
            target: text(TrunkSetting::Target),
            max_calls: record.max_calls,
            srtp: text(TrunkSetting::Srtp),
            created_at: rfc3339(record.created_at),
            version: record.version,
            status,
        }
    }
}
