//! Puts the courier of webhooks between the stream of events, the store and the network.

use std::path::Path;
use std::sync::Arc;

use conclave_fetch::{Fetcher, Trust};
use conclave_hooks::{Courier, News};
use conclave_model::{Chance, limits};
use conclave_store::Store;
use conclave_web::{EventFollower, EventHub, Told};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::serve::now;
use crate::settings::Settings;

/// A courier that tells the public what it must.
///
/// # Errors
/// When the operator's file of authorities is of no use.
pub fn courier(
    store: &Arc<Store>,
    settings: &Settings,
    events: &EventHub,
    chance: Chance,
) -> Result<Courier, String> {
    let events = events.clone();
    let trust = trust(settings.ca_file.as_deref())?;
    let fetcher = Fetcher::new(settings.webhook_networks, trust, limits::WEBHOOK_ANSWER);
    let tell = Box::new(move |event| events.publish(event));
    let courier = Courier::new(Arc::clone(store), fetcher, chance, Arc::new(now), tell);
    Ok(courier)
}

pub fn trust(file: Option<&Path>) -> Result<Trust, String> {
    let trust = Trust::system_and(file).map_err(|why| {
        let file = file.unwrap_or(Path::new(""));
        format!("ca_file: {}: {why}", file.display())
    })?;
    if trust.authorities() == 0 {
        tracing::warn!("webhooks over https are refused: this system trusts no authority");
    }
    Ok(trust)
}

/// Delivers, and takes every event in from now on, until `closing` is true; the last ones wait for
/// the next start.
pub fn run(
    courier: Courier,
    mut follower: EventFollower,
    closing: watch::Receiver<bool>,
) -> JoinHandle<()> {
    let mut ending = closing.clone();
    tokio::spawn(async move {
        let delivering = courier.clone().run(closing);
        let feeding = async {
            loop {
                let told = tokio::select! {
                    told = follower.next(EVENTS_AT_ONCE) => told,
                    // An error means that whoever would have said so is gone.
                    _ = ending.wait_for(|ending| *ending) => break,
                };
                feed(&courier, &told).await;
            }
            // Every room ended with the server, and that is news too.
            loop {
                let told = follower.waiting(EVENTS_AT_ONCE);
                if told.is_empty() {
                    break;
                }
                feed(&courier, &told).await;
            }
        };
        tokio::join!(delivering, feeding);
    })
}

async fn feed(courier: &Courier, told: &[Told]) {
    let news: Vec<News> = told.iter().filter_map(read).collect();
    if let Err(error) = courier.take(&news).await {
        tracing::error!(%error, "events are lost to the webhooks");
    }
}

fn read(told: &Told) -> Option<News> {
    if told.type_name == "gap" {
        tracing::warn!("events are lost to the webhooks: they came faster than they are kept");
    }
    Some(News {
        type_name: told.type_name,
        json: serde_json::from_slice(&told.json).ok()?,
    })
}

/// Kept with one write.
const EVENTS_AT_ONCE: usize = 256;
