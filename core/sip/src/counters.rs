//! How often what happened; draws no graph.

use std::collections::BTreeMap;

/// Totals since the start of one [`crate::Ua`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    pub requests_in: u64,
    pub responses_in: u64,
    pub requests_out: u64,
    pub responses_out: u64,
    /// Sent again because no answer or ACK came in time, or because the peer asked again.
    pub retransmissions_out: u64,
    /// Requests that a transaction already knew.
    pub retransmissions_in: u64,
    /// Bytes that are no SIP message, or one that cannot be answered (no usable Via).
    pub garbage_in: u64,
    /// Requests answered with 400, 505 or 513 because of their form.
    pub malformed_in: u64,
    /// Responses and ACKs that belong to nothing we know.
    pub strays_in: u64,
    /// CRLF keep-alives answered (RFC 5626 §3.5.1).
    pub keepalives_in: u64,
    /// Streams closed because the end of a message could not be found.
    pub streams_broken: u64,
    /// Streams closed because there were too many.
    pub streams_refused: u64,
    /// MESSAGEs for peers that had too many waiting already, or that wanted no more.
    pub texts_dropped: u64,
    /// Requests that met no answer in 64·T1.
    pub timeouts: u64,
    /// Final responses of ours that are not 2xx, by status.
    pub refused: BTreeMap<u16, u64>,
}
