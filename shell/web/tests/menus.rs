//! Menus of keys over the API: made, changed, tried and removed, wrong lines by their numbers.

#![allow(clippy::unwrap_used)] // A test may fail.

mod common;

use axum::body::Body;
use common::{request, server};
use serde_json::json;

#[tokio::test]
async fn a_menu_is_made_changed_and_removed_and_each_is_noted() {
    let server = server().await;
    let body = json!({"name": "Desk", "text": "; ours\n*6=toggle_mute\n"});
    let made = server.json("POST", "/api/v1/menus", &body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(made.header("location"), "/api/v1/menus/desk");
    assert_eq!(made.header("etag"), "\"1\"");
    assert_eq!(made.json()["text"], "; ours\n*6=toggle_mute\n");
    let entries = json!([{"keys": "*6", "actions": ["toggle_mute"]}]);
    assert_eq!(made.json()["entries"], entries);

    let changed = json!({"text": "1=playback(beep),no_op"});
    let changed = server.json("PATCH", "/api/v1/menus/desk", &changed).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!(changed.json()["version"], 2);
    let listed = server.get("/api/v1/menus").await.json();
    let names: Vec<_> = listed["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|menu| &menu["name"])
        .collect();
    assert_eq!(names, ["modern", "asterisk", "none", "desk"]);

    let named = json!({"name": "Front_Desk"});
    let named = server.json("PATCH", "/api/v1/menus/desk", &named).await;
    assert_eq!(named.status, 200, "{}", named.text);
    assert_eq!(named.json()["name"], "front_desk");
    assert_eq!(named.json()["text"], "1=playback(beep),no_op");
    for (body, field) in [
        (json!({}), "text"),
        (json!({"name": "a b"}), "name"),
        (json!({"name": "modern"}), "name"),
        (json!({"name": null}), "name"),
    ] {
        let refused = server
            .json("PATCH", "/api/v1/menus/front_desk", &body)
            .await;
        assert_eq!(refused.problem(), (422, vec![field.to_owned()]), "{body}");
    }
    let back = json!({"name": "desk", "text": "1=no_op"});
    let back = server
        .json("PATCH", "/api/v1/menus/front_desk", &back)
        .await;
    assert_eq!(back.json()["version"], 4);

    let gone = request("DELETE", "/api/v1/menus/desk", &[], Body::empty());
    assert_eq!(server.send(gone).await.status, 204);
    assert_eq!(server.get("/api/v1/menus/desk").await.status, 404);
    assert_eq!(server.get("/api/v1/menus/a%20b").await.status, 404);
    let audit = server.backend.store.audit(None, None, 10).await.unwrap();
    let actions: Vec<_> = audit.iter().map(|line| line.action.as_str()).collect();
    let updated = "menu.updated";
    let expected = ["menu.deleted", updated, updated, updated, "menu.created"];
    assert_eq!(actions, expected);
    assert_eq!(audit[2].detail, "until now desk");
}

#[tokio::test]
async fn every_wrong_line_is_named_and_nothing_is_made() {
    let server = server().await;
    let text = "1=toggle_mute\n2=toggle_mut\nE=no_op\n3=playback()\n4=dialplan_exec(a)";
    let body = json!({"name": "modern", "text": text, "colour": 1});
    let refused = server.json("POST", "/api/v1/menus", &body).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    let errors = refused.json()["errors"].clone();
    let said: Vec<_> = errors
        .as_array()
        .unwrap()
        .iter()
        .map(|wrong| (wrong["field"].as_str().unwrap(), wrong["line"].as_u64()))
        .collect();
    let lines = [2, 3, 4, 5].map(|line| ("text", Some(line)));
    assert_eq!(said[..2], [("colour", None), ("name", None)]);
    assert_eq!(said[2..], lines);
    assert_eq!(errors[2]["value"], "2=toggle_mut");
    assert!(
        errors[2]["accepted"]
            .as_str()
            .unwrap()
            .contains("did you mean toggle_mute?")
    );
    assert_eq!(errors[4]["accepted"], "playback(sound&sound)");
    assert_eq!(
        server.get("/api/v1/menus").await.json()["items"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
}

#[tokio::test]
async fn a_text_is_tried_out_in_the_readers_language() {
    let server = server().await;
    let body = json!({"text": "#=help\n\\#=raise_hand\n2=set_as_single_video_src\n3=togle_mute"});
    let tried = server
        .json("POST", "/api/v1/menus/check?lang=de", &body)
        .await;
    assert_eq!(tried.status, 200, "{}", tried.text);
    assert_eq!(tried.json()["accepted"], false);
    let lines = tried.json()["lines"].as_array().unwrap().clone();
    let statuses: Vec<_> = lines.iter().map(|line| &line["status"]).collect();
    assert_eq!(
        statuses,
        ["said-again", "in-effect", "in-effect", "unknown"]
    );
    assert_eq!(lines[1]["applied_as"], "hebt oder senkt die Hand");
    assert_eq!(lines[3]["nearest"], "toggle_mute");
}

#[tokio::test]
async fn a_room_chooses_a_menu_by_its_name() {
    let server = server().await;
    let body = json!({"title": "Desk", "extension": "801", "keypad": "Asterisk"});
    let made = server.json("POST", "/api/v1/rooms", &body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(made.json()["keypad"], "asterisk");
    assert_eq!(made.json()["moderator_keypad"], "modern");
    let bad = json!({"moderator_keypad": "a b"});
    let refused = server.json("PATCH", "/api/v1/rooms/801", &bad).await;
    assert_eq!(refused.status, 422);
    assert_eq!(refused.json()["errors"][0]["field"], "moderator_keypad");
}
