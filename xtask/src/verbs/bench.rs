//! The verb `bench`: loads servers of our own and prints the table; knows no figure.

use crate::{Done, cargo, finished};

/// Runs `conclave bench scenarios` as built for release, with the words behind the verb.
///
/// # Errors
/// When a server did not start or this machine does not allow the load; the program has said why.
pub fn bench(words: &[&str]) -> Done {
    let mut scenarios = cargo();
    scenarios.args(["run", "--release", "--package", "conclave-server", "--"]);
    finished(scenarios.args(["bench", "scenarios"]).args(words))
}
