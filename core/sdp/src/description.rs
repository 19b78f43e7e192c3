//! A peer's session description, read leniently; judges nothing that it says.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use conclave_contract::Direction;
use conclave_model::limits;
use sdp_types::Session;

use crate::SdpError;
use crate::crypto_line::CryptoLines;
use crate::format::Formats;
use crate::ice_line::IceLines;
use crate::level_line::LevelLine;
use crate::tls_line::TlsLines;
use crate::video::VideoFormats;

/// A parsed offer. (An answer has the same form.)
#[derive(Clone, Debug)]
pub struct Offer {
    pub(crate) lines: Vec<MediaLine>,
    version: Option<u64>,
}

impl Offer {
    /// Understands what a phone may write: LF or CRLF, any order, lines that no call needs in any
    /// shape.
    ///
    /// # Errors
    /// When a media or connection line is broken, or the whole is too long.
    pub fn parse(body: &[u8]) -> Result<Self, SdpError> {
        if body.len() > limits::SDP_BYTES {
            return Err(SdpError::TooLong);
        }
        let session = read_session(&String::from_utf8_lossy(body))?;
        if session.medias.len() > limits::SDP_MEDIA_LINES {
            return Err(SdpError::TooManyMedia);
        }
        let version = Some(session.origin.sess_version).filter(|version| *version > 0);
        let lines = session
            .medias
            .iter()
            .map(|media| MediaLine::read(media, &session))
            .collect();
        Ok(Self { lines, version })
    }

    /// The version in the peer's origin line: the same again means that nothing changed
    /// (RFC 3264 §8).
    #[must_use]
    pub const fn version(&self) -> Option<u64> {
        self.version
    }
}

/// One `m=` with what belongs to it, from its own lines or the session's.
#[derive(Clone, Debug)]
pub(crate) struct MediaLine {
    /// `audio`, `video`, ...
    pub kind: String,
    pub port: u16,
    pub protocol: String,
    /// As written.
    pub formats_text: String,
    pub address: Address,
    /// The peer's own direction.
    pub direction: Direction,
    pub formats: Formats,
    pub ptime_ms: Option<u32>,
    pub ptime_max_ms: Option<u32>,
    pub rtcp_mux: bool,
    pub levels: Option<LevelLine>,
    pub crypto: CryptoLines,
    pub tls: TlsLines,
    pub ice: IceLines,
    /// Its name among the lines.
    pub mid: Option<String>,
    /// It shares its port with the other lines of a group (RFC 9143).
    pub is_bundled: bool,
    pub video: VideoFormats,
    rtcp: Option<(u16, Option<IpAddr>)>,
}

/// Where the peer wants its packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    Ip(IpAddr),
    /// `0.0.0.0` or `::`: nowhere (RFC 2543 §B.5).
    Nowhere,
    /// A name, or nothing.
    Unknown,
}

impl MediaLine {
    fn read(media: &sdp_types::Media, session: &Session) -> Self {
        let own = Attributes(&media.attributes);
        let shared = Attributes(&session.attributes);
        let both = |name| own.value(name).or_else(|| shared.value(name));
        let connection = media.connections.first().or(session.connection.as_ref());
        let address = connection.map_or(Address::Unknown, |line| {
            Address::read(&line.connection_address)
        });
        let mid = own.value("mid").filter(|mid| is_token(mid));
        Self {
            kind: media.media.to_ascii_lowercase(),
            port: media.port,
            protocol: media.proto.to_ascii_uppercase(),
            formats_text: media.fmt.clone(),
            address,
            direction: own.direction().or(shared.direction()).unwrap_or_default(),
            formats: Formats::read(&media.fmt, &own),
            ptime_ms: both("ptime").and_then(leading_number),
            ptime_max_ms: both("maxptime").and_then(leading_number),
            rtcp_mux: own.has("rtcp-mux"),
            levels: LevelLine::read(&own).or_else(|| LevelLine::read(&shared)),
            crypto: CryptoLines::read(&own),
            tls: TlsLines::read(&own, &shared),
            ice: IceLines::read(&own, &shared),
            is_bundled: mid.is_some_and(|mid| is_in_bundle(mid, &shared)),
            mid: mid.map(str::to_owned),
            video: match media.media.eq_ignore_ascii_case("video") {
                true => VideoFormats::read(&media.fmt, &own),
                false => VideoFormats::default(),
            },
            rtcp: own.value("rtcp").and_then(read_rtcp),
        }
    }

    pub(crate) fn remote(&self) -> Option<SocketAddr> {
        match self.address {
            Address::Ip(ip) => Some(SocketAddr::new(ip, self.port)),
            Address::Nowhere | Address::Unknown => None,
        }
    }

    /// RFC 3605, else the port above; `None` where it shares the port or nobody knows.
    pub(crate) fn remote_rtcp(&self) -> Option<SocketAddr> {
        let remote = self.remote()?;
        if self.rtcp_mux {
            return None;
        }
        match self.rtcp {
            Some((_, Some(ip))) if ip.is_unspecified() => None,
            Some((port, ip)) => Some(SocketAddr::new(ip.unwrap_or(remote.ip()), port)),
            None => Some(SocketAddr::new(remote.ip(), remote.port().checked_add(1)?)),
        }
    }

