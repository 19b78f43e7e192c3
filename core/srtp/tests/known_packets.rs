//! Packets as another implementation (libsrtp 2.5) makes them of the same keys.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use conclave_model::{SrtpKey, SrtpSuite};
use conclave_srtp::{Inbound, Outbound};

#[test]
fn rtp_packets_are_those_of_libsrtp() {
    for (suite, sealed, _) in KNOWN {
        let sealed = bytes(sealed);
        let plain = [bytes(RTP_HEADER), vec![0xab; 20]].concat();
        let mut buffer = plain.clone();
        buffer.resize(sealed.len(), 0);
        let mut outbound = Outbound::new(&master(suite));
        let protected = outbound.protect_rtp(&mut buffer, plain.len()).unwrap();
        assert_eq!(protected, sealed, "{}", suite.name());
        let mut inbound = Inbound::new(&master(suite));
        assert_eq!(inbound.unprotect_rtp(protected).unwrap(), plain);
    }
}

/// libsrtp counts its SRTCP packets from 1, so that they are compared with our second.
#[test]
fn rtcp_packets_are_those_of_libsrtp() {
    for (suite, _, sealed) in KNOWN {
        let sealed = bytes(sealed);
        let plain = [bytes(RTCP_HEADER), vec![0xab; 40]].concat();
        let mut outbound = Outbound::new(&master(suite));
        let mut inbound = Inbound::new(&master(suite));
        for index in 0..2 {
            let mut buffer = plain.clone();
            buffer.resize(sealed.len(), 0);
            let protected = outbound.protect_rtcp(&mut buffer, plain.len()).unwrap();
            assert_eq!(protected == sealed, index == 1, "{}", suite.name());
            assert_eq!(inbound.unprotect_rtcp(protected).unwrap(), plain);
        }
    }
}

/// Its bytes are 00, 01, 02 and so on, the salt's after the key's.
fn master(suite: SrtpSuite) -> SrtpKey {
    let bytes = suite.key_bytes() + suite.salt_bytes();
    let counted: Vec<u8> = (0..).take(bytes).collect();
    SrtpKey::new(suite, &counted).unwrap()
}

fn bytes(text: &str) -> Vec<u8> {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(16)).collect();
    let pairs = digits.chunks_exact(2);
    pairs.map(|pair| (pair[0] << 4 | pair[1]) as u8).collect()
}

/// With a header extension, which stays readable.
const RTP_HEADER: &str = "900f1234 decafbad cafebabe bede0001 10010000";
const RTCP_HEADER: &str = "81c8000b cafebabe";

const KNOWN: [(SrtpSuite, &str, &str); 6] = [
    (
        SrtpSuite::AesCm128HmacSha1Tag80,
        "900f1234 decafbad cafebabe bede0001 10010000 c8f5e021 4236e5fd e9cbd62d
         47b0a091 e2546b7f 66eb9a97 2261e72f 1baf",
        "81c8000b cafebabe 2dcbd1a0 f7638108 79d398df 743f4f7d a53e77c1 f07631a5
         4f073f68 514f48fc 5221aec1 e679451b 80000001 2678d9e9 b708a0fc 4001",
    ),
    (
        SrtpSuite::AesCm128HmacSha1Tag32,
        "900f1234 decafbad cafebabe bede0001 10010000 c8f5e021 4236e5fd e9cbd62d
         47b0a091 e2546b7f 66eb9a97",
        "81c8000b cafebabe 2dcbd1a0 f7638108 79d398df 743f4f7d a53e77c1 f07631a5
         4f073f68 514f48fc 5221aec1 e679451b 80000001 2678d9e9 b708a0fc 4001",
    ),
    (
        SrtpSuite::AesCm256HmacSha1Tag80,
        "900f1234 decafbad cafebabe bede0001 10010000 c8aac6ca 55421d12 d04ae6ab
         515e7642 fe514df3 6bb76298 953430d4 1694",
        "81c8000b cafebabe 3f960588 a64d32c3 5a8d9d56 2306602e 652b4c82 541a8892
         21e65fb3 9de36138 b190603e f0fdbc97 80000001 b893c97e 4054e53e 3a55",
    ),
    (
        SrtpSuite::AesCm256HmacSha1Tag32,
        "900f1234 decafbad cafebabe bede0001 10010000 c8aac6ca 55421d12 d04ae6ab
         515e7642 fe514df3 6bb76298",
        "81c8000b cafebabe 3f960588 a64d32c3 5a8d9d56 2306602e 652b4c82 541a8892
         21e65fb3 9de36138 b190603e f0fdbc97 80000001 b893c97e 4054e53e 3a55",
    ),
    (
        SrtpSuite::AeadAes128Gcm,
        "900f1234 decafbad cafebabe bede0001 10010000 4ad7d8a5 5fb3fd90 2db557c9
         4b415ecd 6960417b 97000821 c27ce356 1835d0e3 9bbf111e",
        "81c8000b cafebabe 60b68cb9 7100e420 6ca1c1b4 4a69f017 161c24aa ef5d2f7d
         9ad1cf0b 2318ecbe 2346e9b6 ed3bb27b 9ae50bf4 1a41291b 1a96a220 cb2171dc
         80000001",
    ),
    (
        SrtpSuite::AeadAes256Gcm,
        "900f1234 decafbad cafebabe bede0001 10010000 d54ed632 a76bff3f a2efbb55
         97a5d5e8 61392ab5 9cc43025 af8b42a7 239452c9 11d446a4",
        "81c8000b cafebabe 12d596ce 61c485e7 bae16103 356375e9 35988821 743ba6cc
         2ad5d439 aaf09f82 9af0448b 360de21a 7e3d16cb cbdccaa8 19505f8f 448f7dc2
         80000001",
    ),
];
