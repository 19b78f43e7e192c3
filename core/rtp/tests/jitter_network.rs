//! The jitter buffer behind simulated networks; a listener model plays what it gives.

// A test may panic.
#![allow(clippy::unwrap_used)]

use std::time::Duration;

use conclave_model::{Chance, Codec, Moment};
use conclave_rtp::{HEADER_BYTES, Header, JitterBuffer, Pace, Pull, Push, RtpPacket, write_header};

const MS: i64 = 1_000_000;

/// What lies between the sender and us.
#[derive(Clone, Copy)]
struct Network {
    loss_percent: u32,
    doubled_percent: u32,
    /// Each packet is delayed by up to this much.
    jitter_ms: u32,
    /// How much faster than ours the sender's clock runs.
    drift_ppm: i64,
}

const PERFECT: Network = Network {
    loss_percent: 0,
    doubled_percent: 0,
    jitter_ms: 0,
    drift_ppm: 0,
};

/// One packet on its way.
#[derive(Clone)]
struct Flying {
    arrives: i64,
    bytes: Vec<u8>,
}

/// A phone that talks, and may pause without sending.
struct Sender {
    ssrc: u32,
    sequence: u16,
    timestamp: u32,
    ptime_ms: u32,
    clock: i64,
    sent: u64,
}

impl Sender {
    fn new(ptime_ms: u32) -> Self {
        Self {
            ssrc: 1,
            sequence: 65_500,
            timestamp: u32::MAX - 5_000,
            ptime_ms,
            clock: 0,
            sent: 0,
        }
    }

    fn packet(&mut self) -> Vec<u8> {
        let mut bytes = vec![0xff; HEADER_BYTES + self.ptime_ms as usize * 8];
        let header = Header {
            payload_type: 0,
            marker: false,
            sequence: self.sequence,
            timestamp: self.timestamp,
            ssrc: self.ssrc,
        };
        write_header(bytes.first_chunk_mut().unwrap(), &header);
        // The payload says which packet it is, so that order is judged by what is inside.
        bytes[HEADER_BYTES..HEADER_BYTES + 8].copy_from_slice(&self.sent.to_be_bytes());
        self.sent += 1;
        self.sequence = self.sequence.wrapping_add(1);
        self.pause(self.ptime_ms);
        bytes
    }

    fn pause(&mut self, ms: u32) {
        self.timestamp = self.timestamp.wrapping_add(ms * 8);
        self.clock += i64::from(ms) * MS;
    }
}

/// Plays what the buffer gives, and stretches or compresses as a time scaler would.
struct Listener {
    buffer: JitterBuffer,
    origin: Moment,
    now: i64,
    fifo: i64,
    last_heard: Option<u64>,
    flying: Vec<Flying>,
    /// Until then nothing arrives.
    shut_until: i64,
    chance: Chance,
    pushed: u64,
    delay_max: Duration,
    concealed_ticks: u64,
    silent_ticks: u64,
    /// Ticks in which the pace was not normal.
    scaled_ticks: u64,
}

impl Listener {
    fn new(seed: u8) -> Self {
        Self {
            buffer: JitterBuffer::new(),
            origin: Moment::EPOCH,
            now: 7 * MS,
            fifo: 0,
            last_heard: None,
            flying: Vec::new(),
            shut_until: 0,
            chance: Chance::from_seed([seed; 32]),
            pushed: 0,
            delay_max: Duration::ZERO,
            concealed_ticks: 0,
            silent_ticks: 0,
            scaled_ticks: 0,
        }
    }

    /// The sender sends for `ms`, over `network`.
    fn talk(&mut self, sender: &mut Sender, network: Network, ms: u32) {
        let until = sender.clock + i64::from(ms) * MS;
        while sender.clock < until {
            let sent_at = sender.clock - sender.clock / 1_000_000 * network.drift_ppm;
            let bytes = sender.packet();
            self.listen_until(sent_at);
            if self.chance.below(100) < network.loss_percent {
                continue;
            }
            let jitter = i64::from(self.chance.below(network.jitter_ms * 1_000 + 1)) * 1_000;
            let packet = Flying {
                arrives: (sent_at + 50 * MS + jitter).max(self.shut_until),
                bytes,
            };
            if self.chance.below(100) < network.doubled_percent {
                self.flying.push(packet.clone());
            }
            self.flying.push(packet);
        }
    }

