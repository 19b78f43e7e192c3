//! The files of the repository as text, and Rust without its comments and strings; parses nothing.

use std::fs;
use std::path::{Path, PathBuf};

/// A text file, with its path from the root.
pub struct SourceFile {
    pub path: String,
    pub text: String,
}

impl SourceFile {
    pub fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// Written by us line by line, and not generated.
    pub fn is_code(&self) -> bool {
        let ending = self.path.rsplit('.').next().unwrap_or_default();
        ["rs", "toml", "py", "sh", "sql", "ts", "svelte"].contains(&ending)
            || self.path == ".ci/run"
    }
}

/// Every text file that is ours: what is built, downloaded or hidden is left out.
///
/// # Errors
/// The path that could not be read, and why.
pub fn files(root: &Path) -> Result<Vec<SourceFile>, String> {
    let mut found = Vec::new();
    collect(root, root, &mut found)?;
    found.sort_unstable_by(|one, other| one.path.cmp(&other.path));
    Ok(found)
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<SourceFile>) -> Result<(), String> {
    let said = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    for entry in fs::read_dir(folder).map_err(|error| said(folder, error))? {
        let path = entry.map_err(|error| said(folder, error))?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name == ".git" {
            // A folder, or in a second work tree a file that says where that is.
            continue;
        }
        if path.is_dir() {
            let skipped = name.starts_with("target") || FOREIGN.contains(&name.as_str());
            if !skipped && (!name.starts_with('.') || name == ".ci" || name == ".cargo") {
                collect(root, &path, found)?;
            }
        } else if name == ".git" {
            // In a second work tree it is a file, which says where the first one is.
        } else if let Some(text) = text(fs::read(&path).map_err(|error| said(&path, error))?) {
            let path = relative(root, &path);
            found.push(SourceFile { path, text });
        }
    }
    Ok(())
}

/// Sound and pictures are no text: they are no UTF-8, or hold a zero byte.
fn text(bytes: Vec<u8>) -> Option<String> {
    let text = String::from_utf8(bytes).ok()?;
    (!text.contains('\0')).then_some(text)
}

fn relative(root: &Path, path: &Path) -> String {
    let inside: PathBuf = path.strip_prefix(root).unwrap_or(path).to_owned();
    inside.to_string_lossy().into_owned()
}

const FOREIGN: [&str; 4] = ["node_modules", "dist", "artefacts", "__pycache__"];

/// The text with comments, strings and characters blanked out, every line where it was.
pub fn bare(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, ..] = rest {
        let length = blank_length(rest, out.last().copied()).min(rest.len());
        if length == 0 {
            out.push(*first);
            rest = &rest[1..];
        } else {
            out.extend(
                rest[..length]
                    .iter()
                    .map(|&b| if b == b'\n' { b'\n' } else { b' ' }),
            );
            rest = &rest[length..];
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// How many bytes from here on are comment, string or character; 0 for code.
fn blank_length(rest: &[u8], before: Option<u8>) -> usize {
    match rest {
        [b'/', b'/', ..] => rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len()),
        [b'/', b'*', ..] => block_comment(rest),
        [b'"', ..] => string(rest),
        [b'r', b'"' | b'#', ..] if !before.is_some_and(is_word) => raw_string(rest),
        [b'\'', b'\\', ..] => 3 + rest[3..].iter().position(|&b| b == b'\'').unwrap_or(0),
        [b'\'', _, b'\'', ..] => 3,
        // A character of several bytes; a lifetime has no quote so near.
        [b'\'', lead, ..] if !lead.is_ascii() => {
            1 + rest[1..]
                .iter()
                .position(|&b| b == b'\'')
                .map_or(0, |at| at + 1)
        }
        _ => 0,
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn block_comment(rest: &[u8]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        if rest[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
        } else {
            at += 1;
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn string(rest: &[u8]) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    at
}

fn raw_string(rest: &[u8]) -> usize {
    let hashes = rest[1..].iter().take_while(|&&b| b == b'#').count();
    if rest.get(1 + hashes) != Some(&b'"') {
        return 0;
    }
    let mut end = vec![b'"'];
    end.extend(vec![b'#'; hashes]);
    let body = &rest[2 + hashes..];
    let length = body.windows(end.len()).position(|piece| piece == end);
    length.map_or(rest.len(), |length| 2 + hashes + length + end.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sound_is_no_text() {
        assert_eq!(text(b"words".to_vec()).as_deref(), Some("words"));
        assert_eq!(text(b"RIFF\0\0".to_vec()), None);
        assert_eq!(text(vec![0xff, 0xd8]), None);
    }

    #[test]
    fn what_is_not_code_is_blank_and_lines_stay_where_they_are() {
        let text = "a /* { \n */ b \"}\\\"{\" 'x' '{' '\\'' <'life> r#\"{\"{\"# // {\nc";
        let bare = bare(text);
        assert_eq!(bare.lines().count(), text.lines().count());
        assert!(!bare.contains('{') && !bare.contains('}'), "{bare}");
        for kept in ["a", "b", "<'life>", "c"] {
            assert!(bare.contains(kept), "{kept}: {bare}");
        }
    }
}
