//! What a deck counts of its own work; decides nothing by it.

/// Running totals since the deck was made, but for the first three.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeckHealth {
    /// Open now.
    pub legs: u64,
    /// Open now.
    pub stages: u64,
    /// Open now: neighbours of stages that are on other decks too.
    pub links: u64,
    pub ticks: u64,
    pub packets_received: u64,
    pub packets_sent: u64,
    /// Malformed, of an unknown payload type, from a stranger, or for no leg.
    pub packets_refused: u64,
    /// Frames decoded or concealed.
    pub frames_decoded: u64,
    /// Frames whose leg could not be heard, so that they were not decoded.
    pub frames_skipped: u64,
    /// Frames that noise was taken out of.
    pub frames_denoised: u64,
    /// Payloads looked at without decoding them, to see whether they can be speech.
    pub payloads_looked_at: u64,
    /// Packets called silent by their sender and believed, so that they were not looked at.
    pub silences_believed: u64,
    /// Packets encoded, each once.
    pub encodes: u64,
    /// Packets sent that another leg's encode had made.
    pub encodes_shared: u64,
    /// Mixes made: for the listeners of a stage one at each rate, and one for each leg that hears a
    /// mix of its own.
    pub mixes: u64,
    /// Stages that were lost to a panic.
    pub stages_failed: u64,
    /// Legs that were silenced by a panic.
    pub legs_failed: u64,
    /// Events for which there was no room.
    pub events_lost: u64,
    /// Orders for a leg or stage that is not there (any more), or for which there was no room.
    pub orders_refused: u64,
    /// Frames of talkers that came from other decks.
    pub frames_imported: u64,
    /// Ticks of another deck that came too late for the tick they were made for.
    pub exports_late: u64,
    /// Ticks in which nothing was there from another deck that had sent before.
    pub exports_missing: u64,
}
