//! The one list of verbs, from run to instructions; knows no rule of conferences.

mod account;
mod callgrind;
mod functions;
mod layers;
mod ports;
mod source;
mod tidy;
mod tools;
mod torture;
mod verbs;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["run", rest @ ..] => verbs::run::run(rest),
        ["test"] => verbs::test::test(),
        ["verify"] => verbs::verify::verify(),
        ["fix"] => verbs::fix::fix(),
        ["tidy"] => tidy::report(&root()),
        ["tidy", "--fix"] => tidy::fix(&root()),
        ["sim", rest @ ..] => verbs::sim::sim(rest),
        ["bench", rest @ ..] => verbs::bench::bench(rest),
        ["instructions", rest @ ..] => verbs::instructions::instructions(rest),
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

/// Where cargo builds, which the environment may have moved; absolute.
pub fn target_dir() -> PathBuf {
    let moved = std::env::var_os("CARGO_TARGET_DIR").filter(|folder| !folder.is_empty());
    root().join(moved.unwrap_or_else(|| "target".into()))
}

/// `cargo`, as it was called, in the repository.
pub fn cargo() -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}

/// Runs a program that says itself what went wrong.
///
/// # Errors
/// An empty sentence when it failed, or why it could not be started.
pub fn finished(command: &mut Command) -> Done {
    let program = command.get_program().to_string_lossy().into_owned();
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(String::new()),
        Err(error) => Err(format!("{program}: {error}")),
    }
}

const USAGE: &str = "\
cargo xtask run                 build the server and start it here, with a room to dial
cargo xtask test                install what the tests need and run all of them
cargo xtask verify              everything that needs no telephone; writes nothing
cargo xtask fix                 format, take clippy's advice, redraw the layers
cargo xtask tidy [--fix]        layers, sizes and words alone
cargo xtask sim SEED [COUNT]    live simulated nights again, exactly
cargo xtask bench [--full]       load servers, and print the figures beside the targets
cargo xtask instructions [--record]
                                count what a tick costs, or record it anew";
