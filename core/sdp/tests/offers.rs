//! What telephones offer, and what becomes of it.

// A test may panic.
#![allow(clippy::unwrap_used)]

use std::net::SocketAddr;

use conclave_contract::Direction;
use conclave_model::Codec;
use conclave_sdp::{Agreed, Capabilities, LocalMedia, Offer, Preference, Refused};
use conclave_sdp::{answer, write_answer};

const LOCAL: LocalMedia = LocalMedia {
    address: std::net::IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1)),
    port: 40_000,
    video_ports: [0; conclave_model::limits::VIDEO_LINES],
    session_id: 7,
    version: 1,
};

fn agree(offer: &str) -> Result<Agreed, Refused> {
    let offer = Offer::parse(offer.as_bytes()).unwrap();
    answer(&offer, &Capabilities::default())
}

fn written(offer: &str) -> String {
    let agreed = agree(offer).unwrap();
    String::from_utf8(write_answer(&agreed, &LOCAL)).unwrap()
}

fn offer(media: &str) -> String {
    format!("v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n{media}")
}

fn address(text: &str) -> Option<SocketAddr> {
    Some(text.parse().unwrap())
}

/// As SIPp's built-in scenario writes it.
const SIPP: &str = "v=0\r\no=user1 53655765 2353687637 IN IP4 127.0.0.1\r\ns=-\r\n\
    c=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 6000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n";

/// As baresip writes it, with all its codecs.
const BARESIP: &str = "v=0\r\no=- 3842 11 IN IP4 10.0.0.2\r\ns=-\r\nc=IN IP4 10.0.0.2\r\nt=0 0\r\n\
    a=tool:baresip 1.0.0\r\nm=audio 10024 RTP/AVP 96 9 0 8 101\r\nb=AS:125\r\n\
    a=rtpmap:96 opus/48000/2\r\na=fmtp:96 stereo=1;sprop-stereo=1;usedtx=0;useinbandfec=1\r\n\
    a=rtpmap:9 G722/8000\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n\
    a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=rtcp:10025\r\na=sendrecv\r\n\
    a=label:1\r\na=rtcp-rsize\r\na=ssrc:2134 cname:sip:a@10.0.0.2\r\na=ptime:20\r\n";

/// As a Cisco desk phone writes it: odd blanks, wide-band first, video and slides behind.
const CISCO: &str = "v=0\r\no=Cisco-SIPUA 4242 0 IN IP4 10.1.1.5\r\ns=SIP Call\r\nt=0 0\r\n\
    m=audio 16384 RTP/AVP 114 9 124 0 8 116 18 101\r\nc=IN IP4 10.1.1.5\r\n\
    b=TIAS:64000\r\na=rtpmap:114 opus/48000/2\r\n\
    a=fmtp:114 maxplaybackrate=16000; sprop-maxcapturerate=16000; maxaveragebitrate=64000; stereo=0\r\n\
    a=rtpmap:9 G722/8000\r\na=rtpmap:124 ISAC/16000\r\na=rtpmap:0 PCMU/8000\r\n\
    a=rtpmap:8 PCMA/8000\r\na=rtpmap:116 iLBC/8000\r\na=fmtp:116 mode=20\r\n\
    a=rtpmap:18 G729/8000\r\na=fmtp:18 annexb=yes\r\na=rtpmap:101 telephone-event/8000\r\n\
    a=fmtp:101 0-15\r\na=sendrecv\r\n\
    m=video 16386 RTP/AVP 100 126 97\r\nc=IN IP4 10.1.1.5\r\nb=TIAS:1000000\r\n\
    a=rtpmap:100 H264/90000\r\na=recvonly\r\nm=application 5070 UDP/BFCP *\r\na=confid:1\r\n";

#[test]
fn sipp_is_answered_in_its_one_codec() {
    let agreed = agree(SIPP).unwrap();
    assert_eq!(agreed.send.codec, Codec::Pcmu);
    assert_eq!(agreed.remote, address("127.0.0.1:6000"));
    assert_eq!(agreed.remote_rtcp, address("127.0.0.1:6001"));
    assert_eq!(agreed.keypad, []);
    assert_eq!(
        written(SIPP),
        "v=0\r\no=conclave 7 1 IN IP4 192.0.2.1\r\ns=conclave\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n\
         m=audio 40000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na=ptime:20\r\na=maxptime:60\r\n\
         a=sendrecv\r\n"
    );
}

