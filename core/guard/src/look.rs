//! What the first bytes of a packet betray, without parsing it; judges no source.

use conclave_model::limits;

/// What a packet looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// It may be SIP.
    Plausible,
    /// A blank line that keeps a path open, or a STUN request that does (RFC 5626 §3.5).
    KeepAlive,
    /// It says itself that it is a scanner.
    Scanner,
    /// It is no SIP.
    Garbage,
}

impl Look {
    /// At what came as one datagram. Its cost is bounded by [`limits::SCANNER_LOOK_BYTES`].
    #[must_use]
    pub fn at(bytes: &[u8]) -> Self {
        let text = bytes.trim_ascii_start();
        match text.first() {
            None => return Self::KeepAlive,
            // RFC 5389 §6: the two first bits of STUN are zero; its magic cookie is at byte 4.
            Some(0 | 1) if text.get(4..8) == Some(&STUN_COOKIE) => return Self::KeepAlive,
            Some(_) => {}
        }
        let line_end = text.iter().take(limits::SCANNER_LOOK_BYTES);
        let line_end = line_end.clone().position(|byte| *byte == b'\n');
        let line = &text[..line_end.unwrap_or(text.len().min(limits::SCANNER_LOOK_BYTES))];
        if !is_start_line(line) {
            return Self::Garbage;
        }
        if Self::betrays_scanner(text) {
            return Self::Scanner;
        }
        Self::Plausible
    }

    /// Whether the headers in these bytes, which may begin anywhere in a stream, are a scanner's.
    #[must_use]
    pub fn betrays_scanner(bytes: &[u8]) -> bool {
        let head = &bytes[..bytes.len().min(limits::SCANNER_LOOK_BYTES)];
        head.split(|byte| *byte == b'\n').any(|line| {
            let Some(colon) = line.iter().take(NAME_BYTES).position(|byte| *byte == b':') else {
                return false;
            };
            let name = line[..colon].trim_ascii();
            let value = &line[colon + 1..];
            if name.eq_ignore_ascii_case(b"user-agent") || name.eq_ignore_ascii_case(b"server") {
                return is_scanner_name(value);
            }
            // Without options, sipvicious calls as "sipvicious"<sip:100@1.1.1.1>.
            (name.eq_ignore_ascii_case(b"from") || name.eq_ignore_ascii_case(b"f"))
                && holds(value, b"\"sipvicious\"")
        })
    }
}

/// Whether a User-Agent is one of those that only look for systems to break into. The list is of
/// names seen in the logs of servers on the Internet; none is a telephone's.
#[must_use]
pub fn is_scanner_name(user_agent: &[u8]) -> bool {
    let name = &user_agent[..user_agent.len().min(NAME_LOOKED_AT)];
    SCANNERS.iter().any(|scanner| holds(name, scanner))
}

const SCANNERS: [&[u8]; 12] = [
    b"friendly-scanner",
    b"friendly-request",
    b"sipvicious",
    b"sipcli",
    b"sip-scan",
    b"sipscan",
    b"sundayddr",
    b"vaxsipuseragent",
    b"vaxipuseragent",
    b"siparmyknife",
    b"sip-inspector",
    b"pplsip",
];

/// Name of the longest header that matters, with some spaces.
const NAME_BYTES: usize = 24;
const NAME_LOOKED_AT: usize = 128;
const STUN_COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];

/// `METHOD uri SIP/2.0` or `SIP/2.0 200 OK`: as much of it as tells SIP from anything else.
fn is_start_line(line: &[u8]) -> bool {
    let has_version = line
        .windows(4)
        .any(|four| four.eq_ignore_ascii_case(b"SIP/"));
    let printable = line
        .iter()
        .take(8)
        .all(|byte| byte.is_ascii_graphic() || *byte == b' ');
    has_version && printable
}

/// Whether `needle`, in small letters, is in there however it is capitalised.
fn holds(text: &[u8], needle: &[u8]) -> bool {
    text.windows(needle.len())
        .any(|part| part.eq_ignore_ascii_case(needle))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(user_agent: &str) -> Vec<u8> {
        format!(
            "OPTIONS sip:100@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 198.51.100.7:5061\r\n\
             User-Agent: {user_agent}\r\nContent-Length: 0\r\n\r\n"
        )
        .into_bytes()
    }

    #[test]
    fn scanners_are_known_by_their_names_however_written() {
        for name in [
            "friendly-scanner",
            "Friendly-Scanner",
            "sipcli/v1.8",
            "sundayddr",
            "VaxSIPUserAgent/3.1",
            "SIPVicious 0.3.3",
        ] {
            assert_eq!(Look::at(&request(name)), Look::Scanner, "{name}");
        }
        let from = b"OPTIONS sip:100@1.1.1.1 SIP/2.0\r\n\
            From: \"sipvicious\"<sip:100@1.1.1.1>;tag=61\r\nUser-Agent: A Phone\r\n\r\n";
        assert_eq!(Look::at(from), Look::Scanner);
    }

    #[test]
    fn telephones_are_no_scanners() {
        for name in [
            "baresip v1.0.0 (x86_64/linux)",
            "Asterisk PBX 18.10.0",
            "snomD785/10.1.152.12",
            "Yealink SIP-T46S 66.86.0.15",
            "Cisco/SPA504G-7.6.2",
            "FPBX-16.0.40(18.19.0)",
            "eyeBeam release 1102q stamp 51814",
            "kamailio (5.6.3 (x86_64/linux))",
        ] {
            assert_eq!(Look::at(&request(name)), Look::Plausible, "{name}");
        }
    }

    #[test]
    fn what_keeps_a_path_open_is_no_garbage() {
        assert_eq!(Look::at(b"\r\n\r\n"), Look::KeepAlive);
        assert_eq!(Look::at(b""), Look::KeepAlive);
        let mut stun = [0_u8; 20];
        stun[1] = 1;
        stun[4..8].copy_from_slice(&STUN_COOKIE);
        assert_eq!(Look::at(&stun), Look::KeepAlive);
        for garbage in [
            b"GET / HTTP/1.1\r\n\r\n".as_slice(),
            b"\x16\x03\x01\x02\x00",
            b"\0\0\0\0",
            b"hello",
            b"\xff\xff\xff\xffgetstatus SIP/",
        ] {
            assert_eq!(Look::at(garbage), Look::Garbage, "{garbage:?}");
        }
        assert_eq!(Look::at(b"SIP/2.0 200 OK\r\n\r\n"), Look::Plausible);
    }
}
