//! How a command ends: a code for scripts, a sentence for people.

use std::fmt;
use std::io;

use conclave_api::Problem;

/// The exit codes, fixed because scripts rely on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Done,
    /// The server or this program failed.
    Failed,
    Usage,
    NotFound,
    Refused,
    Conflict,
    Unreachable,
}

impl Exit {
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::NotFound => 3,
            Exit::Refused => 4,
            Exit::Conflict => 5,
            Exit::Unreachable => 6,
        }
    }
}

/// Why a command did not do what was asked.
#[derive(Debug)]
pub enum Failure {
    /// The server said no.
    Problem(Problem),
    /// What was typed cannot be meant.
    Usage(String),
    Unreachable(String),
    /// A file of the caller's.
    File(String),
    /// The answer was none that this program knows.
    Strange(String),
    /// Standard output.
    Output(io::Error),
}

impl Failure {
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Failure::Problem(problem) => match problem.status {
                404 => Exit::NotFound,
                409 | 412 => Exit::Conflict,
                503 => Exit::Unreachable,
                400..500 => Exit::Refused,
                _ => Exit::Failed,
            },
            Failure::Usage(_) => Exit::Usage,
            Failure::Unreachable(_) => Exit::Unreachable,
            Failure::File(_) | Failure::Strange(_) => Exit::Failed,
            // `conclave rooms ls | head`: whoever stops reading has read enough.
            Failure::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done,
            Failure::Output(_) => Exit::Failed,
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::Output(error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Problem(problem) => {
                write!(f, "{}", problem.detail)?;
                for wrong in &problem.errors {
                    if wrong.sentence() != problem.detail {
                        write!(f, "\n  {}", wrong.sentence())?;
                    }
                }
                Ok(())
            }
            Failure::Usage(sentence)
            | Failure::Unreachable(sentence)
            | Failure::File(sentence)
            | Failure::Strange(sentence) => f.write_str(sentence),
            Failure::Output(error) => write!(f, "the output cannot be written: {error}"),
        }
    }
}