    fn listen_until(&mut self, end: i64) {
        while self.now < end {
            self.now += 20 * MS;
            self.flying.sort_by_key(|packet| packet.arrives);
            while self
                .flying
                .first()
                .is_some_and(|packet| packet.arrives <= self.now)
            {
                let packet = self.flying.remove(0);
                let at = self.origin + Duration::from_nanos(packet.arrives.unsigned_abs());
                self.push(at, &packet.bytes);
            }
            self.tick();
        }
    }

    fn push(&mut self, at: Moment, bytes: &[u8]) -> Push {
        self.pushed += 1;
        let packet = RtpPacket::parse(bytes).unwrap();
        self.buffer.push(at, &packet, Codec::Pcmu, None)
    }

    fn tick(&mut self) {
        let now = self.origin + Duration::from_nanos(self.now.unsigned_abs());
        while self.fifo < 20 * MS {
            let ahead = Duration::from_nanos(self.fifo.unsigned_abs());
            self.buffer.set_ahead(ahead);
            match self.buffer.pull(now) {
                Pull::Packet(packet) => {
                    let heard = u64::from_be_bytes(*packet.payload.first_chunk().unwrap());
                    assert!(
                        self.last_heard.is_none_or(|last| last < heard),
                        "out of order"
                    );
                    self.last_heard = Some(heard);
                    let nanos = i64::try_from(packet.duration.as_nanos()).unwrap();
                    // A tenth is what a time scaler does without being noticed.
                    let pace = self.buffer.pace();
                    self.scaled_ticks += u64::from(pace != Pace::Normal);
                    self.fifo += match pace {
                        Pace::Normal => nanos,
                        Pace::Compress => nanos * 9 / 10,
                        Pace::Stretch => nanos * 11 / 10,
                    };
                    self.delay_max = self.delay_max.max(self.buffer.delay());
                }
                Pull::Missing { duration, next } => {
                    assert!(next.is_none_or(|next| !next.payload.is_empty()));
                    assert!(duration > Duration::ZERO);
                    self.concealed_ticks += 1;
                    self.fifo += i64::try_from(duration.as_nanos()).unwrap();
                }
                Pull::Starved => {
                    self.concealed_ticks += 1;
                    self.fifo = 20 * MS;
                }
                Pull::Silence | Pull::Idle => {
                    self.silent_ticks += 1;
                    self.fifo = 20 * MS;
                }
            }
        }
        self.fifo -= 20 * MS;
        self.assert_all_accounted_for();
    }

    fn assert_all_accounted_for(&self) {
        let stats = self.buffer.stats();
        assert_eq!(stats.pushed, self.pushed);
        let gone = stats.delivered + stats.late + stats.duplicate;
        let thrown = stats.refused + stats.doubtful + stats.discarded;
        assert_eq!(gone + thrown + self.buffer.len() as u64, self.pushed);
        assert!(self.buffer.len() <= 64);
    }

    /// Begins to watch anew.
    fn forget(&mut self) {
        self.delay_max = Duration::ZERO;
        self.concealed_ticks = 0;
        self.silent_ticks = 0;
        self.scaled_ticks = 0;
    }
}

impl std::fmt::Display for Listener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "delay up to {:?}, target {:?}, {} concealed, {} silent, {} scaled, {:?}",
            self.delay_max,
            self.buffer.target(),
            self.concealed_ticks,
            self.silent_ticks,
            self.scaled_ticks,
            self.buffer.stats()
        )
    }
}

fn settled(network: Network, ptime_ms: u32, seed: u8) -> (Listener, Sender) {
    let mut listener = Listener::new(seed);
    let mut sender = Sender::new(ptime_ms);
    listener.talk(&mut sender, network, 15_000);
    listener.forget();
    (listener, sender)
}

