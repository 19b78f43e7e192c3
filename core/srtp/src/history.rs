//! Which packet indices of one stream are used up, and which comes next; sees no packet.

use conclave_model::limits;

/// The newest index, and which of those before it were seen (RFC 3711 §3.3.1, §3.3.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct History {
    newest: u64,
    /// Bit 0 is the newest, bit 1 the one before. Empty until the first packet.
    seen: u128,
}

impl History {
    /// The index of an RTP packet: of all that end with `sequence`, the one nearest to the newest
    /// (RFC 3711, appendix A). A stream begins with a rollover counter of 0.
    pub(crate) fn index_of(&self, sequence: u16) -> Result<u64, Unusable> {
        if self.seen == 0 {
            return Ok(u64::from(sequence));
        }
        let newest_sequence = self.newest as u16;
        let rollovers = self.newest >> 16;
        let rollovers = if newest_sequence < HALF {
            if i32::from(sequence) - i32::from(newest_sequence) > i32::from(HALF) {
                rollovers.checked_sub(1).ok_or(Unusable::TooOld)?
            } else {
                rollovers
            }
        } else if newest_sequence - HALF > sequence {
            rollovers + 1
        } else {
            rollovers
        };
        if rollovers > u64::from(u32::MAX) {
            return Err(Unusable::Exhausted);
        }
        Ok(rollovers << 16 | u64::from(sequence))
    }

    /// The index after the newest, of an RTCP packet that is to be sent.
    pub(crate) fn next_rtcp_index(&self) -> Result<u32, Unusable> {
        if self.seen == 0 {
            return Ok(0);
        }
        let next = u32::try_from(self.newest + 1).map_err(|_| Unusable::Exhausted)?;
        if next > RTCP_INDEX_MAX {
            return Err(Unusable::Exhausted);
        }
        Ok(next)
    }

    /// Whether a packet with this index may still come.
    pub(crate) fn check(&self, index: u64) -> Result<(), Unusable> {
        if self.seen == 0 || index > self.newest {
            return Ok(());
        }
        let age = self.newest - index;
        if age >= u64::from(limits::SRTP_REPLAY_PACKETS) {
            return Err(Unusable::TooOld);
        }
        if self.seen >> age & 1 == 1 {
            return Err(Unusable::Seen);
        }
        Ok(())
    }

    /// Notes a packet that was authentic, or is being sent, and that [`Self::check`] let pass.
    pub(crate) fn note(&mut self, index: u64) {
        if self.seen == 0 || index > self.newest {
            let steps = u32::try_from(index - self.newest).unwrap_or(u32::MAX);
            self.seen = self.seen.checked_shl(steps).unwrap_or(0) | 1;
            self.newest = index;
        } else {
            let age = u32::try_from(self.newest - index).unwrap_or(u32::MAX);
            self.seen |= 1_u128.checked_shl(age).unwrap_or(0);
        }
    }
}

/// Why there is no packet to be expected at an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unusable {
    /// It was there already.
    Seen,
    /// Whether it was there is no longer known.
    TooOld,
    /// No index is left under this key.
    Exhausted,
}

const HALF: u16 = 1 << 15;
/// RFC 3711 §3.4.
const RTCP_INDEX_MAX: u32 = (1 << 31) - 1;
const _: () = assert!(limits::SRTP_REPLAY_PACKETS == u128::BITS);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_is_the_nearest_that_ends_with_the_sequence_number() {
        for newest in [
            0x1_0000_u64,
            0x1_7fff,
            0x1_8000,
            0x1_8001,
            0x1_ffff,
            0x2_0000,
        ] {
            let history = after(newest);
            for sequence in (0..=u16::MAX)
                .step_by(7)
                .chain([0, 0x7fff, 0x8000, u16::MAX])
            {
                let index = history.index_of(sequence).unwrap();
                assert_eq!(index as u16, sequence);
                let distance = index.abs_diff(newest);
                assert!(
                    distance <= 0x8000,
                    "{newest:#x} {sequence:#x}: {distance:#x}"
                );
            }
        }
    }

    #[test]
    fn what_would_be_before_the_first_wrap_of_all_is_too_old() {
        assert_eq!(after(3).index_of(0xfffe), Err(Unusable::TooOld));
        assert_eq!(after(3).index_of(0x7fff), Ok(0x7fff));
        assert_eq!(History::default().index_of(0xfffe), Ok(0xfffe));
    }

    #[test]
    fn after_the_last_rtp_index_there_is_none() {
        let last = (1 << 48) - 1;
        assert_eq!(after(last - 1).index_of(0xffff), Ok(last));
        assert_eq!(after(last).index_of(0), Err(Unusable::Exhausted));
        assert_eq!(after(last).index_of(0xffff), Ok(last));
        assert_eq!(after(last).check(last), Err(Unusable::Seen));
    }

    #[test]
    fn after_the_last_rtcp_index_there_is_none() {
        assert_eq!(History::default().next_rtcp_index(), Ok(0));
        assert_eq!(after(0).next_rtcp_index(), Ok(1));
        assert_eq!(after((1 << 31) - 2).next_rtcp_index(), Ok(RTCP_INDEX_MAX));
        assert_eq!(
            after((1 << 31) - 1).next_rtcp_index(),
            Err(Unusable::Exhausted)
        );
    }

    #[test]
    fn every_index_passes_once_and_none_from_before_the_window() {
        let mut history = History::default();
        let window = u64::from(limits::SRTP_REPLAY_PACKETS);
        for index in [1_000, 1_001, 1_003, 1_000 + window, 1_002, 1_001 + window] {
            assert_eq!(history.check(index), Ok(()), "{index}");
            history.note(index);
            assert_eq!(history.check(index), Err(Unusable::Seen), "{index}");
        }
        assert_eq!(history.check(1_001), Err(Unusable::TooOld));
        assert_eq!(history.check(1_002), Err(Unusable::Seen));
        assert_eq!(history.check(1_003), Err(Unusable::Seen));
        assert_eq!(history.check(1_004), Ok(()));
        history.note(1_001 + 2 * window);
        assert_eq!(history.check(1_001 + window), Err(Unusable::TooOld));
        assert_eq!(history.check(1_002 + window), Ok(()));
        history.note(1 << 47);
        assert_eq!(history.check((1 << 47) - 1), Ok(()));
        assert_eq!(history.check(0), Err(Unusable::TooOld));
    }

    fn after(newest: u64) -> History {
        let mut history = History::default();
        history.note(newest);
        history
    }
}
