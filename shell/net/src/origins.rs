//! Which web pages may telephone from a browser; knows nothing of who uses it.

use std::net::IpAddr;

/// The pages whose scripts may open a WebSocket to us (RFC 6455 §10.2).
///
/// A browser in our own network opens a WebSocket for any page it is shown, and its address is
/// that of a neighbour: what may call is decided by the page, too. Whoever is no browser says no
/// origin, and is not looked at here.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    /// How this server is called: its own pages may.
    pub names: Vec<String>,
    /// Others, as a browser says them: `https://phone.example.com`; `*` is any.
    pub others: Vec<String>,
}

impl Origins {
    /// `origin` and `host` as the request's headers have them.
    #[must_use]
    pub fn allow(&self, origin: &str, host: &str) -> bool {
        let is_listed = |one: &String| one == "*" || one.eq_ignore_ascii_case(origin);
        if self.others.iter().any(is_listed) {
            return true;
        }
        let Some((_scheme, authority)) = origin.split_once("://") else {
            return false;
        };
        let page = host_of(authority);
        if self
            .names
            .iter()
            .any(|name| name.eq_ignore_ascii_case(page))
        {
            return true;
        }
        // The page is ours if it came from where the WebSocket goes. A name could have been given
        // our address by somebody else (DNS rebinding), an address cannot.
        let is_address = page.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
        (is_address || page == "localhost") && page == host_of(host)
    }
}

/// Without the port.
fn host_of(authority: &str) -> &str {
    let end = if authority.starts_with('[') {
        authority.find(']').map(|at| at + 1)
    } else {
        authority.find(':')
    };
    &authority[..end.unwrap_or(authority.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_pages_and_those_listed_may_and_a_name_that_leads_here_alone_may_not() {
        let origins = Origins {
            names: vec!["conf.test".to_owned()],
            others: vec!["https://phone.test".to_owned()],
        };
        for (origin, host, may) in [
            ("https://conf.test", "conf.test:5063", true),
            ("https://conf.test:8443", "192.0.2.1", true),
            ("http://192.0.2.1:8080", "192.0.2.1:5063", true),
            ("http://[::1]:8080", "[::1]:5063", true),
            ("http://localhost", "localhost:5063", true),
            ("https://phone.test", "conf.test", true),
            ("https://phone.test:444", "conf.test", false),
            ("http://192.0.2.2", "192.0.2.1", false),
            ("https://evil.test", "evil.test", false),
            ("https://conf.test.evil.test", "conf.test", false),
            ("null", "conf.test", false),
            ("", "", false),
        ] {
            assert_eq!(origins.allow(origin, host), may, "{origin} {host}");
        }
        let any = Origins {
            others: vec!["*".to_owned()],
            ..Origins::default()
        };
        assert!(any.allow("null", ""));
    }
}
