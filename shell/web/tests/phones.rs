//! Accounts of telephones over the API: made, changed and removed, each noted and no password kept.

#![allow(clippy::unwrap_used)] // A test may fail.

mod common;

use axum::body::Body;
use common::{request, server};
use serde_json::json;

const PASSWORD: &str = "a-password-of-its-own";

#[tokio::test]
async fn an_account_shows_its_password_once_and_every_change_is_noted() {
    let server = server().await;
    let anna = json!({"user": "anna", "name": "Anna Huber", "number": "201"});
    let made = server.json("POST", "/api/v1/phones", &anna).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(made.json()["password"], PASSWORD);
    assert_eq!(made.json()["pin"], "asks");
    for path in ["/api/v1/phones", "/api/v1/phones/anna"] {
        let shown = server.get(path).await;
        assert_eq!(shown.status, 200);
        assert!(!shown.text.contains(PASSWORD), "{}", shown.text);
    }
    let off = json!({"enabled": false});
    let set = server.json("PATCH", "/api/v1/phones/anna", &off).await;
    assert_eq!(set.json()["version"], 2);
    let stale = [("if-match", "\"1\""), ("content-type", "application/json")];
    let stale = request("PATCH", "/api/v1/phones/anna", &stale, Body::from("{}"));
    assert_eq!(server.send(stale).await.status, 412);
    let path = "/api/v1/phones/anna/password";
    let new = request("POST", path, &[], Body::empty());
    assert_eq!(server.send(new).await.json()["password"], PASSWORD);
    let found = server.get("/api/v1/phones/anna/registrations").await;
    assert_eq!(found.json()["items"], json!([]));
    for status in [204, 404] {
        let gone = request("DELETE", "/api/v1/phones/anna", &[], Body::empty());
        assert_eq!(server.send(gone).await.status, status);
    }
    let audit = server.get("/api/v1/audit").await;
    assert!(!audit.text.contains(PASSWORD), "{}", audit.text);
    let audit = audit.json();
    let lines = audit["items"].as_array().unwrap().iter();
    let noted: Vec<_> = lines.map(|line| line["action"].as_str().unwrap()).collect();
    let expected = [
        "phone.deleted",
        "phone.password_changed",
        "phone.updated",
        "phone.created",
    ];
    assert_eq!(noted, expected);
}

#[tokio::test]
async fn everything_wrong_is_named_and_nothing_is_made() {
    let server = server().await;
    for (body, fields) in [
        (json!({"user": "Anna", "name": ""}), vec!["user", "name"]),
        (
            json!({"user": "anna", "name": "A", "password": "short"}),
            vec!["password"],
        ),
        (
            json!({"user": "anna", "name": "A", "pin": "none"}),
            vec!["pin"],
        ),
        (
            json!({"user": "anna", "name": "A", "secret": "x"}),
            vec!["secret"],
        ),
    ] {
        let refused = server.json("POST", "/api/v1/phones", &body).await;
        assert_eq!(refused.status, 422, "{}", refused.text);
        let refused = refused.json();
        let errors = refused["errors"].as_array().unwrap().iter();
        let named: Vec<_> = errors.map(|one| one["field"].as_str().unwrap()).collect();
        assert_eq!(named, fields);
    }
    assert_eq!(
        server.get("/api/v1/phones").await.json()["items"],
        json!([])
    );
}
