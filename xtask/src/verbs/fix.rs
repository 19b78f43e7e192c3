//! The verb `fix`: what a machine can put right by itself; leaves judgement to people.

use crate::account::Account;
use crate::{Done, cargo, root, tidy};

/// Formats, takes clippy's advice, redraws the layers and shortens the list of long functions.
///
/// # Errors
/// When a part could not be done, or something is left for a person.
pub fn fix() -> Done {
    let mut account = Account::default();
    let mut advice = cargo();
    advice.args(["clippy", "--fix", "--workspace", "--all-targets"]);
    advice.args(["--allow-dirty", "--allow-staged"]);
    account.check("clippy --fix", &mut advice);
    account.check("format", cargo().args(["fmt", "--all"]));
    account.step("tidy --fix", || tidy::fix(&root()));
    account.step("tidy", || tidy::report(&root()));
    account.close()
}
