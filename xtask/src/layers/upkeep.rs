//! Keeps the arrows of layers.toml true; never adds one.

use std::collections::BTreeSet;

use super::Member;

/// Takes arrows that nobody uses out of layers.toml. Gives the new text.
pub fn without_unused(text: &str, members: &[Member]) -> String {
    let mut section = "";
    let mut out = String::new();
    for line in text.lines() {
        if line.starts_with('[') {
            section = line;
        }
        let known = line.split_once(" = ").and_then(|(name, _)| {
            let member = members.iter().find(|member| member.name == name)?;
            match section {
                "[imports]" => Some((name, &member.ours)),
                "[tests]" => Some((name, &member.ours_in_tests)),
                _ => None,
            }
        });
        match known {
            Some((name, used)) => out.push_str(&kept_arrows(name, line, used)),
            None => out.push_str(line),
        }
        out.push('\n');
    }
    out
}

fn kept_arrows(name: &str, line: &str, used: &BTreeSet<String>) -> String {
    let listed = line.split('"').skip(1).step_by(2);
    let kept: Vec<String> = listed
        .filter(|import| used.contains(*import))
        .map(|import| format!("\"{import}\""))
        .collect();
    format!("{name} = [{}]", kept.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::member::tests::member;

    #[test]
    fn an_unused_arrow_is_taken_out_and_none_is_put_in() {
        let text = "[imports]\nserver = [\"model\", \"sip\"]\n[only]\nserver = [\"x\"]\n";
        let members = [member("shell/server", &["model", "rtp"], &[])];
        let expected = "[imports]\nserver = [\"model\"]\n[only]\nserver = [\"x\"]\n";
        assert_eq!(without_unused(text, &members), expected);
    }

    #[test]
    fn an_arrow_of_tests_is_kept_while_a_test_uses_it() {
        let text = "[tests]\nserver = [\"rtp\", \"sip\"]\n";
        let mut server = member("shell/server", &["sip"], &[]);
        server.ours_in_tests.insert("rtp".to_owned());
        let expected = "[tests]\nserver = [\"rtp\"]\n";
        assert_eq!(without_unused(text, &[server]), expected);
    }
}
