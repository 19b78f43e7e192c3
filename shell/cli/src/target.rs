//! Which server is meant: the one in the data directory, or one elsewhere.

use std::path::PathBuf;

use crate::{Failure, Options, Secret};

/// Where requests go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Socket(PathBuf),
    Tcp { authority: String, token: Secret },
}

impl Target {
    pub fn of(options: &Options) -> Result<Self, Failure> {
        let Some(url) = &options.server else {
            return Ok(Target::Socket(options.data.join("conclave.sock")));
        };
        let token = options.token.clone().ok_or_else(|| {
            let file = "the file `token` of its data directory";
            Failure::Usage(format!(
                "--server needs --token or CONCLAVE_TOKEN; it is in {file}"
            ))
        })?;
        if !token.reveal().bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Failure::Usage(
                "--token: expected visible ASCII characters".to_owned(),
            ));
        }
        Ok(Target::Tcp {
            authority: authority(url)?,
            token,
        })
    }

    /// For the `Host` header.
    pub fn host(&self) -> &str {
        match self {
            Target::Socket(_) => "localhost",
            Target::Tcp { authority, .. } => authority,
        }
    }

    /// For people.
    pub fn describe(&self) -> String {
        match self {
            Target::Socket(path) => path.display().to_string(),
            Target::Tcp { authority, .. } => authority.clone(),
        }
    }
}

/// `host:port` of `http://host:port/` or of `host:port`.
fn authority(url: &str) -> Result<String, Failure> {
    let refuse = || {
        let accepted = "expected http://HOST:PORT; put a TLS proxy in front for https";
        Failure::Usage(format!("--server: {url:?} is not accepted; {accepted}"))
    };
    let rest = url.strip_prefix("http://").unwrap_or(url);
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    let bad = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '/' | '?' | '#' | '@');
    if rest.is_empty() || rest.contains(bad) {
        return Err(refuse());
    }
    let host = rest
        .rsplit_once(':')
        .filter(|(_, port)| !port.contains(']'));
    match host {
        Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok() => {
            Ok(rest.to_owned())
        }
        Some(_) => Err(refuse()),
        None => Ok(format!("{rest}:80")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_named_by_host_and_port() {
        let ok = |url: &str| authority(url).unwrap();
        assert_eq!(ok("http://pbx:8080/"), "pbx:8080");
        assert_eq!(ok("192.0.2.1:8080"), "192.0.2.1:8080");
        assert_eq!(ok("http://[::1]:8080"), "[::1]:8080");
        assert_eq!(ok("http://pbx"), "pbx:80");
        assert_eq!(ok("[::1]"), "[::1]:80");
        for bad in [
            "",
            "https://pbx",
            "http://pbx/api",
            "pbx:x",
            "a b",
            "http://u@pbx",
        ] {
            assert!(authority(bad).is_err(), "{bad}");
        }
    }
}
