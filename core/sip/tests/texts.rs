//! MESSAGE inside a dialog, both ways: what is taken, what is sent, and what a phone may answer.

#[path = "common/phone.rs"]
#[allow(dead_code, reason = "no test uses every tool")]
mod phone;

use std::sync::Arc;
use std::time::Duration;

use conclave_model::{TextMessage, limits};
use conclave_sip::{EndReason, Event, OutgoingText, Refusal, SessionId, TextId, UaConfig};
use phone::{Phone, request, status, to_tag};

const PLAIN: &str = "Content-Type: text/plain;charset=utf-8\r\n";
const SDP: &str = "Content-Type: application/sdp\r\n";

fn udp() -> Phone {
    Phone::new(UaConfig::default())
}

/// A call of a phone that allows MESSAGE.
fn texting(phone: &mut Phone) -> (SessionId, String) {
    let allow = format!("Allow: INVITE, ACK, BYE, MESSAGE, UPDATE\r\n{SDP}");
    phone.send(request("INVITE", "", 1, &allow, "v=0\r\n"));
    let Some(Event::Incoming { session, .. }) = phone.events().pop() else {
        panic!("no call came in");
    };
    phone.ua.accept(phone.now, session, b"v=0\r\n".to_vec());
    let tag = to_tag(&phone.heard()[0]);
    phone.send(request("ACK", &tag, 1, "", ""));
    phone.events();
    (session, tag)
}

fn came(phone: &mut Phone) -> (TextId, TextMessage) {
    match phone.events().pop() {
        Some(Event::Text { id, text, .. }) => (id, *text),
        other => panic!("{other:?}"),
    }
}

fn written(text: &str) -> Arc<OutgoingText> {
    Arc::new(OutgoingText {
        from: Some("Anna \"A\" \\ B".to_owned()),
        text: TextMessage::new("text/plain", text.as_bytes().to_vec()),
    })
}

/// Lets the user agent say it; gives what goes out at once.
fn says(phone: &mut Phone, session: SessionId, text: &str) -> Vec<String> {
    phone.ua.text(phone.now, session, &written(text));
    phone.heard()
}

fn answer(request: &str, status: &str, headers: &str) -> String {
    let same = |line: &&str| {
        let kept = ["Via:", "From:", "To:", "Call-ID:", "CSeq:"];
        kept.iter().any(|name| line.starts_with(name))
    };
    let lines: Vec<&str> = request.lines().filter(same).collect();
    format!(
        "SIP/2.0 {status}\r\n{}\r\n{headers}Content-Length: 0\r\n\r\n",
        lines.join("\r\n")
    )
}

fn cseq(request: &str) -> u32 {
    let line = request.lines().find(|line| line.starts_with("CSeq:"));
    let number = line.and_then(|line| line.split(' ').nth(1));
    number.expect("a CSeq").parse().expect("a number")
}

// What comes -------------------------------------------------------------------------------------

#[test]
fn a_message_in_the_dialog_is_told_whole_and_accepted_once() {
    let mut phone = udp();
    let (session, tag) = phone.talk();
    let message = request("MESSAGE", &tag, 2, PLAIN, "Grüße\r\n\r\nAnna");
    assert!(phone.send(&message).is_empty(), "the owner answers");
    let (id, text) = came(&mut phone);
    assert_eq!(text.content_type, "text/plain;charset=utf-8");
    assert_eq!(text.body, "Grüße\r\n\r\nAnna".as_bytes());
    assert_eq!(text.hops_left, 70);
    phone.ua.answer_text(phone.now, id, Ok(()));
    let heard = phone.heard();
    assert_eq!(status(&heard[0]), 202, "{heard:?}");
    assert!(!heard[0].contains("Contact:"), "RFC 3428 §7");
    assert_eq!(phone.statuses(&message), [202], "it came again");
    assert!(phone.events().is_empty(), "and is told once");
    phone.ua.bye(phone.now, session, None);
    assert_eq!(cseq(&phone.heard()[0]), 1);
}

#[test]
fn a_refusal_says_when_to_come_back() {
    let mut phone = udp();
    let (_, tag) = phone.talk();
    phone.send(request("MESSAGE", &tag, 2, PLAIN, "hello"));
    let (id, _) = came(&mut phone);
    let refusal = Refusal {
        retry_after: Some(Duration::from_secs(3)),
        ..Refusal::new(480)
    };
    phone.ua.answer_text(phone.now, id, Err(refusal));
    let heard = phone.heard();
    assert_eq!(status(&heard[0]), 480);
    assert!(heard[0].contains("Retry-After: 3\r\n"), "{heard:?}");
}

