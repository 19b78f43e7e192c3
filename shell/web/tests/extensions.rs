//! Numbers that are no room over the API: set, refused, listed and removed, each noted.

#![allow(clippy::unwrap_used)] // A test may fail.

mod common;

use axum::body::Body;
use common::{request, server};
use serde_json::json;

#[tokio::test]
async fn a_number_is_set_changed_and_removed_and_each_is_noted() {
    let server = server().await;
    let path = "/api/v1/extensions/888";
    let set = json!({"service": "echo"});
    let set = server.json("PUT", path, &set).await;
    assert_eq!(set.status, 200, "{}", set.text);
    assert_eq!(set.json()["service"], "echo");
    assert_eq!(set.json()["sound"], json!(null));
    let set = json!({"service": "sound", "sound": "conf-kicked"});
    let set = server.json("PUT", path, &set).await;
    // By its name here, whatever it was called.
    assert_eq!(set.json()["sound"], "removed");
    let listed = server.get("/api/v1/extensions").await.json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    assert_eq!(listed["items"][0]["extension"], "888");
    for _ in 0..2 {
        let gone = request("DELETE", path, &[], Body::empty());
        server.send(gone).await;
    }
    let gone = request("DELETE", path, &[], Body::empty());
    assert_eq!(server.send(gone).await.status, 404);
    let audit = server.get("/api/v1/audit").await.json();
    let noted: Vec<_> = audit["items"].as_array().unwrap().iter().collect();
    let noted: Vec<_> = noted
        .iter()
        .map(|line| line["action"].as_str().unwrap())
        .collect();
    let expected = [
        "extension.deleted",
        "extension.updated",
        "extension.updated",
    ];
    assert_eq!(noted, expected);
}

#[tokio::test]
async fn everything_wrong_is_named_and_nothing_is_set() {
    let server = server().await;
    for (number, body, fields) in [
        ("112", json!({"service": "echo"}), vec!["extension"]),
        ("888", json!({"service": "fax"}), vec!["service"]),
        ("888", json!({"service": "sound"}), vec!["sound"]),
        (
            "888",
            json!({"service": "echo", "sound": "beep"}),
            vec!["sound"],
        ),
        (
            "888",
            json!({"service": "sound", "sound": "silence"}),
            vec!["sound"],
        ),
    ] {
        let path = format!("/api/v1/extensions/{number}");
        let refused = server.json("PUT", &path, &body).await;
        let fields: Vec<String> = fields.into_iter().map(str::to_owned).collect();
        assert_eq!(refused.problem(), (422, fields), "{body}");
    }
    let listed = server.get("/api/v1/extensions").await.json();
    assert_eq!(listed["items"], json!([]));
}
