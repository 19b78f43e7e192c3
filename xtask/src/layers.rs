//! layers.toml: who may import whom, compared with every Cargo.toml and drawn; reads no Rust.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde::Deserialize;

/// The file as written.
#[derive(Deserialize)]
pub struct Layers {
    /// From the roof down.
    floor: Vec<Floor>,
    imports: BTreeMap<String, BTreeSet<String>>,
    only: BTreeMap<String, BTreeSet<String>>,
    pure: Pure,
    #[serde(rename = "unsafe")]
    unsafe_code: Unsafe,
}

#[derive(Deserialize)]
struct Floor {
    name: String,
    says: String,
    #[serde(default)]
    pure: bool,
    crates: Vec<String>,
}

#[derive(Deserialize)]
struct Pure {
    third_party: BTreeSet<String>,
}

#[derive(Deserialize)]
struct Unsafe {
    files: BTreeSet<String>,
}

/// What a Cargo.toml says of one of our crates.
pub struct Member {
    /// The folder's name: `sip` for `core/sip`.
    pub name: String,
    pub folder: String,
    pub ours: BTreeSet<String>,
    pub foreign: BTreeSet<String>,
}

impl Layers {
    /// # Errors
    /// When layers.toml cannot be read or understood.
    pub fn load(root: &Path) -> Result<Self, String> {
        let text = fs::read_to_string(root.join("layers.toml"))
            .map_err(|error| format!("layers.toml: {error}"))?;
        toml::from_str(&text).map_err(|error| format!("layers.toml: {error}"))
    }

    pub fn may_be_unsafe(&self, file: &str) -> bool {
        self.unsafe_code.files.contains(file)
    }

    /// Everything in which the crates differ from the file, each with what to do.
    pub fn check(&self, members: &[Member]) -> Vec<String> {
        let mut found = self.check_itself(members);
        for member in members {
            self.check_ours(member, &mut found);
            self.check_foreign(member, &mut found);
        }
        found
    }

    fn check_itself(&self, members: &[Member]) -> Vec<String> {
        let mut found = Vec::new();
        for member in members {
            let Member { name, folder, .. } = member;
            if self.floor_of(name).is_none() {
                found.push(format!(
                    "{folder} is on no floor: give it one in layers.toml"
                ));
            }
            let pure = self
                .floor_of(name)
                .is_some_and(|floor| self.floor[floor].pure);
            if pure != folder.starts_with("core/") {
                found.push(format!(
                    "{folder}: the pure floors hold core/ and nothing else; move the crate or its line"
                ));
            }
        }
        for (name, imports) in &self.imports {
            for import in imports {
                if self.floor_of(name) > self.floor_of(import) {
                    found.push(format!(
                        "layers.toml lets {name} import {import}, which is above it: turn the arrow \
                         round, or move what they share to a lower floor"
                    ));
                }
            }
        }
        let real: BTreeSet<&str> = members.iter().map(|member| member.name.as_str()).collect();
        let listed = self.floor.iter().flat_map(|floor| &floor.crates);
        for gone in listed.filter(|name| !real.contains(name.as_str())) {
            found.push(format!(
                "layers.toml names {gone}, which is no crate: take it out"
            ));
        }
        found
    }

    fn check_ours(&self, member: &Member, found: &mut Vec<String>) {
        let none = BTreeSet::new();
        let allowed = self.imports.get(&member.name).unwrap_or(&none);
        for import in member.ours.difference(allowed) {
            found.push(format!(
                "{0}/Cargo.toml imports {import}, which layers.toml does not allow {1}: pass what \
                 you need as an argument or through `contract`, or change layers.toml in a commit \
                 of its own that says why",
                member.folder, member.name
            ));
        }
        for unused in allowed.difference(&member.ours) {
            found.push(format!(
                "layers.toml lets {} import {unused}, but it does not: run `cargo xtask fix`, so \
                 that the drawing stays true",
                member.name
            ));
        }
    }

    fn check_foreign(&self, member: &Member, found: &mut Vec<String>) {
        let Member {
            name,
            folder,
            foreign,
            ..
        } = member;
        let pure = self
            .floor_of(name)
            .is_some_and(|floor| self.floor[floor].pure);
        for theirs in foreign {
            if let Some(wrappers) = self.only.get(theirs)
                && !wrappers.contains(name)
            {
                let wrappers: Vec<&str> = wrappers.iter().map(String::as_str).collect();
                found.push(format!(
                    "{folder}/Cargo.toml names {theirs}, which only {} may: use its face instead",
                    wrappers.join(" and ")
                ));
            }
            if pure && !self.pure.third_party.contains(theirs) {
                found.push(format!(
                    "{folder}/Cargo.toml names {theirs}, but a crate in core/ touches nothing of \
                     the world: take its result as an argument, or add it to [pure] in layers.toml \
                     with the reason"
                ));
            }
        }
    }

    fn floor_of(&self, name: &str) -> Option<usize> {
        self.floor
            .iter()
            .position(|floor| floor.crates.iter().any(|known| known == name))
    }

