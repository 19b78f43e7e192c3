//! Offers of keys and ways that are agreed on where the sound goes, as browsers make them.

// A test may panic.
#![allow(clippy::unwrap_used)]

use std::net::IpAddr;

use conclave_contract::{Direction, Handshakes};
use conclave_model::{Chance, Codec, Fingerprint, FingerprintHash, IceCredentials, SrtpPolicy};
use conclave_sdp::{
    Agreed, Author, Capabilities, IceSide, Offer, Refused, Setup, SrtpSide, TlsSide, answer,
    read_answer,
};

const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
const CHROMIUM: &str = include_str!("offers/chromium-156-offer.sdp");
const JSSIP: &str = include_str!("offers/jssip-3.13-offer.sdp");

fn print(of: &str) -> Fingerprint {
    Fingerprint::of(FingerprintHash::Sha256, of.as_bytes())
}

fn able(policy: SrtpPolicy, seed: u8) -> Capabilities {
    let mut chance = Chance::from_seed([seed; 32]);
    Capabilities {
        ice: IceSide::Answers(IceCredentials::drawn(&mut chance)),
        srtp: SrtpSide::answering(policy, &mut chance).and_tls(TlsSide::Answers(print("server"))),
        ..Capabilities::default()
    }
}

fn phone(policy: SrtpPolicy, seed: u8) -> Capabilities {
    let mut chance = Chance::from_seed([seed; 32]);
    Capabilities {
        ice: IceSide::Offers(IceCredentials::drawn(&mut chance)),
        srtp: SrtpSide::answering(policy, &mut chance).and_tls(TlsSide::Offers(print("phone"))),
        ..Capabilities::default()
    }
}

fn answered(offer: &str, policy: SrtpPolicy) -> Result<Agreed, Refused> {
    answer(&Offer::parse(offer.as_bytes()).unwrap(), &able(policy, 1))
}

fn written(agreed: &Agreed) -> String {
    String::from_utf8(Author::new(2, HERE, 5_000).answer(agreed)).unwrap()
}

fn tls_line(protocol: &str, lines: &str) -> String {
    format!(
        "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n\
         m=audio 4000 {protocol} 0\r\n{lines}"
    )
}

#[test]
fn a_browser_is_answered_with_everything_it_insists_on() {
    for offer in [CHROMIUM, JSSIP] {
        let agreed = answered(offer, SrtpPolicy::Offered).unwrap();
        assert_eq!(agreed.send.codec, Codec::Opus);
        assert_eq!(agreed.direction, Direction::SendRecv);
        assert!(agreed.rtcp_mux && agreed.is_encrypted());
        let tls = agreed.tls.as_ref().unwrap();
        assert_eq!(tls.setup, Setup::Passive, "it left us the choice");
        assert_eq!(tls.ours, print("server"));
        let theirs = offer
            .lines()
            .find(|line| line.starts_with("a=fingerprint:"));
        assert_eq!(
            format!("a=fingerprint:{}", tls.theirs[0]),
            theirs.unwrap().trim()
        );
        let ice = agreed.ice.as_ref().unwrap();
        assert!(offer.contains(&format!("a=ice-ufrag:{}", ice.theirs.ufrag())));
        let text = written(&agreed);
        let (session, media) = text.split_once("m=audio ").unwrap();
        assert!(session.contains("a=group:BUNDLE 0\r\n"), "{text}");
        assert!(session.contains("a=ice-lite\r\n"), "{text}");
        assert!(
            media.starts_with("5000 UDP/TLS/RTP/SAVPF 111 110 126\r\n"),
            "{text}"
        );
        for line in [
            "a=setup:passive".to_owned(),
            format!("a=fingerprint:{}", print("server")),
            format!("a=ice-ufrag:{}", ice.ours.ufrag()),
            format!("a=ice-pwd:{}", ice.ours.password()),
            "a=candidate:1 1 UDP 2130706431 192.0.2.1 5000 typ host".to_owned(),
            "a=mid:0".to_owned(),
            "a=rtcp-mux".to_owned(),
        ] {
            assert!(media.contains(&format!("{line}\r\n")), "{line}: {text}");
        }
        assert!(!text.contains("crypto"), "{text}");
        let spec = agreed.leg_spec(1, 2, 3);
        assert_eq!(spec.handshakes, Handshakes::Awaited);
        assert_eq!(spec.protection, None);
    }
}

#[test]
fn a_browser_that_does_not_know_its_address_yet_holds_nobody() {
    let trickling = CHROMIUM.replace("c=IN IP4 127.0.0.1", "c=IN IP4 0.0.0.0");
    let agreed = answered(&trickling, SrtpPolicy::Offered).unwrap();
    assert_eq!(agreed.direction, Direction::SendRecv);
    assert_eq!(agreed.remote, None);
}

#[test]
fn other_lines_of_a_bundle_are_rejected_by_their_names() {
    let pictures = "m=video 60201 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\na=rtpmap:96 VP8/90000\r\n";
    let both = CHROMIUM.replace("BUNDLE 0", "BUNDLE 0 1") + pictures;
    let text = written(&answered(&both, SrtpPolicy::Offered).unwrap());
    assert!(text.contains("a=group:BUNDLE 0\r\n"), "{text}");
    assert!(
        text.contains("m=video 0 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\n"),
        "{text}"
    );
}

