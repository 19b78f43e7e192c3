//! Challenges and the answers to them; knows no password.

use conclave_sip::digest::{Challenge, Credentials};

pub(super) fn headers(input: &[u8]) -> Result<(), String> {
    if let Some(credentials) = Credentials::parse(input) {
        let written = credentials.write();
        let again = Credentials::parse(written.as_bytes());
        if again.as_ref().map(Credentials::write) != Some(written) {
            return Err("the credentials that we wrote are others".to_owned());
        }
    }
    if let Some(challenge) = Challenge::parse(input) {
        let written = challenge.write();
        let again = Challenge::parse(written.as_bytes());
        if again.as_ref().map(Challenge::write) != Some(written) {
            return Err("the challenge that we wrote is another".to_owned());
        }
    }
    Ok(())
}
