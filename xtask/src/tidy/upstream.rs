//! What once went wrong in ConfBridge, each shown not to by a test of ours; judges no test.

use std::collections::BTreeMap;

use crate::source::SourceFile;

/// Every regression and defect that no test names, every test that names one there is not, and
/// every excuse that is not needed.
pub fn check(files: &[SourceFile]) -> Vec<String> {
    let tests = files.iter().filter(|file| file.is_rust());
    let marks: Vec<Mark> = tests.flat_map(marks).collect();
    compare(&marks, NOT_SHOWN)
}

/// A line above a test: `// Regression b17f7cab95` or `// Defect 13`.
#[derive(Debug)]
struct Mark {
    place: String,
    what: String,
    /// A test follows, after other comments at most.
    is_of_a_test: bool,
}

fn marks(file: &SourceFile) -> Vec<Mark> {
    let lines: Vec<&str> = file.text.lines().map(str::trim).collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let what = line.strip_prefix("// ");
        let Some(what) = what.filter(|what| KINDS.iter().any(|kind| what.starts_with(kind))) else {
            continue;
        };
        let after = lines[at..].iter().find(|line| !line.starts_with("//"));
        found.push(Mark {
            place: format!("{}:{}", file.path, at + 1),
            what: what.to_owned(),
            is_of_a_test: after.is_some_and(|line| line.starts_with("#[") && line.contains("test")),
        });
    }
    found
}

fn compare(marks: &[Mark], not_shown: &[(&str, &str)]) -> Vec<String> {
    let mut open: BTreeMap<String, bool> = BTreeMap::new();
    open.extend(DEFECTS.map(|number| (format!("{DEFECT}{number}"), true)));
    open.extend(REGRESSIONS.map(|commit| (format!("{REGRESSION}{commit}"), true)));
    let mut findings = Vec::new();
    for Mark {
        place,
        what,
        is_of_a_test,
    } in marks
    {
        if !is_of_a_test {
            findings.push(format!(
                "{place}: no test follows `{what}`: put it above one"
            ));
        } else if let Some(is_open) = open.get_mut(what) {
            *is_open = false;
        } else {
            findings.push(format!(
                "{place}: nobody knows `{what}`: one to a line, by its number or commit"
            ));
        }
    }
    for (what, why) in not_shown {
        match open.get_mut(*what) {
            Some(is_open) if *is_open && !why.is_empty() => *is_open = false,
            Some(_) => findings.push(format!(
                "{HERE}: `{what}` is excused, and shown by a test or without a reason: take it out"
            )),
            None => findings.push(format!("{HERE}: nobody knows `{what}`")),
        }
    }
    let missing = open.iter().filter(|(_, is_open)| **is_open);
    findings.extend(missing.map(|(what, _)| {
        format!("{HERE}: no test shows `{what}`: write the line above one, or here why none can")
    }));
    findings
}

const HERE: &str = "xtask/src/tidy/upstream.rs:1";
const DEFECT: &str = "Defect ";
const REGRESSION: &str = "Regression ";
const KINDS: [&str; 2] = [DEFECT, REGRESSION];

