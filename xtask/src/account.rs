//! What was run, how long it took and how it ended; decides nothing.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::Done;

/// The parts of one run of `test` or `verify`.
#[derive(Default)]
pub struct Account {
    parts: Vec<Part>,
}

struct Part {
    name: &'static str,
    took: Duration,
    passed: u32,
    failed: u32,
}

impl Account {
    /// A part that passes or fails as a whole.
    pub fn whole(&mut self, name: &'static str, work: impl FnOnce() -> Done) -> bool {
        announce(name);
        let begun = Instant::now();
        let done = work();
        if let Err(sentence) = &done {
            eprintln!("{sentence}");
        }
        let passed = u32::from(done.is_ok());
        self.parts.push(Part {
            name,
            took: begun.elapsed(),
            passed,
            failed: 1 - passed,
        });
        done.is_ok()
    }

    /// A command that passes or fails as a whole.
    pub fn command(&mut self, name: &'static str, command: &mut Command) -> bool {
        self.whole(name, || {
            let status = command
                .status()
                .map_err(|error| format!("{name}: {error}"))?;
            if status.success() {
                Ok(())
            } else {
                Err(format!("{name} failed: {status}"))
            }
        })
    }

    /// `cargo test`, whose tests are counted one by one.
    pub fn tests(&mut self, name: &'static str, command: &mut Command) {
        announce(name);
        let begun = Instant::now();
        let (passed, mut failed) = match counted(command) {
            Ok(counts) => counts,
            Err(sentence) => {
                eprintln!("{name}: {sentence}");
                (0, 1)
            }
        };
        if passed + failed == 0 {
            eprintln!("{name}: no test was run; that is a fault in itself");
            failed = 1;
        }
        self.parts.push(Part {
            name,
            took: begun.elapsed(),
            passed,
            failed,
        });
    }

    /// Prints the table and, as the last line, the count.
    pub fn close(&self) -> Done {
        println!(
            "\n{:<24} {:>9} {:>8} {:>8}",
            "part", "seconds", "passed", "failed"
        );
        for part in &self.parts {
            let seconds = part.took.as_secs_f64();
            let Part {
                name,
                passed,
                failed,
                ..
            } = part;
            println!("{name:<24} {seconds:>9.1} {passed:>8} {failed:>8}");
        }
        let passed: u32 = self.parts.iter().map(|part| part.passed).sum();
        let failed: u32 = self.parts.iter().map(|part| part.failed).sum();
        println!("\n{passed} passed, {failed} failed");
        if failed == 0 {
            Ok(())
        } else {
            Err(String::new())
        }
    }
}

fn announce(name: &str) {
    println!("\n== {name}");
}

/// Shows the output as it comes and adds up every `test result` line.
fn counted(command: &mut Command) -> Result<(u32, u32), String> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| error.to_string())?;
    let stdout = child.stdout.take().ok_or("it has no output")?;
    let (mut passed, mut failed) = (0, 0);
    for line in BufReader::new(stdout).lines() {
        let line = line.map_err(|error| error.to_string())?;
        println!("{line}");
        if let Some((good, bad)) = result_line(&line) {
            passed += good;
            failed += bad;
        }
    }
    let status = child.wait().map_err(|error| error.to_string())?;
    // A build error, or a test program that died without its last line.
    if !status.success() && failed == 0 {
        failed = 1;
    }
    Ok((passed, failed))
}

fn result_line(line: &str) -> Option<(u32, u32)> {
    let counts = line.strip_prefix("test result: ")?;
    let before = |word: &str| {
        let (head, _) = counts.split_once(word)?;
        head.rsplit(' ').next()?.parse().ok()
    };
    Some((before(" passed")?, before(" failed")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_of_a_test_program_is_counted() {
        let ok = "test result: ok. 12 passed; 0 failed; 3 ignored; 0 measured; 0 filtered out";
        let bad = "test result: FAILED. 7 passed; 2 failed; 0 ignored; 0 measured";
        assert_eq!(result_line(ok), Some((12, 0)));
        assert_eq!(result_line(bad), Some((7, 2)));
        assert_eq!(result_line("test a_call_ends ... ok"), None);
    }

    #[test]
    fn a_failing_part_makes_the_whole_fail() {
        let mut account = Account::default();
        assert!(account.whole("good", || Ok(())));
        assert!(account.close().is_ok());
        assert!(!account.whole("bad", || Err("for a reason".to_owned())));
        assert!(account.close().is_err());
    }

    #[test]
    fn a_test_run_without_a_test_has_failed() {
        let mut account = Account::default();
        account.tests("nothing", &mut Command::new("true"));
        assert!(account.close().is_err());
        account.tests("dead", &mut Command::new("false"));
        assert!(account.close().is_err());
    }
}
