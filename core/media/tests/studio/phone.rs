//! A phone that says a sine and writes down what it is sent; knows no deck.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use conclave_audio::{Decoder, Encoder, OpusSettings, SampleRate, StereoDecoder, Tone, measure};
use conclave_contract::{Direction, Handshakes, Keypad, LegSpec, LevelExtension, MediaFormat};
use conclave_model::{Codec, Digit, LegId, Moment};
use conclave_rtp::{AudioLevel, EventSender, Header, RtpPacket, write_header};

use super::secrets::Secrets;
use super::speech;

/// The payload type of its keys.
pub const KEYPAD: u8 = 101;
/// The number of its header extension for levels.
const LEVEL: u8 = 3;

/// A packet that the deck sent, as the wire saw it.
#[derive(Clone, Debug)]
pub struct Heard {
    pub at: Moment,
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
    /// Its packets are encrypted.
    pub secrets: Option<Secrets>,
    pub handshakes: Handshakes,
    pub payload_type: u8,
    pub ptime_ms: u32,
    pub ptime_max_ms: Option<u32>,
    /// Wants to hear two channels.
    pub stereo: bool,
    pub hz: f32,
    pub talks: bool,
    /// Sends these payloads of 20 ms, one after the other, instead of its sine; then nothing more.
    pub script: Option<Arc<Vec<Vec<u8>>>>,
    /// What it says of the loudness of its script (RFC 6464), round and round; nothing if empty.
    pub levels: Vec<AudioLevel>,
    /// Says these two tones instead of its sine.
    pub dial: Option<(f32, f32)>,
    /// Agrees on telephone events.
    pub takes_keys: bool,
    /// Sends packets at all.
    pub sends: bool,
    /// Sends RFC 3389 in place of sound, ten times a second.
    pub pauses_with_comfort_noise: bool,
    pub ssrc: u32,
    pub sequence: u16,
    pub timestamp: u32,
    /// Of 256: how many packets get lost on the way to the deck.
    pub loss: u8,
    /// How long before the tick its packets arrive; less than a tick.
    pub early: Duration,
    /// The network keeps its packets, and delivers them at once when it no longer does.
    pub is_held: bool,
    pub held: VecDeque<Vec<u8>>,
    /// Decodes and keeps what it is sent.
    pub listens: bool,
    pub packets: Vec<Heard>,
    pub rtcp: usize,
    /// Decoded, at the codec's rate.
    pub sound: Vec<f32>,
    /// What the left and the right ear heard, of one who wants two channels.
    pub ears: [Vec<f32>; 2],
    ear_decoder: StereoDecoder,
    tone: Tone,
    encoder: Encoder,
    decoder: Decoder,
    waiting: Vec<f32>,
    /// How much of the script.
    spoken: usize,
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
            secrets: None,
            handshakes: Handshakes::Refused,
            payload_type: codec.static_payload_type().unwrap_or(111),
            ptime_ms: 20,
            ptime_max_ms: None,
            stereo: false,
            hz,
            talks: true,
            script: None,
            levels: Vec::new(),
            dial: None,
            takes_keys: true,
            sends: true,
            pauses_with_comfort_noise: false,
            ssrc: 0x1000 + number,
            sequence: 65_500,
            timestamp: 77_000,
            loss: 0,
            early: Duration::ZERO,
            is_held: false,
            held: VecDeque::new(),
            listens: true,
            packets: Vec::new(),
            rtcp: 0,
            sound: Vec::new(),
            ears: [Vec::new(), Vec::new()],
            ear_decoder: StereoDecoder::new(),
            tone: Tone::single(SampleRate::of(codec), hz, AMPLITUDE),
            encoder: Encoder::new(codec, &OpusSettings::default()),
            decoder: Decoder::new(codec, SampleRate::Hz48000),
            waiting: Vec::new(),
            spoken: 0,
            keys: EventSender::new(8_000),
            key_ssrc: None,
            dice: number,
        }
    }

    /// Sends packets of digital silence.
    pub fn quiet(number: u32, codec: Codec) -> Self {
        Self {
            talks: false,
            ..Self::new(number, codec, 0.0)
        }
    }

    /// Says this once, at the codec's rate.
    pub fn reciting(number: u32, codec: Codec, sound: &[f32]) -> Self {
        Self {
            script: Some(speech::payloads(codec, sound)),
            ..Self::quiet(number, codec)
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
            keypad: self.keypad(),
            direction: Direction::SendRecv,
            ptime_ms: self.ptime_ms,
            ptime_max_ms: self.ptime_max_ms,
            opus_fec: false,
            opus_bitrate_max: None,
            opus_stereo: self.stereo,
            audio_level: (!self.levels.is_empty()).then_some(LevelExtension {
                id: LEVEL,
                has_voice_flag: true,
            }),
            protection: self.secrets.as_ref().map(|secrets| secrets.keys.clone()),
            handshakes: self.handshakes,
            is_checked: false,
            ssrc: 0x2000 + self.leg.0,
            first_sequence: 65_530,
            first_timestamp: 4_294_960_000,
        }
    }

    fn keypad(&self) -> Vec<Keypad> {
        let format = Keypad {
            payload_type: KEYPAD,
            clock_rate_hz: 8_000,
        };
        self.takes_keys.then_some(format).into_iter().collect()
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
    pub fn speak(&mut self) -> VecDeque<Vec<u8>> {
        if let Some(script) = self.script.clone() {
            return self.recite(&script);
        }
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
            packets.push_back(packet(&header, &event.payload, None));
            if self.key_ssrc.is_none() {
                self.sequence = self.sequence.wrapping_add(1);
                self.advance();
                self.waiting.clear();
                return packets;
            }
        }
        if self.pauses_with_comfort_noise {
            self.waiting.clear();
            if (self.timestamp / 160).is_multiple_of(5) {
                let header = Header {
                    payload_type: 13,
                    marker: false,
                    sequence: self.sequence,
                    timestamp: self.timestamp,
                    ssrc: self.ssrc,
                };
                packets.push_back(packet(&header, &[70], None));
                self.sequence = self.sequence.wrapping_add(1);
            }
            self.advance();
            return packets;
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
            packets.push_back(packet(&header, &payload[..length], None));
            self.sequence = self.sequence.wrapping_add(1);
            self.advance();
        }
        packets
    }

    fn recite(&mut self, script: &[Vec<u8>]) -> VecDeque<Vec<u8>> {
        let header = Header {
            payload_type: self.payload_type,
            marker: false,
            sequence: self.sequence,
            timestamp: self.timestamp,
            ssrc: self.ssrc,
        };
        let payload = script.get(self.spoken);
        let mut levels = self.levels.iter().copied().cycle();
        let level = levels.nth(self.spoken);
        self.spoken += 1;
        self.sequence = self.sequence.wrapping_add(1);
        self.advance();
        payload
            .map(|payload| packet(&header, payload, level))
            .into_iter()
            .collect()
    }

    fn advance(&mut self) {
        let ticks = self.codec.clock_rate_hz() / 1_000 * self.ptime_ms;
        self.timestamp = self.timestamp.wrapping_add(ticks);
    }

    pub fn hear_report(&mut self, datagram: &[u8]) {
        let is_opened = match &mut self.secrets {
            None => true,
            Some(secrets) => secrets.open_report(datagram),
        };
        self.rtcp += usize::from(is_opened);
    }

    /// What the network lets through now.
    pub fn next_delivered(&mut self) -> Option<Vec<u8>> {
        if self.is_held {
            return None;
        }
        self.held.pop_front()
    }

    pub fn is_lost(&mut self) -> bool {
        self.dice = self
            .dice
            .wrapping_mul(1_664_525)
            .wrapping_add(1_013_904_223);
        ((self.dice >> 24) as u8) < self.loss
    }

    pub fn listen(&mut self, at: Moment, datagram: &[u8]) {
        if !self.listens {
            return;
        }
        let opened = match &mut self.secrets {
            None => Some(datagram.to_vec()),
            Some(secrets) => secrets.open(datagram),
        };
        let Some(datagram) = &opened else {
            return;
        };
        let packet = RtpPacket::parse(datagram).expect("we send well-formed RTP");
        let mut samples = [0.0; Decoder::SAMPLES_MAX];
        if self.stereo && packet.payload_type != KEYPAD {
            let both = self.ear_decoder.decode(packet.payload).unwrap();
            for pair in both.chunks_exact(2) {
                self.ears[0].push(pair[0]);
                self.ears[1].push(pair[1]);
            }
        }
        if packet.payload_type != KEYPAD {
            let count = self.decoder.decode(packet.payload, &mut samples).unwrap();
            self.sound.extend_from_slice(&samples[..count]);
        }
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

fn packet(header: &Header, payload: &[u8], level: Option<AudioLevel>) -> Vec<u8> {
    let mut front = [0; 12];
    write_header(&mut front, header);
    let Some(level) = level else {
        return [&front, payload].concat();
    };
    front[0] |= 0x10;
    let voice = if level.voice { 0x80 } else { 0 };
    let extension = [
        0xBE,
        0xDE,
        0,
        1,
        LEVEL << 4,
        voice | level.below_overload_db,
        0,
        0,
    ];
    [&front, &extension[..], payload].concat()
}

/// -20 dBov: a voice near its microphone.
pub const AMPLITUDE: f32 = 0.15;
