//! The users: made and changed by those who may, never without an owner, out at once.

#![allow(clippy::unwrap_used)] // A test may fail.

#[path = "common/browser.rs"]
mod browser;
mod common;

use axum::body::Body;
use browser::{Browser, PASSWORD};
use common::{request, server};
use conclave_api::{Event, Happening, LiveRef};
use conclave_model::UnixMillis;
use http_body_util::BodyExt;
use serde_json::json;
use tower::ServiceExt;

const USERS: &str = "/api/v1/users";
const NEW_PASSWORD: &str = "nine ships to Trieste";

#[tokio::test]
async fn users_are_made_listed_changed_and_removed() {
    let server = server().await;
    let owner = Browser::owner(&server).await;
    let bert = json!({"name": "bert", "role": "room-manager", "password": PASSWORD});
    let made = owner.send("POST", USERS, Some(&bert)).await;
    assert_eq!(made.status, 201);
    assert!(!made.text.contains("argon2") && !made.text.contains(PASSWORD));
    assert_eq!(made.json()["signed_in_at"], json!(null));
    let path = made.header("location").to_owned();
    let again = owner.send("POST", USERS, Some(&bert)).await;
    assert_eq!(again.problem(), (409, vec!["name".to_owned()]));
    let listed = owner.get(USERS).await.json();
    assert_eq!(listed["items"][0]["name"], "bert");
    assert_eq!(listed["items"][1]["role"], "owner");
    let change = json!({"name": "Bertha", "role": "auditor"});
    let changed = owner.send("PATCH", &path, Some(&change)).await;
    assert_eq!(changed.json()["role"], "auditor");
    assert_eq!(owner.get("/api/v1/users/bertha").await.status, 200);
    let wrong = json!({"role": "king", "pasword": "x"});
    let refused = owner.send("PATCH", &path, Some(&wrong)).await;
    assert_eq!(refused.problem().0, 422);
    assert_eq!(owner.delete(&path).await.status, 204);
    assert_eq!(owner.get(&path).await.problem().0, 404);
}

#[tokio::test]
async fn nobody_rises_by_their_own_hand() {
    let server = server().await;
    let owner = Browser::owner(&server).await;
    let admin = owner.invite("adam", "admin").await;
    let olga = format!("{USERS}/olga");
    let adam = format!("{USERS}/adam");
    let king = json!({"role": "owner"});
    let password = json!({"password": NEW_PASSWORD});
    for (path, body) in [
        (&olga, &password),
        (&olga, &json!({"role": "auditor"})),
        (&adam, &king),
    ] {
        let refused = admin.send("PATCH", path, Some(body)).await;
        assert_eq!(refused.problem().0, 403, "{path}");
    }
    assert_eq!(admin.delete(&olga).await.problem().0, 403);
    let another = json!({"name": "o2", "role": "owner", "password": PASSWORD});
    assert_eq!(
        admin.send("POST", USERS, Some(&another)).await.problem().0,
        403
    );
    let code = admin.send("POST", "/api/v1/session/code", None).await;
    assert_eq!(
        code.problem().0,
        403,
        "whoever has a code may do everything"
    );
    let code = owner.send("POST", "/api/v1/session/code", None).await;
    assert_eq!(code.status, 201);

    let program = owner.program(&["users:write"]).await;
    assert_eq!(program.get(USERS).await.status, 200);
    for path in [&olga, &adam] {
        let refused = program.send("PATCH", path, Some(&password)).await;
        assert_eq!(refused.problem().0, 403, "{path}");
    }
    let moderator = owner.invite("mo", "moderator").await;
    let myself = format!("{USERS}/mo");
    assert_eq!(moderator.get(&myself).await.status, 200);
    let admin = json!({"role": "admin"});
    assert_eq!(
        moderator
            .send("PATCH", &myself, Some(&admin))
            .await
            .problem()
            .0,
        403
    );
    assert_eq!(moderator.delete(&myself).await.problem().0, 403);
}

