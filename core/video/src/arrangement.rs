//! Which line shows whom, as the scene of each stage says it; passes nothing on.

use std::collections::BTreeMap;

use conclave_contract::{Scene, VideoLine};
use conclave_model::{LegId, StageId};

use crate::line::Line;
use crate::relay::Stage;

/// Made anew whenever something changes; packets only look it up.
#[derive(Debug, Default)]
pub(crate) struct Arrangement {
    /// The one line of each leg whose pictures are taken.
    pub senders: BTreeMap<LegId, VideoLine>,
    /// The lines that show a leg.
    pub shown_on: BTreeMap<LegId, Vec<VideoLine>>,
    /// Of whom a whole picture is needed, as somebody sees them from now on.
    pub needed: Vec<LegId>,
}

impl Arrangement {
    pub fn make(
        lines: &mut BTreeMap<VideoLine, Line>,
        seats: &BTreeMap<LegId, StageId>,
        stages: &BTreeMap<StageId, Stage>,
    ) -> Self {
        let mut made = Self::default();
        for (id, line) in lines.iter() {
            if line.receives() {
                made.senders.entry(id.leg).or_insert(*id);
            }
        }
        let mut receivers: BTreeMap<LegId, Vec<VideoLine>> = BTreeMap::new();
        for id in lines.keys() {
            receivers.entry(id.leg).or_default().push(*id);
        }
        for (leg, own) in receivers {
            let stage = seats.get(&leg).copied();
            let scene = stage.and_then(|id| stages.get(&id)).map(|it| &it.scene);
            let is_here = |other: &LegId| *other != leg && seats.get(other).copied() == stage;
            let shown = match scene {
                Some(scene) => seen_by(leg, scene, is_here),
                None => Vec::new(),
            };
            made.place(lines, &own, shown);
        }
        made
    }

    /// Who is on a line stays there; the others fill the lines that are free.
    fn place(
        &mut self,
        lines: &mut BTreeMap<VideoLine, Line>,
        own: &[VideoLine],
        mut shown: Vec<LegId>,
    ) {
        let stays = |id: &VideoLine, shown: &[LegId]| {
            let line = lines.get(id).filter(|line| line.sends())?;
            line.outgoing.shows().filter(|leg| shown.contains(leg))
        };
        let mut places: Vec<Option<LegId>> = Vec::with_capacity(own.len());
        for id in own {
            let kept = stays(id, &shown);
            shown.retain(|leg| Some(*leg) != kept);
            places.push(kept);
        }
        let mut waiting = shown.into_iter();
        for (id, place) in own.iter().zip(places) {
            let Some(line) = lines.get(id) else { continue };
            let shows = place.or_else(|| line.sends().then(|| waiting.next()).flatten());
            let suits = |leg: &LegId| {
                let sender = self.senders.get(leg).and_then(|sender| lines.get(sender));
                sender.is_some_and(|sender| line.suits(sender))
            };
            let is_suited = shows.as_ref().is_some_and(suits);
            if let Some(leg) = shows {
                self.shown_on.entry(leg).or_default().push(*id);
            }
            let line = lines.get_mut(id);
            let is_new = line.is_some_and(|line| line.outgoing.show(shows));
            if let Some(leg) = shows.filter(|_| is_new && is_suited) {
                self.needed.push(leg);
            }
        }
    }
}

fn seen_by(leg: LegId, scene: &Scene, is_here: impl Fn(&LegId) -> bool) -> Vec<LegId> {
    match scene {
        Scene::Nobody => Vec::new(),
        Scene::One { shown, to_shown } => {
            let seen = if *shown == leg {
                *to_shown
            } else {
                Some(*shown)
            };
            seen.filter(is_here).into_iter().collect()
        }
        Scene::All(legs) => legs.iter().copied().filter(is_here).collect(),
    }
}
