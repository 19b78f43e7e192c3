//! How far a peer's word on its own loudness (RFC 6464) is believed; decodes nothing.

use conclave_audio::{Hint, QuickLook};
use conclave_rtp::AudioLevel;

use crate::DeckHealth;

/// What one peer says of its packets, and what was found when they were looked at.
///
/// The law:
///
/// 1. Only "silent" is ever believed. That a packet is loud, or voice, is looked at as if nothing
///    had been said: a peer that is always loud costs what it would cost without a word.
/// 2. "Silent" is believed after [`EARNED`] packets in a row that were called silent and looked so.
/// 3. Of those believed, one in [`ROUND`] is looked at nevertheless; and when a peer that was
///    believed speaks up, so is the packet before. If it looks less than silent, rule 2 begins
///    anew; if it looks like speech, this peer is not believed again.
///
/// So a peer that calls its speech silent loses at most [`ROUND`] packets of its own, once.
#[derive(Debug)]
pub(crate) struct Testimony {
    standing: Standing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// So many packets in a row were called silent, and looked so.
    Earning(u16),
    /// So many packets since one was looked at to see whether it is true.
    Believed(u16),
    Caught,
}

/// One packet as its sender and its receiver have it.
pub(crate) struct Witnessed<'a, History> {
    pub payload: &'a [u8],
    pub level: Option<AudioLevel>,
    /// The payload so many packets before this one, 1 being the last, while it is remembered.
    pub history: History,
}

impl Testimony {
    pub const fn new() -> Self {
        Self {
            standing: Standing::Earning(0),
        }
    }

    /// What the packet can be: a look at it, or the peer's word in place of one.
    pub fn hint<'a>(
        &mut self,
        look: &mut QuickLook,
        packet: &Witnessed<'a, impl Fn(usize) -> Option<&'a [u8]>>,
        health: &mut DeckHealth,
    ) -> Hint {
        let says_silent = packet.level.is_some_and(says_silent);
        if let Standing::Believed(unseen) = self.standing {
            if says_silent && unseen < ROUND {
                self.standing = Standing::Believed(unseen + 1);
                health.silences_believed += 1;
                return Hint::Silent;
            }
            if unseen > 0 {
                // The last one before this was called silent, whatever this one is called.
                self.find(catch_up(look, packet, health));
            }
        }
        health.payloads_looked_at += 1;
        let seen = look.look(packet.payload);
        if says_silent {
            self.find(seen);
        }
        seen
    }

    /// What was called silent looked like this.
    fn find(&mut self, seen: Hint) {
        self.standing = match (self.standing, seen) {
            (Standing::Caught, _) | (_, Hint::Speech) => Standing::Caught,
            (Standing::Earning(_) | Standing::Believed(_), Hint::Maybe) => Standing::Earning(0),
            (Standing::Believed(_), Hint::Silent) => Standing::Believed(0),
            (Standing::Earning(so_far), Hint::Silent) if so_far + 1 < EARNED => {
                Standing::Earning(so_far + 1)
            }
            (Standing::Earning(_), Hint::Silent) => Standing::Believed(0),
        };
    }
}

/// -57 dBov, as for a look at the payload, and no voice.
const fn says_silent(level: AudioLevel) -> bool {
    !level.voice && level.below_overload_db > SILENT_BELOW_DB
}

/// A look follows a stream; of one that was interrupted it first has to see some packets. Says
/// what the last of them was.
fn catch_up<'a>(
    look: &mut QuickLook,
    packet: &Witnessed<'a, impl Fn(usize) -> Option<&'a [u8]>>,
    health: &mut DeckHealth,
) -> Hint {
    look.lost();
    let missed = (1..=CAUGHT_UP)
        .rev()
        .filter_map(|before| (packet.history)(before));
    missed.fold(Hint::Silent, |_, payload| {
        health.payloads_looked_at += 1;
        look.look(payload)
    })
}

/// `Hint::Silent` of a payload is below -57 dBov.
const SILENT_BELOW_DB: u8 = 57;
/// Half a second: a syllable and the pause after it are shorter.
const EARNED: u16 = 25;
/// A second, so that catching up costs one look in fourteen.
const ROUND: u16 = 50;
/// What every jitter buffer remembers, and what leaves of a doubt about CELT's energies an eighth.
const CAUGHT_UP: usize = 3;

