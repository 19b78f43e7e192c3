//! What a request that came over our own TLS is told apart by; shakes no hand.

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use conclave_cert::Certificate;

/// The cookie of a session is one that browsers send over TLS alone, as behind a proxy that speaks
/// it; and where the certificate is one that they believe, they are told to come over TLS always.
pub(crate) async fn over_tls(
    State(certificate): State<Certificate>,
    mut request: Request,
    next: Next,
) -> Response {
    let https = HeaderValue::from_static("https");
    request.headers_mut().insert(FORWARDED_PROTO, https);
    let mut response = next.run(request).await;
    // A browser that was told so lets nobody pass by a certificate that it does not believe
    // (RFC 6797 §8.4): with one of our own the console would be locked for good.
    if !certificate.is_self_signed() {
        let headers = response.headers_mut();
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
    response
}

const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
/// Thirty days: who gives up TLS is not locked out for longer.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=2592000");
