//! Reads what somebody signs in with; what is wrong is named, what is secret is not repeated.

use std::fmt;

use conclave_model::{Password, UserName};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::room_input::{object, unknown_field};
use crate::{Problem, Wrong};

/// What somebody signs in with.
pub enum SignIn {
    /// Nothing is known of the password but that it is to be compared.
    Password { name: UserName, password: String },
    /// A one-time code from the server's console.
    Code(String),
}

impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SignIn::Password { name, .. } => write!(f, "Password({name}, ••••)"),
            SignIn::Code(_) => f.write_str("Code(••••)"),
        }
    }
}

/// Reads the body of a request to sign in ([`SignInInput`]).
///
/// # Errors
/// Names every field that is missing or unknown.
pub fn read_sign_in(body: &Value) -> Result<SignIn, Problem> {
    let fields = known(body, ["name", "password", "code"])?;
    if let Some(code) = fields.get("code").and_then(Value::as_str) {
        return Ok(SignIn::Code(code.to_owned()));
    }
    let password = text(fields, "password")?;
    // A name that cannot be is simply one that nobody has; the answer is the same.
    let name = text(fields, "name")?;
    let name = name.parse().map_err(|_| missing("name"))?;
    Ok(SignIn::Password { name, password })
}

/// Reads the body of a request to create the first user ([`SetupInput`]); the code beside it.
///
/// # Errors
/// Names every field that is missing, unknown or wrong; never holds the password.
pub fn read_setup(body: &Value) -> Result<(UserName, Password, Option<String>), Problem> {
    let fields = known(body, ["name", "password", "code"])?;
    let name: UserName = text(fields, "name")?.parse().map_err(Problem::from)?;
    let password = Password::new(&text(fields, "password")?, &name)?;
    let code = fields.get("code").and_then(Value::as_str);
    Ok((name, password, code.map(str::to_owned)))
}

/// Name and password, or a one-time code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "anna", "password": "seven trains to Passau"}))]
pub struct SignInInput {
    #[schema(example = "anna", nullable = false)]
    pub name: Option<String>,
    #[schema(format = Password, nullable = false)]
    pub password: Option<String>,
    /// From the server's console; instead of name and password.
    #[schema(example = "K7QM-2XVB", nullable = false)]
    pub code: Option<String>,
}

/// The first user, who becomes owner.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetupInput {
    /// 1 to 64 characters.
    #[schema(example = "anna", min_length = 1, max_length = 64)]
    pub name: String,
    /// 12 to 256 characters.
    #[schema(format = Password, min_length = 12, max_length = 256)]
    pub password: String,
    /// From the server's console; not needed on the machine itself.
    #[schema(example = "K7QM-2XVB", nullable = false)]
    pub code: Option<String>,
}

pub(crate) fn known<'a, const N: usize>(
    body: &'a Value,
    names: [&'static str; N],
) -> Result<&'a Map<String, Value>, Problem> {
    let fields = object(body)?;
    let unknown = fields
        .keys()
        .filter(|name| !names.contains(&name.as_str()))
        .map(|name| unknown_field(name, names));
    let errors: Vec<Wrong> = unknown.collect();
    if errors.is_empty() {
        Ok(fields)
    } else {
        Err(Problem::invalid(errors))
    }
}

pub(crate) fn text(fields: &Map<String, Value>, name: &str) -> Result<String, Problem> {
    let value = fields.get(name).and_then(Value::as_str);
    value.map(str::to_owned).ok_or_else(|| missing(name))
}

fn missing(name: &str) -> Problem {
    Problem::invalid(vec![Wrong::new(name, "", "a text")])
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_password_is_in_no_refusal() {
        let weak = read_setup(&json!({"name": "anna", "password": "hunter2"}));
        let problem = weak.expect_err("too short");
        assert_eq!(problem.errors[0].field, "password");
        assert!(!format!("{problem:?}").contains("hunter2"));
        let asked = read_sign_in(&json!({"name": "anna", "password": "hunter2"}));
        assert!(!format!("{:?}", asked.expect("read")).contains("hunter2"));
    }

    #[test]
    fn a_code_needs_no_name() {
        let read = read_sign_in(&json!({"code": "K7QM-2XVB"}));
        assert!(matches!(read, Ok(SignIn::Code(_))));
        let nothing = read_sign_in(&json!({})).expect_err("nothing");
        assert_eq!(nothing.errors[0].field, "password");
    }
}