#[cfg(test)]
mod tests {
    use conclave_model::Codec;

    use super::*;

    struct Peer {
        testimony: Testimony,
        look: QuickLook,
        health: DeckHealth,
        past: Vec<Vec<u8>>,
    }

    impl Peer {
        fn new() -> Self {
            Self {
                testimony: Testimony::new(),
                look: QuickLook::new(Codec::Pcmu),
                health: DeckHealth::default(),
                past: Vec::new(),
            }
        }

        fn sends(&mut self, payload: &[u8], says: Option<AudioLevel>) -> Hint {
            let past = &self.past;
            let packet = Witnessed {
                payload,
                level: says,
                history: |before| Some(&**past.get(past.len().checked_sub(before)?)?),
            };
            let hint = self
                .testimony
                .hint(&mut self.look, &packet, &mut self.health);
            self.past.push(payload.to_vec());
            hint
        }

        fn sends_often(&mut self, times: usize, payload: &[u8], says: Option<AudioLevel>) -> usize {
            let hints = (0..times).filter(|_| self.sends(payload, says) != Hint::Silent);
            hints.count()
        }
    }

    const QUIET: [u8; 160] = [0xff; 160];
    const LOUD: [u8; 160] = [0x8f; 160];

    fn level(below_overload_db: u8, voice: bool) -> Option<AudioLevel> {
        Some(AudioLevel {
            voice,
            below_overload_db,
        })
    }

    #[test]
    fn honest_silence_is_hardly_looked_at_and_honest_speech_always() {
        let mut peer = Peer::new();
        assert_eq!(peer.sends_often(1_000, &QUIET, level(90, false)), 0);
        let looks = peer.health.payloads_looked_at;
        assert!((40..120).contains(&looks), "{looks}");
        assert_eq!(peer.health.silences_believed, 1_000 - 25 - 19);
        assert_eq!(peer.sends_often(500, &LOUD, level(10, true)), 500);
        assert_eq!(peer.sends_often(1, &QUIET, level(90, false)), 0);
        assert_eq!(peer.health.silences_believed, 1_000 - 25 - 19 + 1);
    }

    #[test]
    fn who_says_nothing_is_looked_at() {
        let mut peer = Peer::new();
        peer.sends_often(100, &QUIET, None);
        assert_eq!(peer.sends_often(100, &LOUD, None), 100);
        assert_eq!(peer.health.payloads_looked_at, 200);
    }

    #[test]
    fn who_calls_its_speech_silent_is_heard_all_the_same() {
        let mut peer = Peer::new();
        assert_eq!(peer.sends_often(500, &LOUD, level(127, false)), 500);
        assert_eq!(peer.testimony.standing, Standing::Caught);
    }

    #[test]
    fn who_earns_trust_and_then_lies_loses_a_second_of_its_own_once() {
        let mut peer = Peer::new();
        peer.sends_often(100, &QUIET, level(127, false));
        let heard = peer.sends_often(200, &LOUD, level(127, false));
        assert!(heard >= 150, "{heard}");
        peer.sends_often(500, &QUIET, level(127, false));
        assert_eq!(peer.sends_often(200, &LOUD, level(127, false)), 200);
    }

    #[test]
    fn a_word_that_comes_a_packet_late_is_not_believed_again() {
        let mut peer = Peer::new();
        peer.sends_often(100, &QUIET, level(90, false));
        assert_eq!(peer.sends_often(1, &LOUD, level(90, false)), 0, "lost");
        assert_eq!(peer.sends_often(20, &LOUD, level(10, true)), 20);
        peer.sends_often(100, &QUIET, level(90, false));
        assert_eq!(peer.sends_often(1, &LOUD, level(90, false)), 1);
    }

    #[test]
    fn loudness_and_voice_are_never_believed() {
        let mut peer = Peer::new();
        assert_eq!(peer.sends_often(500, &QUIET, level(0, true)), 0);
        assert_eq!(peer.sends_often(500, &QUIET, level(127, true)), 0);
        assert_eq!(peer.health.payloads_looked_at, 1_000);
    }
}
