//! Which request goes where, and what is around all of them.

use std::any::Any;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, Method, Uri};
use axum::middleware::{from_fn_with_state, map_request};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use conclave_api::ProblemKind;
use tower_http::catch_panic::CatchPanicLayer;

use crate::access::{self, Access};
use crate::auth::Token;
use crate::backend::Web;
use crate::lingering::lingering;
use crate::refusal::Refusal;
use crate::{around, console, docs};

/// The whole face. Without a token, whoever comes may do everything.
pub(crate) fn router(web: Web, token: Option<Token>) -> Router {
    let (routes, _) = docs::described_routes().split_for_parts();
    let routes = routes
        .route("/api/v1/openapi.json", get(docs::serve_openapi))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(DefaultBodyLimit::disable())
        .layer(CatchPanicLayer::custom(panicked));
    let access = Access {
        web: web.clone(),
        token,
    };
    routes
        .layer(from_fn_with_state(access, access::access))
        .layer(from_fn_with_state(web.clone(), around::around))
        .layer(map_request(lingering))
        .with_state(web)
}

async fn not_found(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if let Some(page) = console::serve(&method, &uri, &headers) {
        return page;
    }
    let inside = uri.path().starts_with("/api/v1/");
    let detail = if inside {
        "there is nothing under this path; /api/v1/openapi.json lists what there is"
    } else {
        "there is nothing under this path; the API is under /api/v1"
    };
    Refusal::new(ProblemKind::NotFound, detail).into_response()
}

async fn method_not_allowed() -> Refusal {
    let detail = "this path exists, but not for this method; the header Allow lists those it has";
    Refusal::new(ProblemKind::MethodNotAllowed, detail)
}

/// One request's panic is its own.
#[allow(clippy::needless_pass_by_value)] // The layer hands it over.
fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a request handler panicked");
    let detail = "the request failed by a fault of the server; the log has more";
    Refusal::new(ProblemKind::Internal, detail).into_response()
}
