//! The sending half of a leg: frames to packets of its own codec and length; chooses no sound.

use conclave_audio::{Economy, Encoder, OpusSettings, SampleRate};
use conclave_contract::{LegSpec, MediaFormat, OpusEffort};
use conclave_model::{Codec, limits};
use conclave_rtp::{EVENT_BYTES, EventPacket, HEADER_BYTES, Header, write_header};

use super::opus_choice::OpusChoice;
use super::payloads::Payloads;
use crate::Spare;
use crate::context::Shared;
use crate::reserve::Reserve;
use crate::spares::Spares;

/// What two legs must have in common for one encode to serve both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EncodeKey {
    pub codec: Codec,
    pub ptime_ms: u32,
    pub opus: OpusSettings,
}

pub(crate) struct Egress {
    format: MediaFormat,
    key: EncodeKey,
    /// `None` while the leg follows another's stream: see `Spares`.
    encoder: Option<Encoder>,
    opus: OpusChoice,
    /// Samples that wait for their packet to be full; no room where each frame fills its packets.
    pub(super) waiting: Box<[f32]>,
    waiting_samples: usize,
    ssrc: u32,
    sequence: u16,
    timestamp: u32,
    /// The next packet begins a talkspurt (RFC 3551 §4.1).
    marker: bool,
    packets_sent: u64,
}

/// One packet that was given its number.
pub(crate) struct Sent {
    pub timestamp: u32,
    pub payload_bytes: usize,
}

impl Egress {
    pub fn new(spec: &LegSpec, reserve: &mut Reserve) -> Self {
        let key = EncodeKey::of(spec);
        let rate = SampleRate::of(key.codec);
        let waiting_ms = if fills_packets(key.ptime_ms) {
            0
        } else {
            key.ptime_ms + limits::FRAME_MS
        };
        let samples_max = rate.samples_in_ms(waiting_ms);
        Self {
            format: spec.send,
            key,
            encoder: Some(reserve.encoder(key.codec, &key.opus)),
            opus: OpusChoice::new(spec),
            waiting: vec![0.0; samples_max].into(),
            waiting_samples: 0,
            ssrc: spec.ssrc,
            sequence: spec.first_sequence,
            timestamp: spec.first_timestamp,
            marker: true,
            packets_sent: 0,
        }
    }

    pub fn give_back(self, reserve: &mut Reserve) {
        if let Some(encoder) = self.encoder {
            reserve.keep(Spare::Encoder(encoder));
        }
    }

    /// Numbers its packets as a continuation of `old`; a stream that stays the same stays whole.
    pub fn replace(&mut self, old: &mut Egress) {
        if self.key == old.key {
            if old.encoder.is_some() {
                std::mem::swap(&mut self.encoder, &mut old.encoder);
            }
            std::mem::swap(&mut self.waiting, &mut old.waiting);
            self.waiting_samples = old.waiting_samples;
            self.marker = old.marker;
        }
        self.ssrc = old.ssrc;
        self.sequence = old.sequence;
        self.timestamp = old.timestamp;
        self.packets_sent = old.packets_sent;
    }

    /// Makes longer packets than was asked for, as far as the peer says that it takes them; to be
    /// aligned then. `waiting` has room for the longest, and is exchanged for the present buffer.
    pub fn pace(
        &mut self,
        interval_ms: u32,
        ptime_max_ms: Option<u32>,
        waiting: &mut Box<[f32]>,
    ) -> bool {
        let longest_ms = ptime_max_ms.unwrap_or(0).min(interval_ms);
        if longest_ms <= self.key.ptime_ms {
            return false;
        }
        let ptime_ms = packet_ms(self.key.codec, longest_ms);
        let needed = self.rate().samples_in_ms(ptime_ms + limits::FRAME_MS);
        if ptime_ms <= self.key.ptime_ms || waiting.len() < needed {
            return false;
        }
        std::mem::swap(&mut self.waiting, waiting);
        self.waiting_samples = 0;
        self.key.ptime_ms = ptime_ms;
        true
    }