#[tokio::test]
async fn the_last_owner_stays() {
    let server = server().await;
    let owner = Browser::owner(&server).await;
    let olga = format!("{USERS}/{}", owner.id);
    let less = json!({"role": "admin"});
    assert_eq!(
        owner.send("PATCH", &olga, Some(&less)).await.problem().0,
        409
    );
    assert_eq!(owner.delete(&olga).await.problem().0, 409);
    let second = owner.invite("otto", "owner").await;
    let otto = format!("{USERS}/{}", second.id);
    // Each takes the other's place away at the same moment: one of them stays.
    let (one, other) = tokio::join!(
        owner.send("PATCH", &otto, Some(&less)),
        second.send("PATCH", &olga, Some(&less)),
    );
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses[0], 200, "{statuses:?}");
    assert!(statuses[1] >= 403, "{statuses:?}");
    let users = server.backend.store.load_users().await.unwrap();
    let owners = users.iter().filter(|user| user.role.name() == "owner");
    assert_eq!(owners.count(), 1);
}

#[tokio::test]
async fn the_first_user_is_an_owner_whoever_makes_it() {
    let server = server().await;
    let mo = json!({"name": "mo", "role": "moderator", "password": PASSWORD});
    let refused = server.json("POST", USERS, &mo).await;
    assert_eq!(refused.problem(), (422, vec!["role".to_owned()]));
}

#[tokio::test]
async fn a_new_password_takes_the_old_one_and_ends_the_other_sessions() {
    let server = server().await;
    let owner = Browser::owner(&server).await;
    let here = owner.invite("mo", "moderator").await;
    let mut there = owner.stranger();
    there.sign_in("mo", PASSWORD).await;
    let myself = format!("{USERS}/{}", here.id);
    let mut body = json!({"password": NEW_PASSWORD});
    let refused = here.send("PATCH", &myself, Some(&body)).await;
    assert_eq!(refused.problem(), (422, vec!["old_password".to_owned()]));
    body["old_password"] = json!("seven trains to Vienna");
    let refused = here.send("PATCH", &myself, Some(&body)).await;
    assert_eq!(refused.problem(), (422, vec!["old_password".to_owned()]));
    assert_eq!(there.get("/api/v1/rooms").await.status, 200);
    body["old_password"] = json!(PASSWORD);
    let changed = here.send("PATCH", &myself, Some(&body)).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!(here.get("/api/v1/rooms").await.status, 200);
    assert_eq!(there.get("/api/v1/rooms").await.problem().0, 401);
    assert_eq!(there.sign_in("mo", PASSWORD).await.problem().0, 401);
    assert_eq!(there.sign_in("mo", NEW_PASSWORD).await.status, 201);
    // Somebody who manages users needs no old one, and every session ends.
    let reset = json!({"password": PASSWORD});
    assert_eq!(owner.send("PATCH", &myself, Some(&reset)).await.status, 200);
    for ended in [here, there] {
        assert_eq!(ended.get("/api/v1/rooms").await.problem().0, 401);
    }
    let log = owner
        .get(&format!("/api/v1/audit?object={}", owner.id))
        .await;
    assert!(!log.text.contains("Passau") && !log.text.contains("Trieste"));
}

#[tokio::test]
async fn whoever_is_removed_hears_nothing_any_more() {
    let server = server().await;
    let owner = Browser::owner(&server).await;
    let moderator = owner.invite("mo", "moderator").await;
    let headers: Vec<_> = moderator
        .headers
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let listen = request("GET", "/api/v1/events", &headers, Body::empty());
    let mut stream = moderator.router.clone().oneshot(listen).await.unwrap();
    assert_eq!(stream.status(), 200);
    let body = stream.body_mut();
    assert!(body.frame().await.is_some(), "the stream is open");
    let what = Happening::SessionStarted(LiveRef {
        room: "rm".to_owned(),
        extension: "801".to_owned(),
        title: "Standup".to_owned(),
    });
    let event = Event {
        at: UnixMillis(0),
        what,
    };
    server.backend.events.publish(event.clone());
    assert!(body.frame().await.is_some(), "and tells what happens");
    let path = format!("{USERS}/{}", moderator.id);
    assert_eq!(owner.delete(&path).await.status, 204);
    assert!(body.frame().await.is_none(), "and ends");
    assert_eq!(moderator.get("/api/v1/events").await.problem().0, 401);
}

