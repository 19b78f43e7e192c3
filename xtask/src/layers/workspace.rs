//! The Cargo.toml of the root: nothing in it that nobody uses, no lint loosened; knows no floor.

use std::fs;
use std::path::Path;

use toml::{Table, Value};

use super::Member;

/// Findings in the Cargo.toml of the root.
///
/// # Errors
/// When it cannot be read or understood.
pub fn check(root: &Path, members: &[Member]) -> Result<Vec<String>, String> {
    let said = |error: &dyn std::fmt::Display| format!("{FILE}:1: {error}");
    let text = fs::read_to_string(root.join(FILE)).map_err(|error| said(&error))?;
    findings(&text, members).map_err(|error| said(&error))
}

fn findings(text: &str, members: &[Member]) -> Result<Vec<String>, toml::de::Error> {
    let file: Table = text.parse()?;
    let mut findings = Vec::new();
    let at = |path: &[&str]| {
        let mut steps = path.iter();
        let first = file.get(*steps.next()?)?;
        steps.try_fold(first, |table, key| table.get(*key))
    };
    let lint = at(&["workspace", "lints", "rust", "unsafe_code"]).and_then(Value::as_str);
    if !matches!(lint, Some("deny" | "forbid")) {
        findings.push(format!(
            "{FILE}:1: `unsafe` is allowed: say `unsafe_code = \"deny\"` in [workspace.lints.rust]"
        ));
    }
    let shared = at(&["workspace", "dependencies"]).and_then(Value::as_table);
    for name in shared.into_iter().flat_map(Table::keys) {
        if !name.starts_with("conclave-") && !members.iter().any(|member| member.names(name)) {
            let line = text.lines().position(|line| {
                line.strip_prefix(name.as_str())
                    .is_some_and(|rest| rest.starts_with([' ', '=', '.']))
            });
            findings.push(format!(
                "{FILE}:{}: no crate uses {name}: take it out",
                line.map_or(1, |at| at + 1)
            ));
        }
    }
    Ok(findings)
}

const FILE: &str = "Cargo.toml";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::member::tests::member;

    #[test]
    fn what_nobody_uses_and_a_loosened_lint_are_named() {
        let text = "[workspace.dependencies]\nuuid = \"1\"\nidle = \"2\"\n\
                    [workspace.lints.rust]\nunsafe_code = \"warn\"\n";
        let found = findings(text, &[member("core/model", &[], &["uuid"])]).unwrap();
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains("`unsafe` is allowed"), "{found:?}");
        assert!(
            found[1].starts_with("Cargo.toml:3: no crate uses idle"),
            "{found:?}"
        );
    }
}
