//! Addresses that are told of events.

use std::time::Duration;

/// Addresses that are told of events: each may have [`WEBHOOK_AT_ONCE`] connections.
pub const WEBHOOKS: u64 = 100;
/// What browsers and proxies take too.
pub const URL_BYTES: usize = 2_048;
/// A line that says what a webhook is for.
pub const WEBHOOK_NOTE_CHARS: usize = 120;
/// An answer must come within this time: the least that Standard Webhooks recommends, because what
/// hangs takes a connection from what does not.
pub const WEBHOOK_ANSWER: Duration = Duration::from_secs(15);
/// Connections to one webhook at once: 16 events a minute, when each answers only just in time.
pub const WEBHOOK_AT_ONCE: u32 = 4;
/// Events waiting for one webhook; more are dropped and counted. About 5 MB, and at one event a
/// second the first attempts of almost three hours.
pub const WEBHOOK_WAITING: u64 = 10_000;
/// What was delivered or given up is kept for so long, to be looked at and sent again.
pub const WEBHOOK_LOG: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// And at most so many of one webhook.
pub const WEBHOOK_LOG_ROWS: u64 = 10_000;
/// How long after each failed attempt the next is made, as Standard Webhooks has it: together three
/// days, so that a receiver may be away for a weekend.
pub const WEBHOOK_RETRIES: [Duration; 9] = [
    Duration::from_secs(5),
    Duration::from_secs(5 * 60),
    Duration::from_secs(30 * 60),
    Duration::from_secs(2 * 60 * 60),
    Duration::from_secs(5 * 60 * 60),
    Duration::from_secs(10 * 60 * 60),
    Duration::from_secs(14 * 60 * 60),
    Duration::from_secs(20 * 60 * 60),
    Duration::from_secs(24 * 60 * 60),
];
/// A webhook that took nothing for so long is disabled: longer than the longest weekend.
pub const WEBHOOK_FAILING: Duration = Duration::from_secs(5 * 24 * 60 * 60);
/// For so long after a new secret was made, both sign: time to bring the new one to the receiver.
pub const WEBHOOK_OLD_SECRET: Duration = Duration::from_secs(24 * 60 * 60);
/// What is read of an answer that another server gives us.
pub const FETCHED_BYTES: usize = 256 * 1024;
/// Addresses of one name that are tried one after the other.
pub const FETCH_ADDRESSES: usize = 4;
/// For each of them: the first packet and two repeats (after 1 s and 3 s, RFC 6298 §2), and
/// [`WEBHOOK_ANSWER`] has room for a second address.
pub const FETCH_CONNECT: Duration = Duration::from_secs(7);
