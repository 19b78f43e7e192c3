//! What a caller experiences, from dialling to the end.

use std::time::Duration;

use conclave_contract::Event as MediaEvent;
use conclave_model::{CallEnd, CallMoment, Codec, LadderWay, Prompt};
use conclave_sip::Event as SipEvent;

use super::Town;

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn a_caller_types_the_pin_and_is_in_the_room() {
    let mut town = Town::with_room();
    town.news();
    let line = town.line("801");
    town.pass(3 * SECOND);
    assert_eq!(town.heard(line), [Prompt::PinPlease]);
    assert_eq!(town.studio.leg(line.leg).stage, None);
    town.press(line, "627184");
    assert!(town.studio.leg(line.leg).stage.is_some());
    assert_eq!(
        town.news(),
        [
            "call.started",
            "participant.waiting",
            "participant.waiting",
            "participant.waiting_ended",
            "session.started",
            "participant.joined"
        ]
    );

    town.hang_up(line);
    town.pass(40 * SECOND);
    let record = &town.records[0];
    assert_eq!(record.end, CallEnd::HungUp);
    assert_eq!(record.dialled, "801");
    assert_eq!(record.from_number, "0891234567");
    assert_eq!(record.from_name.as_deref(), Some("Anna"));
    assert_eq!(record.codec, Some(Codec::Pcma));
    assert_eq!(record.room_title.as_deref(), Some("Standup"));
    assert!(record.answered_at < record.joined_at);
    assert!(record.joined_at < Some(record.ended_at));
    assert_eq!(
        town.news(),
        ["participant.left", "session.ended", "call.ended"]
    );
    town.assert_empty();
}

#[test]
fn what_happened_and_what_was_said_is_kept_without_the_pin() {
    let mut town = Town::with_room();
    let line = town.line("801*111111");
    town.pass(3 * SECOND);
    town.press(line, "627184");
    town.pass(SECOND);
    town.hang_up(line);
    assert!(town.ladders.is_empty());
    town.pass(3 * SECOND);

    let record = &town.records[0];
    let moments: Vec<_> = record
        .timeline
        .steps()
        .iter()
        .map(|step| step.what)
        .collect();
    assert_eq!(
        moments,
        [
            CallMoment::Rang,
            CallMoment::Answered,
            CallMoment::PinWrong,
            CallMoment::PinAsked,
            CallMoment::PinRight,
            CallMoment::Joined,
            CallMoment::Left,
        ]
    );
    let ladder = &town.ladders[0];
    assert_eq!(ladder.call, record.id);
    let said: Vec<_> = ladder
        .messages
        .iter()
        .map(|one| (one.way, one.text.split(' ').take(2).collect::<String>()))
        .collect();
    let lines: Vec<_> = said.iter().map(|(_, line)| line.as_str()).collect();
    assert!(lines[0].starts_with("INVITEsip:801…@"), "{lines:?}");
    assert!(lines.contains(&"SIP/2.0200"), "{lines:?}");
    assert!(
        lines.iter().any(|line| line.starts_with("BYE")),
        "{lines:?}"
    );
    assert_eq!(said[0].0, LadderWay::In);
    assert_eq!(said.last().map(|(way, _)| *way), Some(LadderWay::Out));
    let kept = format!("{ladder:?}");
    assert!(
        !kept.contains("111111") && !kept.contains("627184"),
        "{kept}"
    );
    town.pass(40 * SECOND);
    town.assert_empty();
}

#[test]
fn after_three_wrong_pins_the_call_ends() {
    let mut town = Town::with_room();
    let line = town.line("801");
    for _ in 0..3 {
        town.pass(5 * SECOND);
        town.press(line, "111111");
    }
    let stage = town.studio.leg(line.leg).stage;
    assert_eq!(stage, None);
    let heard = town.heard(line);
    assert!(heard.contains(&Prompt::TwoTriesLeft), "{heard:?}");
    assert!(heard.contains(&Prompt::OneTryLeft), "{heard:?}");
    town.pass(10 * SECOND);
    assert!(town.has_ended(line.session));
    assert_eq!(town.records[0].end, CallEnd::WrongPin);
    assert_eq!(town.records[0].pins_wrong, 3);
    let failed = town.news().iter().filter(|n| **n == "pin.failed").count();
    assert_eq!(failed, 3);
    assert!(town.wire.contains("text=\"wrong PIN\""));
    town.pass(40 * SECOND);
    town.assert_empty();
}

#[test]
fn a_pin_in_the_dialled_number_opens_the_door_and_is_shown_nowhere() {
    let mut town = Town::with_room();
    let line = town.line("801*627184");
    town.pass(2 * SECOND);
    assert!(town.studio.leg(line.leg).stage.is_some());
    assert_eq!(town.heard(line).first(), Some(&Prompt::OnlyOne));
    town.hang_up(line);
    assert_eq!(town.records[0].dialled, "801");
    let told = format!("{:?} {:?}", town.logs, town.records);
    assert!(!told.contains("627184"));
}

#[test]
fn a_wrong_pin_in_the_dialled_number_counts_and_the_right_one_may_be_typed() {
    let mut town = Town::with_room();
    let line = town.line("801*111111");
    town.pass(3 * SECOND);
    assert_eq!(town.studio.leg(line.leg).stage, None);
    town.press(line, "627184");
    assert!(town.studio.leg(line.leg).stage.is_some());
    town.hang_up(line);
    assert_eq!(town.records[0].pins_wrong, 1);
}

