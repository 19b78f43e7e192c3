//! Which service signs people in, and what their groups are here; reads no file.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;

use conclave_model::{HttpUrl, Role};

/// A sign-in service (OpenID Connect) and what is made of what it says.
#[derive(Clone, Debug, PartialEq)]
pub struct OidcSettings {
    /// As the button says it.
    pub name: String,
    /// As the service calls itself, to the letter.
    pub issuer: HttpUrl,
    pub client_id: String,
    /// None for a client that has none: PKCE alone protects the code then.
    pub client_secret: Option<ClientSecret>,
    /// Asked for beside `openid`.
    pub scopes: Vec<String>,
    /// The claim that has somebody's groups: a text, or a list of texts.
    pub roles_claim: String,
    /// The role that a group has here; who is in several gets the highest.
    pub roles: BTreeMap<String, Role>,
    /// The role of those in none of the groups; without it, they are refused.
    pub otherwise: Option<Role>,
    /// How browsers reach us, `https://HOST`; without it, as each of them says.
    pub url: Option<String>,
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

/// Whether what is asked there stays secret: `https`, or this very machine.
#[must_use]
pub(crate) fn is_guarded(url: &HttpUrl) -> bool {
    let address = url.host().parse::<IpAddr>();
    url.is_secure() || url.host() == "localhost" || address.is_ok_and(|ip| ip.is_loopback())
}
