//! The media end of a simulated phone: speaks with one pitch, presses keys, keeps what it hears.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;

use conclave_audio::{Decoder, Encoder, OpusSettings, SampleRate, StereoDecoder, level};
use conclave_contract::{Direction, Protection};
use conclave_model::{Codec, Digit, Moment};
use conclave_rtp::{EventReceiver, EventSender, Header, RtpPacket, write_header};
use conclave_sdp::{Agreed, LevelRole};

use crate::in_order::InOrder;
use crate::secrets::Secrets;
use crate::stream_watch::StreamWatch;
use crate::voice::{Ear, Voice};

/// Sends one packet every 20 ms once it is connected.
pub struct Handset {
    voice: Option<Voice>,
    link: Option<Link>,
    /// Its sound is encrypted.
    pub secrets: Option<Secrets>,
    /// Its keys are still agreed on, and it says nothing before.
    pub awaits_keys: bool,
    keys: VecDeque<Digit>,
    /// Packets to wait before the next key.
    pause: u32,
    pub ear: Ear,
    /// The right one, of a phone that has two; then `ear` is the left one.
    pub other_ear: Option<Ear>,
    pub watch: StreamWatch,
    /// Keys that it was sent as telephone events.
    pub keys_heard: String,
    /// Packets of Opus in two channels.
    pub stereo_packets: u64,
    pub sound_packets: u64,
    /// That came before there were keys.
    pub early_packets: u64,
}

struct Link {
    remote: SocketAddr,
    direction: Direction,
    codec: Codec,
    payload_type: u8,
    keypad: Option<(u8, EventSender)>,
    events: EventReceiver,
    /// The number of the header extension that says how loud a packet is, where that was agreed.
    level_id: Option<u8>,
    in_order: InOrder,
    decoder: Decoder,
    stereo_decoder: StereoDecoder,
    header: Header,
    /// One round of the voice, encoded: it repeats itself, so it need not be encoded again.
    speech: Vec<Vec<u8>>,
    /// How far below overload each packet of it is, in dB.
    quietness: Vec<u8>,
    /// Packets of it sent so far.
    spoken: usize,
    /// Sent in place of the voice.
    tones: VecDeque<Vec<u8>>,
}

impl Handset {
    #[must_use]
    pub fn new(voice: Option<Voice>) -> Handset {
        Handset {
            voice,
            link: None,
            secrets: None,
            awaits_keys: false,
            keys: VecDeque::new(),
            pause: 0,
            ear: Ear::default(),
            other_ear: None,
            watch: StreamWatch::default(),
            keys_heard: String::new(),
            stereo_packets: 0,
            sound_packets: 0,
            early_packets: 0,
        }
    }

    /// An offer and an answer were exchanged; what is the same as before goes on undisturbed.
    pub fn connect(&mut self, agreed: &Agreed, ssrc: u32) {
        let Some(remote) = agreed.remote else { return };
        let codec = agreed.send.codec;
        if agreed.tls.is_none() {
            self.awaits_keys = false;
            Secrets::agree(&mut self.secrets, agreed.leg_spec(0, 0, 0).protection);
        }
        if let Some(link) = &mut self.link
            && link.codec == codec
        {
            (link.remote, link.direction) = (remote, agreed.direction);
            return;
        }
        let decoder = Decoder::new(codec, SampleRate::Hz48000);
        self.ear = Ear {
            rate_hz: decoder.sample_rate().hz(),
            ..Ear::default()
        };
        if let Some(other_ear) = &mut self.other_ear {
            *other_ear = self.ear.clone();
        }
        let keypad = agreed
            .keypad_send
            .map(|keypad| (keypad.payload_type, EventSender::new(keypad.clock_rate_hz)));
        self.link = Some(Link {
            remote,
            direction: agreed.direction,
            codec,
            payload_type: agreed.send.payload_type,
            keypad,
            events: EventReceiver::new(),
            level_id: agreed.levels_in(LevelRole::Tells).map(|level| level.id),
            speech: speech(codec, self.voice),
            quietness: quietness(self.voice),
            spoken: 0,
            tones: VecDeque::new(),
            in_order: InOrder::default(),
            decoder,
            stereo_decoder: StereoDecoder::new(),
            header: Header {
                payload_type: agreed.send.payload_type,
                marker: true,
                // RFC 3711 §3.3.1: the first wrap is far away.
                sequence: (ssrc >> 17) as u16,
                timestamp: ssrc,
                ssrc,
            },
        });
    }

    /// Two ends agreed on these.
    pub fn have_keys(&mut self, keys: Protection) {
        self.awaits_keys = false;
        Secrets::agree(&mut self.secrets, Some(keys));
    }

    pub fn disconnect(&mut self) {
        self.link = None;
        self.awaits_keys = false;
        self.secrets = None;
    }

