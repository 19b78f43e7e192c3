//! The verb `bench`: places many calls and measures; knows no figure.

use crate::{Done, cargo, finished};

/// Runs `conclave bench` as built for release, with the words behind the verb.
///
/// # Errors
/// When a call heard less than it should; the program has said what.
pub fn bench(words: &[&str]) -> Done {
    let mut load = cargo();
    load.args(["run", "--release", "--package", "conclave-server", "--"]);
    finished(load.arg("bench").args(words))
}
