//! Pictures through the relay: who gets them, without a jump, and what is asked of whom.
#![allow(clippy::unwrap_used, reason = "a test stops where it finds nothing")]

use std::net::SocketAddr;
use std::time::Duration;

use conclave_contract::{
    Direction, Scene, VideoCommand, VideoEvent, VideoFeedback, VideoFormat, VideoLine, VideoRules,
    VideoSpec,
};
use conclave_model::confbridge::RembBehavior;
use conclave_model::{LegId, Moment, StageId, VideoCodec, limits};
use conclave_rtp::feedback::{self, Feedback};
use conclave_rtp::{Header, RtpPacket, write_header};
use conclave_video::{Relay, VideoPort, VideoSink};

const STAGE: StageId = StageId(1);

/// One packet that went out.
#[derive(Clone, Debug)]
struct Sent {
    to: LegId,
    port: VideoPort,
    bytes: Vec<u8>,
}

#[derive(Default)]
struct Wire(Vec<Sent>);

impl VideoSink for Wire {
    fn send(&mut self, line: VideoLine, port: VideoPort, _: SocketAddr, packet: &[u8]) {
        self.0.push(Sent {
            to: line.leg,
            port,
            bytes: packet.to_vec(),
        });
    }
}

struct Room {
    now: Moment,
    relay: Relay,
    wire: Wire,
}

impl Room {
    /// So many phones on a stage of these rules that shows the first to all, the second to it.
    fn with(phones: u32, rules: VideoRules) -> Self {
        let now = Moment::EPOCH;
        let mut room = Self {
            now,
            relay: Relay::default(),
            wire: Wire::default(),
        };
        room.order(VideoCommand::SetStage {
            stage: STAGE,
            rules,
        });
        for phone in 1..=phones {
            room.order(set(phone, 96));
            room.order(VideoCommand::Join {
                leg: LegId(phone),
                stage: STAGE,
            });
        }
        room.show(1, Some(2));
        room
    }

    fn of(phones: u32) -> Self {
        Self::with(phones, VideoRules::default())
    }

    fn order(&mut self, command: VideoCommand) {
        self.relay.command(self.now, command, &mut self.wire);
    }

    fn show(&mut self, shown: u32, to_shown: Option<u32>) {
        let scene = Scene::One {
            shown: LegId(shown),
            to_shown: to_shown.map(LegId),
        };
        self.order(VideoCommand::SetScene {
            stage: STAGE,
            scene,
        });
    }

    fn pass(&mut self, time: Duration) {
        let until = self.now + time;
        while let Some(at) = self.relay.poll_timeout().filter(|at| *at <= until) {
            self.now = at;
            self.relay.handle_timeout(at, &mut self.wire);
        }
        self.now = until;
    }

    fn arrives(&mut self, from: u32, bytes: &[u8]) {
        self.arrives_at(from, VideoPort::Rtp, peer(from), bytes);
    }

    fn arrives_at(&mut self, to: u32, port: VideoPort, from: SocketAddr, bytes: &[u8]) {
        let wire = &mut self.wire;
        self.relay
            .receive(self.now, line(to), port, from, bytes, wire);
    }

    fn rtcp(&mut self, from: u32, write: impl Fn(&mut [u8]) -> Option<usize>) {
        let mut out = [0; feedback::FEEDBACK_BYTES_MAX];
        let length = write(&mut out).unwrap();
        self.arrives_at(from, VideoPort::Rtcp, peer(from), &out[..length]);
    }

    /// What a phone was sent of pictures since the last time.
    fn shown_to(&mut self, phone: u32) -> Vec<Sent> {
        let is_its = |sent: &Sent| sent.to == LegId(phone) && sent.port == VideoPort::Rtp;
        let (its, others) = std::mem::take(&mut self.wire.0)
            .into_iter()
            .partition(is_its);
        self.wire.0 = others;
        its
    }

    /// What a phone was asked and told.
    fn asked_of(&self, phone: u32) -> Vec<Feedback> {
        let its = self.wire.0.iter();
        let its = its.filter(|sent| sent.to == LegId(phone) && sent.port == VideoPort::Rtcp);
        its.flat_map(|sent| feedback::read(&sent.bytes)).collect()
    }
}

fn line(phone: u32) -> VideoLine {
    VideoLine {
        leg: LegId(phone),
        number: 0,
    }
}

