//! Signing in by another service, over HTTP: there and back; believes nobody by itself.

use std::time::Instant;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use conclave_api::{OidcWay, Problem};
use conclave_model::{Role, UserId, UserName, limits};
use conclave_oidc::{Person, Returned, Secrets, SignInFailure, SignInService};
use conclave_store::UserRow;

use crate::audit::{audit, audit_by, audit_refused};
use crate::backend::{Web, now};
use crate::chance::{chance, no_chance};
use crate::cookie;
use crate::query::Parameters;
use crate::refusal::{Answered, Refusal};
use crate::requester::Requester;
use crate::revocations::Revoked;
use crate::sign_in::start_session;

/// The way in by the other service, if there is one.
pub(crate) fn way(web: &Web) -> Option<OidcWay> {
    let service = web.backend.oidc.as_ref()?;
    Some(OidcWay {
        name: service.settings().name.clone(),
        start: START.to_owned(),
    })
}

/// Sends the browser to the sign-in service, which sends it back to `/sign-in/oidc/done`.
///
/// What goes wrong leads back to the page of signing in, with the reason as `sign_in` in its
/// address.
#[utoipa::path(
    get, path = "/sign-in/oidc", tag = "session", security(()),
    params(("back" = Option<String>, Query, description = "The page to come back to", example = "/rooms")),
    responses(
        (status = 303, description = "On the way", headers(("Location" = String), ("Set-Cookie" = String))),
        (status = "default", description = "Refused; 404 without a sign-in service", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn begin_oidc(
    State(web): State<Web>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Answered {
    let service = service(&web)?;
    let back = parameters.of(&["back"])?.text("back");
    let back = back.filter(|back| is_ours(back)).unwrap_or("/".into());
    let Some(here) = here(service, &headers) else {
        return Ok(failed(&back, &SignInFailure::Unknown));
    };
    let secret = || cookie::new_secret().map_err(|_| no_chance());
    let secrets = Secrets {
        state: secret()?,
        nonce: secret()?,
        verifier: secret()?,
        proof: secret()?,
    };
    let redirect = format!("{here}{START}/done");
    match service.begin(redirect, back.clone(), secrets).await {
        Ok(begun) => {
            let proof = cookie::set_leave(&begun.proof, &headers);
            Ok(lead(&begun.location, [proof]))
        }
        Err(why) => {
            tracing::warn!(%why, "nobody can sign in by the other service");
            Ok(failed(&back, &why))
        }
    }
}

/// Takes the browser back from the sign-in service and signs it in.
#[utoipa::path(
    get, path = "/sign-in/oidc/done", tag = "session", security(()),
    params(
        ("state" = Option<String>, Query, description = "As it was sent there"),
        ("code" = Option<String>, Query, description = "Good once, and for us alone"),
        ("iss" = Option<String>, Query, description = "Who sends them back (RFC 9207)"),
        ("error" = Option<String>, Query, description = "Instead of a code"),
    ),
    responses(
        (status = 303, description = "Signed in, or back to the page of signing in with the reason as `sign_in`", headers(("Location" = String), ("Set-Cookie" = String))),
        (status = "default", description = "Refused; 404 without a sign-in service, 429 after too many failures", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn finish_oidc(
    State(web): State<Web>,
    requester: Requester,
    headers: HeaderMap,
    parameters: Parameters,
) -> Answered {
    let service = service(&web)?;
    let taken = web
        .throttle
        .take("the other service", requester.peer, Instant::now())?;
    let mut known = parameters.whatever();
    let mut text = |name: &str| known.remove(name);
    let returned = Returned {
        state: text("state"),
        code: text("code"),
        issuer: text("iss"),
        error: text("error"),
    };
    let finished = service.finish(returned, cookie::leave_of(&headers)).await;
    let back = finished.back.unwrap_or("/".into());
    let user = match finished.person {
        Ok(person) => user_of(&web, &requester, person).await?,
        Err(why) => Err(why),
    };
    let user = match user {
        Ok(user) => user,
        Err(why) => {
            tracing::info!(%why, "a sign-in by the other service failed");
            audit_refused(&web, &requester, "console", &why.to_string()).await?;
            return Ok(failed(&back, &why));
        }
    };
    web.throttle.was_right(taken, Instant::now());
    let id = user.id.to_string();
    let how = format!("by {}", service.settings().name);
    let who = (id.clone(), user.name.to_string());
    audit_by(&web, who, requester.peer, "session.opened", &id, &how).await?;
    let (secret, _) = start_session(&web, Some(user)).await?;
    let cookies = [
        cookie::set(&secret, &headers),
        cookie::clear_leave(&headers),
    ];
    Ok(lead(&back, cookies))
}

/// The user that this person is here; who comes for the first time becomes one. What the service
/// says of their role counts each time.
async fn user_of(
    web: &Web,
    requester: &Requester,
    person: Person,
) -> Answered<Result<UserRow, SignInFailure>> {
    let _turn = web.users_turn.lock().await;
    let store = &web.backend.store;
    let users = store.load_users().await?;
    let known = |user: &&UserRow| user.subject.as_deref() == Some(&*person.subject);
    if let Some(user) = users.iter().find(known) {
        let owners = users.iter().filter(|user| user.role == Role::Owner);
        // Nobody else could let anybody in any more.
        let is_last = user.role == Role::Owner && owners.count() == 1;
        if user.role == person.role || is_last {
            return Ok(Ok(user.clone()));
        }
        let mut user = user.clone();
        user.role = person.role;
        store.put_user(&user).await?;
        web.revocations.say(Revoked::User(user.id));
        let (id, detail) = (user.id.to_string(), format!("role: {}", user.role));
        audit(web, requester, "user.updated", &id, &detail).await?;
        return Ok(Ok(user));
    }
    // The first user comes with the code from the console; a service makes nobody the first.
    if users.is_empty() || users.len() >= limits::USERS {
        return Ok(Err(SignInFailure::NoRole));
    }
    let Some(name) = free_name(&person.name, &users) else {
        return Ok(Err(SignInFailure::NoRole));
    };
    let user = UserRow {
        id: UserId::mint(now(), &mut chance()?),
        name,
        role: person.role,
        password: None,
        subject: Some(person.subject),
        created_at: now(),
        signed_in_at: None,
    };
    store.put_user(&user).await?;
    let detail = format!("{}, {}", user.name, user.role);
    audit(
        web,
        requester,
        "user.created",
        &user.id.to_string(),
        &detail,
    )
    .await?;
    Ok(Ok(user))
}

/// Their name, or with a number behind it: a name that another user has does not make them one.
fn free_name(wanted: &str, users: &[UserRow]) -> Option<UserName> {
    let shown: String = wanted.chars().filter(|one| !one.is_control()).collect();
    let room = *limits::USER_NAME_CHARS.end() - 3;
    let shown: String = shown.chars().take(room).collect();
    if shown.trim().is_empty() {
        return None;
    }
    let names = (1..100).map(|number| match number {
        1 => shown.clone(),
        _ => format!("{shown} {number}"),
    });
    let mut names = names.filter_map(|name| name.parse::<UserName>().ok());
    names.find(|name| {
        let name = name.as_str().to_lowercase();
        !users
            .iter()
            .any(|user| user.name.as_str().to_lowercase() == name)
    })
}

fn service(web: &Web) -> Answered<&SignInService> {
    let none = || {
        let detail = "no sign-in service is set up; see `oidc` in conclave.toml";
        Refusal::from(Problem::not_found(detail))
    };
    web.backend.oidc.as_deref().ok_or_else(none)
}

/// How this browser reaches us. The service leads nobody to an address that it was not told before.
fn here(service: &SignInService, headers: &HeaderMap) -> Option<String> {
    if let Some(url) = &service.settings().url {
        return Some(url.trim_end_matches('/').to_owned());
    }
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    let scheme = if cookie::is_behind_tls(headers) {
        "https"
    } else {
        "http"
    };
    (!host.is_empty() && host.bytes().all(plain)).then(|| format!("{scheme}://{host}"))
}

/// A page of ours: no other site's, and nothing that a browser could take for one.
fn is_ours(back: &str) -> bool {
    let safe = back
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    back.len() <= BACK_BYTES && safe && back.starts_with('/') && !back.starts_with("//")
}

fn failed(back: &str, why: &SignInFailure) -> Response {
    let (path, fragment) = back.split_once('#').unwrap_or((back, ""));
    let joint = if path.contains('?') { '&' } else { '?' };
    let hash = if fragment.is_empty() { "" } else { "#" };
    let location = format!("{path}{joint}sign_in={}{hash}{fragment}", why.code());
    lead(&location, [])
}

fn lead<const N: usize>(location: &str, cookies: [HeaderValue; N]) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    let location = HeaderValue::from_str(location);
    let location = location.unwrap_or(HeaderValue::from_static("/"));
    headers.insert(header::LOCATION, location);
    for cookie in cookies {
        headers.append(header::SET_COOKIE, cookie);
    }
    response
}

const START: &str = "/api/v1/sign-in/oidc";
/// The longest address of a page of ours has a search in it.
const BACK_BYTES: usize = 1_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_ours_are_led_back_to() {
        for back in ["/", "/rooms/801?q=a%20b", "/calls#top"] {
            assert!(is_ours(back), "{back}");
        }
        for back in [
            "",
            "rooms",
            "//elsewhere.example",
            "/\\elsewhere.example",
            "https://elsewhere.example",
            "/\r\nSet-Cookie:a",
            "/ ü",
        ] {
            assert!(!is_ours(back), "{back}");
        }
    }

    #[test]
    fn a_name_that_somebody_has_gets_a_number() {
        let user = |name: &str| UserRow {
            id: UserId::mint(conclave_model::UnixMillis(1), &mut chance().expect("some")),
            name: name.parse().expect("a name"),
            role: Role::Auditor,
            password: None,
            subject: None,
            created_at: conclave_model::UnixMillis(1),
            signed_in_at: None,
        };
        let users = [user("anna"), user("Anna 2")];
        let name = |wanted: &str| free_name(wanted, &users).map(|name| name.to_string());
        assert_eq!(name("Anna").as_deref(), Some("Anna 3"));
        assert_eq!(name("be\u{0}rt").as_deref(), Some("bert"));
        assert_eq!(name(&"x".repeat(300)).map(|name| name.len()), Some(61));
        assert_eq!(name("\u{0}"), None);
    }
}
