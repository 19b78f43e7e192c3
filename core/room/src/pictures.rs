//! Whom the room shows, and who is shown to that one; sees no picture and no port.

use std::time::{Duration, Instant};

use conclave_contract::{Scene, VideoCommand, VideoRules};
use conclave_model::confbridge::{BridgeProfile, VideoMode};
use conclave_model::{LegId, ParticipantId, limits};

use crate::{Participant, Room, RoomNews, RoomOutput, Turn};

/// What the relay was told of the room, and who spoke last.
#[derive(Debug, Default)]
pub(crate) struct Gallery {
    /// Of those who can be shown: who spoke last first, then in the order in which they came.
    speakers: Vec<ParticipantId>,
    /// Is shown because they said so by key.
    pinned: Option<ParticipantId>,
    scene: Scene,
    rules: VideoRules,
}

/// What is known of one participant's pictures, and what was told of them.
#[derive(Debug, Default)]
pub(crate) struct Sight {
    /// Pictures come from this one.
    sends: bool,
    /// Sees what is shown here.
    is_seated: bool,
    /// How many lines the call was told to accept, and how many others it shows.
    lines: Option<(u8, u8)>,
    /// As it was told to the world.
    published: SightView,
}

/// One participant's pictures as the world may see them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SightView {
    pub sends: bool,
    /// The others see them.
    pub is_shown: bool,
}

impl Room {
    /// So many video lines are taken from each phone; 0: calls are sound alone.
    #[must_use]
    pub fn video_lines(&self) -> u8 {
        match self.rules.bridge.video_mode {
            VideoMode::None => 0,
            VideoMode::FollowTalker | VideoMode::LastMarked | VideoMode::FirstMarked => 1,
            VideoMode::Sfu => LINES_MAX,
        }
    }

    /// Pictures began or ceased to come from this one.
    pub fn sends_pictures(&mut self, turn: &mut Turn<'_>, who: ParticipantId, sends: bool) {
        if let Some(one) = self.roster.get_mut(who) {
            one.sight.sends = sends;
        }
        self.settle(turn);
    }

    /// Everybody sees this one until they say otherwise by key. False where nobody can be chosen.
    pub(crate) fn pin_picture(&mut self, who: ParticipantId) -> bool {
        let may = self.may_pin();
        if may {
            self.gallery.pinned = Some(who);
        }
        may
    }

    pub(crate) fn unpin_picture(&mut self, who: ParticipantId) -> bool {
        self.gallery.pinned.take_if(|pinned| *pinned == who);
        self.may_pin()
    }

    /// Brings who is seen into line with who is here, who leads and who speaks.
    pub(crate) fn settle_pictures(&mut self, turn: &mut Turn<'_>) {
        let mode = self.rules.bridge.video_mode;
        self.seat_viewers(turn, mode);
        self.tell_rules(turn, mode);
        self.note_speakers(turn.now);
        let scene = self.scene(mode);
        if scene != self.gallery.scene {
            self.gallery.scene = scene.clone();
            let stage = self.stage;
            turn.video(VideoCommand::SetScene { stage, scene });
        }
        self.tell_lines(turn, mode);
        self.publish_sights(turn);
    }

    /// When somebody who speaks now is to be seen.
    pub(crate) fn next_follow(&self) -> Option<(Instant, &'static str)> {
        if self.rules.bridge.video_mode != VideoMode::FollowTalker {
            return None;
        }
        let at = self.next_speaker()?.0 + limits::VIDEO_FOLLOW;
        Some((at, "whoever speaks is shown"))
    }

    fn may_pin(&self) -> bool {
        match self.rules.bridge.video_mode {
            VideoMode::None | VideoMode::Sfu => false,
            VideoMode::FollowTalker | VideoMode::LastMarked | VideoMode::FirstMarked => true,
        }
    }

    fn seat_viewers(&mut self, turn: &mut Turn<'_>, mode: VideoMode) {
        let stage = self.stage;
        for one in self.roster.iter_mut() {
            let sees = one.on_stage && mode != VideoMode::None;
            if sees == std::mem::replace(&mut one.sight.is_seated, sees) {
                continue;
            }
            let leg = one.leg;
            turn.video(if sees {
                VideoCommand::Join { leg, stage }
            } else {
                VideoCommand::Leave { leg }
            });
        }
    }

    fn tell_rules(&mut self, turn: &mut Turn<'_>, mode: VideoMode) {
        let rules = rules_of(&self.rules.bridge);
        if mode != VideoMode::None && rules != self.gallery.rules {
            self.gallery.rules = rules;
            let stage = self.stage;
            turn.video(VideoCommand::SetStage { stage, rules });
        }
    }

    /// Whoever is shown stays shown while they speak: two who talk at once do not make it flicker.
    fn note_speakers(&mut self, now: Instant) {
        let shown: Vec<ParticipantId> = self.shown_ones().map(Participant::id).collect();
        let speakers = &mut self.gallery.speakers;
        speakers.retain(|id| shown.contains(id));
        for id in shown {
            if !speakers.contains(&id) {
                speakers.push(id);
            }
        }
        while let Some((since, id)) = self.next_speaker()
            && since + limits::VIDEO_FOLLOW <= now
        {
            self.gallery.speakers.retain(|other| *other != id);
            self.gallery.speakers.insert(0, id);
        }
    }

