//! Somebody signs in by another service, and those who pretend to do not.

#![allow(clippy::unwrap_used)] // A test may fail.

#[path = "common/browser.rs"]
mod browser;
mod common;
#[path = "common/provider.rs"]
mod provider;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use browser::Browser;
use common::{Got, Server};
use conclave_fetch::{Fetcher, Networks, Trust};
use conclave_model::{Role, limits};
use conclave_oidc::{ClientSecret, OidcSettings, SignInService};
use conclave_web::{HttpServer, OIDC_DONE, Token};
use jsonwebtoken::Algorithm;
use provider::{Lie, Provider, fields};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

struct Scene {
    provider: Provider,
    server: Server,
    owner: Browser,
}

impl Scene {
    async fn new() -> Self {
        Self::with(Algorithm::ES256).await
    }

    async fn with(algorithm: Algorithm) -> Self {
        let provider = Provider::start(algorithm).await;
        let mut server = common::server().await;
        let roles = [("staff", Role::Moderator), ("chiefs", Role::Admin)];
        let settings = OidcSettings {
            name: "Keycloak".into(),
            issuer: provider.0.issuer.parse().unwrap(),
            client_id: "conclave".into(),
            client_secret: Some(ClientSecret("s ecret".into())),
            scopes: vec!["profile".into()],
            roles_claim: "groups".into(),
            roles: BTreeMap::from(roles.map(|(group, role)| (group.into(), role))),
            otherwise: None,
            url: "https://conf.example.com/".parse().unwrap(),
        };
        let fetcher = Fetcher::new(Networks::Private, Trust::nobody(), Duration::from_secs(20));
        server.backend.oidc = Some(Arc::new(SignInService::new(settings, fetcher, OIDC_DONE)));
        server.http = HttpServer::new(server.backend.clone());
        let owner = Browser::owner(&server).await;
        Self {
            provider,
            server,
            owner,
        }
    }

    /// Goes to the service in a browser that nobody is signed in with yet.
    async fn leave(&self, back: &str) -> (Browser, String) {
        let mut browser = self.owner.stranger();
        let path = format!("/api/v1/sign-in/oidc?back={back}");
        let got = browser.get(&path).await;
        assert_eq!(got.status, 303, "{}", got.text);
        let (place, query) = got.header("location").split_once('?').unwrap();
        assert_eq!(place, format!("{}/authorize", self.provider.0.issuer));
        let asked = fields(query);
        assert_eq!(asked["response_type"], "code");
        assert_eq!(asked["scope"], "openid profile");
        let redirect = "https://conf.example.com/api/v1/sign-in/oidc/done";
        assert_eq!(asked["redirect_uri"], redirect);
        let state = asked["state"].clone();
        *self.provider.0.asked.lock().unwrap() = asked;
        let cookie = got.header("set-cookie");
        let kept = "Max-Age=600; Path=/api/v1/sign-in; HttpOnly; SameSite=Lax; Secure";
        assert!(cookie.ends_with(kept), "{cookie}");
        let cookie = cookie.split(';').next().unwrap().to_owned();
        browser.headers.push(("cookie", cookie));
        (browser, state)
    }

    /// Comes back as the service sends somebody.
    async fn come_back(&self, browser: &Browser, state: &str) -> Got {
        let issuer = &self.provider.0.issuer;
        let path = format!("{DONE}?code=good&state={state}&iss={issuer}&session_state=x");
        browser.get(&path).await
    }

    /// There and back with what is said in the provider.
    async fn once(&self) -> Got {
        let (browser, state) = self.leave("/rooms").await;
        self.come_back(&browser, &state).await
    }

    async fn actions(&self) -> Vec<(String, String)> {
        let lines = self.owner.get("/api/v1/audit").await.json();
        let items = lines["items"].as_array().unwrap().iter();
        let text = |line: &serde_json::Value, name: &str| line[name].as_str().unwrap().to_owned();
        items
            .map(|line| (text(line, "action"), text(line, "detail")))
            .collect()
    }

