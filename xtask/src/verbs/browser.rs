//! The console in a real browser, with real callers in the rooms; knows no page of it.

use std::process::Command;

use super::console;
use crate::account::Account;
use crate::target_dir;

/// Runs the tests of `ui/e2e` against the server that was just built.
pub fn look(account: &mut Account) {
    let mut tests = Command::new("npm");
    tests.args(["run", "--silent", "e2e"]);
    tests.current_dir(console::ui());
    tests.env("CONCLAVE_BIN", target_dir().join("debug/conclave"));
    account.tests(NAME, &mut tests);
}

pub const NAME: &str = "console in a browser";
