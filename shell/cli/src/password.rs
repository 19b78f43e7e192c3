//! A password from the terminal without showing it, or from standard input; never from an argument,
//! which every user of the machine can see.

use std::io::{BufRead, IsTerminal};

use conclave_model::limits;

use crate::{Failure, Secret};

/// Asks for a new password twice, or reads one line when nobody sits there.
pub(crate) fn read_password() -> Result<Secret, Failure> {
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        return first_line(stdin.lock());
    }
    let ask = |question: &str| {
        let typed = rpassword::prompt_password(question);
        typed.map_err(|error| Failure::Usage(format!("the password cannot be read: {error}")))
    };
    let password = ask("Password: ")?;
    if ask("Again: ")? == password {
        Ok(password.into())
    } else {
        let detail = "the two passwords are not the same; nothing was done";
        Err(Failure::Usage(detail.to_owned()))
    }
}

fn first_line(input: impl BufRead) -> Result<Secret, Failure> {
    let mut line = String::new();
    // Four bytes a character, and what ends the line.
    let bytes_max = *limits::PASSWORD_CHARS.end() as u64 * 4 + 2;
    let read = input.take(bytes_max).read_line(&mut line);
    let line = line.trim_end_matches(['\r', '\n']);
    match read {
        Ok(_) if !line.is_empty() => Ok(line.to_owned().into()),
        Ok(_) | Err(_) => {
            let detail = "standard input: expected a password on one line";
            Err(Failure::Usage(detail.to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_the_first_line() {
        let read =
            |text: &str| first_line(text.as_bytes()).map(|secret| secret.reveal().to_owned());
        assert_eq!(
            read("seven trains\r\nmore").ok().as_deref(),
            Some("seven trains")
        );
        assert_eq!(read(" spaces stay ").ok().as_deref(), Some(" spaces stay "));
        assert!(read("").is_err() && read("\n").is_err());
        assert_eq!(
            read(&"x".repeat(1_000_000)).map(|read| read.len()).ok(),
            Some(1_026)
        );
    }
}