#[test]
fn the_policy_decides_as_it_does_over_keys() {
    let print = "a=fingerprint:".to_owned() + &print("phone").to_string() + "\r\n";
    let secured = tls_line("UDP/TLS/RTP/SAVP", &print);
    let optional = tls_line("RTP/AVP", &print);
    let (off, offered, required) = (SrtpPolicy::Off, SrtpPolicy::Offered, SrtpPolicy::Required);
    assert!(matches!(
        answered(&secured, off),
        Err(Refused::OnlyEncrypted { .. })
    ));
    let plain = answered(&optional, off).unwrap();
    assert!(!plain.is_encrypted());
    assert!(!written(&plain).contains("fingerprint"));
    for policy in [offered, required] {
        for offer in [&secured, &optional] {
            let agreed = answered(offer, policy).unwrap();
            assert!(agreed.tls.is_some(), "{offer}");
            assert!(agreed.ice.is_none(), "none was offered");
        }
    }
    let without = tls_line("UDP/TLS/RTP/SAVP", "a=fingerprint:sha-1 AB:CD\r\n");
    let refused = answered(&without, offered);
    assert!(
        matches!(refused, Err(Refused::NoFingerprint { .. })),
        "{refused:?}"
    );
    let key = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 \
               inline:AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0e\r\n";
    let both = answered(&tls_line("RTP/SAVP", &(print + key)), offered).unwrap();
    assert!(both.tls.is_none(), "keys that are there need no handshake");
    assert!(both.encryption().is_some());
}

#[test]
fn who_begins_is_as_the_peer_wants_it() {
    for (word, expected) in [
        ("a=setup:actpass\r\n", Some(Setup::Passive)),
        ("a=setup:active\r\n", Some(Setup::Passive)),
        ("a=setup:passive\r\n", Some(Setup::Active)),
        ("", Some(Setup::Passive)),
        ("a=setup:holdconn\r\n", None),
    ] {
        let lines = format!("a=fingerprint:{}\r\n{word}", print("phone"));
        let agreed = answered(&tls_line("UDP/TLS/RTP/SAVP", &lines), SrtpPolicy::Offered);
        assert_eq!(
            agreed.ok().map(|it| it.tls.unwrap().setup),
            expected,
            "{word}"
        );
    }
}

#[test]
fn what_stands_for_all_lines_counts_where_a_line_says_nothing() {
    let shared = format!(
        "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n\
         a=fingerprint:{}\r\na=setup:passive\r\na=ice-ufrag:abcd\r\n\
         a=ice-pwd:abcdefghijklmnopqrstuv\r\nm=audio 4000 UDP/TLS/RTP/SAVP 0\r\na=rtcp-mux\r\n",
        print("phone")
    );
    let agreed = answered(&shared, SrtpPolicy::Offered).unwrap();
    assert_eq!(agreed.tls.unwrap().setup, Setup::Active);
    assert_eq!(agreed.ice.unwrap().theirs.ufrag(), "abcd");
    let lite = shared.replace("a=setup", "a=ice-lite\r\na=setup");
    let agreed = answered(&lite, SrtpPolicy::Offered).unwrap();
    assert!(agreed.ice.is_none(), "two who wait for checks see none");
}

#[test]
fn reports_that_want_a_way_of_their_own_are_answered_without_checks() {
    let names = "a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuv\r\n";
    let shared = answered(
        &tls_line("RTP/AVP", &format!("{names}a=rtcp-mux\r\n")),
        SrtpPolicy::Off,
    );
    assert!(shared.unwrap().ice.is_some());
    let apart = answered(&tls_line("RTP/AVP", names), SrtpPolicy::Off).unwrap();
    assert!(apart.ice.is_none());
    let said = written(&apart);
    assert!(
        !said.contains("ice-") && !said.contains("candidate"),
        "{said}"
    );
    let leg = apart.leg_spec(1, 2, 3);
    assert!(!leg.is_checked, "its sound is taken as without ICE");
}

#[test]
fn both_sides_know_the_same_and_go_on_with_it() {
    let (capabilities, ours) = (phone(SrtpPolicy::Required, 7), able(SrtpPolicy::Offered, 1));
    let mut caller = Author::new(1, HERE, 4_000);
    let offer = caller.offer(&capabilities, None);
    let theirs = answer(&Offer::parse(&offer).unwrap(), &ours).unwrap();
    let back = written(&theirs);
    let agreed = read_answer(&offer, back.as_bytes()).unwrap();
    let (near, far) = (agreed.tls.clone().unwrap(), theirs.tls.clone().unwrap());
    assert_eq!((near.setup, far.setup), (Setup::Active, Setup::Passive));
    assert_eq!(
        (&near.theirs[..], &far.theirs[..]),
        (&[far.ours][..], &[near.ours][..])
    );
    let (near, far) = (agreed.ice.clone().unwrap(), theirs.ice.clone().unwrap());
    assert_eq!((&near.theirs, &near.ours), (&far.ours, &far.theirs));
    // The same again: nothing begins anew, though our names were drawn anew.
    let again = caller.offer(&capabilities, Some(&agreed));
    let mut second = answer(
        &Offer::parse(&again).unwrap(),
        &able(SrtpPolicy::Offered, 2),
    )
    .unwrap();
    assert_ne!(second.ice, theirs.ice);
    second.keep_ours_of(&theirs);
    assert_eq!(second.ice, theirs.ice);
    assert_eq!(
        second.tls.as_ref().map(|tls| (&tls.theirs, tls.setup)),
        theirs.tls.as_ref().map(|tls| (&tls.theirs, tls.setup))
    );
    // Other names of the peer: checks begin anew, and what they agreed on stays.
    let restarted = String::from_utf8(again).unwrap();
    let restarted = restarted.replace(far.theirs.ufrag(), "another1");
    let mut third = answered(&restarted, SrtpPolicy::Offered).unwrap();
    third.keep_ours_of(&theirs);
    let ice = third.ice.unwrap();
    assert_eq!(ice.theirs.ufrag(), "another1");
}
