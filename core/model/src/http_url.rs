//! The address of something that is asked over HTTP; asks nothing.

use std::fmt;
use std::net::Ipv6Addr;
use std::str::FromStr;

use crate::{FieldError, limits};

/// `http://` or `https://`, a host, perhaps a port, a path and a query: no user, no fragment.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpUrl {
    text: String,
    is_secure: bool,
    /// Where the authority ends and the path begins.
    path_at: usize,
    /// Where the host ends: at the colon of the port, or where the authority ends.
    host_end: usize,
    port: u16,
}

impl HttpUrl {
    /// As it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is `https`.
    #[must_use]
    pub const fn is_secure(&self) -> bool {
        self.is_secure
    }

    /// Without the brackets of an IPv6 address.
    #[must_use]
    pub fn host(&self) -> &str {
        let host = &self.text[self.authority_at()..self.host_end];
        host.trim_start_matches('[').trim_end_matches(']')
    }

    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Host and port as a `Host` header has them.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.text[self.authority_at()..self.path_at]
    }

    /// Path and query as a request has them.
    #[must_use]
    pub fn target(&self) -> String {
        let rest = &self.text[self.path_at..];
        if rest.starts_with('/') {
            rest.to_owned()
        } else {
            format!("/{rest}")
        }
    }

    const fn authority_at(&self) -> usize {
        if self.is_secure {
            "https://".len()
        } else {
            "http://".len()
        }
    }
}

impl FromStr for HttpUrl {
    type Err = FieldError;

    fn from_str(text: &str) -> Result<Self, FieldError> {
        read(text).ok_or_else(|| FieldError::new("url", text, ACCEPTED))
    }
}

/// Without path and query, in which some services want a secret.
impl fmt::Debug for HttpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text[..self.path_at])
    }
}

fn read(text: &str) -> Option<HttpUrl> {
    if text.len() > limits::URL_BYTES || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return None;
    }
    let (is_secure, start) = match text {
        _ if text.starts_with("https://") => (true, "https://".len()),
        _ if text.starts_with("http://") => (false, "http://".len()),
        _ => return None,
    };
    let rest = &text[start..];
    let path_at = start + rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let authority = &text[start..path_at];
    if text.contains(['#', '"', '<', '>', '\\']) || authority.contains('@') {
        return None;
    }
    let port_at = match authority.rfind(']') {
        Some(bracket) => authority[bracket..].find(':').map(|at| bracket + at),
        None => authority.find(':'),
    };
    let host_end = start + port_at.unwrap_or(authority.len());
    let port = match port_at {
        Some(at) => authority[at + 1..].parse().ok().filter(|port| *port > 0)?,
        None if is_secure => 443,
        None => 80,
    };
    is_host(&text[start..host_end]).then(|| HttpUrl {
        text: text.to_owned(),
        is_secure,
        path_at,
        host_end,
        port,
    })
}

fn is_host(host: &str) -> bool {
    if let Some(inner) = host.strip_prefix('[') {
        let inner = inner.strip_suffix(']');
        return inner.is_some_and(|inner| inner.parse::<Ipv6Addr>().is_ok());
    }
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    (1..=HOST_BYTES).contains(&host.len()) && host.chars().all(fits)
}

/// RFC 1035 §2.3.4.
const HOST_BYTES: usize = 253;
const ACCEPTED: &str = "https://HOST/PATH or http://HOST:PORT/PATH, without user and fragment";

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> (bool, String, u16, String, String) {
        let url: HttpUrl = text.parse().expect(text);
        let (host, authority) = (url.host().to_owned(), url.authority().to_owned());
        (url.is_secure(), host, url.port(), authority, url.target())
    }

    #[test]
    fn a_url_has_its_parts() {
        let own = |host: &str, authority: &str, target: &str| {
            (host.to_owned(), authority.to_owned(), target.to_owned())
        };
        for (text, secure, port, (host, authority, target)) in [
            (
                "https://a.example/in?k=v",
                true,
                443,
                own("a.example", "a.example", "/in?k=v"),
            ),
            (
                "http://10.0.0.5:8080",
                false,
                8_080,
                own("10.0.0.5", "10.0.0.5:8080", "/"),
            ),
            ("http://[::1]:81/x", false, 81, own("::1", "[::1]:81", "/x")),
            ("https://[::1]?q", true, 443, own("::1", "[::1]", "/?q")),
        ] {
            assert_eq!(
                parts(text),
                (secure, host, port, authority, target),
                "{text}"
            );
        }
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_none() {
        for bad in [
            "",
            "ftp://a/",
            "https://",
            "https:///x",
            "http://user@host/",
            "http://a@b@c/",
            "http://host:0/",
            "http://host:70000/",
            "http://host:/",
            "http://[::1/",
            "http://[x]/",
            "http://::1/",
            "http://a b/",
            "http://a/#f",
            "http://a\\b/",
            "http://ä.example/",
            "http://a/\r\nX: y",
        ] {
            assert!(bad.parse::<HttpUrl>().is_err(), "{bad}");
        }
        assert!(
            format!("http://a/{}", "x".repeat(limits::URL_BYTES))
                .parse::<HttpUrl>()
                .is_err()
        );
    }

    #[test]
    fn a_log_shows_no_path() {
        let url: HttpUrl = "https://a.example/secret?token=1".parse().expect("a url");
        assert_eq!(format!("{url:?}"), "https://a.example");
    }
}
