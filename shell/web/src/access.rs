//! Finds out who sent a request, and lets it through if they may; knows no page and no password.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use conclave_api::ProblemKind;
use conclave_model::{Permission, Permissions, UnixMillis, limits};
use conclave_store::{SecretHash, SessionRow};
use subtle::ConstantTimeEq;

use crate::auth::{Token, bearer};
use crate::backend::{Web, now};
use crate::cookie;
use crate::refusal::{Answered, Refusal};
use crate::requester::{Actor, Peer, Requester};

/// What one listener asks of those who come through it.
#[derive(Clone)]
pub(crate) struct Access {
    pub web: Web,
    /// The token of the data directory; without one, whoever comes may do everything.
    pub token: Option<Token>,
}

/// Names the requester to the handlers, or refuses the request.
pub(crate) async fn access(
    State(access): State<Access>,
    mut request: Request,
    next: Next,
) -> Response {
    // Without a route it is a file of the console, or nothing: no reason to look anybody up.
    let Some(path) = request.extensions().get::<MatchedPath>().cloned() else {
        return next.run(request).await;
    };
    let need = needed(request.method(), path.as_str());
    let peer = *request.extensions().get::<Peer>().unwrap_or(&Peer::Unix);
    let peer = peer.behind_proxy(request.headers());
    let requester = match access
        .requester(request.method(), request.headers(), peer)
        .await
    {
        Ok(requester) => requester,
        Err(refusal) => return refusal.into_response(),
    };
    // Probes and figures are asked for by the clock, not by people.
    let counted = path.as_str().starts_with("/api/");
    let left = counted.then(|| access.web.pace.take(&requester, Instant::now()));
    let left = left.flatten();
    let too_fast = left.filter(|left| !left.wait.is_zero());
    let mut response = match too_fast {
        Some(left) => Refusal::too_fast(left.wait).into_response(),
        None => match permit(&requester, need, request.headers()) {
            Err(refusal) => refusal.into_response(),
            Ok(()) => {
                request.extensions_mut().insert(requester);
                next.run(request).await
            }
        },
    };
    if let Some(left) = left {
        left.tell(response.headers_mut());
    }
    response
}

impl Access {
    async fn requester(
        &self,
        method: &Method,
        headers: &HeaderMap,
        peer: Peer,
    ) -> Answered<Requester> {
        let machine = match &self.token {
            None => true,
            Some(token) => token.opens(headers),
        };
        if machine {
            return Ok(Requester {
                actor: Actor::Machine,
                permissions: Permissions::all(),
                peer,
            });
        }
        if headers.contains_key(header::AUTHORIZATION) {
            return self.program(headers, peer).await;
        }
        let Some(secret) = cookie::session_of(headers) else {
            return Ok(Requester::stranger(peer));
        };
        let hash = cookie::hash(secret);
        let requester = self.signed_in(hash, peer).await?;
        let changes = !matches!(*method, Method::GET | Method::HEAD);
        if changes && requester.session().is_some() {
            proven(secret, headers)?;
        }
        Ok(requester)
    }

    async fn program(&self, headers: &HeaderMap, peer: Peer) -> Answered<Requester> {
        let stranger = Requester::stranger(peer);
        let Some(secret) = bearer(headers) else {
            return Ok(stranger);
        };
        let store = &self.web.backend.store;
        let Some(token) = store.token(&cookie::hash(secret)).await? else {
            return Ok(stranger);
        };
        let now = now();
        if token.expires_at.is_some_and(|end| end < now) {
            return Ok(stranger);
        }
        let permissions = match token.user {
            None => token.permissions,
            Some(user) => match store.user(user).await? {
                Some(user) => token.permissions.within(user.role.permissions()),
                None => return Ok(stranger),
            },
        };
        let used_at = token.used_at.unwrap_or(UnixMillis(0));
        if now.0.saturating_sub(used_at.0) > USE_NOTED_EVERY_MS {
            store.use_token(token.id, now).await?;
        }
        Ok(Requester {
            actor: Actor::Program {
                id: token.id,
                name: token.name,
                user: token.user,
            },
            permissions,
            peer,
        })
    }