fn peer(phone: u32) -> SocketAddr {
    SocketAddr::from(([192, 0, 2, 1], 4_000 + 2 * u16::try_from(phone).unwrap()))
}

fn spec(phone: u32, payload_type: u8) -> VideoSpec {
    VideoSpec {
        remote: Some(peer(phone)),
        remote_rtcp: None,
        rtcp_mux: false,
        formats: vec![VideoFormat {
            payload_type,
            codec: VideoCodec::Vp8,
        }],
        direction: Direction::SendRecv,
        feedback: VideoFeedback {
            picture_loss: true,
            full_intra: true,
            remb: true,
        },
        ssrc: 0xAAAA_0000 + phone,
        first_sequence: 65_530,
        first_timestamp: 1_000,
    }
}

fn set(phone: u32, payload_type: u8) -> VideoCommand {
    VideoCommand::Set {
        line: line(phone),
        spec: Box::new(spec(phone, payload_type)),
    }
}

/// A picture in one packet, whole or not.
fn picture(phone: u32, sequence: u16, is_whole: bool) -> Vec<u8> {
    let header = Header {
        payload_type: 96,
        marker: true,
        sequence,
        timestamp: 90_000 * phone + u32::from(sequence) * 3_600,
        ssrc: phone,
    };
    let mut fixed = [0; 12];
    write_header(&mut fixed, &header);
    [&fixed[..], &[0x10, u8::from(!is_whole), phone as u8]].concat()
}

fn whose(sent: &[Sent]) -> Vec<u8> {
    let read = |sent: &Sent| RtpPacket::parse(&sent.bytes).unwrap().payload[2];
    sent.iter().map(read).collect()
}

fn assert_one_stream(sent: &[Sent], ssrc: u32) {
    for pair in sent.windows(2) {
        let [one, next] = [&pair[0], &pair[1]].map(|it| RtpPacket::parse(&it.bytes).unwrap());
        assert_eq!((one.ssrc, next.ssrc), (ssrc, ssrc));
        assert_eq!(next.sequence, one.sequence.wrapping_add(1));
        let step = next.timestamp.wrapping_sub(one.timestamp);
        assert!((1..90_000).contains(&step), "{step}");
    }
}

const FRAME: Duration = Duration::from_millis(40);

#[test]
fn everybody_sees_the_one_who_is_shown_and_that_one_another() {
    let mut room = Room::of(3);
    for phone in 1..=3 {
        room.arrives(phone, &picture(phone, 10, true));
    }
    assert_eq!(whose(&room.shown_to(1)), [2]);
    assert_eq!(whose(&room.shown_to(2)), [1]);
    assert_eq!(whose(&room.shown_to(3)), [1]);
    assert!(room.shown_to(3).is_empty(), "nobody sees the third");
}

#[test]
fn a_stream_has_one_source_and_never_jumps_whoever_is_shown() {
    let mut room = Room::of(3);
    let mut seen = Vec::new();
    for (step, shown) in [1, 2, 1, 2].into_iter().enumerate() {
        room.show(shown, Some(3 - shown));
        for frame in 0..5 {
            room.pass(FRAME);
            let sequence = 100 + (step * 5 + frame) as u16;
            for phone in [1, 2] {
                room.arrives(phone, &picture(phone, sequence, frame == 0));
            }
            seen.extend(room.shown_to(3));
        }
    }
    assert_eq!(seen.len(), 20);
    assert_one_stream(&seen, 0xAAAA_0003);
    assert_eq!(whose(&seen)[4..6], [1, 2]);
}

#[test]
fn nothing_is_shown_before_a_whole_picture_which_is_asked_for_and_not_for_ever() {
    let mut room = Room::of(3);
    room.arrives(1, &picture(1, 1, false));
    assert!(room.shown_to(3).is_empty());
    assert_eq!(room.asked_of(1), [Feedback::PictureLoss]);
    room.arrives(1, &picture(1, 2, true));
    room.arrives(1, &picture(1, 3, false));
    assert_eq!(room.shown_to(3).len(), 2);

    // Who never begins a whole picture is seen after a while all the same.
    let mut stubborn = Room::of(3);
    let mut sequence = 0;
    let began = stubborn.now;
    while stubborn.shown_to(3).is_empty() {
        stubborn.pass(FRAME);
        sequence += 1;
        stubborn.arrives(1, &picture(1, sequence, false));
        assert!(stubborn.now < began + limits::VIDEO_GATE * 2);
    }
    assert!(stubborn.now >= began + limits::VIDEO_GATE);
    assert!(stubborn.asked_of(1).len() >= 2, "asked again");
}

