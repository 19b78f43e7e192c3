//! Phones around a deck in virtual time: each says a sine and writes down what it is sent.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "every test file uses its own part of it"
)]

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use conclave_audio::{Decoder, Encoder, OpusSettings, SampleRate, Tone, measure};
use conclave_contract::{
    Clip, Command, Direction, Event, Keypad, LegSpec, LegStats, MediaFormat, RecordSpec, Segment,
};
use conclave_media::{Deck, DeckConfig, Music, PacketSink, Port, Preparer, SoundLibrary};
use conclave_model::{Codec, Digit, Language, LegId, PlaylistName, Prompt, StageId};
use conclave_rtp::{EventSender, Header, RtpPacket, write_header};

pub const TICK: Duration = Duration::from_millis(20);
pub const STAGE: StageId = StageId(1);
pub const KEYPAD: u8 = 101;

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

/// A packet that the deck sent, as the wire saw it.
#[derive(Clone, Debug)]
pub struct Heard {
    pub at: Instant,
    pub sequence: u16,
    pub timestamp: u32,
    pub marker: bool,
    pub payload_type: u8,
    pub ssrc: u32,
    pub payload: Vec<u8>,
}

pub struct Phone {
    pub leg: LegId,
    pub address: SocketAddr,
    pub codec: Codec,
    pub payload_type: u8,
    pub ptime_ms: u32,
    pub hz: f32,
    pub talks: bool,
    /// Says these two tones instead of its sine.
    pub dial: Option<(f32, f32)>,
    /// Sends packets at all.
    pub sends: bool,
    pub ssrc: u32,
    pub sequence: u16,
    pub timestamp: u32,
    /// Of 256: how many packets get lost on the way to the deck.
    pub loss: u8,
    pub packets: Vec<Heard>,
    pub rtcp: usize,
    /// Decoded, at the codec's rate.
    pub sound: Vec<f32>,
    tone: Tone,
    encoder: Encoder,
    decoder: Decoder,
    waiting: Vec<f32>,
    keys: EventSender,
    key_ssrc: Option<u32>,
    dice: u32,
}

impl Phone {
    pub fn new(number: u32, codec: Codec, hz: f32) -> Self {
        let host = [10, 0, (number >> 8) as u8, number as u8];
        Self {
            leg: LegId(number),
            address: SocketAddr::from((host, 4_000)),
            codec,
            payload_type: codec.static_payload_type().unwrap_or(111),
            ptime_ms: 20,
            hz,
            talks: true,
            dial: None,
            sends: true,
            ssrc: 0x1000 + number,
            sequence: 65_500,
            timestamp: 77_000,
            loss: 0,
            packets: Vec::new(),
            rtcp: 0,
            sound: Vec::new(),
            tone: Tone::single(SampleRate::of(codec), hz, AMPLITUDE),
            encoder: Encoder::new(codec, &OpusSettings::default()),
            decoder: Decoder::new(codec, SampleRate::Hz48000),
            waiting: Vec::new(),
            keys: EventSender::new(8_000),
            key_ssrc: None,
            dice: number,
        }
    }

    pub fn spec(&self) -> LegSpec {
        let format = MediaFormat {
            payload_type: self.payload_type,
            codec: self.codec,
        };
        LegSpec {
            remote: Some(self.address),
            remote_rtcp: None,
            rtcp_mux: false,
            send: format,
            receive: vec![format],
            keypad: vec![Keypad {
                payload_type: KEYPAD,
                clock_rate_hz: 8_000,
            }],
            direction: Direction::SendRecv,
            ptime_ms: self.ptime_ms,
            opus_fec: false,
            opus_bitrate_max: None,
            ssrc: 0x2000 + self.leg.0,
            first_sequence: 65_530,
            first_timestamp: 4_294_960_000,
        }
    }

    pub fn rate_hz(&self) -> u32 {
        self.codec.sample_rate_hz()
    }

    /// How loud `hz` is in the last `ms` of what was heard; 1.0 is as loud as a talker says it.
    pub fn hears(&self, hz: f32, ms: usize) -> f32 {
        let samples = self.rate_hz() as usize / 1_000 * ms;
        let last = &self.sound[self.sound.len().saturating_sub(samples)..];
        measure::amplitude_at(last, self.rate_hz(), hz) / AMPLITUDE
    }

