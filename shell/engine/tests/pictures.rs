//! Pictures over real sockets on the loopback interface: they go through, and ports come back.
#![allow(clippy::unwrap_used, reason = "a test stops where it finds nothing")]

use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use conclave_contract::{
    Clip, Direction, Scene, VideoCommand, VideoEvent, VideoFeedback, VideoFormat, VideoLine,
    VideoRules, VideoSpec,
};
use conclave_engine::{Engine, EngineConfig};
use conclave_media::{Music, SoundLibrary};
use conclave_model::{Language, LegId, PlaylistName, Prompt, StageId, VideoCodec};
use conclave_rtp::feedback::{self, Feedback};
use conclave_rtp::{Header, RtpPacket, write_header};

const STAGE: StageId = StageId(1);
const PATIENCE: Duration = Duration::from_secs(20);

struct Silence;

impl SoundLibrary for Silence {
    fn prompt(&self, _: Prompt, _: Language) -> Option<Clip> {
        None
    }

    fn playlist(&self, _: &PlaylistName) -> Option<Arc<Music>> {
        None
    }
}

struct House {
    engine: Engine,
    bell: Receiver<()>,
}

impl House {
    fn open(ports: RangeInclusive<u16>) -> Self {
        let config = EngineConfig {
            workers: 1,
            bind: vec![IpAddr::V4(Ipv4Addr::LOCALHOST)],
            ports,
            legs_max: 8,
            real_time: false,
            ..EngineConfig::default()
        };
        let (ring, bell) = channel();
        let wake = Box::new(move || {
            let _ = ring.send(());
        });
        let engine = Engine::start(config, Arc::new(Silence), wake).unwrap();
        Self { engine, bell }
    }

    fn wait_for<T>(&mut self, mut wanted: impl FnMut(VideoEvent) -> Option<T>) -> T {
        let until = Instant::now() + PATIENCE;
        loop {
            while let Some(event) = self.engine.poll_video() {
                if let Some(found) = wanted(event) {
                    return found;
                }
            }
            let left = until.saturating_duration_since(Instant::now());
            self.bell.recv_timeout(left).unwrap();
        }
    }

    fn phone(&mut self, leg: u32) -> Phone {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        let remote = socket.local_addr().unwrap();
        let line = VideoLine {
            leg: LegId(leg),
            number: 0,
        };
        self.engine.command_video(VideoCommand::Open {
            line,
            reached_at: None,
            remote: Some(remote),
        });
        let server = self.wait_for(|event| match event {
            VideoEvent::Opened { line: of, local } if of == line => Some(local),
            VideoEvent::Failed { .. } => panic!("no port"),
            VideoEvent::Opened { .. }
            | VideoEvent::Sending { .. }
            | VideoEvent::WantsPicture { .. } => None,
        });
        let spec = Box::new(spec(leg, remote));
        let (leg, stage) = (line.leg, STAGE);
        self.engine.command_video(VideoCommand::Set { line, spec });
        self.engine.command_video(VideoCommand::Join { leg, stage });
        Phone {
            socket,
            server,
            sequence: 7,
        }
    }
}

fn spec(leg: u32, remote: SocketAddr) -> VideoSpec {
    VideoSpec {
        remote: Some(remote),
        remote_rtcp: None,
        rtcp_mux: true,
        formats: vec![VideoFormat {
            payload_type: 96,
            codec: VideoCodec::Vp8,
        }],
        direction: Direction::SendRecv,
        feedback: VideoFeedback {
            picture_loss: true,
            ..VideoFeedback::default()
        },
        ssrc: 0xAAAA_0000 + leg,
        first_sequence: 1,
        first_timestamp: 1,
    }
}

struct Phone {
    socket: UdpSocket,
    server: SocketAddr,
    sequence: u16,
}

