//! Other telephone systems and carriers.

use std::ops::RangeInclusive;
use std::time::Duration;

/// A provider with forty customers has that many, and each costs a request a minute.
pub const TRUNKS: usize = 200;
/// The whole of a DNS name (RFC 1035 §2.3.4).
pub const HOST_NAME_BYTES: usize = 253;
/// Carriers hand out up to 64 random characters.
pub const TRUNK_SECRET_BYTES: RangeInclusive<usize> = 1..=256;
/// A number, or a name like that of a mail box.
pub const TRUNK_USER_BYTES: usize = 128;
/// The name of a template; the longest of ours has 20.
pub const TRUNK_TEMPLATE_BYTES: usize = 40;
/// Addresses of one carrier: the longest published list has 20 networks.
pub const TRUNK_NETWORKS: usize = 64;
/// As many as the whole server takes.
pub const TRUNK_CALLS_MAX: u32 = 9_000;
/// Below a minute it is a keep-alive, which OPTIONS are for; above a day nobody grants it.
pub const TRUNK_EXPIRES_S: RangeInclusive<u32> = 60..=86_400;
/// 10 s keeps the quickest NAT open; after an hour it is no watch any more.
pub const TRUNK_OPTIONS_S: RangeInclusive<u32> = 10..=3_600;
/// An answer later than this counts as none: over UDP it was asked for five times by then.
pub const TRUNK_ANSWER: Duration = Duration::from_secs(10);
/// Between two OPTIONS while it is not settled whether a trunk is up or down.
pub const TRUNK_OPTIONS_SOON: Duration = Duration::from_secs(10);
/// Down after this many OPTIONS that nobody answered: one may be lost, two may be a restart.
pub const TRUNK_MISSED: u32 = 3;
/// Up again after this many that were answered in a row.
pub const TRUNK_ANSWERED: u32 = 2;
/// The first wait after a registration failed, doubled each time (RFC 5626 §4.5).
pub const TRUNK_RETRY: Duration = Duration::from_secs(30);
/// The longest (RFC 5626 §4.5).
pub const TRUNK_RETRY_MAX: Duration = Duration::from_secs(1_800);
/// One whose password or name was refused is not asked to look again sooner: carriers block those
/// who hammer.
pub const TRUNK_REFUSED_RETRY: Duration = Duration::from_secs(480);
/// Places that one name may lead to: two sites with two servers each over both protocols.
pub const TRUNK_TARGETS: usize = 16;
/// How long the answer of a name is believed, whatever it says itself.
pub const TRUNK_LOOKUP_S: RangeInclusive<u32> = 30..=3_600;
/// After a name that led nowhere.
pub const TRUNK_LOOKUP_RETRY: Duration = Duration::from_secs(30);
/// For all questions about one name together; each is asked twice.
pub const LOOKUP_PATIENCE: Duration = Duration::from_secs(8);
/// Lookups at once: one a trunk.
pub const LOOKUPS: usize = TRUNKS;
