//! Both sides of an exchange, and what an exchange leaves to the next one.

// A test may panic.
#![allow(clippy::unwrap_used)]

use std::net::IpAddr;

use conclave_contract::Direction;
use conclave_model::Codec;
use conclave_sdp::{Author, Capabilities, Offer, Refused, SdpError, answer, read_answer};
use proptest::prelude::*;

const CALLER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 9));
const CALLED: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));

fn speaks(codecs: &[Codec]) -> Capabilities {
    Capabilities {
        codecs: codecs.to_vec(),
        ..Capabilities::default()
    }
}

#[test]
fn two_of_us_agree_on_the_same() {
    for codec in Codec::ALL {
        let mut caller = Author::new(1, CALLER, 4_000);
        let mut called = Author::new(2, CALLED, 5_000);
        let offer = caller.offer(&speaks(&[codec, Codec::Pcmu]), None);
        let parsed = Offer::parse(&offer).unwrap();
        let theirs = answer(&parsed, &Capabilities::default()).unwrap();
        let ours = read_answer(&offer, &called.answer(&theirs)).unwrap();
        assert_eq!(ours.send, theirs.send);
        assert_eq!(ours.send.codec, codec);
        assert_eq!(theirs.receive, [theirs.send], "one codec, one decoder");
        assert!(ours.receive.contains(&theirs.send));
        assert_eq!(ours.keypad, theirs.keypad);
        assert_eq!(ours.keypad_send, theirs.keypad_send);
        assert_eq!(
            ours.keypad_send.unwrap().clock_rate_hz,
            codec.clock_rate_hz()
        );
        assert_eq!(ours.remote.unwrap().to_string(), "192.0.2.1:5000");
        assert_eq!(theirs.remote.unwrap().to_string(), "192.0.2.9:4000");
        assert_eq!(ours.ptime_ms, 20);
        assert_eq!(ours.opus_fec, codec == Codec::Opus);
        let spec = ours.leg_spec(1, 2, 3);
        assert_eq!(
            (spec.ssrc, spec.first_sequence, spec.first_timestamp),
            (1, 2, 3)
        );
    }
}

#[test]
fn an_answer_with_numbers_of_its_own_is_understood() {
    let mut caller = Author::new(1, CALLER, 4_000);
    let offer = caller.offer(&speaks(&[Codec::Opus, Codec::Pcma]), None);
    let answer = b"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n\
        m=audio 5000 RTP/AVP 98 99\r\na=rtpmap:98 opus/48000/2\r\na=ptime:40\r\n\
        a=rtpmap:99 telephone-event/48000\r\na=sendonly\r\n";
    let agreed = read_answer(&offer, answer).unwrap();
    assert_eq!(
        (agreed.send.codec, agreed.send.payload_type),
        (Codec::Opus, 98)
    );
    assert_eq!(agreed.keypad_send.unwrap().payload_type, 99);
    let numbers: Vec<u8> = agreed
        .receive
        .iter()
        .map(|format| format.payload_type)
        .collect();
    assert_eq!(numbers, [111, 8, 98]);
    assert_eq!(agreed.direction, Direction::RecvOnly);
    assert_eq!(agreed.ptime_ms, 40);
}

#[test]
fn an_answer_that_takes_nothing_is_an_error() {
    let offer = Author::new(1, CALLER, 4_000).offer(&speaks(&[Codec::Opus]), None);
    let read = |media: &str| {
        let text = format!("v=0\r\nc=IN IP4 192.0.2.1\r\n{media}");
        read_answer(&offer, text.as_bytes()).unwrap_err()
    };
    assert_eq!(
        read("m=audio 0 RTP/AVP 111\r\n"),
        SdpError::Rejected(Refused::NoAudio)
    );
    assert_eq!(read(""), SdpError::Rejected(Refused::NoAudio));
    let other = read("m=audio 5000 RTP/AVP 0\r\n");
    assert!(
        matches!(other, SdpError::Rejected(Refused::NoCommonCodec { .. })),
        "{other}"
    );
    let secret = read("m=audio 5000 RTP/SAVP 111\r\n");
    assert!(
        matches!(secret, SdpError::Rejected(Refused::NoCommonSuite { .. })),
        "{secret}"
    );
    assert!(matches!(
        read_answer(&offer, b"hello"),
        Err(SdpError::NotUnderstood(_))
    ));
}

#[test]
fn the_version_rises_when_something_changed_and_only_then() {
    let offer = |direction: &str| {
        let text =
            format!("v=0\r\nc=IN IP4 192.0.2.9\r\nm=audio 4000 RTP/AVP 0\r\na={direction}\r\n");
        let parsed = Offer::parse(text.as_bytes()).unwrap();
        answer(&parsed, &Capabilities::default()).unwrap()
    };
    let mut author = Author::new(u64::MAX, CALLED, 5_000);
    let mut version = |direction| {
        let text = author.answer(&offer(direction));
        assert_eq!(author.last(), Some(&*text));
        Offer::parse(&text).unwrap().version().unwrap()
    };
    assert_eq!(version("sendrecv"), 1);
    assert_eq!(version("sendrecv"), 1);
    assert_eq!(version("sendonly"), 2);
    assert_eq!(version("sendrecv"), 3);
    assert_eq!(version("sendrecv"), 3);
}

