//! Who was there while a recording ran, in bounded memory; hears nobody.

use std::collections::BTreeMap;

use conclave_api::SpeakerLane;
use conclave_model::{LegId, limits};
use conclave_node::Speaker;
use conclave_sound::Outline;

/// Who was there while a recording ran.
#[derive(Default)]
pub(super) struct Cast {
    /// At most [`limits::RECORDING_SPEAKERS`].
    known: BTreeMap<LegId, Speaker>,
    /// Those beyond that have no name in it.
    count: u32,
}

impl Cast {
    pub fn add(&mut self, speaker: Speaker) {
        if let Some(known) = self.known.get_mut(&speaker.leg) {
            *known = speaker;
            return;
        }
        self.count = self.count.saturating_add(1);
        if self.known.len() < limits::RECORDING_SPEAKERS {
            self.known.insert(speaker.leg, speaker);
        }
    }

    /// How many there were.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// The lane of each speaker whose name is known, in the order in which they first spoke.
    pub fn lanes(&self, outline: &Outline) -> Vec<SpeakerLane> {
        let named = outline.lanes.iter().filter_map(|(leg, lane)| {
            let speaker = self.known.get(leg)?;
            Some(SpeakerLane {
                participant: speaker.participant.to_string(),
                name: speaker.name.clone(),
                number: speaker.number.clone(),
                spans: lane.spans.clone(),
            })
        });
        let mut lanes: Vec<SpeakerLane> = named.collect();
        lanes.sort_by_key(|lane| lane.spans.first().copied());
        lanes
    }
}

#[cfg(test)]
mod tests {
    use conclave_model::{Chance, ParticipantId, UnixMillis};

    use super::*;

    #[test]
    fn whoever_comes_and_goes_all_day_is_counted_and_fills_no_memory() {
        let mut cast = Cast::default();
        let participant = ParticipantId::mint(UnixMillis(0), &mut Chance::from_seed([1; 32]));
        let speaker = |leg, name: &str| Speaker {
            leg: LegId(leg),
            participant,
            name: Some(name.to_owned()),
            number: "1".to_owned(),
        };
        let all = u32::try_from(limits::RECORDING_SPEAKERS).expect("small") + 5;
        for leg in 0..all {
            cast.add(speaker(leg, "before"));
        }
        cast.add(speaker(3, "Ann"));
        assert_eq!(cast.count, all);
        assert_eq!(cast.known.len(), limits::RECORDING_SPEAKERS);
        let name = cast.known[&LegId(3)].name.as_deref();
        assert_eq!(name, Some("Ann"));
    }
}
