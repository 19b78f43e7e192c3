//! What a recording looks like: how loud it was and who spoke when, in bounded memory; no names.

use std::collections::BTreeMap;

use conclave_model::{LegId, limits};

/// Peaks and lanes of a recording so far.
#[derive(Clone, Debug)]
pub struct Outline {
    /// How long one peak is; grows with the recording.
    pub peak_ms: u32,
    /// The largest sample of each stretch, 255 at full scale; at most [`limits::RECORDING_PEAKS`].
    pub peaks: Vec<u8>,
    pub lanes: BTreeMap<LegId, Lane>,
    /// Speech this close together is one span.
    gap_ms: u32,
    spans: usize,
}

/// When one leg spoke.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lane {
    /// From and to, in milliseconds from the beginning.
    pub spans: Vec<(u32, u32)>,
}

impl Default for Outline {
    fn default() -> Self {
        Self {
            peak_ms: PEAK_MS,
            peaks: Vec::new(),
            lanes: BTreeMap::new(),
            gap_ms: GAP_MS,
            spans: 0,
        }
    }
}

impl Outline {
    /// One frame, `at_ms` after the beginning; each is later than the one before.
    pub(super) fn add(&mut self, at_ms: u32, samples: &[i16], speakers: &[LegId]) {
        let loudest = samples.iter().map(|sample| sample.unsigned_abs()).max();
        let peak = u8::try_from(loudest.unwrap_or(0) >> 7).unwrap_or(u8::MAX);
        while (at_ms / self.peak_ms) as usize >= limits::RECORDING_PEAKS {
            self.peaks = self.peaks.chunks(2).map(loudest_of).collect();
            self.peak_ms *= 2;
        }
        let at = (at_ms / self.peak_ms) as usize;
        self.peaks.resize(self.peaks.len().max(at + 1), 0);
        self.peaks[at] = self.peaks[at].max(peak);
        for speaker in speakers {
            self.speaks(*speaker, at_ms);
        }
    }

    fn speaks(&mut self, speaker: LegId, at_ms: u32) {
        let is_known = self.lanes.contains_key(&speaker);
        if !is_known && self.lanes.len() >= limits::RECORDING_LANES {
            return;
        }
        let lane = self.lanes.entry(speaker).or_default();
        if lane.add(at_ms, at_ms + limits::FRAME_MS, self.gap_ms) {
            self.spans += 1;
        }
        while self.spans > limits::RECORDING_SPANS {
            self.gap_ms *= 2;
            let lanes = self.lanes.values_mut();
            self.spans = lanes.map(|lane| lane.join(self.gap_ms)).sum();
        }
    }
}

impl Lane {
    /// True when a span began.
    fn add(&mut self, from: u32, to: u32, gap_ms: u32) -> bool {
        if let Some(last) = self.spans.last_mut()
            && from.saturating_sub(last.1) <= gap_ms
        {
            last.1 = last.1.max(to);
            return false;
        }
        self.spans.push((from, to));
        true
    }

    /// Joins what is close together; how many spans are left.
    fn join(&mut self, gap_ms: u32) -> usize {
        for (from, to) in std::mem::take(&mut self.spans) {
            self.add(from, to, gap_ms);
        }
        self.spans.len()
    }
}

fn loudest_of(peaks: &[u8]) -> u8 {
    peaks.iter().copied().max().unwrap_or(0)
}

/// Three minutes until it grows for the first time.
const PEAK_MS: u32 = 100;
/// A breath.
const GAP_MS: u32 = 500;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_no_more_peaks_than_an_hour_and_the_loud_moment_is_where_it_was() {
        let mut outline = Outline::default();
        let day_ms = 24 * 60 * 60 * 1_000;
        for at_ms in (0..day_ms).step_by(1_000) {
            let is_loud = at_ms == day_ms / 2;
            outline.add(at_ms, &[if is_loud { i16::MIN } else { 300 }], &[]);
        }
        let count = outline.peaks.len();
        assert!(
            (1_000..=limits::RECORDING_PEAKS).contains(&count),
            "{count}"
        );
        let loud = outline.peaks.iter().position(|peak| *peak == u8::MAX);
        assert_eq!(loud, Some((day_ms / 2 / outline.peak_ms) as usize));
    }

    #[test]
    fn a_breath_does_not_end_a_span_and_a_pause_does() {
        let mut outline = Outline::default();
        let leg = LegId(3);
        for at_ms in [0, 20, 40, 400, 2_000] {
            outline.add(at_ms, &[], &[leg]);
        }
        assert_eq!(outline.lanes[&leg].spans, [(0, 420), (2_000, 2_020)]);
    }

    #[test]
    fn whoever_stutters_all_day_fills_no_memory() {
        let mut outline = Outline::default();
        for step in 0..u32::try_from(limits::RECORDING_SPANS).unwrap() * 2 {
            outline.add(step * 1_000, &[], &[LegId(step % 2)]);
        }
        let spans = outline.lanes.values().map(|lane| lane.spans.len());
        assert!(spans.sum::<usize>() <= limits::RECORDING_SPANS);
    }
}
