//! The one list of verbs: run, test, verify, fix, tidy, sim, bench; knows no rule of conferences.

mod account;
mod functions;
mod layers;
mod ports;
mod prove;
mod serve;
mod source;
mod tidy;
mod tools;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["run", rest @ ..] => serve::run(rest),
        ["test"] => prove::test(),
        ["verify"] => prove::verify(),
        ["fix"] => prove::fix(),
        ["tidy"] => tidy::report(&root()),
        ["sim", rest @ ..] => pass_on("conclave-world", &[], rest),
        ["bench", rest @ ..] => pass_on("conclave-server", &["bench"], rest),
        ["-h" | "--help" | "help"] | [] => {
            println!("{USAGE}");
            Ok(())
        }
        _ => Err(format!("there is no such verb\n\n{USAGE}")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            if !sentence.is_empty() {
                eprintln!("{sentence}");
            }
            ExitCode::FAILURE
        }
    }
}

/// Done, or a sentence that says what to do; an empty one when it has been said already.
pub type Done = Result<(), String>;

/// The repository.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// `cargo`, as it was called, in the repository.
pub fn cargo() -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}

/// Runs one of our programs, built for release, with the words behind the verb.
fn pass_on(package: &str, first: &[&str], rest: &[&str]) -> Done {
    let mut command = cargo();
    command.args(["run", "--quiet", "--release", "--package", package, "--"]);
    command.args(first).args(rest);
    let status = command
        .status()
        .map_err(|error| format!("cargo: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(String::new())
    }
}

const USAGE: &str = "\
cargo xtask run          build the server and start it here, with a room to dial
cargo xtask test         install what the tests need and run all of them
cargo xtask verify       everything that needs no telephone; writes nothing
cargo xtask fix          format, redraw the layers, shorten the list of long functions
cargo xtask tidy         layers, sizes and words alone
cargo xtask sim SEED     live one simulated night again, exactly
cargo xtask bench ...    place many calls and measure; --help says more";
