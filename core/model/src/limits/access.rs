//! Users, sessions, tokens and guesses.

use std::ops::RangeInclusive;
use std::time::Duration;

/// Fits every name of a directory, and a line of a table.
pub const USER_NAME_CHARS: RangeInclusive<usize> = 1..=64;
/// NIST SP 800-63B asks for 8 and up to at least 64; with 12, guessing over the network is
/// hopeless.
pub const PASSWORD_CHARS: RangeInclusive<usize> = 12..=256;
/// People who sign in; a list that a page shows whole.
pub const USERS: usize = 1_000;
/// Programs with a token of their own.
pub const API_TOKENS: usize = 1_000;
/// Signed-in browsers of one user; the oldest ends when there are more.
pub const SESSIONS_OF_USER: usize = 20;
/// A session ends when it was not used for this long: a working day and the evening.
pub const SESSION_IDLE: Duration = Duration::from_secs(12 * 60 * 60);
/// And in any case after this long.
pub const SESSION_LENGTH: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// How long a one-time code may be used.
pub const SIGN_IN_CODE: Duration = Duration::from_secs(30 * 60);
/// Wrong codes until the code is void: of 10^12 codes, nobody guesses one in so many tries.
pub const SIGN_IN_CODE_TRIES: u8 = 10;
/// Passwords hashed at once: each takes 19 MiB and about 30 ms of a processor.
pub const PASSWORD_HASHES: usize = 2;
/// Wrong sign-ins under one name from one address, until each takes [`SIGN_IN_NAME_PAUSE`]: more
/// than anybody mistypes in a row.
pub const SIGN_IN_NAME_TRIES: u32 = 8;
pub const SIGN_IN_NAME_PAUSE: Duration = Duration::from_secs(30);
/// And from one address under any name: a whole office may sit behind it.
pub const SIGN_IN_ADDRESS_TRIES: u32 = 60;
pub const SIGN_IN_ADDRESS_PAUSE: Duration = Duration::from_secs(2);
/// Names and addresses remembered for that, 150 bytes each.
pub const SIGN_INS_REMEMBERED: usize = 10_000;

/// Refused sign-ins noted in the audit log at once, and then one in each pause: enough to see who
/// tries what, and at most 3,000 lines a day. Those between are counted in the next line.
pub const SIGN_IN_REFUSALS: u32 = 100;
pub const SIGN_IN_REFUSAL_PAUSE: Duration = Duration::from_secs(30);
/// How long somebody may stay at another sign-in service: a second factor may lie in another room.
pub const SIGN_IN_ELSEWHERE: Duration = Duration::from_secs(10 * 60);
/// Who is there at once, 600 bytes each and 1 kB at most. In that time one address can send as many
/// as [`API_STRANGER_REQUESTS`](super::API_STRANGER_REQUESTS) and its pause let through, 12,300:
/// nobody can make the server forget the others from one address.
pub const SIGN_INS_ELSEWHERE: usize = 12_800;
/// The longest address of a page that is come back to: one of ours has a search in it.
pub const SIGN_IN_BACK_BYTES: usize = 500;
/// What a sign-in service said of itself is asked for anew after this long.
pub const SIGN_IN_SERVICE_KNOWN: Duration = Duration::from_secs(60 * 60);
/// And after this long when it did not answer: whoever tries meanwhile is told so at once.
pub const SIGN_IN_SERVICE_PAUSE: Duration = Duration::from_secs(5);
/// And its keys, when a token names one that is not known: whoever invents names asks no more
/// often.
pub const SIGN_IN_KEYS_PAUSE: Duration = Duration::from_secs(60);
/// Keys of a service: it has two or three, an old one and a new one for each algorithm.
pub const SIGN_IN_KEYS: usize = 32;
