//! What the live page shows and does: hands, volume, moves, who waits, what needs attention.

use std::time::Duration;

use conclave_api::{
    AttentionKind, Happening, LineVerdict, LiveChange, LiveView, MuterName, NowView,
    ParticipantChange, ParticipantKey, Problem, Request, Response, RoomKey, WaitOutcome,
    WaitingStep,
};
use conclave_contract::Event as MediaEvent;
use conclave_model::{LegId, LineQuality, Prompt, RoomPatch};

use super::Town;
use super::town::Line;

const SECOND: Duration = Duration::from_secs(1);
const PIN: &str = "627184";

fn key(text: &str) -> RoomKey {
    RoomKey::new(text)
}

fn live(town: &mut Town, room: &str) -> LiveView {
    match town.ask(Request::ShowLive(key(room))) {
        Ok(Response::Live(view)) => view,
        other => panic!("{other:?}"),
    }
}

fn glance(town: &mut Town) -> NowView {
    match town.ask(Request::ListLive) {
        Ok(Response::Now(view)) => view,
        other => panic!("{other:?}"),
    }
}

fn set(town: &mut Town, who: &str, change: ParticipantChange) -> Result<Response, Problem> {
    town.ask(Request::SetParticipant {
        key: key("801"),
        who: ParticipantKey::new(who),
        change,
    })
}

/// Two in the room; the first one's id and line.
fn two_in_room() -> (Town, String, Line) {
    let mut town = Town::with_room();
    let line = town.enter("801", PIN);
    town.enter("801", PIN);
    town.news();
    let first = live(&mut town, "801").participants[0].id.clone();
    (town, first, line)
}

fn talking(town: &mut Town, leg: LegId, talking: bool) {
    town.media(MediaEvent::Talking { leg, talking });
}

fn measured(town: &mut Town, leg: LegId, loss_in_percent: f32) {
    let quality = LineQuality {
        loss_in_percent,
        ..LineQuality::default()
    };
    town.media(MediaEvent::Quality { leg, quality });
}

#[test]
fn a_hand_is_raised_by_key_and_lowered_by_others() {
    let (mut town, first, line) = two_in_room();
    town.press(line, "*5");
    assert_eq!(town.news(), ["participant.hand_raised"]);
    assert_eq!(town.heard(line).last(), Some(&Prompt::Beep));
    let raised = &live(&mut town, "801").participants[0];
    assert!(raised.hand_raised_at.is_some());
    let down = ParticipantChange {
        hand_raised: Some(false),
        ..ParticipantChange::default()
    };
    for _ in 0..2 {
        set(&mut town, &first, down.clone()).unwrap();
    }
    assert_eq!(town.news(), ["participant.hand_lowered"]);
    let lowered = &live(&mut town, "801").participants[0];
    assert!(lowered.hand_raised_at.is_none());
}

#[test]
fn a_volume_goes_to_the_leg_and_is_shown() {
    let (mut town, first, line) = two_in_room();
    let louder = ParticipantChange {
        volume_db: Some(-12),
        ..ParticipantChange::default()
    };
    for _ in 0..2 {
        set(&mut town, &first, louder.clone()).unwrap();
    }
    assert_eq!(town.news(), ["participant.volume_changed"]);
    assert_eq!(town.studio.leg(line.leg).volume_db, -12);
    assert_eq!(live(&mut town, "801").participants[0].volume_db, -12);
}

