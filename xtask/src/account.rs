//! What was run, how long it took and how it ended; decides nothing.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::Done;

/// The steps of one run of `test`, `verify` or `fix`.
#[derive(Default)]
pub struct Account {
    steps: Vec<Step>,
}

struct Step {
    name: &'static str,
    took: Duration,
    outcome: Outcome,
}

enum Outcome {
    /// A check, which passes or fails as a whole.
    Passed,
    Failed,
    /// Tests, counted one by one.
    Counted {
        passed: u32,
        failed: u32,
    },
    /// Neither good nor bad; where it is bad, the step that prevented it has failed.
    NotRun {
        why: String,
    },
}

impl Account {
    /// A check made here.
    pub fn step(&mut self, name: &'static str, work: impl FnOnce() -> Done) -> bool {
        announce(name);
        let begun = Instant::now();
        let done = work();
        let outcome = match &done {
            Ok(()) => Outcome::Passed,
            Err(sentence) => {
                eprintln!("{sentence}");
                Outcome::Failed
            }
        };
        self.push(name, begun, outcome);
        done.is_ok()
    }

    /// A check made by a program.
    pub fn check(&mut self, name: &'static str, command: &mut Command) -> bool {
        self.step(name, || match command.status() {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(format!("{name} failed: {status}")),
            Err(error) => Err(format!("{name}: {error}")),
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
        self.push(name, begun, Outcome::Counted { passed, failed });
    }

    /// A step that is left out, and why.
    pub fn not_run(&mut self, name: &'static str, why: impl Into<String>) {
        let why = why.into();
        self.push(name, Instant::now(), Outcome::NotRun { why });
    }

    /// Prints the table and, as the last line, the count: of tests, and of checks that failed.
    ///
    /// # Errors
    /// When anything failed; it has been said.
    pub fn close(&self) -> Done {
        println!("\n{:<20} {:>8}  result", "step", "seconds");
        for step in &self.steps {
            let seconds = step.took.as_secs_f64();
            println!("{:<20} {seconds:>8.1}  {}", step.name, step.outcome.said());
        }
        let (passed, failed) = self.counts();
        println!("\n{passed} passed, {failed} failed");
        if failed == 0 {
            Ok(())
        } else {
            Err(String::new())
        }
    }

    fn counts(&self) -> (u32, u32) {
        let counts = self.steps.iter().map(|step| match step.outcome {
            Outcome::Passed | Outcome::NotRun { .. } => (0, 0),
            Outcome::Failed => (0, 1),
            Outcome::Counted { passed, failed } => (passed, failed),
        });
        counts.fold((0, 0), |sum, step| (sum.0 + step.0, sum.1 + step.1))
    }

    fn push(&mut self, name: &'static str, begun: Instant, outcome: Outcome) {
        self.steps.push(Step {
            name,
            took: begun.elapsed(),
            outcome,
        });
    }
}

impl Outcome {
    fn said(&self) -> String {
        match self {
            Outcome::Passed => "passed".to_owned(),
            Outcome::Failed => "FAILED".to_owned(),
            Outcome::Counted { passed, failed: 0 } => format!("passed: {passed} tests"),
            Outcome::Counted { passed, failed } => format!("FAILED: {failed}; passed: {passed}"),
            Outcome::NotRun { why } => format!("not run: {why}"),
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
    // A test may print bytes that are no text; they must not end the count.
    for line in BufReader::new(stdout).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
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
    fn a_failing_check_makes_the_whole_fail_and_is_counted() {
        let mut account = Account::default();
        assert!(account.step("good", || Ok(())));
        account.not_run("left out", "for a reason");
        assert!(account.close().is_ok());
        assert_eq!(account.counts(), (0, 0));
        assert!(!account.check("bad", &mut Command::new("false")));
        assert!(!account.check("missing", &mut Command::new("no-such-program-anywhere")));
        assert!(account.close().is_err());
        assert_eq!(account.counts(), (0, 2));
    }

    #[test]
    fn every_test_program_of_a_run_is_counted_and_its_death_too() {
        let printing = |text: &str| {
            let mut command = Command::new("sh");
            command.args(["-c", text]);
            command
        };
        let two = "printf 'noise \\377\\ntest result: ok. 2 passed; 0 failed;\\n'";
        let mut account = Account::default();
        account.tests("two and two", &mut printing(&format!("{two}; {two}")));
        assert_eq!(account.counts(), (4, 0));
        account.tests("dead", &mut printing(&format!("{two}; exit 101")));
        assert_eq!(account.counts(), (6, 1));
    }

    #[test]
    fn a_test_run_without_a_test_has_failed() {
        let mut account = Account::default();
        account.tests("nothing", &mut Command::new("true"));
        assert_eq!(account.counts(), (0, 1));
    }
}