/// What its users live with today, by the numbers of our own list of them.
const DEFECTS: std::ops::RangeInclusive<u8> = 1..=38;
/// What was wrong for a time, by the commit that mended it.
const REGRESSIONS: [&str; 47] = [
    "b17f7cab95", // Two who came together.
    "be906d6318", // Flags in place of states.
    "66754b3f3d", // A count of more than two.
    "2cbcbc7f6b", // An own sound for a leader's leaving.
    "9a80b5da22", // A recording from outside.
    "b1db2df871", // A wrong count after a removal.
    "f277460670", // A leak with each recording.
    "94eebd5ba5", // Another.
    "4c76dbc8b2", // A standstill when recording.
    "a84cff117d", // One flag for two kinds of mute.
    "35f98d66ac", // Mute of who waits.
    "fd45b82247", // Removal of who waits.
    "0721b1de83", // `#` as the first key.
    "50b2d6eec1", // A word in the middle of a change, and two removals of one.
    "fc2279afea", // Seconds in which nobody hears a word.
    "948af7fd79", // The same.
    "737b811749", // A word before the music.
    "de3dc17cc5", // Music that did not end.
    "3c16865fc2", // To begin muted.
    "158bd5dd74", // An option that set another.
    "db2ee74883", // A name without an end.
    "a92f0a9e83", // Announcers that stayed.
    "75edef52e0", // A sound that is never played.
    "a389f2d7a0", // Commands run by who may not.
    "ab674f67b5", // Keys that were dead meanwhile.
    "91733b5d15", // An encoder that nobody needed.
    "12c93e8f81", // Who came into a muted room.
    "fb17b630a5", // Another stream after each change.
    "1bc54aee80", // Somebody else's options.
    "ded22c712a", // Waiting for what is said.
    "ac02bbd9a0", // The same.
    "fc794de756", // An encoder's many packets.
    "36e90952ec", // A name gone before it was played.
    "26f149ab0a", // A name that was never gone.
    "06cc5ae9ff", // A hang-up while saying it.
    "9d3f3a4b0a", // A room that was over at once.
    "cb1a08bdcb", // A leader who was alone.
    "f10c7b6eeb", // The order of coming and going.
    "1ccac0be0e", // Talking while muted.
    "cf73a4203f", // Talking while on hold.
    "5380fb9978", // The last of nobody.
    "e77cb32583", // On hold when coming in.
    "e8c8d69d47", // One's own voice.
    "b9f42a717e", // A leak with each event.
    "31887d636a", // A leak with each key.
    "bc05416004", // A picture asked of the wrong one.
    "085fd922fc", // An event about nobody.
];

/// Those that no test of ours can show, and why.
const NOT_SHOWN: &[(&str, &str)] = &[(
    "Regression 4c76dbc8b2",
    "a standstill takes two locks, and core/clippy.toml allows none",
)];

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> SourceFile {
        SourceFile {
            path: "a/tests/b.rs".to_owned(),
            text: text.to_owned(),
        }
    }

    fn mark(what: &str) -> Mark {
        Mark {
            place: String::new(),
            what: what.to_owned(),
            is_of_a_test: true,
        }
    }

    #[test]
    fn a_line_counts_above_a_test_only() {
        let text = "// Defect 1\n// Why.\n/// Law.\n#[test]\nfn a() {}\n\n// Defect 2\nfn b() {}\n";
        let found = marks(&file(text));
        let of_tests: Vec<bool> = found.iter().map(|mark| mark.is_of_a_test).collect();
        assert_eq!(of_tests, [true, false]);
        assert_eq!(found[0].what, "Defect 1");
        assert!(marks(&file("// See Defect 1.\n#[test]\nfn a() {}\n")).is_empty());
    }

    #[test]
    fn each_is_shown_or_excused_and_never_both() {
        let all = DEFECTS.count() + REGRESSIONS.len();
        assert_eq!(compare(&[], &[]).len(), all);
        assert_eq!(
            compare(&[mark("Defect 1"), mark("Defect 1")], &[]).len(),
            all - 1
        );
        let excuse = ("Regression b17f7cab95", "it is about their licence");
        assert_eq!(compare(&[mark("Defect 1")], &[excuse]).len(), all - 2);
        let found = compare(&[mark("Regression b17f7cab95")], &[excuse]);
        assert_eq!(found.len(), all, "{found:?}");
        assert!(found[0].contains("is excused"), "{found:?}");
        for wrong in ["Defect 39", "Defect 1, 2", "Regression b17f"] {
            let found = compare(&[mark(wrong)], &[]);
            assert!(found[0].contains("nobody knows"), "{found:?}");
        }
    }
}
