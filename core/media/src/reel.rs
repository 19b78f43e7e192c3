//! Stretches of recorded sound, read one tick at a time; knows neither who listens nor why.

use std::time::Duration;

use conclave_contract::{Clip, Segment};

use crate::SoundLibrary;

/// Samples of one tick at [`Clip::SAMPLE_RATE_HZ`].
pub const REEL_FRAME_SAMPLES: usize = 320;

/// What to play, without gaps between its stretches.
pub struct Reel {
    stretches: Vec<Stretch>,
    stretch: usize,
    /// Samples of the current stretch that were read.
    read: usize,
}

enum Stretch {
    Clip(Clip),
    Silence { samples: usize },
}

impl Reel {
    /// A prompt that the library does not have is skipped.
    #[must_use]
    pub fn new(segments: &[Segment], library: &dyn SoundLibrary) -> Self {
        let stretches = segments.iter().filter_map(|segment| match segment {
            Segment::Prompt(prompt, language) => {
                library.prompt(*prompt, *language).map(Stretch::Clip)
            }
            Segment::Clip(clip) => Some(Stretch::Clip(clip.clone())),
            Segment::Silence(duration) => Some(Stretch::Silence {
                samples: silent_samples(*duration),
            }),
        });
        Self {
            stretches: stretches.collect(),
            stretch: 0,
            read: 0,
        }
    }

    /// Fills `frame`, the rest with silence; false when the end was passed.
    pub fn read(&mut self, frame: &mut [f32; REEL_FRAME_SAMPLES]) -> bool {
        let mut filled = 0;
        while filled < frame.len() {
            let Some(stretch) = self.stretches.get(self.stretch) else {
                frame[filled..].fill(0.0);
                return false;
            };
            let length = stretch.samples();
            let taken = (length - self.read).min(frame.len() - filled);
            stretch.copy(self.read, &mut frame[filled..filled + taken]);
            self.read += taken;
            filled += taken;
            if self.read == length {
                self.stretch += 1;
                self.read = 0;
            }
        }
        true
    }
}

impl Stretch {
    fn samples(&self) -> usize {
        match self {
            Stretch::Clip(clip) => clip.samples().len(),
            Stretch::Silence { samples } => *samples,
        }
    }

    fn copy(&self, from: usize, out: &mut [f32]) {
        match self {
            Stretch::Clip(clip) => {
                conclave_audio::from_i16(&clip.samples()[from..from + out.len()], out);
            }
            Stretch::Silence { .. } => out.fill(0.0),
        }
    }
}

fn silent_samples(duration: Duration) -> usize {
    let samples = duration.as_millis() * u128::from(Clip::SAMPLE_RATE_HZ) / 1_000;
    usize::try_from(samples).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clip(samples: usize) -> Segment {
        Segment::Clip(Clip::new(vec![16_384; samples]))
    }

    struct Nothing;

    impl SoundLibrary for Nothing {
        fn prompt(&self, _: conclave_model::Prompt, _: conclave_model::Language) -> Option<Clip> {
            None
        }

        fn playlist(
            &self,
            _: &conclave_model::PlaylistName,
        ) -> Option<std::sync::Arc<crate::Music>> {
            None
        }
    }

    #[test]
    fn stretches_follow_each_other_without_a_gap() {
        let segments = [
            clip(100),
            Segment::Prompt(
                conclave_model::Prompt::Beep,
                conclave_model::Language::English,
            ),
            Segment::Silence(Duration::from_millis(10)),
            clip(200),
        ];
        let mut reel = Reel::new(&segments, &Nothing);
        let mut frame = [9.0; REEL_FRAME_SAMPLES];
        assert!(reel.read(&mut frame));
        let loud = |range: &[f32]| range.iter().all(|sample| *sample == 0.5);
        assert!(loud(&frame[..100]));
        assert!(frame[100..260].iter().all(|sample| *sample == 0.0));
        assert!(loud(&frame[260..]));
        assert!(!reel.read(&mut frame), "140 of 320 samples were left");
        assert!(loud(&frame[..140]));
        assert!(frame[140..].iter().all(|sample| *sample == 0.0));
    }
}
