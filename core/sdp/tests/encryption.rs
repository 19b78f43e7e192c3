//! Keys in offers and answers: who is answered with what, and who is refused.

// A test may panic.
#![allow(clippy::unwrap_used)]

use std::net::IpAddr;

use conclave_contract::Protection;
use conclave_model::{Chance, SrtpPolicy, SrtpSuite};
use conclave_sdp::{
    Agreed, Author, Capabilities, Offer, Refused, SdpError, SrtpSide, answer, read_answer,
};

const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));

/// A snom, as it offers where encryption is set to optional by two lines.
const TWO_LINES: &str = "v=0\r\no=root 1 1 IN IP4 192.0.2.9\r\ns=call\r\nc=IN IP4 192.0.2.9\r\n\
    t=0 0\r\nm=audio 4000 RTP/AVP 8 101\r\na=rtpmap:8 PCMA/8000\r\n\
    m=audio 4000 RTP/SAVP 8 101\r\na=rtpmap:8 PCMA/8000\r\n\
    a=crypto:1 AES_CM_128_HMAC_SHA1_32 inline:AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0e\r\n";

fn able(policy: SrtpPolicy, seed: u8) -> Capabilities {
    Capabilities {
        srtp: SrtpSide::answering(policy, &mut Chance::from_seed([seed; 32])),
        ..Capabilities::default()
    }
}

fn offering(policy: SrtpPolicy, suites: &[SrtpSuite], seed: u8) -> Capabilities {
    Capabilities {
        srtp: SrtpSide::drawn(policy, suites, &mut Chance::from_seed([seed; 32])),
        ..Capabilities::default()
    }
}

fn answered(offer: &str, policy: SrtpPolicy) -> Result<Agreed, Refused> {
    answer(&Offer::parse(offer.as_bytes()).unwrap(), &able(policy, 1))
}

fn written(agreed: &Agreed) -> String {
    String::from_utf8(Author::new(2, HERE, 5_000).answer(agreed)).unwrap()
}

fn with(protocol: &str, lines: &str) -> String {
    format!(
        "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n\
         m=audio 4000 {protocol} 0\r\n{lines}"
    )
}

fn line(tag: u32, suite: &str) -> String {
    format!("a=crypto:{tag} {suite} inline:AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0e\r\n")
}

#[test]
fn both_sides_have_the_same_keys_the_other_way_round() {
    for suite in SrtpSuite::ALL {
        for policy in [SrtpPolicy::Offered, SrtpPolicy::Required] {
            let mut caller = Author::new(1, HERE, 4_000);
            let offer = caller.offer(&offering(policy, &[suite], 7), None);
            let text = String::from_utf8(offer.clone()).unwrap();
            let profile = match policy {
                SrtpPolicy::Required => "RTP/SAVP ",
                SrtpPolicy::Off | SrtpPolicy::Offered => "RTP/AVP ",
            };
            assert!(text.contains(profile), "{text}");
            let theirs = answered(&text, SrtpPolicy::Offered).unwrap();
            let back = written(&theirs);
            assert!(back.contains(profile), "{back}");
            assert_eq!(back.matches("a=crypto:1 ").count(), 1, "{back}");
            let ours = read_answer(&offer, back.as_bytes()).unwrap();
            let Protection { send, receive } = ours.leg_spec(1, 2, 3).protection.unwrap();
            let mirrored = theirs.leg_spec(1, 2, 3).protection.unwrap();
            assert_eq!((&send, &receive), (&mirrored.receive, &mirrored.send));
            assert_ne!(send, receive, "each direction has its own");
            assert_eq!(send.suite(), suite);
            assert_eq!(
                ours.encryption().unwrap().to_string(),
                format!("SDES {suite}")
            );
        }
    }
}

