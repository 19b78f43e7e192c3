//! Telephone numbers from outside, and what they lead to.

use std::ops::RangeInclusive;

/// The longest number (ITU-T E.164 §6.2.1); the shortest that a country hands out has 4 after its
/// code, and the shortest code has 1.
pub const E164_DIGITS: RangeInclusive<usize> = 5..=15;
/// Of the beginning that the numbers of a block share: a country code and nothing else is no block.
pub const BLOCK_PREFIX_DIGITS: RangeInclusive<usize> = 3..=14;
/// Of an extension in a block: Germany, where blocks are longest, hands out up to 5.
pub const BLOCK_EXTENSION_DIGITS: RangeInclusive<usize> = 1..=6;
/// A firm with a block at each of fifty sites.
pub const NUMBER_BLOCKS: usize = 50;
/// Single numbers that were mapped: one for every tenth room of the largest server.
pub const MAPPED_NUMBERS: usize = 1_000;
/// Shared numbers: one for each country that meetings are dialled from.
pub const HUBS: usize = 100;
/// Of a room code, with a first digit that is not 0: a guess hits one of 10 000 rooms once in
/// 90 000 tries.
pub const ROOM_CODE_DIGITS: usize = 9;
/// Wrong room codes in one call: as many as wrong PINs.
pub const ROOM_CODE_TRIES: u32 = 3;
/// What is typed of a number, with all its blanks and brackets.
pub const NUMBER_CHARS: usize = 64;
/// Calls of each trunk whose headers are kept to learn from.
pub const LEARNT_CALLS: usize = 5;
/// What is kept of one such header.
pub const LEARNT_CHARS: usize = 64;