#[test]
fn a_second_offer_keeps_places_and_numbers() {
    let first = "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\nc=IN IP4 192.0.2.9\r\n\
        m=video 4002 RTP/AVP 97\r\nm=audio 4000 RTP/AVPF 111 96 110\r\n\
        a=rtpmap:111 PCMU/8000\r\na=rtpmap:96 opus/48000/2\r\n\
        a=rtpmap:110 telephone-event/8000\r\n";
    let parsed = Offer::parse(first.as_bytes()).unwrap();
    let agreed = answer(&parsed, &Capabilities::default()).unwrap();
    let mut author = Author::new(1, CALLED, 5_000);
    author.answer(&agreed);
    let text = author.offer(&Capabilities::default(), Some(&agreed));
    let text = String::from_utf8(text).unwrap();
    let lines: Vec<&str> = text.lines().filter(|line| line.starts_with("m=")).collect();
    assert_eq!(
        lines,
        [
            "m=video 0 RTP/AVP 97",
            "m=audio 5000 RTP/AVPF 96 9 8 111 110 97"
        ],
        "{text}"
    );
    assert!(text.contains("a=rtpmap:111 PCMU/8000\r\n"), "{text}");
    assert!(
        text.contains("a=rtpmap:97 telephone-event/48000\r\n"),
        "{text}"
    );
}

#[test]
fn too_much_is_refused() {
    let long = format!("v=0\r\n{}", "a=x\r\n".repeat(10_000));
    assert_eq!(
        Offer::parse(long.as_bytes()).unwrap_err(),
        SdpError::TooLong
    );
    let many = format!("v=0\r\n{}", "m=audio 1 RTP/AVP 0\r\n".repeat(17));
    assert_eq!(
        Offer::parse(many.as_bytes()).unwrap_err(),
        SdpError::TooManyMedia
    );
    for broken in [
        "",
        "hello",
        "v=0\r\nm=audio 70000 RTP/AVP 0\r\n",
        "v=0\r\nm=audio\r\n",
    ] {
        let parsed = Offer::parse(broken.as_bytes());
        assert!(
            matches!(parsed, Err(SdpError::NotUnderstood(_))),
            "{broken}"
        );
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let ours = Author::new(1, CALLER, 4_000).offer(&Capabilities::default(), None);
        let _ = Offer::parse(&bytes).map(|offer| answer(&offer, &Capabilities::default()));
        let _ = read_answer(&ours, &bytes);
    }

    #[test]
    fn no_lines_make_it_panic(lines in proptest::collection::vec(line(), 0..30)) {
        let text = lines.concat();
        let ours = Author::new(1, CALLER, 4_000).offer(&Capabilities::default(), None);
        let _ = read_answer(&ours, text.as_bytes());
        let Ok(offer) = Offer::parse(text.as_bytes()) else { return Ok(()) };
        let Ok(agreed) = answer(&offer, &Capabilities::default()) else { return Ok(()) };
        // Whatever was accepted is written so that it can be read, line for line.
        let mut author = Author::new(1, CALLED, 5_000);
        let count = |text: &[u8]| text.split(|byte| *byte == b'\n')
            .filter(|line| line.starts_with(b"m=")).count();
        let written = author.answer(&agreed);
        let offered = author.offer(&Capabilities::default(), Some(&agreed));
        prop_assert_eq!(count(&written), count(&offered));
        prop_assert!(Offer::parse(&written).is_ok());
        prop_assert!((10..=60).contains(&agreed.ptime_ms));
        prop_assert!(agreed.receive.contains(&agreed.send));
    }
}

/// Lines as a session description may have them, and as it may not.
fn line() -> impl Strategy<Value = String> {
    let start = proptest::sample::select(vec![
        "m=audio 4000 RTP/AVP 0 8 9 96 97 101",
        "m=audio 4000 RTP/AVP ",
        "m=video 0 RTP/SAVP ",
        "m=audio ",
        "c=IN IP4 ",
        "c=IN IP6 ::1",
        "o=- 1 1 IN IP4 x",
        "a=rtpmap:96 opus/48000/2",
        "a=rtpmap:97 telephone-event/",
        "a=rtpmap:",
        "a=fmtp:96 maxaveragebitrate=",
        "a=ptime:",
        "a=maxptime:",
        "a=rtcp:",
        "a=sendonly",
        "a=",
        "v=0",
    ]);
    let end = proptest::sample::select(vec!["\r\n", "\n", "\r", ""]);
    (start, "[ -~äß]{0,12}", end).prop_map(|(start, rest, end)| format!("{start}{rest}{end}"))
}
