//! How one stage sounds as a whole.

/// ConfBridge's bridge options about sound. The default is what a stage does of itself: every
/// phone hears all that its codec carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StageSpec {
    /// Nobody hears more than a mix at this rate has: up to half of it. From 8,000.
    pub rate_max_hz: Option<u32>,
    /// The mix has this rate, whatever the phones have: nobody hears more than half of it, it
    /// takes the place of `rate_max_hz`, and a tape has it from the beginning.
    pub rate_fixed_hz: Option<u32>,
    /// Each voice has a place, from which those hear it who hear in two channels.
    pub binaural: bool,
}

impl StageSpec {
    /// The rate that bounds what is heard; `None` where nothing is lost at any rate of ours.
    #[must_use]
    pub fn rate_bound_hz(&self) -> Option<u32> {
        let bound = self.rate_fixed_hz.or(self.rate_max_hz);
        bound.filter(|hz| *hz < FULL_BAND_HZ)
    }
}

/// Opus has no more.
const FULL_BAND_HZ: u32 = 48_000;
