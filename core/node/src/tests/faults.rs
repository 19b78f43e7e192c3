//! What breaks, and what does not break with it.

use std::time::Duration;

use conclave_contract::Event as MediaEvent;
use conclave_model::{CallEnd, Prompt};

use super::Town;
use crate::Input;

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn a_panic_in_one_room_ends_that_room_alone() {
    let mut town = Town::with_room();
    let other = town.add_room("802", None);
    let broken = town.enter("801", "627184");
    let at_door = town.line("801");
    let sound = town.line("802");
    town.pass(3 * SECOND);
    town.news();

    town.node.poison.room = Some(town.node.rooms.dialled("801").unwrap().id);
    town.media(MediaEvent::Talking {
        leg: broken.leg,
        talking: true,
    });
    town.node.poison.room = None;
    assert_eq!(
        town.news(),
        [
            "participant.waiting_ended",
            "participant.left",
            "session.ended"
        ]
    );
    assert!(town.logs.iter().any(|line| line.contains("panicked")));
    assert!(town.heard(broken).contains(&Prompt::Goodbye));
    town.pass(40 * SECOND);
    assert!(town.has_ended(broken.session) && town.has_ended(at_door.session));
    assert!(town.records.iter().all(|r| r.end == CallEnd::Failed));
    assert!(town.studio.leg(sound.leg).stage.is_some());
    assert!(!town.has_ended(sound.session));
    assert!(town.node.live.get(other.id).is_some());

    town.enter("801", "627184");
}

#[test]
fn a_panic_in_one_call_ends_that_call_alone() {
    let mut town = Town::with_room();
    let broken = town.enter("801", "627184");
    let sound = town.enter("801", "627184");
    let id = town.node.calls.of_leg(broken.leg).unwrap();
    town.node.poison.call = Some(id);
    town.press(broken, "1");
    assert!(town.has_ended(broken.session));
    assert!(!town.has_ended(sound.session));
    assert_eq!(town.records[0].end, CallEnd::Failed);
    town.hang_up(sound);
    town.pass(40 * SECOND);
    town.assert_empty();
}

#[test]
fn a_stage_that_fails_sends_everybody_home() {
    let mut town = Town::with_room();
    let line = town.enter("801", "627184");
    let stage = town.studio.leg(line.leg).stage.unwrap();
    town.media(MediaEvent::StageFailed { stage });
    town.pass(40 * SECOND);
    assert!(town.has_ended(line.session));
    assert_eq!(town.records[0].end, CallEnd::Failed);
    town.assert_empty();
}

#[test]
fn a_shutdown_says_goodbye_and_then_that_all_is_done() {
    let mut town = Town::with_room();
    let inside = town.enter("801", "627184");
    let at_door = town.line("801");
    town.input(Input::Shutdown);
    assert!(town.heard(inside).contains(&Prompt::Goodbye));
    assert!(!town.shutdown_complete);
    let late = town.dial("801");
    assert_eq!(town.refusal(late), Some(503));
    town.pass(40 * SECOND);
    assert!(town.has_ended(inside.session) && town.has_ended(at_door.session));
    assert!(town.shutdown_complete);
    assert!(town.records.iter().all(|r| r.end == CallEnd::Shutdown));
    town.assert_empty();
}

#[test]
fn a_shutdown_of_an_idle_node_is_done_at_once() {
    let mut town = Town::new();
    town.input(Input::Shutdown);
    assert!(town.shutdown_complete);
}

#[test]
fn news_of_strangers_changes_nothing() {
    let mut town = Town::with_room();
    let leg = conclave_model::LegId(4_711);
    town.media(MediaEvent::MediaLost { leg });
    let stage = conclave_model::StageId(4_711);
    town.media(MediaEvent::StageFailed { stage });
    let ticket = crate::StoreTicket(4_711);
    town.input(Input::Stored {
        ticket,
        result: Ok(()),
    });
    town.assert_empty();
}