#[test]
fn who_dials_no_room_hears_so_before_the_refusal() {
    let mut town = Town::with_room();
    let session = town.dial("999999");
    let early = |event: &SipEvent| {
        matches!(
            event,
            SipEvent::Progress {
                answer: Some(_),
                ..
            }
        )
    };
    assert!(town.phone_events.iter().any(early));
    let leg = *town.studio.opened.last().unwrap();
    let heard = town.studio.leg(leg).heard.clone();
    assert_eq!(heard.first(), Some(&Prompt::NoSuchRoom));
    assert_eq!(town.refusal(session), None);
    town.pass(10 * SECOND);
    assert_eq!(town.refusal(session), Some(404));
    assert_eq!(town.records[0].end, CallEnd::NoSuchRoom);
    town.pass(40 * SECOND);
    town.assert_empty();
}

#[test]
fn without_a_way_for_early_media_no_such_room_is_refused_at_once() {
    let mut town = Town::with_room();
    let session = town.dial_with("999999", None);
    assert_eq!(town.refusal(session), Some(404));
    assert!(town.studio.opened.is_empty());
    assert_eq!(town.records[0].end, CallEnd::NoSuchRoom);
}

#[test]
fn a_caller_may_give_up_while_being_refused() {
    let mut town = Town::with_room();
    let session = town.dial("999999");
    town.phone.bye(town.now, session, None);
    town.pass(40 * SECOND);
    assert_eq!(town.records[0].end, CallEnd::NoSuchRoom);
    town.assert_empty();
}

#[test]
fn no_common_codec_and_no_description_are_refused_each_in_its_way() {
    let mut town = Town::with_room();
    let gsm = b"v=0\r\no=- 1 1 IN IP4 192.0.2.7\r\ns=-\r\nc=IN IP4 192.0.2.7\r\nt=0 0\r\n\
        m=audio 4000 RTP/AVP 3\r\na=rtpmap:3 GSM/8000\r\n";
    let session = town.dial_with("801", Some(gsm.to_vec()));
    assert_eq!(town.refusal(session), Some(488));
    assert_eq!(town.records[0].end, CallEnd::NoCodec);
    let session = town.dial_with("801", Some(b"not a description".to_vec()));
    assert_eq!(town.refusal(session), Some(400));
    assert_eq!(town.records[1].end, CallEnd::BadOffer);
    town.pass(40 * SECOND);
    town.assert_empty();
}

#[test]
fn without_a_port_the_caller_is_asked_to_try_again() {
    let mut town = Town::with_room();
    town.studio.ports_left = Some(0);
    let session = town.dial("801");
    assert_eq!(town.refusal(session), Some(503));
    assert!(town.wire.contains("Retry-After: 10"));
    assert_eq!(town.records[0].end, CallEnd::ServerBusy);
    town.pass(40 * SECOND);
    town.assert_empty();
}

#[test]
fn one_call_too_many_is_refused_and_the_others_go_on() {
    let mut town = Town::with(|config| config.calls_max = 2);
    town.add_room("801", None);
    let first = town.line("801");
    town.line("801");
    let session = town.dial("801");
    assert_eq!(town.refusal(session), Some(503));
    assert!(town.wire.contains("Retry-After: 10"));
    town.pass(3 * SECOND);
    assert!(town.studio.leg(first.leg).stage.is_some());
}

#[test]
fn digits_may_come_by_info_and_one_press_counts_once() {
    let mut town = Town::with_room();
    let line = town.line("801");
    town.pass(3 * SECOND);
    for key in "627184".chars() {
        let relay = format!("Signal={key}\r\nDuration=160\r\n");
        let kind = "application/dtmf-relay";
        town.phone
            .info(town.now, line.session, kind, relay.as_bytes());
        town.run();
        town.press(line, &key.to_string());
    }
    assert!(town.studio.leg(line.leg).stage.is_some());
    assert_eq!(town.node.calls.len(), 1);
}

#[test]
fn when_no_sound_comes_any_more_the_bye_says_so() {
    let mut town = Town::with_room();
    let line = town.enter("801", "627184");
    town.media(MediaEvent::MediaLost { leg: line.leg });
    assert!(town.has_ended(line.session));
    assert!(
        town.wire
            .contains("Reason: Q.850;cause=102;text=\"no media received\"")
    );
    assert_eq!(town.records[0].end, CallEnd::MediaLost);
    town.pass(40 * SECOND);
    town.assert_empty();
}

#[test]
fn who_cancels_leaves_nothing_behind() {
    let mut town = Town::with_room();
    // The studio's word about the leg is still on its way when the caller gives up.
    let session = town.dial_unanswered("801");
    town.phone.bye(town.now, session, None);
    town.run();
    town.pass(40 * SECOND);
    assert_eq!(town.records[0].end, CallEnd::Cancelled);
    town.assert_empty();
}

#[test]
fn a_full_or_locked_room_turns_away_after_the_pin_and_says_why() {
    let mut town = Town::with_room();
    let first = town.enter("801", "627184");
    let change = conclave_api::LiveChange {
        locked: Some(true),
        ..conclave_api::LiveChange::default()
    };
    let key = conclave_api::RoomKey::new("801");
    let by = "test".to_owned();
    town.ask(conclave_api::Request::SetLive { key, change, by })
        .unwrap();
    let second = town.line("801");
    town.pass(3 * SECOND);
    town.press(second, "627184");
    assert_eq!(town.studio.leg(second.leg).stage, None);
    assert!(town.heard(second).contains(&Prompt::RoomLocked));
    town.pass(10 * SECOND);
    assert!(town.has_ended(second.session));
    assert!(!town.has_ended(first.session));
    assert!(town.wire.contains("text=\"room locked\""));
    assert_eq!(town.records[0].end, CallEnd::RoomLocked);
}
