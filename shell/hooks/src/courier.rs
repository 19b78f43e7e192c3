//! Takes events for webhooks in and looks after what waits; the sending is in `trip`.

use std::sync::{Arc, Mutex, PoisonError};

use conclave_api::{Event, mask_callers};
use conclave_fetch::Fetcher;
use conclave_model::{
    Chance, Delivery, DeliveryId, DeliveryState, NumbersShown, UnixMillis, Webhook, WebhookId,
    limits,
};
use conclave_store::{Store, StoreError};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::{Outcome, Tally};

/// What the time is; a test has its own.
pub type Now = Arc<dyn Fn() -> UnixMillis + Send + Sync>;

/// Sends events to webhooks; cheap to clone.
///
/// What is to be sent is in the store first, so that neither a slow receiver nor a restart loses
/// it. A receiver may see an event twice, under the same `webhook-id`.
#[derive(Clone)]
pub struct Courier(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub store: Arc<Store>,
    pub fetcher: Fetcher,
    pub now: Now,
    /// Tells the public.
    pub tell: Box<dyn Fn(Event) + Send + Sync>,
    pub tally: Tally,
    /// Something waits that did not before.
    pub more: Notify,
    mint: Mutex<Mint>,
    enabled: Mutex<Enabled>,
}

/// Where ids come from.
struct Mint {
    chance: Chance,
    /// The moment in the newest delivery's id.
    newest: UnixMillis,
}

/// The webhooks that are enabled, as they were last read.
#[derive(Default)]
struct Enabled {
    known: Option<Arc<Vec<Webhook>>>,
    /// How often they have changed: what was read before is not kept after.
    changes: u64,
}

/// An event as it goes over the stream.
pub struct News {
    pub type_name: &'static str,
    /// `id`, `time`, `type`, `data` and perhaps `by`.
    pub json: Value,
}

impl Courier {
    #[must_use]
    pub fn new(
        store: Arc<Store>,
        fetcher: Fetcher,
        chance: Chance,
        now: Now,
        tell: Box<dyn Fn(Event) + Send + Sync>,
    ) -> Self {
        Self(Arc::new(Inner {
            store,
            fetcher,
            now,
            tell,
            tally: Tally::default(),
            more: Notify::new(),
            mint: Mutex::new(Mint {
                chance,
                newest: UnixMillis(0),
            }),
            enabled: Mutex::default(),
        }))
    }

    /// Keeps these events for every webhook that wants them.
    ///
    /// # Errors
    /// When they cannot be kept; then none is.
    pub async fn take(&self, news: &[News]) -> Result<(), StoreError> {
        let enabled = self.enabled().await?;
        let wanted = news.iter().flat_map(|news| {
            let wants = |webhook: &&Webhook| webhook.types.iter().any(|one| one == news.type_name);
            let webhooks = enabled.iter().filter(wants);
            webhooks.map(|webhook| self.delivery(webhook, news.type_name, body_of(news, webhook)))
        });
        let deliveries: Vec<Delivery> = wanted.collect();
        if deliveries.is_empty() {
            return Ok(());
        }
        let store = &self.0.store;
        let dropped = store
            .add_deliveries(&deliveries, limits::WEBHOOK_WAITING)
            .await?;
        self.0.tally.add(Outcome::Dropped, dropped);
        if dropped > 0 {
            tracing::warn!(dropped, "too many events wait for a webhook");
        }
        self.0.more.notify_one();
        Ok(())
    }

    /// Sends a `webhook.test` at once, and once; also to a webhook that is disabled.
    ///
    /// # Errors
    /// When it cannot be kept; that it was not taken is in the delivery.
    pub async fn test(&self, webhook: &Webhook) -> Result<Delivery, StoreError> {
        let time = conclave_api::rfc3339((self.0.now)());
        let data = json!({"webhook": webhook.id.to_string(), "note": webhook.note});
        let body = json!({"type": TEST, "timestamp": time, "data": data}).to_string();
        let mut delivery = self.delivery(webhook, TEST, body);
        // Not waiting: nobody else is to send it.
        delivery.state = DeliveryState::Failed;
        self.0
            .store
            .add_deliveries(std::slice::from_ref(&delivery), u64::MAX >> 1)
            .await?;
        let (attempt, _) = self.attempt(webhook, &delivery).await;
        delivery.state = match attempt.error {
            None => DeliveryState::Delivered,
            Some(_) => DeliveryState::Failed,
        };
        let store = &self.0.store;
        store
            .note_attempt(delivery.id, &attempt, delivery.state)
            .await?;
        delivery.attempts = 1;
        delivery.last = Some(attempt);
        Ok(delivery)
    }

    /// Sends a delivery again, under the id it had.
    ///
    /// # Errors
    /// Whatever a database can do.
    pub async fn redeliver(&self, webhook: WebhookId, id: DeliveryId) -> Result<bool, StoreError> {
        let found = self.0.store.redeliver(webhook, id, (self.0.now)()).await?;
        self.0.more.notify_one();
        Ok(found)
    }

    /// To be called when a webhook was made, changed or removed.
    pub fn changed(&self) {
        let mut enabled = lock(&self.0.enabled);
        enabled.known = None;
        enabled.changes += 1;
        drop(enabled);
        self.0.more.notify_one();
    }

    /// How deliveries went since the start.
    #[must_use]
    pub fn tally(&self) -> &Tally {
        &self.0.tally
    }

    /// Random numbers for a moment.
    pub fn with_chance<T>(&self, draw: impl FnOnce(&mut Chance) -> T) -> T {
        draw(&mut lock(&self.0.mint).chance)
    }

    async fn enabled(&self) -> Result<Arc<Vec<Webhook>>, StoreError> {
        let changes = {
            let enabled = lock(&self.0.enabled);
            if let Some(known) = &enabled.known {
                return Ok(Arc::clone(known));
            }
            enabled.changes
        };
        let mut all = self.0.store.load_webhooks().await?;
        all.retain(|webhook| webhook.enabled);
        let all = Arc::new(all);
        let mut enabled = lock(&self.0.enabled);
        if enabled.changes == changes {
            enabled.known = Some(Arc::clone(&all));
        }
        drop(enabled);
        Ok(all)
    }

    fn delivery(&self, webhook: &Webhook, event_type: &str, body: String) -> Delivery {
        let now = (self.0.now)();
        Delivery {
            id: lock(&self.0.mint).delivery_id(now),
            webhook: webhook.id,
            event_type: event_type.to_owned(),
            body,
            created_at: now,
            state: DeliveryState::Waiting { due_at: now },
            attempts: 0,
            last: None,
        }
    }
}

impl Mint {
    /// Ids sort as the events came, also those of one millisecond.
    fn delivery_id(&mut self, now: UnixMillis) -> DeliveryId {
        self.newest = UnixMillis(now.0.max(self.newest.0 + 1));
        DeliveryId::mint(self.newest, &mut self.chance)
    }
}

/// Type, time and data, as Standard Webhooks has them, and who did it where that is told.
fn body_of(news: &News, webhook: &Webhook) -> String {
    let mut data = news.json.get("data").cloned().unwrap_or(Value::Null);
    match webhook.numbers {
        NumbersShown::Full => {}
        NumbersShown::Masked => mask_callers(&mut data),
    }
    let time = news.json.get("time").cloned().unwrap_or(Value::Null);
    let mut body = json!({"type": news.type_name, "timestamp": time, "data": data});
    if let Some(by) = news.json.get("by") {
        body["by"] = by.clone();
    }
    body.to_string()
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

const TEST: &str = "webhook.test";
