//! Reads on what a client still sends when it was answered already; looks at none of it.
//!
//! Whoever refuses an upload before its end would close the connection under the client's hands:
//! its system then throws away the answer with the rest (RFC 9112 §9.6).

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::extract::Request;
use conclave_model::limits;
use http_body_util::BodyExt;
use hyper::body::{Body as _, Frame, SizeHint};
use tokio::runtime::Handle;
use tokio::time::timeout;

/// The same request, whose body may be left unread.
pub(crate) async fn lingering(request: Request) -> Request {
    request.map(|body| Body::new(Lingering(body)))
}

struct Lingering(Body);

impl hyper::body::Body for Lingering {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.0).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}

impl Drop for Lingering {
    fn drop(&mut self) {
        if self.0.is_end_stream() {
            return;
        }
        let mut rest = std::mem::take(&mut self.0);
        // Without a runtime the server is about to end.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(timeout(limits::API_LINGER, async move {
                while let Some(Ok(_)) = rest.frame().await {}
            }));
        }
    }
}
