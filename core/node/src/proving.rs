//! Who has to prove an account, and whether they did; answers as much to who has none.

use std::net::IpAddr;
use std::time::Instant;

use conclave_guard::Offence;
use conclave_model::{Origin, PhoneId};
use conclave_sip::digest::{Challenge, Credentials, Proof};
use conclave_sip::{IncomingCall, Refusal, SessionId};

use crate::Node;

/// What credentials prove.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proved {
    /// An account that may call.
    Phone(PhoneId),
    /// One that is disabled. Told apart only behind the right password.
    Disabled(PhoneId),
    /// Nothing: ask for a proof.
    Nothing {
        /// The password was right, and the nonce too old.
        stale: bool,
    },
}

impl Node {
    /// Looks at one proof at most, and does as much work for a user that there is not.
    pub(crate) fn prove(
        &mut self,
        now: Instant,
        method: &str,
        from: IpAddr,
        credentials: &[Credentials],
    ) -> Proved {
        let realm = self.authority.realm();
        let mut ours = credentials.iter().filter(|one| one.realm == realm);
        let Some(proof) = ours.next() else {
            return Proved::Nothing { stale: false };
        };
        let phone = self.phones.of_user(&proof.user);
        // Hashes that were made for another realm never fit.
        let known = phone.map(|phone| (phone.id, phone.enabled, phone.ha1));
        let at = self.config.wall.at(now);
        let ha1 = known.as_ref().map(|(_, _, ha1)| ha1);
        let judged = self.authority.judge(at, proof, method, ha1);
        match judged {
            Proof::Right => self.guard.vouch(from),
            // Who sends a nonce that is not ours may do so under any address.
            Proof::Wrong if self.authority.has_made(&proof.nonce) => {
                self.guard.offend(now, from, Offence::FailedDigest);
            }
            Proof::Wrong | Proof::Stale => {}
        }
        match (judged, known) {
            (Proof::Right, Some((id, true, _))) => Proved::Phone(id),
            (Proof::Right, Some((id, false, _))) => Proved::Disabled(id),
            (Proof::Stale, _) => Proved::Nothing { stale: true },
            (Proof::Wrong, _) | (Proof::Right, None) => Proved::Nothing { stale: false },
        }
    }

    pub(crate) fn challenges(&mut self, now: Instant, stale: bool) -> Vec<Challenge> {
        self.authority.challenges(self.config.wall.at(now), stale)
    }

    /// Whose call this is; `None` when it was answered already, because that is not proven.
    pub(crate) fn admit_origin(
        &mut self,
        now: Instant,
        session: SessionId,
        incoming: &IncomingCall,
    ) -> Option<Origin> {
        let unproven = self.origin_of(incoming);
        if let Origin::Trunk(_) = unproven {
            self.guard.vouch(incoming.path.remote.ip());
            return Some(unproven);
        }
        let realm = self.authority.realm();
        let has_proof = incoming.credentials.iter().any(|one| one.realm == realm);
        let must_prove =
            has_proof || !self.config.guests.welcomes(unproven) || self.says_it_is_ours(incoming);
        if !must_prove {
            return Some(unproven);
        }
        let from = incoming.path.remote.ip();
        let stale = match self.prove(now, "INVITE", from, &incoming.credentials) {
            Proved::Phone(id) => return Some(Origin::Phone(id)),
            Proved::Disabled(id) => {
                let sentence = format!("Phone {id} is disabled: its call was refused");
                self.outbox.info(sentence);
                self.ua.refuse(now, session, Refusal::new(403));
                return None;
            }
            Proved::Nothing { stale } => stale,
        };
        let challenges = self.challenges(now, stale);
        self.ua.challenge(now, session, &challenges);
        None
    }

    /// From names an account of ours at our own domain or address.
    fn says_it_is_ours(&self, incoming: &IncomingCall) -> bool {
        let host = incoming.from_host.as_str();
        let local = incoming.path.local.ip().to_canonical().to_string();
        let ours = [self.authority.realm(), incoming.host.as_str(), &local];
        ours.iter().any(|one| one.eq_ignore_ascii_case(host))
            && self.phones.is_claimed_by(&incoming.from_user)
    }
}
