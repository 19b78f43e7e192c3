//! What a simulated telephone does with an account: registers, and proves itself when asked.

use std::net::SocketAddr;

use conclave_model::Chance;
use conclave_sip::digest::{Challenge, Login};
use conclave_sip::{OutMethod, OutgoingRequest, OwnAccount, Path};

/// A user and a password, and what was asked last.
pub struct Account {
    pub user: String,
    password: String,
    /// The last challenge that came.
    challenge: Option<Challenge>,
    /// A call that was challenged is placed once more, not again and again.
    pub is_proving: bool,
    /// CSeq of the next REGISTER.
    sequence: u32,
    /// The status of each final answer to a REGISTER.
    pub registered: Vec<u16>,
}

impl Account {
    #[must_use]
    pub fn new(user: &str, password: &str) -> Self {
        Self {
            user: user.to_owned(),
            password: password.to_owned(),
            challenge: None,
            is_proving: false,
            sequence: 1,
            registered: Vec::new(),
        }
    }

    /// Every message that comes: a refused call does not say what was asked.
    pub fn hear(&mut self, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        let lines = text.lines();
        let values = lines.filter_map(|line| line.strip_prefix("WWW-Authenticate: "));
        if let Some(challenge) = Challenge::choose(values.map(str::as_bytes)) {
            self.challenge = Some(challenge);
        }
    }

    /// The header that proves the next INVITE, if a proof was asked for.
    pub fn proof(&mut self, target: &str, chance: &mut Chance) -> Option<(String, String)> {
        let challenge = self.challenge.take().filter(|_| self.is_proving)?;
        let mut login = Login::new(challenge, &self.user, &self.password);
        let proof = login.answer("INVITE", target, b"", chance);
        Some(("Authorization".to_owned(), proof))
    }

    /// A REGISTER for so many seconds.
    pub fn request(&mut self, path: Path, expires_s: u32) -> OutgoingRequest {
        let aor = format!("sip:{}@{}", self.user, path.remote);
        let sequence = self.sequence;
        // One more for the proof.
        self.sequence += 2;
        OutgoingRequest {
            method: OutMethod::Register,
            path,
            target: format!("sip:{}", path.remote),
            from: aor.clone(),
            to: aor,
            call_id: format!("registration-of-{}", self.user),
            sequence,
            route: None,
            contact_user: self.user.clone(),
            expires_s: Some(expires_s),
            account: Some(OwnAccount {
                user: self.user.clone(),
                password: self.password.clone(),
            }),
            login: None,
        }
    }

    /// From, as it calls.
    #[must_use]
    pub fn from(&self, server: SocketAddr) -> String {
        format!("\"Somebody Else\" <sip:{}@{server}>", self.user)
    }
}