    pub fn press(&mut self, key: char, ssrc: Option<u32>) {
        let digit = Digit::from_char(key).unwrap();
        self.key_ssrc = ssrc;
        self.keys
            .press(digit, self.timestamp, Duration::from_millis(100));
    }

    /// The packets of this 20 ms.
    fn speak(&mut self) -> VecDeque<Vec<u8>> {
        let rate = SampleRate::of(self.codec);
        let mut frame = vec![0.0; rate.frame_samples()];
        if let Some((low, high)) = self.dial.take() {
            self.tone = Tone::dual(rate, (low, AMPLITUDE), (high, AMPLITUDE));
        }
        if self.talks {
            self.tone.fill(&mut frame);
        }
        self.waiting.extend_from_slice(&frame);
        let mut packets = VecDeque::new();
        if let Some(event) = self.keys.next_packet() {
            let ssrc = self.key_ssrc.unwrap_or(self.ssrc);
            let header = Header {
                payload_type: KEYPAD,
                marker: event.marker,
                sequence: self.sequence,
                timestamp: event.timestamp,
                ssrc,
            };
            packets.push_back(packet(&header, &event.payload));
            if self.key_ssrc.is_none() {
                self.sequence = self.sequence.wrapping_add(1);
                self.advance();
                self.waiting.clear();
                return packets;
            }
        }
        let packet_samples = rate.samples_in_ms(self.ptime_ms);
        while self.waiting.len() >= packet_samples {
            let mut payload = [0; 1_500];
            let samples: Vec<f32> = self.waiting.drain(..packet_samples).collect();
            let length = self.encoder.encode(&samples, &mut payload).unwrap();
            let header = Header {
                payload_type: self.payload_type,
                marker: false,
                sequence: self.sequence,
                timestamp: self.timestamp,
                ssrc: self.ssrc,
            };
            packets.push_back(packet(&header, &payload[..length]));
            self.sequence = self.sequence.wrapping_add(1);
            self.advance();
        }
        packets
    }

    fn advance(&mut self) {
        let ticks = self.codec.clock_rate_hz() / 1_000 * self.ptime_ms;
        self.timestamp = self.timestamp.wrapping_add(ticks);
    }

    fn is_lost(&mut self) -> bool {
        self.dice = self
            .dice
            .wrapping_mul(1_664_525)
            .wrapping_add(1_013_904_223);
        ((self.dice >> 24) as u8) < self.loss
    }

    fn listen(&mut self, at: Instant, datagram: &[u8]) {
        let packet = RtpPacket::parse(datagram).expect("we send well-formed RTP");
        let mut samples = [0.0; Decoder::SAMPLES_MAX];
        let count = self.decoder.decode(packet.payload, &mut samples).unwrap();
        self.sound.extend_from_slice(&samples[..count]);
        self.packets.push(Heard {
            at,
            sequence: packet.sequence,
            timestamp: packet.timestamp,
            marker: packet.marker,
            payload_type: packet.payload_type,
            ssrc: packet.ssrc,
            payload: packet.payload.to_vec(),
        });
    }
}

fn packet(header: &Header, payload: &[u8]) -> Vec<u8> {
    let mut front = [0; 12];
    write_header(&mut front, header);
    [&front, payload].concat()
}

/// -20 dBov: a voice near its microphone.
pub const AMPLITUDE: f32 = 0.15;

pub struct Studio {
    pub deck: Deck,
    pub now: Instant,
    pub began: Instant,
    pub phones: Vec<Phone>,
    pub events: Vec<(Duration, Event)>,
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
    #[expect(clippy::disallowed_methods, reason = "a test starts at some moment")]
    pub fn new() -> Self {
        let config = DeckConfig {
            legs_max: 256,
            stages_max: 16,
        };
        let now = Instant::now();
        let mut studio = Self {
            deck: Deck::new(config),
            now,
            began: now,
            phones: Vec::new(),
            events: Vec::new(),
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
                if !phone.is_lost() {
                    let (leg, from) = (phone.leg, phone.address);
                    self.deck.receive(self.now, leg, Port::Rtp, from, &datagram);
                }
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
                Port::Rtcp => phone.rtcp += 1,
                Port::Rtp => {}
            }
        }
        while self.deck.poll_retired().is_some() {}
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
