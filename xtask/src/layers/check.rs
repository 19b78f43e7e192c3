//! Every Cargo.toml against layers.toml; each finding says where, what and what to do.

use std::collections::BTreeSet;

use super::{Layers, Member};

impl Layers {
    /// Everything in which the crates differ from the file.
    pub fn check(&self, members: &[Member]) -> Vec<String> {
        let mut found = Vec::new();
        self.check_floors(members, &mut found);
        self.check_arrows(&mut found);
        for member in members {
            self.check_ours(member, &mut found);
            self.check_foreign(member, &mut found);
            if !member.has_our_lints {
                found.push(format!(
                    "{}/Cargo.toml:1: does not follow our lints, `unsafe` among them: add `[lints]` \
                     with `workspace = true`",
                    member.folder
                ));
            }
        }
        found
    }

    fn check_floors(&self, members: &[Member], found: &mut Vec<String>) {
        for Member { name, folder, .. } in members {
            if self.floor_of(name).is_none() {
                found.push(format!(
                    "layers.toml:1: {folder} is on no floor: give it one"
                ));
            } else if self.is_pure(name) != folder.starts_with("core/") {
                found.push(format!(
                    "{}: the pure floors hold core/ and nothing else: move {folder}, or its line",
                    self.place_of(name)
                ));
            }
        }
        let real: BTreeSet<&str> = members.iter().map(|member| member.name.as_str()).collect();
        let listed = self.floors.iter().flat_map(|floor| &floor.crates);
        for gone in listed.filter(|name| !real.contains(name.as_str())) {
            found.push(format!(
                "layers.toml:1: {gone} is on a floor but is no crate: take it out"
            ));
        }
    }

    fn check_arrows(&self, found: &mut Vec<String>) {
        for (name, imports) in &self.imports {
            let above = |import: &&String| self.floor_of(name) > self.floor_of(import);
            for import in imports.iter().filter(above) {
                found.push(format!(
                    "{}: {name} may import {import}, which is above it: turn the arrow round, or \
                     move what they share to a lower floor",
                    self.place_of(name)
                ));
            }
        }
    }

    fn check_ours(&self, member: &Member, found: &mut Vec<String>) {
        let (none, name) = (BTreeSet::new(), &member.name);
        let allowed = self.imports.get(name).unwrap_or(&none);
        for import in member.ours.difference(allowed) {
            found.push(format!(
                "{}: {name} imports {import}, which layers.toml does not allow: pass what you need \
                 as an argument or through `contract`, or add the arrow in a commit of its own \
                 that says why",
                member.place_of(import)
            ));
        }
        let in_tests = self.tests.get(name).unwrap_or(&none);
        for import in &member.ours_in_tests - allowed {
            if !in_tests.contains(&import) {
                found.push(format!(
                    "{}: the tests of {name} use {import}, which layers.toml does not allow: test \
                     through what {name} imports, or add it to [tests] in layers.toml",
                    member.place_of(&import)
                ));
            }
        }
        let unused = allowed.difference(&member.ours);
        for unused in unused.chain(in_tests.difference(&member.ours_in_tests)) {
            found.push(format!(
                "{}: {name} may import {unused}, but does not: run `cargo xtask tidy --fix`, so \
                 that the drawing stays true",
                self.place_of(name)
            ));
        }
    }

    /// Tests may use any crate of others: it is not in what we ship.
    fn check_foreign(&self, member: &Member, found: &mut Vec<String>) {
        let name = &member.name;
        for theirs in &member.foreign {
            if let Some(wrappers) = self.only.get(theirs)
                && !wrappers.contains(name)
            {
                let wrappers: Vec<&str> = wrappers.iter().map(String::as_str).collect();
                found.push(format!(
                    "{}: {name} names {theirs}, which is for {}: use the face of its wrapper, or \
                     change [only] in layers.toml in a commit that says why",
                    member.place_of(theirs),
                    if wrappers.is_empty() {
                        "nobody yet".to_owned()
                    } else {
                        wrappers.join(" and ") + " only"
                    }
                ));
            }
            if self.is_pure(name) && !self.pure_third_party.contains(theirs) {
                found.push(format!(
                    "{}: {name} names {theirs}, but core/ touches nothing of the world: take its \
                     result as an argument, or add it to [pure] in layers.toml with the reason",
                    member.place_of(theirs)
                ));
            }
        }
    }

