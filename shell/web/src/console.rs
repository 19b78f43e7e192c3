//! The console's files as they were built into the program; knows no page of it.

use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

/// What `npm run build` made in `ui/`; empty when the program was built without it.
#[derive(RustEmbed)]
#[folder = "$OUT_DIR/console"]
struct Built;

/// A file of the console, or its one page for every other path a browser asks a page for.
///
/// None when this is no business of the console: the API answers then.
pub(crate) fn serve(method: &Method, uri: &Uri, headers: &HeaderMap) -> Option<Response> {
    let path = uri.path();
    if !matches!(*method, Method::GET | Method::HEAD) || path.starts_with("/api/") {
        return None;
    }
    let name = path.trim_start_matches('/');
    if matches!(name, "docs" | "docs/" | REFERENCE) {
        return Some(page(REFERENCE, REFERENCE_POLICY));
    }
    if let Some(file) = Built::get(name) {
        let kept = if name.starts_with("assets/") {
            FOREVER
        } else {
            ASK_AGAIN
        };
        let body = file.data.into();
        return Some(answer(StatusCode::OK, kind_of(name), kept, POLICY, body));
    }
    wants_page(headers).then(|| page("index.html", POLICY))
}

fn page(name: &str, policy: &'static str) -> Response {
    let (status, body) = match Built::get(name) {
        Some(page) => (StatusCode::OK, page.data.into()),
        None => (StatusCode::NOT_FOUND, MISSING.as_bytes().to_vec()),
    };
    answer(status, HTML, ASK_AGAIN, policy, body)
}

fn wants_page(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT);
    accept.is_some_and(|value| value.as_bytes().windows(9).any(|word| word == b"text/html"))
}

fn answer(
    status: StatusCode,
    kind: &'static str,
    kept: &'static str,
    policy: &'static str,
    body: Vec<u8>,
) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, kept),
        (header::CONTENT_SECURITY_POLICY, policy),
    ];
    let mut response = (status, headers, body).into_response();
    // A page of ours may say where it came from to ourselves only.
    response.headers_mut().insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("same-origin"),
    );
    response
}

fn kind_of(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => HTML,
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "json" => "application/json",
        "woff2" => "font/woff2",
        "png" => "image/png",
        _ => "application/octet-stream",
    }
}

const HTML: &str = "text/html; charset=utf-8";
/// The names of these files hold the hash of what is in them.
const FOREVER: &str = "public, max-age=31536000, immutable";
const ASK_AGAIN: &str = "no-cache";
/// Scripts, styles and sounds from here alone; nothing inline, nothing framed.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; connect-src 'self'; \
    manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
/// The reference of the API, which is open to everybody.
const REFERENCE: &str = "docs.html";
/// As above, but for what draws the reference, which writes its styles into the page; it asks
/// nobody but us.
const REFERENCE_POLICY: &str = "default-src 'none'; script-src 'self'; \
    style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const MISSING: &str = "<!doctype html><html lang=en><meta charset=utf-8><title>Conclave</title>\
    <h1>The console is not in this program</h1>\
    <p>It was built with <code>cargo build</code> alone. <code>cargo xtask run</code> builds the \
    console too; by hand it is <code>npm ci &amp;&amp; npm run build</code> in <code>ui/</code>, \
    then <code>cargo build</code> again.\
    <p>Everything else works: the API is under <code>/api/v1</code>, and so does the command line.";

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(path: &str, accept: &'static str) -> Option<Response> {
        let headers = HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(accept))]);
        serve(&Method::GET, &path.parse().expect("a path"), &headers)
    }

    #[test]
    fn pages_go_to_browsers_and_the_rest_to_the_api() {
        assert!(ask("/rooms/801", "text/html,*/*").is_some());
        assert!(ask("/rooms/801", "application/json").is_none());
        assert!(ask("/api/v1/nothing", "text/html").is_none());
        assert!(ask("/../Cargo.toml", "*/*").is_none());
        let posted = Method::POST;
        assert!(serve(&posted, &Uri::from_static("/"), &HeaderMap::new()).is_none());
    }

    #[test]
    fn the_reference_is_a_page_of_its_own() {
        for path in ["/docs", "/docs/", "/docs.html"] {
            let page = ask(path, "*/*").expect("a page");
            let policy = &page.headers()[header::CONTENT_SECURITY_POLICY];
            let policy = policy.to_str().expect("text");
            assert!(policy.contains("script-src 'self'; "), "{policy}");
            assert!(policy.contains("connect-src 'self'; "), "{policy}");
        }
    }

    #[test]
    fn a_program_without_the_console_says_how_to_get_it() {
        let page = ask("/", "text/html").expect("a page");
        let there = Built::get("index.html").is_some();
        assert_eq!(page.status() == StatusCode::OK, there);
        let policy = &page.headers()[header::CONTENT_SECURITY_POLICY];
        assert!(
            policy
                .to_str()
                .expect("text")
                .contains("script-src 'self';")
        );
    }
}
