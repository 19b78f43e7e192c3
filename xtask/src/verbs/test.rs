//! The verb `test`: everything, with real telephones; judges nothing itself.

use super::{browser, console, instructions, schema, verify};
use crate::account::Account;
use crate::torture::{self, Messages};
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
    let console = account.step("console", || {
        console::check()?;
        console::build()
    });
    if compiler {
        let mut torture = None;
        account.step("torture messages", || {
            torture = Some(torture::fetch()?);
            Ok(())
        });
        verify::clippy(&mut account);
        verify::units(&mut account, torture.as_ref());
        let server = server(&mut account);
        interop(&mut account, server, phones, torture.as_ref());
        browsers(&mut account, server && console, phones);
        described(&mut account, server);
        slow(&mut account, "load", "proof/bench", None);
        ticks(&mut account);
    } else {
        for name in [
            "clippy",
            "torture messages",
            "tests",
            "server",
            "real phones",
            browser::NAME,
            schema::NAME,
            "load",
            TICKS,
        ] {
            account.not_run(name, "there is nothing to build with");
        }
    }
    account.close()
}

/// The server, and the telephones only so that both are built from what the tests were built from:
/// with `--package`, 14 crates would have fewer features than in the whole and be compiled again.
fn server(account: &mut Account) -> bool {
    let mut build = cargo();
    build.args(["build", "--workspace", "--bin", "conclave"]);
    for program in slow_test_programs("proof/interop") {
        build.args(["--test", &program]);
    }
    account.check("server", &mut build)
}

/// One test after the other: each starts a server and several telephones of its own.
fn interop(account: &mut Account, server: bool, phones: bool, torture: Option<&Messages>) {
    const NAME: &str = "real phones";
    if !server {
        account.not_run(NAME, "there is no server to call");
    } else if !phones {
        account.not_run(NAME, "there is no telephone to call with");
    } else {
        slow(account, NAME, "proof/interop", torture);
    }
}

/// People at browsers and callers at telephones, at one server.
fn browsers(account: &mut Account, console: bool, phones: bool) {
    if !console {
        account.not_run(browser::NAME, "there is no console to open");
    } else if !phones {
        account.not_run(browser::NAME, "there is no telephone to call with");
    } else if let Err(why) = tools::ensure(&tools::FOR_BROWSER) {
        account.step("tools to browse", || Err(why));
        account.not_run(browser::NAME, "there is no browser to open it with");
    } else {
        browser::look(account);
    }
}

fn described(account: &mut Account, server: bool) {
    if !server {
        return account.not_run(schema::NAME, "there is no server to ask");
    }
    account.step(schema::NAME, || {
        tools::ensure(&tools::FOR_SCHEMA)?;
        schema::compare()
    });
}

/// What a tick costs, where that can be compared with what is recorded.
fn ticks(account: &mut Account) {
    if let Some(why) = instructions::obstacle() {
        return account.not_run(TICKS, why);
    }
    match instructions::not_comparable() {
        Ok(Some(why)) => account.not_run(TICKS, why),
        Ok(None) => {
            account.step(TICKS, || {
                tools::ensure(&tools::FOR_INSTRUCTIONS)?;
                instructions::compare()
            });
        }
        Err(why) => {
            account.step(TICKS, || Err(why));
        }
    }
}

const TICKS: &str = "instructions";

/// The tests of a crate that are left out of a plain `cargo test`.
///
/// Named by their files and not by `--package`, for the same reason.
fn slow(account: &mut Account, name: &'static str, folder: &str, torture: Option<&Messages>) {
    let programs = slow_test_programs(folder);
    if programs.is_empty() {
        return account.not_run(name, "no test there is marked as slow");
    }
    let mut tests = cargo();
    tests.args(["test", "--workspace", "--no-fail-fast"]);
    for program in &programs {
        tests.args(["--test", program]);
    }
    tests.args(["--", "--ignored", "--test-threads=1"]);
    tests.env("CONCLAVE_BIN", target_dir().join("debug/conclave"));
    if let Some(messages) = torture {
        messages.name_to(&mut tests);
    }
    account.tests(name, &mut tests);
}

fn slow_test_programs(folder: &str) -> Vec<String> {
    let files = source::files(&root()).unwrap_or_default();
    let slow = files.iter().filter_map(|file| {
        let inside = file.path.strip_prefix(folder)?.strip_prefix("/tests/")?;
        let name = inside.strip_suffix(".rs")?;
        let marked = source::bare(&file.text).contains("#[ignore");
        (marked && !name.contains('/')).then(|| name.to_owned())
    });
    slow.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_telephones_are_found() {
        let found = slow_test_programs("proof/interop");
        assert!(found.contains(&"sipp".to_owned()), "{found:?}");
        assert!(slow_test_programs("core/model").is_empty());
    }
}
