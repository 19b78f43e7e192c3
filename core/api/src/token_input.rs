//! Reads what was sent to make a token; makes no secret.

use conclave_model::{Permission, Permissions, Title, UnixMillis};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::session_input::{known, text};
use crate::{PermissionName, Problem, Wrong, nearest, read_rfc3339};

/// A token to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenDraft {
    pub name: String,
    pub permissions: Permissions,
    /// `None`: until it is removed.
    pub expires_at: Option<UnixMillis>,
}

/// Reads the body of a request that makes a token ([`NewToken`]).
///
/// # Errors
/// Names every field that is missing, unknown or wrong; an end before `now` is wrong.
pub fn read_new_token(body: &Value, now: UnixMillis) -> Result<TokenDraft, Problem> {
    let fields = known(body, ["name", "permissions", "expires_at"])?;
    let mut errors = Vec::new();
    let name = text(fields, "name")?.parse::<Title>();
    if let Err(error) = &name {
        errors.push(Wrong::new("name", &error.value, error.accepted.as_str()));
    }
    let permissions = read_permissions(fields.get("permissions"), &mut errors);
    let expires_at = match fields.get("expires_at") {
        None | Some(Value::Null) => None,
        Some(value) => {
            let typed = value.as_str().unwrap_or_default();
            let end = read_rfc3339(typed).filter(|end| *end > now);
            if end.is_none() {
                let accepted = "a time to come such as 2027-01-31T00:00:00Z, or null";
                errors.push(Wrong::new("expires_at", typed, accepted));
            }
            end
        }
    };
    match name {
        Ok(name) if errors.is_empty() => Ok(TokenDraft {
            name: name.to_string(),
            permissions,
            expires_at,
        }),
        Ok(_) | Err(_) => Err(Problem::invalid(errors)),
    }
}

fn read_permissions(value: Option<&Value>, errors: &mut Vec<Wrong>) -> Permissions {
    let names = value
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    if names.is_empty() || names.len() > Permission::ALL.len() {
        let accepted = "a list of permissions such as [\"rooms:read\"]";
        errors.push(Wrong::new("permissions", "", accepted));
    }
    let mut permissions = Vec::new();
    for name in names.iter().take(Permission::ALL.len()) {
        let typed = name.as_str().unwrap_or_default();
        match typed.parse::<Permission>() {
            Ok(permission) => permissions.push(permission),
            Err(_) => {
                let known = Permission::ALL.map(Permission::name);
                let accepted = match nearest(typed, known) {
                    Some(meant) => format!("a known permission; did you mean {meant}?"),
                    None => format!("any of {}", known.join(", ")),
                };
                errors.push(Wrong::new("permissions", typed, accepted));
            }
        }
    }
    permissions.into_iter().collect()
}

/// A token to make. The schema of the request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// What it is for; 1 to 80 characters.
    #[schema(example = "ticket system", min_length = 1, max_length = 80)]
    pub name: String,
    /// At least one, and none that its maker does not have.
    #[schema(min_items = 1)]
    pub permissions: Vec<PermissionName>,
    /// When it ends; null or left out: never.
    #[schema(format = DateTime)]
    pub expires_at: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: UnixMillis = UnixMillis(1_793_871_000_000);

    #[test]
    fn a_token_is_read_with_its_end() {
        let body = json!({"name": "x", "permissions": ["rooms:read"], "expires_at": "2027-01-31T00:00:00Z"});
        let draft = read_new_token(&body, NOW).expect("good");
        assert!(draft.permissions.has(Permission::RoomsRead));
        assert!(draft.expires_at.is_some());
    }

    #[test]
    fn what_is_wrong_is_named() {
        let fields = |body| {
            let problem = read_new_token(&body, NOW).expect_err("wrong");
            let fields = problem.errors.into_iter().map(|wrong| wrong.field);
            fields.collect::<Vec<_>>()
        };
        let past = json!({"name": "x", "permissions": ["rooms:eat"], "expires_at": "2020-01-31T00:00:00Z"});
        assert_eq!(fields(past), ["permissions", "expires_at"]);
        assert_eq!(
            fields(json!({"name": "x", "permissions": []})),
            ["permissions"]
        );
        assert_eq!(
            fields(json!({"name": "", "permissions": []})),
            ["name", "permissions"]
        );
    }
}
