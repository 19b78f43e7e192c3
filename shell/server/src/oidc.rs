//! Reads how people are signed in by another service; asks that service nothing.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use conclave_fetch::{Fetcher, Networks};
use conclave_model::{HttpUrl, Role};
use conclave_oidc::{ClientSecret, OidcSettings, SignInService, is_guarded};
use conclave_web::OIDC_DONE;
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
    url: String,
    scopes: Option<Vec<String>>,
    roles_claim: Option<String>,
    #[serde(default)]
    roles: BTreeMap<String, String>,
    /// `refuse`, or the role of those in none of the groups.
    otherwise: Option<String>,
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
    Ok(Arc::new(SignInService::new(settings, fetcher, OIDC_DONE)))
}

impl OidcFile {
    /// # Errors
    /// A sentence that names the field, the value and what would be accepted.
    pub fn read(self, data: &Path) -> Result<OidcSettings, String> {
        let issuer = read_issuer(&self.issuer)?;
        let name = match self.name {
            Some(name) => text("oidc.name", &name, 1..=NAME_CHARS)?,
            None => issuer.host().to_owned(),
        };
        let roles = self.roles.iter().map(|(group, text)| {
            let role = read_role(&format!("oidc.roles.{group}"), text, "")?;
            Ok((group.clone(), role))
        });
        let roles = roles.collect::<Result<BTreeMap<_, _>, String>>()?;
        let otherwise = match self.otherwise.as_deref() {
            None | Some("refuse") => None,
            Some(text) => Some(read_role("oidc.otherwise", text, "refuse, ")?),
        };
        if roles.is_empty() && otherwise.is_none() {
            let why = "oidc: nobody could come in; expected groups in oidc.roles, or a role in \
                       oidc.otherwise";
            return Err(why.to_owned());
        }
        let secret = self.client_secret_file;
        let claim = self.roles_claim.unwrap_or_else(|| "groups".to_owned());
        Ok(OidcSettings {
            name,
            client_id: text("oidc.client_id", &self.client_id, 1..=WORD_CHARS)?,
            client_secret: secret
                .map(|file| read_secret(&data.join(file)))
                .transpose()?,
            scopes: read_scopes(self.scopes)?,
            roles_claim: text("oidc.roles_claim", &claim, 1..=WORD_CHARS)?,
            roles,
            otherwise,
            url: read_url(&self.url)?,
            issuer,
        })
    }
}

/// Whoever reads what is said to it could sign in as anybody: in clear, on this machine only.
fn read_issuer(text: &str) -> Result<HttpUrl, String> {
    let url = text.parse::<HttpUrl>().ok().filter(is_guarded);
    url.filter(|url| !url.as_str().contains('?'))
        .ok_or_else(|| {
            let accepted = "expected https://HOST/PATH as the service writes it; http only on this \
                        machine";
            format!("oidc.issuer: {text:?} is not accepted; {accepted}")
        })
}

/// Where codes are brought to us: nobody reads them on the way.
fn read_url(text: &str) -> Result<HttpUrl, String> {
    let url = text.parse::<HttpUrl>().ok().filter(is_guarded);
    url.filter(|url| url.target() == "/").ok_or_else(|| {
        let accepted = "expected https://HOST, as browsers reach this server, without a path; \
                        http only on this machine";
        format!("oidc.url: {text:?} is not accepted; {accepted}")
    })
}

fn read_scopes(scopes: Option<Vec<String>>) -> Result<Vec<String>, String> {
    let Some(scopes) = scopes else {
        return Ok(["profile", "email"].map(str::to_owned).to_vec());
    };
    let fits = |scope: &str| {
        // RFC 6749 §3.3.
        let mut bytes = scope.bytes();
        !scope.is_empty() && bytes.all(|byte| byte.is_ascii_graphic() && !b"\"\\".contains(&byte))
    };
    if let Some(wrong) = scopes.iter().find(|scope| !fits(scope)) {
        let accepted = "expected words without spaces, such as [\"profile\", \"groups\"]";
        return Err(format!(
            "oidc.scopes: {wrong:?} is not accepted; {accepted}"
        ));
    }
    // It is always asked for.
    Ok(scopes
        .into_iter()
        .filter(|scope| scope != "openid")
        .collect())
}

/// A secret that everybody on the machine can read is none.
fn read_secret(file: &Path) -> Result<ClientSecret, String> {
    let at = |why: String| format!("oidc.client_secret_file: {}: {why}", file.display());
    let facts = std::fs::metadata(file).map_err(|why| at(why.to_string()))?;
    let mode = facts.permissions().mode() & 0o777;
    if mode & 0o007 != 0 {
        let why = format!("everybody on this machine may open it (mode {mode:04o}); expected 0600");
        return Err(at(why));
    }
    if facts.len() > SECRET_BYTES {
        return Err(at(format!(
            "{} bytes are no secret; expected one line",
            facts.len()
        )));
    }
    let text = std::fs::read_to_string(file).map_err(|why| at(why.to_string()))?;
    let secret = text.trim();
    if secret.is_empty() || secret.lines().count() > 1 {
        return Err(at("expected one line with the secret in it".to_owned()));
    }
    Ok(ClientSecret(secret.to_owned()))
}

fn read_role(field: &str, text: &str, also: &str) -> Result<Role, String> {
    let names = Role::ALL.map(Role::name).join(", ");
    let role = text.parse::<Role>();
    role.map_err(|_| format!("{field}: {text:?} is not accepted; expected one of {also}{names}"))
}