#[tokio::test]
async fn tokens_go_with_the_user_whose_they_are() {
    let server = common::server().await;
    let owner = Browser::owner(&server).await;
    let admin = owner.invite("adam", "admin").await;
    let program = admin.program(&["rooms:read", "tokens:write"]).await;
    let its_own = program.program(&["rooms:read"]).await;
    let another = owner.program(&["rooms:read"]).await;
    let listed = owner.get("/api/v1/tokens").await.json();
    assert_eq!(listed["items"][1]["user"], json!(admin.id));
    assert_eq!(listed["items"][1]["created_by"], "program");
    assert_eq!(program.get("/api/v1/rooms").await.status, 200);
    let path = format!("/api/v1/users/{}", admin.id);
    let wrong = owner.delete(&format!("{path}?tokens=some")).await;
    assert_eq!(wrong.problem(), (422, vec!["tokens".to_owned()]));
    let own = admin.delete(&format!("{path}?tokens=keep")).await;
    assert_eq!(own.problem(), (422, vec!["tokens".to_owned()]));
    assert_eq!(owner.delete(&path).await.status, 204);
    assert_eq!(program.get("/api/v1/rooms").await.status, 401);
    assert_eq!(its_own.get("/api/v1/rooms").await.status, 401);
    assert_eq!(another.get("/api/v1/rooms").await.status, 200);
    let line = &owner.get("/api/v1/audit").await.json()["items"][0];
    assert_eq!(line["detail"], "adam, with their tokens: program, program");
}

#[tokio::test]
async fn tokens_that_are_kept_are_of_whoever_keeps_them() {
    let server = common::server().await;
    let owner = Browser::owner(&server).await;
    let admin = owner.invite("adam", "admin").await;
    let program = admin.program(&["rooms:read"]).await;
    let keeper = owner.program(&["users:write"]).await;
    let path = format!("/api/v1/users/{}?tokens=keep", admin.id);
    assert_eq!(
        keeper.delete(&path).await.status,
        403,
        "it manages no admins"
    );
    assert_eq!(owner.delete(&path).await.status, 204);
    assert_eq!(program.get("/api/v1/rooms").await.status, 200);
    let token = &owner.get("/api/v1/tokens").await.json()["items"][0];
    assert_eq!(
        (&token["user"], &token["created_by"]),
        (&json!(owner.id), &json!("adam"))
    );
    let line = &owner.get("/api/v1/audit").await.json()["items"][0];
    assert_eq!(line["detail"], "adam, whose tokens were kept: program");
}

#[tokio::test]
async fn a_token_may_do_no_more_than_the_user_whose_it_is() {
    let server = common::server().await;
    let owner = Browser::owner(&server).await;
    let admin = owner.invite("adam", "admin").await;
    let program = admin
        .program(&["rooms:read", "audit:read", "rooms:write"])
        .await;
    assert_eq!(program.get("/api/v1/audit").await.status, 200);
    let path = format!("/api/v1/users/{}", admin.id);
    for (role, audit, rooms) in [
        ("moderator", 403, 200),
        ("auditor", 200, 200),
        ("admin", 200, 200),
    ] {
        let change = json!({"role": role});
        assert_eq!(owner.send("PATCH", &path, Some(&change)).await.status, 200);
        assert_eq!(program.get("/api/v1/audit").await.status, audit, "{role}");
        assert_eq!(program.get("/api/v1/rooms").await.status, rooms, "{role}");
        let tokens = owner.get("/api/v1/tokens").await.json();
        let may = tokens["items"][0]["permissions"]
            .as_array()
            .unwrap()
            .clone();
        assert_eq!(may.contains(&json!("audit:read")), audit == 200, "{role}");
        assert_eq!(may.contains(&json!("rooms:write")), role == "admin");
    }
}
