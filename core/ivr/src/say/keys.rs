//! Which keys do what, said from the menu itself; knows nobody who presses them.

use conclave_contract::Segment;
use conclave_model::confbridge::{Deed, Menu, MenuAction, MenuEntry};
use conclave_model::{Digit, Language, Prompt};

/// "To raise or lower your hand, press star five." for every entry that does something of ours,
/// each thing once and by its shortest keys; those for moderators with `for_admins` only. Empty
/// where there is none.
#[must_use]
pub fn key_list(menu: &Menu, for_admins: bool, language: Language) -> Vec<Segment> {
    let mut told: Vec<(Deed, &MenuEntry)> = Vec::new();
    for entry in menu.entries() {
        let Some(deed) = purpose(entry, for_admins) else {
            continue;
        };
        match told.iter_mut().find(|(known, _)| *known == deed) {
            Some((_, shortest)) if entry.keys.digits().len() < shortest.keys.digits().len() => {
                *shortest = entry;
            }
            Some(_) => {}
            None => told.push((deed, entry)),
        }
    }
    let sentences = told.iter().flat_map(|(deed, entry)| {
        let keys = entry.keys.digits().iter().filter_map(|digit| key(*digit));
        [Prompt::Key(*deed), Prompt::Press].into_iter().chain(keys)
    });
    sentences
        .map(|prompt| Segment::Prompt(prompt, language))
        .collect()
}

/// What an entry is for: the first thing it does. Keys that no telephone has are not told.
fn purpose(entry: &MenuEntry, for_admins: bool) -> Option<Deed> {
    let is_pressable = entry
        .keys
        .digits()
        .iter()
        .all(|digit| key(*digit).is_some());
    let deed = entry.actions.iter().find_map(|action| match action {
        MenuAction::Deed(deed) => Some(*deed),
        MenuAction::Playback(_)
        | MenuAction::PlaybackAndContinue(_)
        | MenuAction::DialplanExec(_) => None,
    })?;
    let is_told = for_admins || !deed.is_for_admins();
    (is_told && is_pressable).then_some(deed)
}

fn key(digit: Digit) -> Option<Prompt> {
    match (digit.value(), digit.to_char()) {
        (Some(number), _) => Some(Prompt::Number(number)),
        (None, '*') => Some(Prompt::Star),
        (None, '#') => Some(Prompt::Pound),
        (None, _letter) => None,
    }
}

#[cfg(test)]
mod tests {
    use conclave_model::confbridge::MenuPreset;

    use super::*;

    fn said(menu: &Menu, for_admins: bool) -> String {
        let words = key_list(menu, for_admins, Language::English);
        let words = words.iter().map(|segment| match segment {
            Segment::Prompt(prompt, _) => prompt.file_stem(),
            Segment::Clip(_) | Segment::Silence(_) => String::new(),
        });
        words.collect::<Vec<String>>().join(" ")
    }

    #[test]
    fn each_thing_is_said_once_by_its_shortest_keys() {
        let menu = MenuPreset::Asterisk.menu(false);
        let words = said(&menu, false);
        assert!(words.starts_with("key-toggle-mute press number-1 key-decrease-listening-volume"));
        assert!(words.ends_with("key-increase-talking-volume press number-9"));
        assert_eq!(words.matches("key-").count(), 6);
    }

    #[test]
    fn what_is_for_moderators_is_said_to_them_alone() {
        let menu = MenuPreset::Modern.menu(false);
        assert_eq!(
            said(&menu, false),
            "key-help press star number-1 key-who-is-here press star number-3 \
             key-raise-hand press star number-5 key-toggle-mute press star number-6 \
             key-participant-count press star pound"
        );
        assert_eq!(said(&menu, true).matches("key-admin").count(), 6);
    }

    #[test]
    fn what_only_plays_and_what_cannot_be_pressed_is_not_said() {
        let text = "1=playback(gong)\nA=help\n2=playback(beep)\n3=playback(beep),no_op";
        let menu = Menu::from_text(text).unwrap();
        assert_eq!(said(&menu, true), "key-no-op press number-3");
        assert!(key_list(&Menu::default(), true, Language::German).is_empty());
    }
}
