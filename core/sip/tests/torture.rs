//! RFC 4475 and RFC 5118, message by message. The messages are other people's and are not kept
//! here: `CONCLAVE_TORTURE_DIR` names a directory with the `.dat` files of RFC 4475,
//! `CONCLAVE_TORTURE_IPV6_DIR` one with the `4.*.sip` files of RFC 5118 (searched with its
//! subdirectories). A test without its directory says so and passes.

#![allow(
    clippy::disallowed_methods,
    reason = "tests read the messages from a directory"
)]

#[path = "common/phone.rs"]
#[allow(dead_code, reason = "no test uses every tool")]
mod phone;

use std::collections::BTreeMap;
use std::path::Path;

use conclave_sip::{Event, UaConfig};
use phone::{Phone, request, status};

/// What a message must lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// 100, and the owner hears of a call.
    Call,
    /// One response with this status.
    Answer(u16),
    /// No response, no event.
    Silence,
}

use Outcome::{Answer, Call, Silence};

/// RFC 4475 in its order. Where it lets an element choose, our choice is in the remark.
const RFC_4475: [(&str, Outcome); 49] = [
    // 3.1.1 Valid messages
    ("wsinv", Answer(481)), // well-formed; its To tag names no dialog of ours
    ("intmeth", Answer(501)), // well-formed; nobody knows the method
    ("esc01", Call),
    ("escnull", Answer(405)), // well-formed; we are no registrar
    ("esc02", Answer(501)),   // %-escapes in a method are not undone
    ("lwsdisp", Answer(200)),
    ("longreq", Call),
    ("dblreq", Answer(405)), // what follows the message is ignored
    ("semiuri", Answer(200)),
    ("transports", Answer(200)),
    ("mpart01", Answer(405)),
    ("unreason", Silence), // a response that answers nothing
    ("noreason", Silence),
    // 3.1.2 Invalid messages
    ("badinv01", Answer(400)),
    ("clerr", Answer(400)),
    ("ncl", Answer(400)),
    ("scalar02", Answer(400)),
    ("scalarlg", Silence),
    ("quotbal", Answer(400)),
    ("ltgtruri", Answer(400)),
    ("lwsruri", Answer(400)),
    ("lwsstart", Answer(400)),
    ("trws", Answer(400)),
    ("escruri", Answer(400)),
    ("baddate", Call), // we have no use for Date and may ignore it
    ("regbadct", Answer(405)),
    ("badaspec", Answer(200)), // spaces inside the brackets are understood
    ("baddn", Answer(200)),    // as is a comma in a bare display name
    ("badvers", Answer(505)),
    ("mismatch01", Answer(400)),
    ("mismatch02", Answer(400)),
    ("bigcode", Silence),
    // 3.2 Transaction layer
    ("badbranch", Answer(200)),
    // 3.3 Application layer
    ("insuf", Answer(400)),
    ("unkscm", Answer(416)),
    ("novelsc", Answer(416)),
    ("unksm2", Answer(405)),
    ("bext01", Answer(420)),
    ("invut", Answer(415)),
    ("regaut01", Answer(405)),
    ("multi01", Answer(400)),
    ("mcl01", Answer(400)),
    ("bcast", Silence),
    ("zeromf", Answer(200)),
    ("cparam01", Answer(405)),
    ("cparam02", Answer(405)),
    ("regescrt", Answer(405)),
    ("sdp01", Answer(406)),
    // 3.4 Backward compatibility
    ("inv2543", Call),
];

const RFC_5118: [(&str, Outcome); 12] = [
    ("4.1_ipv6-good", Answer(405)),
    ("4.2_ipv6-bad", Answer(400)),
    ("4.3_port-ambiguous", Answer(405)),
    ("4.4_port-unambiguous", Answer(405)),
    ("4.5_via-received-param-no-delim", Answer(200)),
    ("4.5_via-received-param-with-delim", Answer(481)),
    ("4.6_ipv6-in-sdp", Call),
    ("4.7_mult-ip-in-header", Answer(481)),
    ("4.8_mult-ip-in-sdp", Call),
    ("4.9_ipv4-mapped-ipv6", Call),
    ("4.10_ipv6-bug-abnf-3-colons", Answer(200)),
    ("4.10_ipv6-correct-abnf-2-colons", Answer(200)),
];