#[test]
fn a_message_is_answered_though_its_call_has_ended() {
    let mut phone = udp();
    let (_, tag) = phone.talk();
    phone.send(request("MESSAGE", &tag, 2, PLAIN, "bye"));
    let (id, _) = came(&mut phone);
    phone.send(request("BYE", &tag, 3, "", ""));
    phone.ua.answer_text(phone.now, id, Err(Refusal::new(481)));
    assert_eq!(status(&phone.heard()[0]), 481);
    phone.wait(Duration::from_secs(60));
    assert_eq!(phone.ua.transactions(), 0);
}

#[test]
fn what_is_no_text_or_too_large_is_refused_with_what_is_taken() {
    let mut phone = udp();
    let (_, tag) = phone.talk();
    for (at, headers) in [
        "",
        "c: message/cpim\r\n",
        "c: image/png\r\n",
        "c: text\u{e9}/x\r\n",
    ]
    .into_iter()
    .enumerate()
    {
        let sequence = 2 + u32::try_from(at).unwrap();
        let heard = phone.send(request("MESSAGE", &tag, sequence, headers, "x"));
        assert_eq!(status(&heard[0]), 415, "{headers}");
        assert!(heard[0].contains("Accept: text/*, application/*\r\n"));
    }
    let zipped = format!("{PLAIN}Content-Encoding: gzip\r\n");
    assert_eq!(
        phone.statuses(request("MESSAGE", &tag, 8, &zipped, "x")),
        [415]
    );
    assert_eq!(
        phone.statuses(request("MESSAGE", &tag, 9, PLAIN, "")),
        [415]
    );
    let long = "x".repeat(limits::TEXT_BYTES + 1);
    assert_eq!(
        phone.statuses(request("MESSAGE", &tag, 10, PLAIN, &long)),
        [413]
    );
    assert!(phone.events().is_empty());
    let fits = &long[1..];
    assert!(
        phone
            .send(request("MESSAGE", &tag, 11, PLAIN, fits))
            .is_empty()
    );
    assert_eq!(came(&mut phone).1.body.len(), limits::TEXT_BYTES);
}

#[test]
fn a_flood_is_refused_without_a_trace_and_keeps_no_hold_out() {
    let mut phone = udp();
    let (session, tag) = phone.talk();
    let (mut taken, mut refused) = (0, 0);
    for at in 0..3_000 {
        let heard = phone.send(request("MESSAGE", &tag, 2 + at, PLAIN, "spam"));
        for event in phone.events() {
            let Event::Text { id, .. } = event else {
                panic!("{event:?}")
            };
            taken += 1;
            phone.ua.answer_text(phone.now, id, Ok(()));
        }
        let late = phone.heard();
        let text = heard.first().or(late.first()).expect("an answer");
        if status(text) == 503 {
            assert!(text.contains("Retry-After: 1\r\n"), "{text}");
            refused += 1;
        }
        phone.wait(Duration::from_millis(1));
    }
    // Ten at once and two a second.
    assert_eq!((taken, refused), (15, 2_985));
    assert!(phone.ua.transactions() < 20, "{}", phone.ua.transactions());
    phone.send(request("INVITE", &tag, 4_000, SDP, "v=0\r\n"));
    assert!(matches!(phone.events()[..], [Event::Reoffered { session: s, .. }] if s == session));
}

#[test]
fn outside_of_a_dialog_no_message_is_allowed_and_none_is_said_to_be() {
    let mut phone = udp();
    let heard = phone.send(request("MESSAGE", "", 1, PLAIN, "hello"));
    assert_eq!(status(&heard[0]), 405);
    let allow = "Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, UPDATE, PRACK\r\n";
    assert!(heard[0].contains(allow), "{heard:?}");
    let options = phone.send(request("OPTIONS", "", 2, "", ""));
    assert!(options[0].contains(allow), "{options:?}");
    let (_, tag) = phone.talk();
    let inside = phone.send(request("OPTIONS", &tag, 3, "", ""));
    assert!(inside[0].contains("PRACK, MESSAGE\r\n"), "{inside:?}");
    assert_eq!(
        phone.statuses(request("MESSAGE", "unknown", 4, PLAIN, "x")),
        [481]
    );
}

