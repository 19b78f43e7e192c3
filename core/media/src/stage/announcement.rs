//! What is said to a whole stage, once; does not know what it says.

use conclave_contract::Segment;
use conclave_model::{LegId, PlayId};

use crate::SoundLibrary;
use crate::reel::Reel;

/// One `Announce` command with its sounds found.
pub struct Announcement {
    pub(crate) play: PlayId,
    pub(crate) reel: Reel,
    /// Does not hear it.
    pub(crate) except: Option<LegId>,
    pub(crate) has_begun: bool,
    /// Another deck makes it too, and tells of its end.
    pub(crate) is_copy: bool,
}

impl Announcement {
    #[must_use]
    pub fn new(
        play: PlayId,
        segments: &[Segment],
        except: Option<LegId>,
        library: &dyn SoundLibrary,
    ) -> Self {
        Self {
            play,
            reel: Reel::new(segments, library),
            except,
            has_begun: false,
            is_copy: false,
        }
    }
}
