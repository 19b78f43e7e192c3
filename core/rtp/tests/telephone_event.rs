//! Keys through the receiver of telephone events, as telephones and their networks send them.

// A test may panic.
#![allow(clippy::unwrap_used)]

use std::time::Duration;

use conclave_model::{Digit, Moment};
use conclave_rtp::{
    EventPacket, EventReceiver, EventSender, HEADER_BYTES, Header, RtpPacket, write_header,
};

const RATE_HZ: u32 = 8_000;

fn key(key: char) -> Digit {
    Digit::from_char(key).unwrap()
}

fn press(digit: char, timestamp: u32, ms: u64) -> Vec<EventPacket> {
    let mut sender = EventSender::new(RATE_HZ);
    sender.press(key(digit), timestamp, Duration::from_millis(ms));
    std::iter::from_fn(|| sender.next_packet()).collect()
}

/// Hands packets over every 20 ms.
struct Line {
    receiver: EventReceiver,
    now: Moment,
    ssrc: u32,
}

impl Line {
    fn new() -> Self {
        Self {
            receiver: EventReceiver::new(),
            now: Moment::EPOCH,
            ssrc: 1,
        }
    }

    fn send(&mut self, packets: &[EventPacket]) -> String {
        packets
            .iter()
            .filter_map(|packet| self.send_one(packet))
            .collect()
    }

    fn send_one(&mut self, packet: &EventPacket) -> Option<char> {
        self.now += Duration::from_millis(20);
        let mut bytes = vec![0; HEADER_BYTES];
        let header = Header {
            payload_type: 101,
            marker: packet.marker,
            sequence: 0,
            timestamp: packet.timestamp,
            ssrc: self.ssrc,
        };
        write_header(bytes.first_chunk_mut().unwrap(), &header);
        bytes.extend(packet.payload);
        let packet = RtpPacket::parse(&bytes).unwrap();
        let digit = self.receiver.receive(self.now, &packet, RATE_HZ)?;
        Some(digit.to_char())
    }
}

#[test]
fn a_press_has_a_start_a_growing_duration_and_three_ends() {
    let packets = press('5', 1_000, 100);
    assert_eq!(packets.len(), 7);
    assert!(packets.iter().all(|packet| packet.timestamp == 1_000));
    assert!(packets[0].marker && packets[1..].iter().all(|packet| !packet.marker));
    assert_eq!(packets[0].payload, [5, 10, 0, 160]);
    assert_eq!(packets[3].payload, [5, 10, 2, 128]);
    assert!(
        packets[4..]
            .iter()
            .all(|packet| packet.payload == [5, 0x8a, 3, 32])
    );
}

#[test]
fn a_press_counts_once_and_at_once() {
    let mut line = Line::new();
    let packets = press('1', 1_000, 100);
    assert_eq!(line.send_one(&packets[0]), Some('1'));
    assert_eq!(line.send(&packets[1..]), "");
    assert_eq!(line.send(&packets), "", "nor when all of it comes again");
}

#[test]
fn any_one_packet_is_enough() {
    let packets = press('#', 1_000, 60);
    for lone in &packets {
        assert_eq!(Line::new().send(std::slice::from_ref(lone)), "#");
    }
}

#[test]
fn the_same_key_twice_is_two_presses_even_if_the_ends_are_lost() {
    let mut line = Line::new();
    assert_eq!(line.send(&press('7', 1_000, 80)), "7");
    assert_eq!(line.send(&press('7', 2_000, 80)), "7");
    let first = press('8', 3_000, 80);
    let second = press('8', 4_000, 80);
    assert_eq!(line.send(&first[..2]), "8");
    assert_eq!(line.send(&second[2..]), "8", "the start is lost as well");
}

#[test]
fn a_late_end_of_the_key_before_is_not_a_press() {
    let mut line = Line::new();
    let first = press('1', 1_000, 80);
    let second = press('2', 2_000, 80);
    assert_eq!(line.send(&first[..5]), "1");
    assert_eq!(line.send(&second[..2]), "2");
    assert_eq!(line.send(&first[5..]), "");
    assert_eq!(line.send(&second[2..]), "");
}

#[test]
fn a_key_held_for_longer_than_the_field_goes_on() {
    let mut line = Line::new();
    let packet = |timestamp: u32, duration: u16, end: u8| EventPacket {
        marker: timestamp == 1_000 && duration == 160,
        timestamp,
        payload: [3, 10 | end, (duration >> 8) as u8, duration as u8],
    };
    let mut heard = String::new();
    for part in 1..=409_u16 {
        heard.extend(line.send_one(&packet(1_000, part * 160, 0)));
    }
    heard.extend(line.send_one(&packet(1_000, u16::MAX, 0)));
    let second = 1_000 + u32::from(u16::MAX);
    for part in 1..=40_u16 {
        heard.extend(line.send_one(&packet(second, part * 160, 0)));
    }
    heard.extend(line.send_one(&packet(second, 6_500, 0x80)));
    assert_eq!(heard, "3");
    assert_eq!(line.send(&press('3', second + 8_000, 60)), "3");
}

#[test]
fn a_timestamp_that_creeps_with_the_packets_is_one_press() {
    let mut line = Line::new();
    let mut packets = press('4', 1_000, 200);
    for (timestamp, packet) in (0..).zip(packets.iter_mut()) {
        packet.timestamp += timestamp * 160;
    }
    assert_eq!(line.send(&packets[..9]), "4");
}

#[test]
fn another_source_is_heard_and_does_not_double() {
    let mut line = Line::new();
    let packets = press('9', 1_000, 80);
    assert_eq!(line.send(&packets[..3]), "9");
    line.ssrc = 0x0102_0305;
    assert_eq!(line.send(&packets), "");
    assert_eq!(line.send(&press('9', 9_000, 80)), "9");
}

#[test]
fn a_recording_played_again_presses_again() {
    let mut line = Line::new();
    assert_eq!(line.send(&press('1', 1_000, 80)), "1");
    line.now += Duration::from_secs(2);
    assert_eq!(line.send(&press('1', 1_000, 80)), "1");
}

#[test]
fn what_is_no_key_is_nothing() {
    let mut line = Line::new();
    let mut packets = press('1', 1_000, 80);
    for packet in &mut packets {
        packet.payload[0] = 16;
    }
    assert_eq!(line.send(&packets), "");
    let mut bytes = [0; HEADER_BYTES + 3];
    bytes[0] = 0x80;
    let short = RtpPacket::parse(&bytes).unwrap();
    assert!(line.receiver.receive(line.now, &short, RATE_HZ).is_none());
}
