//! Where a name leads (RFC 3263): what is asked and what comes back; asks nobody itself.

use std::time::Duration;

use crate::{Path, Transport};

/// Somebody to find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// A name or an IP address without brackets.
    pub host: String,
    /// `None`: what the records of the name say, else the transport's own.
    pub port: Option<u16>,
    /// `None`: what the records say, else UDP.
    pub transport: Option<Transport>,
}

/// One of the ways there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// Without a stream.
    pub path: Path,
    /// The lowest is tried first.
    pub rank: u32,
    /// Of those with one rank, how often this one is the first (RFC 2782).
    pub weight: u16,
}

/// All ways there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Findings {
    /// At least one.
    pub ways: Vec<Found>,
    /// For so long they may be believed; an address is for ever.
    pub lifetime: Option<Duration>,
}

/// Why there is no way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookupFailure {
    /// The name has no address.
    NoAddress,
    /// No server of names answered.
    NoAnswer,
    /// It is reached in a way that this server does not listen to.
    NotSpoken(Transport),
    /// Too many names are being looked up.
    Busy,
}
