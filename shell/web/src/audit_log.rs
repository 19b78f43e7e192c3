//! The audit log over HTTP, straight from the store.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use conclave_api::{AuditView, Page, Problem, Wrong, rfc3339};
use conclave_store::AuditRow;

use crate::backend::Web;
use crate::query::Parameters;
use crate::refusal::Answered;

/// Who changed and was shown what, newest first.
#[utoipa::path(
    get, path = "/audit", tag = "audit",
    params(
        ("object" = Option<String>, Query, description = "Only what was done to this: the id of a room, user or token"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
        ("limit" = Option<u32>, Query, description = "1 to 1000", example = 100),
    ),
    responses(
        (status = 200, description = "A page of lines", body = Page<AuditView>),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_audit(State(web): State<Web>, parameters: Parameters) -> Answered {
    let mut known = parameters.of(&["object", "cursor", "limit"])?;
    let limit = known.limit()?;
    let cursor = known.text("cursor");
    let before = cursor.map(|cursor| read_cursor(&cursor)).transpose()?;
    let object = known.text("object");
    let store = &web.backend.store;
    let mut lines = store.audit(before, object.as_deref(), limit + 1).await?;
    let page_length = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = lines.len() > page_length;
    lines.truncate(page_length);
    let last = lines.last().map(|line| line.id.to_string());
    let page = Page {
        items: lines.into_iter().map(view).collect(),
        next_cursor: last.filter(|_| more),
    };
    Ok(Json(page).into_response())
}

fn read_cursor(cursor: &str) -> Result<u64, Problem> {
    // The ids are SQLite's, which are signed.
    let id = cursor.parse::<i64>().ok().map(i64::cast_unsigned);
    id.ok_or_else(|| {
        let accepted = "the next_cursor of the page before";
        Problem::invalid(vec![Wrong::new("cursor", cursor, accepted)])
    })
}

fn view(line: AuditRow) -> AuditView {
    AuditView {
        id: line.id,
        time: rfc3339(line.at),
        actor: line.actor,
        name: line.name,
        address: line.address,
        action: line.action,
        object: line.object,
        detail: line.detail,
    }
}
