//! A URI taken apart as far as routing and dialling need it; resolves no name.

use std::net::{IpAddr, SocketAddr};

use super::value::param;
use crate::Transport;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Uri<'a> {
    pub(crate) scheme: Scheme,
    /// Percent-encoded; `None` when there is none.
    pub(crate) user: Option<&'a [u8]>,
    /// Empty for `tel:` and foreign schemes; IPv6 keeps its brackets.
    pub(crate) host: &'a [u8],
    pub(crate) port: Option<u16>,
    params: &'a [u8],
    /// What follows `?`: headers a URI wants in the request made from it.
    pub(crate) has_headers: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    Sip,
    Sips,
    Tel,
    Foreign,
}

impl<'a> Uri<'a> {
    /// `None` when a SIP URI has no host or an impossible port, or there is no scheme at all.
    pub(crate) fn parse(uri: &'a [u8]) -> Option<Self> {
        let colon = uri.iter().position(|byte| *byte == b':')?;
        let scheme = Scheme::parse(&uri[..colon])?;
        let rest = &uri[colon + 1..];
        match scheme {
            Scheme::Sip | Scheme::Sips => Uri::parse_sip(scheme, rest),
            Scheme::Tel => {
                let end = rest.iter().position(|byte| *byte == b';');
                let number = &rest[..end.unwrap_or(rest.len())];
                (!number.is_empty()).then(|| Uri::bare(scheme, Some(number)))
            }
            Scheme::Foreign => (!rest.is_empty()).then(|| Uri::bare(scheme, None)),
        }
    }

    fn bare(scheme: Scheme, user: Option<&'a [u8]>) -> Self {
        Uri {
            scheme,
            user,
            host: b"",
            port: None,
            params: b"",
            has_headers: false,
        }
    }

    fn parse_sip(scheme: Scheme, rest: &'a [u8]) -> Option<Self> {
        // A user part may hold `;` and `?` unescaped, but no `@`: so the last `@` ends it.
        let at = rest.iter().rposition(|byte| *byte == b'@');
        let (userinfo, rest) = match at {
            Some(at) => (Some(&rest[..at]), &rest[at + 1..]),
            None => (None, rest),
        };
        let user = userinfo.map(|info| info.split(|byte| *byte == b':').next().unwrap_or(info));
        let end = rest.iter().position(|byte| matches!(byte, b';' | b'?'));
        let (hostport, tail) = rest.split_at(end.unwrap_or(rest.len()));
        let question = tail.iter().position(|byte| *byte == b'?');
        let (host, port) = split_host_port(hostport)?;
        Some(Uri {
            scheme,
            user: user.filter(|user| !user.is_empty()),
            host,
            port,
            params: &tail[..question.unwrap_or(tail.len())],
            has_headers: question.is_some(),
        })
    }

    pub(crate) fn param(&self, name: &str) -> Option<&'a [u8]> {
        param(self.params, name)
    }

    /// The address, when the host is one and not a name, for whoever goes there over `transport`.
    pub(crate) fn socket_addr(&self, transport: Transport) -> Option<SocketAddr> {
        let ip = parse_ip(self.host)?;
        let port = self.port.unwrap_or(transport.default_port());
        Some(SocketAddr::new(ip, port))
    }

    /// The user part percent-decoded, without the parameters of a telephone number
    /// (`+49301;npdi@host`, RFC 3261 §19.1.6).
    pub(crate) fn dialled(&self) -> String {
        let user = self.user.unwrap_or(b"");
        let end = user.iter().position(|byte| *byte == b';');
        let number = &user[..end.unwrap_or(user.len())];
        let number = if number.is_empty() { user } else { number };
        let decoded = percent_decode(number);
        String::from_utf8_lossy(&decoded)
            .chars()
            .filter(|letter| !letter.is_control())
            .collect()
    }
}

