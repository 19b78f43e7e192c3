//! Who gets in: the first run, passwords, codes, what a cookie needs beside it, how a session ends.

#![allow(clippy::unwrap_used)] // A test may fail.

#[path = "common/browser.rs"]
mod browser;
mod common;

use browser::{Browser, PASSWORD};
use common::server;
use conclave_model::{UnixMillis, limits};
use conclave_store::SessionRow;
use conclave_web::Token;
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

fn now() -> UnixMillis {
    let since = std::time::UNIX_EPOCH.elapsed().unwrap();
    UnixMillis(u64::try_from(since.as_millis()).unwrap())
}

#[tokio::test]
async fn the_first_run_makes_an_owner_once() {
    let server = server().await;
    let nobody = Browser::of(&server);
    let setup = nobody.get("/api/v1/setup").await.json();
    assert_eq!(
        (&setup["needed"], &setup["code_needed"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(nobody.get("/api/v1/rooms").await.problem().0, 401);

    let weak = json!({"name": "olga", "password": "hunter2"});
    let refused = nobody.send("POST", "/api/v1/setup", Some(&weak)).await;
    assert_eq!(refused.problem(), (422, vec!["password".to_owned()]));
    assert!(!refused.text.contains("hunter2"));

    let owner = Browser::owner(&server).await;
    let session = owner.get("/api/v1/session").await.json();
    assert_eq!(session["user"]["role"], "owner");
    assert_eq!(session["permissions"].as_array().unwrap().len(), 17);
    assert_eq!(owner.get("/api/v1/rooms").await.status, 200);
    let again = json!({"name": "eve", "password": PASSWORD});
    let again = nobody.send("POST", "/api/v1/setup", Some(&again)).await;
    assert_eq!(again.problem().0, 409);
    assert_eq!(nobody.get("/api/v1/setup").await.json()["needed"], false);
}

#[tokio::test]
async fn from_elsewhere_the_first_run_takes_the_code() {
    let server = server().await;
    let mut far = Browser::of(&server);
    far.headers
        .push(("x-forwarded-for", "192.0.2.7".to_owned()));
    assert_eq!(far.get("/api/v1/setup").await.json()["code_needed"], true);
    let mut body = json!({"name": "olga", "password": PASSWORD});
    let refused = far.send("POST", "/api/v1/setup", Some(&body)).await;
    assert_eq!(refused.problem().0, 401);
    let code = server.backend.codes.make(now()).unwrap();
    body["code"] = json!("AAAA-AAAA");
    let wrong = far.send("POST", "/api/v1/setup", Some(&body)).await;
    assert_eq!(wrong.problem().0, 401);
    body["code"] = json!(code);
    let made = far.send("POST", "/api/v1/setup", Some(&body)).await;
    assert_eq!(made.status, 201, "{}", made.text);
}

#[tokio::test]
async fn a_name_and_a_password_open_and_nothing_less() {
    let server = server().await;
    let owner = Browser::owner(&server).await;
    let mut browser = owner.stranger();
    let mut answers = Vec::new();
    for (name, password) in [("olga", "seven trains to Vienna"), ("nobody", PASSWORD)] {
        let refused = browser.sign_in(name, password).await;
        assert_eq!(refused.problem().0, 401);
        assert_eq!(refused.header("set-cookie"), "");
        answers.push(refused.text);
    }
    assert_eq!(answers[0], answers[1], "whether a name exists is not told");
    let opened = browser.sign_in("OLGA", PASSWORD).await;
    let cookie = opened.header("set-cookie");
    assert!(cookie.contains("; HttpOnly; SameSite=Lax"), "{cookie}");
    assert!(!cookie.contains("Secure"), "{cookie}");
    let mut behind_tls = owner.stranger();
    behind_tls
        .headers
        .push(("x-forwarded-proto", "https".to_owned()));
    let opened = behind_tls.sign_in("olga", PASSWORD).await;
    assert!(opened.header("set-cookie").ends_with("; Secure"));
    let lines = server.backend.store.audit(None, None, 10).await.unwrap();
    assert_eq!(lines[0].action, "session.opened");
    assert_eq!(lines[0].object, owner.id);
}

#[tokio::test]
async fn a_code_opens_once() {
    let server = server().await;
    let code = server.backend.codes.make(now()).unwrap();
    let mut browser = Browser::of(&server);
    let wrong = json!({"code": "AAAA-AAAA"});
    let refused = browser.send("POST", "/api/v1/session", Some(&wrong)).await;
    assert_eq!(refused.problem().0, 401);
    let body = json!({"code": code.to_lowercase()});
    let opened = browser.send("POST", "/api/v1/session", Some(&body)).await;
    assert_eq!(opened.status, 201, "{}", opened.text);
    browser.take_session(&opened);
    assert_eq!(browser.id, "console");
    assert_eq!(browser.get("/api/v1/users").await.status, 200);
    let again = browser
        .stranger()
        .send("POST", "/api/v1/session", Some(&body))
        .await;
    assert_eq!(again.problem().0, 401);
}

#[tokio::test]
async fn a_cookie_alone_changes_nothing() {
    let server = server().await;
    let owner = Browser::owner(&server).await;
    let body = json!({"title": "Standup"});
    let forged = owner.clone().without("x-conclave-csrf");
    let refused = forged.send("POST", "/api/v1/rooms", Some(&body)).await;
    assert_eq!(refused.problem().0, 403);
    let mut wrong = forged.clone();
    wrong.headers.push(("x-conclave-csrf", "0".repeat(32)));
    assert_eq!(wrong.delete("/api/v1/session").await.problem().0, 403);
    assert_eq!(server.asked(), []);
    assert_eq!(forged.get("/api/v1/rooms").await.status, 200);
    let made = owner.send("POST", "/api/v1/rooms", Some(&body)).await;
    assert_eq!(made.status, 201);
}

#[tokio::test]
async fn a_session_ends_when_it_is_left_when_it_is_idle_and_when_it_is_old() {
    let server = server().await;
    let owner = Browser::owner(&server).await;
    let left = owner.delete("/api/v1/session").await;
    assert_eq!(left.status, 204);
    assert!(left.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(owner.get("/api/v1/session").await.problem().0, 401);

    let user = Some(owner.id.parse().unwrap());
    let ago =
        |past: std::time::Duration| UnixMillis(now().0 - u64::try_from(past.as_millis()).unwrap());
    let second = std::time::Duration::from_secs(1);
    for (number, created_at, used_at, status) in [
        (1, now(), now(), 200),
        (
            2,
            ago(limits::SESSION_IDLE * 2),
            ago(limits::SESSION_IDLE + second),
            401,
        ),
        (3, ago(limits::SESSION_LENGTH + second), now(), 401),
    ] {
        let secret = format!("{number:064}");
        let session = SessionRow {
            user,
            created_at,
            used_at,
        };
        let hash = Sha256::digest(&secret).into();
        server
            .backend
            .store
            .open_session(&hash, session, 20)
            .await
            .unwrap();
        let mut browser = owner.stranger();
        browser
            .headers
            .push(("cookie", format!("conclave_session={secret}")));
        assert_eq!(
            browser.get("/api/v1/rooms").await.status,
            status,
            "{number}"
        );
        let kept = server.backend.store.session(&hash).await.unwrap();
        assert_eq!(kept.is_some(), status == 200);
    }
}

/// Over a connection, because only a connection has an address.
async fn try_from(door: std::net::SocketAddr, origin: &str, password: &str) -> String {
    let body = json!({"name": "olga", "password": password}).to_string();
    let length = body.len();
    let mut stream = TcpStream::connect(door).await.unwrap();
    let request = format!(
        "POST /api/v1/session HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
         X-Forwarded-For: 203.0.113.9, {origin}\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn whoever_guesses_waits_and_nobody_else_does() {
    let server = server().await;
    Browser::owner(&server).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let door = listener.local_addr().unwrap();
    let http = server.http.clone();
    let token = Token::read(&"t".repeat(64)).unwrap();
    tokio::spawn(async move { http.serve_tcp(listener, token).await });
    for _ in 0..limits::SIGN_IN_NAME_TRIES {
        let refused = try_from(door, "192.0.2.1", "seven trains to Vienna").await;
        assert!(refused.starts_with("HTTP/1.1 401"), "{refused}");
    }
    let slowed = try_from(door, "192.0.2.1", PASSWORD).await;
    assert!(slowed.starts_with("HTTP/1.1 429"), "{slowed}");
    let wait = slowed
        .lines()
        .find_map(|line| line.strip_prefix("retry-after: "));
    assert!((1..=30).contains(&wait.unwrap().parse::<u64>().unwrap()));
    let honest = try_from(door, "192.0.2.2", PASSWORD).await;
    assert!(honest.starts_with("HTTP/1.1 201"), "{honest}");
}

#[tokio::test]
async fn a_refused_sign_in_is_in_the_audit_log_without_what_was_typed() {
    let server = server().await;
    let owner = Browser::owner(&server).await;
    let mut guesser = owner.stranger();
    guesser.sign_in("olga", "not her password").await;
    guesser.sign_in("hunter2 hunter2", "olga").await;
    let log = owner.get("/api/v1/audit").await;
    let refused: Vec<_> = log.json()["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|line| line["action"] == "session.refused")
        .map(|line| line["detail"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        refused,
        ["a name that nobody has", "olga: a wrong password"]
    );
    assert!(!log.text.contains("hunter2") && !log.text.contains("not her"));
}

#[tokio::test]
async fn whoever_asks_too_often_is_told_when_to_come_back() {
    let server = server().await;
    let over_the_socket = server.get("/api/v1/setup").await;
    assert_eq!(over_the_socket.header("ratelimit"), "");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let door = listener.local_addr().unwrap();
    let http = server.http.clone();
    let token = Token::read(&"t".repeat(64)).unwrap();
    tokio::spawn(async move { http.serve_tcp(listener, token).await });
    let mut stream = TcpStream::connect(door).await.unwrap();
    let many = 3 * limits::API_STRANGER_REQUESTS;
    let mut asked = "GET /api/v1/session HTTP/1.1\r\nHost: x\r\n\r\n".repeat(many as usize);
    asked.push_str("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    let (mut answers, mut asking) = stream.split();
    let mut told = String::new();
    let (asked, read) = tokio::join!(
        asking.write_all(asked.as_bytes()),
        answers.read_to_string(&mut told)
    );
    asked.unwrap();
    read.unwrap();
    let answers: Vec<&str> = told.split("HTTP/1.1 ").skip(1).collect();
    assert_eq!(answers.len(), many as usize + 1);
    let policy = format!("\"api\";q={};w=15", limits::API_STRANGER_REQUESTS);
    assert!(
        answers[0].starts_with("401") && answers[0].contains(&policy),
        "{}",
        answers[0]
    );
    assert!(
        answers[0].contains("ratelimit: \"api\";r=299;t=1"),
        "{}",
        answers[0]
    );
    let refused = answers
        .iter()
        .find(|answer| answer.starts_with("429"))
        .unwrap();
    assert!(
        refused.contains("retry-after: 1") && refused.contains(";r=0;"),
        "{refused}"
    );
    assert!(refused.contains("urn:conclave:problem:too-many-requests"));
    // Probes are not counted.
    assert!(answers[many as usize].starts_with("200"));
}
