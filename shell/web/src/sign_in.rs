//! Signing in and out: with a password or a one-time code; compares neither itself.

use std::time::Instant;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use conclave_api::{
    CodeView, Problem, ProblemKind, SessionUser, SessionView, SetupInput, SetupView, SignIn,
    SignInInput, read_setup, read_sign_in,
};
use conclave_model::{Permissions, Role, UnixMillis, UserId, UserName, limits};
use conclave_store::{SessionRow, UserRow};

use crate::audit::{audit, audit_by, audit_refused};
use crate::backend::{Web, now};
use crate::body::JsonBody;
use crate::chance::{chance, no_chance};
use crate::cookie;
use crate::oidc;
use crate::refusal::{Answered, Refusal};
use crate::requester::{Actor, Peer, Requester};
use crate::revocations::Revoked;

/// What there is to sign in with, and whether anybody can yet.
#[utoipa::path(
    get, path = "/setup", tag = "session", security(()),
    responses(
        (status = 200, description = "What a page offers before anybody is signed in", body = SetupView),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show_setup(
    State(web): State<Web>,
    requester: Requester,
    headers: HeaderMap,
) -> Answered {
    let view = SetupView {
        needed: web.backend.store.load_users().await?.is_empty(),
        code_needed: !is_local(&requester, &headers),
        version: web.backend.host.facts().version,
        oidc: oidc::way(&web),
    };
    Ok(Json(view).into_response())
}

/// Creates the first user, who becomes owner and is signed in.
#[utoipa::path(
    post, path = "/setup", tag = "session", security(()),
    request_body = SetupInput,
    responses(
        (status = 201, description = "Signed in; the cookie is the proof", body = SessionView, headers(("Set-Cookie" = String))),
        (status = "default", description = "Refused; 409 when there is a user already", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn set_up(
    State(web): State<Web>,
    requester: Requester,
    headers: HeaderMap,
    body: JsonBody,
) -> Answered {
    let (name, password, code) = read_setup(body.required()?)?;
    if !web.backend.store.load_users().await?.is_empty() {
        return Err(already_set_up());
    }
    match code {
        Some(code) => redeem(&web, &requester, &code).await?,
        None if is_local(&requester, &headers) => {}
        None => return Err(wrong_code()),
    }
    let user = UserRow {
        id: UserId::mint(now(), &mut chance()?),
        name,
        role: Role::Owner,
        password: Some(web.passwords.hash(password).await?),
        subject: None,
        created_at: now(),
        signed_in_at: Some(now()),
    };
    if !web.backend.store.put_first_user(&user).await? {
        return Err(already_set_up());
    }
    let id = user.id.to_string();
    let who = if matches!(requester.actor, Actor::Stranger) {
        (id.clone(), user.name.to_string())
    } else {
        requester.actor.id_and_name()
    };
    let what = "the first owner";
    audit_by(&web, who, requester.peer, "user.created", &id, what).await?;
    open(&web, &headers, Some(user)).await
}

/// Who is signed in.
#[utoipa::path(
    get, path = "/session", tag = "session",
    responses(
        (status = 200, description = "The session of this browser", body = SessionView),
        (status = "default", description = "Refused; 401 when nobody is signed in", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show_session(
    State(web): State<Web>,
    requester: Requester,
    headers: HeaderMap,
) -> Answered {
    let (Some(hash), Some(secret)) = (requester.session(), cookie::session_of(&headers)) else {
        let detail = "this request did not come with a browser's session";
        return Err(Refusal::new(ProblemKind::NotFound, detail));
    };
    let session = web.backend.store.session(hash).await?;
    let began = session.map_or_else(now, |session| session.created_at);
    let view = view(
        session_user(&requester.actor),
        requester.permissions,
        secret,
        began,
    );
    Ok(Json(view).into_response())
}

/// Signs in with name and password, or with a one-time code.
#[utoipa::path(
    post, path = "/session", tag = "session", security(()),
    request_body = SignInInput,
    responses(
        (status = 201, description = "Signed in; the cookie is the proof", body = SessionView, headers(("Set-Cookie" = String))),
        (status = "default", description = "Refused; 401 when name, password or code are not right, 429 after too many that were not", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn sign_in(
    State(web): State<Web>,
    requester: Requester,
    headers: HeaderMap,
    body: JsonBody,
) -> Answered {
    match read_sign_in(body.required()?)? {
        SignIn::Code(code) => {
            redeem(&web, &requester, &code).await?;
            let who = ("console".to_owned(), "one-time code".to_owned());
            let how = "with a one-time code";
            audit_by(&web, who, requester.peer, "session.opened", "console", how).await?;
            open(&web, &headers, None).await
        }
        SignIn::Password { name, password } => {
            let taken = web
                .throttle
                .take(name.as_str(), requester.peer, Instant::now())?;
            let user = with_password(&web, &requester, &name, password).await?;
            web.throttle.was_right(taken, Instant::now());
            let _turn = web.users_turn.lock().await;
            let user = unchanged(&web, user).await?;
            let id = user.id.to_string();
            let who = (id.clone(), user.name.to_string());
            let how = "with a password";
            audit_by(&web, who, requester.peer, "session.opened", &id, how).await?;
            open(&web, &headers, Some(user)).await
        }
    }
}

/// Signs out.
#[utoipa::path(
    delete, path = "/session", tag = "session", security(()),
    responses(
        (status = 204, description = "Nobody is signed in here any more", headers(("Set-Cookie" = String))),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn sign_out(
    State(web): State<Web>,
    requester: Requester,
    headers: HeaderMap,
) -> Answered {
    if let Some(session) = requester.session() {
        web.backend.store.end_session(session).await?;
        web.revocations.say(Revoked::Session(*session));
    }
    let gone = [(header::SET_COOKIE, cookie::clear(&headers))];
    Ok((StatusCode::NO_CONTENT, gone).into_response())
}

/// Makes a one-time code to sign in with; the one before is void. Whoever has it may do everything,
/// so only owners and whoever may open the data directory make one.
#[utoipa::path(
    post, path = "/session/code", tag = "session",
    responses(
        (status = 201, description = "The code; good for one sign-in within 30 minutes", body = CodeView),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn make_code(State(web): State<Web>, requester: Requester) -> Answered {
    requester.manages(Role::Owner)?;
    let code = web.backend.codes.make(now()).map_err(|_| no_chance())?;
    audit(&web, &requester, "session.code_made", "console", "").await?;
    Ok((StatusCode::CREATED, Json(CodeView { code })).into_response())
}

/// The user of this name if this is their password. Whether the name or the password was wrong
/// cannot be told, not by the words and not by the time.
async fn with_password(
    web: &Web,
    requester: &Requester,
    name: &UserName,
    password: String,
) -> Answered<UserRow> {
    let user = web.backend.store.user_named(name).await?;
    let hash = user.as_ref().and_then(|user| user.password.clone());
    let right = web.passwords.matches(password, hash).await;
    match user {
        Some(user) if right => Ok(user),
        Some(user) => {
            let (id, detail) = (
                user.id.to_string(),
                format!("{}: a wrong password", user.name),
            );
            audit_refused(web, requester, &id, &detail).await?;
            Err(wrong_password())
        }
        None => {
            // What was typed may be somebody's password in the wrong field.
            audit_refused(web, requester, "console", "a name that nobody has").await?;
            Err(wrong_password())
        }
    }
}

/// The user as they are now: their password may have been changed while it was compared.
async fn unchanged(web: &Web, compared: UserRow) -> Answered<UserRow> {
    let user = web.backend.store.user(compared.id).await?;
    let same = user.filter(|user| user.password == compared.password);
    same.ok_or_else(wrong_password)
}

/// Uses a code up. Wrong ones are few from one address, so that nobody voids a code from afar.
async fn redeem(web: &Web, requester: &Requester, code: &str) -> Answered<()> {
    let taken = web.throttle.take("", requester.peer, Instant::now())?;
    if !web.backend.codes.redeem(code, now()) {
        audit_refused(web, requester, "console", "a wrong one-time code").await?;
        return Err(wrong_code());
    }
    web.throttle.was_right(taken, Instant::now());
    Ok(())
}

/// Opens a session and says who is in it.
async fn open(web: &Web, headers: &HeaderMap, user: Option<UserRow>) -> Answered<Response> {
    let (secret, view) = start_session(web, user).await?;
    let cookie = [(header::SET_COOKIE, cookie::set(&secret, headers))];
    Ok((StatusCode::CREATED, cookie, Json(view)).into_response())
}

/// Opens a session for a user, or for whoever had the code; its secret is for the cookie.
pub(crate) async fn start_session(
    web: &Web,
    user: Option<UserRow>,
) -> Answered<(String, SessionView)> {
    let secret = cookie::new_secret().map_err(|_| no_chance())?;
    let hash = cookie::hash(&secret);
    let began = now();
    let session = SessionRow {
        user: user.as_ref().map(|user| user.id),
        created_at: began,
        used_at: began,
    };
    let store = &web.backend.store;
    store
        .open_session(&hash, session, limits::SESSIONS_OF_USER)
        .await?;
    let (actor, permissions) = match user {
        None => (Actor::Console { session: hash }, Permissions::all()),
        Some(user) => {
            store.note_sign_in(user.id, began).await?;
            let permissions = user.role.permissions();
            let (id, name, role) = (user.id, user.name, user.role);
            let session = hash;
            (
                Actor::User {
                    id,
                    name,
                    role,
                    session,
                },
                permissions,
            )
        }
    };
    let view = view(session_user(&actor), permissions, &secret, began);
    Ok((secret, view))
}

fn view(user: SessionUser, may: Permissions, secret: &str, began: UnixMillis) -> SessionView {
    let length = u64::try_from(limits::SESSION_LENGTH.as_millis()).unwrap_or(u64::MAX);
    let ends = UnixMillis(began.0.saturating_add(length));
    SessionView::new(user, may, cookie::csrf(secret), ends)
}

fn session_user(actor: &Actor) -> SessionUser {
    let (id, name) = actor.id_and_name();
    let role = match actor {
        Actor::User { role, .. } => *role,
        Actor::Stranger | Actor::Machine | Actor::Console { .. } | Actor::Program { .. } => {
            Role::Owner
        }
    };
    SessionUser {
        id,
        name,
        role: role.into(),
    }
}

/// Whoever sits at the machine may create the first user without a code. Behind a proxy on it,
/// everybody seems to.
fn is_local(requester: &Requester, headers: &HeaderMap) -> bool {
    let proxied = FORWARDED.iter().any(|name| headers.contains_key(*name));
    !proxied
        && match requester.peer {
            Peer::Unix => true,
            Peer::Tcp(address) => address.ip().to_canonical().is_loopback(),
        }
}

fn already_set_up() -> Refusal {
    Refusal::new(ProblemKind::Conflict, "there is a user already; sign in")
}

fn wrong_password() -> Refusal {
    let detail = "the name or the password is not right";
    Refusal::new(ProblemKind::Unauthorized, detail)
}

fn wrong_code() -> Refusal {
    let detail = "this code is not right, or was used already; `conclave users code` makes one";
    Refusal::new(ProblemKind::Unauthorized, detail)
}

const FORWARDED: [&str; 4] = ["forwarded", "x-forwarded-for", "x-real-ip", "via"];
