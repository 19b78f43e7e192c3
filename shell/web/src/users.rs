//! The users over HTTP: who there is, and who may change whom.

use std::time::Instant;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use conclave_api::{
    NewUser, Page, Problem, ProblemKind, UserChange, UserEdit, UserView, Wrong, read_new_user,
    read_user_change, rfc3339,
};
use conclave_model::{Permission, Role, UserId, limits};
use conclave_store::{StoreError, TokenRow, TokensOf, UserRow};

use crate::audit::audit;
use crate::backend::{Web, now};
use crate::body::JsonBody;
use crate::chance::chance;
use crate::path::Segments;
use crate::query::{Known, Parameters};
use crate::refusal::{Answered, Refusal};
use crate::requester::Requester;
use crate::revocations::Revoked;
use crate::tokens::within;

/// The users, by name.
#[utoipa::path(
    get, path = "/users", tag = "users",
    responses(
        (status = 200, description = "All of them", body = Page<UserView>),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_users(State(web): State<Web>) -> Answered {
    let users = web.backend.store.load_users().await?;
    let items = users.iter().map(view).collect();
    Ok(Json(Page::<UserView>::whole(items)).into_response())
}

/// Makes a user. The first one is an owner.
#[utoipa::path(
    post, path = "/users", tag = "users",
    request_body = NewUser,
    responses(
        (status = 201, description = "Made; they can sign in now", body = UserView, headers(("Location" = String))),
        (status = "default", description = "Refused; 403 for a role beyond one's own, 409 when the name is taken", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create_user(
    State(web): State<Web>,
    requester: Requester,
    body: JsonBody,
) -> Answered {
    let draft = read_new_user(body.required()?)?;
    requester.manages(draft.role)?;
    let password = Some(web.passwords.hash(draft.password).await?);
    let _turn = web.users_turn.lock().await;
    let count = web.backend.store.load_users().await?.len();
    if count >= limits::USERS {
        let detail = format!("there are {count} users already, and more are not kept");
        return Err(Refusal::new(ProblemKind::Refused, detail));
    }
    if count == 0 && draft.role != Role::Owner {
        let wrong = Wrong::new("role", draft.role.name(), "owner, for the first user");
        return Err(Problem::invalid(vec![wrong]).into());
    }
    let user = UserRow {
        id: UserId::mint(now(), &mut chance()?),
        name: draft.name,
        role: draft.role,
        password,
        subject: None,
        created_at: now(),
        signed_in_at: None,
    };
    put(&web, &user).await?;
    let id = user.id.to_string();
    let detail = format!("{}, {}", user.name, user.role);
    audit(&web, &requester, "user.created", &id, &detail).await?;
    let location = [(header::LOCATION, format!("/api/v1/users/{id}"))];
    Ok((StatusCode::CREATED, location, Json(view(&user))).into_response())
}

/// One user. Everybody may see themselves.
#[utoipa::path(
    get, path = "/users/{user}", tag = "users",
    params(("user" = String, Path, description = "Id or name")),
    responses(
        (status = 200, description = "The user", body = UserView),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show_user(
    State(web): State<Web>,
    requester: Requester,
    Segments(key): Segments<String>,
) -> Answered {
    let user = find(&web, &requester, &key).await?;
    Ok(Json(view(&user)).into_response())
}

/// Changes what is sent and leaves the rest. Everybody may change their own password, with the one
/// until now.
///
/// A new password ends every other session of the user; a new role counts at once.
#[utoipa::path(
    patch, path = "/users/{user}", tag = "users",
    params(("user" = String, Path, description = "Id or name")),
    request_body = UserChange,
    responses(
        (status = 200, description = "As it is now", body = UserView),
        (status = "default", description = "Refused; nothing was changed; 409 when it would leave no owner", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn update_user(
    State(web): State<Web>,
    requester: Requester,
    Segments(key): Segments<String>,
    body: JsonBody,
) -> Answered {
    let known = find(&web, &requester, &key).await?;
    let mut edit = read_user_change(body.required()?, &known.name)?;
    let own = requester.is(known.id);
    if !own || edit.name.is_some() || edit.role.is_some() {
        requester.manages(known.role)?;
    }
    if let Some(role) = edit.role {
        requester.manages(role)?;
    }
    if own && edit.password.is_some() {
        prove(&web, &requester, &known, edit.old_password.take()).await?;
    }
    let hash = match edit.password.take() {
        Some(password) => Some(web.passwords.hash(password).await?),
        None => None,
    };
    let user = change(&web, &known, &edit, hash.clone()).await?;
    if hash.is_some() {
        let mine = requester.session().filter(|_| own);
        web.backend.store.end_sessions_of(user.id, mine).await?;
    }
    web.revocations.say(Revoked::User(user.id));
    let mut words = Vec::new();
    words.extend(edit.name.map(|name| format!("name: {name}")));
    words.extend(edit.role.map(|role| format!("role: {role}")));
    words.extend(hash.map(|_| "password".to_owned()));
    let id = user.id.to_string();
    audit(&web, &requester, "user.updated", &id, &words.join(", ")).await?;
    Ok(Json(view(&user)).into_response())
}

/// Removes a user and ends their sessions. Their tokens go with them, unless they are kept.
#[utoipa::path(
    delete, path = "/users/{user}", tag = "users",
    params(
        ("user" = String, Path, description = "Id or name"),
        ("tokens" = Option<String>, Query, description = "`remove`, or `keep`: then they are yours", example = "remove"),
    ),
    responses(
        (status = 204, description = "Removed"),
        (status = "default", description = "Refused; 409 for the last owner", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn delete_user(
    State(web): State<Web>,
    requester: Requester,
    Segments(key): Segments<String>,
    parameters: Parameters,
) -> Answered {
    let keep = kept(&mut parameters.of(&["tokens"])?)?;
    let user = find(&web, &requester, &key).await?;
    let _turn = web.users_turn.lock().await;
    let user = again(&web, &user).await?;
    requester.manages(user.role)?;
    if user.role == Role::Owner {
        another_owner(&web, &user).await?;
    }
    let mut tokens = web.backend.store.load_tokens().await?;
    tokens.retain(|token| token.user == Some(user.id));
    if keep {
        may_inherit(&requester, &user, &tokens)?;
    }
    let fate = if keep {
        TokensOf::HandedTo(requester.user())
    } else {
        TokensOf::Forgotten
    };
    web.backend.store.delete_user(user.id, fate).await?;
    web.revocations.say(Revoked::User(user.id));
    let names: Vec<&str> = tokens.iter().map(|token| token.name.as_str()).collect();
    let names = names.join(", ");
    let detail = match (names.is_empty(), keep) {
        (true, _) => user.name.to_string(),
        (false, false) => format!("{}, with their tokens: {names}", user.name),
        (false, true) => format!("{}, whose tokens were kept: {names}", user.name),
    };
    let id = user.id.to_string();
    audit(&web, &requester, "user.deleted", &id, &detail).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Whether their tokens are kept.
fn kept(parameters: &mut Known) -> Result<bool, Problem> {
    match parameters.text("tokens").as_deref() {
        None | Some("remove") => Ok(false),
        Some("keep") => Ok(true),
        Some(other) => {
            let wrong = Wrong::new("tokens", other, "remove or keep");
            Err(Problem::invalid(vec![wrong]))
        }
    }
}

/// Nobody keeps what they could not have made, and nobody keeps anything for themselves who goes.
fn may_inherit(requester: &Requester, user: &UserRow, tokens: &[TokenRow]) -> Result<(), Refusal> {
    if requester.user() == Some(user.id) {
        let wrong = Wrong::new("tokens", "keep", "remove, for your own");
        return Err(Problem::invalid(vec![wrong]).into());
    }
    let mut all = tokens.iter();
    all.try_for_each(|token| within(requester, token.permissions))
}

/// The user, for themselves and for those who manage users; others do not learn who there is.
async fn find(web: &Web, requester: &Requester, key: &str) -> Answered<UserRow> {
    let store = &web.backend.store;
    let user = match (key.parse::<UserId>(), key.parse()) {
        (Ok(id), _) => store.user(id).await?,
        (Err(_), Ok(name)) => store.user_named(&name).await?,
        (Err(_), Err(_)) => None,
    };
    if !user.as_ref().is_some_and(|user| requester.is(user.id)) {
        requester.may(Permission::UsersWrite)?;
    }
    user.ok_or_else(gone)
}

/// Does what was asked, and looks again whether it may still be done.
async fn change(
    web: &Web,
    known: &UserRow,
    edit: &UserEdit,
    hash: Option<String>,
) -> Answered<UserRow> {
    let _turn = web.users_turn.lock().await;
    let mut user = again(web, known).await?;
    if user.role != known.role {
        let detail = "somebody else changed this user's role just now; look again";
        return Err(Refusal::new(ProblemKind::Conflict, detail));
    }
    if user.role == Role::Owner && edit.role.is_some_and(|role| role != Role::Owner) {
        another_owner(web, &user).await?;
    }
    user.name = edit.name.clone().unwrap_or(user.name);
    user.role = edit.role.unwrap_or(user.role);
    user.password = hash.or(user.password);
    put(web, &user).await?;
    Ok(user)
}

async fn again(web: &Web, user: &UserRow) -> Answered<UserRow> {
    web.backend.store.user(user.id).await?.ok_or_else(gone)
}

async fn put(web: &Web, user: &UserRow) -> Answered<()> {
    match web.backend.store.put_user(user).await {
        Ok(()) => Ok(()),
        Err(StoreError::NameTaken) => {
            let name = user.name.as_str();
            let taken = Problem::conflict("another user has this name");
            Err(taken
                .with(Wrong::new("name", name, "a name that nobody has"))
                .into())
        }
        Err(error) => Err(error.into()),
    }
}

/// Whoever found a browser that somebody is signed in with is not to lock them out.
async fn prove(
    web: &Web,
    requester: &Requester,
    user: &UserRow,
    old: Option<String>,
) -> Answered<()> {
    let taken = web
        .throttle
        .take(user.name.as_str(), requester.peer, Instant::now())?;
    let old = old.unwrap_or_default();
    if web.passwords.matches(old, user.password.clone()).await {
        web.throttle.was_right(taken, Instant::now());
        return Ok(());
    }
    let wrong = Wrong::new("old_password", "", "your password until now");
    Err(Problem::invalid(vec![wrong]).into())
}

async fn another_owner(web: &Web, user: &UserRow) -> Answered<()> {
    let users = web.backend.store.load_users().await?;
    let owner = |one: &UserRow| one.role == Role::Owner && one.id != user.id;
    if users.iter().any(owner) {
        return Ok(());
    }
    let detail = "this is the last owner; make another one first";
    Err(Refusal::new(ProblemKind::Conflict, detail))
}

fn gone() -> Refusal {
    Refusal::new(ProblemKind::NotFound, "there is no such user")
}

fn view(user: &UserRow) -> UserView {
    UserView {
        id: user.id.to_string(),
        name: user.name.to_string(),
        role: user.role.into(),
        password_set: user.password.is_some(),
        external: user.subject.is_some(),
        created_at: rfc3339(user.created_at),
        signed_in_at: user.signed_in_at.map(rfc3339),
    }
}