// What goes --------------------------------------------------------------------------------------

#[test]
fn ours_goes_to_the_contact_under_the_writers_name_and_in_the_one_count() {
    let mut phone = udp();
    let (session, _) = texting(&mut phone);
    let out = says(&mut phone, session, "Grüße");
    let text = &out[0];
    assert!(
        text.starts_with("MESSAGE sip:phone@192.0.2.2 SIP/2.0\r\n"),
        "{text}"
    );
    assert!(
        text.contains("From: \"Anna \\\"A\\\" \\\\ B\" <sip:801@192.0.2.1>;tag="),
        "{text}"
    );
    assert!(
        text.contains("To: <sip:phone@192.0.2.2>;tag=phone\r\n"),
        "{text}"
    );
    assert!(
        text.contains("Content-Type: text/plain\r\nContent-Length: 7\r\n"),
        "{text}"
    );
    assert!(!text.contains("Contact:"), "{text}");
    assert!(text.ends_with("\r\n\r\nGrüße"), "{text}");
    assert_eq!(cseq(text), 1);
    phone.send(answer(text, "200 OK", ""));
    phone.ua.reinvite(phone.now, session, b"v=0\r\n".to_vec());
    assert_eq!(cseq(&phone.heard()[0]), 2);
    assert_eq!(cseq(&says(&mut phone, session, "more")[0]), 3);
}

#[test]
fn a_message_follows_the_routes_of_its_dialog() {
    let mut phone = udp();
    let route = "Record-Route: <sip:192.0.2.9;lr>, <sip:192.0.2.8;lr>\r\nAllow: MESSAGE\r\n";
    phone.send(request(
        "INVITE",
        "",
        1,
        &format!("{route}{SDP}"),
        "v=0\r\n",
    ));
    let Some(Event::Incoming { session, .. }) = phone.events().pop() else {
        panic!("no call came in");
    };
    phone.ua.accept(phone.now, session, b"v=0\r\n".to_vec());
    let tag = to_tag(&phone.heard()[0]);
    phone.send(request("ACK", &tag, 1, "", ""));
    phone.ua.text(phone.now, session, &written("x"));
    let out = phone.transmits();
    let text = String::from_utf8_lossy(&out[0].bytes);
    assert!(
        text.starts_with("MESSAGE sip:phone@192.0.2.2 SIP/2.0\r\n"),
        "{text}"
    );
    let routes = "Route: <sip:192.0.2.9;lr>\r\nRoute: <sip:192.0.2.8;lr>\r\n";
    assert!(text.contains(routes), "{text}");
    assert_eq!(out[0].path.remote.ip().to_string(), "192.0.2.9");
}

#[test]
fn only_a_phone_that_allows_it_is_sent_any() {
    let mut phone = udp();
    let (session, tag) = phone.talk();
    assert!(says(&mut phone, session, "x").is_empty());
    let allow = format!("Allow: MESSAGE\r\n{SDP}");
    phone.send(request("INVITE", &tag, 2, &allow, "v=0\r\n"));
    phone
        .ua
        .accept_offer(phone.now, session, b"v=0\r\n".to_vec());
    phone.heard();
    phone.send(request("ACK", &tag, 2, "", ""));
    assert_eq!(says(&mut phone, session, "now it does").len(), 1);
    phone.send(request("UPDATE", &tag, 3, "Allow: INVITE\r\n", ""));
    phone.heard();
    assert!(says(&mut phone, session, "no more").is_empty());
}

#[test]
fn one_is_on_its_way_at_a_time_and_no_more_wait_than_may() {
    let mut phone = udp();
    let (session, _) = texting(&mut phone);
    let mut out = says(&mut phone, session, "first");
    let fits = limits::TEXTS_WAITING;
    for at in 0..fits + 5 {
        assert!(says(&mut phone, session, &format!("waits {at}")).is_empty());
    }
    assert_eq!(phone.ua.counters().texts_dropped, 5);
    for at in 0..fits {
        out = phone.send(answer(&out[0], "200 OK", ""));
        assert_eq!(out.len(), 1);
        assert!(out[0].ends_with(&format!("waits {at}")), "{out:?}");
    }
    assert!(phone.send(answer(&out[0], "200 OK", "")).is_empty());
}

