//! What reading and answering a message costs; places no call.
#![allow(
    clippy::unwrap_used,
    reason = "a measurement stops where it finds nothing"
)]

use std::hint::black_box;
use std::time::Instant;

use conclave_model::Chance;
use conclave_sdp::{Capabilities, LocalMedia, Offer, answer, write_answer};
use conclave_sip::{Path, Transport, Ua, UaConfig};
use criterion::{Criterion, criterion_group, criterion_main};

criterion_group!(benches, sip, sdp);
criterion_main!(benches);

fn sip(criterion: &mut Criterion) {
    let now = Instant::now();
    let path = Path {
        transport: Transport::Udp,
        local: ([192, 0, 2, 1], 5060).into(),
        remote: ([192, 0, 2, 2], 5060).into(),
        conn: None,
    };
    let mut ua = Ua::new(UaConfig::default(), Chance::from_seed([7; 32]));
    // Answers nothing of ours: it is read, looked up, and that is all.
    let stray = message("SIP/2.0 200 OK", "INVITE", OFFER);
    criterion.bench_function("SIP, a message with SDP is read", |bencher| {
        bencher.iter(|| ua.handle_datagram(now, path, black_box(stray.as_bytes())));
    });
    let options = message("OPTIONS sip:801@192.0.2.1 SIP/2.0", "OPTIONS", "");
    criterion.bench_function("SIP, OPTIONS again", |bencher| {
        bencher.iter(|| {
            ua.handle_datagram(now, path, black_box(options.as_bytes()));
            ua.poll_transmit().unwrap()
        });
    });
}

fn sdp(criterion: &mut Criterion) {
    let local = LocalMedia {
        address: [192, 0, 2, 1].into(),
        port: 40_000,
        video_ports: [0; conclave_model::limits::VIDEO_LINES],
        session_id: 7,
        version: 1,
    };
    let capabilities = Capabilities::default();
    criterion.bench_function("SDP, an offer is read", |bencher| {
        bencher.iter(|| Offer::parse(black_box(OFFER.as_bytes())).unwrap());
    });
    criterion.bench_function("SDP, an offer is read and answered", |bencher| {
        bencher.iter(|| {
            let offer = Offer::parse(black_box(OFFER.as_bytes())).unwrap();
            write_answer(&answer(&offer, &capabilities).unwrap(), &local)
        });
    });
}

fn message(first_line: &str, method: &str, body: &str) -> String {
    format!(
        "{first_line}\r\nVia: SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bK1;rport\r\n\
         Max-Forwards: 70\r\nFrom: \"Anna\" <sip:anna@192.0.2.2>;tag=1\r\n\
         To: <sip:801@192.0.2.1>\r\nCall-ID: one@192.0.2.2\r\nCSeq: 1 {method}\r\n\
         Contact: <sip:anna@192.0.2.2:5060>\r\nAllow: INVITE, ACK, BYE, CANCEL, OPTIONS, INFO\r\n\
         Supported: timer, replaces, 100rel\r\nUser-Agent: A Phone 1.2.3\r\n\
         Content-Type: application/sdp\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

const OFFER: &str = "v=0\r\no=- 1 1 IN IP4 192.0.2.2\r\ns=-\r\nc=IN IP4 192.0.2.2\r\nt=0 0\r\n\
    m=audio 4000 RTP/AVP 111 9 8 0 101\r\na=rtpmap:111 opus/48000/2\r\n\
    a=fmtp:111 useinbandfec=1\r\na=rtpmap:9 G722/8000\r\na=rtpmap:8 PCMA/8000\r\n\
    a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\n\
    a=ptime:20\r\na=sendrecv\r\n";