    /// Our direction, as the mirror of theirs; a peer at `0.0.0.0` does not listen.
    pub(crate) fn our_direction(&self) -> Direction {
        // With checks, where it is said to be means nothing yet.
        let is_there = self.address != Address::Nowhere || self.ice.credentials.is_some();
        let listens =
            is_there && matches!(self.direction, Direction::SendRecv | Direction::RecvOnly);
        let speaks = self.direction.sends();
        match (listens, speaks) {
            (true, true) => Direction::SendRecv,
            (true, false) => Direction::SendOnly,
            (false, true) => Direction::RecvOnly,
            (false, false) => Direction::Inactive,
        }
    }
}

impl Address {
    fn read(text: &str) -> Self {
        let ip = text
            .split('/')
            .next()
            .and_then(|ip| ip.parse::<IpAddr>().ok());
        match ip {
            Some(ip) if ip.is_unspecified() => Address::Nowhere,
            Some(ip) => Address::Ip(ip),
            None => Address::Unknown,
        }
    }
}

/// The attributes of one level, asked by name.
pub(crate) struct Attributes<'a>(&'a [sdp_types::Attribute]);

impl<'a> Attributes<'a> {
    pub(crate) fn values(&self, name: &'static str) -> impl Iterator<Item = &'a str> + use<'a> {
        let named = self
            .0
            .iter()
            .filter(move |line| line.attribute.eq_ignore_ascii_case(name));
        named
            .filter_map(|line| line.value.as_deref())
            .map(str::trim)
    }

    fn value(&self, name: &'static str) -> Option<&'a str> {
        self.values(name).next()
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.0
            .iter()
            .any(|line| line.attribute.eq_ignore_ascii_case(name))
    }

    fn direction(&self) -> Option<Direction> {
        self.0
            .iter()
            .find_map(|line| match line.attribute.to_ascii_lowercase().as_str() {
                "sendrecv" => Some(Direction::SendRecv),
                "sendonly" => Some(Direction::SendOnly),
                "recvonly" => Some(Direction::RecvOnly),
                "inactive" => Some(Direction::Inactive),
                _ => None,
            })
    }
}

/// `a=ptime:20.0` and `a=ptime:20 ms` were seen.
pub(crate) fn leading_number<N: FromStr>(text: &str) -> Option<N> {
    let end = text
        .find(|sign: char| !sign.is_ascii_digit())
        .unwrap_or(text.len());
    text[..end].parse().ok()
}

/// `BUNDLE 0 1`: in the first word the kind of the group.
fn is_in_bundle(mid: &str, shared: &Attributes<'_>) -> bool {
    let mut groups = shared.values("group").map(str::split_ascii_whitespace);
    groups.any(|mut words| {
        let kind = words.next().unwrap_or_default();
        kind.eq_ignore_ascii_case("BUNDLE") && words.any(|word| word == mid)
    })
}

/// RFC 8866 §9, as far as it matters: it is written again.
fn is_token(text: &str) -> bool {
    let is_sign = |sign: u8| sign.is_ascii_graphic();
    (1..=MID_BYTES).contains(&text.len()) && text.bytes().all(is_sign)
}

/// Browsers count; a name of nobody is longer.
const MID_BYTES: usize = 64;

/// `53020` or `53020 IN IP4 126.16.64.4`.
fn read_rtcp(text: &str) -> Option<(u16, Option<IpAddr>)> {
    let mut words = text.split_ascii_whitespace();
    let port = words.next()?.parse().ok().filter(|port| *port != 0)?;
    Some((port, words.nth(2).and_then(|ip| ip.parse().ok())))
}

/// Hands the parser only the lines that matter, each level's first where there may be but one.
///
/// A broken origin line costs its version number, not the call.
fn read_session(text: &str) -> Result<Session, SdpError> {
    let parse = |with_origin| Session::parse(essential_lines(text, with_origin).as_bytes());
    parse(true)
        .or_else(|_| parse(false))
        .map_err(|error| SdpError::NotUnderstood(error.to_string()))
        .and_then(|session| {
            if session.medias.is_empty() && !text.trim_start().starts_with("v=") {
                return Err(SdpError::NotUnderstood("neither v= nor m=".into()));
            }
            Ok(session)
        })
}

fn essential_lines(text: &str, with_origin: bool) -> String {
    let mut kept = String::with_capacity(text.len() + 32);
    kept.push_str("v=0\r\n");
    let mut has_origin = !with_origin;
    let mut has_connection = false;
    for line in text.split(['\r', '\n', '\0']).map(str::trim) {
        let Some((kind, value)) = line.split_once('=') else {
            continue;
        };
        let keep = match kind {
            "o" => !std::mem::replace(&mut has_origin, true),
            "c" => !std::mem::replace(&mut has_connection, true),
            "m" => {
                has_connection = false;
                true
            }
            "a" => !value.is_empty() && !value.starts_with(':'),
            _ => false,
        };
        if keep {
            kept.extend([line, "\r\n"]);
        }
    }
    kept
}
