//! Plain HTTP over real sockets: what is sent, and what is made of answers that are none.

#![allow(clippy::unwrap_used)] // A test may fail.

use std::time::Duration;

use conclave_fetch::{Answer, Asked, FetchError, Fetcher, Networks, Trust};
use conclave_model::limits;
use hyper::body::Bytes;
use hyper::{HeaderMap, Method};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const PATIENCE: Duration = Duration::from_secs(20);

/// Answers one request with these bytes, and says what was asked.
async fn answered(answer: Vec<u8>) -> (Result<Answer, FetchError>, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut heard = vec![0; 4_096];
        let length = stream.read(&mut heard).await.unwrap();
        // Whoever asks may go before everything is written.
        let _ = stream.write_all(&answer).await;
        String::from_utf8_lossy(&heard[..length]).into_owned()
    });
    let url = format!("http://{address}/in?k=v");
    (ask(&url, PATIENCE).await, server.await.unwrap())
}

async fn ask(url: &str, patience: Duration) -> Result<Answer, FetchError> {
    let url = url.parse().unwrap();
    let asked = Asked {
        method: Method::POST,
        url: &url,
        headers: HeaderMap::new(),
        body: Bytes::from_static(b"{}"),
    };
    let fetcher = Fetcher::new(Networks::Private, Trust::nobody(), patience);
    fetcher.ask(asked).await
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_nothing_else() {
    let answer =
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n";
    let (answer, heard) = answered(answer.to_vec()).await;
    assert_eq!(answer.unwrap().status, 302);
    assert!(heard.starts_with("POST /in?k=v HTTP/1.1\r\n"), "{heard}");
    assert!(
        heard.contains("host: 127.0.0.1:") && heard.ends_with("\r\n\r\n{}"),
        "{heard}"
    );
}

#[tokio::test]
async fn what_is_no_answer_says_why() {
    let (answer, _) = answered(b"SSH-2.0-OpenSSH\r\n".to_vec()).await;
    assert!(matches!(answer, Err(FetchError::Broken(_))), "{answer:?}");
}

#[tokio::test]
async fn an_answer_that_is_too_long_is_not_kept() {
    let length = limits::FETCHED_BYTES + 1;
    let mut answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n").into_bytes();
    answer.resize(answer.len() + length, b'x');
    let (answer, _) = answered(answer).await;
    let answer = answer.unwrap();
    assert_eq!((answer.status, answer.body.len()), (200, 0));
}

#[tokio::test]
async fn headers_without_end_are_no_answer() {
    let mut answer = b"HTTP/1.1 200 OK\r\n".to_vec();
    for number in 0..50_000 {
        answer.extend(format!("x-{number}: y\r\n").bytes());
    }
    let (answer, _) = answered(answer).await;
    assert!(matches!(answer, Err(FetchError::Broken(_))), "{answer:?}");
}

#[tokio::test]
async fn a_forbidden_address_is_not_connected_to() {
    for url in [
        "http://169.254.169.254/latest",
        "http://[::ffff:169.254.169.254]/",
        "https://[64:ff9b::a9fe:a9fe]/",
        "http://0.0.0.0:1/",
    ] {
        let answer = ask(url, PATIENCE).await;
        assert!(
            matches!(answer, Err(FetchError::Forbidden(_))),
            "{url}: {answer:?}"
        );
    }
}

#[tokio::test]
async fn a_server_that_says_nothing_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let answer = ask(&url, Duration::from_millis(50)).await;
    assert!(matches!(answer, Err(FetchError::TooSlow(_))), "{answer:?}");
}
