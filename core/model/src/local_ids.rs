//! Where ids that live and die with the process come from; hands out none twice.

use crate::{LegId, PlayId, RecordId, StageId};

/// One counter for each kind of local id. The brain owns one and lends it.
///
/// A counter wraps after 2³² ids: at a thousand a second that is 49 days, when the first are long
/// gone.
#[derive(Debug, Default)]
pub struct LocalIds {
    legs: u32,
    stages: u32,
    plays: u32,
    records: u32,
}

impl LocalIds {
    #[must_use]
    pub fn leg(&mut self) -> LegId {
        LegId(next(&mut self.legs))
    }

    #[must_use]
    pub fn stage(&mut self) -> StageId {
        StageId(next(&mut self.stages))
    }

    #[must_use]
    pub fn play(&mut self) -> PlayId {
        PlayId(next(&mut self.plays))
    }

    #[must_use]
    pub fn record(&mut self) -> RecordId {
        RecordId(next(&mut self.records))
    }
}

fn next(counter: &mut u32) -> u32 {
    let id = *counter;
    *counter = counter.wrapping_add(1);
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_id_is_handed_out_twice() {
        let mut ids = LocalIds::default();
        assert_ne!(ids.play(), ids.play());
        assert_ne!(ids.leg(), ids.leg());
    }
}
