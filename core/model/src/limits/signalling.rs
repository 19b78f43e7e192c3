//! SIP and SDP on the wire.

use std::ops::RangeInclusive;
use std::time::Duration;

/// The largest UDP payload; TCP messages are held to the same.
pub const SIP_MESSAGE_BYTES: usize = 65_507;
/// RFC 4475's longest torture header is 3.5 kB.
pub const SIP_HEADER_BYTES: usize = 32 * 1024;
/// No SDP of a telephone comes near.
pub const SDP_BYTES: usize = 32 * 1024;
/// Audio, video, slides, application and their doubles for best-effort encryption: 8 were seen.
pub const SDP_MEDIA_LINES: usize = 16;
/// Lines of keys: one for each suite, with and without 32-bit tags; 12 were seen.
pub const SDP_CRYPTO_LINES: usize = 24;
/// A browser offers 8 for audio, a large PBX 20.
pub const SDP_FORMATS: usize = 64;
/// At once, in one process: file descriptors are the first wall (two a leg).
pub const CALLS: usize = 9_000;
/// What is kept of a dialled text: E.164 has 15 digits, names are rarely longer than this.
pub const DIALLED_CHARS: usize = 64;
/// What is kept of a Call-ID: longer ones exist, but this much finds the call in any log.
pub const CALL_ID_CHARS: usize = 256;
/// RFC 4028 §5: shorter timers load the network.
pub const SESSION_EXPIRES_MIN: Duration = Duration::from_secs(90);
/// RFC 4028 §4 recommends half an hour.
pub const SESSION_EXPIRES: Duration = Duration::from_secs(1_800);
/// A Request-URI longer than this meets 414; RFC 4475's longest has 107 bytes.
pub const SIP_URI_BYTES: usize = 2_048;
/// Header lines of one message; RFC 4475's longest request has 43, most of them Via.
pub const SIP_HEADERS: usize = 256;
/// Header values we look at in one list (Route, Via, Require); more meet 400.
pub const SIP_LIST_VALUES: usize = 64;
/// Requests remembered for their 32 s, mostly answered: a thousand calls a second, 60 MiB.
pub const SIP_TRANSACTIONS: usize = 65_536;
/// Of them within one dialog: eight requests a second; a fast typist sends five INFOs.
pub const SIP_SESSION_TRANSACTIONS: usize = 256;
/// One for every call, and as many again for idle ones; an idle one costs about 200 bytes.
pub const SIP_STREAMS: usize = 20_000;
/// A message that has begun on a stream must be complete within this time (64·T1).
pub const SIP_STREAM_STALL: Duration = Duration::from_secs(32);
/// What we ask of a caller whom we cannot take now (503).
pub const SIP_RETRY_AFTER: Duration = Duration::from_secs(10);
/// Proofs looked at in one request: one for us, one for each proxy on the way.
pub const SIP_CREDENTIALS: usize = 4;
/// A challenge or an answer to one: the longest seen in the wild had 600 bytes.
pub const SIP_DIGEST_BYTES: usize = 2_048;
/// Seconds for which an answer to a challenge may use its nonce; then it is asked for a new one,
/// which costs a round trip and nobody notices.
pub const SIP_NONCE_LIFE_S: u32 = 300;
/// Nonces of which it is remembered how often they were used, 40 bytes each: every phone of
/// [`SIP_NONCE_LIFE_S`] has one or two.
pub const SIP_NONCES: usize = 16_384;
/// Subscriptions at once, about 1 KiB each: a thousand telephones with ten lamps.
pub const SUBSCRIPTIONS: usize = 10_000;
/// Seconds that one may last before it is refreshed: RFC 4575 §3.4 proposes an hour, and below a
/// minute refreshing is all there is.
pub const SUBSCRIPTION_S: RangeInclusive<u32> = 60..=3_600;
/// The `id` of an Event header; telephones count.
pub const SUBSCRIPTION_EVENT_ID_BYTES: usize = 64;
/// Whoever watches a room is told at most once in this time, of everything that happened in it:
/// RFC 4235 §3.10 asks for no more than one in a second.
pub const WATCH_PAUSE: Duration = Duration::from_secs(1);
