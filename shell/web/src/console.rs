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
    if let Some(file) = Built::get(name) {
        let kept = if name.starts_with("assets/") {
            FOREVER
        } else {
            ASK_AGAIN
        };
        return Some(answer(
            StatusCode::OK,
            kind_of(name),
            kept,
            file.data.into(),
        ));
    }
    if !wants_page(headers) {
        return None;
    }
    Some(match Built::get("index.html") {
        Some(page) => answer(StatusCode::OK, HTML, ASK_AGAIN, page.data.into()),
        None => {
            let missing = MISSING.as_bytes().to_vec();
            answer(StatusCode::NOT_FOUND, HTML, ASK_AGAIN, missing)
        }
    })
}

fn wants_page(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT);
    accept.is_some_and(|value| value.as_bytes().windows(9).any(|word| word == b"text/html"))
}

fn answer(status: StatusCode, kind: &'static str, kept: &'static str, body: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, kept),
        (header::CONTENT_SECURITY_POLICY, POLICY),
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
