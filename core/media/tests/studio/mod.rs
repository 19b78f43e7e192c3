//! Phones around a deck in virtual time: each says a sine and writes down what it is sent.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "every test file uses its own part of it"
)]

pub mod compare;
pub mod link;
pub mod phone;
pub mod reel;
pub mod secrets;
pub mod speech;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use conclave_audio::{SampleRate, Tone};
use conclave_contract::{Clip, Command, Event, LegStats, RecordSpec, Segment};
use conclave_media::{
    Deck, DeckConfig, Music, PacketSink, Port, Preparer, Retired, SoundLibrary, Spare,
};
use conclave_model::{Language, LegId, Moment, PlaylistName, Prompt, StageId};

pub use phone::Phone;

pub const TICK: Duration = Duration::from_millis(20);
pub const STAGE: StageId = StageId(1);

/// One prompt of one second at 1 kHz; one playlist of 6 s at 700 Hz and 2 s at 550 Hz.
pub struct Library {
    music: Arc<Music>,
}

impl Library {
    pub fn new() -> Self {
        Self {
            music: Arc::new(Music {
                songs: vec![sine_clip(700.0, 0.25, 6_000), sine_clip(550.0, 0.25, 2_000)],
            }),
        }
    }
}

impl SoundLibrary for Library {
    fn prompt(&self, _: Prompt, _: Language) -> Option<Clip> {
        Some(sine_clip(1_000.0, 0.25, 1_000))
    }

    fn playlist(&self, _: &PlaylistName) -> Option<Arc<Music>> {
        Some(Arc::clone(&self.music))
    }
}

/// Whole periods at 16 kHz, so that it can be played round and round.
pub fn sine_clip(hz: f32, amplitude: f32, ms: usize) -> Clip {
    let mut samples = vec![0.0; ms * 16];
    Tone::single(SampleRate::Hz16000, hz, amplitude).fill(&mut samples);
    let mut integers = vec![0; samples.len()];
    conclave_audio::to_i16(&samples, &mut integers);
    Clip::new(integers)
}

pub struct Studio {
    pub deck: Deck,
    pub now: Moment,
    pub began: Moment,
    pub phones: Vec<Phone>,
    pub events: Vec<(Duration, Event)>,
    /// Those that the deck did not need any more.
    pub encoders_dropped: usize,
    /// New legs get what old ones are done with.
    pub reuses: bool,
    preparer: Preparer,
}

#[derive(Default)]
struct Wire {
    sent: Vec<(LegId, Port, SocketAddr, Vec<u8>)>,
}

impl PacketSink for Wire {
    fn send(&mut self, leg: LegId, port: Port, to: SocketAddr, packet: &[u8]) {
        self.sent.push((leg, port, to, packet.to_vec()));
    }
}

impl Studio {
    pub fn new() -> Self {
        let config = DeckConfig {
            legs_max: 256,
            stages_max: 16,
        };
        // Some packets come before the first tick.
        let now = Moment::EPOCH + Duration::from_secs(1);
        let mut studio = Self {
            deck: Deck::new(config),
            now,
            began: now,
            phones: Vec::new(),
            events: Vec::new(),
            encoders_dropped: 0,
            reuses: true,
            preparer: Preparer::new(Arc::new(Library::new()), config.legs_max),
        };
        studio.command(Command::OpenStage { stage: STAGE });
        studio
    }

    pub fn command(&mut self, command: Command) {
        let local = SocketAddr::from(([10, 9, 9, 9], 16_384));
        let order = self.preparer.prepare(command, local);
        self.deck.obey(self.now, order);
    }

    /// Opens a leg for the phone; the index of the phone.
    pub fn call(&mut self, phone: Phone) -> usize {
        self.command(Command::OpenLeg {
            leg: phone.leg,
            near: Some(STAGE),
            reached_at: None,
            spec: Box::new(phone.spec()),
        });
        self.phones.push(phone);
        self.phones.len() - 1
    }

    /// The same, on the stage.
    pub fn join(&mut self, phone: Phone) -> usize {
        let leg = phone.leg;
        let index = self.call(phone);
        self.command(Command::JoinStage { leg, stage: STAGE });
        index
    }

    pub fn play(&mut self, leg: LegId, play: u32, segments: Vec<Segment>, stop_on_digit: bool) {
        self.command(Command::Play {
            leg,
            play: conclave_model::PlayId(play),
            segments,
            stop_on_digit,
        });
    }

    pub fn record(&mut self, leg: LegId, spec: RecordSpec) {
        self.command(Command::Record {
            leg,
            record: conclave_model::RecordId(9),
            spec,
        });
    }

    pub fn run_ms(&mut self, ms: u32) {
        for _ in 0..ms / 20 {
            self.tick();
        }
    }

    pub fn tick(&mut self) {
        self.now += TICK;
        for phone in &mut self.phones {
            if !phone.sends {
                continue;
            }
            for datagram in phone.speak() {
                let datagram = match &mut phone.secrets {
                    None => datagram,
                    Some(secrets) => secrets.seal(&datagram),
                };
                if !phone.is_lost() {
                    phone.held.push_back(datagram);
                }
            }
            let arrival = self.now - phone.early;
            while let Some(datagram) = phone.next_delivered() {
                let (leg, from) = (phone.leg, phone.address);
                self.deck.receive(arrival, leg, Port::Rtp, from, &datagram);
            }
        }
        let mut wire = Wire::default();
        self.deck.tick(self.now, &mut wire);
        for (leg, port, to, packet) in wire.sent {
            let Some(phone) = self.phones.iter_mut().find(|phone| phone.leg == leg) else {
                continue;
            };
            match port {
                Port::Rtp if to == phone.address => phone.listen(self.now, &packet),
                Port::Rtcp => phone.hear_report(&packet),
                Port::Rtp => {}
            }
        }
        while let Some(retired) = self.deck.poll_retired() {
            let is_encoder = matches!(retired, Retired::Spare(Spare::Encoder(_)));
            self.encoders_dropped += usize::from(is_encoder);
            if self.reuses {
                self.preparer.take_back(retired);
            }
        }
        while let Some(wish) = self.deck.poll_wish() {
            let spare = self.preparer.spare(wish);
            self.deck.obey(self.now, spare);
        }
        while let Some(event) = self.deck.poll_event() {
            self.events.push((self.now - self.began, event));
        }
    }

    /// Sends a raw datagram to a leg.
    pub fn inject(&mut self, leg: LegId, from: SocketAddr, datagram: &[u8]) {
        self.deck.receive(self.now, leg, Port::Rtp, from, datagram);
    }

    pub fn digits(&self, leg: LegId) -> String {
        let digits = self.events.iter().filter_map(|(_, event)| match event {
            Event::Digit { leg: of, digit, .. } if *of == leg => Some(digit.to_char()),
            _ => None,
        });
        digits.collect()
    }

    pub fn stats(&self, leg: LegId) -> Vec<LegStats> {
        let stats = self.events.iter().filter_map(|(_, event)| match event {
            Event::LegClosed { leg: of, stats } if *of == leg => Some((**stats).clone()),
            _ => None,
        });
        stats.collect()
    }
}

/// The largest step between neighbours, in units of the largest step of a sine of this amplitude.
pub fn roughness(sound: &[f32], rate_hz: u32, hz: f32, amplitude: f32) -> f32 {
    let steps = sound.windows(2).map(|two| (two[1] - two[0]).abs());
    let steepest = std::f32::consts::TAU * hz / rate_hz as f32 * amplitude;
    steps.fold(0.0, f32::max) / steepest
}
