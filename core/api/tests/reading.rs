//! What is sent to create or change something is taken whole or refused with every reason.

#![allow(clippy::unwrap_used)] // A test may fail.

use conclave_api::{
    NewRoom, PinWish, Problem, RoomChange, Setting, read_change, read_live_change, read_new_pin,
    read_new_playlist, read_new_room, read_participant_change,
};
use conclave_model::{Language, RoomLanguage};
use serde_json::{Value, json};
use utoipa::PartialSchema;

fn fields(problem: &Problem) -> Vec<&str> {
    problem
        .errors
        .iter()
        .map(|wrong| wrong.field.as_str())
        .collect()
}

#[test]
fn a_title_is_enough_for_a_room() {
    let draft = read_new_room(&json!({"title": "Standup"})).unwrap();
    assert_eq!(draft.title.as_str(), "Standup");
    assert_eq!(
        (draft.extension, draft.pin, draft.music),
        (None, None, None)
    );
    assert!(draft.message);
}

#[test]
fn null_switches_off_and_absence_leaves_the_default() {
    let draft = read_new_room(&json!({"title": "x", "pin": null, "music": null})).unwrap();
    assert_eq!(draft.pin, Some(None));
    assert_eq!(draft.music, Some(None));
    let patch = read_change(&json!({"language": "de", "message": false})).unwrap();
    assert_eq!(patch.language, Some(RoomLanguage::Always(Language::German)));
    assert_eq!(patch.message, Some(false));
    assert_eq!(patch.pin, None);
}

#[test]
fn every_wrong_field_is_named_at_once() {
    let problem = read_new_room(&json!({
        "extension": "080", "message": "yes", "pin": "12", "musik": "jazz", "language": 7,
    }))
    .unwrap_err();
    assert_eq!(problem.status, 422);
    assert_eq!(
        fields(&problem),
        ["title", "extension", "language", "message", "musik", "pin"]
    );
    let wrong = |field: &str| {
        problem
            .errors
            .iter()
            .find(|one| one.field == field)
            .unwrap()
    };
    assert_eq!(wrong("extension").value, "080");
    assert!(wrong("musik").accepted.contains("did you mean music?"));
    assert_eq!(wrong("pin").value, "");
    assert!(!serde_json::to_string(&problem).unwrap().contains("\"12\""));
}

#[test]
fn only_an_object_is_read() {
    for body in [json!([]), json!("x"), json!(null), json!(1)] {
        assert_eq!(read_new_room(&body).unwrap_err().status, 400);
        assert_eq!(read_live_change(&body).unwrap_err().status, 400);
    }
}

#[test]
fn live_changes_are_flags() {
    let change = read_live_change(&json!({"locked": true})).unwrap();
    assert_eq!((change.locked, change.muted_all), (Some(true), None));
    let problem = read_live_change(&json!({"locked": "yes", "lock": 1})).unwrap_err();
    assert_eq!(fields(&problem), ["lock", "locked"]);
    let change = read_participant_change(&json!({"name": " Ann "})).unwrap();
    assert_eq!(change.name.as_deref(), Some("Ann"));
    let problem = read_participant_change(&json!({"muted": 1, "name": ""})).unwrap_err();
    assert_eq!(fields(&problem), ["muted", "name"]);
}

#[test]
fn a_pin_is_given_or_generated_and_never_repeated() {
    assert_eq!(read_new_pin(&json!({})).unwrap().pin, PinWish::Generated);
    assert_eq!(
        read_new_pin(&json!({"pin": null})).unwrap().pin,
        PinWish::Generated
    );
    let new = read_new_pin(&json!({"pin": "0815"})).unwrap();
    let PinWish::These(pin) = new.pin else {
        panic!("{new:?}");
    };
    assert_eq!(pin.reveal(), "0815");
    let problem = read_new_pin(&json!({"pin": "12a456"})).unwrap_err();
    assert!(!problem.to_string().contains("12a456"));
}

#[test]
fn a_playlist_has_a_safe_name() {
    assert_eq!(
        read_new_playlist(&json!({"name": "jazz"}))
            .unwrap()
            .as_str(),
        "jazz"
    );
    for body in [json!({}), json!({"name": "../x"}), json!({"name": 1})] {
        assert_eq!(fields(&read_new_playlist(&body).unwrap_err()), ["name"]);
    }
}

/// The schemas are written by hand beside the table of settings: this holds them together.
#[test]
fn the_schemas_know_exactly_the_settings() {
    let mut names = Setting::ALL.map(Setting::name);
    names.sort_unstable();
    for schema in [NewRoom::schema(), RoomChange::schema()] {
        let schema = serde_json::to_value(schema).unwrap();
        let properties = schema["properties"].as_object().unwrap();
        let mut known: Vec<_> = properties.keys().map(String::as_str).collect();
        known.sort_unstable();
        assert_eq!(known, names);
        assert_eq!(schema["additionalProperties"], Value::Bool(false));
    }
}
