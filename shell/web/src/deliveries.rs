//! What became of events sent to a webhook, over HTTP; sends none itself.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use conclave_api::{DeliveryView, Page, Problem, ProblemKind, Wrong, mask_callers};
use conclave_model::{Delivery, DeliveryId, Permission};

use crate::audit::audit;
use crate::backend::Web;
use crate::path::Segments;
use crate::query::Parameters;
use crate::refusal::{Answered, Refusal};
use crate::requester::Requester;
use crate::webhooks::find;

/// Sends `webhook.test` at once, also to a webhook that is disabled, and says how that went.
#[utoipa::path(
    post, path = "/webhooks/{webhook}/test", tag = "webhooks",
    params(("webhook" = String, Path, description = "The webhook's id")),
    responses(
        (status = 200, description = "How it went; a failure is in it", body = DeliveryView),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn test_webhook(
    State(web): State<Web>,
    requester: Requester,
    Segments(webhook): Segments<String>,
) -> Answered {
    let webhook = find(&web, &webhook).await?;
    let delivery = web.backend.webhooks.test(&webhook).await?;
    let id = webhook.id.to_string();
    audit(&web, &requester, "webhook.tested", &id, "").await?;
    Ok(Json(shown(&delivery, &requester)).into_response())
}

/// Events that were sent or are on their way, newest first; kept for 7 days.
#[utoipa::path(
    get, path = "/webhooks/{webhook}/deliveries", tag = "webhooks",
    params(
        ("webhook" = String, Path, description = "The webhook's id"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
        ("limit" = Option<u32>, Query, description = "1 to 1000", example = 100),
    ),
    responses(
        (status = 200, description = "A page of deliveries", body = Page<DeliveryView>),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_deliveries(
    State(web): State<Web>,
    requester: Requester,
    Segments(webhook): Segments<String>,
    parameters: Parameters,
) -> Answered {
    let mut known = parameters.of(&["cursor", "limit"])?;
    let limit = known.limit()?;
    let before = known
        .text("cursor")
        .map(|cursor| read_cursor(&cursor))
        .transpose()?;
    let webhook = find(&web, &webhook).await?;
    let store = &web.backend.store;
    let mut found = store.list_deliveries(webhook.id, before, limit + 1).await?;
    let page_length = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > page_length;
    found.truncate(page_length);
    let last = found.last().map(|delivery| delivery.id.to_string());
    let views = found.iter().map(|delivery| shown(delivery, &requester));
    let page = Page {
        items: views.collect(),
        next_cursor: last.filter(|_| more),
    };
    Ok(Json(page).into_response())
}

/// Sends an event again, under the id it had; it is tried for three days, as at first;
/// to a webhook that is not enabled, once.
#[utoipa::path(
    post, path = "/webhooks/{webhook}/deliveries/{delivery}/redeliver", tag = "webhooks",
    params(
        ("webhook" = String, Path, description = "The webhook's id"),
        ("delivery" = String, Path, description = "The delivery's id"),
    ),
    responses(
        (status = 202, description = "On its way", body = DeliveryView),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn redeliver(
    State(web): State<Web>,
    requester: Requester,
    Segments((webhook, delivery)): Segments<(String, String)>,
) -> Answered {
    let unknown = || Refusal::new(ProblemKind::NotFound, "there is no such delivery");
    let webhook = find(&web, &webhook).await?;
    let id: DeliveryId = delivery.parse().map_err(|_| unknown())?;
    if !web.backend.webhooks.redeliver(webhook.id, id).await? {
        return Err(unknown());
    }
    let store = &web.backend.store;
    let delivery = store.delivery(webhook.id, id).await?.ok_or_else(unknown)?;
    let object = webhook.id.to_string();
    audit(
        &web,
        &requester,
        "webhook.redelivered",
        &object,
        &id.to_string(),
    )
    .await?;
    Ok((StatusCode::ACCEPTED, Json(shown(&delivery, &requester))).into_response())
}

fn shown(delivery: &Delivery, requester: &Requester) -> DeliveryView {
    let mut view = DeliveryView::of(delivery);
    if requester.may(Permission::NumbersRead).is_err() {
        mask_callers(&mut view.body);
    }
    view
}

fn read_cursor(cursor: &str) -> Result<DeliveryId, Problem> {
    cursor.parse().map_err(|_| {
        let accepted = "the next_cursor of the page before";
        Problem::invalid(vec![Wrong::new("cursor", cursor, accepted)])
    })
}