    /// Who did the last thing of this kind.
    async fn who(&self, action: &str) -> serde_json::Value {
        let lines = self.owner.get("/api/v1/audit").await.json();
        let items = lines["items"].as_array().unwrap().iter();
        let mut items = items.filter(|line| line["action"] == action);
        items.next().unwrap()["name"].clone()
    }
}

/// The session that a browser was given, if it was.
async fn session(scene: &Scene, got: &Got) -> Option<serde_json::Value> {
    let cookies = got.headers.get_all("set-cookie").iter();
    let mut cookies = cookies.map(|cookie| cookie.to_str().unwrap());
    let cookie = cookies.find(|cookie| cookie.starts_with("conclave_session="))?;
    let mut browser = scene.owner.stranger();
    let cookie = cookie.split(';').next().unwrap().to_owned();
    browser.headers.push(("cookie", cookie));
    let shown = browser.get("/api/v1/session").await;
    (shown.status == 200).then(|| shown.json())
}

#[tokio::test]
async fn somebody_comes_in_by_the_service_and_is_who_they_were_the_next_time() {
    let scene = Scene::new().await;
    let setup = scene.owner.stranger().get("/api/v1/setup").await.json();
    assert_eq!(setup["oidc"]["name"], "Keycloak");
    let start = "https://conf.example.com/api/v1/sign-in/oidc";
    assert_eq!(setup["oidc"]["start"], start);
    let got = scene.once().await;
    assert_eq!((got.status, got.header("location")), (303, "/rooms"));
    let cookies = got.headers.get_all("set-cookie").iter();
    let kept = "; Path=/; HttpOnly; SameSite=Lax; Secure";
    let mut cookies = cookies.map(|cookie| cookie.to_str().unwrap());
    assert!(
        cookies.any(|cookie| cookie.starts_with("conclave_session=") && cookie.ends_with(kept))
    );
    let first = session(&scene, &got).await.unwrap();
    assert_eq!(first["user"]["name"], "Anna");
    assert_eq!(first["user"]["role"], "moderator");
    *scene.provider.0.groups.lock().unwrap() = serde_json::json!("chiefs");
    let second = session(&scene, &scene.once().await).await.unwrap();
    assert_eq!(second["user"]["id"], first["user"]["id"]);
    assert_eq!(second["user"]["role"], "admin");
    let actions = scene.actions().await;
    for (action, detail) in [
        ("user.created", "Anna, moderator"),
        ("session.opened", "by Keycloak"),
        ("user.updated", "role: admin"),
    ] {
        let line = (action.to_owned(), detail.to_owned());
        assert!(actions.contains(&line), "{line:?} of {actions:?}");
    }
    for (action, who) in [
        ("user.created", "Keycloak"),
        ("user.updated", "Keycloak"),
        ("session.opened", "Anna"),
    ] {
        assert_eq!(scene.who(action).await, who, "{action}");
    }
}

#[tokio::test]
async fn another_of_the_same_name_is_somebody_else() {
    let scene = Scene::new().await;
    *scene.provider.0.subject.lock().unwrap() = "one".into();
    let one = session(&scene, &scene.once().await).await.unwrap();
    *scene.provider.0.subject.lock().unwrap() = "two".into();
    let two = session(&scene, &scene.once().await).await.unwrap();
    assert_ne!(one["user"]["id"], two["user"]["id"]);
    assert_eq!(two["user"]["name"], "Anna 2");
}

#[tokio::test]
async fn a_token_that_is_not_right_in_everything_opens_nothing() {
    let scene = Scene::with(Algorithm::RS256).await;
    for lie in [
        Lie::Nonce,
        Lie::Audience,
        Lie::Party,
        Lie::Issuer,
        Lie::Expired,
        Lie::AlgorithmNone,
        Lie::PublicKeyAsSecret,
        Lie::OtherKey,
        Lie::Tampered,
        Lie::NoToken,
    ] {
        scene.provider.lie(lie);
        let got = scene.once().await;
        let back = (got.status, got.header("location"));
        assert_eq!(back, (303, "/rooms?sign_in=not-proven"), "{lie:?}");
        assert!(session(&scene, &got).await.is_none(), "{lie:?}");
        let cookie = got.header("set-cookie");
        assert!(
            cookie.starts_with("conclave_sign_in=; Max-Age=0"),
            "{cookie}"
        );
    }
    let users = scene.owner.get("/api/v1/users").await.json();
    assert_eq!(users["items"].as_array().unwrap().len(), 1);
    let (action, why) = scene.actions().await.swap_remove(0);
    assert_eq!(action, "session.refused");
    assert!(why.contains("did not take its code"), "{why}");
    scene.provider.lie(Lie::None);
    assert!(session(&scene, &scene.once().await).await.is_some());
}

