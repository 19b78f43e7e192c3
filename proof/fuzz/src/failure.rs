//! An input that broke something, and where it is kept; breaks nothing itself.

use std::fmt;

/// What broke, and by which bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub target: &'static str,
    pub how: String,
    pub input: Vec<u8>,
}

impl Failure {
    /// The name under which it joins the corpus: the same input has the same name.
    #[must_use]
    pub fn file_name(&self) -> String {
        let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        let hash = self.input.iter().fold(0xcbf2_9ce4_8422_2325, step);
        format!("broke-{hash:016x}")
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.input.len();
        write!(f, "{}: {} ({bytes} bytes)", self.target, self.how)
    }
}
