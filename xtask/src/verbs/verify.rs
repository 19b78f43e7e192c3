//! The verb `verify`: what needs no telephone; writes nothing but the build's own folder.

use crate::account::Account;
use crate::torture::Messages;
use crate::{Done, cargo, root, tidy, tools};

/// Style, layers, tests, documentation and licences.
///
/// # Errors
/// When anything failed; the table says what.
pub fn verify() -> Done {
    let mut account = Account::default();
    looks(&mut account);
    clippy(&mut account);
    // They are fetched by `cargo xtask test`; without them those tests say that they were skipped.
    units(&mut account, None);
    let mut docs = cargo();
    docs.args(["doc", "--workspace", "--no-deps"]);
    docs.env("RUSTDOCFLAGS", "-D warnings");
    account.check("docs", &mut docs);
    if tools::in_path("cargo-deny") {
        account.check("licences", cargo().args(["deny", "check"]));
    } else {
        account.not_run(
            "licences",
            "`cargo install --locked cargo-deny`, and they are",
        );
    }
    account.close()
}

/// What needs no build.
pub fn looks(account: &mut Account) {
    account.check("format", cargo().args(["fmt", "--all", "--check"]));
    account.step("tidy", || tidy::report(&root()));
}

pub fn clippy(account: &mut Account) {
    let mut clippy = cargo();
    clippy.args(["clippy", "--workspace", "--all-targets"]);
    account.check("clippy", clippy.args(["--", "-D", "warnings"]));
}

pub fn units(account: &mut Account, torture: Option<&Messages>) {
    let mut tests = cargo();
    tests.args(["test", "--workspace", "--no-fail-fast"]);
    if let Some(messages) = torture {
        messages.name_to(&mut tests);
    }
    account.tests("tests", &mut tests);
}