    /// The port of the server that this phone talks to.
    #[must_use]
    pub fn far_port(&self) -> Option<u16> {
        self.link.as_ref().map(|link| link.remote.port())
    }

    pub fn set_voice(&mut self, voice: Option<Voice>) {
        self.voice = voice;
        if let Some(link) = &mut self.link {
            link.speech = speech(link.codec, voice);
            link.quietness = quietness(voice);
        }
    }

    /// Makes this noise for so long, in place of its voice; 1.0 is full scale.
    pub fn hiss(&mut self, seconds: u32, loudness: f32) {
        let Some(link) = &mut self.link else { return };
        let mut dice = 7_u32;
        let mut fan = 0.0;
        let packets = encoded(link.codec, seconds as usize * 50, |_| {
            dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            // A fan: it falls by 6 dB an octave.
            fan += 0.05 * ((dice >> 8) as f32 / 8_388_608.0 - 1.0 - fan);
            fan * loudness
        });
        link.tones.extend(packets);
    }

    /// Keys to press one after the other, 100 ms each with 100 ms between.
    pub fn press(&mut self, keys: &str) {
        self.keys.extend(keys.chars().filter_map(Digit::from_char));
    }

    /// Presses keys as a phone does that knows no telephone events: as tones in its sound.
    pub fn press_tones(&mut self, keys: &str) {
        let Some(link) = &mut self.link else { return };
        for key in keys.chars().filter_map(Digit::from_char) {
            let tone = encoded(link.codec, KEY_PACKETS, |at| tone(key, at));
            let pause = encoded(link.codec, KEY_PACKETS, |_| 0.0);
            link.tones.extend(tone.into_iter().chain(pause));
        }
    }

    #[must_use]
    pub fn is_pressing(&self) -> bool {
        !self.keys.is_empty() || self.pause > 0
    }

    /// The packet of this 20 ms, if there is anybody to send it to.
    pub fn speak(&mut self) -> Option<(SocketAddr, Vec<u8>)> {
        let (to, packet) = self.say().filter(|_| !self.awaits_keys)?;
        match &mut self.secrets {
            None => Some((to, packet)),
            Some(secrets) => Some((to, secrets.seal(&packet)?)),
        }
    }

    fn say(&mut self) -> Option<(SocketAddr, Vec<u8>)> {
        let link = self.link.as_mut()?;
        let header = link.header;
        link.header.timestamp = header
            .timestamp
            .wrapping_add(link.codec.clock_rate_hz() / 50);
        if !link.direction.sends() {
            return None;
        }
        link.header.sequence = header.sequence.wrapping_add(1);
        link.header.marker = false;
        if let Some(packet) = next_key(&mut self.keys, &mut self.pause, link, header) {
            return Some((link.remote, packet));
        }
        if let Some(tone) = link.tones.pop_front() {
            return Some((link.remote, datagram(&header, &tone)));
        }
        let at = link.spoken % link.speech.len();
        link.spoken += 1;
        let payload = &link.speech[at];
        let packet = match link.level_id {
            Some(id) => datagram_with_level(&header, (id, link.quietness[at]), payload),
            None => datagram(&header, payload),
        };
        Some((link.remote, packet))
    }

    /// A packet arrived.
    pub fn hear(&mut self, now: Moment, bytes: &[u8]) {
        let Some(link) = self.link.as_mut() else {
            return;
        };
        let opened = match &mut self.secrets {
            None if self.awaits_keys => {
                self.early_packets += 1;
                return;
            }
            None => Some(bytes.to_vec()),
            Some(secrets) => secrets.open(bytes),
        };
        let Some(bytes) = &opened else {
            return;
        };
        let Ok(packet) = RtpPacket::parse(bytes) else {
            return;
        };
        self.watch.arrived(&packet);
        if packet.payload_type != link.payload_type {
            let keypad = link.keypad.as_ref();
            if keypad.is_some_and(|(payload_type, _)| *payload_type == packet.payload_type) {
                let digit = link
                    .events
                    .receive(now, &packet, link.codec.clock_rate_hz());
                self.keys_heard.extend(digit.map(Digit::to_char));
            }
            return;
        }
        self.sound_packets += 1;
        let toc = packet.payload.first().copied().unwrap_or_default();
        self.stereo_packets += u64::from(link.codec == Codec::Opus && toc & STEREO_BIT != 0);
        link.in_order.put(packet.sequence, packet.payload.to_vec());
        while let Some((payload, follows)) = link.in_order.take() {
            if !follows {
                self.ear.mark_damage();
            }
            if let (Some(other_ear), Codec::Opus) = (&mut self.other_ear, link.codec) {
                let both = link.stereo_decoder.decode(&payload).unwrap_or_default();
                let pairs = || both.chunks_exact(2);
                self.ear.samples.extend(pairs().map(|pair| pair[0]));
                other_ear.rate_hz = self.ear.rate_hz;
                other_ear.samples.extend(pairs().map(|pair| pair[1]));
                continue;
            }
            let mut samples = [0.0; Decoder::SAMPLES_MAX];
            if let Ok(count) = link.decoder.decode(&payload, &mut samples) {
                self.ear.samples.extend_from_slice(&samples[..count]);
            }
        }
    }
}

