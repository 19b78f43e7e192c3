//! The name of a menu, under which rooms choose it.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::MenuPreset;
use crate::FieldError;
use crate::confbridge::short_name::short_name;

/// 1 to 40 letters, digits, `-` and `_`, kept in lower case as ConfBridge compares names in any:
/// safe in a URL and in a log.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MenuName(Arc<str>);

impl MenuName {
    /// What a room has that chose nothing.
    #[must_use]
    pub fn standard() -> Self {
        MenuPreset::Modern.menu_name()
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Which of ours it names; a menu of one's own cannot have such a name.
    #[must_use]
    pub fn preset(&self) -> Option<MenuPreset> {
        MenuPreset::ALL
            .into_iter()
            .find(|preset| preset.name() == &*self.0)
    }
}

impl FromStr for MenuName {
    type Err = FieldError;

    fn from_str(text: &str) -> Result<Self, FieldError> {
        short_name(text).map(Self)
    }
}

impl fmt::Display for MenuName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for MenuName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_in_any_case() {
        let name: MenuName = "Sales_Menu-2".parse().unwrap();
        assert_eq!(name.as_str(), "sales_menu-2");
        assert_eq!(name.preset(), None);
        let ours: MenuName = "MODERN".parse().unwrap();
        assert_eq!(ours, MenuName::standard());
        for bad in ["", "a b", "a/b", "ä", &"x".repeat(41)] {
            assert!(bad.parse::<MenuName>().is_err(), "{bad}");
        }
    }
}
