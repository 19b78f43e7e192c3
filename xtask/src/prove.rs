//! The verbs test, verify and fix: what is run in which order; judges nothing itself.

use crate::account::Account;
use crate::{Done, cargo, root, serve, tidy, tools};

/// Everything, with real telephones.
///
/// # Errors
/// When anything failed; the table says what.
pub fn test() -> Done {
    let mut account = Account::default();
    let build = account.whole("tools for the build", || tools::ensure(&tools::FOR_BUILD));
    let phones = account.whole("tools for the phones", || {
        tools::ensure(&tools::FOR_INTEROP)
    });
    if build {
        style(&mut account);
        units(&mut account);
        let mut server = cargo();
        server.args(["build", "--package", "conclave-server"]);
        let built = account.command("server", &mut server);
        if built && phones {
            interop(&mut account);
        }
    }
    account.close()
}

/// Everything that needs no telephone. Writes nothing but the build's own folder.
///
/// # Errors
/// When anything failed; the table says what.
pub fn verify() -> Done {
    let mut account = Account::default();
    style(&mut account);
    units(&mut account);
    let mut docs = cargo();
    docs.args(["doc", "--workspace", "--no-deps", "--quiet"]);
    docs.env("RUSTDOCFLAGS", "-D warnings");
    account.command("docs", &mut docs);
    account.close()
}

/// What a machine can put right by itself.
///
/// # Errors
/// When a part could not be done, or something is left for a person.
pub fn fix() -> Done {
    let mut account = Account::default();
    account.command("format", cargo().args(["fmt", "--all"]));
    account.whole("layers and long functions", || tidy::fix(&root()));
    account.whole("tidy", || tidy::report(&root()));
    account.close()
}

fn style(account: &mut Account) {
    account.command("format", cargo().args(["fmt", "--all", "--check"]));
    account.whole("tidy", || tidy::report(&root()));
    let mut clippy = cargo();
    clippy.args(["clippy", "--workspace", "--all-targets", "--quiet"]);
    clippy.args(["--", "-D", "warnings"]);
    account.command("clippy", &mut clippy);
}

fn units(account: &mut Account) {
    let mut tests = cargo();
    tests.args(["test", "--workspace", "--no-fail-fast", "--quiet"]);
    account.tests("tests", &mut tests);
}

/// One after the other: each starts a server and several telephones of its own.
fn interop(account: &mut Account) {
    let mut phones = cargo();
    phones.args(["test", "--package", "conclave-interop", "--no-fail-fast"]);
    phones.args(["--", "--ignored", "--test-threads=1"]);
    phones.env("CONCLAVE_BIN", serve::target_dir().join("debug/conclave"));
    account.tests("real phones", &mut phones);
}
