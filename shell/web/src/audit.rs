//! Notes who changed and revealed what; decides nothing.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use conclave_model::limits;
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
    let line = line((actor, name), peer, action, object, detail);
    Ok(web.backend.store.append_audit(&line).await?)
}

/// The line itself, also for an audit log that is not the server's own yet.
pub(crate) fn line(
    (actor, name): (String, String),
    peer: Peer,
    action: &'static str,
    object: &str,
    detail: &str,
) -> AuditRow {
    AuditRow {
        id: 0,
        at: now(),
        actor,
        name,
        address: Some(peer.to_string()),
        action: action.to_owned(),
        object: object.to_owned(),
        detail: detail.to_owned(),
    }
}

/// Notes a sign-in that was refused: under which name, if it is one that exists, and why. So many,
/// and then seldom; those between are counted.
///
/// # Errors
/// When the line cannot be kept.
pub(crate) async fn audit_refused(
    web: &Web,
    requester: &Requester,
    object: &str,
    why: &str,
) -> Answered<()> {
    let Some(unnoted) = web.refusals.note(Instant::now()) else {
        return Ok(());
    };
    let detail = match unnoted {
        0 => why.to_owned(),
        _ => format!("{why}; {unnoted} before it were not noted"),
    };
    audit(web, requester, "session.refused", object, &detail).await
}

/// Refused sign-ins, so that guessing day and night does not fill the log.
#[derive(Default)]
pub(crate) struct Refusals(Mutex<Noted>);

#[derive(Default)]
struct Noted {
    /// When as many as at first may be noted again.
    full_at: Option<Instant>,
    unnoted: u64,
}

impl Refusals {
    /// How many were not noted before this one, if this one is.
    fn note(&self, now: Instant) -> Option<u64> {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let full_at = noted.full_at.unwrap_or(now).max(now) + limits::SIGN_IN_REFUSAL_PAUSE;
        if full_at > now + limits::SIGN_IN_REFUSAL_PAUSE * limits::SIGN_IN_REFUSALS {
            noted.unnoted += 1;
            return None;
        }
        noted.full_at = Some(full_at);
        Some(std::mem::take(&mut noted.unnoted))
    }
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
const TOLD: [&str; 14] = [
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
    "recording",
    "srtp",
    "enabled",
];

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn refusals_are_noted_seldom_and_the_others_counted() {
        let (refusals, now) = (Refusals::default(), Instant::now());
        for _ in 0..limits::SIGN_IN_REFUSALS {
            assert_eq!(refusals.note(now), Some(0));
        }
        assert_eq!(refusals.note(now), None);
        assert_eq!(refusals.note(now), None);
        assert_eq!(refusals.note(now + limits::SIGN_IN_REFUSAL_PAUSE), Some(2));
    }

    #[test]
    fn values_are_told_unless_they_may_be_secret() {
        let body = json!({"title": "Sync", "pin": "4711", "music": null, "locked": true});
        assert_eq!(words(&body), "locked: true, music: none, pin, title: Sync");
    }
}