/// The event packet of the key that is down, or of the next one when its turn has come.
fn next_key(
    keys: &mut VecDeque<Digit>,
    pause: &mut u32,
    link: &mut Link,
    header: Header,
) -> Option<Vec<u8>> {
    let (payload_type, sender) = link.keypad.as_mut()?;
    if !sender.is_pressing() {
        if *pause > 0 {
            *pause -= 1;
            return None;
        }
        sender.press(keys.pop_front()?, header.timestamp, KEY_LENGTH);
    }
    let event = sender.next_packet()?;
    if !sender.is_pressing() {
        *pause = KEY_PAUSE_PACKETS;
    }
    let header = Header {
        payload_type: *payload_type,
        marker: event.marker,
        timestamp: event.timestamp,
        ..header
    };
    Some(datagram(&header, &event.payload))
}

/// One round of a voice in this codec, the second, so that the codec has heard the first before.
fn speech(codec: Codec, voice: Option<Voice>) -> Vec<Vec<u8>> {
    let sound = |at| voice.map_or(0.0, |voice| voice.sample(at));
    encoded(codec, 2 * Voice::ROUND_PACKETS, sound).split_off(Voice::ROUND_PACKETS)
}

/// How far below overload each packet of [`speech`] is, in dB.
fn quietness(voice: Option<Voice>) -> Vec<u8> {
    let sample = |at: usize| {
        let seconds = at as f64 / f64::from(LEVEL_RATE_HZ);
        voice.map_or(0.0, |voice| voice.sample(seconds))
    };
    let frame_samples = LEVEL_RATE_HZ as usize / 50;
    let packet = |number: usize| {
        let begin = (Voice::ROUND_PACKETS + number) * frame_samples;
        let frame: Vec<f32> = (begin..begin + frame_samples).map(sample).collect();
        (-level::dbov(&frame)).round().clamp(0.0, 127.0) as u8
    };
    (0..Voice::ROUND_PACKETS).map(packet).collect()
}

/// What `sound` is at each moment, in packets of 20 ms.
fn encoded(codec: Codec, packets: usize, mut sound: impl FnMut(f64) -> f32) -> Vec<Vec<u8>> {
    let mut encoder = Encoder::new(codec, &OpusSettings::default());
    let rate_hz = SampleRate::of(codec).hz();
    let samples = rate_hz as usize / 50;
    let mut payload = [0; Encoder::PAYLOAD_MAX];
    let packet = |number: usize| {
        let frame: Vec<f32> = (number * samples..(number + 1) * samples)
            .map(|at| sound(at as f64 / f64::from(rate_hz)))
            .collect();
        let length = encoder
            .encode(&frame, &mut payload)
            .expect("20 ms suit every codec");
        payload[..length].to_vec()
    };
    (0..packets).map(packet).collect()
}

/// A key as ITU-T Q.23 has it: a row and a column of the keypad at once.
fn tone(key: Digit, seconds: f64) -> f32 {
    let place = "123A456B789C*0#D".find(key.to_char()).unwrap_or(0);
    let row = [697.0, 770.0, 852.0, 941.0][place / 4];
    let column = [1_209.0, 1_336.0, 1_477.0, 1_633.0][place % 4];
    let sine = |hz: f64| (seconds * hz * std::f64::consts::TAU).sin() as f32;
    0.2 * (sine(row) + sine(column))
}

fn datagram(header: &Header, payload: &[u8]) -> Vec<u8> {
    let mut fixed = [0; 12];
    write_header(&mut fixed, header);
    [&fixed, payload].concat()
}

/// With one element in the form of one byte (RFC 8285 §4.2, RFC 6464 §3).
fn datagram_with_level(header: &Header, (id, below_db): (u8, u8), payload: &[u8]) -> Vec<u8> {
    let mut fixed = [0; 12];
    write_header(&mut fixed, header);
    fixed[0] |= EXTENSION_BIT;
    let voice = if below_db < VOICE_BELOW_DB { 0x80 } else { 0 };
    let extension = [0xBE, 0xDE, 0, 1, id << 4, voice | below_db, 0, 0];
    [&fixed, &extension[..], payload].concat()
}

/// RFC 6716 §3.1.
const STEREO_BIT: u8 = 4;
const EXTENSION_BIT: u8 = 0x10;
const VOICE_BELOW_DB: u8 = 45;
const LEVEL_RATE_HZ: u32 = 8_000;
const KEY_LENGTH: Duration = Duration::from_millis(100);
const KEY_PAUSE_PACKETS: u32 = 5;
/// Of a tone, and of the pause after it.
const KEY_PACKETS: usize = 5;
