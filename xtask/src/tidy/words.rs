//! What a line may not say; knows no layers but which files may be unsafe.

use crate::layers::Layers;
use crate::source::{SourceFile, bare};

/// Findings in one file.
pub fn check(file: &SourceFile, layers: &Layers) -> Vec<String> {
    let mut findings = Vec::new();
    if file.is_rust() {
        let code = bare(&file.text);
        findings.extend(first_line(file));
        findings.extend(long_lines(file, &code));
        let may = layers.may_be_unsafe(&file.path);
        findings.extend(unsafe_lines(file, &code, may));
        findings.extend(unfinished(file, &code));
    }
    if file.is_code() {
        findings.extend(later(file));
    }
    findings.extend(machines(file));
    findings
}

fn first_line(file: &SourceFile) -> Option<String> {
    let first = file.text.lines().next().unwrap_or_default();
    // A longer sentence goes on in the next line.
    let mut lines = file
        .text
        .lines()
        .take_while(|line| line.starts_with("//! "));
    let ended = lines.any(|line| line.ends_with(['.', ':', '?', '!', ')', '`']));
    (!first.starts_with("//! ") || first.len() < SENTENCE_BYTES || !ended).then(|| {
        format!(
            "{}:1: begin with one `//!` sentence, full stop included: what the file is, and what \
             it refuses to know",
            file.path
        )
    })
}

/// Strings and addresses are left alone: rustfmt does not break them.
fn long_lines(file: &SourceFile, code: &str) -> Vec<String> {
    let mut findings = Vec::new();
    for (at, (line, code)) in file.text.lines().zip(code.lines()).enumerate() {
        let is_comment = line.trim_start().starts_with("//");
        let without_strings = code.split_whitespace().collect::<Vec<_>>().join(" ");
        let indent = line.len() - line.trim_start().len();
        let holds_string = !is_comment && indent + without_strings.len() < line.chars().count();
        let short_but_for_it = holds_string && without_strings.len() + indent <= LINE_CHARS;
        let in_string = !is_comment && without_strings.is_empty();
        let excused = short_but_for_it || in_string || line.contains("://");
        let chars = line.chars().count();
        if chars > LINE_CHARS && !excused {
            findings.push(format!(
                "{}:{}: {chars} characters, and {LINE_CHARS} is the most: break it",
                file.path,
                at + 1
            ));
        }
    }
    findings
}

fn unsafe_lines(file: &SourceFile, code: &str, may_be_unsafe: bool) -> Vec<String> {
    let lines: Vec<&str> = file.text.lines().collect();
    let mut findings = Vec::new();
    let found = code.lines().enumerate();
    for (at, _) in found.filter(|(_, line)| has_word(line, "unsafe")) {
        let (path, line) = (&file.path, at + 1);
        let near = &lines[at.saturating_sub(PROOF_LINES)..=at];
        if !may_be_unsafe {
            findings.push(format!(
                "{path}:{line}: `unsafe` outside the files that layers.toml lists: find a safe way, \
                 or list the file in a commit that says why there is none"
            ));
        } else if !near.iter().any(|line| line.contains("SAFETY:")) {
            findings.push(format!(
                "{path}:{line}: `unsafe` without its proof: write `// SAFETY:` above it, and why it \
                 holds"
            ));
        }
    }
    findings
}

fn unfinished(file: &SourceFile, code: &str) -> Vec<String> {
    let mut findings = Vec::new();
    for (at, text) in code.lines().enumerate() {
        for name in UNFINISHED {
            if has_word(text, name) && text.contains(&format!("{name}!")) {
                findings.push(format!(
                    "{}:{}: `{name}!` is for the time of writing: write what belongs there",
                    file.path,
                    at + 1
                ));
            }
        }
    }
    findings
}

fn later(file: &SourceFile) -> Vec<String> {
    let mut findings = Vec::new();
    for (at, text) in file.text.lines().enumerate() {
        for [head, tail] in LATER {
            if has_word(text, &format!("{head}{tail}")) {
                findings.push(format!(
                    "{}:{}: {head}{tail}: do it now, or write an issue and leave no mark",
                    file.path,
                    at + 1
                ));
            }
        }
    }
    findings
}