    /// Who takes over if they go on speaking, and since when they speak.
    fn next_speaker(&self) -> Option<(Instant, ParticipantId)> {
        let talks_since = |id: &ParticipantId| self.roster.get(*id)?.talks_since;
        let (first, others) = self.gallery.speakers.split_first()?;
        if talks_since(first).is_some() {
            return None;
        }
        let talking = others.iter().filter_map(|id| Some((talks_since(id)?, *id)));
        talking.min()
    }

    fn scene(&self, mode: VideoMode) -> Scene {
        let leg_of = |id: &ParticipantId| self.roster.get(*id).map(|one| one.leg);
        let mut ranked: Vec<LegId> = match mode {
            VideoMode::None => return Scene::Nobody,
            VideoMode::Sfu => {
                let legs = self.shown_ones().map(|one| one.leg);
                return Scene::All(legs.collect());
            }
            VideoMode::FollowTalker => self.gallery.speakers.iter().filter_map(leg_of).collect(),
            VideoMode::FirstMarked => self.leaders().into_iter().map(|it| it.1).collect(),
            VideoMode::LastMarked => self.leaders().into_iter().rev().map(|it| it.1).collect(),
        };
        let pinned = self.gallery.pinned.filter(|id| {
            let mut shown = self.shown_ones();
            shown.any(|one| one.id == *id)
        });
        if let Some(leg) = pinned.as_ref().and_then(leg_of) {
            ranked.retain(|other| *other != leg);
            ranked.insert(0, leg);
        }
        match *ranked {
            [] => Scene::Nobody,
            [shown, ..] => Scene::One {
                shown,
                to_shown: ranked.get(1).copied(),
            },
        }
    }

    /// Leaders whose pictures come, in the order in which they came in.
    fn leaders(&self) -> Vec<((Option<Instant>, ParticipantId), LegId)> {
        let leaders = self.shown_ones().filter(|one| one.profile.marked);
        let mut leaders: Vec<_> = leaders
            .map(|one| ((one.since(), one.id), one.leg))
            .collect();
        leaders.sort_unstable();
        leaders
    }

    /// Those who may be shown: really in the room, and sending pictures.
    fn shown_ones(&self) -> impl Iterator<Item = &Participant> {
        let sends = |one: &&Participant| one.sight.sends && !one.is_away();
        self.roster.active().filter(sends)
    }

    /// What the calls are to offer their phones.
    fn tell_lines(&mut self, turn: &mut Turn<'_>, mode: VideoMode) {
        let accepts = self.video_lines();
        let shown: Vec<ParticipantId> = self.shown_ones().map(Participant::id).collect();
        for one in self.roster.iter_mut().filter(|one| !one.is_away()) {
            let others = shown.iter().filter(|id| **id != one.id).count();
            let shows = match mode {
                VideoMode::Sfu if one.sight.is_seated => {
                    u8::try_from(others).map_or(LINES_MAX, |others| others.min(LINES_MAX))
                }
                VideoMode::Sfu
                | VideoMode::None
                | VideoMode::FollowTalker
                | VideoMode::LastMarked
                | VideoMode::FirstMarked => 0,
            };
            let before = one.sight.lines.replace((accepts, shows));
            // A call begins with what the room says when it comes.
            if before.unwrap_or((accepts, 0)) != (accepts, shows) {
                turn.out.push(RoomOutput::Pictures {
                    call: one.call,
                    accepts,
                    shows,
                });
            }
        }
    }

    fn publish_sights(&mut self, turn: &mut Turn<'_>) {
        let scene = &self.gallery.scene;
        for one in self.roster.iter_mut() {
            let view = SightView {
                sends: one.sight.sends,
                is_shown: one.sight.sends && shows(scene, one.leg),
            };
            let is_active = one.is_active();
            if one.sight.published == view || !is_active {
                continue;
            }
            one.sight.published = view;
            turn.news(RoomNews::PicturesChanged {
                participant: one.id,
            });
        }
    }
}

impl Participant {
    /// What is known of this one's pictures.
    #[must_use]
    pub fn sight(&self) -> SightView {
        self.sight.published
    }
}

impl Sight {
    /// In another room nobody has seen anything yet.
    pub(crate) fn unseated(self) -> Self {
        Self {
            is_seated: false,
            published: SightView::default(),
            ..self
        }
    }

    /// Of one who comes back the call has to be told all anew, as another room told it something.
    pub(crate) fn go_away(&mut self, turn: &mut Turn<'_>, leg: LegId) {
        self.leave(turn, leg);
        self.lines = Some((u8::MAX, u8::MAX));
    }

    /// What the relay is told of one who goes.
    pub(crate) fn leave(&mut self, turn: &mut Turn<'_>, leg: LegId) {
        if std::mem::take(&mut self.is_seated) {
            turn.video(VideoCommand::Leave { leg });
        }
    }
}

fn shows(scene: &Scene, leg: LegId) -> bool {
    match scene {
        Scene::Nobody => false,
        Scene::One { shown, .. } => *shown == leg,
        Scene::All(legs) => legs.contains(&leg),
    }
}

fn rules_of(profile: &BridgeProfile) -> VideoRules {
    let video = &profile.video;
    let interval = Duration::from_millis(video.remb_send_interval_ms.into());
    VideoRules {
        update_discard: Duration::from_millis(video.update_discard_ms.into()),
        remb_interval: Some(interval).filter(|interval| !interval.is_zero()),
        remb: video.remb,
        remb_forced: video.remb_estimated_bitrate,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the limit is below 256")]
const LINES_MAX: u8 = limits::VIDEO_LINES as u8;
