//! Thousands of broken messages: none may panic, none may leave more behind than its limit.

#[path = "common/phone.rs"]
#[allow(dead_code, reason = "no test uses every tool")]
mod phone;

use std::time::Duration;

use conclave_model::Chance;
use conclave_sip::{ConnId, Event, Transport, UaConfig};
use phone::{Phone, request};

const SDP: &str = "Content-Type: application/sdp\r\n";

/// Pieces that have broken parsers before.
const PIECES: [&[u8]; 24] = [
    b"\r\n",
    b"\r\n\r\n",
    b"\n",
    b"\r\n ",
    b"\0",
    b"\xff\xfe",
    b"\"",
    b"<",
    b">",
    b";",
    b",",
    b":",
    b"=",
    b"%",
    b"%0",
    b"[",
    b"]",
    b"@",
    b";tag=",
    b"Via: ",
    b"Content-Length: 99999999999\r\n",
    b"Content-Length: -1\r\n",
    b"CSeq: 4294967296 INVITE\r\n",
    b"Route: <sip:[::1]:0;lr>,,<>\r\n",
];

fn seeds() -> Vec<Vec<u8>> {
    let folded = "Subject : a\r\n b\r\nk: timer, 100rel\r\nx: 90;refresher=uac\r\n";
    let multipart = "Content-Type: multipart/mixed;boundary=\"b\"\r\n";
    let body = "--b\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n--b--\r\n";
    [
        request("INVITE", "", 1, SDP, "v=0\r\n"),
        request("INVITE", "", 2, multipart, body),
        request("INVITE", "", 3, "Require: 100rel\r\nExpires: 5\r\n", ""),
        request("OPTIONS", "", 4, folded, ""),
        request("ACK", "x", 5, "", ""),
        request("CANCEL", "", 1, "", "").replace("CANCEL1", "INVITE1"),
        request("BYE", "x", 6, "Reason: Q.850;cause=16\r\n", ""),
        request(
            "UPDATE",
            "x",
            7,
            "Session-Expires: 4294967295\r\nMin-SE: 90\r\n",
            "",
        ),
        request("PRACK", "x", 8, "RAck: 1 1 INVITE\r\n", ""),
        "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK0000000000000001\r\n\
         From: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\n\r\n"
            .to_owned(),
    ]
    .map(String::into_bytes)
    .to_vec()
}

fn mutate(chance: &mut Chance, bytes: &mut Vec<u8>) {
    for _ in 0..=chance.below(4) {
        let length = u32::try_from(bytes.len()).expect("short");
        let at = usize::try_from(chance.below(length + 1)).expect("small");
        let end = bytes
            .len()
            .min(at + usize::try_from(chance.below(40)).expect("small"));
        let piece = PIECES[usize::try_from(chance.below(24)).expect("small")];
        match chance.below(6) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..end)),
            2 => bytes.splice(at..at, piece.iter().copied()).for_each(drop),
            3 => bytes.splice(at..end, piece.iter().copied()).for_each(drop),
            4 => {
                let copy = bytes[at..end].to_vec();
                bytes.splice(at..at, copy).for_each(drop);
            }
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = u8::try_from(chance.below(256)).expect("a byte");
                }
            }
        }
    }
}

/// Puts a real tag into some messages, so that mutations get inside dialogs too.
fn aim(bytes: &[u8], tag: &str) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    text.replace(";tag=x", &format!(";tag={tag}")).into_bytes()
}

#[test]
fn mutated_datagrams_neither_panic_nor_pile_up() {
    let seeds = seeds();
    for run in 0..20_u8 {
        let mut chance = Chance::from_seed([run; 32]);
        let mut phone = Phone::new(UaConfig {
            sessions_max: 50,
            transactions_max: 200,
            ..UaConfig::default()
        });
        let (_, tag) = phone.talk();
        for _ in 0..1_000 {
            let pick = usize::try_from(chance.below(10)).expect("small");
            let mut bytes = aim(&seeds[pick], &tag);
            mutate(&mut chance, &mut bytes);
            let heard = phone.send(&bytes);
            assert!(heard.len() <= 3, "{heard:?}");
            answer_some(&mut phone, &mut chance);
            assert!(phone.ua.sessions() <= 50);
            assert!(phone.ua.transactions() <= 300);
            if chance.below(50) == 0 {
                phone.wait(Duration::from_millis(u64::from(chance.below(5_000))));
                phone.heard();
            }
        }
        assert!(
            phone
                .statuses(request("OPTIONS", "", 99, "", ""))
                .contains(&200)
        );
    }
}

#[test]
fn mutated_streams_neither_panic_nor_pile_up() {
    let seeds = seeds();
    let mut chance = Chance::from_seed([99; 32]);
    let mut phone = Phone::new(UaConfig::default());
    phone.path.transport = Transport::Tcp;
    for number in 0..500 {
        let conn = ConnId(number);
        phone.path.conn = Some(conn);
        phone.ua.handle_stream_opened(phone.now, conn, phone.path);
        'stream: for _ in 0..20 {
            let pick = usize::try_from(chance.below(10)).expect("small");
            let mut bytes = seeds[pick].clone();
            mutate(&mut chance, &mut bytes);
            let size = 1 + usize::try_from(chance.below(300)).expect("small");
            for segment in bytes.chunks(size) {
                phone.ua.handle_stream(phone.now, conn, segment);
            }
            phone.heard();
            answer_some(&mut phone, &mut chance);
            while let Some(closed) = phone.ua.poll_close() {
                if closed == conn {
                    break 'stream;
                }
            }
        }
        phone.ua.handle_stream_closed(phone.now, conn);
        phone.wait(Duration::from_secs(40));
    }
    assert!(phone.ua.sessions() < 5_000);
}

fn answer_some(phone: &mut Phone, chance: &mut Chance) {
    for event in phone.events() {
        let (Event::Incoming { session, .. } | Event::Reoffered { session, .. }) = event else {
            continue;
        };
        let (now, sdp) = (phone.now, b"v=0".to_vec());
        match chance.below(7) {
            0 => phone.ua.accept(now, session, sdp),
            1 => phone.ua.progress(now, session, sdp),
            2 => phone
                .ua
                .refuse(now, session, conclave_sip::Refusal::new(486)),
            3 => phone.ua.accept_offer(now, session, sdp),
            4 => phone.ua.refuse_offer(now, session, 488),
            5 => phone.ua.bye(now, session, None),
            _ => phone.ua.reinvite(now, session, sdp),
        }
        phone.heard();
    }
}