/// What is true on one machine, or in one network, only.
fn machines(file: &SourceFile) -> Vec<String> {
    let mut findings = Vec::new();
    let of_npm = file.path.ends_with("package-lock.json");
    let is_lock = of_npm || file.path.ends_with(".lock");
    for (at, text) in file.text.lines().enumerate() {
        let here = format!("{}:{}", file.path, at + 1);
        for [head, tail] in PLACES {
            if text.contains(&format!("{head}{tail}")) {
                findings.push(format!(
                    "{here}: a path of one machine: use one that is relative to the repository, or \
                     an argument"
                ));
            }
        }
        let asks_mirror = MIRRORS
            .iter()
            .any(|[head, tail]| text.contains(&format!("{head}{tail}")));
        // npm's also says where its authors ask for money.
        let locked_elsewhere = is_lock
            && (!of_npm || text.contains("\"resolved\""))
            && text.contains("://")
            && !REGISTRIES.iter().any(|address| text.contains(address));
        if asks_mirror || locked_elsewhere {
            findings.push(format!(
                "{here}: a package registry of one network: leave it to the settings of the machine"
            ));
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

// In two halves where this file would say them otherwise.
const LATER: [[&str; 2]; 4] = [["TO", "DO"], ["FIX", "ME"], ["XX", "X"], ["HA", "CK"]];
const PLACES: [[&str; 2]; 3] = [["/wo", "rk/"], ["/ro", "ot/"], ["/ho", "me/"]];
/// How cargo, pip and npm are told to ask another registry.
const MIRRORS: [[&str; 2]; 6] = [
    ["replace", "-with ="],
    ["[regis", "tries"],
    ["--index", "-url"],
    ["--extra-index", "-url"],
    ["--regis", "try"],
    ["PIP_INDEX", "_URL"],
];
/// Where a lock file may say that something came from.
const REGISTRIES: [&str; 3] = [
    "https://github.com/rust-lang/crates.io-index",
    "https://registry.npmjs.org/",
    "https://opencollective.com/",
];
const UNFINISHED: [&str; 3] = ["dbg", "todo", "unimplemented"];
const SENTENCE_BYTES: usize = 15;
const LINE_CHARS: usize = 100;
/// The proof may stand above a doc comment and an attribute.
const PROOF_LINES: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> SourceFile {
        SourceFile {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    fn rust(text: &str) -> SourceFile {
        file("core/x/src/lib.rs", text)
    }

    #[test]
    fn a_file_begins_with_a_sentence() {
        for good in [
            "//! Says what it is.\n",
            "//! Says what it is\n//! in two lines.\n",
        ] {
            assert_eq!(first_line(&rust(good)), None);
        }
        for bad in [
            "",
            "//!\n",
            "use std::fs;\n",
            "//! Short.\n",
            "//! Says what it is\nuse std::fs;\n",
        ] {
            assert!(first_line(&rust(bad)).is_some(), "{bad:?}");
        }
    }

    fn long(text: &str) -> bool {
        let file = rust(text);
        !long_lines(&file, &bare(&file.text)).is_empty()
    }

    #[test]
    fn a_long_line_is_found_in_code_and_comment() {
        assert!(long(&format!("let {};\n", "x".repeat(100))));
        assert!(long(&format!("    // {}\n", "word ".repeat(20))));
        assert!(long(&format!("//! {}\n", "\"word\" ".repeat(16))));
        assert!(!long(&format!("// {}\n", "ä".repeat(97))));
    }

    #[test]
    fn a_long_string_or_address_is_left_alone() {
        assert!(!long(&format!("    say(\"{}\");\n", "x".repeat(100))));
        assert!(!long(&format!("    \"{}\",\n", "µ ".repeat(60))));
        assert!(!long(&format!("say(\"\n{}\n\");\n", "x".repeat(101))));
        assert!(!long(&format!("/// See <https://{}>\n", "x".repeat(100))));
        let code_too = format!("{}(\"x\");\n", "x".repeat(100));
        assert!(long(&code_too));
    }

    #[test]
    fn unsafe_code_needs_its_place_and_its_proof() {
        let lines = |text: &str, may: bool| {
            let file = rust(text);
            unsafe_lines(&file, &bare(&file.text), may)
        };
        let naked = "let a = 1;\nunsafe { read() };\n";
        let outside = lines(naked, false);
        assert!(outside[0].contains(":2: `unsafe` outside"), "{outside:?}");
        let unproven = lines(naked, true);
        assert!(unproven[0].contains("without its proof"), "{unproven:?}");
        let proven = "// SAFETY: it lives as long as we do.\nunsafe { read() };\n";
        assert!(lines(proven, true).is_empty());
        let only_words = "// unsafe\n#![deny(unsafe_code)]\nsay(\"unsafe\");\n";
        assert!(lines(only_words, false).is_empty());
    }

    #[test]
    fn what_is_for_the_time_of_writing_is_found() {
        let file = rust("//! dbg!(x)\nlet x = dbg!(y);\n    todo!()\nmy_dbg!(y);\n\"todo!\";\n");
        let findings = unfinished(&file, &bare(&file.text));
        assert_eq!(findings.len(), 2, "{findings:?}");
        assert!(findings[0].contains(":2: `dbg!`"), "{findings:?}");
        assert!(findings[1].contains(":3: `todo!`"), "{findings:?}");
    }

    #[test]
    fn a_mark_for_later_is_found_as_a_word() {
        for [head, tail] in LATER {
            let text = format!("a\n// {head}{tail}: later\n{head}{tail}S\n");
            let findings = later(&rust(&text));
            assert_eq!(findings.len(), 1, "{findings:?}");
            assert!(findings[0].contains(":2:"), "{findings:?}");
        }
    }

    #[test]
    fn a_path_of_one_machine_is_found_in_any_text() {
        for [head, tail] in PLACES {
            let found = machines(&file("docs/a.json", &format!("{{\n\"{head}{tail}x\"}}\n")));
            assert!(found[0].starts_with("docs/a.json:2: a path"), "{found:?}");
        }
        assert!(machines(&file("docs/a.md", "see /etc/conclave\n")).is_empty());
    }

    #[test]
    fn a_registry_of_one_network_is_found() {
        for [head, tail] in MIRRORS {
            let text = format!("x {head}{tail} y\n");
            assert_eq!(machines(&file("a.sh", &text)).len(), 1, "{text}");
        }
        let usual = "source = \"registry+https://github.com/rust-lang/crates.io-index\"\n";
        assert!(machines(&file("Cargo.lock", usual)).is_empty());
        let other = "source = \"sparse+https://packages.example/index/\"\n";
        assert_eq!(machines(&file("Cargo.lock", other)).len(), 1);
        assert!(machines(&file("docs/a.md", "https://packages.example\n")).is_empty());
    }
}