#[test]
fn baresip_gets_opus_with_its_own_numbers() {
    let agreed = agree(BARESIP).unwrap();
    assert_eq!(
        (agreed.send.codec, agreed.send.payload_type),
        (Codec::Opus, 96)
    );
    assert!(agreed.opus_fec && !agreed.opus_dtx);
    let order: Vec<Codec> = agreed.receive.iter().map(|format| format.codec).collect();
    assert_eq!(
        order,
        [Codec::Opus],
        "what the answer does not name may not come"
    );
    // It offers events at 8 kHz alone, beside a codec of 48.
    assert_eq!(agreed.keypad_send.unwrap().payload_type, 101);
    let text = written(BARESIP);
    assert!(text.contains("m=audio 40000 RTP/AVP 96 101\r\n"), "{text}");
    assert!(
        text.contains("a=rtpmap:96 opus/48000/2\r\na=fmtp:96 useinbandfec=1;sprop-stereo=1\r\n"),
        "{text}"
    );
    assert!(
        text.contains("a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n"),
        "{text}"
    );
}

#[test]
fn who_would_hear_two_channels_is_told_that_they_may_come() {
    for (parameters, expected, told) in [
        (
            "stereo=1;sprop-stereo=1",
            true,
            "useinbandfec=1;sprop-stereo=1",
        ),
        (
            "useinbandfec=1; STEREO = 1",
            true,
            "useinbandfec=1;sprop-stereo=1",
        ),
        ("sprop-stereo=1", false, "useinbandfec=1"),
        ("stereo=0", false, "useinbandfec=1"),
    ] {
        let text = offer(&format!(
            "m=audio 4000 RTP/AVP 96\r\na=rtpmap:96 opus/48000/2\r\na=fmtp:96 {parameters}\r\n"
        ));
        let agreed = agree(&text).unwrap();
        assert_eq!(agreed.opus_stereo, expected, "{parameters}");
        assert_eq!(agreed.leg_spec(1, 2, 3).opus_stereo, expected);
        let written = written(&text);
        let line = format!("a=fmtp:96 {told}\r\n");
        assert!(written.contains(&line), "{parameters}: {written}");
    }
}

#[test]
fn the_longest_packet_that_the_peer_takes_is_known_if_it_says_so() {
    for (line, expected) in [
        ("", None),
        ("a=maxptime:40\r\n", Some(40)),
        ("a=maxptime:0\r\n", None),
    ] {
        let agreed = agree(&offer(&format!("m=audio 4000 RTP/AVP 8\r\n{line}"))).unwrap();
        assert_eq!(agreed.leg_spec(1, 2, 3).ptime_max_ms, expected, "{line}");
    }
}

#[test]
fn every_media_line_is_answered_in_its_place() {
    let agreed = agree(CISCO).unwrap();
    assert_eq!(agreed.send.codec, Codec::Opus);
    assert_eq!(agreed.opus_bitrate_max, Some(64_000));
    assert!(!agreed.opus_fec);
    let text = written(CISCO);
    let lines: Vec<&str> = text.lines().filter(|line| line.starts_with("m=")).collect();
    assert_eq!(
        lines,
        [
            "m=audio 40000 RTP/AVP 114 101",
            "m=video 0 RTP/AVP 100 126 97",
            "m=application 0 UDP/BFCP *"
        ]
    );
}

#[test]
fn the_callers_order_decides_unless_we_are_told_otherwise() {
    let text = offer("m=audio 4000 RTP/AVP 8 0 9\r\n");
    assert_eq!(agree(&text).unwrap().send.codec, Codec::Pcma);
    let ours = Capabilities {
        preference: Preference::Ours,
        ..Capabilities::default()
    };
    let parsed = Offer::parse(text.as_bytes()).unwrap();
    assert_eq!(answer(&parsed, &ours).unwrap().send.codec, Codec::G722);
    let narrow = Capabilities {
        codecs: vec![Codec::Pcmu],
        ..Capabilities::default()
    };
    assert_eq!(answer(&parsed, &narrow).unwrap().send.codec, Codec::Pcmu);
}

