//! Messages from phone to phone, and the events that phones are sent, on the wire.

use std::sync::Arc;
use std::time::Duration;

use conclave_api::{Happening, Request, RoomKey};
use conclave_model::{RoomPatch, TextMessage};
use conclave_sip::{Event as SipEvent, OutgoingText};
use serde_json::Value;

use super::Town;
use super::town::Line;

const PIN: &str = "627184";

fn writes(town: &mut Town, line: Line, text: &str) {
    let text = OutgoingText {
        from: None,
        text: TextMessage::new("text/plain;charset=utf-8", text.as_bytes().to_vec()),
    };
    town.phone.text(town.now, line.session, &Arc::new(text));
    town.run();
}

/// What each line was sent since the last look.
fn read(town: &mut Town, line: Line) -> Vec<TextMessage> {
    let mut texts = Vec::new();
    town.phone_events.retain(|event| {
        if let SipEvent::Text { session, text, .. } = event
            && *session == line.session
        {
            texts.push(TextMessage::clone(text));
            return false;
        }
        true
    });
    texts
}

fn events(town: &mut Town, line: Line) -> Vec<Value> {
    let texts = read(town, line);
    let json = |text: &TextMessage| {
        assert_eq!(
            text.content_type,
            "application/x-asterisk-confbridge-event+json"
        );
        serde_json::from_slice(&text.body).expect("JSON")
    };
    texts.iter().map(json).collect()
}

fn types(events: &[Value]) -> Vec<&str> {
    events
        .iter()
        .map(|event| event["type"].as_str().unwrap())
        .collect()
}

fn set_options(town: &mut Town, options: &str, user_options: &str) {
    let patch = RoomPatch {
        options: Some(options.to_owned()),
        user_options: Some(user_options.to_owned()),
        ..RoomPatch::default()
    };
    let key = RoomKey::new("801");
    town.ask(Request::UpdateRoom {
        key,
        patch,
        if_version: None,
    })
    .expect("is taken");
}

#[test]
fn what_one_phone_writes_another_receives_and_nobody_logs() {
    let mut town = Town::with_room();
    let [anna, ben] = [(); 2].map(|()| town.enter("801", PIN));
    town.wire.clear();
    town.news();
    writes(&mut town, anna, "the secret plan");
    assert_eq!(town.happenings.len(), 1);
    let Happening::MessageReceived(written) = &town.happenings[0] else {
        panic!("{:?}", town.happenings)
    };
    assert_eq!(
        (written.content_type.as_str(), written.bytes),
        ("text/plain", 15)
    );
    assert_eq!(written.participant.name.as_deref(), Some("Anna"));
    assert!(
        town.wire.contains("SIP/2.0 202 Accepted\r\n"),
        "{}",
        town.wire
    );
    assert!(
        town.wire
            .contains("\r\nFrom: \"Anna\" <sip:801@192.0.2.1>;tag=")
    );
    let [text] = &read(&mut town, ben)[..] else {
        panic!("one message")
    };
    assert_eq!(text.content_type, "text/plain;charset=utf-8");
    assert_eq!(text.body, b"the secret plan");
    assert_eq!(text.hops_left, 69);
    assert!(read(&mut town, anna).is_empty());
    town.hang_up(anna);
    town.hang_up(ben);
    town.pass(Duration::from_secs(120));
    town.assert_empty();
    let ladders = format!("{:?}", town.ladders);
    assert!(ladders.contains("MESSAGE"), "it is seen that there was one");
    for kept in [
        ladders,
        format!("{:?}", town.logs),
        format!("{:?}", town.happenings),
    ] {
        assert!(!kept.contains("secret"), "{kept}");
    }
}

#[test]
fn at_the_pin_a_message_goes_nowhere() {
    let mut town = Town::with_room();
    let inside = town.enter("801", PIN);
    let door = town.line("801");
    town.wire.clear();
    writes(&mut town, door, "let me in");
    assert!(
        town.wire.contains("SIP/2.0 480 Not In The Room\r\n"),
        "{}",
        town.wire
    );
    writes(&mut town, inside, "who is there?");
    assert!(read(&mut town, door).is_empty());
}