#[test]
fn who_muted_somebody_and_how_long_they_spoke_is_shown() {
    let (mut town, first, line) = two_in_room();
    let view = live(&mut town, "801").participants[0].clone();
    assert_eq!((view.muted_by, view.talk_seconds), (None, 0));
    assert_eq!((view.transport.as_str(), view.quality), ("udp", None));

    talking(&mut town, line.leg, true);
    town.pass(3 * SECOND);
    assert_eq!(live(&mut town, "801").participants[0].talk_seconds, 3);
    talking(&mut town, line.leg, false);
    town.pass(5 * SECOND);
    assert_eq!(live(&mut town, "801").participants[0].talk_seconds, 3);

    town.press(line, "*6");
    let view = live(&mut town, "801").participants[0].clone();
    assert_eq!(view.muted_by, Some(MuterName::Oneself));
    talking(&mut town, line.leg, true);
    town.pass(3 * SECOND);
    let muted = ParticipantChange {
        muted: Some(true),
        ..ParticipantChange::default()
    };
    set(&mut town, &first, muted).unwrap();
    let view = live(&mut town, "801").participants[0].clone();
    assert_eq!(view.muted_by, Some(MuterName::Moderator));
    assert_eq!(view.talk_seconds, 3, "who is not heard does not speak");
}

#[test]
fn a_line_is_news_only_when_its_verdict_changes() {
    let (mut town, _, line) = two_in_room();
    for loss in [0.0, 0.4, 6.0, 7.0, 8.0, 0.0, 0.0] {
        measured(&mut town, line.leg, loss);
    }
    assert_eq!(
        town.news(),
        ["participant.quality_changed", "participant.quality_changed"]
    );
    measured(&mut town, line.leg, 9.0);
    let view = live(&mut town, "801").participants[0].clone();
    let quality = view.quality.unwrap();
    assert_eq!(quality.verdict, LineVerdict::Poor);
    assert!((quality.loss_in_percent - 9.0).abs() < 0.01);
    let attention = glance(&mut town).attention;
    assert_eq!(attention.len(), 1);
    assert_eq!(attention[0].kind, AttentionKind::PoorLine);
    assert_eq!(attention[0].who.as_ref().unwrap().id, view.id);
}

#[test]
fn everybody_is_muted_but_one_who_then_is_not() {
    let (mut town, first, line) = two_in_room();
    let all_but = |who: &str| Request::SetLive {
        by: "test".to_owned(),
        key: key("801"),
        change: LiveChange {
            muted_all_but: Some(ParticipantKey::new(who)),
            ..LiveChange::default()
        },
    };
    let muted = |town: &mut Town| {
        let people = live(town, "801").participants;
        people.iter().map(|one| one.muted).collect::<Vec<_>>()
    };
    town.ask(all_but(&first)).unwrap();
    assert_eq!(muted(&mut town), [false, true]);
    assert_eq!(town.news(), ["participant.muted"], "the one hears nothing");
    let second = live(&mut town, "801").participants[1].id.clone();
    town.ask(all_but(&second)).unwrap();
    assert_eq!(muted(&mut town), [true, false]);
    assert!(town.studio.leg(line.leg).muted);
    assert_eq!(town.ask(all_but("nobody")).unwrap_err().status, 404);
    assert_eq!(muted(&mut town), [true, false], "as it was");
}

#[test]
fn a_participant_moves_with_the_same_call_and_both_rooms_know() {
    let (mut town, first, line) = two_in_room();
    town.add_room("802", Some("394815"));
    town.news();
    let before = town.studio.leg(line.leg).stage;
    let to = |room: &str| ParticipantChange {
        room: Some(key(room)),
        ..ParticipantChange::default()
    };
    let unknown = set(&mut town, &first, to("999")).unwrap_err();
    assert_eq!(unknown.status, 404);
    set(&mut town, &first, to("801")).unwrap();
    assert!(town.news().is_empty(), "it is there already");

    let moved = set(&mut town, &first, to("802")).unwrap();
    assert!(matches!(moved, Response::Participant(view) if view.id == first));
    assert_eq!(
        town.news(),
        [
            "participant.moved",
            "participant.left",
            "session.started",
            "participant.joined"
        ]
    );
    let after = town.studio.leg(line.leg).stage;
    assert!(after.is_some() && after != before);
    assert_eq!(live(&mut town, "801").participants.len(), 1);
    assert_eq!(live(&mut town, "802").participants[0].id, first);

    // What the leg reports concerns the new room, and so does the end of the call.
    talking(&mut town, line.leg, true);
    assert!(live(&mut town, "802").participants[0].talking);
    town.hang_up(line);
    assert!(live(&mut town, "802").participants.is_empty());
    assert_eq!(
        town.news(),
        [
            "participant.speaking_started",
            "participant.left",
            "session.ended",
            "call.ended"
        ]
    );
    let record = town.records.last().unwrap();
    assert_eq!(record.room_title.as_deref(), Some("Standup"));
    assert_eq!(
        record.room,
        Some(town.node.rooms.dialled("802").unwrap().id)
    );
}

