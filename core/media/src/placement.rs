//! Which leg and which stage are on which deck, and what a command means there; sends nothing.

use std::collections::{BTreeSet, HashMap};

use conclave_contract::{Command, Event, StageSpec};
use conclave_model::{LegId, StageId, limits};

/// Where everything is. Whoever owns the decks asks it and does what it says, in that order.
///
/// A stage begins on one deck. When that carries as many of its legs as one deck should, others
/// are opened elsewhere, and the stage there too: its parts are linked, each with every other.
pub struct Placement {
    decks: Vec<Load>,
    legs: HashMap<LegId, Place>,
    /// The first part is there for as long as the stage.
    stages: HashMap<StageId, Vec<SubStage>>,
    /// Of those of which something was said.
    specs: HashMap<StageId, StageSpec>,
    spread_at: usize,
}

/// What the owner of the decks is to do. Decks are counted from 0.
#[derive(Debug)]
pub enum Step {
    Obey {
        deck: usize,
        command: Command,
    },
    /// An announcement that another deck makes too and tells the end of.
    Echo {
        deck: usize,
        command: Command,
    },
    /// Each of the two decks gets the other for a neighbour on this stage.
    Link {
        stage: StageId,
        decks: [usize; 2],
    },
    Unlink {
        stage: StageId,
        deck: usize,
        neighbour: usize,
    },
    /// The leg goes to another deck: [`Placement::released`] says to which.
    Release {
        leg: LegId,
        deck: usize,
    },
}

#[derive(Clone, Copy, Debug, Default)]
struct Load {
    legs: usize,
    stages: usize,
}

#[derive(Debug)]
struct Place {
    deck: usize,
    /// The stage that it is on or is expected to join.
    stage: Option<StageId>,
    /// Nobody is on a stage before control has said so.
    has_joined: bool,
    journey: Option<Journey>,
}

/// A leg on its way to another deck, and what is asked of it meanwhile.
#[derive(Debug)]
struct Journey {
    to: usize,
    commands: Vec<Command>,
}

#[derive(Debug)]
struct SubStage {
    deck: usize,
    /// Those that are on their way to it too.
    legs: BTreeSet<LegId>,
}

impl Placement {
    /// `spread_at`: a stage with this many legs on a deck sends those that come to the emptiest.
    #[must_use]
    pub fn new(decks: usize, spread_at: usize) -> Self {
        Self {
            decks: vec![Load::default(); decks],
            legs: HashMap::new(),
            stages: HashMap::new(),
            specs: HashMap::new(),
            spread_at,
        }
    }

    /// Legs that are open, or opening, or not closed yet.
    #[must_use]
    pub fn legs(&self) -> usize {
        self.legs.len()
    }

    /// The deck of a new leg that is likely to join the stage `near`.
    pub fn open_leg(&mut self, leg: LegId, near: Option<StageId>) -> usize {
        let parts = near.and_then(|stage| self.stages.get(&stage));
        let with_room = parts.and_then(|parts| self.with_room(parts));
        let deck = with_room.unwrap_or_else(|| self.emptiest());
        self.decks[deck].legs += 1;
        let place = Place {
            deck,
            stage: None,
            has_joined: false,
            journey: None,
        };
        self.legs.insert(leg, place);
        if let Some(stage) = near {
            self.count_in(leg, stage, deck);
        }
        deck
    }

    /// Adds to `steps` what a command means. One for a leg or stage that is not there (any more)
    /// means nothing. An `OpenLeg` is for [`Placement::open_leg`].
    pub fn plan(&mut self, command: Command, steps: &mut Vec<Step>) {
        match command {
            Command::OpenStage { stage } => self.open_stage(stage, steps),
            Command::CloseStage { stage } => self.close_stage(stage, steps),
            Command::SetStage { stage, spec } => self.set_stage(stage, spec, steps),
            Command::RelayDigit { stage, .. } => self.order_parts(stage, &command, steps),
            Command::Announce { stage, .. } => self.announce(stage, command, steps),
            Command::JoinStage { leg, stage } => self.join_stage(leg, stage, None, steps),
            Command::LeaveStage { leg } => {
                if self.order_leg(leg, command, steps) {
                    self.count_out(leg, steps);
                }
            }
            // The first part hears all others, and is there for as long as the stage.
            Command::StartTape { stage, .. } | Command::StopTape { stage } => {
                if let Some(deck) = self.decks_of(stage).next() {
                    steps.push(Step::Obey { deck, command });
                }
            }
            Command::SetEffort(_) => {
                for deck in 0..self.decks.len() {
                    let command = command.clone();
                    steps.push(Step::Obey { deck, command });
                }
            }
            Command::OpenLeg { leg, .. }
            | Command::UpdateLeg { leg, .. }
            | Command::SendDatagram { leg, .. }
            | Command::CloseLeg { leg }
            | Command::SetMute { leg, .. }
            | Command::SetEcho { leg, .. }
            | Command::SetVolume { leg, .. }
            | Command::SetListeningVolume { leg, .. }
            | Command::SetVoice { leg, .. }
            | Command::SetBinaural { leg, .. }
            | Command::SetPacing { leg, .. }
            | Command::Play { leg, .. }
            | Command::StopPlay { leg }
            | Command::Music { leg, .. }
            | Command::Record { leg, .. }
            | Command::StopRecord { leg } => {
                self.order_leg(leg, command, steps);
            }
        }
    }

