//! What a caller experiences between the answer and the room.

mod caller;

use std::time::Duration;

use caller::Caller;
use conclave_contract::{Clip, Segment};
use conclave_ivr::{AskName, EntryInput, EntryPlan, PinVerdict, RefusedEntry, Wording};
use conclave_model::{CallEnd, Language, Prompt, limits};

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn nothing_is_said_in_the_first_half_second() {
    let mut caller = Caller::answered("627184", true);
    caller.wait(limits::ANSWER_SILENCE - Duration::from_millis(1));
    assert!(caller.heard.is_empty());
    caller.wait(Duration::from_millis(1));
    assert_eq!(caller.last_heard(), "pin-please");
}

#[test]
fn a_room_that_asks_nothing_is_entered_after_the_silence() {
    let mut caller = Caller::answered("", false);
    assert!(caller.ready.is_empty());
    caller.wait(limits::ANSWER_SILENCE);
    assert_eq!(caller.ready, [None]);
    assert!(caller.heard.is_empty());
}

#[test]
fn the_last_digit_of_the_pin_is_enough() {
    let mut caller = Caller::greeted("627184", false);
    caller.listens();
    caller.types("62718");
    assert!(caller.ready.is_empty());
    caller.types("4");
    assert_eq!(caller.ready, [None]);
}

#[test]
fn digits_may_interrupt_the_prompt() {
    let mut caller = Caller::greeted("627184", false);
    assert!(caller.playing.is_some());
    caller.types("6");
    assert!(caller.playing.is_none());
    caller.types("27184");
    assert_eq!(caller.ready, [None]);
}

#[test]
fn a_dial_string_that_comes_before_the_first_word_is_kept() {
    let mut caller = Caller::answered("627184", false);
    caller.types("627184#");
    caller.wait(limits::ANSWER_SILENCE);
    assert_eq!(caller.ready, [None]);
    assert!(caller.heard.is_empty());
}

#[test]
fn digits_typed_ahead_of_a_verdict_count_one_wrong_pin_not_two() {
    let mut caller = Caller::answered("627184", false);
    caller.types("11111162");
    caller.wait(limits::ANSWER_SILENCE);
    assert_eq!(caller.tries, 1);
    caller.types("7184");
    assert_eq!(caller.ready, [None]);
}

#[test]
fn star_clears_and_starts_over() {
    let mut caller = Caller::greeted("627184", false);
    caller.types("999*");
    assert_eq!(caller.last_heard(), "pin-please");
    caller.types("627184");
    assert_eq!(caller.ready, [None]);
    assert_eq!(caller.tries, 0);
}

#[test]
fn pound_ends_a_short_entry_at_once() {
    let mut caller = Caller::greeted("627184", false);
    caller.types("62#");
    assert_eq!(caller.tries, 1);
    assert_eq!(caller.last_heard(), "pin-wrong two-tries-left pin-please");
}

#[test]
fn a_pause_ends_a_short_entry() {
    let mut caller = Caller::greeted("627184", false);
    caller.types("62");
    caller.wait(limits::NEXT_DIGIT - Duration::from_millis(1));
    caller.types("7");
    caller.wait(limits::NEXT_DIGIT - Duration::from_millis(1));
    assert_eq!(caller.tries, 0);
    caller.wait(Duration::from_millis(1));
    assert_eq!(caller.tries, 1);
}

#[test]
fn pound_after_the_last_digit_is_swallowed() {
    let mut right = Caller::greeted("627184", true);
    right.types("627184#");
    assert_eq!(right.last_heard(), "say-your-name *");
    assert!(right.playing.is_some());

    let mut wrong = Caller::greeted("627184", true);
    wrong.types("111111#");
    assert_eq!(wrong.tries, 1);
    assert_eq!(wrong.last_heard(), "pin-wrong two-tries-left pin-please");
    assert!(wrong.playing.is_some());
}

