//! What a form may call a program that the operator allows; knows no path and runs nothing.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::short_name::short_name;
use crate::FieldError;

/// 1 to 40 letters, digits, `-` and `_`, kept in lower case: a key of the server's own file.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProgramName(Arc<str>);

impl ProgramName {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ProgramName {
    type Err = FieldError;

    fn from_str(text: &str) -> Result<Self, FieldError> {
        short_name(text).map(ProgramName)
    }
}

impl fmt::Display for ProgramName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