#[test]
fn a_loss_stays_a_loss_and_what_is_late_from_before_is_not_shown() {
    let mut room = Room::of(2);
    room.arrives(1, &picture(1, 100, true));
    room.arrives(1, &picture(1, 99, true));
    room.arrives(1, &picture(1, 103, false));
    room.arrives(1, &picture(1, 102, false));
    let sequences: Vec<u16> = room
        .shown_to(2)
        .iter()
        .map(|sent| RtpPacket::parse(&sent.bytes).unwrap().sequence)
        .collect();
    assert_eq!(sequences, [65_530, 65_533, 65_532]);
}

#[test]
fn a_sender_that_begins_anew_is_shown_from_its_next_whole_picture() {
    let mut room = Room::of(2);
    room.arrives(1, &picture(1, 100, true));
    let mut other = picture(1, 40_000, false);
    room.arrives(1, &other);
    assert_eq!(room.shown_to(2).len(), 1, "another stream");
    other = picture(1, 40_001, true);
    room.pass(FRAME);
    room.arrives(1, &other);
    let sent = room.shown_to(2);
    let sequence = RtpPacket::parse(&sent[0].bytes).unwrap().sequence;
    assert_eq!(sequence, 65_531);
}

#[test]
fn each_receiver_gets_its_own_payload_type_and_another_codec_nothing() {
    let mut room = Room::of(3);
    room.order(set(2, 107));
    let mut foreign = spec(3, 96);
    foreign.formats[0].codec = VideoCodec::H264(conclave_model::H264::usual(
        conclave_model::Packetization::Single,
    ));
    room.order(VideoCommand::Set {
        line: line(3),
        spec: Box::new(foreign),
    });
    room.arrives(1, &picture(1, 1, true));
    let sent = room.shown_to(2);
    assert_eq!(RtpPacket::parse(&sent[0].bytes).unwrap().payload_type, 107);
    assert!(room.shown_to(3).is_empty());
}

// Regression bc05416004
#[test]
fn requests_for_a_whole_picture_go_to_the_one_who_is_seen_and_repeated_ones_are_dropped() {
    let ask = |room: &mut Room, from| {
        room.rtcp(from, |out| feedback::write_picture_loss(out, 9, 9));
    };
    for (discard_ms, expected) in [(2_000, 2), (0, 4)] {
        let rules = VideoRules {
            update_discard: Duration::from_millis(discard_ms),
            ..VideoRules::default()
        };
        let mut room = Room::with(3, rules);
        room.arrives(1, &picture(1, 1, true));
        room.arrives(2, &picture(2, 1, true));
        room.pass(Duration::from_secs(3));
        room.wire.0.clear();
        ask(&mut room, 3);
        ask(&mut room, 2);
        ask(&mut room, 2);
        room.pass(Duration::from_millis(2_100));
        room.arrives(1, &picture(1, 2, false));
        ask(&mut room, 3);
        assert_eq!(room.asked_of(1).len(), expected, "{discard_ms}");
        assert!(room.asked_of(2).is_empty());
    }
}

#[test]
fn a_phone_without_feedback_is_asked_by_signalling() {
    let mut room = Room::of(2);
    let mut plain = spec(1, 96);
    plain.feedback = VideoFeedback::default();
    room.order(VideoCommand::Set {
        line: line(1),
        spec: Box::new(plain),
    });
    room.arrives(1, &picture(1, 1, false));
    let events: Vec<VideoEvent> = std::iter::from_fn(|| room.relay.poll_event()).collect();
    let leg = LegId(1);
    let began = VideoEvent::Sending { leg, sending: true };
    assert_eq!(events, [began, VideoEvent::WantsPicture { leg }]);
    assert!(room.asked_of(1).is_empty());
    room.order(VideoCommand::WholePicture { leg: LegId(2) });
    assert!(room.relay.poll_event().is_none(), "a moment ago");
}

