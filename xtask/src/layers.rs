//! layers.toml: the floors, and who may import whom; reads no Rust.

mod check;
mod drawing;
mod member;
mod upkeep;
pub mod workspace;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use toml::{Table, Value};

pub use member::{Member, members};
pub use upkeep::without_unused;

/// The file as written.
pub struct Layers {
    /// From the roof down.
    floors: Vec<Floor>,
    /// What each of ours may be built from, of ours.
    imports: Names,
    /// What its tests may use besides.
    tests: Names,
    /// Crates of others, and the ones of ours that may name them.
    only: Names,
    /// Crates of others that a pure crate may be built from.
    pure_third_party: BTreeSet<String>,
    unsafe_files: BTreeSet<String>,
    /// To say where something stands.
    text: String,
}

struct Floor {
    name: String,
    says: String,
    /// No clock, no socket, nothing of the world.
    pure: bool,
    crates: Vec<String>,
}

type Names = BTreeMap<String, BTreeSet<String>>;

impl Layers {
    /// # Errors
    /// When layers.toml cannot be read or understood.
    pub fn load(root: &Path) -> Result<Self, String> {
        let text = fs::read_to_string(root.join("layers.toml"))
            .map_err(|error| format!("layers.toml: {error}"))?;
        Self::parse(text).map_err(|error| format!("layers.toml:1: {error}"))
    }

    pub fn may_be_unsafe(&self, file: &str) -> bool {
        self.unsafe_files.contains(file)
    }

    // By hand and not by derived code: this program is the first that is built on a fresh clone.
    fn parse(text: String) -> Result<Self, String> {
        let file: Table = text
            .parse()
            .map_err(|error: toml::de::Error| error.to_string())?;
        let floors = value(&file, "floor")?
            .as_array()
            .ok_or("`floor` is no list")?;
        let pure = table(&file, "pure")?;
        let unsafe_code = table(&file, "unsafe")?;
        Ok(Self {
            floors: floors.iter().map(Floor::parse).collect::<Result<_, _>>()?,
            imports: all_names(table(&file, "imports")?)?,
            tests: all_names(table(&file, "tests")?)?,
            only: all_names(table(&file, "only")?)?,
            pure_third_party: names(pure, "third_party")?.into_iter().collect(),
            unsafe_files: names(unsafe_code, "files")?.into_iter().collect(),
            text,
        })
    }

    fn floor_of(&self, name: &str) -> Option<usize> {
        let holds = |floor: &Floor| floor.crates.iter().any(|known| known == name);
        self.floors.iter().position(holds)
    }

    fn is_pure(&self, name: &str) -> bool {
        self.floor_of(name)
            .is_some_and(|floor| self.floors[floor].pure)
    }
}

impl Floor {
    fn parse(floor: &Value) -> Result<Self, String> {
        let floor = floor.as_table().ok_or("a `floor` is no table")?;
        let word = |key: &str| {
            let word = value(floor, key)?.as_str();
            word.map(str::to_owned)
                .ok_or_else(|| format!("`{key}` of a floor is no text"))
        };
        Ok(Self {
            name: word("name")?,
            says: word("says")?,
            pure: floor.get("pure").and_then(Value::as_bool) == Some(true),
            crates: names(floor, "crates")?,
        })
    }
}

fn all_names(table: &Table) -> Result<Names, String> {
    let lists = table.keys().map(|key| {
        let names = names(table, key)?.into_iter().collect();
        Ok((key.clone(), names))
    });
    lists.collect()
}

fn names(table: &Table, key: &str) -> Result<Vec<String>, String> {
    let refused = || format!("`{key}` is no list of names");
    let list = value(table, key)?.as_array().ok_or_else(refused)?;
    let names = list
        .iter()
        .map(|name| name.as_str().map(str::to_owned).ok_or_else(refused));
    names.collect()
}

fn table<'a>(file: &'a Table, key: &str) -> Result<&'a Table, String> {
    let table = value(file, key)?.as_table();
    table.ok_or_else(|| format!("`{key}` is no table"))
}

fn value<'a>(table: &'a Table, key: &str) -> Result<&'a Value, String> {
    table.get(key).ok_or_else(|| format!("`{key}` is missing"))
}
