//! Packets that were changed, cut or made up: refused, and nothing else happens.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::{ends, sealed, sealed_rtcp};
use conclave_model::{SrtpKey, SrtpSuite, WrongKeyLength};
use conclave_srtp::{Inbound, Malformed, ProtectError, UnprotectError};
use proptest::prelude::*;

#[test]
fn every_flipped_bit_is_noticed() {
    for suite in SrtpSuite::ALL {
        let (mut outbound, mut inbound) = ends(suite);
        let sound = sealed(&mut outbound, &RTP);
        let report = sealed_rtcp(&mut outbound, &RTCP);
        for bit in 0..sound.len() * 8 {
            let mut changed = sound.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            let before = changed.clone();
            let refused = inbound.unprotect_rtp(&mut changed);
            assert!(refused.is_err(), "{} bit {bit}", suite.name());
            assert_eq!(changed, before, "a refused packet is left as it was");
        }
        for bit in 0..report.len() * 8 {
            let mut changed = report.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            let before = changed.clone();
            let refused = inbound.unprotect_rtcp(&mut changed);
            assert!(refused.is_err(), "{} bit {bit}", suite.name());
            assert_eq!(changed, before, "a refused packet is left as it was");
        }
        // None of them spoiled what really comes.
        assert_eq!(inbound.unprotect_rtp(&mut sound.clone()).unwrap(), RTP);
        assert_eq!(inbound.unprotect_rtcp(&mut report.clone()).unwrap(), RTCP);
    }
}

#[test]
fn every_other_length_is_noticed() {
    for suite in SrtpSuite::ALL {
        let (mut outbound, mut inbound) = ends(suite);
        let sound = sealed(&mut outbound, &RTP);
        let report = sealed_rtcp(&mut outbound, &RTCP);
        for bytes in 0..sound.len() {
            assert!(inbound.unprotect_rtp(&mut sound[..bytes].to_vec()).is_err());
        }
        for bytes in 0..report.len() {
            assert!(
                inbound
                    .unprotect_rtcp(&mut report[..bytes].to_vec())
                    .is_err()
            );
        }
        for more in 1..40 {
            let mut longer = [&sound[..], &vec![0; more]].concat();
            assert!(inbound.unprotect_rtp(&mut longer).is_err());
            let mut longer = [&report[..], &vec![0; more]].concat();
            assert!(inbound.unprotect_rtcp(&mut longer).is_err());
        }
    }
}

#[test]
fn keys_of_others_open_nothing() {
    for suite in SrtpSuite::ALL {
        let (mut outbound, _) = ends(suite);
        let bytes = suite.key_bytes() + suite.salt_bytes();
        for at in 0..bytes {
            let mut key = vec![0x5a; bytes];
            key[at] ^= 1;
            let mut inbound = Inbound::new(&SrtpKey::new(suite, &key).unwrap());
            let mut packet = RTP.to_vec();
            packet[3] = at as u8;
            let mut packet = sealed(&mut outbound, &packet);
            let refused = inbound.unprotect_rtp(&mut packet);
            // The salt of counter mode is in no tag: what it gives is not what was said.
            let salt_alone = at >= suite.key_bytes();
            match refused {
                Err(why) => assert_eq!(why, UnprotectError::Forged),
                Ok(plain) => assert!(salt_alone && plain[12..] != RTP[12..]),
            }
        }
    }
}

#[test]
fn sound_is_no_report_and_a_report_no_sound() {
    for suite in SrtpSuite::ALL {
        let (mut outbound, mut inbound) = ends(suite);
        let mut sound = sealed(&mut outbound, &RTP);
        let mut report = sealed_rtcp(&mut outbound, &RTCP);
        assert!(inbound.unprotect_rtcp(&mut sound).is_err());
        assert!(inbound.unprotect_rtp(&mut report).is_err());
    }
}

/// The flag of encryption is cleared, and the rest is whatever an attacker likes.
#[test]
fn a_report_that_is_not_encrypted_is_refused() {
    for suite in SrtpSuite::ALL {
        let (_, mut inbound) = ends(suite);
        let mut packet = [&RTCP[..], &[0; 20]].concat();
        let refused = inbound.unprotect_rtcp(&mut packet).unwrap_err();
        assert_eq!(refused, UnprotectError::Unencrypted);
    }
}

