//! How a server is to be started; starts none.

use std::fmt;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use conclave_model::Language;

#[derive(Args, Clone, Debug)]
pub struct ServeArgs {
    /// Where to take calls: udp:, tcp:, tls:, ws: or wss:IP:PORT; may be given several times
    #[arg(
        long,
        value_name = "udp:IP:PORT",
        env = "CONCLAVE_SIP",
        value_delimiter = ','
    )]
    #[arg(default_values = ["udp:0.0.0.0:5060", "tcp:0.0.0.0:5060", "tls:0.0.0.0:5061"])]
    pub sip: Vec<SipListen>,
    /// Where to answer the API besides the socket in the data directory; may be given several times
    #[arg(
        long,
        value_name = "IP:PORT",
        env = "CONCLAVE_HTTP",
        value_delimiter = ','
    )]
    pub http: Vec<SocketAddr>,
    /// Where to answer browsers and programs by HTTPS; may be given several times
    #[arg(
        long,
        value_name = "IP:PORT",
        env = "CONCLAVE_HTTPS",
        value_delimiter = ','
    )]
    pub https: Vec<SocketAddr>,
    /// The UDP ports of the sound: two for each call
    #[arg(
        long,
        value_name = "LOW-HIGH",
        env = "CONCLAVE_RTP_PORTS",
        default_value = "20000-39999"
    )]
    pub rtp_ports: PortRange,
    /// Recorded sentences in Asterisk's sound layout, in place of the built-in ones
    #[arg(long, value_name = "DIR", env = "CONCLAVE_SOUNDS")]
    pub sounds: Option<PathBuf>,
    /// Spoken where nothing says which language a caller wants: en or de
    #[arg(long, value_name = "LANGUAGE", env = "CONCLAVE_LANGUAGE", default_value = "en", value_parser = read_language)]
    pub language: Language,
    /// Where phones reach the server, as invitations say it [default: where the request was sent]
    #[arg(long, value_name = "HOST", env = "CONCLAVE_PUBLIC_NAME", value_parser = read_public_name)]
    pub public_name: Option<String>,
    /// What is dialled from outside before an extension, as invitations say it: +4999129691
    #[arg(long, value_name = "NUMBER", env = "CONCLAVE_PUBLIC_NUMBER", value_parser = read_public_number)]
    pub public_number: Option<String>,
    /// Threads that carry sound [default: one for each processor]
    #[arg(long, value_name = "N", env = "CONCLAVE_WORKERS", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub workers: Option<u16>,
    /// Whether those threads run before other programs, where the system allows it
    #[arg(
        long,
        value_name = "PRIORITY",
        env = "CONCLAVE_PRIORITY",
        default_value = "real-time"
    )]
    pub priority: Priority,
}

/// How the threads that carry sound stand among the threads of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    /// Before all ordinary ones (`SCHED_RR`): sound stays even beside busy programs.
    RealTime,
    Ordinary,
}

impl FromStr for Priority {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "real-time" => Ok(Self::RealTime),
            "ordinary" => Ok(Self::Ordinary),
            _ => Err("expected real-time or ordinary".to_owned()),
        }
    }
}

/// A name or address, and perhaps the port of SIP.
///
/// # Errors
/// Says what is expected.
pub fn read_public_name(text: &str) -> Result<String, String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-.:[]".contains(c);
    if (1..=255).contains(&text.len()) && text.chars().all(allowed) {
        Ok(text.to_owned())
    } else {
        Err("expected HOST or HOST:PORT, such as conference.example.com".to_owned())
    }
}

/// `+`, and digits that leave room for an extension (E.164 has 15 at most); blanks and hyphens are
/// left out.
///
/// # Errors
/// Says what is expected.
pub fn read_public_number(text: &str) -> Result<String, String> {
    let number: String = text.chars().filter(|c| !" -/()".contains(*c)).collect();
    let digits = number.strip_prefix('+').unwrap_or("");
    if (2..=13).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(number)
    } else {
        Err("expected + and 2 to 13 digits, such as +4999129691".to_owned())
    }
}

