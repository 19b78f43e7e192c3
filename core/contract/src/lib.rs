//! The only words between control and data: commands go down, events come up.

mod clip;
mod command;
mod effort;
mod event;
mod handshakes;
mod leg_spec;
mod protection;
mod stage_spec;
mod video;
mod voice_spec;

pub use clip::Clip;
pub use command::{Command, RecordSpec, Segment};
pub use effort::{Effort, OpusEffort};
pub use event::{DigitSource, Event, LegFailure, LegStats, PlayOutcome, RecordEnd, Recording};
pub use handshakes::Handshakes;
pub use leg_spec::{Direction, Keypad, LegSpec, LevelExtension, MediaFormat};
pub use protection::Protection;
pub use stage_spec::StageSpec;
pub use video::{
    Scene, VideoCommand, VideoEvent, VideoFeedback, VideoFormat, VideoLine, VideoRules, VideoSpec,
};
pub use voice_spec::VoiceSpec;
