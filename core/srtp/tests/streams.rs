//! Whole streams through both ends: order, loss, wraps, several at once, and what comes twice.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::{ends, master, sealed, sealed_rtcp};
use conclave_model::{SrtpSuite, limits};
use conclave_srtp::{Outbound, ProtectError, UnprotectError};

#[test]
fn packets_come_out_as_they_went_in() {
    for suite in SrtpSuite::ALL {
        let (mut outbound, mut inbound) = ends(suite);
        for sequence in 0..300 {
            let payload_bytes = usize::from(sequence);
            let plain = rtp(1, sequence, payload_bytes);
            let mut packet = sealed(&mut outbound, &plain);
            assert_eq!(packet.len(), plain.len() + suite.rtp_overhead_bytes());
            assert_eq!(packet[..12], plain[..12], "the header stays readable");
            if payload_bytes > 8 {
                assert_ne!(packet[12..plain.len()], plain[12..]);
            }
            assert_eq!(inbound.unprotect_rtp(&mut packet).unwrap(), plain);
        }
    }
}

#[test]
fn reports_come_out_as_they_went_in_and_are_numbered_apart_from_sound() {
    for suite in SrtpSuite::ALL {
        let (mut outbound, mut inbound) = ends(suite);
        for sequence in 0..50 {
            let plain = rtcp(1, usize::from(sequence));
            let mut packet = sealed_rtcp(&mut outbound, &plain);
            assert_eq!(packet.len(), plain.len() + suite.rtcp_overhead_bytes());
            assert_eq!(inbound.unprotect_rtcp(&mut packet).unwrap(), plain);
            let sound = rtp(1, sequence, 160);
            let mut packet = sealed(&mut outbound, &sound);
            assert_eq!(inbound.unprotect_rtp(&mut packet).unwrap(), sound);
        }
    }
}

#[test]
fn what_came_once_comes_no_second_time() {
    for suite in SrtpSuite::ALL {
        let (mut outbound, mut inbound) = ends(suite);
        let first = sealed(&mut outbound, &rtp(1, 9, 160));
        let report = sealed_rtcp(&mut outbound, &rtcp(1, 20));
        assert!(inbound.unprotect_rtp(&mut first.clone()).is_ok());
        assert!(inbound.unprotect_rtcp(&mut report.clone()).is_ok());
        for sequence in 10..10 + limits::SRTP_REPLAY_PACKETS as u16 - 1 {
            let mut packet = sealed(&mut outbound, &rtp(1, sequence, 160));
            assert!(inbound.unprotect_rtp(&mut packet).is_ok());
            let again = inbound.unprotect_rtp(&mut first.clone()).unwrap_err();
            assert_eq!(again, UnprotectError::Replayed);
            let mut packet = sealed_rtcp(&mut outbound, &rtcp(1, 20));
            assert!(inbound.unprotect_rtcp(&mut packet).is_ok());
            let again = inbound.unprotect_rtcp(&mut report.clone()).unwrap_err();
            assert_eq!(again, UnprotectError::Replayed);
        }
        let mut packet = sealed(&mut outbound, &rtp(1, 9 + 128, 160));
        assert!(inbound.unprotect_rtp(&mut packet).is_ok());
        let again = inbound.unprotect_rtp(&mut first.clone()).unwrap_err();
        assert_eq!(again, UnprotectError::TooOld);
        let mut packet = sealed_rtcp(&mut outbound, &rtcp(1, 20));
        assert!(inbound.unprotect_rtcp(&mut packet).is_ok());
        let again = inbound.unprotect_rtcp(&mut report.clone()).unwrap_err();
        assert_eq!(again, UnprotectError::TooOld);
    }
}

#[test]
fn packets_may_overtake_each_other_across_a_wrap() {
    for suite in SrtpSuite::ALL {
        let (mut outbound, mut inbound) = ends(suite);
        let sequences: Vec<u16> = (0..120).map(|step| 0xffc0_u16.wrapping_add(step)).collect();
        let packets = sequences.iter().map(|sequence| {
            let plain = rtp(1, *sequence, 160);
            (sealed(&mut outbound, &plain), plain)
        });
        let mut packets: Vec<_> = packets.collect();
        for eight in packets[1..].chunks_mut(8) {
            eight.reverse();
        }
        for (packet, plain) in &mut packets {
            assert_eq!(inbound.unprotect_rtp(packet).unwrap(), plain);
        }
    }
}

#[test]
fn a_wrap_is_noticed_through_any_loss_below_half_of_the_numbers() {
    for lost in [0, 1, 100, 0x7ffe] {
        let (mut outbound, mut inbound) = ends(SrtpSuite::AesCm128HmacSha1Tag80);
        let mut index = 0_u32;
        for _ in 0..12 {
            let plain = rtp(1, index as u16, 160);
            let mut packet = sealed(&mut outbound, &plain);
            assert_eq!(inbound.unprotect_rtp(&mut packet).unwrap(), plain, "{lost}");
            for _ in 0..lost {
                index += 1;
                sealed(&mut outbound, &rtp(1, index as u16, 0));
            }
            index += 1;
        }
    }
}