    async fn signed_in(&self, hash: SecretHash, peer: Peer) -> Answered<Requester> {
        let store = &self.web.backend.store;
        let stranger = Requester::stranger(peer);
        let Some(session) = store.session(&hash).await? else {
            return Ok(stranger);
        };
        let now = now();
        if has_ended(&session, now) {
            store.end_session(&hash).await?;
            return Ok(stranger);
        }
        if now.0.saturating_sub(session.used_at.0) > USE_NOTED_EVERY_MS {
            store.use_session(&hash, now).await?;
        }
        let Some(user) = session.user else {
            return Ok(Requester {
                actor: Actor::Console { session: hash },
                permissions: Permissions::all(),
                peer,
            });
        };
        let Some(user) = store.user(user).await? else {
            return Ok(stranger);
        };
        Ok(Requester {
            permissions: user.role.permissions(),
            actor: Actor::User {
                id: user.id,
                name: user.name,
                role: user.role,
                session: hash,
            },
            peer,
        })
    }
}

/// A page of another site can make a browser send our cookie, but not this header.
fn proven(secret: &str, headers: &HeaderMap) -> Result<(), Refusal> {
    let given = headers
        .get(cookie::CSRF_HEADER)
        .map(|value| value.as_bytes());
    let right = cookie::csrf(secret);
    if given.is_some_and(|given| bool::from(given.ct_eq(right.as_bytes()))) {
        return Ok(());
    }
    let detail = "send the `csrf` of your session in the header X-Conclave-CSRF";
    Err(Refusal::new(ProblemKind::Refused, detail))
}

fn has_ended(session: &SessionRow, now: UnixMillis) -> bool {
    let older = |at: UnixMillis, most: std::time::Duration| {
        u128::from(now.0.saturating_sub(at.0)) > most.as_millis()
    };
    older(session.used_at, limits::SESSION_IDLE)
        || older(session.created_at, limits::SESSION_LENGTH)
}

fn permit(requester: &Requester, need: Need, headers: &HeaderMap) -> Result<(), Refusal> {
    let known = !matches!(requester.actor, Actor::Stranger);
    match need {
        Need::Nothing => Ok(()),
        Need::ToBeKnown if known => Ok(()),
        Need::To(permission) if known => requester.may(permission),
        Need::ToBeKnown | Need::To(_) => {
            let detail = if headers.contains_key(header::AUTHORIZATION) {
                "the token is none of this server's"
            } else {
                "sign in, or send `Authorization: Bearer TOKEN`"
            };
            Err(Refusal::new(ProblemKind::Unauthorized, detail))
        }
    }
}

/// What a request asks of whoever sends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    Nothing,
    ToBeKnown,
    To(Permission),
}

/// What is not in the table is for those who may do everything.
pub(crate) fn needed(method: &Method, path: &str) -> Need {
    let reads = matches!(*method, Method::GET | Method::HEAD);
    let found = PATHS.iter().find(|(known, _, _)| *known == path);
    match found {
        Some((_, read, _)) if reads => *read,
        Some((_, _, write)) => *write,
        None => Need::To(Permission::SystemWrite),
    }
}

const fn to(permission: Permission) -> Need {
    Need::To(permission)
}

use Permission::{
    AuditRead, CallsRead, LiveRead, LiveWrite, MusicRead, MusicWrite, RecordingsRead,
    RecordingsWrite, RoomsPin, RoomsRead, RoomsWrite, SystemRead, TokensWrite, UsersWrite,
    WebhooksWrite,
};

