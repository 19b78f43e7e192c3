//! The picture of the floors as text; decides nothing about them.

use std::fmt::Write as _;

use super::{Layers, Member};

impl Layers {
    /// The picture for ARCHITECTURE.md.
    pub fn draw(&self, members: &[Member]) -> String {
        let mut picture = String::from("```text\n");
        let mut was_pure = false;
        for floor in &self.floors {
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

const LINE: &str = "\
========= below this line: no clock, no socket, no thread, no lock, no file, no environment,
          no randomness, no unsafe
";