#[test]
fn the_peers_first_line_that_is_spoken_here_is_taken() {
    let lines = [
        line(1, "F8_128_HMAC_SHA1_80"),
        line(2, "AES_CM_128_HMAC_SHA1_80").replace("\r\n", "|2^20|1:4\r\n"),
        line(3, "AES_CM_128_HMAC_SHA1_80").replace("\r\n", " UNENCRYPTED_SRTP\r\n"),
        line(4, "aes_cm_128_hmac_sha1_32"),
        line(5, "AES_CM_128_HMAC_SHA1_80"),
    ]
    .concat();
    let agreed = answered(&with("RTP/SAVP", &lines), SrtpPolicy::Offered).unwrap();
    let text = written(&agreed);
    assert!(
        text.contains("a=crypto:4 AES_CM_128_HMAC_SHA1_32 inline:"),
        "{text}"
    );
}

#[test]
fn an_encrypted_line_is_preferred_wherever_it_stands() {
    let agreed = answered(TWO_LINES, SrtpPolicy::Offered).unwrap();
    let text = written(&agreed);
    assert!(text.contains("m=audio 0 RTP/AVP 8 101\r\nm=audio 5000 RTP/SAVP 8"));
    let plain = answered(TWO_LINES, SrtpPolicy::Off).unwrap();
    let text = written(&plain);
    assert!(text.contains("m=audio 5000 RTP/AVP 8"), "{text}");
    assert!(text.contains("m=audio 0 RTP/SAVP 8 101"), "{text}");
    assert!(!text.contains("crypto"), "{text}");
}

#[test]
fn a_policy_decides_who_is_refused() {
    let good = line(1, "AES_CM_128_HMAC_SHA1_80");
    let optional = with("RTP/AVP", &good);
    let plain = with("RTP/AVP", "");
    let secured = with("RTP/SAVP", &good);
    let unknown = with("RTP/SAVP", &line(1, "F8_128_HMAC_SHA1_80"));
    let optional_unknown = with("RTP/AVPF", &line(1, "F8_128_HMAC_SHA1_80"));
    let outcome = |offer: &str, policy| match answered(offer, policy) {
        Ok(agreed) if agreed.encryption().is_some() => "keys",
        Ok(_) => "plain",
        Err(Refused::OnlyEncrypted { .. }) => "off",
        Err(Refused::NotEncrypted { .. }) => "plain refused",
        Err(Refused::NoCommonSuite { .. }) => "no suite",
        Err(_) => "?",
    };
    let three = |offer: &str| SrtpPolicy::ALL.map(|policy| outcome(offer, policy));
    assert_eq!(three(&optional), ["plain", "keys", "keys"]);
    assert_eq!(three(&plain), ["plain", "plain", "plain refused"]);
    assert_eq!(three(&secured), ["off", "keys", "keys"]);
    assert_eq!(three(&unknown), ["off", "no suite", "no suite"]);
    assert_eq!(three(&optional_unknown), ["plain", "plain", "no suite"]);
}

#[test]
fn a_peer_that_keeps_its_key_is_answered_with_ours_of_before() {
    let first = with("RTP/SAVP", &line(1, "AES_CM_128_HMAC_SHA1_80"));
    let other = first.replace("AQID", "AQIE");
    let stronger = first.replace("SHA1_80", "SHA1_32");
    let keys = |offer: &str, seed: u8, before: Option<&Agreed>| {
        let offer = Offer::parse(offer.as_bytes()).unwrap();
        let mut agreed = answer(&offer, &able(SrtpPolicy::Offered, seed)).unwrap();
        if let Some(before) = before {
            agreed.keep_ours_of(before);
        }
        agreed
    };
    let sent = |agreed: &Agreed| agreed.leg_spec(1, 2, 3).protection.unwrap().send;
    let before = keys(&first, 1, None);
    assert_eq!(sent(&keys(&first, 2, Some(&before))), sent(&before));
    assert_ne!(sent(&keys(&other, 2, Some(&before))), sent(&before));
    assert_ne!(sent(&keys(&stronger, 2, Some(&before))), sent(&before));
}

