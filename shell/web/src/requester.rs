//! Who sent a request and what they may do; how they proved it is said in `access`.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use conclave_api::{Doer, Problem, ProblemKind, Request, Response};
use conclave_model::{Permission, Permissions, Role, TokenId, UserId, UserName};
use conclave_store::SecretHash;

use crate::backend::Web;
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
    Program {
        id: TokenId,
        name: String,
        /// Whose token it is.
        user: Option<UserId>,
    },
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

    /// Whether this requester may give, change or take away this role: nobody gives what they do
    /// not have, and only owners touch owners.
    ///
    /// # Errors
    /// A refusal that names the role.
    pub fn manages(&self, role: Role) -> Result<(), Refusal> {
        self.may(Permission::UsersWrite)?;
        if self.standing().manages(role) && self.permissions.covers(role.permissions()) {
            return Ok(());
        }
        let detail = format!("this needs somebody who manages users of the role {role}");
        Err(Refusal::new(ProblemKind::Refused, detail))
    }

    /// As which role this requester deals with other users.
    pub fn standing(&self) -> Role {
        match &self.actor {
            Actor::Machine | Actor::Console { .. } => Role::Owner,
            Actor::User { role, .. } => *role,
            // A secret that lies in some file is never as good as an owner.
            Actor::Program { .. } => Role::Admin,
            Actor::Stranger => Role::Auditor,
        }
    }

    /// Asks the brain for what changes something: its events will name this requester.
    ///
    /// # Errors
    /// As of `BrainHandle::ask_by`.
    pub async fn ask(&self, web: &Web, request: Request) -> Result<Response, Problem> {
        let brain = &web.backend.brain;
        brain.ask_by(Some(self.actor.doer()), request).await
    }

    /// Whether this is that user.
    pub fn is(&self, user: UserId) -> bool {
        matches!(&self.actor, Actor::User { id, .. } if *id == user)
    }

    /// The user that this is, or whose program.
    pub fn user(&self) -> Option<UserId> {
        match &self.actor {
            Actor::User { id, .. } => Some(*id),
            Actor::Program { user, .. } => *user,
            Actor::Stranger | Actor::Machine | Actor::Console { .. } => None,
        }
    }

    /// Whether numbers of callers are shown in full.
    pub fn sees_numbers(&self) -> bool {
        self.permissions.has(Permission::NumbersRead)
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
    /// As events name whoever made them happen.
    pub fn doer(&self) -> Doer {
        let (id, name) = self.id_and_name();
        Doer { id, name }
    }

    /// As the audit log keeps it: an id that stays, and a name for people.
    pub fn id_and_name(&self) -> (String, String) {
        match self {
            Actor::Stranger => ("stranger".into(), "somebody".into()),
            Actor::Machine => ("machine".into(), "the command line".into()),
            Actor::Console { .. } => ("console".into(), "one-time code".into()),
            Actor::User { id, name, .. } => (id.to_string(), name.to_string()),
            Actor::Program { id, name, .. } => (id.to_string(), name.clone()),
        }
    }
}

impl Peer {
    /// Whoever a proxy on this machine says it speaks for; nobody else is believed.
    pub fn behind_proxy(self, headers: &HeaderMap) -> Self {
        let Peer::Tcp(address) = self else {
            return self;
        };
        if !address.ip().to_canonical().is_loopback() {
            return self;
        }
        // The last one is what the proxy added; whatever stands before it was sent to the proxy.
        let said = headers.get_all("x-forwarded-for").iter().next_back();
        let said = said.and_then(|value| value.to_str().ok()?.rsplit(',').next());
        let origin = said.and_then(|last| last.trim().parse::<IpAddr>().ok());
        origin.map_or(self, |origin| Peer::Tcp(SocketAddr::new(origin, 0)))
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
