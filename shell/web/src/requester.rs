//! Who sent a request and what they may do; how they proved it is said in `access`.

use std::fmt;
use std::net::SocketAddr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use conclave_api::ProblemKind;
use conclave_model::{Permission, Permissions, Role, TokenId, UserId, UserName};
use conclave_store::SecretHash;

use crate::refusal::Refusal;

/// Who asks. Handlers take it as an argument.
#[derive(Clone, Debug)]
pub(crate) struct Requester {
    pub actor: Actor,
    pub permissions: Permissions,
    pub peer: Peer,
}

/// Somebody or something that acts.
#[derive(Clone, Debug)]
pub(crate) enum Actor {
    /// Nobody we know; only what is open to all is answered.
    Stranger,
    /// Whoever may open the data directory: its socket, or the token in it.
    Machine,
    /// A browser that came with a one-time code.
    Console { session: SecretHash },
    /// Somebody who is signed in.
    User {
        id: UserId,
        name: UserName,
        role: Role,
        session: SecretHash,
    },
    /// A program.
    Program { id: TokenId, name: String },
}

/// Where a connection comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Peer {
    Tcp(SocketAddr),
    Unix,
}

impl Requester {
    pub fn stranger(peer: Peer) -> Self {
        Self {
            actor: Actor::Stranger,
            permissions: Permissions::default(),
            peer,
        }
    }

    /// # Errors
    /// A refusal that names the permission.
    pub fn may(&self, permission: Permission) -> Result<(), Refusal> {
        if self.permissions.has(permission) {
            return Ok(());
        }
        let detail = format!("this needs the permission {permission}");
        Err(Refusal::new(ProblemKind::Refused, detail))
    }

    /// The session that the request came with.
    pub fn session(&self) -> Option<&SecretHash> {
        match &self.actor {
            Actor::Console { session } | Actor::User { session, .. } => Some(session),
            Actor::Stranger | Actor::Machine | Actor::Program { .. } => None,
        }
    }
}

impl Actor {
    /// As the audit log keeps it: an id that stays, and a name for people.
    pub fn id_and_name(&self) -> (String, String) {
        match self {
            Actor::Stranger => ("stranger".into(), "somebody".into()),
            Actor::Machine => ("machine".into(), "the command line".into()),
            Actor::Console { .. } => ("console".into(), "one-time code".into()),
            Actor::User { id, name, .. } => (id.to_string(), name.to_string()),
            Actor::Program { id, name } => (id.to_string(), name.clone()),
        }
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Peer::Tcp(address) => write!(f, "{}", address.ip()),
            Peer::Unix => f.write_str("socket"),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Requester {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let requester = parts.extensions.get::<Requester>().cloned();
        // Every route is behind `access`; without it nobody is known, and nothing is allowed.
        Ok(requester.unwrap_or_else(|| Requester::stranger(Peer::Unix)))
    }
}
