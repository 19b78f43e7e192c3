//! The description of the API and the page of options are those that were last agreed on.

#![allow(clippy::unwrap_used)] // A test may fail.

mod common;

use std::path::Path;

use serde_json::Value;

/// `UPDATE_GOLDEN=1` writes the file anew; the change is then seen in review.
#[test]
fn the_description_is_the_golden_one() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    let mut now = serde_json::to_string_pretty(&conclave_web::openapi()).unwrap();
    now.push('\n');
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, &now).unwrap();
    }
    let golden = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        golden == now,
        "the API changed; run with UPDATE_GOLDEN=1 and look at the difference"
    );
}

/// The same for the page of ConfBridge's options, which is drawn from their tables.
#[test]
fn the_page_of_options_is_the_golden_one() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/confbridge.md");
    let now = conclave_api::options_manual();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&file, &now).unwrap();
    }
    let golden = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        golden == now,
        "an option changed; run with UPDATE_GOLDEN=1 and look at the difference"
    );
}

#[tokio::test]
async fn the_description_is_served_and_speaks_of_every_path() {
    let server = common::server().await;
    let served = server.get("/api/v1/openapi.json").await.json();
    assert_eq!(served["openapi"], "3.1.0");
    let paths = served["paths"].as_object().unwrap();
    for path in [
        "/api/v1/rooms",
        "/api/v1/rooms/{room}",
        "/api/v1/rooms/{room}/pin",
        "/api/v1/rooms/{room}/live",
        "/api/v1/rooms/{room}/live/participants/{participant}",
        "/api/v1/events",
        "/api/v1/playlists/{playlist}/tracks/{track}",
        "/healthz",
    ] {
        assert!(paths.contains_key(path), "{path}");
    }
    every_reference_leads_somewhere(&served, &served);
}

fn every_reference_leads_somewhere(part: &Value, whole: &Value) {
    if let Some(reference) = part.get("$ref").and_then(Value::as_str) {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(whole.pointer(pointer).is_some(), "{reference}");
    }
    let parts: Vec<_> = match part {
        Value::Array(items) => items.iter().collect(),
        Value::Object(fields) => fields.values().collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    for inner in parts {
        every_reference_leads_somewhere(inner, whole);
    }
}