    /// A deck let a leg go: which one takes it. What was asked of it meanwhile comes after that.
    pub fn released(&mut self, leg: LegId, steps: &mut Vec<Step>) -> usize {
        let Some(place) = self.legs.get_mut(&leg) else {
            return 0;
        };
        let Some(journey) = place.journey.take() else {
            return place.deck;
        };
        self.decks[place.deck].legs -= 1;
        self.decks[journey.to].legs += 1;
        place.deck = journey.to;
        for command in journey.commands {
            self.plan(command, steps);
        }
        journey.to
    }

    /// A leg is no more.
    pub fn closed(&mut self, leg: LegId, steps: &mut Vec<Step>) {
        self.count_out(leg, steps);
        if let Some(place) = self.legs.remove(&leg) {
            self.decks[place.deck].legs -= 1;
        }
    }

    /// What follows from news of a deck. False when control is not to hear it: a part of a stage
    /// failed, and its legs go on elsewhere on the same stage.
    pub fn note(&mut self, deck: usize, event: &Event, steps: &mut Vec<Step>) -> bool {
        let Event::StageFailed { stage } = event else {
            return true;
        };
        let Some(parts) = self.stages.get_mut(stage) else {
            return true;
        };
        let Some(at) = parts.iter().position(|part| part.deck == deck) else {
            return false;
        };
        let failed = parts.remove(at);
        self.decks[deck].stages -= 1;
        let Some(heir) = parts.iter().min_by_key(|part| part.legs.len()) else {
            self.stages.remove(stage);
            self.specs.remove(stage);
            return true;
        };
        let heir = heir.deck;
        for part in parts {
            steps.push(Step::Unlink {
                stage: *stage,
                deck: part.deck,
                neighbour: deck,
            });
        }
        for leg in failed.legs {
            if self.legs.get(&leg).is_some_and(|place| place.has_joined) {
                self.join_stage(leg, *stage, Some(heir), steps);
            }
        }
        false
    }

    /// Where the leg is now.
    #[must_use]
    pub fn deck_of(&self, leg: LegId) -> Option<usize> {
        self.legs.get(&leg).map(|place| place.deck)
    }

    /// Every deck that the stage is on.
    pub fn decks_of(&self, stage: StageId) -> impl Iterator<Item = usize> {
        let parts = self.stages.get(&stage).map_or(&[][..], Vec::as_slice);
        parts.iter().map(|part| part.deck)
    }

    fn open_stage(&mut self, stage: StageId, steps: &mut Vec<Step>) {
        if self.stages.contains_key(&stage) {
            return;
        }
        self.stages.insert(stage, Vec::new());
        self.spread(stage, self.emptiest(), steps);
    }

    /// Opens the stage on one more deck, for all that are on it already to be its neighbours.
    fn spread(&mut self, stage: StageId, deck: usize, steps: &mut Vec<Step>) {
        let Some(parts) = self.stages.get_mut(&stage) else {
            return;
        };
        self.decks[deck].stages += 1;
        let command = Command::OpenStage { stage };
        steps.push(Step::Obey { deck, command });
        if let Some(spec) = self.specs.get(&stage).copied() {
            let command = Command::SetStage { stage, spec };
            steps.push(Step::Obey { deck, command });
        }
        for part in &*parts {
            let decks = [part.deck, deck];
            steps.push(Step::Link { stage, decks });
        }
        let legs = BTreeSet::new();
        parts.push(SubStage { deck, legs });
    }

    /// Also for the parts that will be.
    fn set_stage(&mut self, stage: StageId, spec: StageSpec, steps: &mut Vec<Step>) {
        if self.stages.contains_key(&stage) {
            self.specs.insert(stage, spec);
            self.order_parts(stage, &Command::SetStage { stage, spec }, steps);
        }
    }

    fn order_parts(&self, stage: StageId, command: &Command, steps: &mut Vec<Step>) {
        for deck in self.decks_of(stage) {
            let command = command.clone();
            steps.push(Step::Obey { deck, command });
        }
    }

