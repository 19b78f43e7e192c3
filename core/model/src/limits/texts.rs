//! Text messages.

/// Content of a MESSAGE; RFC 3428 §8 thinks of 1300 bytes, and three times that still arrives in
/// three pieces. More meets 413.
pub const TEXT_BYTES: usize = 4_096;
/// A Content-Type with its parameters; a boundary may have 70 letters.
pub const TEXT_TYPE_BYTES: usize = 256;
/// MESSAGEs of one phone at once, which a line pasted from elsewhere may be ...
pub const TEXT_BURST: u32 = 10;
/// ... and for long: nobody reads faster. In 32 s not even a third of
/// [`SIP_SESSION_TRANSACTIONS`](super::SIP_SESSION_TRANSACTIONS).
pub const TEXTS_PER_SECOND: u32 = 2;
/// For one phone, behind the one that it has not answered yet. At 20 ms a round, half a second.
pub const TEXTS_WAITING: usize = 32;
/// Refusals in a row after which a phone that says it allows MESSAGE is not sent any.
pub const TEXT_REFUSALS: u8 = 3;
/// MESSAGEs that one room sends at once, all phones together: one to everybody in a large room ...
pub const ROOM_TEXT_BURST: u32 = 2_000;
/// ... and for long. A thousand a second cost a tenth of a processor's core.
pub const ROOM_TEXTS_PER_SECOND: u32 = 1_000;
/// People whom one event tells of: about 300 bytes each, in three pieces at most.
pub const EVENT_CHANNELS: usize = 12;
