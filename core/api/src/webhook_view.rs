//! Webhooks and what became of each event sent to them, as they are shown.

use conclave_model::{Delivery, DeliveryState, UnixMillis, Webhook};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::rfc3339;

/// An address that is told what happens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WebhookView {
    #[schema(example = "wh_0193a6c1b2f07c3e9d5a4b6c7d8e9f00")]
    pub id: String,
    #[schema(example = "https://tickets.example.com/conclave")]
    pub url: String,
    /// What it is for.
    #[schema(example = "Ticket system")]
    pub note: String,
    /// The types of event it is told of.
    #[schema(example = json!(["session.started", "session.ended"]))]
    pub types: Vec<String>,
    /// `masked` or `full`: the numbers of callers.
    #[schema(example = "masked")]
    pub numbers: String,
    pub enabled: bool,
    /// Why it was disabled, unless somebody wanted so.
    #[schema(required)]
    pub disabled_why: Option<String>,
    /// The first failure since the last success.
    #[schema(required, format = DateTime)]
    pub failing_since: Option<String>,
    /// Events on their way to it.
    pub waiting: u64,
    /// Events that were lost because too many waited.
    pub dropped: u64,
    /// Who made it.
    pub created_by: String,
    #[schema(format = DateTime)]
    pub created_at: String,
}

/// A webhook that was just made, with its secret, which is never shown again.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WebhookMade {
    #[serde(flatten)]
    pub webhook: WebhookView,
    /// To check signatures with.
    #[schema(example = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD0Ea3zwLSl5E=")]
    pub secret: String,
}

/// A secret that was just made; it is never shown again.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WebhookSecret {
    /// To check signatures with.
    #[schema(example = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD0Ea3zwLSl5E=")]
    pub secret: String,
    /// Until then every event is signed with the secret before, too.
    #[schema(format = DateTime)]
    pub old_until: String,
}

/// A webhook as events name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WebhookRef {
    /// The webhook's id.
    pub webhook: String,
    pub note: String,
    /// Why it was disabled.
    pub why: String,
}

/// One event on its way to one webhook.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DeliveryView {
    /// What the receiver sees as `webhook-id`.
    #[schema(example = "msg_0193a6c1b2f07c3e9d5a4b6c7d8e9f00")]
    pub id: String,
    #[serde(rename = "type")]
    #[schema(example = "session.started")]
    pub event_type: String,
    pub state: DeliveryStateName,
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it is tried next.
    #[schema(required, format = DateTime)]
    pub due_at: Option<String>,
    pub attempts: u32,
    /// The last attempt.
    #[schema(required, format = DateTime)]
    pub attempted_at: Option<String>,
    /// What the receiver answered.
    #[schema(required, example = 204)]
    pub status: Option<u16>,
    /// What went wrong.
    #[schema(required)]
    pub error: Option<String>,
    pub took_ms: u64,
    /// What was sent.
    pub body: Value,
}

/// Where a delivery is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryStateName {
    Waiting,
    Delivered,
    Failed,
}

impl WebhookView {
    #[must_use]
    pub fn of(webhook: &Webhook, waiting: u64) -> Self {
        Self {
            id: webhook.id.to_string(),
            url: webhook.url.as_str().to_owned(),
            note: webhook.note.clone(),
            types: webhook.types.clone(),
            numbers: webhook.numbers.name().to_owned(),
            enabled: webhook.enabled,
            disabled_why: webhook.disabled_why.clone(),
            failing_since: webhook.failing_since.map(rfc3339),
            waiting,
            dropped: webhook.dropped,
            created_by: webhook.created_by.clone(),
            created_at: rfc3339(webhook.created_at),
        }
    }
}

impl WebhookSecret {
    #[must_use]
    pub fn new(secret: String, old_until: UnixMillis) -> Self {
        let old_until = rfc3339(old_until);
        Self { secret, old_until }
    }
}

impl DeliveryView {
    #[must_use]
    pub fn of(delivery: &Delivery) -> Self {
        let (state, due_at) = match delivery.state {
            DeliveryState::Waiting { due_at } => (DeliveryStateName::Waiting, Some(due_at)),
            DeliveryState::Delivered => (DeliveryStateName::Delivered, None),
            DeliveryState::Failed => (DeliveryStateName::Failed, None),
        };
        let last = delivery.last.as_ref();
        let took = last.map_or(0, |last| last.took.as_millis());
        Self {
            id: delivery.id.to_string(),
            event_type: delivery.event_type.clone(),
            state,
            created_at: rfc3339(delivery.created_at),
            due_at: due_at.map(rfc3339),
            attempts: delivery.attempts,
            attempted_at: last.map(|last| rfc3339(last.at)),
            status: last.and_then(|last| last.status),
            error: last.and_then(|last| last.error.clone()),
            took_ms: u64::try_from(took).unwrap_or(u64::MAX),
            body: serde_json::from_str(&delivery.body).unwrap_or(Value::Null),
        }
    }
}
