//! What a room is made of.

use std::ops::RangeInclusive;

/// 1 character names a room; 80 fit the list of a 360-pixel page in two lines.
pub const TITLE_CHARS: RangeInclusive<usize> = 1..=80;
/// One digit is a speed dial on most PBXs; E.164 allows 15, of which a country code takes up to 3.
pub const EXTENSION_DIGITS: RangeInclusive<usize> = 2..=12;
/// 4 can be guessed in an afternoon and is refused nowhere; above 12 nobody types without error.
pub const PIN_DIGITS: RangeInclusive<usize> = 4..=12;
/// A million values, of which the rules of [`crate::Pin::generate`] leave about half.
pub const GENERATED_PIN_DIGITS: usize = 6;
/// People of one room who have a PIN of their own: a department. Each is compared with every entry,
/// some 30 ns for one, and all of them are one line each in one answer.
pub const PERSONAL_PINS: usize = 200;
/// The largest `confbridge.conf` section seen in the wild had 60 lines of 80 characters.
pub const OPTIONS_BYTES: usize = 8 * 1024;
/// Lines of one text of options that say something: ConfBridge has fewer options than this, and
/// each line is answered with a sentence.
pub const OPTION_LINES: usize = 100;
/// Wrong lines named in one refusal: who has more has pasted something else.
pub const OPTION_ERRORS: usize = 20;
/// Held in memory by the brain, about 1 KiB each.
pub const ROOMS: usize = 100_000;