#[test]
fn the_last_one_may_move_and_the_room_behind_them_closes() {
    let mut town = Town::with_room();
    let line = town.enter("801", PIN);
    town.add_room("802", None);
    let first = live(&mut town, "801").participants[0].id.clone();
    let change = ParticipantChange {
        room: Some(key("802")),
        muted: Some(true),
        ..ParticipantChange::default()
    };
    set(&mut town, &first, change).unwrap();
    assert_eq!(town.studio.stages.len(), 1);
    let view = live(&mut town, "802").participants[0].clone();
    assert!(view.muted, "a mute goes with them");
    town.hang_up(line);
    town.pass(40 * SECOND);
    town.assert_empty();
}

#[test]
fn who_waits_is_shown_step_by_step_and_no_more_once_in() {
    let mut town = Town::with_room();
    let draft = conclave_model::RoomPatch {
        message: Some(true),
        ..conclave_model::RoomPatch::default()
    };
    town.ask(Request::UpdateRoom {
        key: key("801"),
        patch: draft,
        if_version: None,
    })
    .unwrap();
    town.news();
    let line = town.line("801");
    town.pass(SECOND);
    let waiting = live(&mut town, "801").waiting;
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].step, WaitingStep::Pin);
    assert_eq!(waiting[0].name.as_deref(), Some("Anna"));
    town.press(line, "000000");
    town.pass(4 * SECOND);
    town.press(line, PIN);
    let waiting = live(&mut town, "801").waiting;
    assert_eq!(
        (waiting[0].step, waiting[0].pins_wrong),
        (WaitingStep::Name, 1)
    );
    town.pass(20 * SECOND);
    let view = live(&mut town, "801");
    assert!(view.waiting.is_empty() && view.participants[0].id == waiting[0].id);
    let ended = town.happenings.iter().filter_map(|happening| {
        if let Happening::WaitingEnded(end) = happening {
            Some(end.outcome)
        } else {
            None
        }
    });
    assert_eq!(ended.collect::<Vec<_>>(), [WaitOutcome::Joined]);
    assert_eq!(
        town.news(),
        [
            "call.started",
            "participant.waiting",
            "pin.failed",
            "participant.waiting",
            "participant.waiting",
            "participant.waiting_ended",
            "session.started",
            "participant.joined"
        ]
    );
}

#[test]
fn one_at_the_door_is_let_in_without_a_pin_though_the_room_is_locked() {
    let (mut town, _, _) = two_in_room();
    let line = town.line("801");
    town.pass(SECOND);
    town.ask(Request::SetLive {
        by: "test".to_owned(),
        key: key("801"),
        change: LiveChange {
            locked: Some(true),
            ..LiveChange::default()
        },
    })
    .unwrap();
    let waiting = live(&mut town, "801").waiting[0].id.clone();
    let admit = Request::Admit {
        key: key("801"),
        who: ParticipantKey::new(&waiting),
    };
    town.ask(admit.clone()).unwrap();
    town.pass(SECOND);
    assert!(town.studio.leg(line.leg).stage.is_some());
    assert_eq!(live(&mut town, "801").participants.len(), 3);
    town.ask(admit).unwrap();
}

