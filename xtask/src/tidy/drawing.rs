//! What is drawn into a page between two marks; decides nothing about it.

use std::fs;
use std::path::Path;

use crate::Done;

/// A part of a page that nobody writes by hand.
pub struct Place {
    pub file: &'static str,
    pub begin: &'static str,
    pub end: &'static str,
    /// What the drawing follows from.
    pub source: &'static str,
}

impl Place {
    /// One finding when what is drawn there is something else.
    ///
    /// # Errors
    /// When the page cannot be read or has no such place.
    pub fn check(&self, root: &Path, drawing: &str) -> Result<Option<String>, String> {
        let text = self.read(root)?;
        let differs = self.replaced(&text, drawing)? != text;
        Ok(differs.then(|| {
            let line = text.lines().position(|line| line == self.begin);
            format!(
                "{}:{}: the drawing is not what {} says: run `cargo xtask tidy --fix`",
                self.file,
                line.map_or(1, |at| at + 1),
                self.source
            )
        }))
    }

    /// Puts the drawing in its place.
    ///
    /// # Errors
    /// When the page cannot be read or written, or has no such place.
    pub fn fix(&self, root: &Path, drawing: &str) -> Done {
        let text = self.read(root)?;
        let new = self.replaced(&text, drawing)?;
        if new == text {
            return Ok(());
        }
        fs::write(root.join(self.file), new).map_err(|error| format!("{}: {error}", self.file))
    }

    fn read(&self, root: &Path) -> Result<String, String> {
        let path = root.join(self.file);
        fs::read_to_string(path).map_err(|error| format!("{}: {error}", self.file))
    }

    fn replaced(&self, text: &str, drawing: &str) -> Result<String, String> {
        let Place {
            file, begin, end, ..
        } = self;
        let missing = || format!("{file}:1: put the drawing between {begin} and {end}");
        let (before, rest) = text.split_once(begin).ok_or_else(missing)?;
        let (_, after) = rest.split_once(end).ok_or_else(missing)?;
        Ok(format!("{before}{begin}\n{drawing}{end}{after}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place = Place {
        file: "PAGE.md",
        begin: "<!-- begin -->",
        end: "<!-- end -->",
        source: "the rest",
    };

    #[test]
    fn only_what_is_between_the_marks_changes() {
        let (begin, end) = (PLACE.begin, PLACE.end);
        let text = format!("above\n{begin}\nold\n{end}\nbelow\n");
        let new = PLACE.replaced(&text, "new\n").unwrap();
        assert_eq!(new, format!("above\n{begin}\nnew\n{end}\nbelow\n"));
        assert_eq!(PLACE.replaced(&new, "new\n").unwrap(), new);
        assert!(PLACE.replaced("no marks", "new").is_err());
    }
}