    /// `layers.toml:12`, the line that begins with a crate's name.
    fn place_of(&self, name: &str) -> String {
        let of_it = |line: &str| {
            let rest = line.strip_prefix(name);
            rest.is_some_and(|rest| rest.trim_start().starts_with('='))
        };
        let line = self.text.lines().position(of_it);
        format!("layers.toml:{}", line.map_or(1, |at| at + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::member::tests::member;

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
[tests]
[only]
sqlx = ["store"]
str0m = []
[pure]
third_party = ["uuid"]
[unsafe]
files = []
"#;
        Layers::parse(text.to_owned()).unwrap()
    }

    /// What is found in these two crates, each sentence after a line break.
    fn found(server: Member, model: Member) -> String {
        layers().check(&[server, model]).join("\n")
    }

    fn server() -> Member {
        member("shell/server", &["model"], &["tokio"])
    }

    fn model() -> Member {
        member("core/model", &[], &["uuid"])
    }

    #[test]
    fn a_true_drawing_has_nothing_to_say() {
        assert_eq!(found(server(), model()), "");
    }

    #[test]
    fn an_arrow_that_is_not_listed_is_named_with_its_line() {
        let found = found(server(), member("core/model", &["server"], &["uuid"]));
        let named = "core/model/Cargo.toml:4: model imports server";
        assert!(found.starts_with(named), "{found}");
    }

    #[test]
    fn an_arrow_that_nobody_uses_is_named() {
        let found = found(member("shell/server", &[], &[]), model());
        let named = "layers.toml:12: server may import model, but does not";
        assert!(found.starts_with(named), "{found}");
    }

    #[test]
    fn an_arrow_up_is_refused_even_when_it_is_listed() {
        let mut layers = layers();
        let up = BTreeSet::from(["server".to_owned()]);
        layers.imports.insert("model".to_owned(), up);
        let found = layers.check(&[server(), member("core/model", &["server"], &[])]);
        let named = "layers.toml:13: model may import server, which is above it";
        assert!(found[0].starts_with(named), "{found:?}");
    }

    #[test]
    fn a_wrapped_crate_outside_its_wrapper_is_named() {
        let server = member("shell/server", &["model"], &["sqlx", "str0m"]);
        let found = found(server, model());
        assert!(
            found.contains("Cargo.toml:5: server names sqlx, which is for store only"),
            "{found}"
        );
        assert!(found.contains("str0m, which is for nobody yet"), "{found}");
    }

    #[test]
    fn the_world_in_core_is_named() {
        let found = found(server(), member("core/model", &[], &["tokio"]));
        assert!(
            found.starts_with("core/model/Cargo.toml:4: model names tokio"),
            "{found}"
        );
    }

    #[test]
    fn the_tests_of_a_crate_have_a_list_of_their_own() {
        let mut model = model();
        model.ours_in_tests.insert("server".to_owned());
        let found = found(server(), model);
        assert!(found.contains("the tests of model use server"), "{found}");
    }

    #[test]
    fn a_crate_without_a_floor_or_without_our_lints_is_named() {
        let mut stranger = member("core/stranger", &[], &[]);
        stranger.has_our_lints = false;
        let found = layers().check(&[server(), model(), stranger]).join("\n");
        for part in ["core/stranger is on no floor", "does not follow our lints"] {
            assert!(found.contains(part), "{part}: {found}");
        }
    }

    #[test]
    fn a_file_without_a_table_is_refused_by_name() {
        let error = Layers::parse("floor = []\n".to_owned()).err();
        assert_eq!(error.as_deref(), Some("`pure` is missing"));
    }
}
