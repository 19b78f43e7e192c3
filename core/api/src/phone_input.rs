//! Reads what was sent to make or change an account of a telephone; what is secret is not repeated.

use conclave_model::{
    FieldError, PhoneDraft, PhoneNumber, PhonePassword, PhonePatch, PhonePin, SrtpPolicy,
};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::room_input::{object, unknown_field};
use crate::{PhonePinName, Problem, SrtpName, Wrong};

/// An account to make. The schema of the request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"user": "anna", "name": "Anna Huber", "number": "201"}))]
pub struct NewPhone {
    /// What the telephone registers as: 1 to 64 small letters, digits and any of `. _ + -`.
    #[schema(example = "anna", min_length = 1, max_length = 64)]
    pub user: String,
    /// Who calls, as others in a room see it; 1 to 80 characters.
    #[schema(example = "Anna Huber")]
    pub name: String,
    /// The number that others see; without it they see the user.
    #[schema(example = "201")]
    pub number: Option<String>,
    /// 12 to 128 letters, digits and signs; without it one is invented.
    #[schema(format = Password, min_length = 12, max_length = 128)]
    pub password: Option<String>,
    /// Encryption of its sound; without it as the server has it.
    pub srtp: Option<SrtpName>,
    /// `asks` unless said otherwise.
    #[schema(nullable = false)]
    pub pin: Option<PhonePinName>,
    /// True unless said otherwise.
    #[schema(nullable = false)]
    pub enabled: Option<bool>,
}

/// What to change of an account; what is left out stays. The schema of the request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Anna Maier", "pin": "skipped"}))]
pub struct PhoneChange {
    /// 1 to 80 characters.
    #[schema(example = "Anna Maier", nullable = false)]
    pub name: Option<String>,
    /// Null: the user in its place.
    #[schema(example = "202")]
    pub number: Option<String>,
    /// Null: as the server has it.
    pub srtp: Option<SrtpName>,
    #[schema(nullable = false)]
    pub pin: Option<PhonePinName>,
    #[schema(nullable = false)]
    pub enabled: Option<bool>,
}

/// A new password. The schema of the request, which may be left out.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({}))]
pub struct PhonePasswordInput {
    /// 12 to 128 letters, digits and signs; without it one is invented.
    #[schema(format = Password, min_length = 12, max_length = 128)]
    pub password: Option<String>,
}

/// Reads the body of a request that makes an account ([`NewPhone`]).
///
/// # Errors
/// Names every field that is missing, unknown or wrong; never holds the password.
pub fn read_new_phone(body: &Value) -> Result<PhoneDraft, Problem> {
    let known = [
        "user", "name", "number", "password", "srtp", "pin", "enabled",
    ];
    let mut form = Form::of(body, known)?;
    let user = form.needed("user", str::parse);
    let name = form.needed("name", |text| named(text.parse()));
    let number = form.given("number", str::parse).flatten();
    let password = form.secret();
    let srtp = form.given("srtp", SrtpPolicy::read).flatten();
    let pin = form.given("pin", PhonePin::read).flatten();
    let enabled = form.flag("enabled");
    let (Some(user), Some(name)) = (user, name) else {
        return Err(Problem::invalid(form.errors));
    };
    form.whole(PhoneDraft {
        user,
        name,
        number,
        password,
        srtp,
        pin: pin.unwrap_or_default(),
        enabled: enabled.unwrap_or(true),
    })
}

/// Reads the body of a request that changes an account ([`PhoneChange`]).
///
/// # Errors
/// Names every field that is unknown or wrong.
pub fn read_phone_change(body: &Value) -> Result<PhonePatch, Problem> {
    let known = ["name", "number", "srtp", "pin", "enabled"];
    let mut form = Form::of(body, known)?;
    let patch = PhonePatch {
        name: form.stated("name", |text| named(text.parse())),
        number: form.given("number", str::parse::<PhoneNumber>),
        srtp: form.given("srtp", SrtpPolicy::read),
        pin: form.stated("pin", PhonePin::read),
        enabled: form.flag("enabled"),
    };
    form.whole(patch)
}

/// Reads the body of a request for a new password ([`PhonePasswordInput`]).
///
/// # Errors
/// Names what is unknown or wrong; never holds the password.
pub fn read_phone_password(body: &Value) -> Result<Option<PhonePassword>, Problem> {
    let mut form = Form::of(body, ["password"])?;
    let password = form.secret();
    form.whole(password)
}