#[test]
fn a_number_means_what_its_rtpmap_says() {
    let text = offer(
        "m=audio 4000 RTP/AVP 0 97 98 99 8\r\na=rtpmap:0 GSM/8000\r\na=rtpmap:97 pcmu/8000/2\r\n\
         a=rtpmap:98 PCMU/16000\r\na=rtpmap:99 pcmu/8000/1\r\n",
    );
    let agreed = agree(&text).unwrap();
    assert_eq!(
        (agreed.send.codec, agreed.send.payload_type),
        (Codec::Pcmu, 99)
    );
    assert_eq!(agreed.receive, [agreed.send]);
}

#[test]
fn events_at_every_clock_are_taken() {
    let text = offer(
        "m=audio 4000 RTP/AVP 111 0 110 126\r\na=rtpmap:111 opus/48000/2\r\n\
         a=rtpmap:110 telephone-event/48000\r\na=rtpmap:126 telephone-event/8000\r\n",
    );
    let agreed = agree(&text).unwrap();
    let clocks: Vec<u32> = agreed
        .keypad
        .iter()
        .map(|keypad| keypad.clock_rate_hz)
        .collect();
    assert_eq!(clocks, [48_000, 8_000]);
    assert_eq!(agreed.keypad_send.unwrap().payload_type, 110);
    assert!(written(&text).contains("m=audio 40000 RTP/AVP 111 110 126\r\n"));
}

#[test]
fn every_way_of_holding_is_understood() {
    let held = |media: &str, text: &str, ours: Direction| {
        let agreed = agree(text).unwrap();
        assert_eq!(agreed.direction, ours, "{media}");
        agreed
    };
    for (theirs, ours) in [
        ("sendrecv", Direction::SendRecv),
        ("sendonly", Direction::RecvOnly),
        ("recvonly", Direction::SendOnly),
        ("inactive", Direction::Inactive),
    ] {
        let media = offer(&format!("m=audio 4000 RTP/AVP 0\r\na={theirs}\r\n"));
        let agreed = held(theirs, &media, ours);
        assert_eq!(agreed.remote, address("192.0.2.9:4000"));
        let session = offer(&format!("a={theirs}\r\nm=audio 4000 RTP/AVP 0\r\n"));
        held(theirs, &session, ours);
    }
    let own = offer("a=inactive\r\nm=audio 4000 RTP/AVP 0\r\na=sendonly\r\n");
    held("its own before the session's", &own, Direction::RecvOnly);
    let old = offer("m=audio 4000 RTP/AVP 0\r\nc=IN IP4 0.0.0.0\r\n");
    let agreed = held("RFC 2543", &old, Direction::RecvOnly);
    assert_eq!((agreed.remote, agreed.remote_rtcp), (None, None));
    let old = offer("m=audio 4000 RTP/AVP 0\r\nc=IN IP6 ::\r\na=recvonly\r\n");
    held("RFC 2543 by IPv6", &old, Direction::Inactive);
}

#[test]
fn addresses_come_from_where_they_are_written() {
    let media = offer("m=audio 4000 RTP/AVP 0\r\nc=IN IP6 2001:db8::5\r\n");
    assert_eq!(agree(&media).unwrap().remote, address("[2001:db8::5]:4000"));
    let named = offer("m=audio 4000 RTP/AVP 0\r\nc=IN IP4 phone.example\r\n");
    let agreed = agree(&named).unwrap();
    assert_eq!(
        (agreed.remote, agreed.direction),
        (None, Direction::SendRecv)
    );
    let rtcp = offer("m=audio 4000 RTP/AVP 0\r\na=rtcp:5005 IN IP4 192.0.2.77\r\n");
    assert_eq!(
        agree(&rtcp).unwrap().remote_rtcp,
        address("192.0.2.77:5005")
    );
    let muxed = offer("m=audio 4000 RTP/AVP 0\r\na=rtcp:4000\r\na=rtcp-mux\r\n");
    let agreed = agree(&muxed).unwrap();
    assert_eq!((agreed.rtcp_mux, agreed.remote_rtcp), (true, None));
    assert!(written(&muxed).contains("a=rtcp-mux\r\n"));
    let last = offer("m=audio 65535 RTP/AVP 0\r\n");
    assert_eq!(agree(&last).unwrap().remote_rtcp, None);
    let v6 = LocalMedia {
        address: "2001:db8::1".parse().unwrap(),
        ..LOCAL
    };
    let text = String::from_utf8(write_answer(&agreed, &v6)).unwrap();
    assert!(text.contains("\r\nc=IN IP6 2001:db8::1\r\n"), "{text}");
}

