//! Who is here, as a sentence for one listener; knows no room.

use conclave_contract::Segment;
use conclave_model::{Language, Prompt};

use super::{Name, count_sentence};

/// "There are five people in this conference", then the names of the others that are known, with
/// "and" before the last. `people` counts the listener in.
#[must_use]
pub fn roll_call(people: u32, names: &[Name], language: Language) -> Vec<Segment> {
    let mut segments = count_sentence(people, language);
    for (index, name) in names.iter().enumerate() {
        if index > 0 && index + 1 == names.len() {
            segments.push(Segment::Prompt(Prompt::And, language));
        }
        segments.push(match name {
            Name::Clip(clip) => Segment::Clip(clip.clone()),
            Name::Unknown => Segment::Prompt(Prompt::ACaller, language),
        });
    }
    segments
}

#[cfg(test)]
mod tests {
    use conclave_contract::Clip;

    use super::*;

    #[test]
    fn the_last_name_follows_an_and() {
        let name = |milliseconds: usize| Name::Clip(Clip::new(vec![0; milliseconds * 16]));
        let said = |names: &[Name]| -> Vec<String> {
            let segments = roll_call(4, names, Language::English);
            segments[3..]
                .iter()
                .map(|segment| match segment {
                    Segment::Prompt(prompt, _) => prompt.file_stem(),
                    Segment::Clip(clip) => clip.duration_ms().to_string(),
                    Segment::Silence(_) => String::new(),
                })
                .collect()
        };
        assert!(said(&[]).is_empty());
        assert_eq!(said(&[name(5)]), ["5"]);
        assert_eq!(
            said(&[name(5), name(6), Name::Unknown]),
            ["5", "6", "and", "a-caller"]
        );
    }
}
