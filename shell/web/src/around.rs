//! What happens around every request: its id, its log line, its count, the headers for browsers.

use std::sync::atomic::Ordering;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::backend::Web;

/// Names the request, answers it, and writes one line that holds neither names nor numbers of
/// people: the path as the route has it, never as it was sent.
pub(crate) async fn around(State(web): State<Web>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request_id(&web, &request);
    let method = request.method().clone();
    let path = request.extensions().get::<MatchedPath>().cloned();
    let mut response = next.run(request).await;
    let status = response.status().as_u16();
    let class = usize::from(status / 100).clamp(1, 5);
    web.answers[class - 1].fetch_add(1, Ordering::Relaxed);
    let path = path.as_ref().map_or("?", MatchedPath::as_str);
    let ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::debug!(%method, path, status, ms, id = id.to_str().unwrap_or("?"), "answered");
    let headers = response.headers_mut();
    headers.insert(REQUEST_ID, id);
    for (name, value) in BROWSER_HEADERS {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    response
}

/// The client's own id if it is a decent one, else the next of ours.
fn request_id(web: &Web, request: &Request) -> HeaderValue {
    let given = request.headers().get(REQUEST_ID);
    let decent = |value: &&HeaderValue| {
        let bytes = value.as_bytes();
        (1..=64).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_graphic)
    };
    match given.filter(decent) {
        Some(given) => given.clone(),
        None => {
            let number = web.request_number.fetch_add(1, Ordering::Relaxed);
            HeaderValue::from_str(&format!("req-{number}")).unwrap_or(HeaderValue::from_static("?"))
        }
    }
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// No answer of ours is a page, and some hold a PIN.
const BROWSER_HEADERS: [(HeaderName, &str); 5] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'",
    ),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
];
