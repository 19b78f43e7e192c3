//! What one sub-stage heard in one tick and its neighbours may mix; knows no way to get there.

use conclave_model::{LegId, limits};

use crate::bus::BUS_RATES;

/// The local talkers of one tick, their frames at the rates that somebody listens at.
///
/// It comes in two parts: first those who talked in the tick before, as soon as they alone were
/// heard; then, when all were, those who begin and who ended.
///
/// Allocated once and sent round: a neighbour gives it back when its sound was played.
pub struct Export {
    /// Both parts of a tick have the same.
    pub(crate) number: u64,
    pub(crate) part: Part,
    /// Legs on the sub-stage.
    pub(crate) members: usize,
    /// Which rates its legs listen at, by bus.
    pub(crate) wanted: [bool; 3],
    /// Which rates the frames are there at, by bus.
    made: [bool; 3],
    voices: [ExportedVoice; limits::TALKERS],
    count: usize,
    /// Who was in the first part, and is no talker any more.
    ended: [LegId; limits::TALKERS],
    ended_count: usize,
    frames: [Box<[f32]>; 3],
}

/// Which part of a tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    First,
    Rest,
    Whole,
}

/// What a neighbour must know of a talker to choose or not to choose it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ExportedVoice {
    pub leg: LegId,
    pub level_dbov: f32,
    pub is_speech: bool,
}

impl Export {
    /// Allocates; holds nobody.
    #[must_use]
    pub fn new() -> Self {
        let nobody = ExportedVoice {
            leg: LegId(0),
            level_dbov: 0.0,
            is_speech: false,
        };
        Self {
            number: 0,
            part: Part::Whole,
            members: 0,
            wanted: [false; 3],
            made: [false; 3],
            voices: [nobody; limits::TALKERS],
            count: 0,
            ended: [LegId(0); limits::TALKERS],
            ended_count: 0,
            frames: BUS_RATES.map(|rate| vec![0.0; rate.frame_samples() * limits::TALKERS].into()),
        }
    }

    /// Nobody talks; frames will be there at these rates.
    pub(crate) fn begin(&mut self, members: usize, wanted: [bool; 3], made: [bool; 3]) {
        self.members = members;
        self.wanted = wanted;
        self.made = made;
        self.count = 0;
        self.ended_count = 0;
    }

    /// Begins the second part of what `first` is the first one of.
    pub(crate) fn begin_rest(&mut self, first: &Export) {
        self.begin(first.members, first.wanted, first.made);
        self.number = first.number;
        self.part = Part::Rest;
    }

    /// Adds a talker, whose frames `write` fills, bus by bus. One too many is left out.
    pub(crate) fn add(&mut self, voice: ExportedVoice, mut write: impl FnMut(usize, &mut [f32])) {
        let at = self.count;
        let Some(place) = self.voices.get_mut(at) else {
            return;
        };
        *place = voice;
        self.count += 1;
        for bus in 0..BUS_RATES.len() {
            if self.made[bus] {
                write(bus, self.frame_mut(at, bus));
            }
        }
    }

    /// Becomes the same as `other`.
    pub(crate) fn copy_from(&mut self, other: &Export) {
        self.begin(other.members, other.wanted, other.made);
        self.number = other.number;
        self.part = other.part;
        self.ended = other.ended;
        self.ended_count = other.ended_count;
        self.add_all(other);
    }

    /// Of a second part: somebody who was in the first one is no talker any more.
    pub(crate) fn end(&mut self, leg: LegId) {
        if let Some(place) = self.ended.get_mut(self.ended_count) {
            *place = leg;
            self.ended_count += 1;
        }
    }

    /// Becomes whole, with the second part of the same tick.
    pub(crate) fn complete(&mut self, rest: &Export) {
        for leg in &rest.ended[..rest.ended_count] {
            if let Some(at) = self.find(*leg) {
                self.remove(at);
            }
        }
        self.members = rest.members;
        self.wanted = rest.wanted;
        self.add_all(rest);
        self.part = Part::Whole;
    }

    /// Takes in a second part whose tick has been played without it: whoever begins in it still
    /// begins with the first sound, in less time.
    pub(crate) fn absorb_late(&mut self, rest: &Export) {
        self.absorb(rest);
        for (at, voice) in rest.voices().iter().enumerate() {
            if self.find(voice.leg).is_none() {
                self.add_from(rest, at, *voice);
            }
        }
    }

    fn add_all(&mut self, other: &Export) {
        for (at, voice) in other.voices().iter().enumerate() {
            self.add_from(other, at, *voice);
        }
    }

    fn add_from(&mut self, other: &Export, at: usize, voice: ExportedVoice) {
        self.add(voice, |bus, frame| other.write(at, bus, frame));
    }

