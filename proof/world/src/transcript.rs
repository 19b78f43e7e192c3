//! What an ear of wide band heard, as words in their order; knows nobody's intentions.

use std::ops::Range;

use crate::sounds::{MUSIC_HZ, PROMPT_HZ, prompt_hz, prompts_told_apart};
use crate::voice::{Ear, Voice};

/// Something that was heard, and when, in seconds of what the phone has heard.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    /// The name of a prompt's file, `music` or `voice 3`.
    pub what: String,
    pub when: Range<f32>,
}

/// Everything that was heard from `from` on, in the order of its beginning. Whose voice is not
/// among `voices` is not listened for. A phone of narrow band would take half of the prompts for
/// one and the same.
#[must_use]
pub fn transcript(ear: &Ear, from: f32, voices: &[usize]) -> Vec<Heard> {
    let prompts = prompts_told_apart().map(|prompt| (prompt.file_stem(), prompt_hz(prompt), WORD));
    let voices = voices.iter().map(|number| {
        let pitch_hz = Voice::numbered(*number).pitch_hz;
        (format!("voice {number}"), pitch_hz, SENTENCE)
    });
    let music = [("music".to_owned(), MUSIC_HZ, SENTENCE)];
    let listened_for = prompts.chain(voices).chain(music);
    let mut heard: Vec<Heard> = listened_for
        .flat_map(|(what, pitch_hz, pause)| {
            let spans = ear.spans(pitch_hz, from, AUDIBLE, pause);
            spans.into_iter().map(move |when| Heard {
                what: what.clone(),
                when,
            })
        })
        .collect();
    heard.extend(words_without_a_name(ear, from, &heard));
    heard.sort_by(|one, other| one.when.start.total_cmp(&other.when.start));
    heard
}

/// What is none of the prompts that can be told apart.
fn words_without_a_name(ear: &Ear, from: f32, named: &[Heard]) -> Vec<Heard> {
    let is_named = |when: &Range<f32>| {
        let meets =
            |other: &Range<f32>| other.start - BLUR < when.end && when.start < other.end + BLUR;
        named
            .iter()
            .any(|one| one.what != "music" && meets(&one.when))
    };
    let spans = ear.spans(PROMPT_HZ, from, AUDIBLE, WORD).into_iter();
    spans
        .filter(|when| !is_named(when))
        .map(|when| Heard {
            what: "other words".to_owned(),
            when,
        })
        .collect()
}

/// Two words without a pause between them are two if they are not the same.
const WORD: f32 = 0.11;
/// A voice pauses for 0.2 s, and music is begun anew.
const SENTENCE: f32 = 0.4;
const BLUR: f32 = 0.06;
/// Sounds play at 0.15, and at a quarter of it under speech.
const AUDIBLE: f32 = 0.02;