#[test]
fn packet_times_are_kept_within_what_can_be_sent() {
    for (attributes, expected) in [
        ("", 20),
        ("a=ptime:30\r\n", 30),
        ("a=ptime:20.0\r\n", 20),
        ("a=ptime:35\r\n", 30),
        ("a=ptime:5\r\n", 10),
        ("a=ptime:200\r\n", 60),
        ("a=ptime:0\r\n", 20),
        ("a=ptime:many\r\n", 20),
        ("a=ptime:60\r\na=maxptime:40\r\n", 40),
        ("a=maxptime:10\r\n", 10),
    ] {
        let text = offer(&format!("m=audio 4000 RTP/AVP 0\r\n{attributes}"));
        assert_eq!(agree(&text).unwrap().ptime_ms, expected, "{attributes}");
    }
}

#[test]
fn the_first_usable_of_several_audio_lines_is_taken() {
    let text = offer(
        "m=audio 0 RTP/AVP 0\r\nm=audio 4000 RTP/SAVP 0\r\nm=audio 4002 RTP/AVP 18\r\n\
         m=audio 4004 RTP/AVPF 8\r\nm=audio 4006 RTP/AVP 0\r\n",
    );
    assert_eq!(agree(&text).unwrap().remote, address("192.0.2.9:4004"));
    let text = written(&text);
    let lines: Vec<&str> = text.lines().filter(|line| line.starts_with("m=")).collect();
    assert_eq!(
        lines,
        [
            "m=audio 0 RTP/AVP 0",
            "m=audio 0 RTP/SAVP 0",
            "m=audio 0 RTP/AVP 18",
            "m=audio 40000 RTP/AVPF 8",
            "m=audio 0 RTP/AVP 0"
        ]
    );
}

#[test]
fn what_cannot_be_spoken_is_refused_with_words() {
    let refuse = |media: &str| agree(&offer(media)).unwrap_err();
    let g729 = refuse("m=audio 4000 RTP/AVP 18 97\r\na=rtpmap:97 iLBC/8000\r\n");
    assert_eq!(
        g729.to_string(),
        "none of the codecs 18, iLBC is spoken here"
    );
    assert_eq!(g729.warning_code(), 305);
    let video = refuse("m=video 4000 RTP/AVP 0\r\n");
    assert_eq!(video, Refused::NoAudio);
    assert_eq!(refuse("m=audio 0 RTP/AVP 0\r\n"), Refused::NoAudio);
    assert_eq!(refuse(""), Refused::NoAudio);
    let protocol = "RTP/SAVP".to_owned();
    let secret = refuse("m=audio 4000 RTP/SAVP 0\r\n");
    assert_eq!(secret, Refused::OnlyEncrypted { protocol });
}

#[test]
fn a_browser_is_refused_as_long_as_nothing_is_encrypted() {
    // In the shape of Chromium's: one bundled line, DTLS, ICE.
    let text = "v=0\r\no=- 15 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n\
        m=audio 60201 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126\r\nc=IN IP4 127.0.0.1\r\n\
        a=rtcp:9 IN IP4 0.0.0.0\r\na=ice-ufrag:L99l\r\na=setup:actpass\r\na=mid:0\r\n\
        a=rtcp-mux\r\na=rtpmap:111 opus/48000/2\r\na=rtpmap:63 red/48000/2\r\n";
    assert!(matches!(agree(text), Err(Refused::OnlyEncrypted { .. })));
}

#[test]
fn sloppy_writing_is_read() {
    let sloppy = "\n v=0\no=phone sometime never\ns=\ni=hello\nu=\nt=\nz=x\nk=\nb=\nq=?\n\
        c=IN IP4 192.0.2.9\nc=IN IP4 192.0.2.10\na=\na=:x\nnonsense\n\
        m=audio 4000 RTP/AVP  0   101 999 x\na=RTPMAP:101   Telephone-Event/8000 \n\
        a=fmtp:101 0-15\na=SendOnly\n";
    let agreed = agree(sloppy).unwrap();
    assert_eq!(agreed.remote, address("192.0.2.9:4000"));
    assert_eq!(agreed.keypad[0].payload_type, 101);
    assert_eq!(agreed.direction, Direction::RecvOnly);
    let parsed = Offer::parse(sloppy.as_bytes()).unwrap();
    assert_eq!(parsed.version(), None);
    assert_eq!(
        Offer::parse(SIPP.as_bytes()).unwrap().version(),
        Some(2_353_687_637)
    );
}
