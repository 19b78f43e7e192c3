//! Wakes the courier when something is due; each webhook has a turn of its own.

use std::collections::BTreeSet;
use std::time::Duration;

use conclave_model::{UnixMillis, WebhookId, limits};
use conclave_store::StoreError;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

use crate::Courier;

impl Courier {
    /// Delivers until `closing` is true. What is under way then is tried again after the next
    /// start.
    pub async fn run(self, mut closing: watch::Receiver<bool>) {
        tokio::select! {
            () = self.deliver() => {}
            // An error means that whoever would have said so is gone.
            _ = closing.wait_for(|closing| *closing) => {}
        }
    }

    async fn deliver(&self) {
        let mut busy = BTreeSet::new();
        let mut turns = JoinSet::new();
        let mut cleaning = Instant::now();
        loop {
            let wait = match self.begin_turns(&mut busy, &mut turns).await {
                Ok(wait) => wait,
                Err(error) => {
                    tracing::error!(%error, "webhooks cannot be looked after");
                    LOOK_AGAIN
                }
            };
            tokio::select! {
                Some(ended) = turns.join_next() => {
                    match ended {
                        Ok(webhook) => {
                            busy.remove(&webhook);
                        }
                        // Which it was is not known: an event sent twice is better than none.
                        Err(_) => busy.clear(),
                    }
                }
                () = self.0.more.notified() => {}
                () = sleep(wait) => {}
                () = sleep_until(cleaning) => {
                    self.forget().await;
                    cleaning = Instant::now() + FORGET_EVERY;
                }
            }
        }
    }

    /// A turn for every webhook that has something due and has none; says when to look again.
    async fn begin_turns(
        &self,
        busy: &mut BTreeSet<WebhookId>,
        turns: &mut JoinSet<WebhookId>,
    ) -> Result<Duration, StoreError> {
        let now = (self.0.now)();
        let mut wait = LOOK_AGAIN;
        for (webhook, due_at) in self.0.store.deliveries_next().await? {
            if busy.contains(&webhook) {
                continue;
            }
            if due_at > now {
                wait = wait.min(Duration::from_millis(due_at.0 - now.0));
                continue;
            }
            busy.insert(webhook);
            let courier = self.clone();
            turns.spawn(async move {
                if let Err(error) = courier.turn(webhook).await {
                    tracing::error!(%error, "a webhook's turn failed");
                    sleep(AFTER_FAILURE).await;
                }
                webhook
            });
        }
        Ok(wait)
    }

    async fn forget(&self) {
        let log_ms = u64::try_from(limits::WEBHOOK_LOG.as_millis()).unwrap_or(u64::MAX);
        let before = UnixMillis((self.0.now)().0.saturating_sub(log_ms));
        let store = &self.0.store;
        let forgotten = store.forget_deliveries(before, limits::WEBHOOK_LOG_ROWS);
        if let Err(error) = forgotten.await {
            tracing::error!(%error, "old deliveries could not be forgotten");
        }
    }
}

/// Whatever happens, nothing due is found later than this.
const LOOK_AGAIN: Duration = Duration::from_secs(60);
/// A database that failed is not asked again at once.
const AFTER_FAILURE: Duration = Duration::from_secs(5);
const FORGET_EVERY: Duration = Duration::from_secs(600);
