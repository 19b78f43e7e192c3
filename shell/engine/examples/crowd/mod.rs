//! A room full of people, three of whom talk, for measurements; measures nothing itself.
#![allow(
    clippy::unwrap_used,
    reason = "a measurement stops where it finds nothing"
)]

use std::net::SocketAddr;
use std::sync::Arc;

use conclave_audio::{Encoder, OpusSettings, SampleRate, Tone};
use conclave_contract::{Clip, Command, Direction, Keypad, LegSpec, MediaFormat};
use conclave_media::{Music, SoundLibrary};
use conclave_model::{Chance, Codec, Language, LegId, PlaylistName, Prompt, StageId};
use conclave_rtp::{HEADER_BYTES, Header, write_header};

pub const LEGS: u32 = 200;
pub const TALKERS: u32 = 3;
pub const STAGE: StageId = StageId(1);

/// No prompt and no music.
pub struct NoSound;

impl SoundLibrary for NoSound {
    fn prompt(&self, _: Prompt, _: Language) -> Option<Clip> {
        None
    }

    fn playlist(&self, _: &PlaylistName) -> Option<Arc<Music>> {
        None
    }
}

/// Opens a leg that is sent to `remote`.
pub fn open(leg: LegId, codec: Codec, remote: SocketAddr) -> Command {
    let format = MediaFormat {
        payload_type: payload_type(codec),
        codec,
    };
    let spec = LegSpec {
        remote: Some(remote),
        remote_rtcp: None,
        rtcp_mux: false,
        send: format,
        receive: vec![format],
        keypad: vec![Keypad {
            payload_type: 101,
            clock_rate_hz: 8_000,
        }],
        direction: Direction::SendRecv,
        ptime_ms: 20,
        ptime_max_ms: None,
        opus_fec: false,
        opus_bitrate_max: None,
        opus_stereo: false,
        audio_level: None,
        protection: None,
        handshakes: Default::default(),
        is_checked: false,
        ssrc: leg.0,
        first_sequence: 1,
        first_timestamp: 1,
    };
    Command::OpenLeg {
        leg,
        near: Some(STAGE),
        reached_at: None,
        spec: Box::new(spec),
    }
}

pub fn join(leg: LegId) -> Command {
    Command::JoinStage { leg, stage: STAGE }
}

/// What everybody sends in one codec: payloads of 20 ms, round and round.
pub struct Voices {
    codec: Codec,
    speech: Vec<Vec<u8>>,
    noise: Vec<Vec<u8>>,
}

impl Voices {
    pub fn new(codec: Codec) -> Self {
        let rate = SampleRate::of(codec);
        let samples = rate.samples_in_ms(LOOP_MS);
        let mut speech = vec![0.0; samples];
        for harmonic in 1..=HARMONICS {
            let amplitude = SPEECH_AMPLITUDE / (harmonic as f32).sqrt();
            Tone::single(rate, PITCH_HZ * harmonic as f32, amplitude).add_to(&mut speech);
        }
        for (index, sample) in speech.iter_mut().enumerate() {
            let turn = index as f32 / rate.hz() as f32 * SYLLABLES_PER_SECOND;
            *sample *= 0.55 + 0.45 * (turn * std::f32::consts::TAU).sin();
        }
        let mut chance = Chance::from_seed([7; 32]);
        // A uniform spread of ±a has the power a²/3.
        let spread = NOISE_RMS * 3.0_f32.sqrt();
        let mut draw = || (chance.u32() as f32 / u32::MAX as f32 * 2.0 - 1.0) * spread;
        let noise: Vec<f32> = (0..samples).map(|_| draw()).collect();
        Self {
            codec,
            speech: encode(codec, &speech),
            noise: encode(codec, &noise),
        }
    }

    /// What the leg sends in this tick, written into `datagram`. The first of the room talk.
    pub fn packet<'a>(&self, leg: LegId, tick: u32, datagram: &'a mut Vec<u8>) -> &'a [u8] {
        let sound = if leg.0 <= TALKERS {
            &self.speech
        } else {
            &self.noise
        };
        // No two neighbours say the same at the same time.
        let at = (tick + leg.0 * 7) as usize % sound.len();
        datagram.clear();
        datagram.resize(HEADER_BYTES, 0);
        datagram.extend_from_slice(&sound[at]);
        let header = Header {
            payload_type: payload_type(self.codec),
            marker: false,
            sequence: tick as u16,
            timestamp: tick * self.codec.clock_rate_hz() / 50,
            ssrc: leg.0,
        };
        write_header(datagram.first_chunk_mut().unwrap(), &header);
        datagram
    }
}

fn payload_type(codec: Codec) -> u8 {
    codec.static_payload_type().unwrap_or(111)
}

/// The second of two rounds: the decoder finds no seam where one that goes on begins.
fn encode(codec: Codec, samples: &[f32]) -> Vec<Vec<u8>> {
    let mut encoder = Encoder::new(codec, &OpusSettings::default());
    let mut payload = [0; Encoder::PAYLOAD_MAX];
    let frames = samples.chunks_exact(SampleRate::of(codec).frame_samples());
    let round = frames.len();
    let payloads = frames.clone().chain(frames).map(|frame| {
        let bytes = encoder.encode(frame, &mut payload).unwrap();
        payload[..bytes].to_vec()
    });
    payloads.skip(round).collect()
}

const LOOP_MS: u32 = 1_000;
const PITCH_HZ: f32 = 125.0;
const HARMONICS: u32 = 11;
const SPEECH_AMPLITUDE: f32 = 0.06;
/// A sound that never changes is not taken for speech by every codec.
const SYLLABLES_PER_SECOND: f32 = 4.0;
/// -66 dBFS: an open microphone in a quiet room.
const NOISE_RMS: f32 = 0.000_5;
