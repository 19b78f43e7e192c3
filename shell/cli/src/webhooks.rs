//! `conclave webhooks`.

use conclave_api::{
    DeliveryStateName, DeliveryView, Page, WebhookMade, WebhookSecret, WebhookView, webhook_types,
};
use hyper::Method;
use serde_json::{Map, Value, json};

use crate::client::{Client, escape};
use crate::output::Output;
use crate::table::{Table, moment};
use crate::{Failure, WebhookSettings, WebhooksCommand};

pub(crate) async fn run(
    client: &Client,
    command: WebhooksCommand,
    output: &mut Output<'_>,
) -> Result<(), Failure> {
    match command {
        WebhooksCommand::Ls => {
            let page: Page<WebhookView> = client.get("/webhooks").await?;
            Ok(output.show(&page.items, table)?)
        }
        WebhooksCommand::Add { url, settings } => add(client, &url, settings, output).await,
        WebhooksCommand::Set {
            webhook,
            url,
            settings,
            on,
            off,
        } => {
            let mut body = body_of(settings);
            body.extend(url.map(|url| ("url".to_owned(), url.into())));
            if on || off {
                body.insert("enabled".to_owned(), on.into());
            }
            let path = path(client, &webhook).await?;
            let body = Value::Object(body);
            let set: WebhookView = client.send(Method::PATCH, &path, &body).await?;
            Ok(output.show(&set, one)?)
        }
        WebhooksCommand::Rm { webhook } => {
            client.delete(&path(client, &webhook).await?).await?;
            Ok(output.say("removed")?)
        }
        WebhooksCommand::Secret { webhook } => {
            let path = format!("{}/secret", path(client, &webhook).await?);
            let made: WebhookSecret = client.send(Method::POST, &path, &json!({})).await?;
            Ok(output.show(&made, |made| {
                let until = moment(&made.old_until);
                Table::pairs([("secret", made.secret.clone()), ("old one until", until)])
            })?)
        }
        WebhooksCommand::Test { webhook } => {
            let path = format!("{}/test", path(client, &webhook).await?);
            let sent: DeliveryView = client.send(Method::POST, &path, &json!({})).await?;
            let failed = sent.error.clone();
            output.show(&vec![sent], deliveries)?;
            match failed {
                None => Ok(()),
                Some(why) => Err(Failure::Strange(why)),
            }
        }
        WebhooksCommand::Deliveries { webhook, limit } => {
            let path = format!("{}/deliveries", path(client, &webhook).await?);
            let count_max = usize::try_from(limit).unwrap_or(usize::MAX);
            let list: Vec<DeliveryView> = client.list(&path, count_max).await?;
            Ok(output.show(&list, deliveries)?)
        }
        WebhooksCommand::Redeliver { webhook, delivery } => {
            let path = path(client, &webhook).await?;
            let path = format!("{path}/deliveries/{}/redeliver", escape(&delivery));
            let sent: DeliveryView = client.send(Method::POST, &path, &json!({})).await?;
            Ok(output.show(&vec![sent], deliveries)?)
        }
    }
}

async fn add(
    client: &Client,
    url: &str,
    settings: WebhookSettings,
    output: &mut Output<'_>,
) -> Result<(), Failure> {
    let mut body = body_of(settings);
    body.insert("url".to_owned(), url.into());
    // Who speaks is told many times a minute, and of little use to a program that only notes.
    let usual = webhook_types().filter(|name| !name.contains(".speaking_"));
    let types = body.entry("types").or_insert(Value::Null);
    if types.is_null() {
        *types = usual.collect();
    }
    let made: WebhookMade = client
        .send(Method::POST, "/webhooks", &Value::Object(body))
        .await?;
    Ok(output.show(&made, |made| {
        Table::pairs([
            ("id", made.webhook.id.clone()),
            ("url", made.webhook.url.clone()),
            ("secret (shown once)", made.secret.clone()),
        ])
    })?)
}

fn body_of(settings: WebhookSettings) -> Map<String, Value> {
    let mut body = Map::new();
    if !settings.types.is_empty() {
        body.insert("types".to_owned(), settings.types.into());
    }
    body.extend(settings.note.map(|note| ("note".to_owned(), note.into())));
    let numbers = settings.numbers;
    body.extend(numbers.map(|numbers| ("numbers".to_owned(), numbers.into())));
    body
}

/// By its id, by its note, or by the beginning of its URL.
async fn path(client: &Client, key: &str) -> Result<String, Failure> {
    if key.starts_with("wh_") {
        return Ok(format!("/webhooks/{}", escape(key)));
    }
    let page: Page<WebhookView> = client.get("/webhooks").await?;
    let mut found = page
        .items
        .into_iter()
        .filter(|one| one.note.eq_ignore_ascii_case(key) || one.url.starts_with(key));
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(format!("/webhooks/{}", one.id)),
        (None, _) => Ok(format!("/webhooks/{}", escape(key))),
        (Some(_), Some(_)) => Err(Failure::Usage(format!(
            "{key:?} fits several webhooks; give the id"
        ))),
    }
}

fn table(webhooks: &Vec<WebhookView>) -> Table {
    let mut table = Table::with_head(&["id", "note", "url", "state", "waiting"]);
    for webhook in webhooks {
        table.row([
            &webhook.id,
            &webhook.note,
            &webhook.url,
            &state(webhook),
            &webhook.waiting.to_string(),
        ]);
    }
    table
}

fn one(webhook: &WebhookView) -> Table {
    Table::pairs([
        ("id", webhook.id.clone()),
        ("note", webhook.note.clone()),
        ("url", webhook.url.clone()),
        ("types", webhook.types.join(" ")),
        ("numbers", webhook.numbers.clone()),
        ("state", state(webhook)),
        ("waiting", webhook.waiting.to_string()),
        ("dropped", webhook.dropped.to_string()),
    ])
}

fn state(webhook: &WebhookView) -> String {
    match (
        webhook.enabled,
        &webhook.disabled_why,
        &webhook.failing_since,
    ) {
        (true, _, None) => "on".to_owned(),
        (true, _, Some(since)) => format!("fails since {}", moment(since)),
        (false, None, _) => "off".to_owned(),
        (false, Some(why), _) => format!("off: {why}"),
    }
}

fn deliveries(list: &Vec<DeliveryView>) -> Table {
    let mut table = Table::with_head(&["time", "event", "state", "attempts", "id", "outcome"]);
    for one in list {
        let state = match one.state {
            DeliveryStateName::Waiting => "waiting",
            DeliveryStateName::Delivered => "delivered",
            DeliveryStateName::Failed => "failed",
        };
        let outcome = match (&one.error, one.status) {
            (Some(error), _) => error.clone(),
            (None, Some(status)) => format!("{status} in {} ms", one.took_ms),
            (None, None) => String::new(),
        };
        table.row([
            &moment(&one.created_at),
            &one.event_type,
            state,
            &one.attempts.to_string(),
            &one.id,
            &outcome,
        ]);
    }
    table
}
