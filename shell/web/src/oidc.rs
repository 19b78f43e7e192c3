//! Signing in by another service, over HTTP: there and back; believes nobody by itself.

use std::time::Instant;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use conclave_api::{OidcWay, Problem};
use conclave_model::limits;
use conclave_oidc::{Returned, Secrets, SignInFailure, SignInService};

use crate::arrivals;
use crate::backend::Web;
use crate::chance::no_chance;
use crate::cookie;
use crate::query::Parameters;
use crate::refusal::{Answered, Refusal};
use crate::requester::Requester;

/// Where the sign-in service sends people back to; register it there.
pub const OIDC_DONE: &str = "/api/v1/sign-in/oidc/done";

/// The way in by the other service, if there is one.
pub(crate) fn way(web: &Web) -> Option<OidcWay> {
    let service = web.backend.oidc.as_ref()?;
    Some(OidcWay {
        name: service.settings().name.clone(),
        // Under another name of ours, the browser would not find its cookie when it comes back.
        start: service.settings().here(START),
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
pub(crate) async fn begin_oidc(State(web): State<Web>, parameters: Parameters) -> Answered {
    let service = service(&web)?;
    let back = parameters.of(&["back"])?.text("back");
    let back = back.filter(|back| is_ours(back)).unwrap_or("/".into());
    let secret = || cookie::new_secret().map_err(|_| no_chance());
    let secrets = Secrets {
        state: secret()?,
        nonce: secret()?,
        verifier: secret()?,
        proof: secret()?,
    };
    match service.begin(back.clone(), secrets).await {
        Ok(begun) => {
            let proof = cookie::set_leave(&begun.proof, is_secure(service));
            Ok(lead(&begun.location, [proof]))
        }
        Err(why) => {
            tracing::warn!(%why, "nobody can sign in by the other service");
            Ok(failed(service, &back, &why))
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
        (status = "default", description = "Refused; 404 without a sign-in service", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn finish_oidc(
    State(web): State<Web>,
    requester: Requester,
    headers: HeaderMap,
    parameters: Parameters,
) -> Answered {
    let service = service(&web)?;
    let taken = web.throttle.take_nameless(requester.peer, Instant::now());
    let Ok(taken) = taken else {
        return Ok(failed(service, "/", &SignInFailure::TooMany));
    };
    let mut sent = parameters.whatever();
    let mut text = |name: &str| sent.remove(name);
    let returned = Returned {
        state: text("state"),
        code: text("code"),
        issuer: text("iss"),
        error: text("error"),
    };
    let finished = service.finish(returned, cookie::leave_of(&headers)).await;
    let back = finished.back.unwrap_or("/".into());
    let arrived = match finished.person {
        Ok(person) => arrivals::let_in(&web, &requester, service, person).await?,
        Err(why) => {
            arrivals::note_refusal(&web, &requester, &why).await?;
            Err(why)
        }
    };
    match arrived {
        Ok(secret) => {
            web.throttle.was_right(taken, Instant::now());
            let session = cookie::set_over(&secret, is_secure(service));
            Ok(lead(
                &back,
                [session, cookie::clear_leave(is_secure(service))],
            ))
        }
        Err(why) => Ok(failed(service, &back, &why)),
    }
}

fn service(web: &Web) -> Answered<&SignInService> {
    let none = || {
        let detail = "no sign-in service is set up; see `oidc` in conclave.toml";
        Refusal::from(Problem::not_found(detail))
    };
    web.backend.oidc.as_deref().ok_or_else(none)
}

fn is_secure(service: &SignInService) -> bool {
    service.settings().url.is_secure()
}

/// A page of ours: no other site's, and nothing that a browser could take for one.
fn is_ours(back: &str) -> bool {
    let safe = back
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let short = back.len() <= limits::SIGN_IN_BACK_BYTES;
    short && safe && back.starts_with('/') && !back.starts_with("//")
}

/// Back to the page that was wanted, which asks to sign in and says why that failed.
fn failed(service: &SignInService, back: &str, why: &SignInFailure) -> Response {
    let (path, fragment) = back.split_once('#').unwrap_or((back, ""));
    let joint = if path.contains('?') { '&' } else { '?' };
    let hash = if fragment.is_empty() { "" } else { "#" };
    let location = format!("{path}{joint}sign_in={}{hash}{fragment}", why.code());
    lead(&location, [cookie::clear_leave(is_secure(service))])
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
}
