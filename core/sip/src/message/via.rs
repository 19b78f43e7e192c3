//! Via: where an answer goes and which headers it repeats (RFC 3261 §18.2.2, RFC 3581).

use std::net::SocketAddr;

use super::uri::{parse_ip, split_host_port};
use super::value::{after_params, list, number, param, params};
use super::{Fields, Message, Name};
use crate::{Path, Transport};

/// The topmost Via: who sent the message to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Via<'a> {
    /// `SIP/2.0/UDP host:port` as written.
    head: &'a [u8],
    pub(crate) host: &'a [u8],
    pub(crate) port: Option<u16>,
    params: &'a [u8],
}

impl<'a> Via<'a> {
    /// White space is allowed around every `/` and `:`.
    pub(crate) fn parse(value: &'a [u8]) -> Option<Self> {
        let params = after_params(value);
        let head = value[..value.len() - params.len()].trim_ascii();
        let mut slashes = head.iter().enumerate().filter(|(_, byte)| **byte == b'/');
        let (version_start, _) = slashes.next()?;
        let (transport_start, _) = slashes.next()?;
        let version = head[version_start + 1..transport_start].trim_ascii();
        let is_sip = head[..version_start]
            .trim_ascii()
            .eq_ignore_ascii_case(b"SIP");
        let rest = head[transport_start + 1..].trim_ascii_start();
        let space = rest.iter().position(u8::is_ascii_whitespace)?;
        let (host, port) = split_host_port(&rest[space..])?;
        // A Via of another version is kept: the version of the request decides (505).
        (is_sip && !version.is_empty()).then_some(Via {
            head,
            host,
            port,
            params,
        })
    }

    pub(crate) fn branch(&self) -> &'a [u8] {
        param(self.params, "branch").unwrap_or(b"")
    }

    /// Our own address as whoever answered a request of ours saw it: `received` and `rport`.
    pub(crate) fn seen_as(&self) -> Option<SocketAddr> {
        let ip = parse_ip(param(self.params, "received").unwrap_or(self.host))?;
        let rport = param(self.params, "rport").and_then(number);
        let port = rport.and_then(|port| u16::try_from(port).ok());
        Some(SocketAddr::new(ip, port.or(self.port).unwrap_or(0)))
    }

    fn rport(&self) -> bool {
        param(self.params, "rport").is_some()
    }

    /// The sender names an address that is not the one its packets come from: behind a NAT.
    pub(crate) fn differs_from(&self, source: SocketAddr) -> bool {
        parse_ip(self.host).is_some_and(|ip| ip != source.ip())
    }
}

/// Where the responses to a request go that came along `path`.
pub(crate) fn reply_path(via: &Via<'_>, path: Path) -> Path {
    let port = match path.transport {
        Transport::Udp if via.rport() => path.remote.port(),
        // Used over a stream only when it is gone (RFC 3261 §18.2.2).
        Transport::Udp | Transport::Tcp | Transport::Tls | Transport::Ws | Transport::Wss => {
            let port = via.port.filter(|port| *port != 0);
            port.unwrap_or(path.transport.default_port())
        }
    };
    let remote = SocketAddr::new(path.remote.ip(), port);
    Path { remote, ..path }
}

/// The headers every response to `request` repeats: Via with `received` and `rport`, From, To with
/// `local_tag`, Call-ID, CSeq, and for an INVITE Record-Route.
pub(crate) fn reply_head(request: &Message, path: Path, local_tag: &str) -> Vec<u8> {
    let mut fields = Fields::with_capacity(512);
    let mut vias = request.fields_of(Name::Via);
    if let Some(first) = vias.next() {
        fields.add_bytes("Via", &marked_via(first, path));
    }
    for via in vias {
        fields.add_bytes("Via", via);
    }
    for (name, wire) in [
        (Name::From, "From"),
        (Name::CallId, "Call-ID"),
        (Name::Cseq, "CSeq"),
    ] {
        if let Some(value) = request.field(name) {
            fields.add_bytes(wire, value);
        }
    }
    if let Some(to) = request.field(Name::To) {
        let mut value = to.to_vec();
        if request.callee_tag().is_none() && request.to().is_some() {
            value.extend_from_slice(b";tag=");
            value.extend_from_slice(local_tag.as_bytes());
        }
        fields.add_bytes("To", &value);
    }
    if request.method() == super::Method::Invite {
        for route in request.fields_of(Name::RecordRoute) {
            fields.add_bytes("Record-Route", route);
        }
    }
    fields.into_bytes()
}

