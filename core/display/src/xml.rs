//! Texts of others inside XML.

/// A text as content or as an attribute: what XML reads otherwise is escaped, and what it cannot
/// have at all (XML 1.0 §2.2) is left out.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\t' | '\n' | '\r' => out.push(' '),
            '\u{fffe}' | '\u{ffff}' => {}
            other if other.is_control() => {}
            other => out.push(other),
        }
    }
    out
}

/// The first line of every document.
pub(crate) const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_markup() {
        assert_eq!(
            escaped("<a b=\"1\">'&'\u{1}\n\u{ffff}é</a>"),
            "&lt;a b=&quot;1&quot;&gt;&apos;&amp;&apos; é&lt;/a&gt;"
        );
    }
}
