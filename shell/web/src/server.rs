//! Accepts connections and serves the router on them, within limits of number and patience.

use std::future::ready;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::middleware::from_fn_with_state;
use axum::serve::{Listener, ListenerExt};
use axum::{Extension, Router};
use conclave_cert::Certificate;
use conclave_model::limits;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream, UnixListener};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::backend::{Shared, Web, closed};
use crate::https::over_tls;
use crate::requester::Peer;
use crate::router::router;
use crate::{Backend, Token};

/// The web face of one server, on as many listeners as wanted.
#[derive(Clone)]
pub struct HttpServer {
    web: Web,
}

impl HttpServer {
    #[must_use]
    pub fn new(backend: Backend) -> Self {
        Self {
            web: Shared::new(backend),
        }
    }

    /// Which request goes where. With a token every request needs it, except probes and the
    /// description of the API.
    pub fn router(&self, token: Option<Token>) -> Router {
        router(self.web.clone(), token)
    }

    /// Serves until `closing` (of the backend) is true and the last answers are given. Every
    /// request needs the token.
    pub async fn serve_tcp(&self, listener: TcpListener, token: Token) {
        let router = self.router(Some(token));
        let closing = self.web.backend.closing.clone();
        let begin = |stream| ready(Some(stream));
        serve(
            prompt(listener),
            router,
            closing,
            |address| Peer::Tcp(*address),
            begin,
        )
        .await;
    }

    /// As `serve_tcp`, over TLS with this certificate.
    pub async fn serve_tls(&self, listener: TcpListener, token: Token, certificate: Certificate) {
        let tls = certificate.for_web();
        let layer = from_fn_with_state(certificate, over_tls);
        let router = self.router(Some(token)).layer(layer);
        let closing = self.web.backend.closing.clone();
        let begin = move |stream| {
            let tls = tls.clone();
            // Whoever speaks no TLS is told so by it.
            async move { tls.accept(stream).await.ok() }
        };
        serve(
            prompt(listener),
            router,
            closing,
            |address| Peer::Tcp(*address),
            begin,
        )
        .await;
    }

    /// As `serve_tcp`; who can open the socket needs no token.
    pub async fn serve_unix(&self, listener: UnixListener) {
        let router = self.router(None);
        let closing = self.web.backend.closing.clone();
        let begin = |stream| ready(Some(stream));
        serve(listener, router, closing, |_| Peer::Unix, begin).await;
    }
}

/// Small answers are not to wait for more; a failure only makes them slower.
fn prompt(listener: TcpListener) -> impl Listener<Io = TcpStream, Addr = SocketAddr> {
    listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    })
}

/// `begin` makes of what was accepted what is conversed on, or nothing; it must end by itself.
async fn serve<L, S, F>(
    mut listener: L,
    router: Router,
    mut closing: watch::Receiver<bool>,
    peer_of: fn(&L::Addr) -> Peer,
    begin: impl Fn(L::Io) -> F,
) where
    L: Listener,
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    F: Future<Output = Option<S>> + Send + 'static,
{
    let places = Arc::new(Semaphore::new(limits::API_CONNECTIONS));
    let mut connections = JoinSet::new();
    loop {
        let next = async {
            let place = places.clone().acquire_owned().await;
            // Waits by itself when the process has no file descriptor left.
            let (stream, address) = listener.accept().await;
            (stream, peer_of(&address), place)
        };
        let (stream, peer, place) = tokio::select! {
            next = next => next,
            () = closed(&mut closing) => break,
        };
        let router = router.clone().layer(Extension(peer));
        let (begun, closing) = (begin(stream), closing.clone());
        connections.spawn(async move {
            if let Some(stream) = begun.await {
                converse(stream, router, closing).await;
            }
            drop(place);
        });
        while connections.try_join_next().is_some() {}
    }
    let finished = async { while connections.join_next().await.is_some() {} };
    if timeout(LAST_ANSWERS, finished).await.is_err() {
        tracing::warn!("some requests were cut off");
    }
}

async fn converse<S>(stream: S, router: Router, mut closing: watch::Receiver<bool>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits::API_CLIENT_PATIENCE)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = closed(&mut closing) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended in an error");
    }
}

/// What is under way when the server ends is given this long.
const LAST_ANSWERS: Duration = Duration::from_secs(5);