    /// The last one takes its place.
    fn remove(&mut self, at: usize) {
        self.count -= 1;
        self.voices[at] = self.voices[self.count];
        for (bus, rate) in BUS_RATES.into_iter().enumerate() {
            let samples = rate.frame_samples();
            let last = self.count * samples;
            self.frames[bus].copy_within(last..last + samples, at * samples);
        }
    }

    pub(crate) fn voices(&self) -> &[ExportedVoice] {
        &self.voices[..self.count]
    }

    /// Where this leg's voice is.
    pub(crate) fn find(&self, leg: LegId) -> Option<usize> {
        self.voices().iter().position(|voice| voice.leg == leg)
    }

    /// Writes the frame of voice `at`; silence at a rate that it was not made at.
    pub(crate) fn write(&self, at: usize, bus: usize, out: &mut [f32]) {
        if self.made[bus] {
            out.copy_from_slice(self.frame(at, bus));
        } else {
            out.fill(0.0);
        }
    }

    /// Makes of a tick that was played what can be played after it when nothing else is there:
    /// the same backwards, which goes on without a step, and fades out.
    pub(crate) fn turn_into_echo(&mut self) {
        for at in 0..self.count {
            for bus in 0..BUS_RATES.len() {
                let frame = self.frame_mut(at, bus);
                frame.reverse();
                let length = frame.len() as f32;
                for (index, sample) in frame.iter_mut().enumerate() {
                    *sample *= 1.0 - (index + 1) as f32 / length;
                }
            }
        }
    }

    /// Makes one tick of two, of this one and the one `before` it: each voice passes over.
    pub(crate) fn absorb(&mut self, before: &Export) {
        for at in 0..self.count {
            let Some(earlier) = before.find(self.voices[at].leg) else {
                continue;
            };
            for bus in 0..BUS_RATES.len() {
                if !self.made[bus] || !before.made[bus] {
                    continue;
                }
                let earlier = before.frame(earlier, bus);
                let length = earlier.len() as f32;
                let frame = self.frame_mut(at, bus);
                for (index, (sample, old)) in frame.iter_mut().zip(earlier).enumerate() {
                    *sample = old + (*sample - old) * (index as f32 / length);
                }
            }
        }
    }

    fn frame(&self, at: usize, bus: usize) -> &[f32] {
        let samples = BUS_RATES[bus].frame_samples();
        &self.frames[bus][at * samples..(at + 1) * samples]
    }

    fn frame_mut(&mut self, at: usize, bus: usize) -> &mut [f32] {
        let samples = BUS_RATES[bus].frame_samples();
        &mut self.frames[bus][at * samples..(at + 1) * samples]
    }
}

impl Default for Export {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NARROW: [bool; 3] = [true, false, false];

    fn ramp(leg: u32, from: f32) -> Export {
        let mut export = Export::new();
        export.begin(1, NARROW, NARROW);
        let voice = ExportedVoice {
            leg: LegId(leg),
            level_dbov: -20.0,
            is_speech: true,
        };
        export.add(voice, |_, frame| {
            for (index, sample) in frame.iter_mut().enumerate() {
                *sample = from + index as f32 / 160.0;
            }
        });
        export
    }

    fn sound(export: &Export, bus: usize) -> Vec<f32> {
        let mut out = vec![9.0; BUS_RATES[bus].frame_samples()];
        export.write(0, bus, &mut out);
        out
    }

    #[test]
    fn a_copy_holds_the_same_and_other_rates_are_silent() {
        let mut copy = Export::new();
        copy.copy_from(&ramp(7, 0.0));
        assert_eq!(copy.find(LegId(7)), Some(0));
        assert_eq!(copy.find(LegId(8)), None);
        assert_eq!(sound(&copy, 0), sound(&ramp(7, 0.0), 0));
        assert_eq!(sound(&copy, 1), [0.0; 320]);
    }

    #[test]
    fn an_echo_begins_where_the_sound_ended_and_ends_in_silence() {
        let mut export = ramp(7, 0.0);
        let last = sound(&export, 0)[159];
        export.turn_into_echo();
        let echo = sound(&export, 0);
        assert!((echo[0] - last).abs() < 0.01, "{} {last}", echo[0]);
        assert_eq!(echo[159], 0.0);
    }

    #[test]
    fn of_two_ticks_one_is_made_that_begins_as_the_first_and_ends_as_the_second() {
        let mut second = ramp(7, 1.0);
        second.absorb(&ramp(7, 0.0));
        let both = sound(&second, 0);
        assert!(both[0].abs() < 0.01 && (both[159] - 2.0).abs() < 0.02);
    }

    #[test]
    fn there_is_room_for_as_many_as_are_mixed() {
        let mut export = Export::new();
        export.begin(20, NARROW, NARROW);
        for leg in 0..20 {
            let voice = ramp(leg, 0.0).voices()[0];
            export.add(voice, |_, frame| frame.fill(0.0));
        }
        assert_eq!(export.voices().len(), limits::TALKERS);
    }
}
