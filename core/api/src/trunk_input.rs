//! Reads what somebody wants a trunk to be; changes none.

use std::fmt;

use conclave_model::{TrunkHost, TrunkRecord, TrunkSetting};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::room_input::object;
use crate::{Problem, Wrong, nearest};

/// What to set on a trunk: each setting as text, the password among them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct TrunkWish(Vec<(TrunkSetting, String)>);

/// What may be asked about trunks. A key is an id or a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrunkRequest {
    /// Answered by `Trunks`, the oldest first.
    List,
    /// Answered by `Trunk`.
    Show(String),
    /// Answered by `Trunk` once it is stored.
    Create(TrunkWish),
    /// Answered by `Trunk` once it is stored; calls go on.
    Update {
        key: String,
        wish: TrunkWish,
        if_version: Option<u64>,
    },
    /// Answered by `Done` once it is gone from the store; calls go on.
    Delete {
        key: String,
        if_version: Option<u64>,
    },
    /// Asks the other side now whether it is there. Answered by `TrunkTested` when that is known.
    Test(String),
}

/// What a trunk is to be; what is left out is as the template says, else at its default. The
/// schema of a request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "Head office", "template": "asterisk", "host": "192.0.2.10", "user": "801",
    "secret": "seven trains to Passau"
}))]
pub struct NewTrunk {
    pub name: String,
    pub host: String,
    #[serde(flatten)]
    #[schema(inline)]
    pub rest: TrunkInput,
}

/// What to change of a trunk; what is left out stays as it is.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"host": "192.0.2.11", "max_calls": 30}))]
pub struct TrunkInput {
    /// 1 to 80 characters; no other trunk's.
    #[schema(example = "Head office")]
    pub name: Option<String>,
    /// The name of a template, for a new one.
    #[schema(example = "asterisk")]
    pub template: Option<String>,
    pub enabled: Option<bool>,
    /// `address` or `registering`.
    #[schema(example = "registering")]
    pub kind: Option<String>,
    /// A name or an address, with `:PORT` if need be.
    #[schema(example = "pbx.example.com")]
    pub host: Option<String>,
    /// `auto`, `udp`, `tcp` or `tls`.
    #[schema(example = "udp")]
    pub transport: Option<String>,
    #[schema(example = "edge.example.com")]
    pub outbound_proxy: Option<String>,
    #[schema(example = "801")]
    pub user: Option<String>,
    #[schema(example = "conclave-801")]
    pub auth_user: Option<String>,
    /// The password; an empty one removes it.
    #[schema(format = Password)]
    pub secret: Option<String>,
    #[schema(example = "example.com")]
    pub from_domain: Option<String>,
    /// 60 to 86400.
    pub expires_s: Option<u32>,
    /// `auto`, `request-uri`, `to` or `p-called-party-id`.
    #[schema(example = "auto")]
    pub number_in: Option<String>,
    /// `auto`, `from`, `pai`, `ppi` or `rpid`.
    #[schema(example = "auto")]
    pub caller_in: Option<String>,
    pub trusted: Option<bool>,
    pub privacy: Option<bool>,
    /// 10 to 3600, or 0 for none.
    pub options_s: Option<u32>,
    /// Addresses and networks.
    #[schema(example = json!(["192.0.2.0/28"]))]
    pub allowed: Option<Vec<String>>,
    /// `auto`, `inside` or `outside`: whether its callers dial extensions.
    #[schema(example = "auto")]
    pub callers: Option<String>,
    #[schema(example = "801")]
    pub target: Option<String>,
    pub max_calls: Option<u32>,
    /// `off`, `offered` or `required`.
    #[schema(example = "off")]
    pub srtp: Option<String>,
}

impl TrunkWish {
    /// From the body of a request.
    ///
    /// # Errors
    /// Names every field that is unknown or wrong.
    pub fn read(body: &Value) -> Result<Self, Problem> {
        let mut settings = Vec::new();
        let mut errors = Vec::new();
        for (name, value) in object(body)? {
            let Some(setting) = TrunkSetting::from_name(name) else {
                errors.push(unknown(name));
                continue;
            };
            match text_of(value) {
                Some(text) => settings.push((setting, text)),
                None => errors.push(Wrong::new(name, &shown(setting, value), setting.accepted())),
            }
        }
        if errors.is_empty() {
            let wish = Self(settings);
            wish.apply(&mut blank()?)?;
            Ok(wish)
        } else {
            Err(Problem::invalid(errors))
        }
    }

