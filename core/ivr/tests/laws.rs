//! Whatever a caller does and whatever is lost: the script ends, once, and never without the PIN.

mod caller;

use std::time::Duration;

use caller::Caller;
use conclave_ivr::{EntryInput, PinVerdict, RefusedEntry};
use conclave_model::limits;
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Act {
    Type(String),
    Wait(u64),
    PlayEnds,
    RecordingEnds(bool),
    Turned(bool),
    PinSwitchedOff,
}

fn an_act() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => "[0-9*#A-D]{1,3}".prop_map(Act::Type),
        2 => Just(Act::Type("627184".to_owned())),
        4 => (1_u64..12_000).prop_map(Act::Wait),
        6 => Just(Act::PlayEnds),
        4 => any::<bool>().prop_map(Act::RecordingEnds),
        1 => any::<bool>().prop_map(Act::Turned),
        1 => Just(Act::PinSwitchedOff),
    ]
}

fn perform(caller: &mut Caller, act: &Act) {
    match act {
        Act::Type(keys) => caller.types(keys),
        Act::Wait(ms) => caller.wait(Duration::from_millis(*ms)),
        Act::PlayEnds if caller.playing.is_some() => caller.listens(),
        Act::RecordingEnds(spoken) if caller.recording.is_some() => {
            caller.says(if *spoken { 700 } else { 0 });
        }
        Act::PlayEnds | Act::RecordingEnds(_) => {}
        Act::Turned(full) => caller.input(EntryInput::Turned(if *full {
            RefusedEntry::Full
        } else {
            RefusedEntry::Locked
        })),
        Act::PinSwitchedOff => {
            caller.accepted = true;
            caller.input(EntryInput::Pin(PinVerdict::Accepted));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_laws_of_an_entry_hold(
        acts in prop::collection::vec(an_act(), 0..60),
        with_pin in any::<bool>(),
        with_name in any::<bool>(),
    ) {
        let mut caller = Caller::answered(if with_pin { "627184" } else { "" }, with_name);
        for act in &acts {
            perform(&mut caller, act);
            prop_assert!(caller.ready.is_empty() || caller.accepted);
            prop_assert!(caller.ready.len() <= 1 && caller.hung_up.len() <= 1);
            prop_assert!(caller.tries <= limits::PIN_TRIES);
        }
        // Every report from now on is lost.
        caller.wait(limits::PIN_ENTRY + limits::PLAY_PATIENCE * 5);
        prop_assert!(!caller.ready.is_empty() || !caller.hung_up.is_empty());
    }
}
