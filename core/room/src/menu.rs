//! Which keys in a room mean what, collected one by one; carries nothing out.

use std::time::Instant;

/// One participant's keys.
#[derive(Debug, Default)]
pub struct Menu {
    deadline: Option<Instant>,
}
