//! The corpus as it is made: messages of ours, and those of RFCs; reads no file.

use std::net::IpAddr;

use conclave_model::{Chance, Codec, SrtpSuite};
use conclave_rtp::{HEADER_BYTES, Header, feedback, rtcp, write_header};
use conclave_sdp::{Author, Capabilities};
use conclave_sip::digest::{Challenge, Login};
use conclave_srtp::Outbound;
use conclave_stun::{binding_request, binding_success};

use crate::targets::{ICE, secrecy_key};

/// Target, name, bytes.
#[must_use]
pub fn seeds() -> Vec<(&'static str, String, Vec<u8>)> {
    let mut all = Vec::new();
    for (name, message) in messages() {
        all.push(("sip-message", name.to_owned(), message.clone()));
        all.push(("guard", name.to_owned(), message));
    }
    all.push(("guard", "stun".to_owned(), stun()));
    all.extend(streams().map(|(name, bytes)| ("sip-stream", name.to_owned(), bytes)));
    all.extend(descriptions().map(|(name, bytes)| ("sdp", name.to_owned(), bytes)));
    for (name, packet) in packets() {
        all.push(("rtp", name.to_owned(), packet));
    }
    for (name, report) in reports() {
        all.push(("rtcp", name.to_owned(), report));
    }
    all.extend(checks().map(|(name, bytes)| ("stun", name.to_owned(), bytes)));
    all.extend(secrets());
    all.extend(headers().map(|(name, text)| ("digest", name.to_owned(), text.into_bytes())));
    all
}

fn messages() -> Vec<(&'static str, Vec<u8>)> {
    let offer = String::from_utf8_lossy(&own_offer()).into_owned();
    let invite = with_body("INVITE", "", "Content-Type: application/sdp\r\n", &offer);
    let parts = "--b\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n--b--\r\n";
    let multipart = "Content-Type: multipart/mixed;boundary=\"b\"\r\n";
    let compact = "OPTIONS sip:801@192.0.2.1 SIP/2.0\r\nv: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bKc\
                   \r\nf: sip:a@b;tag=1\r\nt:\r\n <sip:801@192.0.2.1>\r\ni: c\r\nl: 0\r\n\
                   CSeq: 1 OPTIONS\r\n\r\n";
    let register = "Contact: <sip:7@192.0.2.2;ob>;reg-id=1;+sip.instance=\"<urn:uuid:1>\"\r\n\
                    Expires: 600\r\nSupported: path, outbound\r\n";
    let answer = "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK0000000000000001\r\n\
                  From: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\n\
                  Contact: <sip:c@192.0.2.9>\r\nContent-Length: 0\r\n\r\n";
    vec![
        ("invite", invite),
        (
            "invite-late-offer",
            with_body("INVITE", "", "Require: 100rel\r\n", ""),
        ),
        (
            "invite-multipart",
            with_body("INVITE", "", multipart, parts),
        ),
        (
            "options",
            with_body("OPTIONS", "", "Accept: application/sdp\r\n", ""),
        ),
        ("options-compact", compact.as_bytes().to_vec()),
        ("register", with_body("REGISTER", "", register, "")),
        (
            "bye",
            with_body("BYE", "x", "Reason: Q.850;cause=16\r\n", ""),
        ),
        ("cancel", with_body("CANCEL", "", "", "")),
        ("ack", with_body("ACK", "x", "", "")),
        (
            "update",
            with_body("UPDATE", "x", "Session-Expires: 90;refresher=uac\r\n", ""),
        ),
        ("prack", with_body("PRACK", "x", "RAck: 1 1 INVITE\r\n", "")),
        (
            "message",
            with_body("MESSAGE", "x", "Content-Type: text/plain\r\n", "hello"),
        ),
        ("torturous", torturous()),
        ("answer", answer.as_bytes().to_vec()),
    ]
}

