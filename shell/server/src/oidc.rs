//! Reads how people are signed in by another service; asks that service nothing.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use conclave_fetch::{Fetcher, Networks};
use conclave_model::{HttpUrl, Role};
use conclave_oidc::{ClientSecret, OidcSettings, SignInService};
use serde::Deserialize;

use crate::webhooks::trust;

/// The table `oidc` of `conclave.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OidcFile {
    name: Option<String>,
    issuer: String,
    client_id: String,
    /// Beside `conclave.toml` unless it says otherwise.
    client_secret_file: Option<PathBuf>,
    scopes: Option<Vec<String>>,
    roles_claim: Option<String>,
    #[serde(default)]
    roles: BTreeMap<String, String>,
    /// `refuse`, or the role of those in none of the groups.
    otherwise: Option<String>,
    url: Option<String>,
}

/// The way to the service. The operator chose it, so it may be on a private network.
///
/// # Errors
/// When the authorities that vouch for it cannot be read.
pub fn service(
    settings: OidcSettings,
    authorities: Option<&Path>,
) -> Result<Arc<SignInService>, String> {
    let fetcher = Fetcher::new(Networks::Private, trust(authorities)?, PATIENCE);
    Ok(Arc::new(SignInService::new(settings, fetcher)))
}

impl OidcFile {
    /// # Errors
    /// A sentence that names the field, the value and what would be accepted.
    pub fn read(self, data: &Path) -> Result<OidcSettings, String> {
        let issuer = read_issuer(&self.issuer)?;
        let roles = self.roles.iter().map(|(group, text)| {
            let role = read_role(&format!("oidc.roles.{group}"), text)?;
            Ok((group.clone(), role))
        });
        let roles = roles.collect::<Result<BTreeMap<_, _>, String>>()?;
        let otherwise = match self.otherwise.as_deref() {
            None | Some("refuse") => None,
            Some(text) => Some(read_role("oidc.otherwise", text)?),
        };
        if roles.is_empty() && otherwise.is_none() {
            let why = "oidc: nobody could come in; expected groups in oidc.roles, or a role in \
                       oidc.otherwise";
            return Err(why.to_owned());
        }
        let secret = self.client_secret_file.map(|file| {
            let file = data.join(file);
            let text = std::fs::read_to_string(&file);
            let text = text.map_err(|why| format!("oidc: {}: {why}", file.display()))?;
            Ok::<_, String>(ClientSecret(text.trim().to_owned()))
        });
        let scopes = ["profile", "email"].map(str::to_owned).to_vec();
        Ok(OidcSettings {
            name: self.name.unwrap_or_else(|| issuer.host().to_owned()),
            issuer,
            client_id: self.client_id,
            client_secret: secret.transpose()?,
            scopes: self.scopes.unwrap_or(scopes),
            roles_claim: self.roles_claim.unwrap_or_else(|| "groups".to_owned()),
            roles,
            otherwise,
            url: self.url,
        })
    }
}

/// Whoever reads what is said to it could sign in as anybody: in clear, on this machine only.
fn read_issuer(text: &str) -> Result<HttpUrl, String> {
    let read = text.parse::<HttpUrl>().ok();
    let here = |url: &HttpUrl| {
        let address = url.host().parse::<IpAddr>();
        url.host() == "localhost" || address.is_ok_and(|address| address.is_loopback())
    };
    read.filter(|url| url.is_secure() || here(url))
        .ok_or_else(|| {
            let accepted = "expected https://HOST/PATH; http only on this machine";
            format!("oidc.issuer: {text:?} is not accepted; {accepted}")
        })
}

fn read_role(field: &str, text: &str) -> Result<Role, String> {
    let names = Role::ALL.map(Role::name).join(", ");
    let role = text.parse::<Role>();
    role.map_err(|_| format!("{field}: {text:?} is not accepted; expected one of {names}"))
}

/// Somebody waits for it.
const PATIENCE: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<OidcSettings, String> {
        let file: OidcFile = toml::from_str(text).expect("a table");
        file.read(Path::new("/nowhere"))
    }

    #[test]
    fn a_service_is_reached_by_https_or_on_this_machine() {
        let with = |issuer: &str| {
            let text = format!("issuer = \"{issuer}\"\nclient_id = \"c\"\notherwise = \"auditor\"");
            read(&text)
        };
        assert!(with("https://id.example.com/realms/a").is_ok());
        assert!(with("http://127.0.0.1:8081").is_ok());
        let error = with("http://id.example.com").expect_err("in clear");
        assert!(
            error.contains("oidc.issuer") && error.contains("https://"),
            "{error}"
        );
    }

    #[test]
    fn groups_are_given_roles_and_the_highest_counts() {
        let text = "issuer = \"https://id.example.com\"\nclient_id = \"c\"\n\
            [roles]\nstaff = \"auditor\"\nchiefs = \"admin\"";
        let settings = read(text).expect("complete");
        assert_eq!(
            settings.role_of(["staff", "chiefs"].into_iter()),
            Some(Role::Admin)
        );
        assert_eq!(settings.role_of(["others"].into_iter()), None);
        let wrong = read(&text.replace("admin", "chief")).expect_err("no such role");
        assert!(
            wrong.contains("oidc.roles.chiefs") && wrong.contains("moderator"),
            "{wrong}"
        );
        let nobody = "issuer = \"https://id.example.com\"\nclient_id = \"c\"";
        assert!(read(nobody).expect_err("nobody").contains("oidc.otherwise"));
    }
}
