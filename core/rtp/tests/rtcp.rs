//! Reports between two ends, and datagrams that lie.

// A test may panic.
#![allow(clippy::unwrap_used)]

use std::time::Duration;

use conclave_model::{Chance, Moment};
use conclave_rtp::rtcp::{self, Report, ReportBlock, RtcpPacket, SenderInfo};
use conclave_rtp::{
    Accepted, HEADER_BYTES, Header, REPORT_BYTES_MAX, Reception, Reporter, RtpPacket, write_header,
};

const BLOCK: ReportBlock = ReportBlock {
    ssrc: 0xaabb_ccdd,
    fraction_lost: 64,
    cumulative_lost: -3,
    highest_sequence: 0x0001_ffff,
    jitter_ticks: 77,
    last_sr: 1,
    delay_since_last_sr: 2,
};

fn rtp(ssrc: u32, sequence: u16, timestamp: u32) -> [u8; HEADER_BYTES] {
    let mut bytes = [0; HEADER_BYTES];
    let header = Header {
        payload_type: 0,
        marker: false,
        sequence,
        timestamp,
        ssrc,
    };
    write_header(&mut bytes, &header);
    bytes
}

#[test]
fn a_report_is_read_as_it_was_written() {
    let info = SenderInfo {
        ntp: 0x1122_3344_5566_7788,
        rtp_timestamp: 9,
        packets: 10,
        octets: 11,
    };
    for name_bytes in 0..=9 {
        let cname = &b"conclave!"[..name_bytes];
        let report = Report {
            ssrc: 5,
            info: Some(info),
            block: Some(BLOCK),
            cname,
            bye: true,
        };
        let mut datagram = [0xee; REPORT_BYTES_MAX];
        let length = report.write(&mut datagram).unwrap();
        assert_eq!(length % 4, 0);
        let packets: Vec<RtcpPacket<'_>> = rtcp::read(&datagram[..length]).collect();
        assert_eq!(packets.len(), 3);
        let RtcpPacket::SenderReport {
            ssrc: 5,
            info: read,
            blocks,
        } = packets[0]
        else {
            panic!("{:?}", packets[0]);
        };
        assert_eq!(read, info);
        assert_eq!(blocks.collect::<Vec<_>>(), [BLOCK]);
        let named = RtcpPacket::SourceDescription {
            ssrc: 5,
            cname: Some(cname),
        };
        assert_eq!(packets[1], named);
        assert_eq!(packets[2], RtcpPacket::Bye { ssrc: Some(5) });
    }
}

#[test]
fn a_report_that_does_not_fit_is_not_written() {
    let report = Report {
        ssrc: 5,
        info: None,
        block: Some(BLOCK),
        cname: &[b'x'; 300],
        bye: true,
    };
    assert_eq!(report.write(&mut [0; 100]), None);
    let mut datagram = [0; REPORT_BYTES_MAX];
    let length = report.write(&mut datagram).unwrap();
    assert_eq!(rtcp::read(&datagram[..length]).count(), 3);
}

#[test]
fn lengths_that_lie_and_types_unknown_do_no_harm() {
    // A receiver report that counts 31 blocks and has one, then an unknown type, then rubbish.
    let mut bytes = vec![0x9f, 201, 0, 7];
    bytes.extend([0; 28]);
    bytes.extend([0x80, 207, 0, 0]);
    bytes.extend([0x81, 200, 0xff, 0xff, 1]);
    let packets: Vec<RtcpPacket<'_>> = rtcp::read(&bytes).collect();
    assert_eq!(packets.len(), 2);
    let RtcpPacket::ReceiverReport { blocks, .. } = packets[0] else {
        panic!("{:?}", packets[0]);
    };
    assert_eq!(blocks.count(), 1);
    assert_eq!(packets[1], RtcpPacket::Other { packet_type: 207 });

    let mut chance = Chance::from_seed([3; 32]);
    let mut reporter = Reporter::new(Moment::EPOCH, 1, 8_000);
    for _ in 0..20_000 {
        let mut noise = vec![0; chance.below(80) as usize];
        chance.fill(&mut noise);
        if noise.len() > 3 {
            noise[0] = 0x80 | noise[0] & 0x3f;
            noise[1] = 200 + noise[1] % 8;
            noise[2] = 0;
            noise[3] %= 24;
        }
        reporter.handle_rtcp(Moment::EPOCH, &noise);
    }
}

