//! The picture of the layers in ARCHITECTURE.md; decides nothing about layers.

use std::fs;
use std::path::Path;

use crate::Done;

/// One finding when the picture is not the one that layers.toml gives.
///
/// # Errors
/// When ARCHITECTURE.md cannot be read or has no place for the picture.
pub fn check(root: &Path, picture: &str) -> Result<Option<String>, String> {
    let text = read(root)?;
    let differs = replaced(&text, picture)? != text;
    Ok(differs.then(|| {
        let line = text.lines().position(|line| line == BEGIN);
        format!(
            "{FILE}:{}: the drawing is not what layers.toml says: run `cargo xtask tidy --fix`",
            line.map_or(1, |at| at + 1)
        )
    }))
}

/// Puts the picture in its place.
///
/// # Errors
/// When ARCHITECTURE.md cannot be read or written, or has no place for the picture.
pub fn fix(root: &Path, picture: &str) -> Done {
    let text = read(root)?;
    let new = replaced(&text, picture)?;
    if new == text {
        return Ok(());
    }
    fs::write(root.join(FILE), new).map_err(|error| format!("{FILE}: {error}"))
}

fn read(root: &Path) -> Result<String, String> {
    fs::read_to_string(root.join(FILE)).map_err(|error| format!("{FILE}: {error}"))
}

fn replaced(text: &str, picture: &str) -> Result<String, String> {
    let missing = || format!("{FILE}:1: put the drawing between {BEGIN} and {END}");
    let (before, rest) = text.split_once(BEGIN).ok_or_else(missing)?;
    let (_, after) = rest.split_once(END).ok_or_else(missing)?;
    Ok(format!("{before}{BEGIN}\n{picture}{END}{after}"))
}

const FILE: &str = "ARCHITECTURE.md";
const BEGIN: &str = "<!-- layers: drawn from layers.toml by `cargo xtask fix` -->";
const END: &str = "<!-- end of layers -->";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_the_marks_changes() {
        let text = format!("above\n{BEGIN}\nold\n{END}\nbelow\n");
        let new = replaced(&text, "new\n").unwrap();
        assert_eq!(new, format!("above\n{BEGIN}\nnew\n{END}\nbelow\n"));
        assert_eq!(replaced(&new, "new\n").unwrap(), new);
        assert!(replaced("no marks", "new").is_err());
    }
}
