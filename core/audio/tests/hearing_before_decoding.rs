//! A glance at payloads finds every word and passes over every quiet line; compared with decoding.
#![allow(
    clippy::unwrap_used,
    reason = "a test stops where something is not there"
)]

use conclave_audio::{
    Decoder, Encoder, Hint, OpusSettings, QuickLook, Resampler, SampleRate, SpeechDetector, Voice,
    level,
};
use conclave_model::Codec;
use opus::{Application, Bandwidth, Bitrate, Channels};

/// How a peer may encode.
#[derive(Clone, Copy, Debug)]
enum Peer {
    Plain(Codec),
    Opus {
        application: Application,
        bitrate_bps: i32,
        complexity: i32,
        extra: Extra,
    },
}

#[derive(Clone, Copy, Debug)]
enum Extra {
    None,
    Dtx,
    Stereo,
    Narrow,
    Fec,
    PacketMs(u32),
}

#[test]
fn an_open_microphone_at_66_db_below_full_scale_is_not_decoded() {
    for peer in peers() {
        for noise in [white(5), pink(5)] {
            let packets = encode(peer, &at_dbov(&noise, -66.0));
            let mut look = QuickLook::new(codec(peer));
            let hints: Vec<_> = packets.iter().map(|packet| look.look(packet)).collect();
            let settled = &hints[hints.len() / 5..];
            let awake = settled.iter().filter(|hint| **hint != Hint::Silent).count();
            assert!(awake * 50 <= settled.len(), "{peer:?}: {awake}");
        }
    }
}

#[test]
fn no_word_begins_unnoticed_and_none_is_noticed_more_than_a_packet_late() {
    let speech = speech();
    for peer in peers() {
        for dbov in [-20.0, -35.0, -50.0] {
            let packets = encode(peer, &in_a_room(&speech, dbov));
            let heard = listen(peer, &packets, |_| false);
            assert!(heard.beginnings >= 3, "{peer:?} {dbov}: {heard:?}");
            assert!(heard.packets_late <= 1, "{peer:?} {dbov}: {heard:?}");
            let missed = heard.missed as f32 / heard.audible as f32;
            assert!(missed < 0.01, "{peer:?} {dbov}: {heard:?}");
        }
    }
}

#[test]
fn lost_packets_hide_no_word() {
    let speech = speech();
    for peer in [
        Peer::Plain(Codec::G722),
        opus(Application::LowDelay, 32_000, 5, Extra::None),
        opus(Application::Voip, 24_000, 5, Extra::None),
    ] {
        for every in [7, 11, 20] {
            let packets = encode(peer, &in_a_room(&speech, -40.0));
            let heard = listen(peer, &packets, |index| index % every == 3);
            assert!(heard.packets_late <= 1, "{peer:?} {every}: {heard:?}");
        }
    }
}

#[test]
fn any_bytes_get_an_answer() {
    let mut random = Random(7);
    let mut look = QuickLook::new(Codec::Opus);
    let mut counts = [0; 3];
    for round in 0..60_000 {
        let length = random.below(if round % 3 == 0 { 6 } else { 200 });
        let mut packet: Vec<u8> = (0..length).map(|_| random.below(256) as u8).collect();
        if random.below(4) == 0 {
            packet.fill([0, 255, 128][round % 3]);
        }
        if let Some(toc) = packet.first_mut() {
            *toc = (round % 256) as u8;
        }
        counts[look.look(&packet) as usize] += 1;
        if random.below(10) == 0 {
            look.lost();
        }
    }
    assert!(counts.iter().all(|count| *count > 0), "{counts:?}");
}

#[test]
fn a_packet_cut_short_or_with_a_wrong_bit_gets_an_answer() {
    let mut random = Random(9);
    for peer in peers() {
        let packets = encode(peer, &in_a_room(&white(1), -30.0));
        let mut look = QuickLook::new(codec(peer));
        for packet in packets {
            let mut packet = packet;
            let at = random.below(packet.len() as u32) as usize;
            packet[at] ^= 1 << random.below(8);
            packet.truncate(random.below(packet.len() as u32 + 1) as usize);
            std::hint::black_box(look.look(&packet));
        }
    }
}