/// Every path, and what reading it and changing something under it takes.
const PATHS: &[(&str, Need, Need)] = &[
    ("/healthz", Need::Nothing, Need::Nothing),
    ("/readyz", Need::Nothing, Need::Nothing),
    ("/metrics", to(SystemRead), to(SystemRead)),
    ("/api/v1/openapi.json", Need::Nothing, Need::Nothing),
    ("/api/v1/setup", Need::Nothing, Need::Nothing),
    ("/api/v1/session", Need::ToBeKnown, Need::Nothing),
    ("/api/v1/sign-in/oidc", Need::Nothing, Need::Nothing),
    ("/api/v1/sign-in/oidc/done", Need::Nothing, Need::Nothing),
    (
        "/api/v1/session/code",
        to(Permission::SystemWrite),
        to(Permission::SystemWrite),
    ),
    ("/api/v1/rooms", to(RoomsRead), to(RoomsWrite)),
    ("/api/v1/rooms/{room}", to(RoomsRead), to(RoomsWrite)),
    ("/api/v1/rooms/{room}/pin", to(RoomsPin), to(RoomsWrite)),
    (
        "/api/v1/rooms/{room}/invitation",
        to(RoomsRead),
        to(RoomsWrite),
    ),
    ("/api/v1/options/check", to(RoomsRead), to(RoomsRead)),
    ("/api/v1/profiles", to(RoomsRead), to(RoomsWrite)),
    (
        "/api/v1/profiles/{kind}/{profile}",
        to(RoomsRead),
        to(RoomsWrite),
    ),
    ("/api/v1/menus", to(RoomsRead), to(RoomsWrite)),
    ("/api/v1/menus/check", to(RoomsRead), to(RoomsRead)),
    ("/api/v1/menus/{menu}", to(RoomsRead), to(RoomsWrite)),
    (
        "/api/v1/extensions",
        to(SystemRead),
        to(Permission::SystemWrite),
    ),
    (
        "/api/v1/extensions/{extension}",
        to(SystemRead),
        to(Permission::SystemWrite),
    ),
    (
        "/api/v1/phones",
        to(SystemRead),
        to(Permission::SystemWrite),
    ),
    (
        "/api/v1/phones/{phone}",
        to(SystemRead),
        to(Permission::SystemWrite),
    ),
    (
        "/api/v1/trunks",
        to(SystemRead),
        to(Permission::SystemWrite),
    ),
    (
        "/api/v1/trunks/{trunk}",
        to(SystemRead),
        to(Permission::SystemWrite),
    ),
    (
        "/api/v1/phones/{phone}/password",
        to(Permission::SystemWrite),
        to(Permission::SystemWrite),
    ),
    (
        "/api/v1/phones/{phone}/registrations",
        to(SystemRead),
        to(SystemRead),
    ),
    (
        "/api/v1/trunks/{trunk}/test",
        to(Permission::SystemWrite),
        to(Permission::SystemWrite),
    ),
    ("/api/v1/trunk-templates", to(SystemRead), to(SystemRead)),
    ("/api/v1/rooms/{room}/live", to(LiveRead), to(LiveWrite)),
    (
        "/api/v1/rooms/{room}/live/participants",
        to(LiveRead),
        to(LiveWrite),
    ),
    (
        "/api/v1/rooms/{room}/live/participants/{participant}",
        to(LiveRead),
        to(LiveWrite),
    ),
    (
        "/api/v1/rooms/{room}/live/announcements",
        to(LiveRead),
        to(LiveWrite),
    ),
    (
        "/api/v1/rooms/{room}/live/events",
        to(LiveRead),
        to(LiveWrite),
    ),
    (
        "/api/v1/rooms/{room}/live/waiting",
        to(LiveRead),
        to(LiveWrite),
    ),
    (
        "/api/v1/rooms/{room}/live/waiting/{participant}",
        to(LiveRead),
        to(LiveWrite),
    ),
    ("/api/v1/live", to(LiveRead), to(LiveWrite)),
    ("/api/v1/registrations", to(LiveRead), to(LiveRead)),
    (
        "/api/v1/registrations/{context}/{extension}",
        to(LiveRead),
        to(LiveRead),
    ),
    ("/api/v1/calls", to(CallsRead), to(CallsRead)),
    ("/api/v1/calls/{call}", to(CallsRead), to(CallsRead)),
    ("/api/v1/calls/{call}/trace", to(CallsRead), to(CallsRead)),
    (
        "/api/v1/recordings",
        to(RecordingsRead),
        to(RecordingsWrite),
    ),
    (
        "/api/v1/recordings/{recording}",
        to(RecordingsRead),
        to(RecordingsWrite),
    ),
    (
        "/api/v1/recordings/{recording}/media",
        to(RecordingsRead),
        to(RecordingsWrite),
    ),
    (
        "/api/v1/recordings/{recording}/waveform",
        to(RecordingsRead),
        to(RecordingsWrite),
    ),
    ("/api/v1/playlists", to(MusicRead), to(MusicWrite)),
    (
        "/api/v1/playlists/{playlist}",
        to(MusicRead),
        to(MusicWrite),
    ),
    (
        "/api/v1/playlists/{playlist}/tracks",
        to(MusicRead),
        to(MusicWrite),
    ),
    (
        "/api/v1/playlists/{playlist}/tracks/{track}",
        to(MusicRead),
        to(MusicWrite),
    ),
    (
        "/api/v1/playlists/{playlist}/tracks/{track}/audio",
        to(MusicRead),
        to(MusicWrite),
    ),
    ("/api/v1/prompts", to(MusicRead), to(MusicWrite)),
    (
        "/api/v1/prompts/{prompt}/{language}",
        to(MusicRead),
        to(MusicWrite),
    ),
    (
        "/api/v1/prompts/{prompt}/{language}/audio",
        to(MusicRead),
        to(MusicWrite),
    ),
    ("/api/v1/sounds", to(MusicRead), to(MusicWrite)),
    ("/api/v1/sounds/{sound}", to(MusicRead), to(MusicWrite)),
    (
        "/api/v1/sounds/{sound}/audio",
        to(MusicRead),
        to(MusicWrite),
    ),
    ("/api/v1/webhooks", to(WebhooksWrite), to(WebhooksWrite)),
    (
        "/api/v1/webhooks/{webhook}",
        to(WebhooksWrite),
        to(WebhooksWrite),
    ),
    (
        "/api/v1/webhooks/{webhook}/secret",
        to(WebhooksWrite),
        to(WebhooksWrite),
    ),
    (
        "/api/v1/webhooks/{webhook}/test",
        to(WebhooksWrite),
        to(WebhooksWrite),
    ),
    (
        "/api/v1/webhooks/{webhook}/deliveries",
        to(WebhooksWrite),
        to(WebhooksWrite),
    ),
    (
        "/api/v1/webhooks/{webhook}/deliveries/{delivery}/redeliver",
        to(WebhooksWrite),
        to(WebhooksWrite),
    ),
    ("/api/v1/status", to(SystemRead), to(SystemRead)),
    // A backup holds every PIN, and restoring one changes everything.
    (
        "/api/v1/system/backup",
        to(Permission::SystemWrite),
        to(Permission::SystemWrite),
    ),
    ("/api/v1/system/backups", to(SystemRead), to(SystemRead)),
    (
        "/api/v1/system/restore",
        to(Permission::SystemWrite),
        to(Permission::SystemWrite),
    ),
    // Which events somebody is told is decided one by one.
    ("/api/v1/events", Need::ToBeKnown, Need::ToBeKnown),
    ("/api/v1/users", to(UsersWrite), to(UsersWrite)),
    // Everybody may see themselves and change their own password.
    ("/api/v1/users/{user}", Need::ToBeKnown, Need::ToBeKnown),
    ("/api/v1/tokens", to(TokensWrite), to(TokensWrite)),
    ("/api/v1/tokens/{token}", to(TokensWrite), to(TokensWrite)),
    ("/api/v1/audit", to(AuditRead), to(AuditRead)),
];

/// A disk write for each request would be one too many.
const USE_NOTED_EVERY_MS: u64 = 5 * 60 * 1_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_described_path_says_what_it_takes() {
        for path in crate::openapi().paths.paths.keys() {
            let known = PATHS.iter().any(|(known, _, _)| known == path);
            assert!(known, "{path} is not in the table");
        }
    }

    #[test]
    fn an_unknown_path_is_for_those_who_may_do_everything() {
        let need = needed(&Method::GET, "/api/v1/tomorrow");
        assert_eq!(need, Need::To(Permission::SystemWrite));
        let requester = Requester::stranger(Peer::Unix);
        assert!(permit(&requester, Need::ToBeKnown, &HeaderMap::new()).is_err());
    }
}