    /// What was asked for goes before what a template says.
    #[must_use]
    pub fn over(self, template: &[(TrunkSetting, String)]) -> Self {
        let named = |setting: TrunkSetting| self.0.iter().any(|(own, _)| *own == setting);
        let mut settings: Vec<_> = template.to_vec();
        settings.retain(|(setting, _)| !named(*setting));
        settings.extend(self.0);
        Self(settings)
    }

    #[must_use]
    pub fn get(&self, wanted: TrunkSetting) -> Option<&str> {
        let mut all = self.0.iter();
        let found = all.find(|(setting, _)| *setting == wanted)?;
        Some(&found.1)
    }

    /// Sets all of it.
    ///
    /// # Errors
    /// Names every setting that is wrong; the record is of no use then.
    pub fn apply(&self, record: &mut TrunkRecord) -> Result<(), Problem> {
        let set = |(setting, text): &(TrunkSetting, String)| setting.set(record, text).err();
        let errors: Vec<Wrong> = self.0.iter().filter_map(set).map(Wrong::from).collect();
        if errors.is_empty() {
            Ok(())
        } else {
            Err(Problem::invalid(errors))
        }
    }

    /// The names of what is set, for the audit log.
    #[must_use]
    pub fn names(&self) -> String {
        let names: Vec<_> = self.0.iter().map(|(setting, _)| setting.name()).collect();
        names.join(", ")
    }
}

/// No value: the password is one of them.
impl fmt::Debug for TrunkWish {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TrunkWish({})", self.names())
    }
}

/// One on which a wish can be tried.
fn blank() -> Result<TrunkRecord, Problem> {
    let name = "Trunk".parse().map_err(Wrong::from);
    let host = TrunkHost::read("host", "localhost").map_err(Wrong::from);
    let tried = |wrong| Problem::invalid(vec![wrong]);
    let mut chance = conclave_model::Chance::from_seed([0; 32]);
    let at = conclave_model::UnixMillis(0);
    Ok(TrunkRecord::new(
        name.map_err(tried)?,
        host.map_err(tried)?,
        at,
        &mut chance,
    ))
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::Bool(true) => Some("yes".to_owned()),
        Value::Bool(false) => Some("no".to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.clone()),
        Value::Array(parts) => {
            let texts: Option<Vec<&str>> = parts.iter().map(Value::as_str).collect();
            Some(texts?.join(","))
        }
        Value::Object(_) => None,
    }
}

/// Never a password, in whatever form it came.
fn shown(setting: TrunkSetting, value: &Value) -> String {
    if setting == TrunkSetting::Secret {
        String::new()
    } else {
        value.to_string()
    }
}

fn unknown(name: &str) -> Wrong {
    let known = TrunkSetting::ALL.map(TrunkSetting::name);
    let accepted = match nearest(name, known) {
        Some(meant) => format!("a known field; did you mean {meant}?"),
        None => format!("one of {}", known.join(", ")),
    };
    Wrong::new(name, "", accepted)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fields(body: &Value) -> Vec<String> {
        let problem = TrunkWish::read(body).unwrap_err();
        problem.errors.into_iter().map(|one| one.field).collect()
    }

    #[test]
    fn everything_that_is_wrong_is_named_at_once_and_a_password_never_shown() {
        assert_eq!(fields(&json!({"hots": "x", "max_cals": 1})).len(), 2);
        let body = json!({"expires_s": 3, "srtp": "maybe", "host": "a b"});
        assert_eq!(fields(&body), ["expires_s", "host", "srtp"]);
        let wrong = json!({"secret": {"a": "sesame"}});
        let problem = TrunkWish::read(&wrong).unwrap_err();
        assert!(!format!("{problem:?}").contains("sesame"));
        let wish = TrunkWish::read(&json!({"secret": "sesame"})).unwrap();
        assert_eq!(format!("{wish:?}"), "TrunkWish(secret)");
    }

    #[test]
    fn what_was_asked_for_goes_before_the_template() {
        let wish = TrunkWish::read(&json!({"transport": "tls", "allowed": ["192.0.2.1"]})).unwrap();
        let template = [
            (TrunkSetting::Transport, "tcp".to_owned()),
            (TrunkSetting::Expires, "300".to_owned()),
        ];
        let whole = wish.over(&template);
        assert_eq!(whole.get(TrunkSetting::Transport), Some("tls"));
        assert_eq!(whole.get(TrunkSetting::Expires), Some("300"));
        assert_eq!(whole.get(TrunkSetting::Allowed), Some("192.0.2.1"));
        assert_eq!(whole.get(TrunkSetting::User), None);
    }
}
