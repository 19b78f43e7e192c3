//! What a menu may play, by the names that ConfBridge's files have or ours; finds no file.

use std::fmt;
use std::str::FromStr;

use super::super::{SoundChoice, ValueKind};

/// One sound of a `playback`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MenuSound {
    /// The list of keys that everybody may use, said from the menu itself: `conf-usermenu`.
    Keys,
    /// The same with those for moderators: `conf-adminmenu`.
    AdminKeys,
    Sound(SoundChoice),
}

/// Not the name of a sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoSound;

impl FromStr for MenuSound {
    type Err = NoSound;

    fn from_str(text: &str) -> Result<Self, NoSound> {
        let text = text.trim();
        if !ValueKind::Sound.accepts(text) || text.contains(RESERVED) {
            return Err(NoSound);
        }
        match text {
            KEYS => Ok(MenuSound::Keys),
            ADMIN_KEYS => Ok(MenuSound::AdminKeys),
            other => SoundChoice::read(other)
                .map(MenuSound::Sound)
                .ok_or(NoSound),
        }
    }
}

impl fmt::Display for MenuSound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MenuSound::Keys => f.write_str(KEYS),
            MenuSound::AdminKeys => f.write_str(ADMIN_KEYS),
            MenuSound::Sound(sound) => sound.fmt(f),
        }
    }
}

const KEYS: &str = "conf-usermenu";
const ADMIN_KEYS: &str = "conf-adminmenu";
/// They part sounds, arguments and actions from each other.
const RESERVED: [char; 4] = ['&', ',', '(', ')'];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sound_is_written_as_it_was_read() {
        for name in ["silence", "conf-usermenu", "only-one", "custom/hello"] {
            let sound: MenuSound = name.parse().unwrap();
            assert_eq!(sound.to_string(), name);
        }
        assert_eq!("conf-adminmenu".parse(), Ok(MenuSound::AdminKeys));
        for bad in ["", "  ", "../secret", "a&b", "a,b", "a)"] {
            assert_eq!(bad.parse::<MenuSound>(), Err(NoSound), "{bad}");
        }
    }
}
