//! Media workers: one thread per core, its sockets and an absolute twenty-millisecond clock.
//!
//! The [`Engine`] stands beside the brain: it turns commands into orders, takes ports, and hands
//! both to the worker that will own the leg. Between them are bounded rings; nobody waits.

mod arrivals;
mod clock;
mod config;
mod engine;
mod file_limit;
mod foresight;
mod health;
mod leg_sockets;
mod leg_table;
mod links;
mod music_wishes;
mod packet_io;
#[cfg(test)]
mod packet_io_tests;
mod plain_io;
mod ports;
mod ring;
mod socket_pair;
mod tapes;
mod tie;
mod urgency;
mod video;
mod worker;
mod worker_handle;

pub use conclave_media::{TapeFrame, TapeSource};
pub use config::EngineConfig;
pub use engine::Engine;
pub use health::{BATCH_STEPS, DURATION_STEPS_US, EngineHealth, LATENESS_STEPS_MS, WorkerHealth};
pub use packet_io::IoHealth;
