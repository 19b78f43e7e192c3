//! A menu or a profile under a new name, with everything that names it; keeps nothing.

use super::{MenuName, MenuRecord, OptionSection, ProfileName, ProfileRecord, with_option};
use crate::{RoomRecord, limits};

/// What is kept in one step when a menu or a profile gets another name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renaming {
    pub what: Renamed,
    /// Those that named it, as they are from then on.
    pub rooms: Vec<RoomRecord>,
    /// The same of profiles that begin with it.
    pub profiles: Vec<ProfileRecord>,
}

/// What gets another name, and how it is called and what it says from then on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Renamed {
    Menu {
        old: MenuName,
        new: MenuRecord,
    },
    Profile {
        old: ProfileName,
        new: ProfileRecord,
    },
}

/// The text with another profile to begin with; `None`: that is more than a text may have.
#[must_use]
pub fn with_template(section: OptionSection, text: &str, name: &ProfileName) -> Option<String> {
    let text = with_option(section, text, "template", name.as_str());
    (text.len() <= limits::OPTIONS_BYTES).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_the_template_changes_and_no_other() {
        let with = |text: &str| {
            let name = "new".parse().unwrap();
            with_template(OptionSection::User, text, &name)
        };
        let text = "; ours\nTemplate = old\nquiet=yes";
        assert_eq!(with(text).unwrap(), "; ours\ntemplate=new\nquiet=yes");
        let full = format!("template=a\n;{}", "x".repeat(limits::OPTIONS_BYTES - 13));
        assert_eq!(with(&full), None);
    }
}
