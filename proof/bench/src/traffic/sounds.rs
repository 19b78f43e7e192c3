//! What legs can send, encoded once for all of them; picks a packet by the time.

use std::collections::BTreeSet;

use conclave_model::Codec;

use crate::signal::Sound;

/// What a leg sends in every 20 ms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sends {
    /// An open microphone in a quiet room: noise at -66 dBFS.
    Noise,
    /// Somebody who speaks all the time.
    Speech,
    /// Speech with a short tone that others listen for. So that each tone can be told, the talkers
    /// of a room take turns, a second each: this is the second of this one.
    Marked { turn: u32 },
    /// Nothing, but a packet of noise every ten seconds, so that nobody takes the leg for dead.
    Nothing,
}

/// The sounds of one codec.
pub(super) struct Sounds {
    pub codec: Codec,
    marked: Sound,
    speech: Sound,
    noise: Sound,
    turns: u32,
}

impl Sounds {
    /// One for each codec that occurs.
    pub(super) fn of(codecs: &[Codec], marker_turns: u32) -> Vec<Self> {
        let codecs: BTreeSet<Codec> = codecs.iter().copied().collect();
        let turns = marker_turns.clamp(1, TURNS_MAX);
        let sounds = codecs.into_iter().map(|codec| Self {
            codec,
            marked: Sound::marked(codec, turns),
            speech: Sound::speech(codec),
            noise: Sound::noise(codec),
            turns,
        });
        sounds.collect()
    }

    /// The payload of the `tick`th 20 ms, and whether a marker begins with it. `variety` shifts
    /// the sounds of legs against each other.
    pub(super) fn packet(&self, sends: Sends, tick: u64, variety: u64) -> Option<(&[u8], bool)> {
        match sends {
            Sends::Noise => Some(self.noise.packet(tick + variety * VARIETY_TICKS)),
            Sends::Speech => Some(self.speech.packet(tick + variety * VARIETY_TICKS)),
            Sends::Marked { turn } => {
                let behind = self.turns - turn % self.turns;
                Some(
                    self.marked
                        .packet(tick + u64::from(behind) * TICKS_PER_TURN),
                )
            }
            Sends::Nothing if (tick + variety).is_multiple_of(KEEP_ALIVE_TICKS) => {
                Some(self.noise.packet(tick))
            }
            Sends::Nothing => None,
        }
    }
}

/// As many talkers as a server mixes; more seconds make a longer loop for nothing.
pub(crate) const TURNS_MAX: u32 = 8;
const TICKS_PER_TURN: u64 = 50;
/// Prime to the length of every loop.
const VARIETY_TICKS: u64 = 37;
/// 10 s.
const KEEP_ALIVE_TICKS: u64 = 500;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_marker_a_second_from_one_talker_after_the_other() {
        let sounds = &Sounds::of(&[Codec::Pcmu, Codec::Pcmu], 3)[0];
        let mut marked = Vec::new();
        for tick in 0..300 {
            for turn in 0..3 {
                let (payload, begins) = sounds.packet(Sends::Marked { turn }, tick, 9).unwrap();
                assert_eq!(payload.len(), 160);
                if begins {
                    marked.push((tick, turn));
                }
            }
        }
        assert_eq!(
            marked,
            [(0, 0), (50, 1), (100, 2), (150, 0), (200, 1), (250, 2)]
        );
        let kept_alive =
            (0..1_000).filter(|tick| sounds.packet(Sends::Nothing, *tick, 3).is_some());
        assert_eq!(kept_alive.count(), 2);
        let first = sounds.packet(Sends::Noise, 0, 0).unwrap().0;
        assert_ne!(first, sounds.packet(Sends::Noise, 0, 1).unwrap().0);
    }
}
