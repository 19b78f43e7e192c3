//! Trunks over the API: made from a template, changed, tested, removed, each noted; no password is
//! ever in an answer.

#![allow(clippy::unwrap_used)] // A test may fail.

mod common;

use axum::body::Body;
use common::{request, server};
use serde_json::json;

#[tokio::test]
async fn a_trunk_is_made_from_a_template_changed_tested_and_removed() {
    let server = server().await;
    let body = json!({
        "name": "Carrier", "template": "easybell", "host": "sip.example", "user": "49891234",
        "secret": "open sesame", "expires_s": 300
    });
    let made = server.json("POST", "/api/v1/trunks", &body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(made.header("etag"), "\"1\"");
    let trunk = made.json();
    // What the template says, and what was said beside it.
    assert_eq!(trunk["kind"], "registering");
    assert_eq!(trunk["number_in"], "to");
    assert_eq!(trunk["expires_s"], 300);
    assert_eq!(trunk["has_secret"], true);
    let path = made.header("location").to_owned();
    assert_eq!(
        path,
        format!("/api/v1/trunks/{}", trunk["id"].as_str().unwrap())
    );

    let change = json!({"max_calls": 4, "secret": "sesame, close"});
    let changed = server.json_with("PATCH", &path, &change, &[("if-match", "\"1\"")]);
    let changed = changed.await;
    assert_eq!((changed.status, changed.header("etag")), (200, "\"2\""));
    assert_eq!(changed.json()["max_calls"], 4);
    let tested = server
        .json("POST", &format!("{path}/test"), &json!({}))
        .await;
    assert_eq!(tested.json()["answered"], true);
    let shown = server.get("/api/v1/trunks/Carrier").await;
    let listed = server.get("/api/v1/trunks").await;
    assert_eq!(listed.json()["items"][0], shown.json());
    let audit = server.get("/api/v1/audit").await;
    for answer in [&made, &changed, &tested, &shown, &listed, &audit] {
        assert!(!answer.text.contains("sesame"), "{}", answer.text);
    }
    for (gone, answer) in [(204, "removed"), (404, "removed already")] {
        let got = server
            .send(request("DELETE", &path, &[], Body::empty()))
            .await;
        assert_eq!(got.status, gone, "{answer}");
    }
    let audit = server.get("/api/v1/audit").await.json();
    let lines = audit["items"].as_array().unwrap().clone();
    let noted: Vec<_> = lines
        .iter()
        .map(|line| line["action"].as_str().unwrap())
        .collect();
    assert_eq!(noted, ["trunk.deleted", "trunk.updated", "trunk.created"]);
    assert_eq!(lines[1]["detail"], "max_calls, secret");
}

#[tokio::test]
async fn what_is_wrong_with_a_trunk_is_named_field_by_field() {
    let server = server().await;
    for (body, fields) in [
        (
            json!({"name": "x", "host": "a", "template": "pigeon"}),
            vec!["template"],
        ),
        (json!({"name": "x", "hots": "a"}), vec!["hots"]),
        (
            json!({"host": "a b", "srtp": "perhaps"}),
            vec!["host", "srtp"],
        ),
        (json!({"max_calls": -1}), vec!["max_calls"]),
    ] {
        let got = server.json("POST", "/api/v1/trunks", &body).await;
        assert_eq!(
            got.problem(),
            (422, fields.iter().map(ToString::to_string).collect())
        );
    }
}

#[tokio::test]
async fn every_template_says_what_it_asks_for_in_both_languages() {
    let server = server().await;
    let templates = server.get("/api/v1/trunk-templates").await.json();
    let templates = templates["items"].as_array().unwrap();
    assert!(templates.len() >= 10);
    for template in templates {
        assert!(
            template["asks"]
                .as_array()
                .is_some_and(|asks| !asks.is_empty())
        );
        assert!(template["hint"]["en"].is_string() && template["hint"]["de"].is_string());
    }
}
