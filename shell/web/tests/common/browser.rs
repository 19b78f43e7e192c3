//! Somebody at a browser, or a program with a token, at the door that asks who they are.

#![allow(clippy::unwrap_used, dead_code)] // A test may fail; each test program has its own copy.

use axum::Router;
use axum::body::Body;
use conclave_web::Token;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::common::{Got, Server, request};

pub const PASSWORD: &str = "seven trains to Passau";

/// Sends what a browser of this user would.
#[derive(Clone)]
pub struct Browser {
    pub router: Router,
    pub headers: Vec<(&'static str, String)>,
    pub id: String,
}

impl Browser {
    /// Nobody yet.
    pub fn of(server: &Server) -> Self {
        let token = Token::read(&"t".repeat(64)).unwrap();
        Self {
            router: server.http.router(Some(token)),
            headers: Vec::new(),
            id: String::new(),
        }
    }

    /// The first user of a new server.
    pub async fn owner(server: &Server) -> Self {
        let mut browser = Self::of(server);
        let body = json!({"name": "olga", "password": PASSWORD});
        let got = browser.send("POST", "/api/v1/setup", Some(&body)).await;
        assert_eq!(got.status, 201, "{}", got.text);
        browser.take_session(&got);
        browser
    }

    /// A new user of this role, made by this one and signed in.
    pub async fn invite(&self, name: &str, role: &str) -> Self {
        let body = json!({"name": name, "role": role, "password": PASSWORD});
        let made = self.send("POST", "/api/v1/users", Some(&body)).await;
        assert_eq!(made.status, 201, "{}", made.text);
        let mut browser = self.stranger();
        let got = browser.sign_in(name, PASSWORD).await;
        assert_eq!(got.status, 201, "{}", got.text);
        browser
    }

    /// A program with these permissions.
    pub async fn program(&self, permissions: &[&str]) -> Self {
        let body = json!({"name": "program", "permissions": permissions});
        let made = self.send("POST", "/api/v1/tokens", Some(&body)).await;
        assert_eq!(made.status, 201, "{}", made.text);
        let secret = made.json()["secret"].as_str().unwrap().to_owned();
        let mut program = self.stranger();
        program
            .headers
            .push(("authorization", format!("Bearer {secret}")));
        program.id = made.json()["id"].as_str().unwrap().to_owned();
        program
    }

    pub fn stranger(&self) -> Self {
        Self {
            headers: Vec::new(),
            id: String::new(),
            ..self.clone()
        }
    }

    pub async fn sign_in(&mut self, name: &str, password: &str) -> Got {
        let body = json!({"name": name, "password": password});
        let got = self.send("POST", "/api/v1/session", Some(&body)).await;
        if got.status == 201 {
            self.take_session(&got);
        }
        got
    }

    /// Keeps the cookie and what proves it from now on.
    pub fn take_session(&mut self, got: &Got) {
        let cookie = got.header("set-cookie").split(';').next().unwrap();
        self.headers = vec![
            ("cookie", cookie.to_owned()),
            (
                "x-conclave-csrf",
                got.json()["csrf"].as_str().unwrap().to_owned(),
            ),
        ];
        self.id = got.json()["user"]["id"].as_str().unwrap().to_owned();
    }

    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self
    }

    pub async fn get(&self, path: &str) -> Got {
        self.send("GET", path, None).await
    }

    pub async fn delete(&self, path: &str) -> Got {
        self.send("DELETE", path, None).await
    }

    pub async fn send(&self, method: &str, path: &str, body: Option<&Value>) -> Got {
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        self.converse(method, path, "application/json", body).await
    }

    pub async fn upload(&self, path: &str, file: impl Into<Body>) -> Got {
        let kind = "application/octet-stream";
        self.converse("POST", path, kind, file.into()).await
    }

    async fn converse(&self, method: &str, path: &str, kind: &str, body: Body) -> Got {
        let mut headers: Vec<(&str, &str)> = self
            .headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        headers.push(("content-type", kind));
        let request = request(method, path, &headers, body);
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Got {
            status: parts.status.as_u16(),
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }
}
