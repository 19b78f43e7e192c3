//! Audio levels in header extensions (RFC 6464): what is offered, answered, and left out.

// A test may panic.
#![allow(clippy::unwrap_used)]

use std::net::IpAddr;

use conclave_contract::LevelExtension;
use conclave_sdp::{Agreed, Author, Capabilities, LevelRole, Offer, answer, read_answer};
use proptest::prelude::*;

const CALLER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 9));
const CALLED: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
const LEVEL: &str = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";

fn agreed(session: &str, media: &str) -> Agreed {
    let offer = format!(
        "v=0\r\nc=IN IP4 192.0.2.9\r\n{session}m=audio 4000 RTP/AVP 0\r\n{media}a=sendrecv\r\n"
    );
    let offer = Offer::parse(offer.as_bytes()).unwrap();
    answer(&offer, &Capabilities::default()).unwrap()
}

/// Our `a=extmap` lines in answer to these.
fn answered(media: &str) -> Vec<String> {
    let answer = Author::new(2, CALLED, 5_000).answer(&agreed("", media));
    let text = String::from_utf8(answer).unwrap();
    let lines = text.lines().filter(|line| line.starts_with("a=extmap"));
    lines.map(str::to_owned).collect()
}

fn read(media: &str) -> Option<LevelExtension> {
    agreed("", media).leg_spec(1, 2, 3).audio_level
}

fn extension(id: u8, has_voice_flag: bool) -> Option<LevelExtension> {
    Some(LevelExtension { id, has_voice_flag })
}

#[test]
fn what_is_offered_is_answered_under_its_number_and_as_received_only() {
    let ours = |id| vec![format!("a=extmap:{id}/recvonly {LEVEL}")];
    assert_eq!(answered(&format!("a=extmap:3 {LEVEL}\r\n")), ours("3"));
    assert_eq!(
        answered(&format!("a=extmap:200/sendrecv {LEVEL}\r\n")),
        ours("200")
    );
    assert_eq!(
        answered(&format!("a=extmap:14/sendonly {LEVEL} vad=on\r\n")),
        ours("14")
    );
    let off = format!("a=extmap:1 {LEVEL} vad=off\r\n");
    assert_eq!(
        answered(&off),
        [format!("a=extmap:1/recvonly {LEVEL} vad=off")]
    );
    assert_eq!(read(&off), extension(1, false));
    assert_eq!(
        read(&format!("a=extmap:1 {LEVEL} vad=on\r\n")),
        extension(1, true)
    );
    assert_eq!(read(&format!("a=extmap:9 {LEVEL}\r\n")), extension(9, true));
}

#[test]
fn what_nobody_offered_is_not_answered() {
    for media in [
        String::new(),
        "a=extmap:1 urn:ietf:params:rtp-hdrext:toffset\r\n".to_owned(),
        "a=extmap:1 urn:ietf:params:rtp-hdrext:csrc-audio-level\r\n".to_owned(),
        // Levels that would be encrypted on their own (RFC 6904).
        format!("a=extmap:1 urn:ietf:params:rtp-hdrext:encrypt {LEVEL}\r\n"),
        // Sent by us, or by nobody.
        format!("a=extmap:1/recvonly {LEVEL}\r\n"),
        format!("a=extmap:1/inactive {LEVEL}\r\n"),
        format!("a=extmap:1/backwards {LEVEL}\r\n"),
    ] {
        assert_eq!(answered(&media), [""; 0], "{media}");
        assert_eq!(read(&media), None, "{media}");
    }
}

#[test]
fn numbers_that_cannot_be_are_passed_over() {
    for number in ["0", "15", "256", "4096", "-1", "99999999999", "x", "", "/"] {
        let line = format!("a=extmap:{number} {LEVEL}\r\n");
        assert_eq!(read(&line), None, "{number}");
        let and_a_good_one = format!("{line}a=extmap:16 {LEVEL}\r\n");
        assert_eq!(read(&and_a_good_one), extension(16, true), "{number}");
    }
    let twice = format!("a=extmap:2 {LEVEL}\r\na=extmap:5 {LEVEL}\r\n");
    assert_eq!(read(&twice), extension(2, true), "the first counts");
    let ambiguous = format!("a=extmap:2 {LEVEL}\r\na=extmap:2 urn:other\r\n");
    assert_eq!(read(&ambiguous), None, "2 stands for two things");
    assert_eq!(read(&format!("a=extmap:1 {LEVEL}-not\r\n")), None);
    assert_eq!(read(&format!("a=extmap:1{LEVEL}\r\n")), None);
}

#[test]
fn a_line_of_the_whole_session_counts_unless_the_media_line_has_its_own() {
    let session = format!("a=extmap:7 {LEVEL}\r\n");
    let of = |media: &str| agreed(&session, media).leg_spec(1, 2, 3).audio_level;
    assert_eq!(of(""), extension(7, true));
    assert_eq!(of(&format!("a=extmap:4 {LEVEL}\r\n")), extension(4, true));
}

#[test]
fn who_tells_and_who_reads_agree_whoever_offers() {
    let tells = Capabilities {
        levels: LevelRole::Tells,
        ..Capabilities::default()
    };
    let nothing = Capabilities {
        levels: LevelRole::Nothing,
        ..Capabilities::default()
    };
    let reads = Capabilities::default();
    let agreed = |offering: &Capabilities, answering: &Capabilities| {
        let (mut caller, mut called) =
            (Author::new(1, CALLER, 4_000), Author::new(2, CALLED, 5_000));
        let offer = caller.offer(offering, None);
        let theirs = answer(&Offer::parse(&offer).unwrap(), answering).unwrap();
        let ours = read_answer(&offer, &called.answer(&theirs)).unwrap();
        (
            ours.levels_in(offering.levels).map(|it| it.id),
            theirs.levels_in(answering.levels).map(|it| it.id),
        )
    };
    assert_eq!(agreed(&tells, &reads), (Some(1), Some(1)));
    assert_eq!(agreed(&reads, &tells), (Some(1), Some(1)));
    for (offering, answering) in [
        (&reads, &reads),
        (&tells, &tells),
        (&nothing, &reads),
        (&reads, &nothing),
    ] {
        assert_eq!(agreed(offering, answering), (None, None));
    }
}

#[test]
fn our_next_offer_keeps_the_number() {
    let first = agreed("", &format!("a=extmap:6 {LEVEL} vad=off\r\n"));
    let offer = Author::new(2, CALLED, 5_000).offer(&Capabilities::default(), Some(&first));
    let text = String::from_utf8(offer).unwrap();
    let line = format!("a=extmap:6/recvonly {LEVEL} vad=off\r\n");
    assert!(text.contains(&line), "{text}");
}

#[test]
fn an_answer_under_another_number_is_no_agreement() {
    let offer = Author::new(1, CALLER, 4_000).offer(&Capabilities::default(), None);
    let answered = |id: u8| {
        let answer = format!(
            "v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 5000 RTP/AVP 0\r\na=extmap:{id} {LEVEL}\r\n"
        );
        let agreed = read_answer(&offer, answer.as_bytes()).unwrap();
        agreed.leg_spec(1, 2, 3).audio_level
    };
    assert_eq!(answered(1), extension(1, true));
    assert_eq!(answered(2), None);
}

proptest! {
    #[test]
    fn whatever_is_written_there_it_is_an_offer(lines in "(a=extmap:[0-9/a-z :-]{0,40}\r\n){0,20}") {
        let level = read(&lines);
        prop_assert!(level.is_none());
    }
}
