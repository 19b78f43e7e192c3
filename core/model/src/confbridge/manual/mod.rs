//! What every option does and where it is not as in ConfBridge, for people; decides nothing.

mod bridge;
mod sounds;
mod user;

use super::{BridgeOption, SoundName, UserOption};

/// The words about one option; which values it takes and from when it holds is in its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Manual {
    /// What holds when nothing is typed; empty: nothing does.
    pub default: &'static str,
    pub effect: &'static str,
    /// How it differs from ConfBridge, and why; empty: not at all.
    pub differs: &'static str,
}

/// The words about one sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SoundManual {
    pub said: &'static str,
    pub heard_by: &'static str,
}

impl UserOption {
    /// `None` for none: a test compares this table with that of the options.
    #[must_use]
    pub fn manual(self) -> Option<&'static Manual> {
        let found = user::USER.iter().find(|(id, _)| *id == self);
        found.map(|(_, manual)| manual)
    }
}

impl BridgeOption {
    /// `None` for none, as for [`UserOption::manual`].
    #[must_use]
    pub fn manual(self) -> Option<&'static Manual> {
        let found = bridge::BRIDGE.iter().find(|(id, _)| *id == self);
        found.map(|(_, manual)| manual)
    }
}

impl SoundName {
    /// `None` for none, as for [`UserOption::manual`].
    #[must_use]
    pub fn manual(self) -> Option<&'static SoundManual> {
        let found = sounds::SOUNDS.iter().find(|(name, _)| *name == self);
        found.map(|(_, manual)| manual)
    }
}

const fn manual(default: &'static str, effect: &'static str, differs: &'static str) -> Manual {
    Manual {
        default,
        effect,
        differs,
    }
}

const fn heard(said: &'static str, heard_by: &'static str) -> SoundManual {
    SoundManual { said, heard_by }
}

#[cfg(test)]
mod tests {
    use super::super::{BRIDGE_OPTIONS, OptionId, SOUND_OPTIONS, USER_OPTIONS};

    // Defect 19
    #[test]
    fn every_option_has_words_of_its_own_and_a_default_that_it_takes() {
        for option in USER_OPTIONS.iter().chain(&BRIDGE_OPTIONS) {
            let manual = match option.id {
                OptionId::User(id) => id.manual(),
                OptionId::Bridge(id) => id.manual(),
                OptionId::Sound(_) => None,
            };
            let manual = manual.unwrap_or_else(|| panic!("{}", option.name));
            assert!(manual.effect.ends_with('.'), "{}", option.name);
            let takes = option.kind.accepts(manual.default) || manual.default == "auto";
            assert!(manual.default.is_empty() || takes, "{}", option.name);
        }
        for option in &SOUND_OPTIONS {
            if let OptionId::Sound(name) = option.id {
                assert!(name.manual().is_some(), "{}", option.name);
            }
        }
    }
}
