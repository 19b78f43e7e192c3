//! What answers the challenges that our own call meets; invents no password.

use conclave_model::Chance;

use crate::OwnAccount;
use crate::digest::{Challenge, Login};
use crate::message::{Message, Name};

/// The proofs of one dialog: at most one for whom it is with, and one for a proxy on the way
/// (RFC 3261 §22.1 and §22.3). Once given they go with every request, so that none is challenged
/// twice.
#[derive(Clone, Debug, Default)]
pub(crate) struct Proofs {
    account: Option<OwnAccount>,
    for_peer: Option<Proof>,
    for_proxy: Option<Proof>,
    /// What our last INVITE said: its ACK says the same (RFC 3261 §22.1).
    of_invite: Vec<(&'static str, String)>,
}

#[derive(Clone, Debug)]
struct Proof {
    login: Login,
    /// Challenges of this kind that were answered.
    tries: u8,
}

impl Proofs {
    pub fn new(account: Option<OwnAccount>) -> Self {
        Self {
            account,
            ..Self::default()
        }
    }

    /// Whether the challenge in this 401 or 407 can be answered with something that was not tried
    /// yet: a second one only if it says that merely the nonce was too old.
    pub fn answer(&mut self, response: &Message) -> bool {
        let (name, slot) = match response.status() {
            Some(401) => (Name::WwwAuthenticate, &mut self.for_peer),
            Some(407) => (Name::ProxyAuthenticate, &mut self.for_proxy),
            Some(_) | None => return false,
        };
        let Some(challenge) = Challenge::choose(response.fields_of(name)) else {
            return false;
        };
        let Some(account) = &self.account else {
            return false;
        };
        let tries = slot.as_ref().map_or(0, |proof| proof.tries);
        if tries > 0 && (!challenge.stale || tries >= TRIES) {
            return false;
        }
        *slot = Some(Proof {
            login: Login::new(challenge, &account.user, &account.password),
            tries: tries + 1,
        });
        true
    }

    /// The fields that prove an ACK: those of its INVITE.
    pub fn of_ack(&self) -> Vec<(&'static str, String)> {
        self.of_invite.clone()
    }

    /// The fields that prove any other request.
    pub fn of_request(
        &mut self,
        method: &str,
        uri: &str,
        body: &[u8],
        chance: &mut Chance,
    ) -> Vec<(&'static str, String)> {
        let both = [
            ("Authorization", &mut self.for_peer),
            ("Proxy-Authorization", &mut self.for_proxy),
        ];
        let proved = both.into_iter().filter_map(|(name, proof)| {
            let login = &mut proof.as_mut()?.login;
            Some((name, login.answer(method, uri, body, chance)))
        });
        let proved: Vec<_> = proved.collect();
        if method == "INVITE" {
            self.of_invite.clone_from(&proved);
        }
        proved
    }
}

/// A nonce may grow old between the challenge and its answer, but not again and again.
const TRIES: u8 = 2;
