//! A sign-in service of the tests' own: it says what it is told to say, true or not.

#![allow(clippy::unwrap_used, dead_code)] // A test may fail.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

#[derive(Clone)]
pub struct Provider(pub Arc<Inner>);

pub struct Inner {
    pub issuer: String,
    key: EncodingKey,
    stranger: EncodingKey,
    /// What somebody was sent here with last.
    pub asked: Mutex<BTreeMap<String, String>>,
    pub lie: Mutex<Lie>,
    pub groups: Mutex<Value>,
    pub subject: Mutex<String>,
    pub redeemed: Mutex<u32>,
}

/// What is wrong with what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lie {
    None,
    Nonce,
    Audience,
    Party,
    Issuer,
    Expired,
    AlgorithmNone,
    PublicKeyAsSecret,
    OtherKey,
    Tampered,
    NoToken,
}

impl Provider {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let provider = Provider(Arc::new(Inner {
            issuer,
            key: key(),
            stranger: key(),
            asked: Mutex::default(),
            lie: Mutex::new(Lie::None),
            groups: Mutex::new(json!(["staff"])),
            subject: Mutex::new("248289761001".into()),
            redeemed: Mutex::default(),
        }));
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(describe))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        provider
    }

    pub fn lie(&self, lie: Lie) {
        *self.0.lie.lock().unwrap() = lie;
    }
}

async fn describe(State(Provider(inner)): State<Provider>) -> Json<Value> {
    let issuer = &inner.issuer;
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "authorization_response_iss_parameter_supported": true,
    }))
}

async fn keys(State(Provider(inner)): State<Provider>) -> Json<Value> {
    let mut known = serde_json::to_value(public(&inner.key)).unwrap();
    known["kid"] = json!("k1");
    let unknown = json!({"kty": "AKP", "kid": "k2", "alg": "ML-DSA-65", "pub": "AA"});
    Json(json!({"keys": [unknown, known]}))
}

/// Gives a token for the code, to whoever proves that they began.
async fn token(
    State(Provider(inner)): State<Provider>,
    headers: HeaderMap,
    body: String,
) -> impl IntoResponse {
    let fields = fields(&body);
    let asked = inner.asked.lock().unwrap().clone();
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&fields["code_verifier"]));
    let client = format!("Basic {}", STANDARD.encode("conclave:s%20ecret"));
    let right = challenge == asked["code_challenge"]
        && asked["code_challenge_method"] == "S256"
        && headers["authorization"] == client.as_str()
        && fields["redirect_uri"] == asked["redirect_uri"]
        && fields["code"] == "good";
    *inner.redeemed.lock().unwrap() += 1;
    let lie = *inner.lie.lock().unwrap();
    if !right || lie == Lie::NoToken {
        return (
            StatusCode::BAD_REQUEST,
            Json(json!({"error": "invalid_grant"})),
        );
    }
    let id_token = written(&inner, lie, &asked["nonce"]);
    let answer = json!({"access_token": "a", "token_type": "Bearer", "id_token": id_token});
    (StatusCode::OK, Json(answer))
}

fn written(inner: &Inner, lie: Lie, nonce: &str) -> String {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let mut claims = json!({
        "iss": inner.issuer, "aud": "conclave", "sub": *inner.subject.lock().unwrap(),
        "nonce": nonce, "iat": now, "exp": now + 300,
        "preferred_username": "Anna", "groups": *inner.groups.lock().unwrap(),
    });
    match lie {
        Lie::Nonce => claims["nonce"] = json!("another"),
        Lie::Audience => claims["aud"] = json!("another"),
        Lie::Party => claims["aud"] = json!(["conclave", "another"]),
        Lie::Issuer => claims["iss"] = json!("https://another.example.com"),
        Lie::Expired => claims["exp"] = json!(now - 3_600),
        Lie::None
        | Lie::AlgorithmNone
        | Lie::PublicKeyAsSecret
        | Lie::OtherKey
        | Lie::Tampered
        | Lie::NoToken => {}
    }
    let mut header = Header::new(Algorithm::ES256);
    header.kid = Some("k1".into());
    match lie {
        Lie::AlgorithmNone => {
            let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
            format!("{}.{}.", part(json!({"alg": "none"})), part(claims))
        }
        Lie::PublicKeyAsSecret => {
            header.alg = Algorithm::HS256;
            let public = serde_json::to_vec(&public(&inner.key)).unwrap();
            encode(&header, &claims, &EncodingKey::from_secret(&public)).unwrap()
        }
        Lie::OtherKey => encode(&header, &claims, &inner.stranger).unwrap(),
        Lie::Tampered => {
            let token = encode(&header, &claims, &inner.key).unwrap();
            claims["groups"] = json!(["chiefs"]);
            let parts: Vec<&str> = token.split('.').collect();
            let forged = URL_SAFE_NO_PAD.encode(claims.to_string());
            format!("{}.{forged}.{}", parts[0], parts[2])
        }
        Lie::None
        | Lie::Nonce
        | Lie::Audience
        | Lie::Party
        | Lie::Issuer
        | Lie::Expired
        | Lie::NoToken => encode(&header, &claims, &inner.key).unwrap(),
    }
}

fn key() -> EncodingKey {
    let random = SystemRandom::new();
    let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    EncodingKey::from_ec_der(key.as_ref())
}

fn public(key: &EncodingKey) -> Jwk {
    Jwk::from_encoding_key(key, Algorithm::ES256).unwrap()
}

/// The fields of a form, or of a query.
pub fn fields(text: &str) -> BTreeMap<String, String> {
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    pairs
        .map(|(name, value)| (name.to_owned(), plain(value)))
        .collect()
}

fn plain(text: &str) -> String {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
        bytes.extend(part[2..].bytes());
    }
    String::from_utf8(bytes).unwrap()
}
