//! Notes who changed and revealed what; decides nothing.

use conclave_store::AuditRow;
use serde_json::Value;

use crate::backend::{Web, now};
use crate::refusal::Answered;
use crate::requester::{Peer, Requester};

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
    audit_by(
        web,
        requester.actor.id_and_name(),
        requester.peer,
        action,
        object,
        detail,
    )
    .await
}

/// The same by somebody who was not known yet when they asked: the id that stays, and the name.
///
/// # Errors
/// When the line cannot be kept: then what it tells of is not to be shown.
pub(crate) async fn audit_by(
    web: &Web,
    (actor, name): (String, String),
    peer: Peer,
    action: &'static str,
    object: &str,
    detail: &str,
) -> Answered<()> {
    let line = AuditRow {
        id: 0,
        at: now(),
        actor,
        name,
        address: Some(peer.to_string()),
        action: action.to_owned(),
        object: object.to_owned(),
        detail: detail.to_owned(),
    };
    Ok(web.backend.store.append_audit(&line).await?)
}

/// What a body changes, for [`audit`]: names, and values of those that are no secret and no essay.
pub(crate) fn words(body: &Value) -> String {
    let fields = body.as_object().into_iter().flatten();
    let words = fields.map(|(name, value)| match value {
        _ if !TOLD.contains(&name.as_str()) => name.clone(),
        Value::String(text) => format!("{name}: {text}"),
        Value::Null => format!("{name}: none"),
        Value::Bool(_) | Value::Number(_) => format!("{name}: {value}"),
        Value::Array(_) | Value::Object(_) => name.clone(),
    });
    words.collect::<Vec<_>>().join(", ")
}

/// The fields whose values anybody may read who may read the log.
const TOLD: [&str; 11] = [
    "title",
    "extension",
    "message",
    "music",
    "language",
    "locked",
    "muted",
    "muted_all",
    "volume_db",
    "hand_raised",
    "room",
];

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_told_unless_they_may_be_secret() {
        let body = json!({"title": "Sync", "pin": "4711", "music": null, "locked": true});
        assert_eq!(words(&body), "locked: true, music: none, pin, title: Sync");
    }
}