/// One SIP listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SipListen {
    pub transport: SipTransport,
    pub address: SocketAddr,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SipTransport {
    Udp,
    Tcp,
    Tls,
    /// WebSocket (RFC 7118).
    Ws,
    /// WebSocket over TLS.
    Wss,
}

impl SipTransport {
    const ALL: [Self; 5] = [Self::Udp, Self::Tcp, Self::Tls, Self::Ws, Self::Wss];

    const fn name(self) -> &'static str {
        match self {
            Self::Udp => "udp",
            Self::Tcp => "tcp",
            Self::Tls => "tls",
            Self::Ws => "ws",
            Self::Wss => "wss",
        }
    }
}

/// UDP ports in pairs, an even one first: RTP takes the even, RTCP the odd.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortRange(RangeInclusive<u16>);

impl PortRange {
    #[must_use]
    pub fn low(&self) -> u16 {
        *self.0.start()
    }

    #[must_use]
    pub fn high(&self) -> u16 {
        *self.0.end()
    }
}

impl FromStr for SipListen {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let accepted = "expected udp:IP:PORT, or tcp, tls, ws or wss in place of udp, such as \
                        udp:192.0.2.20:5060";
        let (transport, address) = text.split_once(':').ok_or(accepted)?;
        let mut known = SipTransport::ALL.into_iter();
        let transport = known.find(|one| one.name() == transport).ok_or(accepted)?;
        let address = address.parse().map_err(|_| accepted)?;
        Ok(Self { transport, address })
    }
}

impl fmt::Display for SipListen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.transport.name(), self.address)
    }
}

impl FromStr for PortRange {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let accepted = "expected LOW-HIGH, from 1024 to 65535, with room for at least one pair";
        let (low, high) = text.split_once('-').ok_or(accepted)?;
        let low: u16 = low.trim().parse().map_err(|_| accepted)?;
        let high: u16 = high.trim().parse().map_err(|_| accepted)?;
        if low < 1_024 || high <= low {
            return Err(accepted.to_owned());
        }
        // An odd first port and an even last one belong to no pair.
        let first = low.next_multiple_of(2);
        let last = high - u16::from(high.is_multiple_of(2));
        if last <= first {
            return Err(accepted.to_owned());
        }
        Ok(Self(first..=last))
    }
}

impl fmt::Display for PortRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.low(), self.high())
    }
}

fn read_language(text: &str) -> Result<Language, String> {
    let known = Language::ALL
        .into_iter()
        .find(|language| language.tag() == text);
    known.ok_or_else(|| "expected en or de".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listeners_are_named_by_transport_and_address() {
        for good in [
            "udp:127.0.0.1:5060",
            "tcp:[::1]:5061",
            "tls:0.0.0.0:5061",
            "ws:127.0.0.1:5062",
            "wss:[::]:5063",
        ] {
            assert_eq!(good.parse::<SipListen>().unwrap().to_string(), good);
        }
        for bad in [
            "5060",
            "udp:5060",
            "sctp:127.0.0.1:5061",
            "udp:localhost:5060",
            "udp:1.2.3.4",
        ] {
            assert!(bad.parse::<SipListen>().is_err(), "{bad}");
        }
    }

    #[test]
    fn ports_come_in_pairs() {
        let range = |text: &str| text.parse::<PortRange>().map(|range| range.to_string());
        assert_eq!(range("20000-29999").unwrap(), "20000-29999");
        assert_eq!(range("20001-30000").unwrap(), "20002-29999");
        assert_eq!(range("20000-20001").unwrap(), "20000-20001");
        for bad in [
            "",
            "20000",
            "20001-20002",
            "30000-20000",
            "0-9",
            "1024-65536",
            "65535-65535",
        ] {
            assert!(range(bad).is_err(), "{bad}");
        }
    }
}