/// One more, and the other end takes the sequence number for one of the past.
#[test]
fn more_loss_than_that_ends_a_stream() {
    let (mut outbound, mut inbound) = ends(SrtpSuite::AeadAes128Gcm);
    for sequence in 0..=0x8001_u16 {
        let mut packet = sealed(&mut outbound, &rtp(1, 0x7000_u16.wrapping_add(sequence), 0));
        if sequence == 0 {
            assert!(inbound.unprotect_rtp(&mut packet).is_ok());
        }
        if sequence == 0x8001 {
            let refused = inbound.unprotect_rtp(&mut packet).unwrap_err();
            assert_eq!(refused, UnprotectError::TooOld);
        }
    }
}

#[test]
fn no_sequence_number_is_sent_twice_with_one_index() {
    let (mut outbound, _) = ends(SrtpSuite::AeadAes256Gcm);
    let plain = rtp(1, 500, 160);
    sealed(&mut outbound, &plain);
    let mut buffer = [plain.clone(), vec![0; 16]].concat();
    let before = buffer.clone();
    let again = outbound.protect_rtp(&mut buffer, plain.len()).unwrap_err();
    assert_eq!(again, ProtectError::Reused);
    assert_eq!(buffer, before);
    sealed(&mut outbound, &rtp(1, 499, 160));
    sealed(&mut outbound, &rtp(1, 700, 160));
    let again = outbound.protect_rtp(&mut buffer, plain.len()).unwrap_err();
    assert_eq!(again, ProtectError::Reused);
}

#[test]
fn streams_are_told_apart_and_their_number_is_bounded() {
    for suite in SrtpSuite::ALL {
        let (mut outbound, mut inbound) = ends(suite);
        let many = u32::try_from(limits::SRTP_SOURCES).unwrap();
        for sequence in [65_000, 65_535, 0, 1] {
            for ssrc in 0..many {
                let plain = rtp(ssrc, sequence, 20);
                let mut packet = sealed(&mut outbound, &plain);
                assert_eq!(inbound.unprotect_rtp(&mut packet).unwrap(), plain);
            }
        }
        // Another sender under the same key has one stream that this end has no room for.
        let mut other = Outbound::new(&master(suite));
        let mut packet = sealed(&mut other, &rtp(many, 1, 20));
        let refused = inbound.unprotect_rtp(&mut packet).unwrap_err();
        assert_eq!(refused, UnprotectError::TooManySources);
        let mut packet = sealed_rtcp(&mut other, &rtcp(many, 20));
        let refused = inbound.unprotect_rtcp(&mut packet).unwrap_err();
        assert_eq!(refused, UnprotectError::TooManySources);
        let mut buffer = [0; 100];
        buffer[..32].copy_from_slice(&rtp(many, 1, 20));
        let refused = outbound.protect_rtp(&mut buffer, 32).unwrap_err();
        assert_eq!(refused, ProtectError::TooManySources);
        // And those it has go on.
        let mut packet = sealed(&mut outbound, &rtp(0, 2, 20));
        assert!(inbound.unprotect_rtp(&mut packet).is_ok());
    }
}

#[test]
fn forged_streams_take_no_room() {
    for suite in SrtpSuite::ALL {
        let (mut outbound, mut inbound) = ends(suite);
        for ssrc in 0..10_000 {
            let mut forged = rtp(ssrc, 1, 160);
            let refused = inbound.unprotect_rtp(&mut forged).unwrap_err();
            assert_eq!(refused, UnprotectError::Forged);
        }
        let mut packet = sealed(&mut outbound, &rtp(20_000, 1, 160));
        assert!(inbound.unprotect_rtp(&mut packet).is_ok());
    }
}

#[test]
fn keys_are_shown_to_nobody() {
    for suite in SrtpSuite::ALL {
        let shown = format!(
            "{:?} {:?} {:?}",
            master(suite),
            ends(suite).0,
            ends(suite).1
        );
        let name = suite.name();
        let expected = format!(
            "SrtpKey({name}, ..) Outbound({name}, 0 streams, ..) Inbound({name}, 0 streams, ..)"
        );
        assert_eq!(shown, expected);
    }
}

fn rtp(ssrc: u32, sequence: u16, payload_bytes: usize) -> Vec<u8> {
    let mut packet = vec![0x80, 0];
    packet.extend(sequence.to_be_bytes());
    packet.extend([0; 4]);
    packet.extend(ssrc.to_be_bytes());
    packet.extend((0..payload_bytes).map(|at| at as u8));
    packet
}

fn rtcp(ssrc: u32, body_bytes: usize) -> Vec<u8> {
    let mut packet = vec![0x80, 200, 0, 6];
    packet.extend(ssrc.to_be_bytes());
    packet.extend((0..body_bytes).map(|at| at as u8));
    packet
}
