//! TLS, the certificate, and connections that SIP comes over.

use std::time::Duration;

/// Three round trips to a phone behind a bad mobile network take two seconds; whoever needs more
/// than this for a handshake is not going to telephone.
pub const TLS_HANDSHAKE: Duration = Duration::from_secs(10);
/// Certificates in one file: ours and at most a handful above it; four were seen.
pub const TLS_CHAIN: usize = 10;
/// Of a file with certificates or a key: [`TLS_CHAIN`] of 6 kB each.
pub const TLS_FILE_BYTES: u64 = 64 * 1024;
/// Of a certificate that we sign ourselves: phones of which somebody believed it are asked again
/// after two years, which iOS allows at most (825 days).
pub const TLS_SELF_SIGNED_LIFE: Duration = Duration::from_secs(730 * 24 * 3_600);
/// How often it is looked whether the files of the certificate have changed.
pub const TLS_LOOK: Duration = Duration::from_secs(10);
/// Streams of SIP that one source (an IPv4 address, or an IPv6 network of 64 bits) may have open:
/// a quarter of what there is room for, as all phones of a large office may be behind one address.
pub const SIP_STREAMS_OF_SOURCE: usize = 1_000;
/// Handshakes (TLS, WebSocket) under way at once, 40 kB each: a thousand phones that come back
/// after a restart within [`TLS_HANDSHAKE`] are waited for, 40 MB are the worst.
pub const SIP_HANDSHAKES: usize = 1_000;
/// Of them from one source: whoever opens connections and says nothing holds no more.
pub const SIP_HANDSHAKES_OF_SOURCE: usize = 100;
/// How often a WebSocket is pinged: proxies cut what is silent for a minute.
pub const WEB_SOCKET_PING: Duration = Duration::from_secs(25);
/// Pings without an answer or any other word, after which a WebSocket is closed.
pub const WEB_SOCKET_PINGS_LOST: u32 = 3;
/// Origins that may be listed: web telephones of one house.
pub const WEB_SOCKET_ORIGINS: usize = 32;
/// Places to which TLS is spoken whose names are remembered: every trunk has a handful.
pub const TLS_NAMES_EXPECTED: usize = 4_096;
/// Messages that wait for one stream: a turn of the brain takes 64 arrivals of 8 KiB, which hold
/// some 2,000 short requests, and answers all before anything is sent.
pub const SIP_STREAM_WAITING: usize = 8_192;
/// Of them in bytes: 2,000 answers of 500 bytes.
pub const SIP_STREAM_WAITING_BYTES: usize = 1024 * 1024;
/// Of all streams together: 64 that ask for so much and read nothing, or 4,000 with 16 kB each.
pub const SIP_STREAMS_WAITING_BYTES: usize = 64 * 1024 * 1024;
/// After the authority has not signed a certificate, twice as long after each further time: Let's
/// Encrypt allows five failures of one name in an hour.
pub const ACME_AGAIN_AFTER: Duration = Duration::from_secs(15 * 60);
/// At the latest: what is to be renewed has a month left, or two days.
pub const ACME_AGAIN_AFTER_MAX: Duration = Duration::from_secs(12 * 3_600);
/// For one answer of the authority; those of Let's Encrypt take a second or two.
pub const ACME_ANSWER: Duration = Duration::from_secs(30);
