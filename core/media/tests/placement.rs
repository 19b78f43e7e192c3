//! Where legs and stages go when one deck has enough of them, and what follows when they leave.

use conclave_contract::{Command, Event, StageSpec};
use conclave_media::{Placement, Step};
use conclave_model::{Digit, LegId, PlayId, StageId, limits};

const STAGE: StageId = StageId(1);

struct Plan {
    placement: Placement,
}

impl Plan {
    fn new(decks: usize, spread_at: usize) -> Self {
        let mut plan = Self {
            placement: Placement::new(decks, spread_at),
        };
        plan.command(Command::OpenStage { stage: STAGE });
        plan
    }

    fn command(&mut self, command: Command) -> Vec<String> {
        let mut steps = Vec::new();
        self.placement.plan(command, &mut steps);
        told(&steps)
    }

    fn join(&mut self, leg: u32) -> Vec<String> {
        let (leg, stage) = (LegId(leg), STAGE);
        self.command(Command::JoinStage { leg, stage })
    }

    /// Opens a leg near the stage and lets it join.
    fn enter(&mut self, leg: u32) -> Vec<String> {
        self.placement.open_leg(LegId(leg), Some(STAGE));
        self.join(leg)
    }

    fn close(&mut self, leg: u32) -> Vec<String> {
        let mut steps = Vec::new();
        self.placement.closed(LegId(leg), &mut steps);
        told(&steps)
    }

    fn fail(&mut self, deck: usize) -> (bool, Vec<String>) {
        let mut steps = Vec::new();
        let failed = Event::StageFailed { stage: STAGE };
        let is_news = self.placement.note(deck, &failed, &mut steps);
        (is_news, told(&steps))
    }

    fn decks(&self) -> Vec<usize> {
        self.placement.decks_of(STAGE).collect()
    }
}

/// Steps in short words.
fn told(steps: &[Step]) -> Vec<String> {
    let tell = |step: &Step| match step {
        Step::Obey { deck, command } => format!("{deck} {}", name(command)),
        Step::Echo { deck, command } => format!("{deck} echo {}", name(command)),
        Step::Link { decks, .. } => format!("link {} {}", decks[0], decks[1]),
        Step::Unlink {
            deck, neighbour, ..
        } => format!("{deck} unlink {neighbour}"),
        Step::Release { leg, deck } => format!("{deck} release {leg}"),
    };
    steps.iter().map(tell).collect()
}

fn name(command: &Command) -> String {
    let debug = format!("{command:?}");
    debug.split_whitespace().next().unwrap_or("").to_owned()
}

#[test]
fn the_first_deck_takes_its_share_then_the_emptiest_is_opened_and_linked() {
    let mut plan = Plan::new(3, 2);
    assert_eq!(plan.enter(1), ["0 JoinStage"]);
    assert_eq!(plan.enter(2), ["0 JoinStage"]);
    let opened = ["1 OpenStage", "link 0 1", "1 JoinStage"];
    assert_eq!(plan.enter(3), opened);
    assert_eq!(plan.enter(4), ["1 JoinStage"]);
    let opened = ["2 OpenStage", "link 0 2", "link 1 2", "2 JoinStage"];
    assert_eq!(plan.enter(5), opened);
    assert_eq!(plan.decks(), [0, 1, 2]);
}

#[test]
fn every_part_of_a_stage_sounds_as_was_said_also_one_that_is_opened_later() {
    let mut plan = Plan::new(2, 1);
    plan.enter(1);
    let spec = StageSpec {
        rate_max_hz: Some(8_000),
        ..StageSpec::default()
    };
    assert_eq!(
        plan.command(Command::SetStage { stage: STAGE, spec }),
        ["0 SetStage"]
    );
    let opened = ["1 OpenStage", "1 SetStage", "link 0 1", "1 JoinStage"];
    assert_eq!(plan.enter(2), opened);
    let told = plan.command(Command::SetStage { stage: STAGE, spec });
    assert_eq!(told, ["0 SetStage", "1 SetStage"]);
    let relay = Command::RelayDigit {
        stage: STAGE,
        from: LegId(1),
        digit: Digit::from_char('5').expect("a key"),
    };
    assert_eq!(plan.command(relay), ["0 RelayDigit", "1 RelayDigit"]);
}

#[test]
fn a_part_that_nobody_is_on_is_closed_but_never_the_first() {
    let mut plan = Plan::new(2, 1);
    plan.enter(1);
    plan.enter(2);
    plan.enter(3);
    assert!(plan.close(1).is_empty());
    assert_eq!(plan.decks(), [0, 1]);
    plan.close(3);
    assert_eq!(plan.close(2), ["1 CloseStage", "0 unlink 1"]);
    assert_eq!(plan.decks(), [0]);
    assert_eq!(plan.placement.legs(), 0);
}

#[test]
fn a_stage_is_on_no_more_decks_than_can_be_linked() {
    let most = limits::NEIGHBOURS + 1;
    let mut plan = Plan::new(2 * most, 1);
    for leg in 1..=200 {
        plan.enter(leg);
    }
    assert_eq!(plan.decks().len(), most);
}

#[test]
fn a_leg_far_from_its_stage_moves_there_while_there_is_room_and_stays_when_there_is_none() {
    let mut plan = Plan::new(2, 2);
    plan.enter(1);
    // The emptiest deck is the second.
    assert_eq!(plan.placement.open_leg(LegId(2), None), 1);
    assert_eq!(plan.join(2), [format!("1 release {}", LegId(2))]);
    let muted = true;
    let mute = Command::SetMute {
        leg: LegId(2),
        muted,
    };
    assert!(plan.command(mute).is_empty(), "it is told on arrival");
    let mut steps = Vec::new();
    assert_eq!(plan.placement.released(LegId(2), &mut steps), 0);
    assert_eq!(told(&steps), ["0 JoinStage", "0 SetMute"]);
    // Now the first has enough.
    assert_eq!(plan.placement.open_leg(LegId(3), None), 1);
    let opened = ["1 OpenStage", "link 0 1", "1 JoinStage"];
    assert_eq!(plan.join(3), opened);
}

#[test]
fn everything_said_to_a_stage_reaches_all_its_parts_and_one_tells_of_the_end() {
    let mut plan = Plan::new(2, 1);
    plan.enter(1);
    plan.enter(2);
    let announce = Command::Announce {
        stage: STAGE,
        play: PlayId(1),
        segments: Vec::new(),
        except: None,
    };
    assert_eq!(plan.command(announce), ["1 echo Announce", "0 Announce"]);
    let close = Command::CloseStage { stage: STAGE };
    assert_eq!(plan.command(close), ["0 CloseStage", "1 CloseStage"]);
    assert!(plan.close(1).is_empty() && plan.close(2).is_empty());
}

#[test]
fn when_a_part_fails_those_who_were_on_it_go_on_elsewhere_and_control_does_not_hear() {
    let mut plan = Plan::new(2, 1);
    plan.enter(1);
    plan.enter(2);
    // Still at the door: it must not get in because something failed.
    plan.placement.open_leg(LegId(3), None);
    plan.placement.open_leg(LegId(4), Some(STAGE));
    let (is_news, steps) = plan.fail(1);
    assert!(!is_news);
    assert_eq!(
        steps,
        ["0 unlink 1".to_owned(), format!("1 release {}", LegId(2))]
    );
    assert_eq!(plan.decks(), [0]);
    assert_eq!(plan.fail(0), (true, Vec::new()), "nothing is left of it");
    assert!(plan.join(1).is_empty());
}