#[test]
fn rfc_4475_over_udp_is_survived_message_by_message() {
    let Some(messages) = read("CONCLAVE_TORTURE_DIR", "dat") else {
        return;
    };
    judge(&messages, &RFC_4475);
}

#[test]
fn rfc_5118_is_survived_message_by_message() {
    let Some(mut messages) = read("CONCLAVE_TORTURE_IPV6_DIR", "sip") else {
        return;
    };
    messages.values_mut().for_each(restore);
    judge(&messages, &RFC_5118);
}

/// The copies have bare line feeds and lengths that do not fit; neither is what they are about.
fn restore(message: &mut Vec<u8>) {
    let text = String::from_utf8(message.clone()).expect("these messages are text");
    let text = text.replace("\r\n", "\n").replace('\n', "\r\n");
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let others = head
        .lines()
        .filter(|line| !line.starts_with("Content-Length"));
    let others: String = others.map(|line| format!("{line}\r\n")).collect();
    let length = body.len();
    *message = format!("{others}Content-Length: {length}\r\n\r\n{body}").into_bytes();
}

/// On a stream each message is followed by an OPTIONS that must be answered, unless the stream
/// had to be closed; and then only for a Content-Length that cannot be used, or a body without one
/// (inv2543, which was made for UDP).
#[test]
fn rfc_4475_over_a_stream_closes_it_only_for_lost_framing() {
    let Some(messages) = read("CONCLAVE_TORTURE_DIR", "dat") else {
        return;
    };
    let mut closed = Vec::new();
    for (name, _) in RFC_4475 {
        let bytes = &messages[name];
        let mut phone = Phone::over_stream(UaConfig::default());
        for segment in bytes.chunks(7) {
            phone.send(segment);
        }
        if phone.ua.poll_close().is_some() {
            closed.push(name);
            continue;
        }
        // A body shorter than its Content-Length swallows what follows; the rest must then come.
        let text = request("OPTIONS", "", 77, "", "");
        let answered = (0..40).any(|_| phone.statuses(&text).contains(&200));
        assert!(answered, "{name}");
    }
    assert_eq!(closed, ["ncl", "mcl01", "inv2543"]);
}

fn judge(messages: &BTreeMap<String, Vec<u8>>, expected: &[(&str, Outcome)]) {
    let mut wrong = Vec::new();
    for (name, outcome) in expected {
        let Some(bytes) = messages.get(*name) else {
            panic!("{name} is missing");
        };
        let mut phone = Phone::new(UaConfig::default());
        let statuses = phone.statuses(bytes);
        let events = phone.events();
        let found = match (&statuses[..], &events[..]) {
            ([100], [Event::Incoming { .. }]) => Some(Call),
            ([one], []) => Some(Answer(*one)),
            ([], []) => Some(Silence),
            _ => None,
        };
        if found != Some(*outcome) {
            wrong.push(format!(
                "{name}: {outcome:?} expected, {statuses:?} {events:?}"
            ));
        }
        let alive = phone.send(request("OPTIONS", "", 77, "", ""));
        assert_eq!(
            alive.iter().map(|text| status(text)).collect::<Vec<_>>(),
            [200],
            "{name}"
        );
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    println!("{} messages judged", expected.len());
}

fn read(variable: &str, ending: &str) -> Option<BTreeMap<String, Vec<u8>>> {
    let Ok(directory) = std::env::var(variable) else {
        println!("SKIPPED: {variable} does not name the directory of the torture messages");
        return None;
    };
    let mut found = BTreeMap::new();
    collect(Path::new(&directory), ending, &mut found);
    Some(found)
}

fn collect(directory: &Path, ending: &str, found: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(directory).expect("the directory can be read") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, ending, found);
        } else if path
            .extension()
            .is_some_and(|extension| extension == ending)
        {
            let name = path
                .file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            found.insert(name, std::fs::read(&path).expect("the file can be read"));
        }
    }
}
