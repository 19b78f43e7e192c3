//! A sign-in service of the tests' own: it says what it is told to say, true or not.

#![allow(clippy::unwrap_used, dead_code)] // A test may fail.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RsaKeyPair};
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
    algorithm: Algorithm,
    key: EncodingKey,
    stranger: EncodingKey,
    /// What somebody was sent here with last.
    pub asked: Mutex<BTreeMap<String, String>>,
    pub lie: Mutex<Lie>,
    pub groups: Mutex<Value>,
    pub subject: Mutex<String>,
    pub name: Mutex<String>,
    /// How it takes the secret; nothing said is as if it said `client_secret_basic`.
    pub ways: Mutex<Vec<&'static str>>,
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
    /// It does not know us.
    Client,
}

impl Provider {
    pub async fn start(algorithm: Algorithm) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let provider = Provider(Arc::new(Inner {
            issuer,
            algorithm,
            key: key(algorithm),
            stranger: key(algorithm),
            asked: Mutex::default(),
            lie: Mutex::new(Lie::None),
            groups: Mutex::new(json!(["staff"])),
            subject: Mutex::new("248289761001".into()),
            name: Mutex::new("Anna".into()),
            ways: Mutex::default(),
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
        "token_endpoint_auth_methods_supported": *inner.ways.lock().unwrap(),
        "authorization_response_iss_parameter_supported": true,
    }))
}

async fn keys(State(Provider(inner)): State<Provider>) -> Json<Value> {
    let mut known = serde_json::to_value(inner.public()).unwrap();
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
    let known = if inner.ways.lock().unwrap().contains(&"client_secret_post") {
        fields["client_id"] == "conclave" && fields["client_secret"] == "s ecret"
    } else {
        headers["authorization"] == client.as_str() && !fields.contains_key("client_secret")
    };
    let right = challenge == asked["code_challenge"]
        && asked["code_challenge_method"] == "S256"
        && known
        && fields["redirect_uri"] == asked["redirect_uri"]
        && fields["code"] == "good";
    *inner.redeemed.lock().unwrap() += 1;
    let lie = *inner.lie.lock().unwrap();
    if lie == Lie::Client {
        let error = json!({"error": "invalid_client", "error_description": "s ecret"});
        return (StatusCode::UNAUTHORIZED, Json(error));
    }
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
        "preferred_username": *inner.name.lock().unwrap(), "groups": *inner.groups.lock().unwrap(),
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
        | Lie::NoToken
        | Lie::Client => {}
    }
    let mut header = Header::new(inner.algorithm);
    header.kid = Some("k1".into());
    match lie {
        Lie::AlgorithmNone => {
            let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
            format!("{}.{}.", part(json!({"alg": "none"})), part(claims))
        }
        Lie::PublicKeyAsSecret => {
            header.alg = Algorithm::HS256;
            let public = serde_json::to_vec(&inner.public()).unwrap();
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
        | Lie::NoToken
        | Lie::Client => encode(&header, &claims, &inner.key).unwrap(),
    }
}

impl Inner {
    fn public(&self) -> Jwk {
        Jwk::from_encoding_key(&self.key, self.algorithm).unwrap()
    }
}

fn key(algorithm: Algorithm) -> EncodingKey {
    if algorithm == Algorithm::RS256 {
        let key = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let der = AsDer::<Pkcs8V1Der<'_>>::as_der(&key).unwrap();
        return EncodingKey::from_rsa_der(&der.as_ref()[PKCS8_HEAD..]);
    }
    let random = SystemRandom::new();
    let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    EncodingKey::from_ec_der(key.as_ref())
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

/// What PKCS #8 has before the key of 2,048 bits itself (RFC 5208 §5).
const PKCS8_HEAD: usize = 26;
