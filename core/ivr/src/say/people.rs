//! Who came, who went and how many are here, as a sentence; knows no room.

use conclave_contract::{Clip, Segment};
use conclave_model::{Language, Prompt};

use super::number;

/// How one caller is called in a sentence.
#[derive(Clone, Debug)]
pub enum Name {
    /// What the caller said when asked.
    Clip(Clip),
    /// "A caller".
    Unknown,
}

/// "Anna, Ben and two others have joined." `others` are people beyond `names`; empty for nobody.
///
/// `verb`: what is said after a name in place of ours. As it is made for one, each name has its
/// own: "Anna has joined. Ben has joined. Two others have joined."
#[must_use]
pub fn join_sentence(
    names: &[Name],
    others: u32,
    verb: Option<&[Segment]>,
    language: Language,
) -> Vec<Segment> {
    let ours = [Prompt::HasJoined, Prompt::HaveJoined];
    match verb {
        Some(verb) => each_by_itself(names, others, verb, ours, language),
        None => sentence(names, others, language, ours),
    }
}

/// "Anna, Ben and two others have left."
#[must_use]
pub fn leave_sentence(
    names: &[Name],
    others: u32,
    verb: Option<&[Segment]>,
    language: Language,
) -> Vec<Segment> {
    let ours = [Prompt::HasLeft, Prompt::HaveLeft];
    match verb {
        Some(verb) => each_by_itself(names, others, verb, ours, language),
        None => sentence(names, others, language, ours),
    }
}

/// The words around the number of those who are here beside the listener.
#[derive(Clone, Debug, Default)]
pub struct OthersWords {
    /// "There is one other person in this conference."
    pub only_one: Vec<Segment>,
    /// "There are", before the number.
    pub there_are: Vec<Segment>,
    /// "Other people in this conference.", after it.
    pub others: Vec<Segment>,
}

/// "There are four other people in this conference", without the listener; nothing where there is
/// nobody else.
#[must_use]
pub fn others_sentence(others: u32, words: OthersWords, language: Language) -> Vec<Segment> {
    match others {
        0 => Vec::new(),
        1 => words.only_one,
        several => {
            let mut segments = words.there_are;
            segments.extend(number(several, language));
            segments.extend(words.others);
            segments
        }
    }
}

/// "You are the only one in this conference", "There are five people in this conference", with
/// the listener counted in.
#[must_use]
pub fn count_sentence(people: u32, language: Language) -> Vec<Segment> {
    if people <= 1 {
        return vec![Segment::Prompt(Prompt::OnlyOne, language)];
    }
    let mut segments = vec![Segment::Prompt(Prompt::ThereAre, language)];
    segments.extend(number(people, language));
    segments.push(Segment::Prompt(Prompt::PeopleHere, language));
    segments
}

/// A sentence for every name, and one for those who have none.
fn each_by_itself(
    names: &[Name],
    others: u32,
    verb: &[Segment],
    ours: [Prompt; 2],
    language: Language,
) -> Vec<Segment> {
    let mut segments = Vec::new();
    let mut unknown = 0_u32;
    for name in names {
        match name {
            Name::Clip(clip) => {
                segments.push(Segment::Clip(clip.clone()));
                segments.extend_from_slice(verb);
            }
            Name::Unknown => unknown += 1,
        }
    }
    match (unknown, others) {
        (0, 0) => {}
        (1, 0) => {
            segments.push(Segment::Prompt(Prompt::ACaller, language));
            segments.extend_from_slice(verb);
        }
        (unknown, others) => {
            let nameless = vec![Name::Unknown; unknown as usize];
            segments.extend(sentence(&nameless, others, language, ours));
        }
    }
    segments
}

/// The subjects, "and" before the last, then the verb for one or for several. English and German
/// have the same order here.
fn sentence(names: &[Name], others: u32, language: Language, verb: [Prompt; 2]) -> Vec<Segment> {
    let mut subjects = subjects(names, others, language);
    let Some(last) = subjects.pop() else {
        return Vec::new();
    };
    let people = count(names, others);
    let mut segments: Vec<Segment> = Vec::new();
    if !subjects.is_empty() {
        segments.extend(subjects.into_iter().flatten());
        segments.push(Segment::Prompt(Prompt::And, language));
    }
    segments.extend(last);
    let [one, several] = verb;
    segments.push(Segment::Prompt(
        if people == 1 { one } else { several },
        language,
    ));
    segments
}

