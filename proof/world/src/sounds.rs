//! The sounds of the simulated server: prompts are told apart by their pitch, music is another.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use conclave_contract::Clip;
use conclave_media::{Music, SoundLibrary};
use conclave_model::{Language, PlaylistName, Prompt};

/// Short prompts, so that a night does not take a night.
#[derive(Clone)]
pub struct Sounds {
    words: BTreeMap<(Prompt, Language), Clip>,
    other_words: Clip,
    music: Arc<Music>,
}

impl Sounds {
    /// Made once for all cities.
    #[must_use]
    pub fn new() -> Sounds {
        static SOUNDS: LazyLock<Sounds> = LazyLock::new(Sounds::make);
        SOUNDS.clone()
    }

    fn make() -> Sounds {
        let told = || TOLD_APART.into_iter().chain(TOLD_APART_IN_WIDE_BAND);
        let words = Language::ALL.into_iter().flat_map(|language| {
            told().map(move |prompt| ((prompt, language), spoken(prompt, language)))
        });
        Sounds {
            words: words.collect(),
            other_words: clip(PROMPT_HZ, WORD_S, 0.15),
            music: Arc::new(Music {
                songs: vec![clip(MUSIC_HZ, 5.0, 0.15)],
            }),
        }
    }
}

/// What every prompt of a language sounds like. In the narrow band of a telephone all that are not
/// in [`TOLD_APART`] are one; beyond it they are not, and there is what German has beside.
fn spoken(prompt: Prompt, language: Language) -> Clip {
    let is_tone = [Prompt::Beep, Prompt::JoinTone, Prompt::LeaveTone].contains(&prompt);
    let seconds = if is_tone { TONE_S } else { WORD_S };
    let of_language = match language {
        Language::English => None,
        Language::German => Some(GERMAN_HZ),
    };
    let own_hz = prompt_hz(prompt);
    let in_narrow_band = (own_hz > PROMPT_HZ).then_some(PROMPT_HZ);
    let pitches = [Some(own_hz), in_narrow_band, of_language];
    let pitches: Vec<f32> = pitches.into_iter().flatten().collect();
    chord(&pitches, seconds, 0.15)
}

/// The pitch of a prompt: between two voices, or above all of them; of some, beyond what a
/// narrow-band telephone hears.
#[must_use]
pub fn prompt_hz(prompt: Prompt) -> f32 {
    let place = |list: &[Prompt]| list.iter().position(|told| *told == prompt);
    let narrow = place(&TOLD_APART).map(|place| 485.0 + 150.0 * place as f32);
    let wide = place(&TOLD_APART_IN_WIDE_BAND).map(|place| 4_235.0 + 100.0 * place as f32);
    narrow.or(wide).unwrap_or(PROMPT_HZ)
}

/// Every prompt that an ear of wide band tells from all others.
pub fn prompts_told_apart() -> impl Iterator<Item = Prompt> {
    TOLD_APART.into_iter().chain(TOLD_APART_IN_WIDE_BAND)
}

impl Default for Sounds {
    fn default() -> Self {
        Self::new()
    }
}

impl SoundLibrary for Sounds {
    fn prompt(&self, prompt: Prompt, language: Language) -> Option<Clip> {
        let told = self.words.get(&(prompt, language));
        Some(told.unwrap_or(&self.other_words).clone())
    }

    fn playlist(&self, name: &PlaylistName) -> Option<Arc<Music>> {
        (*name == PlaylistName::built_in()).then(|| Arc::clone(&self.music))
    }
}

pub(crate) fn clip(pitch_hz: f32, seconds: f32, loudness: f32) -> Clip {
    chord(&[pitch_hz], seconds, loudness)
}

/// Each pitch at this loudness.
fn chord(pitches_hz: &[f32], seconds: f32, loudness: f32) -> Clip {
    let rate = Clip::SAMPLE_RATE_HZ as f32;
    let sample = |at: usize| {
        let turns = at as f32 / rate * std::f32::consts::TAU;
        let sines = pitches_hz.iter().map(|pitch_hz| (turns * pitch_hz).sin());
        (sines.sum::<f32>() * loudness * f32::from(i16::MAX)) as i16
    };
    let samples: Vec<i16> = (0..(seconds * rate) as usize).map(sample).collect();
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
/// Prompts that an ear of wide band tells from each other, and from those above.
const TOLD_APART_IN_WIDE_BAND: [Prompt; 29] = [
    Prompt::OneOtherHere,
    Prompt::ThereAre,
    Prompt::OthersHere,
    Prompt::Number(2),
    Prompt::Number(3),
    Prompt::TimeUp,
    Prompt::EchoTest,
    Prompt::Muted,
    Prompt::MutedHint,
    Prompt::Unmuted,
    Prompt::AllMuted,
    Prompt::AllUnmuted,
    Prompt::AskedToSpeak,
    Prompt::LockedNow,
    Prompt::UnlockedNow,
    Prompt::NotPossible,
    Prompt::OnlyModerators,
    Prompt::BeingRecorded,
    Prompt::RecordingEnded,
    Prompt::RoomFull,
    Prompt::NameReview,
    Prompt::And,
    Prompt::ACaller,
    Prompt::HaveLeft,
    Prompt::BinauralOn,
    Prompt::BinauralOff,
    Prompt::Beep,
    Prompt::JoinTone,
    Prompt::LeaveTone,
];
/// The length of every word.
pub const WORD_S: f32 = 0.4;
const TONE_S: f32 = 0.2;
/// Above every voice: the tones and all other words.
pub const PROMPT_HZ: f32 = 3_150.0;
/// Below every voice.
pub const MUSIC_HZ: f32 = 250.0;
/// In every prompt in German; what is above is beyond a narrow-band telephone.
pub const GERMAN_HZ: f32 = 3_650.0;