// Defect 22
#[test]
fn phones_that_want_events_are_told_them_as_confbridge_writes_them() {
    let mut town = Town::with_room();
    set_options(&mut town, "enable_events=yes", "send_events=yes");
    let anna = town.enter("801", PIN);
    let first = events(&mut town, anna);
    assert_eq!(types(&first), ["ConfbridgeWelcome", "ConfbridgeJoin"]);
    let welcome = &first[0];
    assert_eq!(welcome["bridge"]["name"], "Standup");
    assert_eq!(welcome["bridge"]["video_mode"], "none");
    let channel = &welcome["channels"][0];
    assert_eq!(channel["caller"]["name"], "Anna");
    assert_eq!(
        channel["caller"]["number"], "…67",
        "whose number is nobody's matter"
    );
    assert_eq!(channel["state"], "Up");
    assert_eq!(channel["muted"], false);
    let call_id = channel["protocol_id"].as_str().unwrap();
    assert!(town.wire.contains(&format!("Call-ID: {call_id}\r\n")));

    let ben = town.enter("801", PIN);
    town.press(ben, "*6");
    town.hang_up(ben);
    let heard = events(&mut town, anna);
    let all = ["ConfbridgeJoin", "ConfbridgeMute", "ConfbridgeLeave"];
    assert_eq!(types(&heard), all);
    let ids: Vec<&Value> = heard
        .iter()
        .map(|event| &event["channels"][0]["id"])
        .collect();
    assert!(
        ids[0] == ids[1] && ids[1] == ids[2] && *ids[0] != channel["id"],
        "{heard:?}"
    );
    assert_eq!(heard[1]["channels"][0]["muted"], true);
}

#[test]
fn a_welcome_to_many_comes_in_parts_that_fit() {
    let mut town = Town::with_room();
    set_options(&mut town, "enable_events=yes", "");
    let lines: Vec<Line> = (0..30).map(|_| town.enter("801", PIN)).collect();
    set_options(&mut town, "enable_events=yes", "send_events=yes");
    for line in lines {
        let parts = events(&mut town, line);
        let welcome = ["ConfbridgeWelcome", "ConfbridgeJoin", "ConfbridgeJoin"];
        assert_eq!(types(&parts), welcome);
        let mut ids: Vec<&str> = parts
            .iter()
            .flat_map(|part| part["channels"].as_array().unwrap())
            .map(|channel| channel["id"].as_str().unwrap())
            .collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 30);
    }
}

// Defect 22
#[test]
fn events_are_of_the_type_that_the_manual_names() {
    let kind = conclave_room::EVENT_TYPES[0];
    assert!(conclave_api::options_manual().contains(&format!("`{kind}`")));
    let mut town = Town::with_room();
    set_options(&mut town, "enable_events=yes", "send_events=yes");
    let anna = town.enter("801", PIN);
    let texts = read(&mut town, anna);
    assert!(!texts.is_empty());
    assert!(texts.iter().all(|text| text.content_type == kind));
}

// Regression b9f42a717e
#[test]
fn a_day_of_events_leaves_nothing_behind() {
    let mut town = Town::with_room();
    set_options(&mut town, "enable_events=yes", "send_events=yes");
    let first = town.enter("801", PIN);
    for _ in 0..20 {
        let line = town.enter("801", PIN);
        town.press(line, "*6");
        writes(&mut town, line, "bye");
        town.hang_up(line);
    }
    assert!(read(&mut town, first).len() > 60);
    town.hang_up(first);
    town.pass(Duration::from_secs(120));
    town.assert_empty();
    assert_eq!(
        (town.node.ua.sessions(), town.node.ua.transactions()),
        (0, 0)
    );
}
