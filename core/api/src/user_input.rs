//! Reads what was sent to make or change a user; what is secret is not repeated.

use conclave_model::{Password, Role, UserName};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::session_input::{known, text};
use crate::{Problem, RoleName, Wrong};

/// A user to make.
#[derive(Debug)]
pub struct UserDraft {
    pub name: UserName,
    pub role: Role,
    pub password: Password,
}

/// What to change on a user; `None` leaves it as it is.
pub struct UserEdit {
    pub name: Option<UserName>,
    pub role: Option<Role>,
    pub password: Option<Password>,
    /// The one until now, from somebody who changes their own.
    pub old_password: Option<String>,
}

/// Reads the body of a request that makes a user ([`NewUser`]).
///
/// # Errors
/// Names every field that is missing, unknown or wrong; never holds the password.
pub fn read_new_user(body: &Value) -> Result<UserDraft, Problem> {
    let fields = known(body, ["name", "role", "password"])?;
    let name: UserName = text(fields, "name")?.parse().map_err(Problem::from)?;
    let role = text(fields, "role")?.parse().map_err(Problem::from)?;
    let password = Password::new(&text(fields, "password")?, &name)?;
    Ok(UserDraft {
        name,
        role,
        password,
    })
}

/// Reads the body of a request that changes the user who is now called `current` ([`UserChange`]).
///
/// # Errors
/// Names every field that is unknown or wrong; never holds a password.
pub fn read_user_change(body: &Value, current: &UserName) -> Result<UserEdit, Problem> {
    let fields = known(body, ["name", "role", "password", "old_password"])?;
    let mut errors: Vec<Wrong> = Vec::new();
    let mut given = |name: &str| match fields.get(name) {
        None => None,
        Some(Value::String(text)) => Some(text.as_str()),
        Some(_) => {
            errors.push(Wrong::new(name, "", "a text"));
            None
        }
    };
    let name = given("name").map(str::parse::<UserName>);
    let role = given("role").map(str::parse::<Role>);
    let password = given("password").map(str::to_owned);
    let old_password = given("old_password").map(str::to_owned);
    let mut taken = |wrong: conclave_model::FieldError| errors.push(wrong.into());
    let name = name.and_then(|name| name.map_err(&mut taken).ok());
    let role = role.and_then(|role| role.map_err(&mut taken).ok());
    let called = name.as_ref().unwrap_or(current);
    let password = password
        .map(|password| Password::new(&password, called))
        .and_then(|password| password.map_err(&mut taken).ok());
    if !errors.is_empty() {
        return Err(Problem::invalid(errors));
    }
    Ok(UserEdit {
        name,
        role,
        password,
        old_password,
    })
}

/// A user to make. The schema of the request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    /// 1 to 64 characters.
    #[schema(example = "bert", min_length = 1, max_length = 64)]
    pub name: String,
    pub role: RoleName,
    /// 12 to 256 characters.
    #[schema(format = Password, min_length = 12, max_length = 256)]
    pub password: String,
}

/// What to change on a user; what is left out stays. The schema of the request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"role": "moderator"}))]
pub struct UserChange {
    #[schema(min_length = 1, max_length = 64, nullable = false)]
    pub name: Option<String>,
    #[schema(nullable = false)]
    pub role: Option<RoleName>,
    /// 12 to 256 characters. Ends every other session of this user.
    #[schema(format = Password, min_length = 12, max_length = 256, nullable = false)]
    pub password: Option<String>,
    /// The password until now; needed to change one's own.
    #[schema(format = Password, nullable = false)]
    pub old_password: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_wrong_field_of_a_change_is_named_and_no_password_is() {
        let anna = "anna".parse().expect("a name");
        let body = json!({"role": "king", "password": "hunter2", "name": 7});
        let Err(problem) = read_user_change(&body, &anna) else {
            panic!("it was read");
        };
        let fields: Vec<_> = problem.errors.iter().map(|wrong| &wrong.field).collect();
        assert_eq!(fields, ["name", "role", "password"]);
        assert!(!format!("{problem:?}").contains("hunter2"));
    }

    #[test]
    fn a_password_is_judged_by_the_name_to_come() {
        let anna = "anna".parse().expect("a name");
        let body = json!({"name": "passau-train", "password": "passau-train 1"});
        assert!(read_user_change(&body, &anna).is_err());
        let body = json!({"password": "passau-train 1"});
        assert!(read_user_change(&body, &anna).is_ok());
    }
}