#[test]
fn without_jitter_a_packet_waits_for_the_tick_and_no_longer() {
    for ptime_ms in [10, 20, 30, 40, 50, 60] {
        let (mut listener, mut sender) = settled(PERFECT, ptime_ms, 1);
        listener.talk(&mut sender, PERFECT, 10_000);
        assert_eq!(listener.concealed_ticks, 0, "ptime {ptime_ms}");
        assert_eq!(listener.silent_ticks, 0, "ptime {ptime_ms}");
        assert_eq!(listener.scaled_ticks, 0, "ptime {ptime_ms}");
        let delay_ms = listener.delay_max.as_millis();
        assert!(
            delay_ms <= 20,
            "{delay_ms} ms with packets of {ptime_ms} ms"
        );
    }
}

#[test]
fn steady_jitter_costs_delay_and_hardly_any_sound() {
    for (jitter_ms, seed) in [(10, 2), (30, 3), (60, 4), (100, 5), (200, 6)] {
        let network = Network {
            jitter_ms,
            ..PERFECT
        };
        let (mut listener, mut sender) = settled(network, 20, seed);
        listener.talk(&mut sender, network, 60_000);
        let concealed = listener.concealed_ticks;
        assert!(
            concealed < 3_000 / 25,
            "{concealed} ticks at {jitter_ms} ms of jitter"
        );
        let delay_ms = listener.delay_max.as_millis();
        let most = u128::from(jitter_ms) + 60;
        assert!(
            delay_ms <= most,
            "{delay_ms} ms at {jitter_ms} ms of jitter"
        );
    }
}

#[test]
fn the_delay_comes_back_after_a_burst_of_jitter() {
    let (mut listener, mut sender) = settled(PERFECT, 20, 7);
    let burst = Network {
        jitter_ms: 150,
        ..PERFECT
    };
    listener.talk(&mut sender, burst, 10_000);
    assert!(
        listener.buffer.delay() > Duration::from_millis(80),
        "it grew"
    );
    listener.talk(&mut sender, PERFECT, 25_000);
    listener.forget();
    listener.talk(&mut sender, PERFECT, 5_000);
    assert!(
        listener.delay_max <= Duration::from_millis(24),
        "{:?}",
        listener.delay_max
    );
    assert_eq!(listener.concealed_ticks + listener.silent_ticks, 0);
}

#[test]
fn a_stall_is_made_up_for_by_playing_faster() {
    let (mut listener, mut sender) = settled(PERFECT, 20, 8);
    // 300 ms long nothing arrives, then everything at once.
    listener.shut_until = sender.clock + 350 * MS;
    listener.talk(&mut sender, PERFECT, 500);
    assert!(
        listener.buffer.delay() >= Duration::from_millis(200),
        "nothing was thrown away"
    );
    assert_eq!(
        listener.buffer.stats().discarded + listener.buffer.stats().late,
        0
    );
    listener.talk(&mut sender, PERFECT, 15_000);
    assert!(listener.buffer.delay() <= Duration::from_millis(24));
}

#[test]
fn a_drifting_clock_is_followed() {
    for drift_ppm in [-200, 200] {
        let network = Network {
            drift_ppm,
            ..PERFECT
        };
        let (mut listener, mut sender) = settled(network, 20, 9);
        listener.talk(&mut sender, network, 600_000);
        // 600 s at 200 ppm are 120 ms: six frames too many or too few.
        assert!(
            listener.concealed_ticks <= 7,
            "{} ppm {}",
            drift_ppm,
            listener.concealed_ticks
        );
        assert_eq!(listener.buffer.stats().late, 0);
        assert_eq!(listener.buffer.stats().discarded, 0);
        assert!(
            listener.delay_max <= Duration::from_millis(45),
            "{:?}",
            listener.delay_max
        );
    }
}

