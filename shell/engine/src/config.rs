//! What an engine is started with; reads no configuration itself.

use std::net::{IpAddr, Ipv4Addr};
use std::ops::RangeInclusive;

use conclave_model::limits;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineConfig {
    /// Threads, each with legs and stages of its own.
    pub workers: usize,
    /// Where ports are taken; a leg gets the first of the family of its remote, else the first.
    /// `::` takes IPv4 too.
    pub bind: Vec<IpAddr>,
    /// UDP ports; a leg takes an even one and the one above it.
    pub ports: RangeInclusive<u16>,
    /// Legs at once, over all workers.
    pub legs_max: usize,
    /// Legs of one stage on one worker, beyond which it is opened on another worker too.
    pub spread_at: usize,
    /// Workers run before the threads of other programs, where the system allows it.
    pub real_time: bool,
}

impl Default for EngineConfig {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            workers: cores,
            bind: vec![IpAddr::V4(Ipv4Addr::UNSPECIFIED)],
            ports: 16_384..=32_767,
            legs_max: limits::CALLS,
            spread_at: limits::SPREAD_AT,
            real_time: true,
        }
    }
}
