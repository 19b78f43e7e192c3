//! Webhooks over the API: made, changed, tried and removed; a secret is shown once.

#![allow(clippy::unwrap_used)] // A test may fail.

mod common;

use axum::body::Body;
use common::{request, server};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

#[tokio::test]
async fn a_webhook_is_made_changed_and_removed_and_shows_its_secret_once() {
    let server = server().await;
    let body = json!({"url": "https://a.example/in", "types": ["room.created"]});
    let made = server.json("POST", "/api/v1/webhooks", &body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let secret = made.json()["secret"].as_str().unwrap().to_owned();
    assert!(
        secret.starts_with("whsec_") && secret.len() > 40,
        "{secret}"
    );
    let place = made.header("location").to_owned();

    let listed = server.get("/api/v1/webhooks").await;
    assert!(!listed.text.contains("whsec_"), "{}", listed.text);
    let first = &listed.json()["items"][0];
    assert_eq!(
        (&first["numbers"], &first["enabled"]),
        (&"masked".into(), &true.into())
    );

    let changed = json!({"enabled": false, "note": "Tickets", "numbers": "full"});
    let changed = server.json("PATCH", &place, &changed).await.json();
    assert_eq!(
        (&changed["note"], &changed["enabled"]),
        (&"Tickets".into(), &false.into())
    );
    assert_eq!(changed["url"], "https://a.example/in");

    let path = format!("{place}/secret");
    let renewed = server.json("POST", &path, &json!({})).await;
    assert_ne!(renewed.json()["secret"], secret.as_str());

    let gone = request("DELETE", &place, &[], Body::empty());
    assert_eq!(server.send(gone).await.status, 204);
    assert_eq!(server.get(&place).await.status, 404);
    let audit = server.backend.store.audit(None, None, 10).await.unwrap();
    let actions: Vec<_> = audit.iter().map(|line| line.action.as_str()).collect();
    let expected = ["deleted", "secret_changed", "updated", "created"];
    assert_eq!(actions, expected.map(|done| format!("webhook.{done}")));
    assert!(audit.iter().all(|line| !line.detail.contains("whsec_")));
}

#[tokio::test]
async fn what_is_wrong_is_named() {
    let server = server().await;
    let body = json!({"url": "ftp://x", "types": [], "note": "x".repeat(200), "numbers": "all"});
    let refused = server.json("POST", "/api/v1/webhooks", &body).await;
    let (status, mut fields) = refused.problem();
    fields.sort();
    assert_eq!(
        (status, fields),
        (
            422,
            ["note", "numbers", "types", "url"].map(Into::into).to_vec()
        )
    );
    assert_eq!(server.get("/api/v1/webhooks/wh_1").await.status, 404);
    let list = server.get("/api/v1/webhooks/wh_1/deliveries?limit=0").await;
    assert_eq!(list.problem().1, ["limit"]);
}

#[tokio::test]
async fn a_test_says_how_it_went_and_is_in_the_log_to_be_sent_again() {
    let server = server().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let answering = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut heard = [0; 4_096];
        let length = stream.read(&mut heard).await.unwrap();
        let answer = b"HTTP/1.1 418 Teapot\r\nContent-Length: 0\r\n\r\n";
        stream.write_all(answer).await.unwrap();
        String::from_utf8_lossy(&heard[..length]).into_owned()
    });
    let body = json!({"url": format!("http://{address}/"), "types": ["room.created"]});
    let made = server.json("POST", "/api/v1/webhooks", &body).await;
    let place = made.header("location").to_owned();
    let tested = server
        .json("POST", &format!("{place}/test"), &json!({}))
        .await;
    let tested = tested.json();
    assert_eq!(tested["state"], "failed", "{tested}");
    assert_eq!(
        (&tested["status"], &tested["attempts"]),
        (&418.into(), &1.into())
    );
    assert!(answering.await.unwrap().contains("webhook-signature: v1,"));

    let log = server.get(&format!("{place}/deliveries")).await.json();
    assert_eq!(log["items"][0]["id"], tested["id"]);
    assert_eq!(log["items"][0]["body"]["type"], "webhook.test");
    let id = tested["id"].as_str().unwrap();
    let again = format!("{place}/deliveries/{id}/redeliver");
    let again = server.json("POST", &again, &json!({})).await;
    assert_eq!(
        (again.status, &again.json()["state"]),
        (202, &"waiting".into())
    );
}