/// A title is called a name here.
fn named<T>(read: Result<T, FieldError>) -> Result<T, FieldError> {
    read.map_err(|error| FieldError {
        field: "name",
        ..error
    })
}

/// The fields of a body and everything that was wrong with them so far.
struct Form<'a> {
    fields: &'a Map<String, Value>,
    errors: Vec<Wrong>,
}

impl<'a> Form<'a> {
    fn of<const N: usize>(body: &'a Value, known: [&'static str; N]) -> Result<Self, Problem> {
        let fields = object(body)?;
        let strange = fields.keys().filter(|name| !known.contains(&name.as_str()));
        let errors = strange.map(|name| unknown_field(name, known)).collect();
        Ok(Self { fields, errors })
    }

    fn whole<T>(self, read: T) -> Result<T, Problem> {
        if self.errors.is_empty() {
            Ok(read)
        } else {
            Err(Problem::invalid(self.errors))
        }
    }

    fn taken<T>(&mut self, read: Result<T, FieldError>) -> Option<T> {
        read.map_err(|error| self.errors.push(error.into())).ok()
    }

    fn needed<T>(&mut self, name: &str, read: fn(&str) -> Result<T, FieldError>) -> Option<T> {
        let text = self.fields.get(name).and_then(Value::as_str);
        self.taken(read(text.unwrap_or_default()))
    }

    /// `None` when it is not there; null counts as wrong.
    fn stated<T>(&mut self, name: &str, read: fn(&str) -> Result<T, FieldError>) -> Option<T> {
        self.fields.get(name)?;
        self.needed(name, read)
    }

    /// `None` when it is not there, `Some(None)` for null.
    fn given<T>(
        &mut self,
        name: &str,
        read: fn(&str) -> Result<T, FieldError>,
    ) -> Option<Option<T>> {
        match self.fields.get(name)? {
            Value::Null => Some(None),
            Value::String(text) => self.taken(read(text)).map(Some),
            other @ (Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                self.errors
                    .push(Wrong::new(name, &other.to_string(), "a text"));
                None
            }
        }
    }

    fn secret(&mut self) -> Option<PhonePassword> {
        let value = self.fields.get("password")?;
        if value.is_null() {
            return None;
        }
        self.taken(PhonePassword::new(value.as_str().unwrap_or_default()))
    }

    fn flag(&mut self, name: &str) -> Option<bool> {
        let value = self.fields.get(name)?;
        if value.as_bool().is_none() {
            let wrong = Wrong::new(name, &value.to_string(), "true or false");
            self.errors.push(wrong);
        }
        value.as_bool()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fields(problem: Problem) -> Vec<String> {
        problem.errors.into_iter().map(|one| one.field).collect()
    }

    #[test]
    fn everything_that_is_wrong_is_named_at_once_and_no_password_is() {
        let body = json!({
            "user": "Anna", "number": "x", "password": "hunter2", "srtp": "on",
            "pin": 7, "enabled": "yes", "realm": "x",
        });
        let problem = read_new_phone(&body).unwrap_err();
        assert!(!format!("{problem:?}").contains("hunter2"));
        let named = fields(problem);
        let expected = [
            "realm", "user", "name", "number", "password", "srtp", "pin", "enabled",
        ];
        assert_eq!(named, expected);
    }

    #[test]
    fn what_is_left_out_is_what_is_usual() {
        let draft = read_new_phone(&json!({"user": "anna", "name": "Anna Huber"})).unwrap();
        assert_eq!(
            (draft.number, draft.password, draft.srtp),
            (None, None, None)
        );
        assert_eq!((draft.pin, draft.enabled), (PhonePin::Asks, true));
        let patch = read_phone_change(&json!({"number": null, "pin": "skipped"})).unwrap();
        assert_eq!((patch.number, patch.srtp), (Some(None), None));
        assert_eq!(patch.pin, Some(PhonePin::Skipped));
        let problem = read_phone_change(&json!({"name": null, "user": "x"})).unwrap_err();
        assert_eq!(fields(problem), ["user", "name"]);
        assert_eq!(read_phone_password(&json!({})).unwrap(), None);
    }
}