#[test]
fn pauses_are_silence_and_not_loss() {
    let (mut listener, mut sender) = settled(PERFECT, 20, 10);
    let before = listener.buffer.stats();
    for pause_ms in [200, 20, 5_000, 460, 60_000] {
        listener.talk(&mut sender, PERFECT, 1_000);
        sender.pause(pause_ms);
    }
    listener.talk(&mut sender, PERFECT, 1_000);
    let after = listener.buffer.stats();
    assert_eq!(after.missing, before.missing);
    assert_eq!(after.late + after.discarded, 0);
    assert!(listener.buffer.delay() <= Duration::from_millis(24));
    let silent_ms = listener.silent_ticks * 20;
    assert!((65_000..=65_700).contains(&silent_ms), "{silent_ms}");
}

#[test]
fn a_timestamp_that_jumps_is_not_heard() {
    for jump in [1, 80, 8_000, 80_000_000, 0u32.wrapping_sub(4_000), 1 << 31] {
        let (mut listener, mut sender) = settled(PERFECT, 20, 11);
        sender.timestamp = sender.timestamp.wrapping_add(jump);
        listener.talk(&mut sender, PERFECT, 3_000);
        let heard = listener.concealed_ticks + listener.silent_ticks;
        assert!(heard <= 1, "{heard} ticks at a jump of {jump}");
        assert!(
            listener.buffer.delay() <= Duration::from_millis(24),
            "{jump}"
        );
    }
}

#[test]
fn another_source_or_another_sequence_takes_over() {
    let (mut listener, mut sender) = settled(PERFECT, 20, 12);
    sender.ssrc = 99;
    sender.sequence = 3;
    sender.timestamp = 17;
    listener.talk(&mut sender, PERFECT, 2_000);
    assert!(listener.concealed_ticks + listener.silent_ticks <= 1);
    sender.sequence = sender.sequence.wrapping_add(20_000);
    sender.timestamp = sender.timestamp.wrapping_add(77_777);
    listener.talk(&mut sender, PERFECT, 2_000);
    assert_eq!(listener.buffer.stats().doubtful, 1);
    assert!(listener.concealed_ticks + listener.silent_ticks <= 3);
    assert!(listener.buffer.delay() <= Duration::from_millis(24));
}

#[test]
fn stragglers_of_the_source_before_do_not_bring_it_back() {
    let (mut listener, mut sender) = settled(PERFECT, 20, 13);
    let mut stragglers: Vec<Flying> = Vec::new();
    for late_ms in [0, 200, 201, 400] {
        let arrives = sender.clock + (300 + late_ms) * MS;
        let bytes = sender.packet();
        stragglers.push(Flying { arrives, bytes });
    }
    sender.ssrc = 99;
    sender.sequence = 3;
    listener.flying.extend(stragglers);
    listener.talk(&mut sender, PERFECT, 2_000);
    assert_eq!(listener.buffer.stats().late, 4);
    assert_eq!(listener.buffer.stats().discarded, 0);
    assert!(listener.concealed_ticks + listener.silent_ticks <= 5);
    // The new one falls silent: the old one may return.
    sender.ssrc = 1;
    sender.sequence = 65_500u16.wrapping_add(754);
    sender.clock += 600 * MS;
    listener.talk(&mut sender, PERFECT, 2_000);
    assert_eq!(listener.buffer.stats().late, 4);
    assert!(listener.buffer.delay() <= Duration::from_millis(24));
}

#[test]
fn keys_among_the_sound_are_a_pause_and_not_loss() {
    // With jitter something waits in the buffer when the press ends, so that it is seen as a gap.
    let network = Network {
        jitter_ms: 60,
        ..PERFECT
    };
    let (mut listener, mut sender) = settled(network, 20, 14);
    listener.talk(&mut sender, network, 1_000);
    let before = listener.buffer.stats();
    for _ in 0..10 {
        // Ten packets of a press take numbers, and time, but no sound.
        for _ in 0..10 {
            let bytes = sender.packet();
            let now = listener.origin + Duration::from_nanos(listener.now.unsigned_abs());
            listener
                .buffer
                .pass(now, &RtpPacket::parse(&bytes).unwrap());
            listener.listen_until(sender.clock);
        }
        listener.talk(&mut sender, network, 1_000);
    }
    let after = listener.buffer.stats();
    assert_eq!(after.missing - before.missing, after.late - before.late);
    assert!(listener.concealed_ticks <= 10 * 6, "{listener}");
    // A stranger's key has no place in this stream.
    sender.ssrc = 77;
    let bytes = sender.packet();
    let now = listener.origin + Duration::from_nanos(listener.now.unsigned_abs());
    let inside = listener.buffer.len();
    listener
        .buffer
        .pass(now, &RtpPacket::parse(&bytes).unwrap());
    assert_eq!(listener.buffer.len(), inside);
}