fn peers() -> Vec<Peer> {
    use Application::{Audio, LowDelay, Voip};
    vec![
        Peer::Plain(Codec::Pcmu),
        Peer::Plain(Codec::Pcma),
        Peer::Plain(Codec::G722),
        opus(Voip, 12_000, 0, Extra::None),
        opus(Voip, 32_000, 9, Extra::None),
        opus(Voip, 24_000, 5, Extra::Dtx),
        opus(Voip, 24_000, 5, Extra::Fec),
        opus(Voip, 40_000, 0, Extra::Stereo),
        opus(Voip, 24_000, 0, Extra::PacketMs(60)),
        opus(Audio, 24_000, 0, Extra::None),
        opus(Audio, 64_000, 9, Extra::Dtx),
        opus(LowDelay, 16_000, 0, Extra::Narrow),
        opus(LowDelay, 64_000, 0, Extra::None),
        opus(LowDelay, 48_000, 5, Extra::Stereo),
        opus(LowDelay, 32_000, 0, Extra::PacketMs(10)),
        opus(LowDelay, 32_000, 0, Extra::PacketMs(40)),
    ]
}

const fn opus(application: Application, bitrate_bps: i32, complexity: i32, extra: Extra) -> Peer {
    Peer::Opus {
        application,
        bitrate_bps,
        complexity,
        extra,
    }
}

const fn codec(peer: Peer) -> Codec {
    match peer {
        Peer::Plain(codec) => codec,
        Peer::Opus { .. } => Codec::Opus,
    }
}

#[derive(Debug)]
struct Heard {
    /// Times at which a listener who decodes everything hears somebody begin.
    beginnings: u32,
    /// The longest that a glance needed to notice it.
    packets_late: u32,
    /// Packets that are to be heard, and those of them that were passed over.
    audible: u32,
    missed: u32,
}

/// Compares who decodes everything with who decodes from the first hint to the end of speech.
fn listen(peer: Peer, packets: &[Vec<u8>], is_lost: impl Fn(usize) -> bool) -> Heard {
    let mut look = QuickLook::new(codec(peer));
    let mut decoder = Decoder::new(codec(peer), SampleRate::Hz48000);
    let mut out = vec![0.0; Decoder::SAMPLES_MAX];
    let (mut truth, mut guess) = (SpeechDetector::new(), SpeechDetector::new());
    let (mut late, mut samples) = (0, 0);
    let mut heard = Heard {
        beginnings: 0,
        packets_late: 0,
        audible: 0,
        missed: 0,
    };
    for (index, packet) in packets.iter().enumerate() {
        let hint = if is_lost(index) {
            look.lost();
            decoder.conceal(&mut out[..samples]);
            Hint::Silent
        } else {
            samples = decoder.decode(packet, &mut out).unwrap();
            look.look(packet)
        };
        let was_quiet = !truth.voice().is_audible();
        let is_decoded = guess.voice() != Voice::Quiet || hint != Hint::Silent;
        let (mut is_audible, mut is_missed) = (false, false);
        for frame in out[..samples].chunks(decoder.sample_rate().frame_samples()) {
            let dbov = level::dbov(frame);
            let found = if is_decoded {
                guess.frame(dbov)
            } else {
                guess.no_frame()
            };
            let is_heard = truth.frame(dbov).is_audible();
            is_audible |= is_heard;
            is_missed |= is_heard && !found.is_audible();
        }
        late = if is_missed { late + 1 } else { 0 };
        // The detector learns the line first.
        if index > packets.len() / 20 {
            heard.beginnings += u32::from(was_quiet && is_audible);
            heard.audible += u32::from(is_audible);
            heard.missed += u32::from(is_missed);
            heard.packets_late = heard.packets_late.max(late);
        }
    }
    heard
}

fn encode(peer: Peer, sound: &[f32]) -> Vec<Vec<u8>> {
    match peer {
        Peer::Plain(codec) => encode_plain(codec, sound),
        Peer::Opus {
            application,
            bitrate_bps,
            complexity,
            extra,
        } => {
            let channels = if matches!(extra, Extra::Stereo) {
                Channels::Stereo
            } else {
                Channels::Mono
            };
            let mut encoder = opus::Encoder::new(48_000, channels, application).unwrap();
            encoder.set_bitrate(Bitrate::Bits(bitrate_bps)).unwrap();
            encoder.set_complexity(complexity).unwrap();
            encode_opus(&mut encoder, extra, sound)
        }
    }
}