    fn close_stage(&mut self, stage: StageId, steps: &mut Vec<Step>) {
        self.specs.remove(&stage);
        for part in self.stages.remove(&stage).into_iter().flatten() {
            self.decks[part.deck].stages -= 1;
            let (deck, command) = (part.deck, Command::CloseStage { stage });
            steps.push(Step::Obey { deck, command });
        }
    }

    fn announce(&self, stage: StageId, command: Command, steps: &mut Vec<Step>) {
        let mut decks = self.decks_of(stage);
        let Some(first) = decks.next() else {
            return;
        };
        for deck in decks {
            let command = command.clone();
            steps.push(Step::Echo { deck, command });
        }
        steps.push(Step::Obey {
            deck: first,
            command,
        });
    }

    /// A leg joins the part of the stage that is on its own deck, if that is there or one more is
    /// needed; else it moves.
    fn join_stage(
        &mut self,
        leg: LegId,
        stage: StageId,
        heir: Option<usize>,
        steps: &mut Vec<Step>,
    ) {
        let command = Command::JoinStage { leg, stage };
        let (Some(place), Some(parts)) = (self.legs.get(&leg), self.stages.get(&stage)) else {
            return;
        };
        if place.journey.is_some() {
            self.order_leg(leg, command, steps);
            return;
        }
        let from = place.deck;
        let is_there = parts.iter().any(|part| part.deck == from);
        let to = heir.or_else(|| (!is_there).then(|| self.with_room(parts))?);
        let to = to.unwrap_or(from);
        if place.stage != Some(stage) {
            self.count_out(leg, steps);
        }
        if to == from {
            if !is_there {
                self.spread(stage, from, steps);
            }
            let deck = from;
            steps.push(Step::Obey { deck, command });
        } else {
            if let Some(place) = self.legs.get_mut(&leg) {
                let commands = vec![command];
                place.journey = Some(Journey { to, commands });
            }
            steps.push(Step::Release { leg, deck: from });
        }
        self.count_in(leg, stage, to);
        if let Some(place) = self.legs.get_mut(&leg) {
            place.has_joined = true;
        }
    }

    /// False when there is no such leg, or it is on its way and will be told on arrival.
    fn order_leg(&mut self, leg: LegId, command: Command, steps: &mut Vec<Step>) -> bool {
        let Some(place) = self.legs.get_mut(&leg) else {
            return false;
        };
        let deck = place.deck;
        match &mut place.journey {
            Some(journey) => journey.commands.push(command),
            None => steps.push(Step::Obey { deck, command }),
        }
        place.journey.is_none()
    }

    fn count_in(&mut self, leg: LegId, stage: StageId, deck: usize) {
        let parts = self.stages.get_mut(&stage);
        let mut parts = parts.into_iter().flatten();
        if let Some(part) = parts.find(|part| part.deck == deck)
            && let Some(place) = self.legs.get_mut(&leg)
        {
            part.legs.insert(leg);
            place.stage = Some(stage);
        }
    }

    /// The leg is on no stage. A part without legs is closed, unless it is the first.
    fn count_out(&mut self, leg: LegId, steps: &mut Vec<Step>) {
        let Some(place) = self.legs.get_mut(&leg) else {
            return;
        };
        place.has_joined = false;
        let Some(stage) = place.stage.take() else {
            return;
        };
        let Some(parts) = self.stages.get_mut(&stage) else {
            return;
        };
        for part in &mut *parts {
            part.legs.remove(&leg);
        }
        let mut others = parts.iter().skip(1);
        let Some(at) = others.position(|part| part.legs.is_empty()) else {
            return;
        };
        let deck = parts.remove(at + 1).deck;
        self.decks[deck].stages -= 1;
        let command = Command::CloseStage { stage };
        steps.push(Step::Obey { deck, command });
        for part in parts {
            steps.push(Step::Unlink {
                stage,
                deck: part.deck,
                neighbour: deck,
            });
        }
    }

    /// The first deck of a stage that should take more of its legs. One that is on as many decks
    /// as can be linked fills them up.
    fn with_room(&self, parts: &[SubStage]) -> Option<usize> {
        let spread_at = self.spread_at;
        let roomy = parts.iter().find(|part| part.legs.len() < spread_at);
        let part = if parts.len() > limits::NEIGHBOURS {
            roomy.or_else(|| parts.iter().min_by_key(|part| part.legs.len()))
        } else {
            roomy
        };
        part.map(|part| part.deck)
    }

    /// By legs, which cost in every tick, then by stages, which cost when there are legs on them.
    fn emptiest(&self) -> usize {
        let load = |deck: &usize| (self.decks[*deck].legs, self.decks[*deck].stages);
        (0..self.decks.len()).min_by_key(load).unwrap_or(0)
    }
}