#[test]
fn the_third_wrong_pin_ends_the_call_with_a_goodbye() {
    let mut caller = Caller::greeted("627184", true);
    caller.types("111111");
    assert_eq!(caller.last_heard(), "pin-wrong two-tries-left pin-please");
    caller.types("222222");
    assert_eq!(caller.last_heard(), "pin-wrong one-try-left pin-please");
    caller.types("333333");
    assert_eq!(caller.last_heard(), "pin-wrong sorry goodbye");
    assert!(caller.hung_up.is_empty());
    caller.types("627184");
    caller.listens();
    assert_eq!(caller.hung_up, [CallEnd::WrongPin]);
    assert!(caller.ready.is_empty());
}

#[test]
fn who_types_nothing_is_asked_three_times_and_then_let_go() {
    let mut caller = Caller::greeted("627184", true);
    for _ in 0..3 {
        assert_eq!(caller.last_heard(), "pin-please");
        caller.listens();
        caller.wait(limits::PIN_PROMPT_REPEAT);
    }
    assert_eq!(caller.heard.len(), 4);
    assert_eq!(caller.last_heard(), "sorry goodbye");
    caller.listens();
    assert_eq!(caller.hung_up, [CallEnd::NoPin]);
}

#[test]
fn whoever_clears_for_ever_is_let_go() {
    let mut caller = Caller::greeted("627184", true);
    for _ in 0..300 {
        caller.types("1*");
        caller.wait(SECOND);
    }
    caller.wait(limits::PLAY_PATIENCE);
    assert_eq!(caller.hung_up, [CallEnd::NoPin]);
}

#[test]
fn the_name_is_recorded_after_the_tone() {
    let mut caller = Caller::greeted("", true);
    assert_eq!(caller.last_heard(), "say-your-name *");
    assert!(caller.recording.is_none());
    caller.listens();
    caller.says(900);
    assert_eq!(caller.ready, [Some(900)]);
}

#[test]
fn an_empty_name_is_asked_for_once_more() {
    let mut caller = Caller::greeted("", true);
    caller.listens();
    caller.says(0);
    assert_eq!(caller.last_heard(), "no-name-heard say-your-name *");
    caller.listens();
    caller.says(0);
    assert_eq!(caller.ready, [None]);
}

#[test]
fn a_key_skips_to_the_tone() {
    let mut caller = Caller::greeted("", true);
    caller.types("1");
    assert_eq!(caller.last_heard(), "*");
    caller.types("1");
    assert_eq!(caller.heard.len(), 2);
    caller.listens();
    caller.says(400);
    assert_eq!(caller.ready, [Some(400)]);
}

#[test]
fn a_refusal_at_the_last_moment_is_spoken_and_ends_the_call() {
    for (why, words, end) in [
        (RefusedEntry::Full, "room-full goodbye", CallEnd::RoomFull),
        (
            RefusedEntry::Locked,
            "room-locked goodbye",
            CallEnd::RoomLocked,
        ),
    ] {
        let mut caller = Caller::greeted("", false);
        assert_eq!(caller.ready, [None]);
        caller.input(EntryInput::Turned(why));
        assert_eq!(caller.last_heard(), words);
        caller.input(EntryInput::Turned(why));
        caller.listens();
        assert_eq!(caller.hung_up, [end]);
    }
}

#[test]
fn a_pin_that_is_switched_off_lets_the_waiting_pass() {
    let mut typing = Caller::greeted("627184", false);
    typing.types("62");
    typing.input(EntryInput::Pin(PinVerdict::Accepted));
    assert_eq!(typing.ready, [None]);

    let mut silent = Caller::answered("627184", false);
    silent.input(EntryInput::Pin(PinVerdict::Accepted));
    silent.wait(limits::ANSWER_SILENCE);
    assert_eq!(silent.ready, [None]);
}

#[test]
fn lost_reports_hold_nobody_for_ever() {
    let mut caller = Caller::greeted("", true);
    caller.wait(limits::PLAY_PATIENCE);
    assert!(caller.recording.is_some());
    caller.wait(limits::NAME_LENGTH + limits::RECORD_PATIENCE);
    assert_eq!(caller.ready, [None]);
}

#[test]
fn no_digit_is_shown_in_a_debug_line() {
    let mut one = Caller::greeted("627184", false);
    let mut other = Caller::greeted("627184", false);
    one.types("6");
    other.types("62718");
    assert_eq!(one.debug(), other.debug());
    assert!(!one.debug().contains('6'), "{}", one.debug());
}

