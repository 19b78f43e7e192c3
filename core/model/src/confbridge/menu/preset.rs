//! The menus that come with the house; nobody can change them.

use super::{Menu, MenuName};

/// A menu of ours, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MenuPreset {
    /// The keys most conference services agree on, after a star.
    Modern,
    /// Those of Asterisk's sample menus, with and without a star.
    Asterisk,
    /// No key does anything.
    None,
}

impl MenuPreset {
    pub const ALL: [MenuPreset; 3] = [MenuPreset::Modern, MenuPreset::Asterisk, MenuPreset::None];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            MenuPreset::Modern => "modern",
            MenuPreset::Asterisk => "asterisk",
            MenuPreset::None => "none",
        }
    }

    #[must_use]
    pub fn menu_name(self) -> MenuName {
        self.name().parse().expect("a name of ours is one")
    }

    /// As it would be written; some have other keys for moderators.
    #[must_use]
    pub const fn text(self, for_moderators: bool) -> &'static str {
        match (self, for_moderators) {
            (MenuPreset::Modern, _) => MODERN,
            (MenuPreset::Asterisk, false) => ASTERISK_USER,
            (MenuPreset::Asterisk, true) => ASTERISK_ADMIN,
            (MenuPreset::None, _) => "",
        }
    }

    #[must_use]
    pub fn menu(self, for_moderators: bool) -> Menu {
        Menu::from_text(self.text(for_moderators)).expect("a menu of ours has no mistake")
    }
}

const MODERN: &str = "\
*1=help
*2=admin_toggle_recording
*3=who_is_here
*4=admin_mute_others
*5=raise_hand
*6=toggle_mute
*7=admin_toggle_conference_lock
*8=admin_admit_waiting
*9=admin_toggle_announcements
*0=admin_end_conference
*#=participant_count
";

const ASTERISK_USER: &str = "\
*=playback_and_continue(conf-usermenu)
*1=toggle_mute
1=toggle_mute
*4=decrease_listening_volume
4=decrease_listening_volume
*6=increase_listening_volume
6=increase_listening_volume
*7=decrease_talking_volume
7=decrease_talking_volume
*8=leave_conference
8=leave_conference
*9=increase_talking_volume
9=increase_talking_volume
";

const ASTERISK_ADMIN: &str = "\
*=playback_and_continue(conf-adminmenu)
*1=toggle_mute
1=toggle_mute
*2=admin_toggle_conference_lock
2=admin_toggle_conference_lock
*3=admin_kick_last
3=admin_kick_last
*4=decrease_listening_volume
4=decrease_listening_volume
*6=increase_listening_volume
6=increase_listening_volume
*7=decrease_talking_volume
7=decrease_talking_volume
*8=no_op
8=no_op
*9=increase_talking_volume
9=increase_talking_volume
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_is_a_menu_and_is_written_as_it_is_read() {
        for preset in MenuPreset::ALL {
            for for_moderators in [false, true] {
                let menu = preset.menu(for_moderators);
                assert_eq!(menu.to_string(), preset.text(for_moderators));
            }
            assert_eq!(preset.menu_name().preset(), Some(preset));
        }
    }

    #[test]
    fn the_asterisk_preset_has_every_digit_alone_and_after_a_star() {
        for for_moderators in [false, true] {
            let menu = MenuPreset::Asterisk.menu(for_moderators);
            for entry in menu.entries() {
                if let [digit] = entry.keys.digits()
                    && digit.to_char() != '*'
                {
                    let starred = format!("*{digit}").parse::<super::super::MenuKeys>();
                    let starred = menu.find(starred.unwrap().digits());
                    assert_eq!(starred.map(|one| &one.actions), Some(&entry.actions));
                }
            }
        }
    }

    #[test]
    fn only_moderators_have_keys_for_moderators_with_asterisk() {
        assert!(!MenuPreset::Asterisk.text(false).contains("admin_"));
        assert!(MenuPreset::Asterisk.text(true).contains("admin_kick_last"));
    }
}
