//! What one line of such a file is, once its comments are gone; remembers no other line.

/// One line that says something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Line<'a> {
    Section(Head<'a>),
    Entry {
        key: &'a str,
        value: &'a str,
    },
    /// `#include` and `#tryinclude`, which may find nothing.
    Include {
        file: &'a str,
        may_be_missing: bool,
    },
    /// `#exec`: the output of a program.
    Exec,
    NotUnderstood,
}

/// `[name](!,template,template)` or `[name](+)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Head<'a> {
    pub(super) name: &'a str,
    pub(super) is_template: bool,
    /// More lines for the section of this name that is there already.
    pub(super) is_addition: bool,
    pub(super) bases: Vec<&'a str>,
}

impl<'a> Line<'a> {
    /// `line` has no comment, and something in it.
    pub(super) fn of(line: &'a str) -> Self {
        if line.starts_with('[') {
            return head(line).map_or(Line::NotUnderstood, Line::Section);
        }
        if let Some(directive) = line.strip_prefix('#') {
            return of_directive(directive);
        }
        let Some((key, value)) = super::super::text::assignment(line) else {
            return Line::NotUnderstood;
        };
        // The pound sign of a key is written so that it is no directive.
        let key = key.strip_prefix('\\').unwrap_or(key);
        Line::Entry { key, value }
    }
}

fn head(line: &str) -> Option<Head<'_>> {
    let (name, rest) = line.strip_prefix('[')?.split_once(']')?;
    let mut head = Head {
        name: name.trim(),
        is_template: false,
        is_addition: false,
        bases: Vec::new(),
    };
    let rest = rest.trim();
    if head.name.is_empty() {
        return None;
    }
    if rest.is_empty() {
        return Some(head);
    }
    let words = rest.strip_prefix('(')?.strip_suffix(')')?;
    for word in words.split(',').map(str::trim) {
        match word {
            "!" => head.is_template = true,
            "+" => head.is_addition = true,
            "" => return None,
            base => head.bases.push(base),
        }
    }
    Some(head)
}

fn of_directive(directive: &str) -> Line<'_> {
    let (name, rest) = directive
        .split_once(char::is_whitespace)
        .unwrap_or((directive, ""));
    let file = rest.trim().trim_matches(['"', '<', '>', '\'']);
    match name.to_ascii_lowercase().as_str() {
        "include" | "tryinclude" if file.is_empty() => Line::NotUnderstood,
        "include" => Line::Include {
            file,
            may_be_missing: false,
        },
        "tryinclude" => Line::Include {
            file,
            may_be_missing: true,
        },
        "exec" => Line::Exec,
        _ => Line::NotUnderstood,
    }
}

/// Takes the comments out of a file, line by line: after `;`, and between `;--` and `--;`.
#[derive(Debug, Default)]
pub(super) struct Comments {
    is_open: bool,
}

impl Comments {
    /// What is left of a line.
    pub(super) fn strip(&mut self, line: &str) -> String {
        let mut left = String::new();
        let mut rest = line;
        loop {
            if self.is_open {
                let Some((_, after)) = rest.split_once("--;") else {
                    return left;
                };
                self.is_open = false;
                rest = after;
            }
            let Some(at) = semicolon(rest) else {
                left.push_str(rest);
                return left;
            };
            left.push_str(&rest[..at]);
            let comment = &rest[at..];
            // A row of dashes is a line drawn by somebody, not the beginning of a block.
            let opens = comment.starts_with(";--") && !comment.starts_with(";---");
            if !opens {
                return left;
            }
            self.is_open = true;
            rest = &comment[3..];
        }
    }

    /// A block was begun and never ended.
    pub(super) fn is_open(&self) -> bool {
        self.is_open
    }
}

/// The first `;` that has no backslash before it.
fn semicolon(text: &str) -> Option<usize> {
    let mut before = '\0';
    for (at, character) in text.char_indices() {
        if character == ';' && before != '\\' {
            return Some(at);
        }
        before = character;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_names_what_it_is_made_from() {
        let Line::Section(head) = Line::of("[ leader ](!, base,loud )") else {
            panic!("no section");
        };
        assert_eq!((head.name, head.is_template), ("leader", true));
        assert_eq!(head.bases, ["base", "loud"]);
        for wrong in ["[", "[]", "[a", "[a](", "[a]b", "[a](b", "[a](b,)", "[a]()"] {
            assert_eq!(Line::of(wrong), Line::NotUnderstood, "{wrong}");
        }
    }

    #[test]
    fn keys_values_and_files_are_read_as_written() {
        let entry = |key, value| Line::Entry { key, value };
        assert_eq!(Line::of("\\#1 => no_op"), entry("#1", "no_op"));
        assert_eq!(Line::of("a=b=c"), entry("a", "b=c"));
        assert_eq!(Line::of("a="), entry("a", ""));
        let include = |file, may_be_missing| Line::Include {
            file,
            may_be_missing,
        };
        assert_eq!(
            Line::of("#include \"rooms.d/a.conf\""),
            include("rooms.d/a.conf", false)
        );
        assert_eq!(Line::of("#tryinclude <b.conf>"), include("b.conf", true));
        assert_eq!(Line::of("#exec /bin/true"), Line::Exec);
        for wrong in ["#include", "#1=no_op", "word"] {
            assert_eq!(Line::of(wrong), Line::NotUnderstood, "{wrong}");
        }
    }

    #[test]
    fn comments_end_a_line_or_fill_many() {
        let mut comments = Comments::default();
        let left: Vec<String> = [
            "a=1 ; one",
            "b=2\\;2",
            ";--- drawn ---",
            "c=;-- begins",
            "d=4",
            "ends --; e=5 ;-- and --; f",
        ]
        .into_iter()
        .map(|line| comments.strip(line))
        .collect();
        assert_eq!(left, ["a=1 ", "b=2\\;2", "", "c=", "", " e=5  f"]);
        assert!(!comments.is_open());
        comments.strip(";-- for ever");
        assert!(comments.is_open());
    }
}
