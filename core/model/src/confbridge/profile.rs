//! Texts of options that have a name, so that many rooms share them; applies none.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::short_name::short_name;
use super::{BridgeOption, Finding, OptionId, OptionSection, UserOption, read_options};
use crate::{FieldError, UnixMillis, limits};

/// The name of a profile: 1 to 40 letters, digits, `-` and `_`, kept in lower case as ConfBridge
/// compares names in any.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProfileName(Arc<str>);

/// Everything kept about one profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileRecord {
    pub section: OptionSection,
    pub name: ProfileName,
    /// As the administrator typed it, with comments.
    pub text: Arc<str>,
    pub created_at: UnixMillis,
    /// Grows by one with every change; the ETag of the public API.
    pub version: u64,
}

/// All profiles, for `template=NAME` in a text of options.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profiles(BTreeMap<(OptionSection, ProfileName), ProfileRecord>);

impl Profiles {
    #[must_use]
    pub fn get(&self, section: OptionSection, name: &ProfileName) -> Option<&ProfileRecord> {
        self.0.get(&(section, name.clone()))
    }

    /// In the order of their names, the bridge profiles first.
    pub fn iter(&self) -> impl Iterator<Item = &ProfileRecord> {
        self.0.values()
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// In the place of one of the same name.
    pub fn put(&mut self, record: ProfileRecord) {
        self.0.insert((record.section, record.name.clone()), record);
    }

    pub fn remove(&mut self, section: OptionSection, name: &ProfileName) {
        self.0.remove(&(section, name.clone()));
    }

    /// Whether a profile of this text would begin with itself, over others too.
    #[must_use]
    pub fn is_circle(&self, section: OptionSection, name: &ProfileName, text: &str) -> bool {
        self.begins_with(section, name, text)
    }

    /// Whether a text begins with this profile, over others too; a text that begins with more than
    /// [`limits::PROFILE_DEPTH`] begins with any.
    #[must_use]
    pub fn begins_with(&self, section: OptionSection, name: &ProfileName, text: &str) -> bool {
        let mut next = template_of(section, text);
        for _ in 0..=limits::PROFILE_DEPTH {
            match next {
                Some(base) if base == *name => return true,
                Some(base) => {
                    let profile = self.get(section, &base);
                    next = profile.and_then(|profile| template_of(section, &profile.text));
                }
                None => return false,
            }
        }
        true
    }

    /// The text with all that its template says before it, and what the template's template says
    /// before that: of two lines that say the same, the later one wins.
    ///
    /// A template that is not there says nothing; one that is its own ends after
    /// [`limits::PROFILE_DEPTH`].
    #[must_use]
    pub fn complete<'a>(&self, section: OptionSection, text: &'a str) -> Cow<'a, str> {
        let mut parts = vec![Cow::Borrowed(text)];
        let mut next = template_of(section, text);
        while let Some(name) = next {
            let Some(profile) = self.get(section, &name) else {
                break;
            };
            if parts.len() > limits::PROFILE_DEPTH {
                break;
            }
            parts.push(Cow::Owned(profile.text.to_string()));
            next = template_of(section, &profile.text);
        }
        match parts.as_slice() {
            [_] => Cow::Borrowed(text),
            _several => {
                parts.reverse();
                Cow::Owned(parts.join("\n"))
            }
        }
    }
}

/// The profile that a text begins with.
#[must_use]
pub fn template_of(section: OptionSection, text: &str) -> Option<ProfileName> {
    let lines = read_options(section, text);
    let template = lines.iter().find(|line| match line.finding {
        Finding::Accepted(option) => matches!(
            option.id,
            OptionId::User(UserOption::Template) | OptionId::Bridge(BridgeOption::Template)
        ),
        Finding::SaidAgain { .. }
        | Finding::Wrong(_)
        | Finding::Refused(_)
        | Finding::Misplaced(_)
        | Finding::Unknown
        | Finding::NoAssignment => false,
    })?;
    template.value.parse().ok()
}