    /// Room for the longest packet of any codec and a frame.
    pub fn longest_waiting() -> Box<[f32]> {
        let ms = *limits::PTIME_MS.end() + limits::FRAME_MS;
        vec![0.0; SampleRate::Hz48000.samples_in_ms(ms)].into()
    }

    /// Whether a frame is one packet or two.
    pub const fn fills_packets(&self) -> bool {
        fills_packets(self.key.ptime_ms)
    }

    pub fn packet_samples(&self) -> usize {
        self.rate().samples_in_ms(self.key.ptime_ms)
    }

    pub const fn key(&self) -> EncodeKey {
        self.key
    }

    pub fn rate(&self) -> SampleRate {
        SampleRate::of(self.key.codec)
    }

    pub const fn packets_sent(&self) -> u64 {
        self.packets_sent
    }

    /// Puts the packets of all legs with one packet time at the same ticks, so that they can share.
    pub fn align(&mut self, tick: u64) {
        let ptime = u64::from(self.key.ptime_ms);
        let waiting_ms = (tick % ptime) * u64::from(limits::FRAME_MS) % ptime;
        let waiting_ms = u32::try_from(waiting_ms).unwrap_or(0);
        self.waiting_samples = self.rate().samples_in_ms(waiting_ms);
        self.waiting[..self.waiting_samples].fill(0.0);
    }

    /// Takes a frame and writes the packets that are full. The number of packets is the return.
    pub fn encode(&mut self, frame: &[f32], payloads: &mut Payloads) -> u64 {
        payloads.clear();
        let packet_samples = self.rate().samples_in_ms(self.key.ptime_ms);
        if fills_packets(self.key.ptime_ms) {
            for samples in frame.chunks_exact(packet_samples) {
                encode_packet(self.encoder.as_mut(), samples, payloads);
            }
            return payloads.count() as u64;
        }
        let end = self.waiting_samples + frame.len();
        self.waiting[self.waiting_samples..end].copy_from_slice(frame);
        let mut start = 0;
        while end - start >= packet_samples {
            let samples = &self.waiting[start..start + packet_samples];
            encode_packet(self.encoder.as_mut(), samples, payloads);
            start += packet_samples;
        }
        self.waiting.copy_within(start..end, 0);
        self.waiting_samples = end - start;
        payloads.count() as u64
    }

    pub const fn has_encoder(&self) -> bool {
        self.encoder.is_some()
    }

    /// Has an encoder, which may begin anew; false when there is none to be had.
    pub fn pick_up(&mut self, shared: &mut Shared) -> bool {
        if self.encoder.is_none()
            && let Some(mut encoder) = shared.spares.encoders.take(self.key.codec)
        {
            encoder.begin(&self.key.opus);
            self.encoder = Some(encoder);
            self.set_effort(shared.effort.opus);
        }
        self.encoder.is_some()
    }

    /// Leaves its encoder to others while it follows one of them. G.711 has nothing to leave.
    pub fn lay_down(&mut self, spares: &mut Spares) {
        match self.key.codec {
            Codec::Pcmu | Codec::Pcma => {}
            Codec::G722 | Codec::Opus => {
                let encoders = &mut spares.encoders;
                let laid = self.encoder.take();
                let laid = laid.and_then(|own| encoders.give(self.key.codec, own).err());
                self.encoder = laid;
            }
        }
    }

    /// Makes the stream that `old` made so far, with the very encoder.
    pub fn inherit(&mut self, old: &mut Egress) {
        std::mem::swap(&mut self.encoder, &mut old.encoder);
        self.wait_as(old);
    }

    /// Goes on where the stream that was shared so far is.
    pub fn continue_from(&mut self, shared: &Egress) {
        if let (Some(encoder), Some(shared)) = (&mut self.encoder, &shared.encoder) {
            encoder.continue_from(shared);
        }
        self.wait_as(shared);
    }

    /// Fills its packets at the same ticks as `shared`.
    pub fn wait_as(&mut self, shared: &Egress) {
        self.waiting_samples = shared.waiting_samples;
        self.waiting[..self.waiting_samples]
            .copy_from_slice(&shared.waiting[..shared.waiting_samples]);
    }

