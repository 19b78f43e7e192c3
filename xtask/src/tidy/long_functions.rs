//! Functions that do not fit a screen: a list that may only become shorter.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::Done;
use crate::functions::functions;
use crate::source::SourceFile;

/// Every function that is too long, and every line of the list that is out of date.
///
/// # Errors
/// When the list cannot be read.
pub fn check(root: &Path, files: &[SourceFile]) -> Result<Vec<String>, String> {
    Ok(compare(&listed(root)?, &long(files)))
}

/// Lowers and removes entries; never adds or raises one.
///
/// # Errors
/// When the list cannot be read or written.
pub fn fix(root: &Path, files: &[SourceFile]) -> Done {
    let (before, long) = (listed(root)?, long(files));
    let mut text = HEADER.to_owned();
    for (name, lines) in &before {
        if let Some(now) = long.get(name) {
            text.push_str(&format!("{name} {}\n", now.min(lines)));
        }
    }
    fs::write(root.join(FILE), text).map_err(|error| format!("{FILE}: {error}"))
}

fn compare(listed: &BTreeMap<String, usize>, long: &BTreeMap<String, usize>) -> Vec<String> {
    let mut findings = Vec::new();
    for (name, lines) in long {
        let allowed = listed.get(name).copied().unwrap_or(SCREEN_LINES);
        if *lines > HARD_LINES {
            findings.push(format!(
                "{name}: {lines} lines, and {HARD_LINES} is the most: name its steps and make each \
                 a function"
            ));
        } else if *lines > allowed {
            findings.push(format!(
                "{name}: {lines} lines, and {allowed} is the most here: name one of its steps and \
                 make it a function"
            ));
        } else if *lines < allowed && listed.contains_key(name) {
            findings.push(format!(
                "{name} is shorter than {FILE} says: run `cargo xtask fix`"
            ));
        }
    }
    for name in listed.keys().filter(|name| !long.contains_key(*name)) {
        findings.push(format!("{name} is long no more: run `cargo xtask fix`"));
    }
    findings
}

/// Lines by `path::function`. Tests tell a story and may take their hundred lines.
fn long(files: &[SourceFile]) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for file in files.iter().filter(|file| file.is_rust()) {
        let all_tests = file.path.contains("/tests/");
        for function in functions(&file.text) {
            let test = all_tests || function.is_test;
            let max = if test { HARD_LINES } else { SCREEN_LINES };
            if function.lines > max {
                let name = format!("{}::{}", file.path, function.name);
                let longest = found.entry(name).or_insert(0);
                *longest = function.lines.max(*longest);
            }
        }
    }
    found
}

fn listed(root: &Path) -> Result<BTreeMap<String, usize>, String> {
    let text = fs::read_to_string(root.join(FILE)).map_err(|error| format!("{FILE}: {error}"))?;
    let lines = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let parsed = line
                .rsplit_once(' ')
                .and_then(|(name, lines)| Some((name.to_owned(), lines.parse().ok()?)));
            parsed.ok_or_else(|| format!("{FILE}: {line:?} is not `path::function lines`"))
        })
        .collect()
}

const FILE: &str = "xtask/long-functions.txt";
const HEADER: &str = "\
# Functions longer than 70 lines. An entry may shrink or go; a new one is refused.
";
const SCREEN_LINES: usize = 70;
const HARD_LINES: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    fn map(entries: &[(&str, usize)]) -> BTreeMap<String, usize> {
        entries
            .iter()
            .map(|(name, lines)| ((*name).to_owned(), *lines))
            .collect()
    }

    #[test]
    fn the_list_may_only_become_shorter() {
        let listed = map(&[("same", 80), ("shrunk", 90), ("gone", 75), ("grown", 72)]);
        let long = map(&[
            ("same", 80),
            ("shrunk", 85),
            ("grown", 73),
            ("new", 71),
            ("huge", 101),
        ]);
        let findings = compare(&listed, &long).join("\n");
        for name in ["shrunk", "gone", "grown", "new", "huge"] {
            assert!(findings.contains(name), "{name}: {findings}");
        }
        assert!(!findings.contains("same"));
    }
}
