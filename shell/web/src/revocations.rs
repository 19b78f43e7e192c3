//! Tells open streams that somebody may no longer listen; decides about nobody.

use conclave_model::{TokenId, UserId};
use conclave_store::SecretHash;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use crate::requester::Actor;

/// Who is no longer what they were: signed out, changed or gone.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Revoked {
    Session(SecretHash),
    User(UserId),
    Token(TokenId),
}

/// The place where that is said and heard.
pub(crate) struct Revocations(broadcast::Sender<Revoked>);

impl Revocations {
    pub fn say(&self, revoked: Revoked) {
        // Nobody listens: nobody is to be told.
        let _ = self.0.send(revoked);
    }

    /// Comes back when this actor has to prove anew who it is.
    pub async fn of(&self, actor: &Actor) {
        let mut said = self.0.subscribe();
        loop {
            match said.recv().await {
                Ok(revoked) if revoked.concerns(actor) => return,
                Ok(_) => {}
                // Who was meant is not known any more.
                Err(RecvError::Lagged(_)) => return,
                Err(RecvError::Closed) => return,
            }
        }
    }
}

impl Default for Revocations {
    fn default() -> Self {
        Self(broadcast::Sender::new(SAID_AHEAD))
    }
}

impl Revoked {
    fn concerns(&self, actor: &Actor) -> bool {
        match (self, actor) {
            (Revoked::User(gone), Actor::User { id, .. }) => gone == id,
            // Their programs may do no more than they.
            (Revoked::User(gone), Actor::Program { user, .. }) => Some(gone) == user.as_ref(),
            (Revoked::Token(gone), Actor::Program { id, .. }) => gone == id,
            (Revoked::Session(gone), Actor::User { session, .. } | Actor::Console { session }) => {
                gone == session
            }
            (
                Revoked::Session(_) | Revoked::User(_) | Revoked::Token(_),
                Actor::Stranger
                | Actor::Machine
                | Actor::Console { .. }
                | Actor::User { .. }
                | Actor::Program { .. },
            ) => false,
        }
    }
}

/// A listener that is further behind comes back and is looked at anew.
const SAID_AHEAD: usize = 64;
