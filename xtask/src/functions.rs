//! Where functions begin and end; reads braces, not Rust.

use crate::source::bare;

/// One function with a body.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    pub name: String,
    /// The line of its `fn`, from 1.
    pub line: usize,
    /// From that line to its closing brace.
    pub lines: usize,
    /// Inside `mod tests`.
    pub is_test: bool,
}

/// Every function of a file, in order.
pub fn functions(text: &str) -> Vec<Function> {
    let code = bare(text);
    let tests_from = code.find("mod tests").unwrap_or(code.len());
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = code[from..].find("fn ").map(|at| at + from) {
        from = at + 3;
        if code[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_') {
            continue;
        }
        let name: String = code[from..]
            .chars()
            .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
            .collect();
        let Some(end) = body_end(&code[from..]).filter(|_| !name.is_empty()) else {
            continue;
        };
        let line = 1 + code[..at].matches('\n').count();
        let lines = 1 + code[at..from + end].matches('\n').count();
        found.push(Function {
            name,
            line,
            lines,
            is_test: at > tests_from,
        });
    }
    found
}

/// The length up to the brace that closes the body; `None` for a declaration without one.
fn body_end(code: &str) -> Option<usize> {
    let mut depth = 0_usize;
    // A `;` inside brackets belongs to an array type of the signature.
    let mut brackets = 0_usize;
    for (at, byte) in code.bytes().enumerate() {
        match byte {
            b'[' | b'(' => brackets += 1,
            b']' | b')' => brackets = brackets.saturating_sub(1),
            b';' if depth == 0 && brackets == 0 => return None,
            b'{' => depth += 1,
            b'}' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_counted_from_fn_to_the_closing_brace() {
        let text = "trait T {\n    fn open(&self) -> [u8; 2];\n}\nfn one(a: [u8; 3]) {\n    if a {}\n    \
                    \"}\";\n}\n\nmod tests {\n    fn two() { }\n}\n";
        let found = functions(text);
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!(
            (found[0].name.as_str(), found[0].line, found[0].lines),
            ("one", 4, 4)
        );
        assert!(!found[0].is_test && found[1].is_test);
        assert_eq!(found[1].lines, 1);
    }
}
