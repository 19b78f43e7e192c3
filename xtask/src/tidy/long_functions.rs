//! Functions that do not fit a screen: a list that may only become shorter.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::Done;
use crate::functions::{Function, functions};
use crate::source::SourceFile;

/// A long function: where it is now, and how long.
struct Long {
    line: usize,
    lines: usize,
}

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
            text.push_str(&format!("{name} {}\n", now.lines.min(*lines)));
        }
    }
    fs::write(root.join(FILE), text).map_err(|error| format!("{FILE}: {error}"))
}

fn compare(listed: &BTreeMap<String, usize>, long: &BTreeMap<String, Long>) -> Vec<String> {
    let mut findings = Vec::new();
    for (name, Long { line, lines }) in long {
        let (path, function) = name.split_once("::").unwrap_or((name, ""));
        let here = format!("{path}:{line}: {function} has {lines} lines");
        let allowed = listed.get(name).copied().unwrap_or(SCREEN_LINES);
        if *lines > HARD_LINES {
            findings.push(format!(
                "{here}, and {HARD_LINES} is the most: name its steps and make each a function"
            ));
        } else if *lines > allowed {
            findings.push(format!(
                "{here}, and {allowed} is the most here: name one of its steps and make it a \
                 function"
            ));
        } else if *lines < allowed && listed.contains_key(name) {
            findings.push(format!(
                "{here}, fewer than {FILE} says: run `cargo xtask tidy --fix`"
            ));
        }
    }
    for name in listed.keys().filter(|name| !long.contains_key(*name)) {
        findings.push(format!(
            "{FILE}:1: {name} is gone, or long no more: run `cargo xtask tidy --fix`"
        ));
    }
    findings
}

/// By `path::function`. Tests tell a story and may take their hundred lines.
fn long(files: &[SourceFile]) -> BTreeMap<String, Long> {
    let mut found: BTreeMap<String, Long> = BTreeMap::new();
    for file in files.iter().filter(|file| file.is_rust()) {
        let all_tests = file.path.contains("/tests/");
        for function in functions(&file.text) {
            let test = all_tests || function.is_test;
            let max = if test { HARD_LINES } else { SCREEN_LINES };
            if function.lines > max {
                let name = format!("{}::{}", file.path, function.name);
                let Function { line, lines, .. } = function;
                // Two of one name: the longer one speaks for both.
                if found.get(&name).is_none_or(|other| other.lines < lines) {
                    found.insert(name, Long { line, lines });
                }
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

    fn long_ones(entries: &[(&str, usize)]) -> BTreeMap<String, Long> {
        let long = entries.iter().map(|(name, lines)| {
            let (line, lines) = (7, *lines);
            (format!("a.rs::{name}"), Long { line, lines })
        });
        long.collect()
    }

    fn list(entries: &[(&str, usize)]) -> BTreeMap<String, usize> {
        let names = entries.iter();
        names
            .map(|(name, lines)| (format!("a.rs::{name}"), *lines))
            .collect()
    }

    #[test]
    fn the_list_may_only_become_shorter() {
        let listed = list(&[("same", 80), ("shrunk", 90), ("gone", 75), ("grown", 72)]);
        let long = long_ones(&[
            ("same", 80),
            ("shrunk", 85),
            ("grown", 73),
            ("new", 71),
            ("huge", 101),
        ]);
        let findings = compare(&listed, &long).join("\n");
        for part in [
            "a.rs:7: shrunk has 85 lines, fewer",
            "a.rs::gone is gone",
            "a.rs:7: grown has 73 lines, and 72",
            "a.rs:7: new has 71 lines, and 70",
            "a.rs:7: huge has 101 lines, and 100",
        ] {
            assert!(findings.contains(part), "{part}: {findings}");
        }
        assert!(!findings.contains("same"));
    }

    #[test]
    fn a_test_may_be_longer_than_a_screen() {
        let body = |lines: usize| format!("fn told() {{\n{}}}\n", "    step();\n".repeat(lines));
        let file = |path: &str, text: String| SourceFile {
            path: path.to_owned(),
            text,
        };
        let files = [
            file("a/src/short.rs", body(68)),
            file("a/src/long.rs", body(69)),
            file("a/tests/story.rs", body(98)),
            file("a/tests/epic.rs", body(99)),
            file("a/src/inner.rs", format!("mod tests {{\n{}}}\n", body(98))),
        ];
        let found: Vec<String> = long(&files).into_keys().collect();
        assert_eq!(found, ["a/src/long.rs::told", "a/tests/epic.rs::told"]);
    }
}