    /// The peer reports that it missed this many of our packets, in parts of 256.
    pub fn peer_lost(&mut self, parts: u8) {
        self.opus.report(parts);
    }

    /// Its losses ask for another way to encode, or no longer for the present one.
    pub fn wants_other_key(&self) -> bool {
        self.key.codec == Codec::Opus && self.key.opus != self.opus.settings()
    }

    /// Encodes from here on as its losses ask for; it must follow nobody. Costs two encodes.
    pub fn change_key(&mut self, effort: OpusEffort) {
        self.key.opus = self.opus.settings();
        if let Some(encoder) = &mut self.encoder {
            encoder.retune(&self.key.opus);
        }
        self.set_effort(effort);
    }

    pub fn set_effort(&mut self, effort: OpusEffort) {
        if let Some(encoder) = &mut self.encoder {
            encoder.economise(match effort {
                OpusEffort::Full => Economy::Off,
                OpusEffort::Least => Economy::On,
            });
        }
    }

    /// How many frames to encode alone before a shared stream may be followed again.
    pub const fn settle_frames(&self) -> u32 {
        match self.key.codec {
            Codec::Pcmu | Codec::Pcma => 0,
            Codec::G722 | Codec::Opus => Encoder::HAND_BACK_FRAMES,
        }
    }

    /// Numbers the packets one after the other and hands each over. An empty one was encoded by
    /// nobody and is not sent.
    pub fn number(&mut self, payloads: &mut Payloads, mut send: impl FnMut(&[u8], Sent)) {
        for packet in payloads.packets_mut() {
            if packet.len() == HEADER_BYTES {
                self.pass_over();
                continue;
            }
            let header = Header {
                payload_type: self.format.payload_type,
                marker: self.marker,
                sequence: self.sequence,
                timestamp: self.timestamp,
                ssrc: self.ssrc,
            };
            if let Some(front) = packet.first_chunk_mut::<HEADER_BYTES>() {
                write_header(front, &header);
            }
            let sent = Sent {
                timestamp: self.timestamp,
                payload_bytes: packet.len() - HEADER_BYTES,
            };
            send(packet, sent);
            self.marker = false;
            self.sequence = self.sequence.wrapping_add(1);
            self.packets_sent += 1;
            self.advance();
        }
    }

    /// That of the next packet.
    pub const fn timestamp(&self) -> u32 {
        self.timestamp
    }

    /// The next packet, which is one of a telephone event: it has a number, and takes no time.
    pub fn number_event(
        &mut self,
        payload_type: u8,
        event: &EventPacket,
    ) -> [u8; HEADER_BYTES + EVENT_BYTES] {
        let header = Header {
            payload_type,
            marker: event.marker,
            sequence: self.sequence,
            timestamp: event.timestamp,
            ssrc: self.ssrc,
        };
        self.sequence = self.sequence.wrapping_add(1);
        self.packets_sent += 1;
        let mut packet = [0; HEADER_BYTES + EVENT_BYTES];
        if let Some((front, payload)) = packet.split_first_chunk_mut::<HEADER_BYTES>() {
            write_header(front, &header);
            payload.copy_from_slice(&event.payload);
        }
        packet
    }

    /// The packets are not sent: time goes on, numbers do not, and speech begins anew afterwards.
    pub fn withhold(&mut self, payloads: &Payloads) {
        for _ in 0..payloads.count() {
            self.pass_over();
        }
    }

    fn pass_over(&mut self) {
        self.advance();
        self.marker = true;
    }

    fn advance(&mut self) {
        let ticks = self.key.codec.clock_rate_hz() / 1_000 * self.key.ptime_ms;
        self.timestamp = self.timestamp.wrapping_add(ticks);
    }
}

impl EncodeKey {
    fn of(spec: &LegSpec) -> Self {
        let codec = spec.send.codec;
        Self {
            codec,
            ptime_ms: packet_ms(codec, spec.ptime_ms),
            opus: match codec {
                Codec::Opus => OpusChoice::new(spec).settings(),
                Codec::Pcmu | Codec::Pcma | Codec::G722 => OpusSettings::default(),
            },
        }
    }
}