fn text(field: &str, text: &str, chars: std::ops::RangeInclusive<usize>) -> Result<String, String> {
    let text = text.trim();
    if chars.contains(&text.chars().count()) && !text.chars().any(char::is_control) {
        return Ok(text.to_owned());
    }
    let (least, most) = (chars.start(), chars.end());
    let accepted = format!("expected {least} to {most} characters");
    Err(format!("{field}: {text:?} is not accepted; {accepted}"))
}

/// Somebody waits for it.
const PATIENCE: Duration = Duration::from_secs(10);
/// A button holds it, at 360 px too.
const NAME_CHARS: usize = 40;
const WORD_CHARS: usize = 256;
/// Services make them with 20 to 100 letters; a file longer than this is another one.
const SECRET_BYTES: u64 = 4_096;

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "issuer = \"https://id.example.com/realms/a\"\nclient_id = \"c\"\n\
        url = \"https://conf.example.com\"\notherwise = \"auditor\"\n";

    fn read(text: &str) -> Result<OidcSettings, String> {
        read_in(Path::new("/nowhere"), text)
    }

    fn read_in(data: &Path, text: &str) -> Result<OidcSettings, String> {
        let file: OidcFile = toml::from_str(text).map_err(|why| why.to_string())?;
        file.read(data)
    }

    #[test]
    fn what_is_not_said_is_what_most_want() {
        let settings = read(GOOD).expect("complete");
        assert_eq!(settings.name, "id.example.com");
        assert_eq!(settings.scopes, ["profile", "email"]);
        assert_eq!(settings.roles_claim, "groups");
        assert_eq!(settings.otherwise, Some(Role::Auditor));
        assert_eq!(settings.client_secret, None);
        let refused = GOOD.replace("auditor", "refuse") + "[roles]\na = \"admin\"";
        assert_eq!(read(&refused).expect("complete").otherwise, None);
    }

    #[test]
    fn a_wrong_setting_is_named_with_what_is_accepted() {
        for (line, wrong, names) in [
            (
                "issuer",
                "\"http://id.example.com\"",
                ["oidc.issuer", "https://"],
            ),
            (
                "issuer",
                "\"https://id.example.com?a=b\"",
                ["a=b", "https://HOST/PATH"],
            ),
            ("client_id", "\"\"", ["oidc.client_id", "1 to 256"]),
            (
                "url",
                "\"http://conf.example.com\"",
                ["oidc.url", "https://HOST"],
            ),
            (
                "url",
                "\"https://conf.example.com/a\"",
                ["oidc.url", "without a path"],
            ),
            (
                "otherwise",
                "\"chief\"",
                ["oidc.otherwise: \"chief\"", "refuse, owner, admin"],
            ),
            (
                "otherwise",
                "\"refuse\"",
                ["nobody could come in", "oidc.roles"],
            ),
            (
                "scopes",
                "[\"a b\"]",
                ["oidc.scopes: \"a b\"", "without spaces"],
            ),
            ("roles_claim", "\"\"", ["oidc.roles_claim", "1 to 256"]),
            ("name", "\" \"", ["oidc.name", "1 to 40"]),
            (
                "roles",
                "{ chiefs = \"chief\" }",
                ["oidc.roles.chiefs", "room-manager"],
            ),
            ("clientid", "\"c\"", ["clientid", "client_id"]),
        ] {
            let others = GOOD
                .lines()
                .filter(|kept| !kept.starts_with(&format!("{line} ")));
            let others = others.collect::<Vec<_>>().join("\n");
            let error = read(&format!("{others}\n{line} = {wrong}")).expect_err(wrong);
            for name in names {
                assert!(error.contains(name), "{line} = {wrong}: {error}");
            }
        }
        for line in ["issuer", "client_id", "url"] {
            let others = GOOD.lines().filter(|kept| !kept.starts_with(line));
            let error = read(&others.collect::<Vec<_>>().join("\n")).expect_err("incomplete");
            assert!(error.contains(line), "{error}");
        }
        let here = GOOD.replace("https://id.example.com/realms/a", "http://127.0.0.1:8081");
        assert!(read(&here).is_ok());
    }

    #[test]
    fn a_secret_that_everybody_can_read_is_refused() {
        let data = std::env::temp_dir().join(format!("conclave-oidc-{}", std::process::id()));
        std::fs::create_dir_all(&data).expect("a directory");
        let file = data.join("secret");
        let text = format!("{GOOD}client_secret_file = \"secret\"");
        let tried = |content: &str, mode: u32| {
            std::fs::write(&file, content).expect("written");
            let mode = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(&file, mode).expect("set");
            read_in(&data, &text)
        };
        let settings = tried("hush\n", 0o640).expect("complete");
        assert_eq!(settings.client_secret, Some(ClientSecret("hush".into())));
        let long = "x".repeat(5_000);
        for (content, mode, named) in [
            ("hush", 0o644, "mode 0644"),
            ("\n", 0o600, "one line"),
            ("hush\nhush", 0o600, "one line"),
            (long.as_str(), 0o600, "5000 bytes"),
        ] {
            let error = tried(content, mode).expect_err(named);
            assert!(
                error.contains("oidc.client_secret_file") && error.contains(named),
                "{error}"
            );
            assert!(!error.contains("hush"), "{error}");
        }
        std::fs::remove_file(&file).expect("there");
        let error = read_in(&data, &text).expect_err("none there");
        assert!(error.contains("oidc.client_secret_file"), "{error}");
        std::fs::remove_dir_all(&data).expect("there");
    }
}
