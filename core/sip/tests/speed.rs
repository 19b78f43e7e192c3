//! How fast and how large: run with `cargo test --release -p conclave-sip --test speed -- --ignored
//! --nocapture`. Prints figures and fails only when they are absurd.

#![allow(clippy::disallowed_methods, reason = "a stopwatch reads the clock")]

#[path = "common/phone.rs"]
#[allow(dead_code, reason = "no test uses every tool")]
mod phone;

use std::time::{Duration, Instant};

use conclave_sip::{Event, UaConfig};
use phone::{Phone, request, to_tag};

const CALLS: u32 = 9_000;

fn invite(number: u32) -> String {
    let headers = "Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE, INFO\r\n\
                   Supported: timer, replaces, 100rel\r\nUser-Agent: A Phone 1.2.3\r\n\
                   Session-Expires: 1800;refresher=uac\r\nContent-Type: application/sdp\r\n";
    let body = "v=0\r\no=- 1 1 IN IP4 192.0.2.2\r\ns=-\r\nc=IN IP4 192.0.2.2\r\nt=0 0\r\n\
                m=audio 4000 RTP/AVP 9 8 0 101\r\na=rtpmap:9 G722/8000\r\na=rtpmap:8 PCMA/8000\r\n\
                a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\n\
                a=ptime:20\r\na=sendrecv\r\n";
    renamed(&request("INVITE", "", 1, headers, body), number)
}

fn renamed(text: &str, number: u32) -> String {
    text.replace("one-call", &format!("call-{number}@192.0.2.2"))
        .replace("z9hG4bK", &format!("z9hG4bK{number}x"))
        .replace(";tag=phone", &format!(";tag=phone{number}"))
}

#[test]
#[ignore = "a measurement"]
fn calls_a_second_on_one_core() {
    let mut phone = Phone::new(UaConfig::default());
    let invites: Vec<String> = (0..CALLS).map(invite).collect();
    let mut tags = Vec::new();
    let mut sessions = Vec::new();
    let start = Instant::now();
    for text in &invites {
        phone
            .ua
            .handle_datagram(phone.now, phone.path, text.as_bytes());
        let Some(Event::Incoming { session, .. }) = phone.ua.poll_event() else {
            panic!()
        };
        phone.ua.accept(phone.now, session, b"v=0\r\n".to_vec());
        sessions.push(session);
    }
    let spent = start.elapsed();
    report("INVITE to 100 and 200", spent, CALLS);
    for text in phone
        .heard()
        .iter()
        .filter(|text| text.starts_with("SIP/2.0 200"))
    {
        tags.push(to_tag(text));
    }
    let numbered = || (0..CALLS).zip(&tags);
    let acks: Vec<String> = numbered()
        .map(|(number, tag)| renamed(&request("ACK", tag, 1, "", ""), number))
        .collect();
    let byes: Vec<String> = numbered()
        .map(|(number, tag)| renamed(&request("BYE", tag, 2, "", ""), number))
        .collect();
    let start = Instant::now();
    for text in &acks {
        phone
            .ua
            .handle_datagram(phone.now, phone.path, text.as_bytes());
    }
    report("ACK", start.elapsed(), CALLS);
    assert_eq!(phone.events().len(), acks.len());
    let start = Instant::now();
    for _ in 0..1_000_000 {
        std::hint::black_box(phone.ua.poll_timeout());
    }
    report(
        "poll_timeout with 9,000 sessions",
        start.elapsed(),
        1_000_000,
    );
    println!("resident: {} KiB with {CALLS} sessions", resident_kib());
    let start = Instant::now();
    for text in &byes {
        phone
            .ua
            .handle_datagram(phone.now, phone.path, text.as_bytes());
    }
    report("BYE to 200", start.elapsed(), CALLS);
    assert_eq!(phone.ua.sessions(), 0);
    phone.heard();
    phone.wait(Duration::from_secs(40));
    assert_eq!(phone.ua.transactions(), 0);
}

#[test]
#[ignore = "a measurement"]
fn a_message_is_read_in_microseconds() {
    let mut phone = Phone::new(UaConfig::default());
    // A response that answers nothing of ours is read and looked up, and that is all.
    let stray = invite(1).replacen("INVITE sip:801@192.0.2.1 SIP/2.0", "SIP/2.0 200 OK", 1);
    let options = renamed(&request("OPTIONS", "", 1, "", ""), 1);
    for (name, text) in [
        ("a response of an INVITE's size", stray),
        ("OPTIONS to 200", options),
    ] {
        let rounds = 200_000;
        let start = Instant::now();
        for _ in 0..rounds {
            phone
                .ua
                .handle_datagram(phone.now, phone.path, text.as_bytes());
            phone.ua.poll_transmit();
        }
        report(name, start.elapsed(), rounds);
    }
}

fn report(what: &str, spent: Duration, rounds: u32) {
    let each = spent / rounds;
    println!(
        "{what}: {each:?} each, {:.0} a second",
        1.0 / each.as_secs_f64()
    );
    assert!(each < Duration::from_millis(1), "{what} takes {each:?}");
}

fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.trim().split(' ').next());
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}
