//! The other side's name or address, with or without a port; looks nothing up.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use crate::{FieldError, limits};

/// `sip.example.com`, `192.0.2.10`, `2001:db8::5`, each with `:PORT` where a port may stand; IPv6
/// with brackets then.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TrunkHost {
    name: Box<str>,
    /// 1 to 65535; `None`: what the records of the name say, else the transport's own.
    pub port: Option<u16>,
}

impl TrunkHost {
    /// Reads `HOST` or `HOST:PORT`.
    ///
    /// # Errors
    /// Names this field.
    pub fn read(field: &'static str, text: &str) -> Result<Self, FieldError> {
        let text = text.trim();
        let wrong = || {
            FieldError::new(
                field,
                text,
                "a name or an IP address, with :PORT if need be",
            )
        };
        let (name, port) = split(text).ok_or_else(wrong)?;
        let port = match port {
            None => None,
            Some(port) => {
                let port: u16 = port.parse().map_err(|_| wrong())?;
                Some(port).filter(|port| *port != 0)
            }
        };
        let is_address = name.parse::<IpAddr>().is_ok();
        if is_address || is_name(name) {
            let name = name.to_ascii_lowercase().into();
            Ok(Self { name, port })
        } else {
            Err(wrong())
        }
    }

    /// Without brackets.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    #[must_use]
    pub fn ip(&self) -> Option<IpAddr> {
        self.name.parse().ok()
    }

    /// As the host of a SIP URI: an IPv6 address in brackets, no port.
    #[must_use]
    pub fn in_uri(&self) -> String {
        if self.name.parse::<Ipv6Addr>().is_ok() {
            format!("[{}]", self.name)
        } else {
            self.name.to_string()
        }
    }
}

impl fmt::Display for TrunkHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.port, self.ip()) {
            (None, _) => f.write_str(&self.name),
            (Some(port), Some(ip)) => write!(f, "{}", SocketAddr::new(ip, port)),
            (Some(port), None) => write!(f, "{}:{port}", self.name),
        }
    }
}

fn split(text: &str) -> Option<(&str, Option<&str>)> {
    if text.parse::<Ipv6Addr>().is_ok() {
        return Some((text, None));
    }
    if let Some(rest) = text.strip_prefix('[') {
        let (name, tail) = rest.split_once(']')?;
        name.parse::<Ipv6Addr>().ok()?;
        return match tail.strip_prefix(':') {
            None if tail.is_empty() => Some((name, None)),
            None => None,
            Some(port) => Some((name, Some(port))),
        };
    }
    match text.split_once(':') {
        None => Some((text, None)),
        Some((name, port)) => Some((name, Some(port))),
    }
}

/// RFC 1123 §2.1, with the underscore that some put into their zones.
fn is_name(name: &str) -> bool {
    let label = |label: &str| {
        let inside = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        (1..=63).contains(&label.len())
            && label.bytes().all(inside)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    // Digits and points alone are an address with a slip in it.
    let is_slip = name
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    let labels = name.strip_suffix('.').unwrap_or(name);
    !is_slip && name.len() <= limits::HOST_NAME_BYTES && labels.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_are_told_apart() {
        for (text, name, port, shown) in [
            (
                "SIP.Example.com",
                "sip.example.com",
                None,
                "sip.example.com",
            ),
            ("pbx:5080", "pbx", Some(5080), "pbx:5080"),
            ("192.0.2.10", "192.0.2.10", None, "192.0.2.10"),
            (
                "192.0.2.10:5062",
                "192.0.2.10",
                Some(5062),
                "192.0.2.10:5062",
            ),
            ("2001:db8::5", "2001:db8::5", None, "2001:db8::5"),
            (
                "[2001:db8::5]:5062",
                "2001:db8::5",
                Some(5062),
                "[2001:db8::5]:5062",
            ),
        ] {
            let host = TrunkHost::read("host", text).unwrap();
            assert_eq!((host.name(), host.port), (name, port), "{text}");
            assert_eq!(host.to_string(), shown);
            assert_eq!(TrunkHost::read("host", shown).unwrap(), host);
        }
        assert_eq!(
            TrunkHost::read("host", "2001:db8::5").unwrap().in_uri(),
            "[2001:db8::5]"
        );
    }

    #[test]
    fn what_is_neither_is_refused() {
        let long = "a.".repeat(200);
        for bad in [
            "",
            " ",
            "a b",
            "-a.example",
            "a..b",
            "192.0.2.300",
            "host:",
            "host:x",
            "host:99999",
            "[::1",
            "sip:a@b",
            "a@b",
            "a/b",
            &long,
        ] {
            let error = TrunkHost::read("host", bad).unwrap_err();
            assert_eq!(error.field, "host", "{bad:?}");
        }
    }
}