/// Without an encoder the packet is empty.
fn encode_packet(encoder: Option<&mut Encoder>, samples: &[f32], payloads: &mut Payloads) {
    if let Some(out) = payloads.next_payload() {
        // Cannot fail: the packet time is one the codec has, the buffer is its largest.
        let encoded = encoder.and_then(|encoder| encoder.encode(samples, out).ok());
        let length = encoded.unwrap_or(0);
        payloads.finish_payload(length);
    }
}

/// Whether a frame is one packet or two, and nothing ever waits.
const fn fills_packets(ptime_ms: u32) -> bool {
    limits::FRAME_MS.is_multiple_of(ptime_ms)
}

/// The packet time to use: Opus has no packets of 30 and 50 ms (RFC 6716 §2.1.4).
fn packet_ms(codec: Codec, asked_ms: u32) -> u32 {
    let packet_ms = (asked_ms / 10 * 10).clamp(10, 60);
    match (codec, packet_ms) {
        (Codec::Opus, 30) => 20,
        (Codec::Opus, 50) => 40,
        (Codec::Pcmu | Codec::Pcma | Codec::G722 | Codec::Opus, _) => packet_ms,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::leg::tests_support::spec;

    /// 60 ticks of one leg at `ptime_ms`: how many packets left in each.
    fn packets_per_tick(codec: Codec, ptime_ms: u32) -> Vec<u64> {
        let spec = LegSpec {
            ptime_ms,
            ..spec(codec)
        };
        let mut egress = Egress::new(&spec, &mut Reserve::default());
        let mut payloads = Payloads::new();
        let frame = vec![0.0; egress.rate().frame_samples()];
        (0..60)
            .map(|_| egress.encode(&frame, &mut payloads))
            .collect()
    }

    #[test]
    fn every_packet_time_carries_every_frame() {
        for codec in Codec::ALL {
            for ptime_ms in [10, 20, 30, 40, 50, 60] {
                let packets: u64 = packets_per_tick(codec, ptime_ms).iter().sum();
                let packet_ms = packet_ms(codec, ptime_ms);
                assert_eq!(packets, 1_200 / u64::from(packet_ms), "{codec} {ptime_ms}");
            }
        }
    }

    #[test]
    fn legs_that_open_at_different_ticks_send_at_the_same_ones() {
        for ptime_ms in [10, 20, 30, 40, 50, 60] {
            let spec = LegSpec {
                ptime_ms,
                ..spec(Codec::Pcmu)
            };
            let mut payloads = Payloads::new();
            let mut one = Egress::new(&spec, &mut Reserve::default());
            one.align(1);
            for tick in 1..100 {
                one.encode(&[0.0; 160], &mut payloads);
                let packets = payloads.count();
                let mut other = Egress::new(&spec, &mut Reserve::default());
                other.align(tick);
                other.encode(&[0.0; 160], &mut payloads);
                assert_eq!(payloads.count(), packets, "{ptime_ms} ms, tick {tick}");
                assert_eq!(one.waiting_samples, other.waiting_samples);
            }
        }
    }

    #[test]
    fn sequence_and_timestamp_go_on_over_a_pause() {
        let mut egress = Egress::new(&spec(Codec::Pcmu), &mut Reserve::default());
        let mut payloads = Payloads::new();
        let mut seen = Vec::new();
        for tick in 0..6 {
            egress.encode(&[0.0; 160], &mut payloads);
            if (2..4).contains(&tick) {
                egress.withhold(&payloads);
            } else {
                egress.number(&mut payloads, |packet, _| {
                    let packet = conclave_rtp::RtpPacket::parse(packet).unwrap();
                    seen.push((packet.sequence, packet.timestamp, packet.marker));
                });
            }
        }
        let (sequence, timestamp) = (spec(Codec::Pcmu).first_sequence, 2_000_u32);
        let expected = [(0, 0, true), (1, 1, false), (2, 4, true), (3, 5, false)];
        let expected = expected.map(|(packet, frame, marker)| {
            let sequence = sequence.wrapping_add(packet);
            (sequence, timestamp + 160 * frame, marker)
        });
        assert_eq!(seen, expected);
    }
}
