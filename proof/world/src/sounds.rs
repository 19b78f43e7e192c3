//! The sounds of the simulated server: every prompt is one pitch, music is another.

use std::collections::BTreeMap;
use std::sync::Arc;

use conclave_contract::Clip;
use conclave_media::{Music, SoundLibrary};
use conclave_model::{Language, PlaylistName, Prompt};

/// Short prompts, so that a night does not take a night.
pub struct Sounds {
    words: BTreeMap<Prompt, Clip>,
    other_words: Clip,
    music: Arc<Music>,
}

impl Sounds {
    #[must_use]
    pub fn new() -> Sounds {
        let words = TOLD_APART
            .into_iter()
            .map(|prompt| (prompt, clip(prompt_hz(prompt), WORD_S, 0.15)));
        let tones = [Prompt::Beep, Prompt::JoinTone, Prompt::LeaveTone]
            .into_iter()
            .map(|tone| (tone, clip(PROMPT_HZ, TONE_S, 0.15)));
        Sounds {
            words: words.chain(tones).collect(),
            other_words: clip(PROMPT_HZ, WORD_S, 0.15),
            music: Arc::new(Music {
                songs: vec![clip(MUSIC_HZ, 5.0, 0.15)],
            }),
        }
    }
}

/// The pitch of a prompt: between two voices, or above all of them.
#[must_use]
pub fn prompt_hz(prompt: Prompt) -> f32 {
    TOLD_APART
        .iter()
        .position(|told| *told == prompt)
        .map_or(PROMPT_HZ, |place| 485.0 + 150.0 * place as f32)
}

impl Default for Sounds {
    fn default() -> Self {
        Self::new()
    }
}

impl SoundLibrary for Sounds {
    fn prompt(&self, prompt: Prompt, _language: Language) -> Option<Clip> {
        Some(self.words.get(&prompt).unwrap_or(&self.other_words).clone())
    }

    fn playlist(&self, name: &PlaylistName) -> Option<Arc<Music>> {
        (*name == PlaylistName::built_in()).then(|| Arc::clone(&self.music))
    }
}

pub(crate) fn clip(pitch_hz: f32, seconds: f32, loudness: f32) -> Clip {
    let rate = Clip::SAMPLE_RATE_HZ as f32;
    let samples: Vec<i16> = (0..(seconds * rate) as usize)
        .map(|at| {
            let sine = (at as f32 / rate * pitch_hz * std::f32::consts::TAU).sin();
            (sine * loudness * f32::from(i16::MAX)) as i16
        })
        .collect();
    Clip::new(samples)
}

/// Prompts that the ear tells from each other, as many as there are gaps between voices.
const TOLD_APART: [Prompt; 18] = [
    Prompt::PinPlease,
    Prompt::PinWrong,
    Prompt::TwoTriesLeft,
    Prompt::OneTryLeft,
    Prompt::WaitForLeader,
    Prompt::Goodbye,
    Prompt::NoSuchRoom,
    Prompt::RoomLocked,
    Prompt::SayYourName,
    Prompt::NoNameHeard,
    Prompt::OnlyOne,
    Prompt::HasJoined,
    Prompt::HaveJoined,
    Prompt::HasLeft,
    Prompt::LeaderHasLeft,
    Prompt::Removed,
    Prompt::Ended,
    Prompt::ConferenceBegins,
];
/// The length of every word.
pub const WORD_S: f32 = 0.4;
const TONE_S: f32 = 0.2;
/// Above every voice: the tones and all other words.
pub const PROMPT_HZ: f32 = 3_150.0;
/// Below every voice.
pub const MUSIC_HZ: f32 = 250.0;