/// At the moment when a name of 400 ms was heard, in a room that reviews names.
fn who_said_a_name() -> Caller {
    let plan = EntryPlan {
        ask_name: true,
        review_name: true,
        ..EntryPlan::new(Language::English)
    };
    let mut caller = Caller::answered_with("", plan);
    caller.wait(limits::ANSWER_SILENCE);
    caller.listens();
    caller.says(400);
    assert_eq!(caller.last_heard(), "name-review");
    assert!(caller.ready.is_empty());
    caller
}

#[test]
fn whom_the_pin_names_is_asked_for_the_name_as_the_door_says_then() {
    let accepted = |plans_name, ask| {
        let mut caller = Caller::greeted("627184", plans_name);
        caller.types("62718");
        caller.input(EntryInput::Pin(PinVerdict::AcceptedAs(ask)));
        caller
    };
    assert_eq!(accepted(true, AskName::No).ready, [None]);
    let asked = accepted(false, AskName::Yes);
    assert_eq!(asked.last_heard(), "say-your-name *");
    let mut heard = accepted(true, AskName::WithReview);
    heard.listens();
    heard.says(400);
    assert_eq!(heard.last_heard(), "name-review");
}

#[test]
fn a_name_is_taken_heard_or_said_again() {
    let mut content = who_said_a_name();
    content.types("1");
    assert_eq!(content.ready, [Some(400)], "also before the question ended");

    let mut unsure = who_said_a_name();
    unsure.listens();
    unsure.types("2");
    assert_eq!(unsure.last_heard(), "<400> name-review");
    unsure.types("9");
    assert_eq!(unsure.last_heard(), "name-review");
    unsure.types("3");
    assert_eq!(unsure.last_heard(), "say-your-name *");
    unsure.listens();
    unsure.says(600);
    assert_eq!(unsure.last_heard(), "name-review");
    unsure.types("1");
    assert_eq!(unsure.ready, [Some(600)]);
}

#[test]
fn who_says_nothing_to_their_name_is_content() {
    let mut caller = who_said_a_name();
    caller.listens();
    caller.wait(limits::NAME_REVIEW);
    assert_eq!(caller.ready, [Some(400)]);
    // Also when the end of the question is never reported.
    let mut caller = who_said_a_name();
    caller.wait(limits::PLAY_PATIENCE);
    assert_eq!(caller.ready, [Some(400)]);
}

#[test]
fn nobody_listens_to_their_name_for_ever() {
    let mut caller = who_said_a_name();
    for _ in 0..=limits::NAME_WISHES {
        caller.types("2");
    }
    assert_eq!(caller.ready, [Some(400)]);
}

// Defect 24
#[test]
fn a_room_asks_refuses_and_turns_away_in_its_own_words() {
    let other = |milliseconds: usize| vec![Segment::Clip(Clip::new(vec![0; milliseconds * 16]))];
    let wording = Wording::from_iter([
        (Prompt::PinPlease, other(11)),
        (Prompt::PinWrong, other(22)),
        (Prompt::RoomLocked, Vec::new()),
    ]);
    let plan = EntryPlan {
        wording,
        ..EntryPlan::new(Language::English)
    };
    let mut caller = Caller::answered_with("627184", plan.clone());
    caller.wait(limits::ANSWER_SILENCE);
    assert_eq!(caller.last_heard(), "<11>");
    caller.types("111111");
    assert_eq!(caller.last_heard(), "<22> two-tries-left <11>");
    caller.input(EntryInput::Turned(RefusedEntry::Locked));
    assert_eq!(caller.last_heard(), "goodbye");

    let silent = Wording::from_iter([(Prompt::PinPlease, Vec::new())]);
    let plan = EntryPlan {
        wording: silent,
        ..plan
    };
    let mut caller = Caller::answered_with("627184", plan);
    caller.wait(limits::ANSWER_SILENCE);
    caller.types("627184");
    assert_eq!(
        caller.ready,
        [None],
        "who is not asked may type all the same"
    );
}
