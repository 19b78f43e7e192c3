//! A menu of one's own as it is kept: read once, then trusted.

use std::sync::Arc;

use super::{Menu, MenuMistake, MenuName};
use crate::UnixMillis;

/// Everything kept about one menu. A value of this type is always valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MenuRecord {
    pub name: MenuName,
    /// As the administrator typed it, with comments.
    pub text: Arc<str>,
    /// What the text says.
    pub menu: Arc<Menu>,
    pub created_at: UnixMillis,
    /// Grows by one with every change; the ETag of the public API.
    pub version: u64,
}

impl MenuRecord {
    /// Of version 1.
    ///
    /// # Errors
    /// The text is no menu.
    pub fn new(name: MenuName, text: &str, created_at: UnixMillis) -> Result<Self, MenuMistake> {
        Ok(Self {
            name,
            menu: Arc::new(Menu::from_text(text)?),
            text: text.into(),
            created_at,
            version: 1,
        })
    }

    /// The next version of it.
    ///
    /// # Errors
    /// The text is no menu.
    pub fn with_text(&self, text: &str) -> Result<Self, MenuMistake> {
        let new = Self::new(self.name.clone(), text, self.created_at)?;
        Ok(Self {
            version: self.version + 1,
            ..new
        })
    }
}