#[test]
fn a_lost_packet_shows_the_one_behind_it() {
    let mut buffer = JitterBuffer::new();
    let mut sender = Sender::new(20);
    let start = Moment::EPOCH;
    let packets: Vec<Vec<u8>> = (0..3).map(|_| sender.packet()).collect();
    buffer.push(
        start,
        &RtpPacket::parse(&packets[0]).unwrap(),
        Codec::Pcmu,
        None,
    );
    buffer.push(
        start,
        &RtpPacket::parse(&packets[2]).unwrap(),
        Codec::Pcmu,
        None,
    );
    assert!(matches!(buffer.pull(start), Pull::Packet(_)));
    let Pull::Missing { duration, next } = buffer.pull(start) else {
        panic!("packet 1 is missing");
    };
    assert_eq!(duration, Duration::from_millis(20));
    assert_eq!(next.unwrap().payload, &packets[2][HEADER_BYTES..]);
    assert_eq!(buffer.peek().unwrap().payload, &packets[2][HEADER_BYTES..]);
    assert!(matches!(buffer.pull(start), Pull::Packet(_)));
    let late = buffer.push(
        start,
        &RtpPacket::parse(&packets[1]).unwrap(),
        Codec::Pcmu,
        None,
    );
    assert_eq!(late, Push::Late);
    let twice = buffer.push(
        start,
        &RtpPacket::parse(&packets[2]).unwrap(),
        Codec::Pcmu,
        None,
    );
    assert_eq!(twice, Push::Duplicate);
}

#[test]
fn whatever_the_network_does_every_packet_is_played_once_in_order_or_counted() {
    for seed in 0..120 {
        let mut chance = Chance::from_seed([seed; 32]);
        let mut listener = Listener::new(seed);
        let mut sender = Sender::new([10, 20, 30, 40, 60][chance.below(5) as usize]);
        for _ in 0..12 {
            let network = Network {
                loss_percent: [0, 0, 5, 40][chance.below(4) as usize],
                doubled_percent: [0, 0, 10][chance.below(3) as usize],
                jitter_ms: [0, 5, 50, 300, 900][chance.below(5) as usize],
                drift_ppm: 0,
            };
            let ms = 100 + chance.below(5_000);
            listener.talk(&mut sender, network, ms);
            let change = chance.below(6);
            if change < 3 {
                // What is on its way arrives first: judging order across sources needs that.
                sender.clock += 2_200 * MS;
                listener.listen_until(sender.clock);
            }
            match change {
                0 => sender.ssrc = chance.u32(),
                1 => sender.sequence = chance.u32() as u16,
                2 => sender.timestamp = chance.u32(),
                3 => sender.pause(chance.below(20_000)),
                _ => {}
            }
        }
        // Quiet again, it plays as if nothing had been.
        listener.talk(&mut sender, PERFECT, 30_000);
        listener.forget();
        listener.talk(&mut sender, PERFECT, 2_000);
        // Where packets and ticks do not fit, every other pull comes half a tick early.
        let uneven_ms = if sender.ptime_ms.is_multiple_of(20) {
            0
        } else {
            10
        };
        assert!(
            listener.delay_max <= Duration::from_millis(24 + uneven_ms),
            "seed {seed}: {listener}"
        );
        assert_eq!(
            listener.concealed_ticks + listener.silent_ticks,
            0,
            "seed {seed}: {listener}"
        );
    }
}

