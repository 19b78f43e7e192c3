//! Strangers, scanners and guesses.

use std::time::Duration;

/// Messages that a stranger's address may send at once: a dozen phones behind one address register
/// and call together after a power cut.
pub const STRANGER_BURST: u32 = 200;
/// And in the long run: five calls a second with all their messages. At 10 µs a message, 0.05 % of
/// a processor.
pub const STRANGER_PER_SECOND: u32 = 50;
/// Addresses that were not heard of lately and may begin at once: forged ones are new every time.
pub const NEWCOMER_BURST: u32 = 2_000;
/// And in the long run. Of a flood under forged addresses no more is parsed: 1 % of a processor.
pub const NEWCOMERS_PER_SECOND: u32 = 1_000;
/// Addresses whose pace is remembered, 150 bytes each: 20 s of [`NEWCOMERS_PER_SECOND`].
pub const STRANGERS: usize = 20_000;
/// Addresses that proved themselves, 100 bytes each: every caller of a busy month.
pub const VOUCHED_SOURCES: usize = 50_000;
/// What one whose address may be forged is sent, as a multiple of what came from there, until they
/// prove that they hear us: 100 and a 200 that is sent twice again. RFC 9000 §8.1 says 3 where
/// answers are padded; ours are smaller than the requests.
pub const ANSWER_FACTOR: u64 = 4;
/// Bytes of a message in which a scanner is looked for: the headers of all that were seen fit.
pub const SCANNER_LOOK_BYTES: usize = 2_048;

/// Points at which a source is blocked.
pub const OFFENCE_MOST: u32 = 100;
/// One point is forgiven in this time, 200 an hour: a forgotten phone that tries a wrong password
/// every minute collects 120 and is left alone.
pub const OFFENCE_FORGIVEN: Duration = Duration::from_secs(18);
/// The first block: longer than a scanner waits for an answer, short for a mistake.
pub const BLOCK_FIRST: Duration = Duration::from_secs(10 * 60);
/// Each further one is so many times longer.
pub const BLOCK_GROWTH: u32 = 4;
/// The longest one that nobody asked for.
pub const BLOCK_LONGEST: Duration = Duration::from_secs(24 * 60 * 60);
/// The longest one for what may have been sent by somebody else under a forged address.
pub const BLOCK_UNPROVEN: Duration = Duration::from_secs(60 * 60);
/// After so long without another, a block is the first again.
pub const BLOCK_MEMORY: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// Blocks at once, 200 bytes each; the one that ends first makes room.
pub const BLOCKS: usize = 10_000;
/// Of them those that people made, which are never pushed out; each packet of a stranger is
/// compared with the wide ones.
pub const BLOCKS_BY_HAND: usize = 256;

/// Wrong PINs of one unknown source in one room that cost nothing: two callers mistype at once.
pub const GUESSES_FREE: u32 = 4;
/// Then each answer waits twice as long as the one before, beginning with this.
pub const GUESS_WAIT: Duration = Duration::from_secs(1);
/// The longest wait for an answer: whoever typed the right one still listens.
pub const GUESS_WAIT_MOST: Duration = Duration::from_secs(20);
/// Wrong PINs of all unknown sources in one room that cost nothing: a large meeting begins.
pub const ROOM_GUESSES_FREE: u32 = 20;
/// Each further one makes every unknown caller of that room wait so much longer,
pub const ROOM_GUESS_WAIT: Duration = Duration::from_millis(50);
/// but never longer than this.
pub const ROOM_GUESS_WAIT_MOST: Duration = Duration::from_secs(4);
/// One wrong PIN is forgiven in this time, 60 an hour.
pub const GUESS_FORGIVEN: Duration = Duration::from_secs(60);
/// Rooms in which somebody guesses, remembered at once.
pub const GUESSED_ROOMS: usize = 1_000;
/// Sources of one room, of those who guess and of those who were right, 100 bytes each.
pub const GUESS_SOURCES: usize = 1_000;
/// Points remembered, of a source or a room: so long after an attack of any size all is forgiven,
/// 17 hours.
pub const GUESSES_REMEMBERED: u32 = 1_000;
