//! Video lines of offer and answer: what is taken, what is rejected, what is offered anew.
#![allow(clippy::unwrap_used, reason = "a test stops where it finds nothing")]

use conclave_contract::Direction;
use conclave_model::{Codec, VideoCodec};
use conclave_sdp::{Agreed, Author, Capabilities, Offer, VideoSide, answer, read_answer};

fn takes(lines: u8) -> Capabilities {
    Capabilities {
        codecs: vec![Codec::Pcmu],
        video: VideoSide {
            lines,
            ..VideoSide::default()
        },
        ..Capabilities::default()
    }
}

fn offer(video: &str) -> Vec<u8> {
    let audio = "v=0\r\no=- 1 1 IN IP4 192.0.2.7\r\ns=-\r\nc=IN IP4 192.0.2.7\r\nt=0 0\r\n\
                 m=audio 4000 RTP/AVP 0\r\n";
    format!("{audio}{video}").into_bytes()
}

fn agree(video: &str, lines: u8) -> Agreed {
    answer(&Offer::parse(&offer(video)).unwrap(), &takes(lines)).unwrap()
}

fn author(ports: &[u16]) -> Author {
    let mut author = Author::new(7, [192, 0, 2, 1].into(), 20_000);
    for (number, port) in (0..).zip(ports) {
        author.set_video_port(number, *port);
    }
    author
}

fn video_of(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text).into_owned();
    let at = text.find("m=video").unwrap();
    text[at..].to_owned()
}

const PHONE: &str = "m=video 4002 RTP/AVPF 98 97 34\r\na=rtpmap:98 H264/90000\r\n\
    a=fmtp:98 profile-level-id=42e034;packetization-mode=1;level-asymmetry-allowed=1\r\n\
    a=rtpmap:97 VP8/90000\r\na=rtpmap:34 H263/90000\r\n\
    a=rtcp-fb:* nack pli\r\na=rtcp-fb:98 ccm fir\r\na=rtcp-fb:98 nack\r\na=rtcp-fb:55 goog-remb\r\n";

#[test]
fn what_can_be_passed_on_is_accepted_with_the_phones_numbers_and_no_larger_pictures() {
    let agreed = agree(PHONE, 1);
    let line = &agreed.video[0];
    assert_eq!(line.remote.unwrap().port(), 4002);
    let types: Vec<u8> = line.formats.iter().map(|it| it.payload_type).collect();
    assert_eq!(types, [98, 97]);
    assert!(line.feedback.picture_loss && line.feedback.full_intra && !line.feedback.remb);
    let written = video_of(&author(&[30_000]).answer(&agreed));
    assert_eq!(
        written,
        "m=video 30000 RTP/AVPF 98 97\r\n\
         a=rtpmap:98 H264/90000\r\n\
         a=fmtp:98 profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1\r\n\
         a=rtcp-fb:98 nack pli\r\na=rtcp-fb:98 ccm fir\r\n\
         a=rtpmap:97 VP8/90000\r\na=rtcp-fb:97 nack pli\r\na=rtcp-fb:97 ccm fir\r\n\
         a=sendrecv\r\n"
    );
}

#[test]
fn what_cannot_be_passed_on_is_rejected_in_its_place() {
    let h263 = "m=video 4002 RTP/AVP 34\r\na=rtpmap:34 H263/90000\r\n";
    let interleaved = "m=video 4002 RTP/AVP 98\r\na=rtpmap:98 H264/90000\r\n\
                       a=fmtp:98 packetization-mode=2\r\n";
    let encrypted = "m=video 4002 RTP/SAVP 97\r\na=rtpmap:97 VP8/90000\r\n";
    let closed = "m=video 0 RTP/AVP 97\r\na=rtpmap:97 VP8/90000\r\n";
    for line in [h263, interleaved, encrypted, closed] {
        let agreed = agree(line, 1);
        assert!(agreed.video.is_empty(), "{line}");
        let written = video_of(&author(&[30_000]).answer(&agreed));
        assert!(written.starts_with("m=video 0 "), "{written}");
    }
    assert!(agree(PHONE, 0).video.is_empty(), "the room shows nothing");
    let without_port = video_of(&author(&[]).answer(&agree(PHONE, 1)));
    assert_eq!(without_port, "m=video 0 RTP/AVPF 98 97 34\r\n");
}

#[test]
fn unsaid_parameters_of_h264_are_those_of_its_rfc() {
    let line = "m=video 4002 RTP/AVP 98\r\na=rtpmap:98 H264/90000\r\n";
    let VideoCodec::H264(format) = agree(line, 1).video[0].formats[0].codec else {
        panic!("H.264");
    };
    assert_eq!((format.profile_idc, format.level_idc), (0x42, 10));
}

#[test]
fn more_lines_are_offered_behind_those_that_are_there_and_taken_as_the_answer_says() {
    let before = agree(PHONE, 8);
    let mut ours = author(&[30_000, 30_002, 30_004]);
    let text = ours.offer(&takes(3), Some(&before));
    let lines: Vec<_> = Offer::parse(&text).unwrap().version().into_iter().collect();
    assert_eq!(lines.len(), 1);
    let written = video_of(&text);
    assert_eq!(written.matches("m=video").count(), 3);
    assert_eq!(written.matches("a=sendonly").count(), 2);
    assert!(written.contains("m=video 30004 RTP/AVP 98 97"));

    // The phone has room for one more.
    let mut phone = Author::new(9, [192, 0, 2, 7].into(), 4_000);
    phone.set_video_port(0, 4_002);
    phone.set_video_port(1, 4_004);
    let theirs = answer(&Offer::parse(&text).unwrap(), &takes(2)).unwrap();
    let agreed = read_answer(&text, &phone.answer(&theirs)).unwrap();
    let got: Vec<(u8, Direction)> = agreed
        .video
        .iter()
        .map(|line| (line.number, line.direction))
        .collect();
    assert_eq!(got, [(0, Direction::SendRecv), (1, Direction::SendOnly)]);

    // One who goes takes a line away, which keeps its place.
    let mut fewer = author(&[30_000]);
    let written = video_of(&fewer.offer(&takes(1), Some(&agreed)));
    assert_eq!(written.matches("m=video 0 ").count(), 2);
}

#[test]
fn who_called_without_pictures_is_offered_others_and_not_asked_for_their_own() {
    let before = agree("", 8);
    let text = author(&[30_000]).offer(&takes(1), Some(&before));
    let written = video_of(&text);
    assert!(written.starts_with("m=video 30000 RTP/AVP 96 97 98\r\na=rtpmap:96 VP8/90000"));
    assert!(written.ends_with("a=sendonly\r\n"), "{written}");
}
