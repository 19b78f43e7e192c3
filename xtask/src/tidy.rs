//! Whether the house is in order: layers, sizes, words; every finding says what to do.

mod drawing;
mod long_functions;
mod scenarios;
mod upstream;
mod words;

use std::fs;
use std::path::Path;

use crate::Done;
use crate::layers::{self, Layers};
use crate::source::{self, SourceFile};
use drawing::Place;

/// Prints what is out of order.
///
/// # Errors
/// How many findings there are, or what could not be read.
pub fn report(root: &Path) -> Done {
    let findings = check(root)?;
    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => Ok(()),
        1 => Err("tidy: one thing is out of order".to_owned()),
        many => Err(format!("tidy: {many} things are out of order")),
    }
}

/// Everything that is out of order, as sentences.
///
/// # Errors
/// What could not be read.
pub fn check(root: &Path) -> Result<Vec<String>, String> {
    let layers = Layers::load(root)?;
    let members = layers::members(root)?;
    let files = source::files(root)?;
    let mut findings = layers.check(&members);
    findings.extend(layers::workspace::check(root, &members)?);
    findings.extend(LAYERS.check(root, &layers.draw(&members))?);
    findings.extend(long_functions::check(root, &files)?);
    findings.extend(upstream::check(&files));
    findings.extend(scenarios::check(&files));
    findings.extend(scenarios::TABLE.check(root, &scenarios::draw(&files))?);
    for file in &files {
        findings.extend(size(file));
        findings.extend(words::check(file, &layers));
    }
    Ok(findings)
}

/// Redraws what is drawn, takes out unused arrows and shortens the list of long functions.
///
/// # Errors
/// What could not be read or written.
pub fn fix(root: &Path) -> Done {
    let members = layers::members(root)?;
    let path = root.join("layers.toml");
    let said = |error: std::io::Error| format!("layers.toml: {error}");
    let text = fs::read_to_string(&path).map_err(said)?;
    let kept = layers::without_unused(&text, &members);
    if kept != text {
        fs::write(&path, kept).map_err(said)?;
    }
    LAYERS.fix(root, &Layers::load(root)?.draw(&members))?;
    let files = source::files(root)?;
    scenarios::TABLE.fix(root, &scenarios::draw(&files))?;
    long_functions::fix(root, &files)
}

fn size(file: &SourceFile) -> Option<String> {
    let lines = file.text.lines().count();
    let main = file.path.ends_with("src/main.rs");
    let max = if main { MAIN_LINES } else { FILE_LINES };
    (file.is_rust() && lines > max).then(|| {
        format!(
            "{}:{}: {lines} lines, and {max} is the most: find the second thing it does and give \
             that a file",
            file.path,
            max + 1
        )
    })
}

const LAYERS: Place = Place {
    file: "ARCHITECTURE.md",
    begin: "<!-- layers: drawn from layers.toml by `cargo xtask fix` -->",
    end: "<!-- end of layers -->",
    source: "layers.toml",
};
const FILE_LINES: usize = 800;
/// A roof that carries rules is no roof.
const MAIN_LINES: usize = 150;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_house_is_in_order() {
        let findings = check(&crate::root()).unwrap();
        assert!(findings.is_empty(), "\n{}\n", findings.join("\n"));
    }

    #[test]
    fn a_file_of_too_many_lines_is_found() {
        let file = |path: &str, lines: usize| SourceFile {
            path: path.to_owned(),
            text: "x\n".repeat(lines),
        };
        assert_eq!(size(&file("a/src/b.rs", 800)), None);
        assert_eq!(size(&file("a/README.md", 2000)), None);
        let found = size(&file("a/src/b.rs", 801)).unwrap();
        assert!(found.starts_with("a/src/b.rs:801: 801 lines"), "{found}");
        assert!(size(&file("a/src/main.rs", 151)).is_some());
    }
}