impl ProfileName {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ProfileName {
    type Err = FieldError;

    fn from_str(text: &str) -> Result<Self, FieldError> {
        short_name(text).map(Self)
    }
}

impl fmt::Display for ProfileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ProfileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{BridgeProfile, SoundChoice, UserProfile};
    use super::*;

    fn profiles(all: &[(&str, &str)]) -> Profiles {
        let mut profiles = Profiles::default();
        for (name, text) in all {
            profiles.put(ProfileRecord {
                section: OptionSection::User,
                name: name.parse().unwrap(),
                text: (*text).into(),
                created_at: UnixMillis(0),
                version: 1,
            });
        }
        profiles
    }

    fn read(profiles: &Profiles, text: &str) -> UserProfile {
        UserProfile::read(&profiles.complete(OptionSection::User, text))
    }

    #[test]
    fn a_template_says_all_that_is_not_said_again() {
        let all = profiles(&[
            ("base", "quiet=yes\nstartmuted=yes"),
            ("leader", "template=base\nmarked=yes\nstartmuted=no"),
        ]);
        let profile = read(&all, "template=Leader\nquiet=no");
        let expected = UserProfile {
            marked: true,
            ..UserProfile::default()
        };
        assert_eq!(profile, expected);
    }

    // Defect 25
    #[test]
    fn every_sound_goes_on_from_a_template() {
        for option in OptionSection::Bridge.options() {
            let OptionId::Sound(name) = option.id else {
                continue;
            };
            let mut all = Profiles::default();
            all.put(ProfileRecord {
                section: OptionSection::Bridge,
                name: "base".parse().unwrap(),
                text: format!("{}=acme/gong", option.name).into(),
                created_at: UnixMillis(0),
                version: 1,
            });
            let text = all.complete(OptionSection::Bridge, "template=base");
            let chosen = BridgeProfile::read(&text);
            let chosen = chosen.sounds.chosen(name);
            assert_eq!(chosen, Some(&SoundChoice::File("acme/gong".into())));
        }
    }

    #[test]
    fn where_the_line_stands_does_not_matter() {
        let all = profiles(&[("base", "quiet=yes\nadmin=yes")]);
        let profile = read(&all, "quiet=no\ntemplate=base");
        assert_eq!((profile.quiet, profile.admin), (false, true));
    }

    #[test]
    fn a_template_that_is_missing_or_its_own_changes_nothing() {
        let none = Profiles::default();
        assert!(read(&none, "template=gone\nquiet=yes").quiet);
        let circle = profiles(&[("a", "template=b\nquiet=yes"), ("b", "template=a")]);
        assert!(read(&circle, "template=a").quiet);
    }

    #[test]
    fn a_circle_and_a_tower_are_found() {
        let mut all = vec![("a".to_owned(), "template=b".to_owned())];
        all.push(("b".to_owned(), "quiet=yes".to_owned()));
        for level in 0..=limits::PROFILE_DEPTH {
            all.push((format!("t{}", level + 1), format!("template=t{level}")));
        }
        let all: Vec<(&str, &str)> = all.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
        let all = profiles(&all);
        let is_circle = |name: &str, text: &str| {
            let name = name.parse().unwrap();
            all.is_circle(OptionSection::User, &name, text)
        };
        assert!(is_circle("b", "template=a"));
        assert!(is_circle("b", "template=b"));
        assert!(!is_circle("b", "quiet=no"));
        assert!(!is_circle("c", "template=a"));
        assert!(is_circle(
            "top",
            &format!("template=t{}", limits::PROFILE_DEPTH + 1)
        ));
        assert!(!is_circle("top", "template=t1"));
    }

    #[test]
    fn a_profile_of_the_room_is_none_of_its_callers() {
        let all = profiles(&[("base", "quiet=yes")]);
        let text = all.complete(OptionSection::Bridge, "template=base");
        assert_eq!(text, "template=base");
    }
}
