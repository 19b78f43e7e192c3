//! What strangers wrote, so that no terminal obeys it; knows no terminal.

use std::fmt::Write as _;

/// One line: a caller chooses their own name, and an escape sequence in it is not to be obeyed.
#[must_use]
pub fn clean(text: &str) -> String {
    text.chars().map(harmless).collect()
}

/// The same of a text that has lines.
#[must_use]
pub fn clean_lines(text: &str) -> String {
    let kept = |c| if c == '\n' { c } else { harmless(c) };
    text.replace("\r\n", "\n").chars().map(kept).collect()
}

/// The same JSON with such characters escaped; JSON itself demands it below U+0020 only.
#[must_use]
pub fn clean_json(json: &str) -> String {
    let mut cleaned = String::with_capacity(json.len());
    for c in json.chars() {
        if c == '\n' || !is_harmful(c) {
            cleaned.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(cleaned, "\\u{unit:04x}");
            }
        }
    }
    cleaned
}

fn harmless(c: char) -> char {
    match c {
        '\n' | '\t' => ' ',
        c if is_harmful(c) => '?',
        c => c,
    }
}

/// A command to a terminal (ECMA-48: C0, DEL and C1), or one that turns the direction of what
/// follows (Unicode TR 36), breaks the line, or is not to be seen.
fn is_harmful(c: char) -> bool {
    let is_unseen = matches!(
        c,
        '\u{61c}'
            | '\u{200b}'
            | '\u{200e}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    );
    c.is_control() || is_unseen
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "\u{1b}[2Jevil\u{202e}\u{9b}31m\u{7}\u{200f}\u{2028}\u{e0041}\u{7f}";

    #[test]
    fn nothing_that_a_terminal_obeys_is_left() {
        assert_eq!(clean(HOSTILE), "?[2Jevil??31m?????");
        assert_eq!(clean("a\r\nb\tc"), "a? b c");
        assert_eq!(clean_lines("a\r\nb\n\u{1b}c"), "a\nb\n?c");
    }

    #[test]
    fn names_of_people_stay_as_they_are() {
        for name in ["Größe", "محمد", "नेहा", "李", "👩‍🚀", "e\u{301}"] {
            assert_eq!(clean(name), name);
        }
    }

    #[test]
    fn json_says_the_same_with_them_escaped() {
        let json = serde_json::to_string_pretty(&[HOSTILE, "Größe"]).unwrap();
        let cleaned = clean_json(&json);
        assert!(
            !cleaned.chars().any(|c| c != '\n' && is_harmful(c)),
            "{cleaned}"
        );
        let read: [String; 2] = serde_json::from_str(&cleaned).unwrap();
        assert_eq!(read, [HOSTILE, "Größe"]);
    }
}