fn with_body(method: &str, tag: &str, headers: &str, body: &str) -> Vec<u8> {
    let tag = if tag.is_empty() {
        String::new()
    } else {
        format!(";tag={tag}")
    };
    format!(
        "{method} sip:801@192.0.2.1 SIP/2.0\r\n\
         Via: SIP/2.0/UDP 192.0.2.2:5060;rport;branch=z9hG4bK{method}\r\nMax-Forwards: 70\r\n\
         From: \"Anna\" <sip:anna@example.org>;tag=phone\r\nTo: <sip:801@192.0.2.1>{tag}\r\n\
         Call-ID: one-call\r\nCSeq: 1 {method}\r\nContact: <sip:anna@192.0.2.2>\r\n\
         User-Agent: A Phone 1.2\r\n{headers}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// After RFC 4475 §3.1.1.1: everything that the grammar allows, in strange ways.
fn torturous() -> Vec<u8> {
    let text = "INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0\r\n\
        TO :\r\n sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n\r\n\
        from   : \"J Rosenberg \\\\\\\"\"       <sip:jdrosen@example.com>\r\n  ;\r\n\
        \x20 tag = 98asjd8\r\nMaX-fOrWaRdS: 0068\r\nCall-ID: wsinv.ndaksdj@192.0.2.1\r\n\
        Content-Length   : 150\r\ncseq: 0009\r\n  INVITE\r\nVia  : SIP  /   2.0\r\n /UDP\r\n\
        \x20   192.0.2.2;branch=390skdjuw\r\ns :\r\nNewFangledHeader:   newfangled value\r\n\
        \x20continued newfangled value\r\nUnknownHeaderWithUnusualValue: ;;,,;;,;\r\n\
        Content-Type: application/sdp\r\nRoute:\r\n <sip:services.example.com;lr>\r\n\
        v:  SIP  / 2.0  / TCP     spindle.example.com   ;\r\n  branch  =   z9hG4bK9ikj8  ,\r\n\
        \x20SIP  /    2.0   / UDP  192.168.255.111   ; branch=\r\n z9hG4bK30239\r\n\
        m:\"Quoted string \\\"\\\"\" <sip:jdrosen@example.com> ; newparam =\r\n\
        \x20     newvalue ;\r\n  secondparam ; q = 0.33\r\n\r\n\
        v=0\r\no=mhandley 29739 7272939 IN IP4 192.0.2.3\r\ns=-\r\nc=IN IP4 192.0.2.4\r\nt=0 0\r\n\
        m=audio 49217 RTP/AVP 0 12\r\nm=video 3227 RTP/AVP 31\r\na=rtpmap:31 LPC\r\n";
    text.as_bytes().to_vec()
}

fn streams() -> impl Iterator<Item = (&'static str, Vec<u8>)> {
    let invite = with_body("INVITE", "", "Content-Type: application/sdp\r\n", "v=0\r\n");
    let options = with_body("OPTIONS", "", "", "");
    let two = [invite.as_slice(), &options].concat();
    let pings = [b"\r\n\r\n", options.as_slice(), b"\r\n\r\n\r\n"].concat();
    let large = with_body(
        "INVITE",
        "",
        "Content-Type: text/plain\r\n",
        &"x".repeat(2_000),
    );
    [
        ("two", two),
        ("pings", pings),
        ("one", options),
        ("large", large),
    ]
    .into_iter()
}

fn descriptions() -> impl Iterator<Item = (&'static str, Vec<u8>)> {
    // RFC 4566 §5, and RFC 4568 §9 with the key of RFC 4568 §6.
    let rfc = "v=0\r\no=jdoe 2890844526 2890842807 IN IP4 10.47.16.5\r\ns=SDP Seminar\r\n\
        i=A Seminar on the session description protocol\r\ne=j.doe@example.com (Jane Doe)\r\n\
        c=IN IP4 224.2.17.12/127\r\nt=2873397496 2873404696\r\na=recvonly\r\n\
        m=audio 49170 RTP/AVP 0\r\nm=video 51372 RTP/AVP 99\r\na=rtpmap:99 h263-1998/90000\r\n";
    let sdes = "v=0\r\no=sam 2890844526 2890842807 IN IP4 10.47.16.5\r\ns=-\r\n\
        c=IN IP6 2001:db8::1\r\nt=0 0\r\nm=audio 49170 RTP/SAVP 0 8 9 101\r\n\
        a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=ptime:20\r\n\
        a=crypto:1 AES_CM_128_HMAC_SHA1_80 \
        inline:PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR|2^20|1:4\r\na=extmap:1/sendonly \
        urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\na=sendrecv\r\n";
    [
        ("own-offer", own_offer()),
        ("rfc-4566", rfc.as_bytes().to_vec()),
        ("sdes", sdes.as_bytes().to_vec()),
    ]
    .into_iter()
}

fn own_offer() -> Vec<u8> {
    let capabilities = Capabilities {
        codecs: Codec::ALL.to_vec(),
        ..Capabilities::default()
    };
    Author::new(1, IpAddr::from([192, 0, 2, 2]), 4_000).offer(&capabilities, None)
}

fn packets() -> Vec<(&'static str, Vec<u8>)> {
    let mut plain = [0; HEADER_BYTES];
    let header = Header {
        payload_type: 8,
        marker: true,
        sequence: 65_535,
        timestamp: 160,
        ssrc: 0x1234_5678,
    };
    write_header(&mut plain, &header);
    let plain = [&plain[..], &[0xd5; 160]].concat();
    // RFC 8285 §4.2 with a level, and RFC 3550 §5.1 with padding and two contributors.
    let mut level = plain.clone();
    level[0] |= 0x10;
    level.splice(12..12, [0xbe, 0xde, 0, 1, 0x10, 0x8a, 0, 0]);
    let mut padded = plain.clone();
    padded[0] |= 0x22;
    padded.splice(12..12, [0, 0, 0, 1, 0, 0, 0, 2]);
    padded.extend([0, 0, 0, 4]);
    vec![("plain", plain), ("level", level), ("padded", padded)]
}

fn reports() -> Vec<(&'static str, Vec<u8>)> {
    let block = rtcp::ReportBlock {
        ssrc: 2,
        fraction_lost: 12,
        cumulative_lost: -3,
        highest_sequence: 70_000,
        jitter_ticks: 40,
        last_sr: 0x1234_5678,
        delay_since_last_sr: 65_536,
    };
    let info = rtcp::SenderInfo {
        ntp: 0x0123_4567_89ab_cdef,
        rtp_timestamp: 160,
        packets: 1,
        octets: 160,
    };
    let written = |info, bye| {
        let report = rtcp::Report {
            ssrc: 1,
            info,
            block: Some(block),
            cname: b"conclave",
            bye,
        };
        let mut bytes = vec![0; 512];
        let length = report.write(&mut bytes).unwrap_or_default();
        bytes.truncate(length);
        bytes
    };
    let mut wishes = vec![0; 3 * feedback::FEEDBACK_BYTES_MAX];
    let mut at = 0;
    at += feedback::write_picture_loss(&mut wishes[at..], 1, 2).unwrap_or_default();
    at += feedback::write_full_intra(&mut wishes[at..], 1, 2, 3).unwrap_or_default();
    at += feedback::write_remb(&mut wishes[at..], 1, 2, 900_000).unwrap_or_default();
    wishes.truncate(at);
    vec![
        ("sender", written(Some(info), false)),
        ("goodbye", written(None, true)),
        ("wishes", wishes),
    ]
}

fn secrets() -> Vec<(&'static str, String, Vec<u8>)> {
    let (_, sound) = packets().swap_remove(0);
    let (_, report) = reports().swap_remove(0);
    let mut all = Vec::new();
    for suite in SrtpSuite::ALL {
        let Ok(key) = secrecy_key(suite) else {
            continue;
        };
        let mut outbound = Outbound::new(&key);
        let mut buffer = [&sound[..], &[0; 32]].concat();
        if let Ok(sealed) = outbound.protect_rtp(&mut buffer, sound.len()) {
            all.push(("srtp", suite.name().to_owned(), sealed.to_vec()));
        }
        let mut buffer = [&report[..], &[0; 32]].concat();
        if let Ok(sealed) = outbound.protect_rtcp(&mut buffer, report.len()) {
            all.push(("srtcp", suite.name().to_owned(), sealed.to_vec()));
        }
    }
    all
}

/// RFC 7616 §3.9.1, and what we make of it.
fn headers() -> impl Iterator<Item = (&'static str, String)> {
    let challenge = "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", \
        algorithm=SHA-256, nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", \
        opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\", stale=true";
    let answer = Challenge::parse(challenge.as_bytes()).map(|parsed| {
        let mut login = Login::new(parsed, "Muf\"asa", "Circle of Life");
        let mut chance = Chance::from_seed([1; 32]);
        login.answer("REGISTER", "sip:example.org", b"", &mut chance)
    });
    let rfc = "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", uri=\"/dir/index.html\"\
        , algorithm=MD5, nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", nc=00000001, \
        cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\", qop=auth, \
        response=\"8ca523f5e9506fed4657c9700eebdbec\", opaque=\"FQhe/qaU925kfnzjCev0\"";
    [
        ("challenge", challenge.to_owned()),
        ("answer", answer.unwrap_or_default()),
        ("rfc-7616", rfc.to_owned()),
    ]
    .into_iter()
}

/// Checks as a browser sends them; without their FINGERPRINT, damage is not noticed at once.
fn checks() -> impl Iterator<Item = (&'static str, Vec<u8>)> {
    let [(ours, password), (theirs, _)] = ICE;
    let username = format!("{ours}:{theirs}");
    let asks = |nominates| binding_request([7; 12], &username, password, 1, nominates, true);
    let from = ([192, 0, 2, 2], 4_000).into();
    let mut bare = asks(true);
    bare.truncate(bare.len() - 8);
    bare[3] -= 8;
    [
        ("check", asks(false)),
        ("nomination", asks(true)),
        ("without-fingerprint", bare),
        ("answer", binding_success([7; 12], from, password)),
        ("without-attributes", stun()),
    ]
    .into_iter()
}

fn stun() -> Vec<u8> {
    // RFC 5389 §6: a binding request without attributes.
    let head = [0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42];
    [&head[..], &[9; 12]].concat()
}
