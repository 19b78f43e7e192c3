//! One attempt to deliver an event, and what follows from how it went.

use std::time::{Duration, Instant};

use conclave_api::{Event, Happening, WebhookRef};
use conclave_fetch::{Answer, Asked};
use conclave_model::{
    Attempt, Delivery, DeliveryState, UnixMillis, Webhook, WebhookId, limits, retry_after,
};
use conclave_store::{AuditRow, StoreError};
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use hyper::{HeaderMap, Method};
use tokio::task::JoinSet;

use crate::signature::signatures;
use crate::{Courier, Outcome};

impl Courier {
    /// Tries what is due for this webhook, a few at a time; says whether there was anything.
    ///
    /// # Errors
    /// Whatever a database can do; then the same is tried again.
    pub async fn turn(&self, id: WebhookId) -> Result<bool, StoreError> {
        let store = &self.0.store;
        let due = store
            .deliveries_due(id, (self.0.now)(), limits::WEBHOOK_AT_ONCE)
            .await?;
        let Some(webhook) = store.webhook(id).await? else {
            return Ok(false);
        };
        let any = !due.is_empty();
        let mut trips = JoinSet::new();
        for delivery in due {
            let (courier, webhook) = (self.clone(), webhook.clone());
            trips.spawn(async move { courier.trip(&webhook, delivery).await });
        }
        let mut ended = Ok(any);
        while let Some(trip) = trips.join_next().await {
            match trip {
                Ok(Ok(())) => {}
                Ok(Err(error)) => ended = Err(error),
                Err(error) => tracing::error!(%error, "a delivery ended by itself"),
            }
        }
        ended
    }

    async fn trip(&self, webhook: &Webhook, delivery: Delivery) -> Result<(), StoreError> {
        let (attempt, asked_to_wait) = self.attempt(webhook, &delivery).await;
        let store = &self.0.store;
        let (at, status) = (attempt.at, attempt.status);
        if attempt.error.is_none() {
            self.0.tally.add(Outcome::Delivered, 1);
            store
                .note_attempt(delivery.id, &attempt, DeliveryState::Delivered)
                .await?;
            return store.note_webhook_failing(webhook.id, None).await;
        }
        let tried = delivery.attempts + 1;
        let wait = self.with_chance(|chance| retry_after(tried, chance));
        let is_gone = status == Some(GONE);
        let state = match wait {
            Some(wait) if !is_gone => DeliveryState::Waiting {
                // From now, not from when it began: a receiver that hangs is let be as long.
                due_at: later((self.0.now)(), wait.max(asked_to_wait)),
            },
            Some(_) | None => DeliveryState::Failed,
        };
        self.0.tally.add(outcome(state), 1);
        store.note_attempt(delivery.id, &attempt, state).await?;
        store.note_webhook_failing(webhook.id, Some(at)).await?;
        if is_gone {
            return self
                .disable(webhook, "the receiver says that it is gone (410)")
                .await;
        }
        // Only a delivery that was tried to the end says that the receiver is not only away.
        let since = webhook.failing_since.unwrap_or(at);
        if state == DeliveryState::Failed && later(since, limits::WEBHOOK_FAILING) <= at {
            let why = "the receiver took nothing for five days";
            return self.disable(webhook, why).await;
        }
        Ok(())
    }

    /// Sends once. What went wrong is in the attempt; beside it how long the receiver asks to be
    /// left alone.
    pub(crate) async fn attempt(
        &self,
        webhook: &Webhook,
        delivery: &Delivery,
    ) -> (Attempt, Duration) {
        let at = (self.0.now)();
        let begun = Instant::now();
        let asked = Asked {
            method: Method::POST,
            url: &webhook.url,
            headers: headers(webhook, delivery, at),
            body: Bytes::from(delivery.body.clone()),
        };
        let (status, error, wait) = match self.0.fetcher.ask(asked).await {
            Ok(answer) => {
                let error = refused(answer.status);
                (Some(answer.status), error, asked_to_wait(&answer))
            }
            Err(error) => (None, Some(error.to_string()), Duration::ZERO),
        };
        let attempt = Attempt {
            at,
            status,
            error,
            took: begun.elapsed(),
        };
        (attempt, wait)
    }

    async fn disable(&self, webhook: &Webhook, why: &str) -> Result<(), StoreError> {
        let store = &self.0.store;
        if !store.disable_webhook(webhook.id, why).await? {
            return Ok(());
        }
        self.changed();
        tracing::warn!(webhook = %webhook.id, "a webhook was disabled: {why}");
        let at = (self.0.now)();
        store
            .append_audit(&AuditRow {
                id: 0,
                at,
                actor: "server".to_owned(),
                name: "the server".to_owned(),
                address: None,
                action: "webhook.disabled".to_owned(),
                object: webhook.id.to_string(),
                detail: why.to_owned(),
            })
            .await?;
        let what = Happening::WebhookDisabled(WebhookRef {
            webhook: webhook.id.to_string(),
            note: webhook.note.clone(),
            why: why.to_owned(),
        });
        (self.0.tell)(Event { at, what });
        Ok(())
    }
}

const fn outcome(state: DeliveryState) -> Outcome {
    match state {
        DeliveryState::Waiting { .. } => Outcome::Failed,
        DeliveryState::Delivered => Outcome::Delivered,
        DeliveryState::Failed => Outcome::GivenUp,
    }
}

fn headers(webhook: &Webhook, delivery: &Delivery, at: UnixMillis) -> HeaderMap {
    let id = delivery.id.to_string();
    let signed = signatures(webhook, &id, at, &delivery.body);
    let value = |text: &str| HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""));
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert("webhook-id", value(&id));
    headers.insert("webhook-timestamp", HeaderValue::from(at.0 / 1_000));
    headers.insert("webhook-signature", value(&signed));
    headers
}

/// Everything but 2xx is a refusal; a redirect is one too, because where it leads was not agreed.
fn refused(status: u16) -> Option<String> {
    match status {
        200..300 => None,
        300..400 => Some(format!(
            "the receiver answered {status}; redirects are not followed"
        )),
        _ => Some(format!("the receiver answered {status}")),
    }
}

/// `Retry-After` in seconds, but never longer than the longest wait of ours.
fn asked_to_wait(answer: &Answer) -> Duration {
    let seconds = answer.headers.get(RETRY_AFTER);
    let seconds = seconds.and_then(|value| value.to_str().ok()?.parse().ok());
    let longest = limits::WEBHOOK_RETRIES.into_iter().max();
    Duration::from_secs(seconds.unwrap_or(0)).min(longest.unwrap_or_default())
}

fn later(at: UnixMillis, by: Duration) -> UnixMillis {
    let millis = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
    UnixMillis(at.0.saturating_add(millis))
}

const GONE: u16 = 410;
