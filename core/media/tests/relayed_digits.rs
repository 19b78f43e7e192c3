//! Keys that one pressed and the others are sent, as events that a phone can read.
#![allow(clippy::unwrap_used, reason = "a test stops where it finds nothing")]

mod studio;

use conclave_contract::{Command, Direction, LegSpec};
use conclave_model::{Codec, Digit, LegId};
use conclave_rtp::{EventReceiver, Header, RtpPacket, write_header};
use studio::phone::{Heard, KEYPAD};
use studio::{Phone, STAGE, Studio};

fn relay(studio: &mut Studio, keys: &str) {
    for digit in keys.chars().filter_map(Digit::from_char) {
        studio.command(Command::RelayDigit {
            stage: STAGE,
            from: LegId(1),
            digit,
        });
    }
}

fn events(phone: &Phone) -> Vec<&Heard> {
    let packets = phone.packets.iter();
    packets
        .filter(|packet| packet.payload_type == KEYPAD)
        .collect()
}

/// What a phone makes of the events that it was sent.
fn read(phone: &Phone) -> String {
    let mut receiver = EventReceiver::new();
    let digits = events(phone).into_iter().filter_map(|heard| {
        let header = Header {
            payload_type: heard.payload_type,
            marker: heard.marker,
            sequence: heard.sequence,
            timestamp: heard.timestamp,
            ssrc: heard.ssrc,
        };
        let mut front = [0; 12];
        write_header(&mut front, &header);
        let datagram = [&front[..], &heard.payload].concat();
        let packet = RtpPacket::parse(&datagram).unwrap();
        receiver.receive(heard.at, &packet, 8_000)
    });
    digits.map(Digit::to_char).collect()
}

fn meeting(codec: Codec) -> Studio {
    let mut studio = Studio::new();
    studio.join(Phone::new(1, codec, 400.0));
    studio.join(Phone::quiet(2, codec));
    studio.join(Phone::quiet(3, codec));
    let mut without_keys = Phone::quiet(4, codec);
    without_keys.takes_keys = false;
    studio.join(without_keys);
    studio.run_ms(1_000);
    studio
}

#[test]
fn all_others_who_agreed_on_events_get_each_key_once_and_in_order() {
    for codec in Codec::ALL {
        let mut studio = meeting(codec);
        relay(&mut studio, "15#*A1");
        studio.run_ms(3_000);
        assert_eq!(read(&studio.phones[1]), "15#*A1", "{codec}");
        assert_eq!(read(&studio.phones[2]), "15#*A1", "{codec}");
        assert_eq!(read(&studio.phones[0]), "", "who pressed it knows");
        assert_eq!(read(&studio.phones[3]), "", "agreed on none");
    }
}

#[test]
fn the_events_are_part_of_the_stream_as_rfc_4733_wants_it() {
    let mut studio = meeting(Codec::Pcmu);
    relay(&mut studio, "7");
    studio.run_ms(1_000);
    let phone = &studio.phones[1];
    let events = events(phone);
    let of = |heard: &Heard| <[u8; 4]>::try_from(&heard.payload[..]).unwrap();
    let durations: Vec<u16> = events
        .iter()
        .map(|heard| u16::from_be_bytes([of(heard)[2], of(heard)[3]]))
        .collect();
    assert_eq!(
        durations,
        [160, 320, 480, 640, 800, 800, 800],
        "100 ms, its end three times"
    );
    let ends: Vec<bool> = events
        .iter()
        .map(|heard| of(heard)[1] & 0x80 != 0)
        .collect();
    assert_eq!(ends, [false, false, false, false, true, true, true]);
    assert!(events.iter().all(|heard| of(heard)[0] == 7));
    let markers: Vec<bool> = events.iter().map(|heard| heard.marker).collect();
    assert_eq!(markers, [true, false, false, false, false, false, false]);
    assert!(
        events
            .iter()
            .all(|heard| heard.timestamp == events[0].timestamp)
    );
    // One stream: one SSRC, numbers without a gap, and the sound's own time goes on.
    let all = &phone.packets;
    assert!(all.iter().all(|heard| heard.ssrc == all[0].ssrc));
    for two in all.windows(2) {
        assert_eq!(two[1].sequence, two[0].sequence.wrapping_add(1));
    }
    let sound: Vec<&Heard> = all
        .iter()
        .filter(|heard| heard.payload_type != KEYPAD)
        .collect();
    for two in sound.windows(2) {
        assert_eq!(two[1].timestamp, two[0].timestamp.wrapping_add(160));
    }
    assert_eq!(sound.len(), 100, "no sound was left out");
    let first = all
        .iter()
        .position(|heard| heard.payload_type == KEYPAD)
        .unwrap();
    assert_eq!(
        all[first].timestamp,
        all[first + 1].timestamp,
        "it begins now"
    );
    let tone = [852.0, 1_209.0].map(|hz| phone.hears(hz, 1_000));
    assert!(tone.iter().all(|level| *level < 0.01), "no tone: {tone:?}");
}

#[test]
fn keys_that_could_not_be_sent_do_not_come_later_and_too_many_are_lost() {
    let mut studio = meeting(Codec::G722);
    let spec = |studio: &Studio, direction| {
        let spec = LegSpec {
            direction,
            ..studio.phones[1].spec()
        };
        Box::new(spec)
    };
    let (leg, held) = (LegId(2), spec(&studio, Direction::RecvOnly));
    studio.command(Command::UpdateLeg { leg, spec: held });
    relay(&mut studio, "12");
    studio.run_ms(200);
    let back = spec(&studio, Direction::SendRecv);
    studio.command(Command::UpdateLeg { leg, spec: back });
    relay(&mut studio, "3");
    studio.run_ms(2_000);
    assert_eq!(read(&studio.phones[1]), "3");
    relay(&mut studio, "1234567890");
    studio.run_ms(4_000);
    assert_eq!(read(&studio.phones[1]), "312345678");
}