impl Phone {
    fn shoot(&mut self, is_whole: bool) {
        self.sequence += 1;
        let header = Header {
            payload_type: 96,
            marker: true,
            sequence: self.sequence,
            timestamp: u32::from(self.sequence) * 3_000,
            ssrc: 5,
        };
        let mut fixed = [0; 12];
        write_header(&mut fixed, &header);
        let packet = [&fixed[..], &[0x10, u8::from(!is_whole)], &[7; 1_100]].concat();
        self.socket.send_to(&packet, self.server).unwrap();
    }

    fn receives(&self) -> Vec<u8> {
        let mut bytes = [0; 2_000];
        let (length, from) = self.socket.recv_from(&mut bytes).unwrap();
        assert_eq!(from, self.server);
        bytes[..length].to_vec()
    }

    /// Waits until it is asked for a whole picture.
    fn is_asked(&self) {
        while feedback::read(&self.receives()).next() != Some(Feedback::PictureLoss) {}
    }

    /// The next picture; reports in between are stepped over.
    fn sees(&self) -> Vec<u8> {
        loop {
            let bytes = self.receives();
            if bytes[1] & 0x7f == 96 {
                return bytes;
            }
        }
    }
}

#[test]
fn a_picture_goes_from_one_phone_to_the_other_once_it_is_whole() {
    let mut house = House::open(21_700..=21_739);
    let free = house.engine.health().ports_free;
    let rules = VideoRules::default();
    house.engine.command_video(VideoCommand::SetStage {
        stage: STAGE,
        rules,
    });
    let (mut one, other) = (house.phone(1), house.phone(2));
    house.engine.command_video(VideoCommand::SetScene {
        stage: STAGE,
        scene: Scene::One {
            shown: LegId(1),
            to_shown: None,
        },
    });
    one.shoot(false);
    one.is_asked();
    one.shoot(true);
    one.shoot(false);
    for (number, kind) in [(1, 0), (2, 1)] {
        let bytes = other.sees();
        let packet = RtpPacket::parse(&bytes).unwrap();
        assert_eq!((packet.ssrc, packet.sequence), (0xAAAA_0002, number));
        assert_eq!(packet.payload[..2], [0x10, kind]);
        assert_eq!(packet.payload.len(), 1_102);
    }
    let sending = house.wait_for(|event| match event {
        VideoEvent::Sending { leg, sending } => Some((leg, sending)),
        VideoEvent::Opened { .. } | VideoEvent::Failed { .. } => None,
        VideoEvent::WantsPicture { .. } => panic!("it has RTCP for that"),
    });
    assert_eq!(sending, (LegId(1), true));

    assert_eq!(house.engine.health().ports_free, free - 2);
    for leg in [LegId(1), LegId(2)] {
        house.engine.command_video(VideoCommand::CloseLeg { leg });
    }
    let until = Instant::now() + PATIENCE;
    while house.engine.health().ports_free < free {
        assert!(Instant::now() < until, "the ports do not come back");
        while house.engine.poll_video().is_some() {}
        let _ = house.bell.recv_timeout(Duration::from_millis(20));
    }
    house.engine.shutdown();
}

#[test]
fn what_only_ends_something_starts_no_thread_and_a_line_without_a_port_is_told() {
    let mut house = House::open(21_740..=21_759);
    let close = |house: &mut House| {
        let stage = STAGE;
        let command = VideoCommand::CloseStage { stage };
        house.engine.command_video(command);
    };
    close(&mut house);
    assert!(house.engine.poll_video().is_none());
    let free = house.engine.health().ports_free;
    for number in 0..=u8::try_from(free).unwrap() {
        let line = VideoLine {
            leg: LegId(1),
            number,
        };
        house.engine.command_video(VideoCommand::Open {
            line,
            reached_at: None,
            remote: None,
        });
    }
    let mut opened = 0;
    let refused = house.wait_for(|event| match event {
        VideoEvent::Opened { .. } => {
            opened += 1;
            None
        }
        VideoEvent::Failed { line } => Some(line.number),
        VideoEvent::Sending { .. } | VideoEvent::WantsPicture { .. } => None,
    });
    assert_eq!((opened, u64::from(refused)), (free, free));
}