/// The first Via field with `received` and `rport` as we saw them; a forged `received` goes.
fn marked_via(field: &[u8], path: Path) -> Vec<u8> {
    let Some(top) = list(field).next() else {
        return field.to_vec();
    };
    let Some(via) = Via::parse(top) else {
        return field.to_vec();
    };
    let mut out = via.head.to_vec();
    for (name, value) in params(via.params) {
        if name.eq_ignore_ascii_case(b"received") || name.eq_ignore_ascii_case(b"rport") {
            continue;
        }
        out.push(b';');
        out.extend_from_slice(name);
        if let Some(value) = value {
            out.push(b'=');
            out.extend_from_slice(value);
        }
    }
    let source = path.remote;
    if via.rport() {
        out.extend_from_slice(format!(";rport={}", source.port()).as_bytes());
    }
    if via.rport() || parse_ip(via.host) != Some(source.ip()) {
        out.extend_from_slice(format!(";received={}", source.ip()).as_bytes());
    }
    for further in list(field).skip(1) {
        out.extend_from_slice(b", ");
        out.extend_from_slice(further);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(remote: &str) -> Path {
        Path {
            transport: Transport::Udp,
            local: "192.0.2.1:5060".parse().unwrap(),
            remote: remote.parse().unwrap(),
            conn: None,
        }
    }

    #[test]
    fn a_via_is_read_whatever_its_spaces() {
        let via =
            Via::parse(b"SIP  /   2.0\r\n /UDP\r\n    192.0.2.2 : 99;branch=390skdjuw").unwrap();
        assert_eq!((via.host, via.port), (b"192.0.2.2".as_slice(), Some(99)));
        assert_eq!(via.branch(), b"390skdjuw");
        let via = Via::parse(b"SIP/2.0/UDP [2001:db8::9:1]:6050;received=[::1];branch=z").unwrap();
        assert_eq!(
            (via.host, via.port),
            (b"[2001:db8::9:1]".as_slice(), Some(6050))
        );
        for bad in [
            "",
            "SIP/2.0",
            "SIP/2.0/UDP",
            "HTTP/2.0/UDP x",
            "SIP/2.0/UDP x:y",
        ] {
            assert_eq!(Via::parse(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn an_answer_goes_to_the_source_port_only_when_asked() {
        let plain = Via::parse(b"SIP/2.0/UDP 10.0.0.1:6000;branch=z").unwrap();
        let to = reply_path(&plain, path("198.51.100.7:777")).remote;
        assert_eq!(to, "198.51.100.7:6000".parse().unwrap());
        let rport = Via::parse(b"SIP/2.0/UDP 10.0.0.1:6000;rport;branch=z").unwrap();
        let to = reply_path(&rport, path("198.51.100.7:777")).remote;
        assert_eq!(to, "198.51.100.7:777".parse().unwrap());
    }

    #[test]
    fn received_and_rport_are_ours_to_say() {
        let field = b"SIP/2.0/UDP 10.0.0.1;rport;received=1.2.3.4;branch=z, SIP/2.0/TCP b;branch=y";
        let marked = marked_via(field, path("198.51.100.7:777"));
        let expected = "SIP/2.0/UDP 10.0.0.1;branch=z;rport=777;received=198.51.100.7, \
                        SIP/2.0/TCP b;branch=y";
        assert_eq!(String::from_utf8(marked).unwrap(), expected);
        let same = marked_via(
            b"SIP/2.0/UDP 198.51.100.7;branch=z",
            path("198.51.100.7:5060"),
        );
        assert_eq!(same, b"SIP/2.0/UDP 198.51.100.7;branch=z");
    }
}
