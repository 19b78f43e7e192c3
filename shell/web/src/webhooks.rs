//! Webhooks over HTTP; what is on its way to them is in `deliveries`.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use conclave_api::{
    NewWebhook, Page, Problem, ProblemKind, WebhookChange, WebhookInput, WebhookMade,
    WebhookSecret, WebhookView, read_new_webhook, read_webhook_change,
};
use conclave_hooks::new_secret;
use conclave_model::{NumbersShown, Permission, UnixMillis, Webhook, WebhookId, limits};

use crate::audit::audit;
use crate::backend::{Web, now};
use crate::body::JsonBody;
use crate::path::Segments;
use crate::refusal::{Answered, Refusal};
use crate::requester::Requester;

/// Every webhook, the oldest first.
#[utoipa::path(
    get, path = "/webhooks", tag = "webhooks",
    responses(
        (status = 200, description = "All there are", body = Page<WebhookView>),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_webhooks(State(web): State<Web>) -> Answered {
    let store = &web.backend.store;
    let waiting: BTreeMap<String, u64> = store.deliveries_waiting().await?.into_iter().collect();
    let views = store.load_webhooks().await?.into_iter().map(|webhook| {
        let waiting = waiting.get(&webhook.id.to_string());
        WebhookView::of(&webhook, waiting.copied().unwrap_or(0))
    });
    Ok(Json(Page::whole(views.collect())).into_response())
}

/// Makes a webhook; its secret is shown now and never again.
///
/// Events are sent as POST with the body `{type, timestamp, data}` and signed as Standard Webhooks
/// has it: `webhook-id`, `webhook-timestamp` and `webhook-signature`. Everything but an answer 2xx
/// within 15 s is a failure and tried again, for three days.
#[utoipa::path(
    post, path = "/webhooks", tag = "webhooks",
    request_body = NewWebhook,
    responses(
        (status = 201, description = "Made", body = WebhookMade, headers(("Location" = String))),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create_webhook(
    State(web): State<Web>,
    requester: Requester,
    body: JsonBody,
) -> Answered {
    let (url, types, rest) = read_new_webhook(body.required()?)?;
    let numbers = rest.numbers.unwrap_or(NumbersShown::Masked);
    may_show(&requester, Some(numbers))?;
    let courier = &web.backend.webhooks;
    let webhook = courier.with_chance(|chance| Webhook {
        id: WebhookId::mint(now(), chance),
        url,
        note: rest.note.unwrap_or_default(),
        types,
        numbers,
        enabled: rest.enabled.unwrap_or(true),
        disabled_why: None,
        secret: new_secret(chance),
        old_secret: None,
        created_by: requester.actor.id_and_name().1,
        created_at: now(),
        failing_since: None,
        dropped: 0,
    });
    let store = &web.backend.store;
    if !store.add_webhook(&webhook, limits::WEBHOOKS).await? {
        let detail = format!("there are {} webhooks already", limits::WEBHOOKS);
        return Err(Refusal::new(ProblemKind::Conflict, detail));
    }
    courier.changed();
    let id = webhook.id.to_string();
    audit(&web, &requester, "webhook.created", &id, &said(&webhook)).await?;
    let made = WebhookMade {
        webhook: WebhookView::of(&webhook, 0),
        secret: webhook.secret,
    };
    let place = [
        (header::LOCATION, format!("/api/v1/webhooks/{id}")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((StatusCode::CREATED, place, Json(made)).into_response())
}

/// One webhook, without its secret.
#[utoipa::path(
    get, path = "/webhooks/{webhook}", tag = "webhooks",
    params(("webhook" = String, Path, description = "The webhook's id")),
    responses(
        (status = 200, description = "The webhook", body = WebhookView),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show_webhook(
    State(web): State<Web>,
    Segments(webhook): Segments<String>,
) -> Answered {
    let webhook = find(&web, &webhook).await?;
    Ok(Json(view(&web, &webhook).await?).into_response())
}

/// Changes a webhook. `enabled: true` begins anew after it was disabled.
#[utoipa::path(
    patch, path = "/webhooks/{webhook}", tag = "webhooks",
    params(("webhook" = String, Path, description = "The webhook's id")),
    request_body = WebhookInput,
    responses(
        (status = 200, description = "As it is now", body = WebhookView),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn update_webhook(
    State(web): State<Web>,
    requester: Requester,
    Segments(webhook): Segments<String>,
    body: JsonBody,
) -> Answered {
    let change = read_webhook_change(body.required()?)?;
    may_show(&requester, change.numbers)?;
    let webhook = changed(find(&web, &webhook).await?, change);
    // Somebody who may not see numbers must not have them sent elsewhere either.
    may_show(&requester, Some(webhook.numbers))?;
    web.backend.store.set_webhook(&webhook).await?;
    web.backend.webhooks.changed();
    let id = webhook.id.to_string();
    audit(&web, &requester, "webhook.updated", &id, &said(&webhook)).await?;
    let webhook = find(&web, &id).await?;
    Ok(Json(view(&web, &webhook).await?).into_response())
}

/// Removes a webhook and everything on its way to it.
#[utoipa::path(
    delete, path = "/webhooks/{webhook}", tag = "webhooks",
    params(("webhook" = String, Path, description = "The webhook's id")),
    responses(
        (status = 204, description = "Gone"),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn delete_webhook(
    State(web): State<Web>,
    requester: Requester,
    Segments(webhook): Segments<String>,
) -> Answered {
    let webhook = find(&web, &webhook).await?;
    web.backend.store.delete_webhook(webhook.id).await?;
    web.backend.webhooks.changed();
    let id = webhook.id.to_string();
    audit(&web, &requester, "webhook.deleted", &id, &said(&webhook)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Makes a new secret, which is shown now and never again.
///
/// For 24 hours every event is signed with both, so that no receiver misses one.
#[utoipa::path(
    post, path = "/webhooks/{webhook}/secret", tag = "webhooks",
    params(("webhook" = String, Path, description = "The webhook's id")),
    responses(
        (status = 201, description = "The new secret", body = WebhookSecret),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn new_webhook_secret(
    State(web): State<Web>,
    requester: Requester,
    Segments(webhook): Segments<String>,
) -> Answered {
    let webhook = find(&web, &webhook).await?;
    let secret = web.backend.webhooks.with_chance(new_secret);
    let both_ms = u64::try_from(limits::WEBHOOK_OLD_SECRET.as_millis()).unwrap_or(u64::MAX);
    let old_until = UnixMillis(now().0.saturating_add(both_ms));
    let store = &web.backend.store;
    store
        .set_webhook_secret(webhook.id, &secret, old_until)
        .await?;
    let id = webhook.id.to_string();
    audit(&web, &requester, "webhook.secret_changed", &id, "").await?;
    let made = WebhookSecret::new(secret, old_until);
    let no_store = [(header::CACHE_CONTROL, "no-store")];
    Ok((StatusCode::CREATED, no_store, Json(made)).into_response())
}

/// # Errors
/// When there is no webhook of this id.
pub(crate) async fn find(web: &Web, id: &str) -> Answered<Webhook> {
    let unknown = || Refusal::new(ProblemKind::NotFound, "there is no such webhook");
    let id: WebhookId = id.parse().map_err(|_| unknown())?;
    web.backend.store.webhook(id).await?.ok_or_else(unknown)
}

async fn view(web: &Web, webhook: &Webhook) -> Answered<WebhookView> {
    let id = webhook.id.to_string();
    let waiting = web.backend.store.deliveries_waiting().await?;
    let waiting = waiting.into_iter().find(|(one, _)| *one == id);
    Ok(WebhookView::of(
        webhook,
        waiting.map_or(0, |(_, count)| count),
    ))
}

/// What a webhook is told, whoever sets it up must be allowed to see.
fn may_show(requester: &Requester, numbers: Option<NumbersShown>) -> Result<(), Refusal> {
    let told = [
        Permission::RoomsRead,
        Permission::LiveRead,
        Permission::CallsRead,
    ];
    told.into_iter()
        .try_for_each(|permission| requester.may(permission))?;
    match numbers {
        Some(NumbersShown::Full) => requester.may(Permission::NumbersRead),
        Some(NumbersShown::Masked) | None => Ok(()),
    }
}

fn changed(webhook: Webhook, change: WebhookChange) -> Webhook {
    Webhook {
        url: change.url.unwrap_or(webhook.url),
        note: change.note.unwrap_or(webhook.note),
        types: change.types.unwrap_or(webhook.types),
        numbers: change.numbers.unwrap_or(webhook.numbers),
        enabled: change.enabled.unwrap_or(webhook.enabled),
        ..webhook
    }
}

/// For the audit log: where to, but no path, in which some services want a secret.
fn said(webhook: &Webhook) -> String {
    let state = if webhook.enabled { "" } else { ", disabled" };
    let (url, numbers) = (&webhook.url, webhook.numbers.name());
    format!(
        "{url:?}, {} types, numbers {numbers}{state}",
        webhook.types.len()
    )
}