#[test]
fn our_next_offer_keeps_profile_tag_and_key() {
    let first = with("RTP/SAVP", &line(9, "AES_CM_128_HMAC_SHA1_80"));
    let agreed = answered(&first, SrtpPolicy::Offered).unwrap();
    let mut author = Author::new(2, HERE, 5_000);
    let answer = String::from_utf8(author.answer(&agreed)).unwrap();
    let again = author.offer(&able(SrtpPolicy::Offered, 8), Some(&agreed));
    let again = String::from_utf8(again).unwrap();
    let crypto = |text: &str| {
        let line = text.lines().find(|line| line.starts_with("a=crypto:9 "));
        line.unwrap().to_owned()
    };
    assert_eq!(crypto(&answer), crypto(&again));
    assert!(again.contains(" RTP/SAVP "), "{again}");
    let plain = answered(&with("RTP/AVP", ""), SrtpPolicy::Offered).unwrap();
    let again = author.offer(&able(SrtpPolicy::Offered, 8), Some(&plain));
    assert!(!String::from_utf8(again).unwrap().contains("crypto"));
}

#[test]
fn an_answer_without_a_key_is_plain_where_that_was_left_open() {
    let suites = [SrtpSuite::AesCm128HmacSha1Tag80];
    let offer = |policy| Author::new(1, HERE, 4_000).offer(&offering(policy, &suites, 7), None);
    let read = |policy, text: &str| {
        let refused = |refused| match refused {
            SdpError::Rejected(refused) => refused,
            SdpError::TooLong | SdpError::TooManyMedia | SdpError::NotUnderstood(_) => {
                unreachable!("it is an answer")
            }
        };
        read_answer(&offer(policy), text.as_bytes()).map_err(refused)
    };
    let plain = with("RTP/AVP", "");
    let open = read(SrtpPolicy::Offered, &plain).unwrap();
    assert_eq!(open.encryption(), None);
    let other_tag = with("RTP/AVP", &line(2, "AES_CM_128_HMAC_SHA1_80"));
    let open = read(SrtpPolicy::Offered, &other_tag).unwrap();
    assert_eq!(open.encryption(), None, "nobody offered a line 2");
    for bad in [&plain, &other_tag, &other_tag.replace("AVP", "SAVP")] {
        let refused = read(SrtpPolicy::Required, bad).unwrap_err();
        assert!(matches!(refused, Refused::NoCommonSuite { .. }), "{bad}");
    }
    let good = with("RTP/SAVP", &line(1, "AES_CM_128_HMAC_SHA1_80"));
    let agreed = read(SrtpPolicy::Required, &good).unwrap();
    assert!(agreed.encryption().is_some());
}

#[test]
fn no_debug_shows_a_key() {
    let offer = with("RTP/SAVP", &line(1, "AES_CM_128_HMAC_SHA1_80"));
    let parsed = Offer::parse(offer.as_bytes()).unwrap();
    let agreed = answer(&parsed, &able(SrtpPolicy::Offered, 1)).unwrap();
    let mut author = Author::new(2, HERE, 5_000);
    let text = String::from_utf8(author.answer(&agreed)).unwrap();
    let own = text.split("inline:").nth(1).unwrap().split("\r\n").next();
    let spec = agreed.leg_spec(1, 2, 3);
    let shown = format!("{parsed:?} {agreed:?} {author:?} {spec:?}");
    assert!(!shown.contains("AQIDBAUG"), "{shown}");
    assert!(!shown.contains(own.unwrap()), "{shown}");
    assert!(!shown.contains("1, 2, 3, 4, 5, 6"), "{shown}");
}

#[test]
fn beside_encrypted_sound_no_picture_is_shown_to_everybody() {
    let mut able = able(SrtpPolicy::Offered, 1);
    able.video.lines = 1;
    let video = "m=video 4002 RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\n";
    let pictures = |audio: &str| {
        let offer = Offer::parse(format!("{audio}{video}").as_bytes()).unwrap();
        answer(&offer, &able).unwrap().video.len()
    };
    assert_eq!(pictures(&with("RTP/AVP", "")), 1);
    let keys = line(1, "AES_CM_128_HMAC_SHA1_80");
    assert_eq!(pictures(&with("RTP/AVP", &keys)), 0);
}
