//! The only words between control and data: commands go down, events come up.

mod clip;
mod command;
mod event;
mod leg_spec;

pub use clip::Clip;
pub use command::{Command, RecordSpec, Segment};
pub use event::{DigitSource, Event, LegFailure, LegStats, PlayOutcome, RecordEnd, Recording};
pub use leg_spec::{Direction, Keypad, LegSpec, MediaFormat};