#[test]
fn one_who_is_let_in_before_the_first_word_is_asked_for_nothing() {
    let mut town = Town::with_room();
    let line = town.line("801");
    let waiting = live(&mut town, "801").waiting[0].id.clone();
    let who = ParticipantKey::new(&waiting);
    town.ask(Request::Admit {
        key: key("801"),
        who,
    })
    .unwrap();
    town.pass(2 * SECOND);
    assert!(town.studio.leg(line.leg).stage.is_some());
    assert!(!town.heard(line).contains(&Prompt::PinPlease));
}

#[test]
fn one_at_the_door_is_turned_away_and_one_who_is_in_is_not() {
    let (mut town, first, _) = two_in_room();
    let turn_away = |who: &str| Request::TurnAway {
        key: key("801"),
        who: ParticipantKey::new(who),
    };
    assert_eq!(town.ask(turn_away(&first)).unwrap_err().status, 404);
    let line = town.line("801");
    town.pass(SECOND);
    let waiting = live(&mut town, "801").waiting[0].id.clone();
    town.news();
    town.ask(turn_away(&waiting)).unwrap();
    town.pass(10 * SECOND);
    assert!(town.has_ended(line.session));
    assert_eq!(town.news(), ["participant.waiting_ended", "call.ended"]);
    assert_eq!(live(&mut town, "801").participants.len(), 2);
}

#[test]
fn who_waits_for_long_needs_attention_also_where_nobody_is_in() {
    let mut town = Town::with_room();
    let line = town.line("801");
    town.pass(25 * SECOND);
    assert!(glance(&mut town).attention.is_empty());
    // Who types now and then is not hung up on for a while.
    for _ in 0..3 {
        town.press(line, "1*");
        town.pass(20 * SECOND);
    }
    let now = glance(&mut town);
    assert_eq!(now.participants, 0);
    assert_eq!(now.items[0].waiting.len(), 1);
    assert_eq!(now.attention[0].kind, AttentionKind::WaitingLong);
}

#[test]
fn a_prompt_is_played_to_all_and_only_so_many_wait() {
    let mut town = Town::with_room();
    let announce = || Request::Announce {
        key: key("801"),
        prompt: Prompt::RoomLocked,
    };
    assert_eq!(
        town.ask(announce()).unwrap_err().status,
        409,
        "nobody there"
    );
    town.enter("801", PIN);
    town.pass(5 * SECOND);
    for _ in 0..conclave_model::limits::PROMPTS_ASKED {
        town.ask(announce()).unwrap();
    }
    assert_eq!(town.ask(announce()).unwrap_err().status, 409, "too many");
    town.pass(5 * SECOND);
    town.ask(announce()).unwrap();
}

#[test]
fn what_a_join_makes_known_does_not_grow_with_the_room() {
    let mut town = Town::new();
    town.add_room("801", None);
    let mut bytes = Vec::new();
    for _ in 0..60 {
        town.line("801");
        town.pass(2 * SECOND);
        let happenings = std::mem::take(&mut town.happenings);
        bytes.push(happenings.iter().map(size).sum::<usize>());
    }
    // The first makes the session, too.
    let (early, late) = (bytes[1], bytes[59]);
    assert!(late <= early + 8, "{early} bytes, then {late}");
    assert_eq!(live(&mut town, "801").participants.len(), 60);
}

/// As a program writes it; JSON grows by the same.
fn size(happening: &Happening) -> usize {
    format!("{happening:?}").len()
}

#[test]
fn a_room_whose_options_say_so_is_recorded_from_the_first_one_in() {
    let mut town = Town::with_room();
    town.ask(Request::UpdateRoom {
        key: key("801"),
        patch: RoomPatch {
            options: Some("record_conference=yes".to_owned()),
            ..RoomPatch::default()
        },
        if_version: None,
    })
    .unwrap();
    town.news();
    town.enter("801", PIN);
    let told = town.news();
    assert!(told.contains(&"recording.started"), "{told:?}");
    let by = live(&mut town, "801").recording.unwrap().by;
    assert_eq!(by, "record_conference");
}
