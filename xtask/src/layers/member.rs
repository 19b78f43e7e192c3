//! What a Cargo.toml says of one of our crates; compares it with nothing.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// One of our crates.
pub struct Member {
    /// The folder's name: `sip` for `core/sip`.
    pub name: String,
    pub folder: String,
    /// Ours that it is built from, by folder name.
    pub ours: BTreeSet<String>,
    /// Ours that only its tests use.
    pub ours_in_tests: BTreeSet<String>,
    /// Crates of others that it is built from or by.
    pub foreign: BTreeSet<String>,
    foreign_in_tests: BTreeSet<String>,
    /// Follows the lints of the workspace.
    pub has_our_lints: bool,
    /// Its Cargo.toml, to say where something stands.
    pub manifest: String,
}

impl Member {
    /// `core/sip/Cargo.toml:17`, where a dependency is named.
    pub fn place_of(&self, dependency: &str) -> String {
        let named = |line: &str| {
            let rest = line.strip_prefix("conclave-").unwrap_or(line);
            let rest = rest.strip_prefix(dependency);
            rest.is_some_and(|rest| rest.starts_with(['.', ' ', '=']))
        };
        let line = self.manifest.lines().position(named);
        format!("{}/Cargo.toml:{}", self.folder, line.map_or(1, |at| at + 1))
    }

    /// Whether it is built or tested with this crate of others.
    pub fn names(&self, theirs: &str) -> bool {
        self.foreign.contains(theirs) || self.foreign_in_tests.contains(theirs)
    }

    fn read(root: &Path, folder: &str) -> Result<Self, String> {
        let path = root.join(folder).join("Cargo.toml");
        let said = |error: &dyn std::fmt::Display| format!("{folder}/Cargo.toml:1: {error}");
        let text = fs::read_to_string(path).map_err(|error| said(&error))?;
        Self::parse(folder, text).map_err(|error| said(&error))
    }

    fn parse(folder: &str, manifest: String) -> Result<Self, toml::de::Error> {
        let table: toml::Table = manifest.parse()?;
        let (ours, mut foreign) = dependencies(&table, "dependencies");
        foreign.extend(dependencies(&table, "build-dependencies").1);
        let (ours_in_tests, foreign_in_tests) = dependencies(&table, "dev-dependencies");
        let lints = table.get("lints").and_then(|lints| lints.get("workspace"));
        Ok(Self {
            name: folder.rsplit('/').next().unwrap_or(folder).to_owned(),
            folder: folder.to_owned(),
            ours,
            ours_in_tests,
            foreign,
            foreign_in_tests,
            has_our_lints: lints.and_then(toml::Value::as_bool) == Some(true),
            manifest,
        })
    }
}

/// Every crate of the workspace.
///
/// # Errors
/// The Cargo.toml that could not be read or understood.
pub fn members(root: &Path) -> Result<Vec<Member>, String> {
    let mut members = vec![Member::read(root, "xtask")?];
    for district in ["core", "shell", "proof"] {
        let folder = root.join(district);
        let entries = fs::read_dir(&folder).map_err(|error| format!("{district}: {error}"))?;
        for entry in entries.flatten() {
            if entry.path().join("Cargo.toml").is_file() {
                let name = entry.file_name().to_string_lossy().into_owned();
                members.push(Member::read(root, &format!("{district}/{name}"))?);
            }
        }
    }
    members.sort_unstable_by(|one, other| one.folder.cmp(&other.folder));
    Ok(members)
}

/// Ours without their prefix, then those of others.
fn dependencies(table: &toml::Table, section: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let named = table.get(section).and_then(toml::Value::as_table);
    let (mut ours, mut foreign) = (BTreeSet::new(), BTreeSet::new());
    for name in named.into_iter().flat_map(toml::Table::keys) {
        match name.strip_prefix("conclave-") {
            Some(name) => ours.insert(name.to_owned()),
            None => foreign.insert(name.clone()),
        };
    }
    (ours, foreign)
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// A crate that is built from these.
    pub fn member(folder: &str, ours: &[&str], foreign: &[&str]) -> Member {
        let mut text = "[lints]\nworkspace = true\n[dependencies]\n".to_owned();
        for name in ours {
            text.push_str(&format!("conclave-{name}.workspace = true\n"));
        }
        for name in foreign {
            text.push_str(&format!("{name} = \"1\"\n"));
        }
        Member::parse(folder, text).unwrap()
    }

    #[test]
    fn a_dependency_has_its_line_and_its_kind() {
        let text = "[dependencies]\nconclave-sip-x.workspace = true\nconclave-sip.workspace = true\n\
                    [dev-dependencies]\nconclave-rtp = { path = \"\" }\nhound = \"3\"\n";
        let node = Member::parse("core/node", text.to_owned()).unwrap();
        assert_eq!(node.place_of("sip"), "core/node/Cargo.toml:3");
        assert_eq!(node.place_of("hound"), "core/node/Cargo.toml:6");
        assert!(node.ours.contains("sip") && !node.ours.contains("rtp"));
        assert!(node.ours_in_tests.contains("rtp") && node.names("hound") && !node.names("rtp"));
        assert!(!node.has_our_lints);
    }
}
