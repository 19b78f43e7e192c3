//! Checks of the media path: as they came, and answered; opens no port.

use std::net::SocketAddr;
use std::time::Instant;

use conclave_model::IceCredentials;
use conclave_stun::{Lite, Message};

/// Those of the corpus.
pub(super) const OURS: (&str, &str) = ("oursours", "ourpasswordourpassword01");
pub(super) const THEIRS: (&str, &str) = ("theirs01", "theirpasswordtheirpass01");

pub(super) fn check(input: &[u8]) -> Result<(), String> {
    if let Ok(message) = Message::parse(input) {
        let _ = (message.class(), message.transaction(), message.username());
        let _ = (message.priority(), message.uses_candidate());
        let _ = (message.is_controlled(), message.is_controlling());
        let _ = (message.mapped_address(), message.error_code());
        let _ = (message.unknown(), message.integrity(OURS.1));
    }
    let ours = IceCredentials::read(OURS.0, OURS.1).ok_or("our own credentials")?;
    let theirs = IceCredentials::read(THEIRS.0, THEIRS.1).ok_or("their credentials")?;
    let mut lite = Lite::new(ours, &theirs);
    let from = SocketAddr::from(([192, 0, 2, 2], 4_000));
    let check = lite.handle(Instant::now(), from, input);
    let Some(answer) = check.answer else {
        return Ok(());
    };
    if answer.len() > input.len() {
        return Err(format!("{} bytes answer {}", answer.len(), input.len()));
    }
    Message::parse(&answer)
        .map(drop)
        .map_err(|why| format!("our answer: {why}"))
}
