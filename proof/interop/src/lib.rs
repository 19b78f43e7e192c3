//! Real phones against the real server; knows of Conclave only its command line and its sound.

#![allow(clippy::disallowed_methods, reason = "this is the world outside")]

mod baresip;
mod ear;
mod kamailio;
mod papers;
mod ports;
mod server;
mod sipp;
mod terminal;
mod torture;
mod voice;
mod watch;

pub use baresip::{Baresip, Login, MediaSecrecy, PhoneCodec};
pub use ear::{Ear, Heard};
pub use kamailio::{Exchange, Kamailio, Papers};
pub use papers::Authority;
pub use ports::{free_port, low_port};
pub use server::{Room, Server};
pub use sipp::{Scenario, call_with_pin, run as run_sipp, run_at as run_sipp_at};
pub use terminal::TerminalView;
pub use torture::{Torture, rfc4475, rfc5118};
pub use voice::Voice;
pub use watch::{EventFeed, Watch};

use std::time::{Duration, Instant};

/// Asks `question` every 20 ms until it has an answer; panics with `what` when `patience` is over.
///
/// # Panics
/// When there is no answer in time: the test has failed.
pub fn wait_for<T>(what: &str, patience: Duration, mut question: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + patience;
    loop {
        if let Some(answer) = question() {
            return answer;
        }
        assert!(Instant::now() < deadline, "{what}: not within {patience:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
