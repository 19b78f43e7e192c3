//! The scenarios of ConfBridge's own tests, each lived by a test of ours in `proof/`; judges none.

use std::fmt::Write as _;
use std::ops::RangeInclusive;

use crate::functions::functions;
use crate::source::SourceFile;

use super::drawing::Place;

/// Where the table of them is.
pub const TABLE: Place = Place {
    file: "docs/testing.md",
    begin: "<!-- scenarios: drawn from the names of tests by `cargo xtask fix` -->",
    end: "<!-- end of scenarios -->",
    source: "the names of the tests `scenario_NN_`",
};

/// Every scenario without a test, every excuse that is not needed and every number there is not.
pub fn check(files: &[SourceFile]) -> Vec<String> {
    compare(&found(files), NOT_LIVED)
}

/// A line for every test, in the order of the scenarios.
pub fn draw(files: &[SourceFile]) -> String {
    let mut table = "| Scenario | What happens | Where |\n|---|---|---|\n".to_owned();
    for Scenario {
        number,
        words,
        file,
    } in found(files)
    {
        let row = writeln!(table, "| {number} | {words} | `{file}` |");
        row.expect("a String takes every line");
    }
    table
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Scenario {
    number: u8,
    words: String,
    file: String,
}

/// Those of functions in `proof/` that are named `scenario_NN_words`.
fn found(files: &[SourceFile]) -> Vec<Scenario> {
    let proofs = files
        .iter()
        .filter(|file| file.is_rust() && file.path.starts_with("proof/"));
    let of_file = |file: &SourceFile| {
        let path = file.path.clone();
        let named = functions(&file.text)
            .into_iter()
            .filter_map(move |function| {
                let (number, words) = function.name.strip_prefix("scenario_")?.split_once('_')?;
                Some(Scenario {
                    number: number.parse().ok()?,
                    words: words.replace('_', " "),
                    file: path.clone(),
                })
            });
        named.collect::<Vec<_>>()
    };
    let mut found: Vec<Scenario> = proofs.flat_map(of_file).collect();
    found.sort_unstable();
    found
}

fn compare(found: &[Scenario], not_lived: &[(u8, &str)]) -> Vec<String> {
    let mut findings = Vec::new();
    for number in ALL {
        let is_lived = found.iter().any(|scenario| scenario.number == number);
        let is_excused = not_lived.iter().any(|(excused, _)| *excused == number);
        if !is_lived && !is_excused {
            findings.push(format!(
                "{HERE}: no test in proof/ lives scenario {number}: name one `scenario_{number:02}_` \
                 and what happens, or say here why there is none"
            ));
        } else if is_lived && is_excused {
            findings.push(format!(
                "{HERE}: scenario {number} is excused, and lived by a test: take it out"
            ));
        }
    }
    let strange = found.iter().filter(|one| !ALL.contains(&one.number));
    findings.extend(strange.map(|Scenario { number, file, .. }| {
        format!("{file}:1: nobody knows scenario {number}: there are {ALL:?}")
    }));
    findings
}

const HERE: &str = "xtask/src/tidy/scenarios.rs:1";
/// By the numbers of our own list of them.
const ALL: RangeInclusive<u8> = 1..=26;

/// Those that no test of ours lives, and why: none.
const NOT_LIVED: &[(u8, &str)] = &[];

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> SourceFile {
        SourceFile {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn what_is_named_so_is_found_where_it_proves_something_and_drawn_in_order() {
        let text = "fn scenario_14_two_come() {}\nfn scenario_02_one_comes() {}\nfn other() {}\n";
        let files = [file("proof/a.rs", text), file("core/b.rs", text)];
        let table = draw(&files);
        let rows: Vec<&str> = table.lines().skip(2).collect();
        let expected = [
            "| 2 | one comes | `proof/a.rs` |",
            "| 14 | two come | `proof/a.rs` |",
        ];
        assert_eq!(rows, expected);
    }

    #[test]
    fn each_is_lived_or_excused_and_never_both() {
        let lived = |number| Scenario {
            number,
            words: String::new(),
            file: String::new(),
        };
        assert_eq!(compare(&[], &[]).len(), ALL.count());
        assert_eq!(
            compare(&[lived(3), lived(3)], &[(4, "why")]).len(),
            ALL.count() - 2
        );
        let findings = compare(&[lived(3)], &[(3, "why")]);
        assert!(
            findings
                .iter()
                .any(|finding| finding.contains("take it out"))
        );
        let findings = compare(&[lived(27)], &[]);
        assert!(
            findings
                .iter()
                .any(|finding| finding.contains("nobody knows"))
        );
    }
}