#[test]
fn a_lost_message_is_sent_again_and_an_answer_that_comes_again_changes_nothing() {
    let mut phone = udp();
    let (session, _) = texting(&mut phone);
    let first = says(&mut phone, session, "x").remove(0);
    says(&mut phone, session, "y");
    phone.wait(Duration::from_millis(1_600));
    assert_eq!(phone.heard(), [first.clone(), first.clone()]);
    assert!(phone.send(answer(&first, "100 Trying", "")).is_empty());
    let next = phone.send(answer(&first, "200 OK", ""));
    assert!(next[0].ends_with('y'));
    assert!(phone.send(answer(&first, "200 OK", "")).is_empty());
}

#[test]
fn what_was_overtaken_on_its_way_is_said_once_more() {
    let mut phone = udp();
    let (session, _) = texting(&mut phone);
    let lost = says(&mut phone, session, "x").remove(0);
    phone.ua.info(phone.now, session, "text/x", b"y");
    phone.heard();
    let again = phone.send(answer(&lost, "500 Out Of Order", ""));
    assert_eq!(cseq(&again[0]), 3);
    assert!(again[0].ends_with('x'));
    assert!(phone.send(answer(&again[0], "500 No", "")).is_empty());
}

#[test]
fn a_phone_that_knows_no_message_keeps_its_call_and_gets_no_more() {
    for refusal in [
        "405 Method Not Allowed",
        "501 Not Implemented",
        "481 Nothing",
    ] {
        let mut phone = udp();
        let (session, tag) = texting(&mut phone);
        let out = says(&mut phone, session, "x");
        says(&mut phone, session, "waits");
        let next = phone.send(answer(&out[0], refusal, ""));
        // After 481 the call itself is asked for, which goes on.
        if refusal.starts_with("481") {
            assert!(next[0].starts_with("UPDATE "), "{next:?}");
            let allow = "Allow: UPDATE, MESSAGE\r\n";
            assert!(phone.send(answer(&next[0], "200 OK", allow)).is_empty());
        } else {
            assert!(next.is_empty(), "{next:?}");
        }
        assert!(says(&mut phone, session, "more").is_empty(), "{refusal}");
        assert!(phone.events().is_empty(), "{refusal}");
        assert_eq!(phone.statuses(request("INFO", &tag, 2, "", "")), [200]);
    }
}

#[test]
fn a_call_that_is_gone_is_found_out_by_a_refresh() {
    let mut phone = udp();
    let (session, _) = texting(&mut phone);
    says(&mut phone, session, "x");
    phone.wait(Duration::from_secs(33));
    let heard = phone.heard();
    let update = heard.iter().find(|text| text.starts_with("UPDATE "));
    let gone = answer(update.expect("a refresh"), "481 Gone", "");
    phone.send(gone);
    let events = phone.events();
    let lost = EndReason::DialogLost;
    assert!(
        matches!(&events[..], [Event::Ended { why, .. }] if *why == lost),
        "{events:?}"
    );
}

#[test]
fn who_was_silent_is_written_to_again_once_heard_of() {
    let mut phone = udp();
    let (session, _) = texting(&mut phone);
    says(&mut phone, session, "x");
    phone.wait(Duration::from_secs(33));
    assert!(
        says(&mut phone, session, "not yet")
            .iter()
            .all(|text| !text.ends_with("not yet"))
    );
    let heard: Vec<String> = phone.heard();
    assert!(heard.is_empty());
    phone.wait(Duration::from_millis(600));
    let update = phone.heard().remove(0);
    phone.send(answer(&update, "200 OK", "Allow: UPDATE, MESSAGE\r\n"));
    assert_eq!(says(&mut phone, session, "again").len(), 1);
}

#[test]
fn three_refusals_in_a_row_are_enough() {
    let mut phone = udp();
    let (session, _) = texting(&mut phone);
    for _ in 0..limits::TEXT_REFUSALS {
        let out = says(&mut phone, session, "x");
        phone.send(answer(&out[0], "415 Unsupported Media Type", ""));
    }
    assert!(says(&mut phone, session, "x").is_empty());
}

#[test]
fn nothing_goes_out_behind_a_bye() {
    let mut phone = udp();
    let (session, _) = texting(&mut phone);
    let out = says(&mut phone, session, "x");
    says(&mut phone, session, "waits");
    phone.ua.bye(phone.now, session, None);
    let bye = phone.heard();
    assert!(bye[0].starts_with("BYE "));
    assert!(phone.send(answer(&out[0], "200 OK", "")).is_empty());
    assert!(says(&mut phone, session, "late").is_empty());
}
