//! An ear on one leg: finds when the marker of its room's talker begins; plays nothing.

use std::time::{Duration, Instant};

use conclave_audio::{Decoder, SampleRate, measure::amplitude_at};
use conclave_model::Codec;

use crate::signal::MARKER_HZ;

/// Decodes what a leg receives and listens for the marker.
pub(crate) struct Probe {
    decoder: Decoder,
    samples: Vec<f32>,
    /// The end of the packet before, so that windows go across.
    tail: Vec<f32>,
    /// How long the marker has not been heard.
    absent: Duration,
}

impl Probe {
    pub(crate) fn new(codec: Codec) -> Self {
        Self {
            decoder: Decoder::new(codec, SampleRate::of(codec)),
            samples: vec![0.0; Decoder::SAMPLES_MAX],
            tail: Vec::new(),
            absent: Duration::ZERO,
        }
    }

    /// When the marker began, if it did in this packet: the packet's arrival and its place in it.
    pub(crate) fn hear(&mut self, arrived: Instant, payload: &[u8]) -> Option<Instant> {
        let rate = self.decoder.sample_rate();
        let count = self.decoder.decode(payload, &mut self.samples).ok()?;
        let tail_samples = self.tail.len();
        let mut sound = std::mem::take(&mut self.tail);
        sound.extend_from_slice(&self.samples[..count]);
        let window = rate.samples_in_ms(WINDOW_MS);
        let hop = rate.samples_in_ms(HOP_MS);
        let mut onset = None;
        let mut start = 0;
        while start + window <= sound.len() {
            let heard = amplitude_at(&sound[start..start + window], rate.hz(), MARKER_HZ);
            if heard < AMPLITUDE_HEARD {
                self.absent += Duration::from_millis(HOP_MS.into());
            } else {
                if self.absent >= ABSENT_BEFORE {
                    onset = Some(start + window / 2);
                }
                self.absent = Duration::ZERO;
            }
            start += hop;
        }
        self.tail = sound.split_off(start);
        let from_packet = (onset? as f64 - tail_samples as f64) / f64::from(rate.hz());
        let offset = Duration::from_secs_f64(from_packet.abs());
        if from_packet < 0.0 {
            arrived.checked_sub(offset)
        } else {
            Some(arrived + offset)
        }
    }
}

/// Ten periods of the marker; half of its amplitude is reached when half a window is in it.
const WINDOW_MS: u32 = 4;
const HOP_MS: u32 = 1;
/// A third of what is sent; the voice below leaks in with a tenth at most.
const AMPLITUDE_HEARD: f32 = 0.125;
/// The marker itself may flutter, and pauses for nine tenths of a second.
const ABSENT_BEFORE: Duration = Duration::from_millis(300);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::Sound;

    #[test]
    fn the_marker_is_found_to_the_millisecond_in_every_codec() {
        for (codec, codec_delay_ms) in [(Codec::Pcmu, 0), (Codec::Pcma, 0), (Codec::G722, 4)] {
            let sound = Sound::marked(codec, 1);
            let mut probe = Probe::new(codec);
            let start = Instant::now();
            let at = |nth: usize| start + Duration::from_millis(nth as u64 * 20);
            let mut found = Vec::new();
            for nth in 0..400_usize {
                let (payload, _) = sound.packet(nth as u64);
                found.extend(probe.hear(at(nth), payload));
            }
            // The first one has no silence before it.
            assert_eq!(found.len(), 7, "{codec}");
            for (second, onset) in (1..).zip(found) {
                let off = onset - at(second * 50);
                assert!(
                    off <= Duration::from_millis(2 + codec_delay_ms),
                    "{codec} {off:?}"
                );
            }
        }
    }

    #[test]
    fn opus_adds_its_own_delay_and_nothing_is_found_in_noise() {
        let sound = Sound::marked(Codec::Opus, 1);
        let noise = Sound::noise(Codec::Opus);
        let (mut probe, mut other) = (Probe::new(Codec::Opus), Probe::new(Codec::Opus));
        let start = Instant::now();
        let mut found = 0;
        for nth in 0..400 {
            let now = start + Duration::from_millis(nth * 20);
            if let Some(onset) = probe.hear(now, sound.packet(nth).0) {
                let off = (onset - start).as_millis() % 1_000;
                assert!((2..=12).contains(&off), "{off}");
                found += 1;
            }
            assert_eq!(other.hear(now, noise.packet(nth).0), None);
        }
        assert!(found >= 7);
    }
}