#[test]
fn a_refusal_says_why() {
    for suite in SrtpSuite::ALL {
        let (mut outbound, mut inbound) = ends(suite);
        let overhead = suite.rtp_overhead_bytes();
        let mut sound = [&RTP[..], &vec![0; overhead - 1]].concat();
        for bytes in [RTP.len(), usize::MAX] {
            let refused = outbound.protect_rtp(&mut sound, bytes).unwrap_err();
            assert_eq!(refused, ProtectError::NoRoom);
            let refused = outbound.protect_rtcp(&mut sound, bytes).unwrap_err();
            assert_eq!(refused, ProtectError::NoRoom);
        }
        let short = ProtectError::Malformed(Malformed::Short);
        let mut buffer = [0x80; 40];
        assert_eq!(outbound.protect_rtp(&mut buffer, 11).unwrap_err(), short);
        assert_eq!(outbound.protect_rtcp(&mut buffer, 7).unwrap_err(), short);

        let version = UnprotectError::Malformed(Malformed::Version);
        assert_eq!(inbound.unprotect_rtp(&mut [0x40; 60]).unwrap_err(), version);
        assert_eq!(
            inbound.unprotect_rtcp(&mut [0x40; 60]).unwrap_err(),
            version
        );
        let long = UnprotectError::Malformed(Malformed::Long);
        let mut packet = vec![0x80; 65_536];
        assert_eq!(inbound.unprotect_rtp(&mut packet).unwrap_err(), long);
        assert_eq!(inbound.unprotect_rtcp(&mut packet).unwrap_err(), long);
        // An extension of 0x9090 words, and 15 CSRCs.
        let short = UnprotectError::Malformed(Malformed::Short);
        assert_eq!(inbound.unprotect_rtp(&mut [0x90; 99]).unwrap_err(), short);
        assert_eq!(inbound.unprotect_rtp(&mut [0x8f; 72]).unwrap_err(), short);
    }
}

#[test]
fn a_key_has_the_length_of_its_profile() {
    for suite in SrtpSuite::ALL {
        let expected = suite.key_bytes() + suite.salt_bytes();
        for got in (0..100).filter(|got| *got != expected) {
            let refused = SrtpKey::new(suite, &vec![0; got]).unwrap_err();
            assert_eq!(refused, WrongKeyLength { expected, got });
        }
    }
}

#[test]
fn garbage_of_every_length_is_refused() {
    for suite in SrtpSuite::ALL {
        let (_, mut inbound) = ends(suite);
        let mut noise = 1_u32;
        for bytes in 0..1_500 {
            for first in [None, Some(0x80), Some(0x90), Some(0xbf)] {
                let byte = || {
                    noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (noise >> 24) as u8
                };
                let mut garbage: Vec<u8> = std::iter::repeat_with(byte).take(bytes).collect();
                if let (Some(byte), Some(first)) = (garbage.first_mut(), first) {
                    *byte = first;
                }
                assert!(inbound.unprotect_rtp(&mut garbage.clone()).is_err());
                assert!(inbound.unprotect_rtcp(&mut garbage).is_err());
            }
        }
    }
}

proptest! {
    #[test]
    fn any_packet_comes_out_as_it_went_in(
        suite in proptest::sample::select(&SrtpSuite::ALL[..]),
        csrcs in 0..16_u8,
        extension_words in proptest::option::of(0..20_u16),
        rest in proptest::collection::vec(any::<u8>(), 10 + 60 + 80..1_400),
    ) {
        let mut plain = vec![0x80 | csrcs];
        plain.extend(&rest);
        if let Some(words) = extension_words {
            plain[0] |= 0x10;
            let at = 12 + usize::from(csrcs) * 4 + 2;
            plain[at..at + 2].copy_from_slice(&words.to_be_bytes());
        }
        let (mut outbound, mut inbound) = ends(suite);
        let mut packet = sealed(&mut outbound, &plain);
        prop_assert_eq!(inbound.unprotect_rtp(&mut packet).unwrap(), &plain);
        let mut packet = sealed_rtcp(&mut outbound, &plain);
        prop_assert_eq!(inbound.unprotect_rtcp(&mut packet).unwrap(), &plain);
    }

    #[test]
    fn no_bytes_make_it_panic(
        suite in proptest::sample::select(&SrtpSuite::ALL[..]),
        mut bytes in proptest::collection::vec(any::<u8>(), 0..200),
        length in 0..250_usize,
    ) {
        let (mut outbound, mut inbound) = ends(suite);
        prop_assert!(inbound.unprotect_rtp(&mut bytes).is_err());
        prop_assert!(inbound.unprotect_rtcp(&mut bytes).is_err());
        let _ = outbound.protect_rtp(&mut bytes, length);
        let _ = outbound.protect_rtcp(&mut bytes, length);
    }
}

/// A CSRC, and half a dozen samples.
const RTP: [u8; 22] = [
    0x81, 0, 1, 2, 0, 0, 0, 3, 0, 0, 0, 9, 0, 0, 0, 5, 1, 2, 3, 4, 5, 6,
];
const RTCP: [u8; 16] = [0x80, 200, 0, 3, 0, 0, 0, 9, 8, 7, 6, 5, 4, 3, 2, 1];