#[test]
fn bytes_that_are_no_sound_are_refused() {
    let mut buffer = JitterBuffer::new();
    let now = Moment::EPOCH;
    let mut bytes = vec![0x80; HEADER_BYTES];
    let refuse = |buffer: &mut JitterBuffer, bytes: &[u8], codec| {
        let packet = RtpPacket::parse(bytes).unwrap();
        assert_eq!(buffer.push(now, &packet, codec, None), Push::Refused);
    };
    refuse(&mut buffer, &bytes, Codec::Pcmu);
    refuse(&mut buffer, &bytes, Codec::Opus);
    bytes.extend([0xff, 0]);
    refuse(&mut buffer, &bytes, Codec::Opus);
    bytes.resize(3_000, 0);
    refuse(&mut buffer, &bytes, Codec::Pcma);
    assert_eq!(buffer.stats().refused, 4);
    assert_eq!(buffer.pull(now), Pull::Idle);
}

#[test]
fn numbers_a_window_apart_before_the_first_is_played_never_share_a_place() {
    let now = Moment::EPOCH;
    let mut buffer = JitterBuffer::new();
    let push = |buffer: &mut JitterBuffer, sequence: u16, payload: usize| {
        let header = Header {
            payload_type: 0,
            marker: false,
            sequence,
            timestamp: 0,
            ssrc: 1,
        };
        let mut bytes = vec![0; HEADER_BYTES + payload];
        write_header(bytes.first_chunk_mut().unwrap(), &header);
        let packet = RtpPacket::parse(&bytes).unwrap();
        buffer.push(now, &packet, Codec::Pcmu, None)
    };
    // Each round would leave its first packet's bytes behind: more than there is room for.
    for first_bytes in [1_440, 1_024, 500, 100].repeat(20) {
        assert_eq!(push(&mut buffer, 1_000, first_bytes), Push::Stored);
        assert_eq!(push(&mut buffer, 936, 1_440), Push::Late);
        assert_eq!(push(&mut buffer, 937, 100), Push::Stored);
        assert_eq!(buffer.len(), 2);
        buffer.clear();
        assert!(buffer.is_empty());
    }
}

#[test]
fn what_was_played_is_remembered_for_a_decoder_that_begins_late() {
    let now = Moment::EPOCH;
    for codec in [Codec::Pcmu, Codec::G722] {
        let mut buffer = JitterBuffer::for_codecs([codec]);
        let mut sender = Sender::new(20);
        let kept = JitterBuffer::delivered_kept(codec);
        for tick in 0..200_u64 {
            let now = now + Duration::from_millis(20) * u32::try_from(tick).unwrap();
            let datagram = sender.packet();
            let packet = RtpPacket::parse(&datagram).unwrap();
            assert_eq!(buffer.push(now, &packet, codec, None), Push::Stored);
            assert!(matches!(buffer.pull(now), Pull::Packet(_)));
            for before in 0..=kept + 1 {
                let number = buffer
                    .delivered(before)
                    .map(|payload| u64::from_be_bytes(*payload.first_chunk().unwrap()));
                let is_known = before <= kept && before as u64 <= tick;
                assert_eq!(number, is_known.then(|| tick - before as u64));
            }
        }
    }
}

#[test]
fn a_burst_takes_the_room_of_what_was_played() {
    let now = Moment::EPOCH;
    let mut buffer = JitterBuffer::for_codecs([Codec::Pcmu]);
    let mut sender = Sender::new(20);
    let mut push = |buffer: &mut JitterBuffer| {
        let datagram = sender.packet();
        buffer.push(
            now,
            &RtpPacket::parse(&datagram).unwrap(),
            Codec::Pcmu,
            None,
        )
    };
    for _ in 0..4 {
        assert_eq!(push(&mut buffer), Push::Stored);
        assert!(matches!(buffer.pull(now), Pull::Packet(_)));
    }
    // 400 ms, the widest jitter that is smoothed, and more.
    for _ in 0..25 {
        assert_eq!(push(&mut buffer), Push::Stored);
    }
    assert_eq!(buffer.stats().discarded, 0);
    assert!(buffer.delivered(0).is_none());
}
