//! Which service signs people in, and what their groups are here; reads no file.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;

use conclave_model::{HttpUrl, Role};
use serde_json::{Map, Value};

/// A sign-in service (OpenID Connect) and what is made of what it says.
#[derive(Clone, Debug, PartialEq)]
pub struct OidcSettings {
    /// As the button says it.
    pub name: String,
    /// As the service calls itself, to the letter; [`is_guarded`].
    pub issuer: HttpUrl,
    pub client_id: String,
    /// None for a client that has none: PKCE alone protects the code then.
    pub client_secret: Option<ClientSecret>,
    /// Asked for beside `openid`.
    pub scopes: Vec<String>,
    /// The claim that has somebody's groups: a text, or a list of texts. With dots, one inside
    /// another.
    pub roles_claim: String,
    /// The role that a group has here; who is in several gets the highest.
    pub roles: BTreeMap<String, Role>,
    /// The role of those in none of the groups; without it, they are refused.
    pub otherwise: Option<Role>,
    /// How browsers reach us: scheme, host and port alone; [`is_guarded`].
    pub url: HttpUrl,
}

/// What proves to the service that it is we who ask; never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientSecret(pub String);

impl fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientSecret(••••)")
    }
}

impl OidcSettings {
    /// An address of ours as browsers reach it; `path` begins with a slash.
    #[must_use]
    pub fn here(&self, path: &str) -> String {
        format!("{}{path}", self.url.as_str().trim_end_matches('/'))
    }

    /// The role of somebody of whom the service says this.
    pub(crate) fn role(&self, claims: &Map<String, Value>) -> Option<Role> {
        // Anybody may write down an address of mail; whose it is was looked at, or was not.
        let verified = claims.get("email_verified") == Some(&Value::Bool(true));
        let said = nested(claims, &self.roles_claim);
        let groups = match said.filter(|_| verified || self.roles_claim != "email") {
            Some(Value::String(one)) => vec![one.as_str()],
            Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
            Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_)) | None => {
                Vec::new()
            }
        };
        self.role_of(groups.into_iter())
    }

    /// The highest role that these groups give.
    #[must_use]
    pub fn role_of<'a>(&self, groups: impl Iterator<Item = &'a str>) -> Option<Role> {
        let given: Vec<Role> = groups
            .filter_map(|group| self.roles.get(group).copied())
            .collect();
        let highest = Role::ALL.into_iter().find(|role| given.contains(role));
        highest.or(self.otherwise)
    }
}

/// Names of claims have dots in them too (`https://example.com/groups`): the whole name first.
fn nested<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    if let Some(found) = claims.get(name) {
        return Some(found);
    }
    let mut parts = name.split('.');
    let first = claims.get(parts.next()?)?;
    parts.try_fold(first, |inside, part| inside.get(part))
}

/// Whether what is asked there stays secret: `https`, or this very machine.
#[must_use]
pub fn is_guarded(url: &HttpUrl) -> bool {
    let address = url.host().parse::<IpAddr>();
    url.is_secure() || url.host() == "localhost" || address.is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn settings(roles_claim: &str, otherwise: Option<Role>) -> OidcSettings {
        let roles = [("staff", Role::Moderator), ("chiefs", Role::Admin)];
        OidcSettings {
            name: "Keycloak".into(),
            issuer: "https://id.example.com".parse().expect("a url"),
            client_id: "conclave".into(),
            client_secret: Some(ClientSecret("hush".into())),
            scopes: Vec::new(),
            roles_claim: roles_claim.into(),
            roles: BTreeMap::from(roles.map(|(group, role)| (group.into(), role))),
            otherwise,
            url: "https://conf.example.com/".parse().expect("a url"),
        }
    }

    #[test]
    fn the_highest_role_that_a_group_gives_counts() {
        let role = |name: &str, claims: Value| {
            settings(name, None).role(claims.as_object().expect("an object"))
        };
        let both = json!({"groups": ["staff", "others", "chiefs"]});
        assert_eq!(role("groups", both), Some(Role::Admin));
        assert_eq!(
            role("groups", json!({"groups": "staff"})),
            Some(Role::Moderator)
        );
        let inside = json!({"realm_access": {"roles": ["staff"]}});
        assert_eq!(role("realm_access.roles", inside), Some(Role::Moderator));
        let dots = json!({"https://a.b/groups": ["chiefs"]});
        assert_eq!(role("https://a.b/groups", dots), Some(Role::Admin));
        for nothing in [
            json!({}),
            json!({"groups": []}),
            json!({"groups": ["Staff", " staff", ""]}),
            json!({"groups": {"staff": true}}),
            json!({"groups": [["staff"]]}),
            json!({"groups": null}),
        ] {
            assert_eq!(role("groups", nothing.clone()), None, "{nothing}");
        }
        let mail = |verified: Value| json!({"email": "staff", "email_verified": verified});
        assert_eq!(role("email", mail(json!(true))), Some(Role::Moderator));
        for unknown in [json!(false), json!("true"), json!(null)] {
            assert_eq!(role("email", mail(unknown)), None);
        }
        assert_eq!(role("email", json!({"email": "staff"})), None);
        let otherwise = settings("groups", Some(Role::Auditor));
        assert_eq!(otherwise.role(&Map::new()), Some(Role::Auditor));
    }

    #[test]
    fn a_log_shows_no_secret() {
        assert!(!format!("{:?}", settings("groups", None)).contains("hush"));
    }

    #[test]
    fn an_address_of_ours_is_made_of_what_was_said() {
        let here = settings("groups", None).here("/api");
        assert_eq!(here, "https://conf.example.com/api");
    }
}
