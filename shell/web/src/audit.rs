//! Notes who changed and revealed what; decides nothing.

use conclave_store::AuditRow;

use crate::backend::{Web, now};
use crate::refusal::Answered;
use crate::requester::Requester;

/// Appends a line to the audit log: the action, such as `room.updated`, the id of what it was done
/// to, and what exactly, in words without secrets.
///
/// # Errors
/// When the line cannot be kept: then what it tells of is not to be shown.
pub(crate) async fn audit(
    web: &Web,
    requester: &Requester,
    action: &'static str,
    object: &str,
    detail: &str,
) -> Answered<()> {
    let (actor, name) = requester.actor.id_and_name();
    let line = AuditRow {
        id: 0,
        at: now(),
        actor,
        name,
        address: Some(requester.peer.to_string()),
        action: action.to_owned(),
        object: object.to_owned(),
        detail: detail.to_owned(),
    };
    Ok(web.backend.store.append_audit(&line).await?)
}