#[tokio::test]
async fn nobody_comes_back_twice_or_for_another() {
    let scene = Scene::new().await;
    let (browser, state) = scene.leave("/").await;
    assert!(
        session(&scene, &scene.come_back(&browser, &state).await)
            .await
            .is_some()
    );
    let again = scene.come_back(&browser, &state).await;
    assert_eq!(again.header("location"), "/?sign_in=unknown");
    assert!(session(&scene, &again).await.is_none());
    let (_, state) = scene.leave("/").await;
    let redeemed = *scene.provider.0.redeemed.lock().unwrap();
    let other = scene.owner.stranger();
    let got = scene.come_back(&other, &state).await;
    assert_eq!(got.header("location"), "/?sign_in=unknown");
    let got = other.get(DONE).await;
    assert_eq!(got.header("location"), "/?sign_in=unknown");
    assert_eq!(*scene.provider.0.redeemed.lock().unwrap(), redeemed);
}

#[tokio::test]
async fn another_service_or_a_refusal_opens_nothing() {
    let scene = Scene::new().await;
    let issuer = scene.provider.0.issuer.clone();
    for (query, code) in [
        ("code=good".to_owned(), "not-proven"),
        (
            "code=good&iss=https://another.example.com".to_owned(),
            "not-proven",
        ),
        (format!("iss={issuer}"), "not-proven"),
        (format!("code=bad&iss={issuer}"), "not-proven"),
        (format!("error=access_denied&iss={issuer}"), "refused"),
        (format!("error=%3Cb%3E&iss={issuer}"), "refused"),
        (format!("error=server_error&iss={issuer}"), "unusable"),
        ("error=access_denied".to_owned(), "not-proven"),
    ] {
        let (browser, state) = scene.leave("/").await;
        let got = browser.get(&format!("{DONE}?{query}&state={state}")).await;
        let wanted = format!("/?sign_in={code}");
        assert_eq!(got.header("location"), wanted, "{query}");
    }
    let told = scene.owner.get("/api/v1/audit").await.text;
    assert!(
        told.contains("server_error") && !told.contains("<b>"),
        "{told}"
    );
}

#[tokio::test]
async fn who_has_no_role_stays_out_and_who_lost_it_is_out_everywhere() {
    let scene = Scene::new().await;
    let first = scene.once().await;
    let user = session(&scene, &first).await.unwrap()["user"]["id"].clone();
    *scene.provider.0.groups.lock().unwrap() = serde_json::json!(["others"]);
    let got = scene.once().await;
    assert_eq!(got.header("location"), "/rooms?sign_in=no-role");
    assert!(session(&scene, &got).await.is_none());
    assert!(
        session(&scene, &first).await.is_none(),
        "the session that was open"
    );
    *scene.provider.0.subject.lock().unwrap() = "another".into();
    *scene.provider.0.name.lock().unwrap() = "<i>Eve\u{202e}".into();
    let got = scene.once().await;
    assert_eq!(got.header("location"), "/rooms?sign_in=no-role");
    let lines = scene.owner.get("/api/v1/audit").await.json();
    let refused = |number: usize| {
        let line = &lines["items"][number];
        assert_eq!(line["action"], "session.refused");
        (
            line["object"].clone(),
            line["detail"].as_str().unwrap().to_owned(),
        )
    };
    let why = "their sign-in is right, but gives them no role here";
    assert_eq!(refused(0), ("console".into(), format!("<i>Eve: {why}")));
    assert_eq!(refused(1), (user, format!("Anna: {why}")));
}