#[test]
fn senders_are_told_what_their_receivers_take() {
    for (remb, told_to_first) in [
        (RembBehavior::Average, 1_048_576),
        (RembBehavior::Lowest, 524_288),
        (RembBehavior::HighestAll, 4_194_304),
        (RembBehavior::Force, 65_536),
    ] {
        let rules = VideoRules {
            remb,
            remb_forced: 65_536,
            remb_interval: Some(Duration::from_millis(500)),
            ..VideoRules::default()
        };
        let mut room = Room::with(3, rules);
        room.arrives(1, &picture(1, 1, true));
        room.arrives(2, &picture(2, 1, true));
        for (phone, estimate) in [(1, 4_194_304), (2, 524_288), (3, 1_572_864)] {
            room.rtcp(phone, |out| feedback::write_remb(out, 9, 9, estimate));
        }
        room.wire.0.clear();
        room.pass(Duration::from_millis(1_050));
        let told: Vec<Feedback> = room.asked_of(1);
        let bits_per_second = told_to_first;
        let expected = Feedback::Remb { bits_per_second };
        assert_eq!(told, [expected, expected], "{remb:?}");
    }
}

#[test]
fn a_camera_that_is_off_is_told_and_one_that_is_on_again() {
    let mut room = Room::of(2);
    let mut events = Vec::new();
    room.arrives(1, &picture(1, 1, true));
    room.pass(limits::VIDEO_PAUSE + Duration::from_secs(1));
    room.arrives(1, &picture(1, 2, true));
    while let Some(event) = room.relay.poll_event() {
        events.push(event);
    }
    let sending = |sending| VideoEvent::Sending {
        leg: LegId(1),
        sending,
    };
    assert_eq!(events, [sending(true), sending(false), sending(true)]);
}

#[test]
fn a_stranger_is_not_shown_and_a_phone_behind_a_router_is() {
    let mut room = Room::of(2);
    let behind_router = SocketAddr::from(([198, 51, 100, 7], 61_000));
    room.arrives_at(1, VideoPort::Rtp, behind_router, &picture(1, 1, true));
    assert_eq!(room.shown_to(2).len(), 1, "the first that is good");
    let stranger = SocketAddr::from(([203, 0, 113, 9], 4_000));
    room.arrives_at(1, VideoPort::Rtp, stranger, &picture(1, 2, true));
    assert!(room.shown_to(2).is_empty());
}

#[test]
fn everybody_is_shown_on_a_line_of_their_own_and_stays_on_it() {
    let mut room = Room::of(4);
    for number in 1..3 {
        let line = VideoLine {
            leg: LegId(1),
            number,
        };
        let mut spec = spec(1, 96);
        spec.direction = Direction::SendOnly;
        spec.ssrc += 256 * u32::from(number);
        let spec = Box::new(spec);
        room.order(VideoCommand::Set { line, spec });
    }
    let all = |room: &mut Room, legs: &[u32]| {
        let scene = Scene::All(legs.iter().map(|leg| LegId(*leg)).collect());
        room.order(VideoCommand::SetScene {
            stage: STAGE,
            scene,
        });
        for leg in legs {
            room.arrives(*leg, &picture(*leg, 50, true));
        }
        let mut seen: Vec<(u32, u8)> = room
            .shown_to(1)
            .iter()
            .map(|sent| RtpPacket::parse(&sent.bytes).unwrap())
            .map(|packet| (packet.ssrc - 0xAAAA_0001, packet.payload[2]))
            .collect();
        seen.sort_unstable();
        seen
    };
    assert_eq!(all(&mut room, &[1, 2, 3, 4]), [(0, 2), (256, 3), (512, 4)]);
    assert_eq!(all(&mut room, &[1, 3, 4]), [(256, 3), (512, 4)]);
    assert_eq!(all(&mut room, &[1, 3, 4, 2]), [(0, 2), (256, 3), (512, 4)]);
}

#[test]
fn no_datagram_breaks_the_relay() {
    let mut room = Room::of(2);
    let mut dice = 7_u32;
    for length in 0..1_600 {
        let bytes: Vec<u8> = (0..length)
            .map(|at| {
                dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                match at {
                    0 => 0x80 | (dice >> 28) as u8,
                    1 => [96, 206, 200][dice as usize % 3],
                    _ => (dice >> 24) as u8,
                }
            })
            .collect();
        room.arrives(1, &bytes);
        room.arrives_at(1, VideoPort::Rtcp, peer(1), &bytes);
    }
    room.pass(Duration::from_secs(10));
}