/// Spoken names first, then those without, then the rest as a number.
fn subjects(names: &[Name], others: u32, language: Language) -> Vec<Vec<Segment>> {
    let mut subjects: Vec<Vec<Segment>> = Vec::new();
    let mut unknown = 0_u32;
    for name in names {
        match name {
            Name::Clip(clip) => subjects.push(vec![Segment::Clip(clip.clone())]),
            Name::Unknown => unknown += 1,
        }
    }
    // "Two callers and three others" are five callers when nobody is named.
    let (unknown, others) = match (subjects.is_empty(), unknown) {
        (true, _) => (unknown.saturating_add(others), 0),
        (false, _) => (unknown, others),
    };
    match unknown {
        0 => {}
        1 => subjects.push(vec![Segment::Prompt(Prompt::ACaller, language)]),
        several => subjects.push(counted(several, Prompt::Callers, language)),
    }
    match others {
        0 => {}
        1 => subjects.push(vec![Segment::Prompt(Prompt::OneOther, language)]),
        several => subjects.push(counted(several, Prompt::Others, language)),
    }
    subjects
}

fn counted(count: u32, noun: Prompt, language: Language) -> Vec<Segment> {
    let mut segments = number(count, language);
    segments.push(Segment::Prompt(noun, language));
    segments
}

fn count(names: &[Name], others: u32) -> u32 {
    u32::try_from(names.len())
        .unwrap_or(u32::MAX)
        .saturating_add(others)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Clips are told apart by their length.
    fn named(milliseconds: usize) -> Name {
        Name::Clip(Clip::new(vec![0; milliseconds * 16]))
    }

    fn said(segments: &[Segment]) -> String {
        let words: Vec<String> = segments
            .iter()
            .map(|segment| match segment {
                Segment::Prompt(prompt, _) => format!("{prompt:?}"),
                Segment::Clip(clip) => format!("<{}>", clip.duration_ms()),
                Segment::Silence(_) => "...".to_owned(),
            })
            .collect();
        words.join(" ")
    }

    #[test]
    fn one_has_and_several_have() {
        let english = Language::English;
        assert_eq!(
            said(&join_sentence(&[named(1)], 0, None, english)),
            "<1> HasJoined"
        );
        assert_eq!(
            said(&leave_sentence(&[named(1), named(2)], 0, None, english)),
            "<1> And <2> HaveLeft"
        );
        assert_eq!(
            said(&join_sentence(&[named(1), named(2)], 2, None, english)),
            "<1> <2> And Number(2) Others HaveJoined"
        );
        assert_eq!(
            said(&join_sentence(&[named(1)], 1, None, Language::German)),
            "<1> And OneOther HaveJoined"
        );
    }

    #[test]
    fn callers_without_a_name_are_counted_not_repeated() {
        let german = Language::German;
        assert_eq!(
            said(&join_sentence(&[Name::Unknown], 0, None, german)),
            "ACaller HasJoined"
        );
        assert_eq!(
            said(&join_sentence(
                &[Name::Unknown, named(1), Name::Unknown],
                0,
                None,
                german
            )),
            "<1> And Number(2) Callers HaveJoined"
        );
        assert_eq!(
            said(&leave_sentence(
                &[Name::Unknown, Name::Unknown],
                3,
                None,
                german
            )),
            "Number(5) Callers HaveLeft"
        );
    }

    #[test]
    fn nobody_is_no_sentence() {
        assert!(join_sentence(&[], 0, None, Language::English).is_empty());
        assert!(leave_sentence(&[], 0, Some(&[]), Language::English).is_empty());
    }

    #[test]
    fn the_count_includes_the_listener() {
        assert_eq!(said(&count_sentence(1, Language::English)), "OnlyOne");
        assert_eq!(
            said(&count_sentence(102, Language::English)),
            "ThereAre OneBefore Hundred And Number(2) PeopleHere"
        );
    }

    #[test]
    fn an_operators_verb_follows_every_name_and_ours_a_number() {
        let verb = [Segment::Clip(Clip::new(vec![0; 9 * 16]))];
        let join = |names: &[Name], others| {
            said(&join_sentence(
                names,
                others,
                Some(&verb),
                Language::English,
            ))
        };
        assert_eq!(join(&[named(1)], 0), "<1> <9>");
        assert_eq!(join(&[named(1), named(2)], 0), "<1> <9> <2> <9>");
        assert_eq!(join(&[Name::Unknown], 0), "ACaller <9>");
        assert_eq!(
            join(&[named(1), named(2)], 3),
            "<1> <9> <2> <9> Number(3) Callers HaveJoined"
        );
        let silent = leave_sentence(&[named(1)], 0, Some(&[]), Language::English);
        assert_eq!(said(&silent), "<1>");
    }

    #[test]
    fn the_others_are_counted_without_the_listener() {
        let words = |prompt| vec![Segment::Prompt(prompt, Language::German)];
        let sentence = |others| {
            let words = OthersWords {
                only_one: words(Prompt::OneOtherHere),
                there_are: words(Prompt::ThereAre),
                others: words(Prompt::OthersHere),
            };
            said(&others_sentence(others, words, Language::German))
        };
        assert_eq!(sentence(0), "");
        assert_eq!(sentence(1), "OneOtherHere");
        assert_eq!(sentence(2), "ThereAre Number(2) OthersHere");
    }
}
