//! Rooms and calls to keep; says nothing about how.

use std::time::Duration;

use conclave_model::confbridge::MenuName;
use conclave_model::{
    CallEnd, CallId, CallMoment, CallRecord, Chance, Codec, Encryption, FarReception, RoomId,
    RoomLanguage, RoomRecord, SrtpSuite, Timeline, UnixMillis,
};

pub fn room(number: u32) -> RoomRecord {
    let mut chance = Chance::from_seed([u8::try_from(number % 251).unwrap(); 32]);
    RoomRecord {
        id: RoomId::mint(
            UnixMillis(1_700_000_000_000 + u64::from(number)),
            &mut chance,
        ),
        title: format!("Room {number} — Größe").parse().unwrap(),
        extension: format!("{}", 10_000 + number).parse().unwrap(),
        message: number.is_multiple_of(2),
        music: Some("jazz".parse().unwrap()),
        pin: Some("627184".parse().unwrap()),
        more_pins: conclave_model::MorePins::default(),
        language: RoomLanguage::Auto,
        options: "max_members=5\n".to_owned(),
        user_options: String::new(),
        keypad: MenuName::standard(),
        moderator_keypad: MenuName::standard(),
        created_at: UnixMillis(1_700_000_000_000),
        version: 1,
    }
}

#[allow(dead_code)] // Each test program has its own copy of this file.
pub fn call(number: u32, room: Option<RoomId>) -> CallRecord {
    let mut chance = Chance::from_seed([3; 32]);
    let started_at = UnixMillis(1_700_000_000_000 + u64::from(number));
    let mut timeline = Timeline::default();
    timeline.note(started_at, CallMoment::Rang);
    timeline.note(UnixMillis(started_at.0 + 200), CallMoment::Answered);
    timeline.note(UnixMillis(started_at.0 + 900), CallMoment::PinWrong);
    CallRecord {
        id: CallId::mint(started_at, &mut chance),
        started_at,
        answered_at: Some(UnixMillis(started_at.0 + 200)),
        joined_at: None,
        ended_at: UnixMillis(started_at.0 + 60_000),
        from_number: "+4930123456".to_owned(),
        from_name: Some("Ann'); DROP TABLE calls; --".to_owned()),
        dialled: "801".to_owned(),
        remote: "[2001:db8::7]:5060".parse().unwrap(),
        transport: "udp",
        sip_call_id: "abc@example.com".to_owned(),
        room,
        room_title: room.map(|_| "Standup".to_owned()),
        codec: Some(Codec::G722),
        encryption: Some(Encryption::Sdes(SrtpSuite::AeadAes128Gcm)),
        pins_wrong: 2,
        end: CallEnd::HungUp,
        packets_received: 3_000,
        packets_lost: 7,
        packets_forged: 3,
        jitter_max: Duration::from_micros(12_345),
        packets_sent: 3_000,
        far: Some(FarReception {
            packets_lost: 9,
            jitter_max: Duration::from_micros(700),
        }),
        round_trip: Some(Duration::from_micros(31_000)),
        timeline,
    }
}