impl Scheme {
    fn parse(scheme: &[u8]) -> Option<Scheme> {
        let known = [
            (b"sip".as_slice(), Scheme::Sip),
            (b"sips", Scheme::Sips),
            (b"tel", Scheme::Tel),
        ];
        let token = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
        if scheme.is_empty() || !scheme.iter().all(token) {
            return None;
        }
        let found = known
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(scheme));
        Some(found.map_or(Scheme::Foreign, |(_, scheme)| *scheme))
    }
}

/// `host`, `host:port`, `[v6]` or `[v6]:port`; white space around the colon is allowed (Via).
pub(crate) fn split_host_port(hostport: &[u8]) -> Option<(&[u8], Option<u16>)> {
    let hostport = hostport.trim_ascii();
    let host_end = if hostport.first() == Some(&b'[') {
        hostport.iter().position(|byte| *byte == b']')? + 1
    } else {
        let colon = hostport.iter().position(|byte| *byte == b':');
        colon.unwrap_or(hostport.len())
    };
    let host = hostport[..host_end].trim_ascii();
    let port = match hostport[host_end..].trim_ascii() {
        [] => None,
        [b':', digits @ ..] => {
            let digits = std::str::from_utf8(digits.trim_ascii()).ok()?;
            Some(digits.parse().ok()?)
        }
        _ => return None,
    };
    (!host.is_empty() && host.iter().all(u8::is_ascii_graphic)).then_some((host, port))
}

/// With or without the brackets of IPv6.
pub(crate) fn parse_ip(host: &[u8]) -> Option<IpAddr> {
    let bare = match host {
        [b'[', inner @ .., b']'] => inner,
        _ => host,
    };
    std::str::from_utf8(bare).ok()?.parse().ok()
}

fn percent_decode(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [first, tail @ ..] = rest {
        rest = tail;
        let pair = tail
            .get(..2)
            .filter(|pair| *first == b'%' && pair.iter().all(u8::is_ascii_hexdigit));
        let hex = pair.and_then(|pair| std::str::from_utf8(pair).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                rest = &tail[2..];
            }
            None => out.push(*first),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uris_are_taken_apart() {
        let uri = Uri::parse(b"sip:801@192.0.2.1:5080;transport=tcp;lr").unwrap();
        assert_eq!(uri.dialled(), "801");
        assert_eq!(
            uri.socket_addr(Transport::Udp),
            Some("192.0.2.1:5080".parse().unwrap())
        );
        assert_eq!(uri.param("LR"), Some(b"".as_slice()));
        let uri = Uri::parse(b"sip:[2001:db8::9]").unwrap();
        assert_eq!(
            uri.socket_addr(Transport::Udp),
            Some("[2001:db8::9]:5060".parse().unwrap())
        );
        let over_tls = uri.socket_addr(Transport::Tls);
        assert_eq!(over_tls, Some("[2001:db8::9]:5061".parse().unwrap()));
        let uri = Uri::parse(b"SIP:user;par=u%40example.net@example.com").unwrap();
        assert_eq!(
            (uri.dialled().as_str(), uri.host),
            ("user", b"example.com".as_slice())
        );
        assert_eq!(uri.socket_addr(Transport::Udp), None);
        let uri = Uri::parse(b"tel:+1-201;phone-context=x").unwrap();
        assert_eq!(uri.dialled(), "+1-201");
        assert_eq!(Uri::parse(b"soap.beep:x").unwrap().scheme, Scheme::Foreign);
        assert!(Uri::parse(b"sip:a@b?Route=x").unwrap().has_headers);
        assert_eq!(Uri::parse(b"sip:%37%zz@h").unwrap().dialled(), "7%zz");
    }

    #[test]
    fn what_has_no_host_is_no_uri() {
        for bad in [
            "",
            "sip:",
            "sip:a@",
            "sip:a@b:99999",
            "sip:a@[::1",
            "nocolon",
            ":x",
            "a b:c",
        ] {
            assert_eq!(Uri::parse(bad.as_bytes()), None, "{bad}");
        }
    }
}