#[test]
fn both_ends_learn_the_round_trip() {
    let start = Moment::EPOCH;
    let at = |ms| start + Duration::from_millis(ms);
    let mut alice = Reporter::new(start, 1, 8_000);
    let mut bob = Reporter::new(start + Duration::from_secs(1), 2, 8_000);
    let mut datagram = [0; REPORT_BYTES_MAX];
    for step in 0..400_u16 {
        let bytes = rtp(1, step, u32::from(step) * 160);
        alice.sent(u32::from(step) * 160, 160, at(u64::from(step) * 20));
        let packet = RtpPacket::parse(&bytes).unwrap();
        bob.received(at(u64::from(step) * 20 + 40), &packet);
    }
    let length = alice
        .write_due(at(9_000), b"a", 8_000, &mut datagram)
        .unwrap();
    bob.handle_rtcp(at(9_040), &datagram[..length]);
    let length = bob
        .write_due(at(12_000), b"b", 8_000, &mut datagram)
        .unwrap();
    alice.handle_rtcp(at(12_040), &datagram[..length]);
    let round_trip = alice.round_trip().unwrap().as_millis();
    assert!((79..=81).contains(&round_trip), "{round_trip}");
}

#[test]
fn reports_come_every_two_to_six_seconds() {
    let start = Moment::EPOCH;
    let mut reporter = Reporter::new(start, 7, 8_000);
    let mut datagram = [0; REPORT_BYTES_MAX];
    let mut last = start;
    for nth in 0..200 {
        let due = reporter.poll_timeout();
        let early = due - Duration::from_millis(1);
        assert_eq!(reporter.write_due(early, b"a", 8_000, &mut datagram), None);
        assert!(
            reporter
                .write_due(due, b"a", 8_000, &mut datagram)
                .is_some()
        );
        let interval = due - last;
        assert!(interval < Duration::from_millis(6_200), "{interval:?}");
        assert!(
            nth == 0 || interval > Duration::from_secs(2),
            "{interval:?}"
        );
        last = due;
    }
}

#[test]
fn loss_and_jitter_are_counted_across_the_wrap() {
    let start = Moment::EPOCH;
    let mut reception = Reception::new(8_000);
    let mut sequence = 65_500_u16;
    for step in 0..200_u32 {
        let bytes = rtp(1, sequence, step * 160);
        let packet = RtpPacket::parse(&bytes).unwrap();
        // Every tenth is lost, every other one comes 10 ms late.
        let late_ms = if step % 2 == 0 { 0 } else { 10 };
        let now = start + Duration::from_millis(u64::from(step * 20 + late_ms));
        if step % 10 != 5 {
            reception.receive(now, &packet);
        }
        sequence = sequence.wrapping_add(1);
    }
    assert_eq!(reception.received(), 180);
    assert_eq!(reception.lost(), 20);
    let jitter_ms = reception.jitter().as_millis();
    assert!((7..=10).contains(&jitter_ms), "{jitter_ms}");
    assert!(reception.jitter_max() >= reception.jitter());
    let block = reception.take_report().unwrap();
    assert_eq!(block.highest_sequence, 65_500 + 199);
    assert_eq!(block.cumulative_lost, 20);
    assert_eq!(block.fraction_lost, 25);
    assert_eq!(reception.take_report().unwrap().fraction_lost, 0);
}

#[test]
fn a_restart_and_a_new_source_are_no_loss() {
    let now = Moment::EPOCH;
    let mut reception = Reception::new(8_000);
    let mut receive = |ssrc, sequence| {
        let bytes = rtp(ssrc, sequence, 0);
        reception.receive(now, &RtpPacket::parse(&bytes).unwrap())
    };
    assert_eq!(receive(1, 30_010), Accepted::NewStream);
    assert_eq!(receive(1, 30_011), Accepted::InSequence);
    assert_eq!(receive(1, 30_011), Accepted::Reordered);
    assert_eq!(receive(1, 50_000), Accepted::Doubtful);
    assert_eq!(receive(1, 30_012), Accepted::InSequence);
    assert_eq!(receive(1, 65_535), Accepted::Doubtful);
    assert_eq!(receive(1, 0), Accepted::Restarted);
    assert_eq!(receive(1, 1), Accepted::InSequence);
    assert_eq!(receive(2, 500), Accepted::NewStream);
    assert_eq!(reception.lost(), 0);
    assert_eq!(reception.received(), 8);
    assert_eq!(reception.ssrc(), Some(2));
}
