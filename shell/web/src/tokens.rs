//! The tokens of programs over HTTP: made, listed and removed; a secret is shown once.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use conclave_api::{
    NewToken, NewTokenView, Page, PermissionName, Problem, ProblemKind, TokenView, Wrong,
    read_new_token, rfc3339,
};
use conclave_model::{Permission, Permissions, TokenId, limits};
use conclave_store::TokenRow;

use crate::audit::audit;
use crate::backend::{Web, now};
use crate::body::JsonBody;
use crate::chance::{chance, no_chance};
use crate::cookie;
use crate::path::Segments;
use crate::refusal::{Answered, Refusal};
use crate::requester::Requester;
use crate::revocations::Revoked;

/// The tokens, in the order in which they were made, each with what it may do: nothing that the
/// user whose it is may not.
#[utoipa::path(
    get, path = "/tokens", tag = "tokens",
    responses(
        (status = 200, description = "All of them, without their secrets", body = Page<TokenView>),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_tokens(State(web): State<Web>) -> Answered {
    let users = web.backend.store.load_users().await?;
    let mut tokens = web.backend.store.load_tokens().await?;
    for token in &mut tokens {
        let user = users.iter().find(|user| Some(user.id) == token.user);
        let most = user.map_or(Permissions::all(), |user| user.role.permissions());
        token.permissions = token.permissions.within(most);
    }
    let items = tokens.iter().map(view).collect();
    Ok(Json(Page::<TokenView>::whole(items)).into_response())
}

/// Makes a token. The answer is the only one that holds its secret.
///
/// It belongs to the user who makes it: it goes when they are removed, unless it is kept then, and
/// may never do more than they.
#[utoipa::path(
    post, path = "/tokens", tag = "tokens",
    request_body = NewToken,
    responses(
        (status = 201, description = "Made; good from now on", body = NewTokenView),
        (status = "default", description = "Refused; 403 for a permission that one does not have", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create_token(
    State(web): State<Web>,
    requester: Requester,
    body: JsonBody,
) -> Answered {
    let draft = read_new_token(body.required()?, now())?;
    within(&requester, draft.permissions)?;
    let store = &web.backend.store;
    let count = store.load_tokens().await?.len();
    if count >= limits::API_TOKENS {
        let detail = format!("there are {count} tokens already; remove those that nobody uses");
        return Err(Refusal::new(ProblemKind::Refused, detail));
    }
    let (_, created_by) = requester.actor.id_and_name();
    let token = TokenRow {
        id: TokenId::mint(now(), &mut chance()?),
        name: draft.name,
        permissions: draft.permissions,
        user: requester.user(),
        created_by,
        created_at: now(),
        expires_at: draft.expires_at,
        used_at: None,
    };
    // The prefix lets those who look for lost secrets recognise one.
    let secret = format!(
        "conclave_{}",
        cookie::new_secret().map_err(|_| no_chance())?
    );
    store.put_token(&token, &cookie::hash(&secret)).await?;
    let names: Vec<&str> = token.permissions.iter().map(Permission::name).collect();
    let detail = format!("{}: {}", token.name, names.join(" "));
    let id = token.id.to_string();
    audit(&web, &requester, "token.created", &id, &detail).await?;
    let location = [(header::LOCATION, format!("/api/v1/tokens/{id}"))];
    let token = view(&token);
    let made = Json(NewTokenView { token, secret });
    Ok((StatusCode::CREATED, location, made).into_response())
}

/// Removes a token; its program is shut out at once.
#[utoipa::path(
    delete, path = "/tokens/{token}", tag = "tokens",
    params(("token" = String, Path, description = "Its id")),
    responses(
        (status = 204, description = "Removed"),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn delete_token(
    State(web): State<Web>,
    requester: Requester,
    Segments(id): Segments<String>,
) -> Answered {
    let store = &web.backend.store;
    let tokens = store.load_tokens().await?;
    let token = tokens.into_iter().find(|token| token.id.to_string() == id);
    let gone = || Refusal::new(ProblemKind::NotFound, "there is no such token");
    let token = token.ok_or_else(gone)?;
    within(&requester, token.permissions)?;
    store.delete_token(token.id).await?;
    web.revocations.say(Revoked::Token(token.id));
    audit(&web, &requester, "token.deleted", &id, &token.name).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Nobody gives, or takes from a program, what they do not have themselves.
pub(crate) fn within(requester: &Requester, permissions: Permissions) -> Result<(), Refusal> {
    let beyond: Vec<Wrong> = permissions
        .iter()
        .filter(|permission| !requester.permissions.has(*permission))
        .map(|one| {
            Wrong::new(
                "permissions",
                one.name(),
                "permissions that you have yourself",
            )
        })
        .collect();
    if beyond.is_empty() {
        return Ok(());
    }
    let detail = "a token may do nothing that its maker may not";
    let problem = Problem::new(ProblemKind::Refused, detail);
    Err(beyond.into_iter().fold(problem, Problem::with).into())
}

fn view(token: &TokenRow) -> TokenView {
    TokenView {
        id: token.id.to_string(),
        name: token.name.clone(),
        permissions: token.permissions.iter().map(PermissionName::from).collect(),
        user: token.user.map(|user| user.to_string()),
        created_by: token.created_by.clone(),
        created_at: rfc3339(token.created_at),
        expires_at: token.expires_at.map(rfc3339),
        used_at: token.used_at.map(rfc3339),
    }
}