fn encode_opus(encoder: &mut opus::Encoder, extra: Extra, sound: &[f32]) -> Vec<Vec<u8>> {
    let mut packet_ms = 20;
    match extra {
        Extra::None | Extra::Stereo => {}
        Extra::Dtx => encoder.set_dtx(true).unwrap(),
        Extra::Narrow => encoder.set_bandwidth(Bandwidth::Narrowband).unwrap(),
        Extra::Fec => {
            encoder.set_inband_fec(true).unwrap();
            encoder.set_packet_loss_perc(10).unwrap();
        }
        Extra::PacketMs(ms) => packet_ms = ms,
    }
    let frames = sound.chunks_exact(SampleRate::Hz48000.samples_in_ms(packet_ms));
    let mut out = [0; 1_500];
    frames
        .map(|frame| {
            let bytes = if matches!(extra, Extra::Stereo) {
                let both: Vec<f32> = frame.iter().flat_map(|x| [*x, *x]).collect();
                encoder.encode_float(&both, &mut out)
            } else {
                encoder.encode_float(frame, &mut out)
            };
            out[..bytes.unwrap()].to_vec()
        })
        .collect()
}

fn encode_plain(codec: Codec, sound: &[f32]) -> Vec<Vec<u8>> {
    let rate = SampleRate::of(codec);
    let mut encoder = Encoder::new(codec, &OpusSettings::default());
    let mut resampler = Resampler::new(SampleRate::Hz48000, rate);
    let (mut frame, mut out) = (vec![0.0; rate.frame_samples()], [0; 400]);
    let frames = sound.chunks_exact(SampleRate::Hz48000.frame_samples());
    frames
        .map(|samples| {
            resampler.process(samples, &mut frame);
            let bytes = encoder.encode(&frame, &mut out).unwrap();
            out[..bytes].to_vec()
        })
        .collect()
}

/// Three of our sentences, each after more than half a second's pause.
fn speech() -> Vec<f32> {
    let mut all = vec![0.0; 48_000];
    for file in [
        &include_bytes!("../../../prompts/en/no-such-room.opus")[..],
        include_bytes!("../../../prompts/de/say-your-name.opus"),
        include_bytes!("../../../prompts/en/removed.opus"),
    ] {
        let mut decoder = opus::Decoder::new(48_000, Channels::Mono).unwrap();
        let mut out = [0.0; 5_760];
        for packet in ogg_packets(file).iter().skip(2) {
            let samples = decoder.decode_float(packet, &mut out, false).unwrap();
            all.extend_from_slice(&out[..samples]);
        }
        all.resize(all.len() + 36_000, 0.0);
    }
    all
}

/// RFC 3533 §6: pages of segments; a segment of less than 255 bytes ends a packet.
fn ogg_packets(mut file: &[u8]) -> Vec<Vec<u8>> {
    let (mut packets, mut packet) = (Vec::new(), Vec::new());
    while let Some(page) = file.strip_prefix(b"OggS") {
        let count = usize::from(page[22]);
        let (lengths, mut rest) = page[23..].split_at(count);
        for length in lengths {
            let (segment, after) = rest.split_at(usize::from(*length));
            packet.extend_from_slice(segment);
            rest = after;
            if *length < 255 {
                packets.push(std::mem::take(&mut packet));
            }
        }
        file = rest;
    }
    packets
}

/// `sound` with its loud frames at `dbov`, and the noise of a room behind it.
fn in_a_room(sound: &[f32], dbov: f32) -> Vec<f32> {
    let loud: Vec<f32> = sound
        .chunks_exact(960)
        .filter(|frame| level::dbov(frame) > -40.0)
        .flatten()
        .copied()
        .collect();
    let gain = 10.0_f32.powf((dbov - level::dbov(&loud)) / 20.0);
    let room = at_dbov(&white(sound.len() / 48_000 + 1), -66.0);
    sound.iter().zip(room).map(|(x, y)| x * gain + y).collect()
}

fn at_dbov(sound: &[f32], dbov: f32) -> Vec<f32> {
    let gain = 10.0_f32.powf((dbov - level::dbov(sound)) / 20.0);
    sound.iter().map(|x| x * gain).collect()
}

fn white(seconds: usize) -> Vec<f32> {
    let mut random = Random(3);
    let mut sample = || {
        (0..4)
            .map(|_| random.below(2_001) as f32 - 1_000.0)
            .sum::<f32>()
            / 4e3
    };
    (0..seconds * 48_000).map(|_| sample()).collect()
}

/// Three poles along the way from 20 Hz to 20 kHz: a room's noise has more of the low.
fn pink(seconds: usize) -> Vec<f32> {
    let mut parts = [0.0; 3];
    let filter = |x: f32| {
        for (part, (keep, gain)) in parts
            .iter_mut()
            .zip([(0.995, 0.1), (0.947, 0.3), (0.4, 1.0)])
        {
            *part = *part * keep + x * gain;
        }
        parts.iter().sum::<f32>()
    };
    white(seconds).into_iter().map(filter).collect()
}

struct Random(u32);

impl Random {
    fn below(&mut self, bound: u32) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) % bound
    }
}
