//! The sounds of the simulated server: every prompt is one pitch, music is another.

use std::collections::BTreeMap;
use std::sync::Arc;

use conclave_contract::Clip;
use conclave_media::{Music, SoundLibrary};
use conclave_model::{Language, PlaylistName, Prompt};

/// Short prompts, so that a night does not take a night.
pub struct Sounds {
    prompt: Clip,
    tones: BTreeMap<Prompt, Clip>,
    music: Arc<Music>,
}

impl Sounds {
    #[must_use]
    pub fn new() -> Sounds {
        let beep = clip(PROMPT_HZ, 0.2, 0.15);
        Sounds {
            prompt: clip(PROMPT_HZ, 0.4, 0.15),
            tones: [Prompt::Beep, Prompt::JoinTone, Prompt::LeaveTone]
                .into_iter()
                .map(|tone| (tone, beep.clone()))
                .collect(),
            music: Arc::new(Music {
                songs: vec![clip(MUSIC_HZ, 5.0, 0.15)],
            }),
        }
    }
}

impl Default for Sounds {
    fn default() -> Self {
        Self::new()
    }
}

impl SoundLibrary for Sounds {
    fn prompt(&self, prompt: Prompt, _language: Language) -> Option<Clip> {
        Some(self.tones.get(&prompt).unwrap_or(&self.prompt).clone())
    }

    fn playlist(&self, name: &PlaylistName) -> Option<Arc<Music>> {
        (*name == PlaylistName::built_in()).then(|| Arc::clone(&self.music))
    }
}

fn clip(pitch_hz: f32, seconds: f32, loudness: f32) -> Clip {
    let rate = Clip::SAMPLE_RATE_HZ as f32;
    let samples: Vec<i16> = (0..(seconds * rate) as usize)
        .map(|at| {
            let sine = (at as f32 / rate * pitch_hz * std::f32::consts::TAU).sin();
            (sine * loudness * f32::from(i16::MAX)) as i16
        })
        .collect();
    Clip::new(samples)
}

/// Above every voice.
pub const PROMPT_HZ: f32 = 3_150.0;
/// Below every voice.
pub const MUSIC_HZ: f32 = 250.0;
