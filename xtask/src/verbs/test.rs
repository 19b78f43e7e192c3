//! The verb `test`: everything, with real telephones; judges nothing itself.

use super::verify;
use crate::account::Account;
use crate::{Done, cargo, root, source, target_dir, tools};

/// Installs what is missing, runs every check and every test, and goes on after a failure, so that
/// one run tells everything. One profile and one folder: nothing is compiled twice.
///
/// # Errors
/// When anything failed; the table says what.
pub fn test() -> Done {
    let mut account = Account::default();
    let compiler = account.step("tools to build", || tools::ensure(&tools::FOR_BUILD));
    let phones = account.step("tools to call", || tools::ensure(&tools::FOR_INTEROP));
    verify::looks(&mut account);
    if compiler {
        verify::clippy(&mut account);
        verify::units(&mut account);
        let server = server(&mut account);
        interop(&mut account, server, phones);
        load(&mut account);
    } else {
        for name in ["clippy", "tests", "server", "real phones", "load"] {
            account.not_run(name, "there is nothing to build with");
        }
    }
    account.close()
}

/// Built beside the tests, so that their crates are used again as they are: built alone, some
/// would have fewer features and be compiled anew.
fn server(account: &mut Account) -> bool {
    let mut build = cargo();
    build.args(["build", "--workspace", "--bins", "--tests"]);
    account.check("server", &mut build)
}

/// One after the other: each starts a server and several telephones of its own.
fn interop(account: &mut Account, server: bool, phones: bool) {
    if !server {
        return account.not_run("real phones", "there is no server to call");
    }
    if !phones {
        return account.not_run("real phones", "there is no telephone to call with");
    }
    let mut tests = cargo();
    tests.args(["test", "--package", "conclave-interop", "--no-fail-fast"]);
    tests.args(["--", "--ignored", "--test-threads=1"]);
    tests.env("CONCLAVE_BIN", target_dir().join("debug/conclave"));
    account.tests("real phones", &mut tests);
}

/// The load tool's own tests that take a while, as soon as it has one.
fn load(account: &mut Account) {
    if !has_ignored_tests("proof/bench/") {
        return account.not_run("load", "no test in proof/bench is marked as slow");
    }
    let mut tests = cargo();
    tests.args(["test", "--package", "conclave-bench", "--no-fail-fast"]);
    tests.args(["--", "--ignored", "--test-threads=1"]);
    tests.env("CONCLAVE_BIN", target_dir().join("debug/conclave"));
    account.tests("load", &mut tests);
}

fn has_ignored_tests(folder: &str) -> bool {
    source::files(&root()).is_ok_and(|files| {
        let mut inside = files.iter().filter(|file| file.path.starts_with(folder));
        inside.any(|file| file.is_rust() && source::bare(&file.text).contains("#[ignore"))
    })
}