    /// The picture for ARCHITECTURE.md.
    pub fn draw(&self, members: &[Member]) -> String {
        let mut picture = String::from("```text\n");
        let mut was_pure = false;
        for floor in &self.floor {
            if floor.pure && !was_pure {
                picture.push_str(LINE);
            }
            was_pure = floor.pure;
            let _ = writeln!(picture, "{:<9} {}", floor.name, floor.says);
            for name in &floor.crates {
                let folder = members.iter().find(|member| member.name == *name);
                let folder = folder.map_or(name.as_str(), |member| member.folder.as_str());
                let arrows = match self.imports.get(name) {
                    Some(imports) if !imports.is_empty() => {
                        let imports: Vec<&str> = imports.iter().map(String::as_str).collect();
                        format!("-> {}", imports.join(" "))
                    }
                    _ => "-> nothing of ours".to_owned(),
                };
                let _ = writeln!(picture, "            {folder:<14} {arrows}");
            }
        }
        picture.push_str("```\n");
        picture
    }
}

/// Every crate of the workspace but the root, with its dependencies for building and running.
///
/// # Errors
/// The Cargo.toml that could not be read or understood.
pub fn members(root: &Path) -> Result<Vec<Member>, String> {
    let mut members = vec![member(root, "xtask")?];
    for district in ["core", "shell", "proof"] {
        let folder = root.join(district);
        let entries = fs::read_dir(&folder).map_err(|error| format!("{district}: {error}"))?;
        for entry in entries.flatten() {
            if entry.path().join("Cargo.toml").is_file() {
                let name = entry.file_name().to_string_lossy().into_owned();
                members.push(member(root, &format!("{district}/{name}"))?);
            }
        }
    }
    members.sort_unstable_by(|one, other| one.folder.cmp(&other.folder));
    Ok(members)
}

fn member(root: &Path, folder: &str) -> Result<Member, String> {
    let path = root.join(folder).join("Cargo.toml");
    let said = |error: &dyn std::fmt::Display| format!("{folder}/Cargo.toml: {error}");
    let text = fs::read_to_string(path).map_err(|error| said(&error))?;
    let manifest: toml::Table = text.parse().map_err(|error| said(&error))?;
    let mut member = Member {
        name: folder.rsplit('/').next().unwrap_or(folder).to_owned(),
        folder: folder.to_owned(),
        ours: BTreeSet::new(),
        foreign: BTreeSet::new(),
    };
    let dependencies = manifest.get("dependencies").and_then(toml::Value::as_table);
    for name in dependencies.into_iter().flat_map(toml::Table::keys) {
        match name.strip_prefix("conclave-") {
            Some(ours) => member.ours.insert(ours.to_owned()),
            None => member.foreign.insert(name.clone()),
        };
    }
    Ok(member)
}

/// Takes arrows that nobody uses out of layers.toml; never adds one. Gives the new text.
pub fn without_unused(text: &str, members: &[Member]) -> String {
    let mut section = "";
    let mut out = String::new();
    for line in text.lines() {
        if line.starts_with('[') {
            section = line;
        }
        let known = line.split_once(" = ").and_then(|(name, _)| {
            let member = members.iter().find(|member| member.name == name)?;
            Some((name, member)).filter(|_| section == "[imports]")
        });
        match known {
            Some((name, member)) => out.push_str(&kept_arrows(name, line, member)),
            None => out.push_str(line),
        }
        out.push('\n');
    }
    out
}

fn kept_arrows(name: &str, line: &str, member: &Member) -> String {
    let listed = line.split('"').skip(1).step_by(2);
    let kept: Vec<String> = listed
        .filter(|import| member.ours.contains(*import))
        .map(|import| format!("\"{import}\""))
        .collect();
    format!("{name} = [{}]", kept.join(", "))
}

const LINE: &str = "\
========= below this line: no clock, no socket, no thread, no lock, no file, no environment,
          no randomness, no unsafe
";

#[cfg(test)]
mod tests {
    use super::*;

    fn layers() -> Layers {
        let text = r#"
            [[floor]]
            name = "ROOF"
            says = "wires"
            crates = ["server"]
            [[floor]]
            name = "BEDROCK"
            says = "ids"
            pure = true
            crates = ["model"]
            [imports]
            server = ["model"]
            model = []
            [only]
            sqlx = ["store"]
            [pure]
            third_party = ["uuid"]
            [unsafe]
            files = []
        "#;
        toml::from_str(text).unwrap()
    }

    fn member(folder: &str, ours: &[&str], foreign: &[&str]) -> Member {
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let name = folder.rsplit('/').next().unwrap().to_owned();
        Member {
            name,
            folder: folder.to_owned(),
            ours: set(ours),
            foreign: set(foreign),
        }
    }

    #[test]
    fn a_true_drawing_has_nothing_to_say() {
        let members = [
            member("shell/server", &["model"], &["tokio"]),
            member("core/model", &[], &["uuid"]),
        ];
        assert_eq!(layers().check(&members), Vec::<String>::new());
    }

    #[test]
    fn an_arrow_up_a_stray_wrapper_and_the_world_in_core_are_named() {
        let members = [
            member("shell/server", &["model"], &["sqlx"]),
            member("core/model", &["server"], &["tokio"]),
        ];
        let found = layers().check(&members).join("\n");
        for part in ["imports server", "names sqlx", "names tokio"] {
            assert!(found.contains(part), "{part}: {found}");
        }
    }

    #[test]
    fn an_unused_arrow_is_taken_out_and_none_is_put_in() {
        let text = "[imports]\nserver = [\"model\", \"sip\"]\n[only]\nserver = [\"x\"]\n";
        let members = [member("shell/server", &["model", "rtp"], &[])];
        let expected = "[imports]\nserver = [\"model\"]\n[only]\nserver = [\"x\"]\n";
        assert_eq!(without_unused(text, &members), expected);
    }
}
