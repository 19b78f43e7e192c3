//! How Opus is encoded for one peer, by what it allows and what it loses; encodes nothing.

use conclave_audio::{OpusMode, OpusSettings};
use conclave_contract::LegSpec;

pub(crate) struct OpusChoice {
    bitrate_max: u32,
    /// The peer makes use of copies.
    takes_copies: bool,
    /// Reports that still have to be clean before the copies end.
    lossy_reports: u32,
}

impl OpusChoice {
    pub fn new(spec: &LegSpec) -> Self {
        Self {
            bitrate_max: spec.opus_bitrate_max.unwrap_or(u32::MAX),
            takes_copies: spec.opus_fec,
            lossy_reports: 0,
        }
    }

    /// The peer missed this many of our packets since its report before, in parts of 256.
    pub const fn report(&mut self, parts: u8) {
        self.lossy_reports = if parts >= LOSSY_PARTS {
            REPORTS_TO_TRUST
        } else {
            self.lossy_reports.saturating_sub(1)
        };
    }

    /// Few steps, so that few encodes serve all.
    pub fn settings(&self) -> OpusSettings {
        let (mode, steps) = if self.takes_copies && self.lossy_reports > 0 {
            let loss_percent = LOSS_EXPECTED_PERCENT;
            (OpusMode::Fec { loss_percent }, &BITRATES[WITH_COPIES..])
        } else {
            (OpusMode::Plain, &BITRATES[..])
        };
        let step = steps.iter().find(|bitrate| **bitrate <= self.bitrate_max);
        OpusSettings {
            mode,
            bitrate_bps: *step.unwrap_or(&BITRATE_LEAST),
        }
    }
}

/// 64 kbit/s, which PCMU takes too: see [`OpusMode`] for what each step sounds like and costs.
const BITRATES: [u32; 6] = [64_000, 48_000, 32_000, 24_000, 16_000, 12_000];
/// Which of them suffice with copies: SILK gains little above (RFC 7587 §3.1.1).
const WITH_COPIES: usize = 2;
const BITRATE_LEAST: u32 = 6_000;
/// 2 %: less is heard as little as the change to copies and back.
const LOSSY_PARTS: u8 = 5;
/// Reports come every five seconds or so: half a minute.
const REPORTS_TO_TRUST: u32 = 6;
/// Enough for libopus to spend bits on the copy of the packet before.
const LOSS_EXPECTED_PERCENT: u8 = 10;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::leg::tests_support::spec;
    use conclave_model::Codec;

    fn choice(opus_fec: bool, opus_bitrate_max: Option<u32>) -> OpusChoice {
        OpusChoice::new(&LegSpec {
            opus_fec,
            opus_bitrate_max,
            ..spec(Codec::Opus)
        })
    }

    fn has_copies(choice: &OpusChoice) -> bool {
        matches!(choice.settings().mode, OpusMode::Fec { .. })
    }

    #[test]
    fn copies_begin_with_losses_and_end_half_a_minute_after() {
        let mut choice = choice(true, None);
        choice.report(2);
        assert!(!has_copies(&choice));
        choice.report(20);
        for _ in 0..6 {
            assert!(has_copies(&choice));
            choice.report(0);
        }
        assert!(!has_copies(&choice));
    }

    #[test]
    fn who_takes_no_copies_gets_none() {
        let mut choice = choice(false, None);
        choice.report(100);
        assert!(!has_copies(&choice));
    }

    #[test]
    fn no_more_is_sent_than_the_peer_allows() {
        let bitrate = |max| choice(true, max).settings().bitrate_bps;
        assert_eq!(bitrate(None), 64_000);
        assert_eq!(bitrate(Some(50_000)), 48_000);
        assert_eq!(bitrate(Some(40_000)), 32_000);
        assert_eq!(bitrate(Some(5_000)), 6_000);
        let mut lossy = choice(true, None);
        lossy.report(100);
        assert_eq!(lossy.settings().bitrate_bps, 32_000);
    }
}
