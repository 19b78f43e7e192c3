//! The two doors: TCP with a token, the socket in the data directory without.

#![allow(clippy::unwrap_used)] // A test may fail.

mod common;

use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use common::{Server, server};
use conclave_web::{SOCKET_NAME, Token, bind_unix};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};

async fn say<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S, head: &str) -> String {
    let request = format!("{head}\r\nHost: x\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap()
}

async fn tcp_door(server: &Server) -> (std::net::SocketAddr, Token) {
    let token = Token::load_or_create(server.dir.path()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let http = server.http.clone();
    let door = token.clone();
    tokio::spawn(async move { http.serve_tcp(listener, door).await });
    (address, token)
}

#[tokio::test]
async fn over_tcp_only_the_token_opens() {
    let server = server().await;
    let (address, token) = tcp_door(&server).await;
    let ask = async |head: &str| say(TcpStream::connect(address).await.unwrap(), head).await;
    let live = "GET /api/v1/live HTTP/1.1";

    let refused = ask(live).await;
    assert_eq!(status(&refused), "401");
    assert!(
        refused.to_lowercase().contains("www-authenticate: bearer"),
        "{refused}"
    );
    assert!(refused.contains("application/problem+json"));
    let secret = token.reveal();
    for wrong in [
        "Bearer x".to_owned(),
        format!("Bearer {}", &secret[1..]),
        format!("Bearer {secret}0"),
        format!("Basic {secret}"),
        secret.to_owned(),
    ] {
        let refused = ask(&format!("{live}\r\nAuthorization: {wrong}")).await;
        assert_eq!(status(&refused), "401");
        assert!(!refused.contains(secret));
    }
    let right = ask(&format!("{live}\r\nAuthorization: bearer {secret}")).await;
    assert_eq!(status(&right), "200");

    for (path, expected) in [
        ("/healthz", "200"),
        ("/readyz", "200"),
        ("/api/v1/openapi.json", "200"),
        ("/metrics", "401"),
        ("/api/v1/events", "401"),
        ("/nowhere", "404"),
        ("/api/v1/nowhere", "404"),
        ("/api/v1/session", "401"),
        ("/api/v1/setup", "200"),
        ("/healthz/../api/v1/live", "404"),
    ] {
        assert_eq!(
            status(&ask(&format!("GET {path} HTTP/1.1")).await),
            expected,
            "{path}"
        );
    }
}

#[tokio::test]
async fn the_socket_needs_no_token_and_opens_to_its_owner_alone() {
    let server = server().await;
    let dir = server.dir.path();
    std::fs::write(dir.join(SOCKET_NAME), "left behind by a killed server").unwrap();
    let listener = bind_unix(dir).unwrap();
    let path = dir.join(SOCKET_NAME);
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let http = server.http.clone();
    let serving = tokio::spawn(async move { http.serve_unix(listener).await });
    let stream = UnixStream::connect(&path).await.unwrap();
    assert_eq!(
        status(&say(stream, "GET /api/v1/live HTTP/1.1").await),
        "200"
    );

    // An idle connection does not hold up the end.
    let _idle = UnixStream::connect(&path).await.unwrap();
    server.closing.send_replace(true);
    tokio::time::timeout(Duration::from_secs(20), serving)
        .await
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn bytes_that_are_no_request_end_their_own_connection() {
    let server = server().await;
    let (address, _) = tcp_door(&server).await;
    for nonsense in [
        "\u{16}\u{3}\u{1}",
        "GET",
        "INVITE sip:x SIP/2.0",
        "GET / HTTP/9.9",
    ] {
        let answer = say(TcpStream::connect(address).await.unwrap(), nonsense).await;
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 4"),
            "{answer}"
        );
    }
    let alive = say(
        TcpStream::connect(address).await.unwrap(),
        "GET /healthz HTTP/1.1",
    )
    .await;
    assert_eq!(status(&alive), "200");
}

#[test]
fn the_token_is_made_once_and_kept_from_others() {
    let dir = tempfile::tempdir().unwrap();
    let first = Token::load_or_create(dir.path()).unwrap();
    let again = Token::load_or_create(dir.path()).unwrap();
    assert_eq!(first.reveal(), again.reveal());
    assert_eq!(first.reveal().len(), 64);
    let file = dir.path().join("token");
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert!(!format!("{first:?}").contains(first.reveal()));
    std::fs::write(&file, "short\n").unwrap();
    assert!(Token::load_or_create(dir.path()).is_err());
}

#[tokio::test]
async fn whoever_is_refused_while_sending_still_reads_why() {
    let server = server().await;
    let (address, _) = tcp_door(&server).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /api/v1/system/restore HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
         Content-Type: application/octet-stream\r\nContent-Length: {UPLOAD_BYTES}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    // More than the buffers of both ends hold: without a reader it would never be taken.
    stream.write_all(&vec![0; UPLOAD_BYTES]).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert_eq!(status(&answer), "401");
    assert!(answer.contains("application/problem+json"), "{answer}");
}

const UPLOAD_BYTES: usize = 32 << 20;