#[tokio::test]
async fn who_was_removed_is_out_at_once_and_new_when_they_come_again() {
    let scene = Scene::new().await;
    let got = scene.once().await;
    let first = session(&scene, &got).await.unwrap();
    let user = first["user"]["id"].as_str().unwrap();
    let path = format!("/api/v1/users/{user}");
    assert_eq!(scene.owner.delete(&path).await.status, 204);
    assert!(session(&scene, &got).await.is_none());
    let second = session(&scene, &scene.once().await).await.unwrap();
    assert_ne!(second["user"]["id"], first["user"]["id"]);
}

#[tokio::test]
async fn the_last_owner_stays_one_whatever_the_service_says() {
    let scene = Scene::new().await;
    let got = scene.once().await;
    let user = session(&scene, &got).await.unwrap()["user"]["id"].clone();
    let path = |id: &str| format!("/api/v1/users/{id}");
    let owner = serde_json::json!({"role": "owner"});
    let anna = path(user.as_str().unwrap());
    assert_eq!(
        scene.owner.send("PATCH", &anna, Some(&owner)).await.status,
        200
    );
    let auditor = serde_json::json!({"role": "auditor"});
    let olga = path(&scene.owner.id);
    assert_eq!(
        scene
            .owner
            .send("PATCH", &olga, Some(&auditor))
            .await
            .status,
        200
    );
    let again = session(&scene, &scene.once().await).await.unwrap();
    assert_eq!(again["user"]["role"], "owner");
}

#[tokio::test]
async fn a_service_that_does_not_know_us_is_told_to_the_operator_alone() {
    let scene = Scene::new().await;
    scene.provider.lie(Lie::Client);
    let got = scene.once().await;
    assert_eq!(got.header("location"), "/rooms?sign_in=unusable");
    let told = scene.owner.get("/api/v1/audit").await.text;
    assert!(told.contains("oidc.client_id"), "{told}");
    for secret in ["s ecret", "good"] {
        assert!(!told.contains(secret), "{told}");
    }
}

#[tokio::test]
async fn a_service_takes_the_secret_as_it_says() {
    let scene = Scene::new().await;
    *scene.provider.0.ways.lock().unwrap() = vec!["private_key_jwt", "client_secret_post"];
    assert!(session(&scene, &scene.once().await).await.is_some());
    let scene = Scene::new().await;
    *scene.provider.0.ways.lock().unwrap() = vec!["private_key_jwt"];
    let got = scene.once().await;
    assert_eq!(got.header("location"), "/rooms?sign_in=unusable");
}

#[tokio::test]
async fn whoever_fails_too_often_waits_and_others_do_not() {
    let scene = Scene::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let door = listener.local_addr().unwrap();
    let http = scene.server.http.clone();
    let token = Token::read(&"t".repeat(64)).unwrap();
    tokio::spawn(async move { http.serve_tcp(listener, token).await });
    for _ in 0..limits::SIGN_IN_ADDRESS_TRIES {
        let answer = come_from(door, "192.0.2.1").await;
        assert!(
            answer.contains("\r\nlocation: /?sign_in=unknown\r\n"),
            "{answer}"
        );
    }
    let slowed = come_from(door, "192.0.2.1").await;
    assert!(
        slowed.contains("\r\nlocation: /?sign_in=too-many\r\n"),
        "{slowed}"
    );
    let other = come_from(door, "192.0.2.2").await;
    assert!(
        other.contains("\r\nlocation: /?sign_in=unknown\r\n"),
        "{other}"
    );
}

/// Over a connection, because only a connection has an address.
async fn come_from(door: std::net::SocketAddr, origin: &str) -> String {
    let mut stream = TcpStream::connect(door).await.unwrap();
    let request = format!(
        "GET {DONE}?state=a&code=b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
         X-Forwarded-For: {origin}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn nobody_is_led_to_another_site() {
    let scene = Scene::new().await;
    for back in [
        "//evil.example",
        "https://evil.example",
        "/%5Cevil.example",
        "/%0d%0aa",
    ] {
        let (browser, state) = scene.leave(back).await;
        let got = scene.come_back(&browser, &state).await;
        assert_eq!(got.header("location"), "/", "{back}");
    }
}

const DONE: &str = OIDC_DONE;
