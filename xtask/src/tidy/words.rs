//! What a line may not say; knows no layers but which files may be unsafe.

use crate::layers::Layers;
use crate::source::{SourceFile, bare};

/// Findings in one file.
pub fn check(file: &SourceFile, layers: &Layers) -> Vec<String> {
    let mut findings = Vec::new();
    if file.is_rust() {
        findings.extend(first_line(file));
        findings.extend(long_lines(file));
        findings.extend(unsafe_lines(file, layers));
    }
    findings.extend(banned(file));
    findings
}

fn first_line(file: &SourceFile) -> Option<String> {
    let first = file.text.lines().next().unwrap_or_default();
    (!first.starts_with("//! ") || first.len() < 15).then(|| {
        format!(
            "{}:1: begin with one `//!` sentence: what the file is, and what it refuses to know",
            file.path
        )
    })
}

/// A line that holds a string is left to rustfmt, which does not break strings.
fn long_lines(file: &SourceFile) -> Vec<String> {
    let long = |line: &str| line.chars().count() > LINE_CHARS && !line.contains('"');
    file.text
        .lines()
        .enumerate()
        .filter(|(_, line)| long(line))
        .map(|(at, _)| {
            let line = at + 1;
            format!(
                "{}:{line}: longer than {LINE_CHARS} characters: break it",
                file.path
            )
        })
        .collect()
}

fn unsafe_lines(file: &SourceFile, layers: &Layers) -> Vec<String> {
    let code = bare(&file.text);
    let lines: Vec<&str> = file.text.lines().collect();
    let says_unsafe = |line: &str| {
        let words = line.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
        words.into_iter().any(|word| word == "unsafe")
    };
    let mut findings = Vec::new();
    for (at, _) in code
        .lines()
        .enumerate()
        .filter(|(_, line)| says_unsafe(line))
    {
        let (path, line) = (&file.path, at + 1);
        let above = &lines[at.saturating_sub(PROOF_LINES)..at];
        if !layers.may_be_unsafe(path) {
            findings.push(format!(
                "{path}:{line}: `unsafe` outside the files that layers.toml lists: find a safe way, \
                 or list the file in a commit that says why there is none"
            ));
        } else if !above.iter().any(|line| line.contains("SAFETY:")) {
            findings.push(format!(
                "{path}:{line}: `unsafe` without its proof: write `// SAFETY:` above it, and why it \
                 holds"
            ));
        }
    }
    findings
}

fn banned(file: &SourceFile) -> Vec<String> {
    let mut findings = Vec::new();
    for (at, text) in file.text.lines().enumerate() {
        let (path, line) = (&file.path, at + 1);
        for [head, tail] in LATER {
            if has_word(text, &format!("{head}{tail}")) {
                findings.push(format!(
                    "{path}:{line}: {head}{tail}: do it now, or write an issue and leave no mark"
                ));
            }
        }
        for [head, tail] in PLACES {
            if text.contains(&format!("{head}{tail}")) {
                findings.push(format!(
                    "{path}:{line}: a path of one machine: use one that is relative to the \
                     repository, or an argument"
                ));
            }
        }
    }
    findings
}

fn has_word(text: &str, word: &str) -> bool {
    let inside = |letter: char| letter.is_alphanumeric() || letter == '_';
    text.match_indices(word).any(|(at, _)| {
        !text[..at].ends_with(inside) && !text[at + word.len()..].starts_with(inside)
    })
}

// Each in two halves, so that this file does not say them.
const LATER: [[&str; 2]; 4] = [["TO", "DO"], ["FIX", "ME"], ["XX", "X"], ["HA", "CK"]];
const PLACES: [[&str; 2]; 3] = [["/wo", "rk/"], ["/ro", "ot/"], ["/ho", "me/"]];
const LINE_CHARS: usize = 100;
/// The proof may stand above a doc comment and an attribute.
const PROOF_LINES: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> SourceFile {
        SourceFile {
            path: "core/x/src/lib.rs".to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn a_mark_for_later_and_a_path_of_one_machine_are_found() {
        let [head, tail] = LATER[0];
        let [first, second] = PLACES[1];
        let text = format!("a\n// {head}{tail}: later\n\"{first}{second}x\"\n{head}{tail}S\n");
        let findings = banned(&file(&text));
        assert_eq!(findings.len(), 2, "{findings:?}");
        assert!(
            findings[0].contains(":2:") && findings[1].contains(":3:"),
            "{findings:?}"
        );
    }

    #[test]
    fn the_first_line_and_long_lines_are_looked_at() {
        assert!(first_line(&file("//! Says what it is.\n")).is_none());
        assert!(first_line(&file("//!\n")).is_some());
        assert!(first_line(&file("use std::fs;\n")).is_some());
        assert!(first_line(&file("")).is_some());
        let text = format!("{}\n{}\n", "ä".repeat(100), "x".repeat(101));
        assert_eq!(long_lines(&file(&text)).len(), 1);
    }
}
