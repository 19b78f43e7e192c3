//! Has an authority sign the certificate (ACME, RFC 8555, by TLS-ALPN-01, RFC 8737); shows nothing.

mod jws;
mod talk;

use std::fs;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use conclave_fetch::{FetchError, Fetcher};
use conclave_model::HttpUrl;
use rcgen::{CertificateParams, CustomExtension, DistinguishedName, KeyPair};
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::sign::CertifiedKey;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::files::CertError;
use crate::held::Held;
use crate::own::{make_folder, write_secret};
use jws::{AccountKey, encode};
use talk::Talk;

/// Why an authority has not signed.
#[derive(Debug, thiserror::Error)]
pub enum AcmeError {
    #[error("{0}")]
    Unanswered(FetchError),
    #[error("what is there is no ACME directory; see `tls.acme.directory` in conclave.toml")]
    NoDirectory,
    #[error("the directory answered oddly to {0}")]
    Odd(&'static str),
    #[error("it refused ({status} {kind}): {detail}")]
    Refused {
        status: u16,
        kind: String,
        detail: String,
    },
    #[error("it offers no TLS-ALPN-01 for {0}")]
    NoChallenge(String),
    #[error("it could not see that {0} is here: {1}; it connects to port 443 of that name")]
    NotSeen(String, String),
    #[error("it has not signed within {} s", (LOOK_AGAIN * LOOKS).as_secs())]
    TooSlow,
    #[error("{0}")]
    Unkept(#[from] CertError),
}

/// Whom to ask, and for what.
pub(crate) struct Wish<'a> {
    pub folder: &'a Path,
    pub directory: &'a HttpUrl,
    pub contact: Option<&'a str>,
    pub names: &'a [String],
}

/// The certificate and its key in the folder.
pub(crate) fn files(folder: &Path) -> (PathBuf, PathBuf) {
    (folder.join("acme.pem"), folder.join("acme.key"))
}

/// Puts a newly signed certificate into the folder. While it is asked for, `held` shows the
/// authority that we are who the names mean.
///
/// # Errors
/// Why not; what is in the folder stays as it was.
pub(crate) async fn obtain(
    wish: Wish<'_>,
    fetcher: &Fetcher,
    held: &Held,
) -> Result<(), AcmeError> {
    make_folder(wish.folder)?;
    let key = account_key(wish.folder)?;
    let mut talk = Talk::begin(fetcher, wish.directory, key, wish.contact).await?;
    let identifiers: Vec<Value> = wish.names.iter().map(|name| identifier(name)).collect();
    let order = json!({ "identifiers": identifiers }).to_string();
    let door = talk.door("newOrder")?;
    let order = talk.post(&door, &order).await?;
    let place = order.place.ok_or(AcmeError::Odd("newOrder"))?;
    let authorizations = order.body["authorizations"].as_array().cloned();
    let authorizations = authorizations.ok_or(AcmeError::Odd("newOrder"))?;
    let proven = prove_all(&mut talk, &authorizations, held).await;
    held.forget_challenges();
    proven?;
    let finalize = order.body["finalize"].as_str();
    let finalize = finalize.ok_or(AcmeError::Odd("newOrder"))?;
    let (pair, csr) = request(wish.names)?;
    let payload = json!({ "csr": encode(csr) }).to_string();
    talk.post(finalize, &payload).await?;
    let order = talk.settled(&place).await?;
    let signed = order["certificate"].as_str();
    let signed = signed.ok_or(AcmeError::Odd("finalize"))?;
    let chain = talk.read(signed).await?.text;
    keep(wish.folder, &chain, &pair)
}

async fn prove_all(
    talk: &mut Talk<'_>,
    authorizations: &[Value],
    held: &Held,
) -> Result<(), AcmeError> {
    for url in authorizations.iter().take(NAMES_MAX) {
        let url = url.as_str().ok_or(AcmeError::Odd("newOrder"))?;
        let asked = talk.read(url).await?.body;
        if asked["status"] == "valid" {
            continue;
        }
        let name = asked["identifier"]["value"].as_str();
        let name = name.ok_or(AcmeError::Odd("an authorization"))?.to_owned();
        let challenges = asked["challenges"].as_array();
        let mut offered = challenges.into_iter().flatten();
        let ours = offered.find(|one| one["type"] == "tls-alpn-01");
        let ours = ours.ok_or_else(|| AcmeError::NoChallenge(name.clone()))?;
        let (token, place) = (ours["token"].as_str(), ours["url"].as_str());
        let (Some(token), Some(place)) = (token, place) else {
            return Err(AcmeError::Odd("an authorization"));
        };
        held.show_challenge(&name, challenge(&name, &talk.authorization(token))?);
        talk.post(place, "{}").await?;
        let seen = talk.settled(url).await?;
        if seen["status"] != "valid" {
            return Err(AcmeError::NotSeen(name, reason(&seen)));
        }
    }
    Ok(())
}

/// What the authority says of the challenge that failed.
fn reason(authorization: &Value) -> String {
    let challenges = authorization["challenges"].as_array();
    let mut said = challenges.into_iter().flatten();
    let said = said.find_map(|one| one["error"]["detail"].as_str());
    let said = said.unwrap_or("no reason was given").chars();
    said.filter(|c| !c.is_control())
        .take(REASON_CHARS)
        .collect()
}

/// RFC 8555 §7.1.3, and of addresses RFC 8738.
fn identifier(name: &str) -> Value {
    let kind = if name.parse::<IpAddr>().is_ok() {
        "ip"
    } else {
        "dns"
    };
    json!({"type": kind, "value": name})
}

/// A certificate for this name alone that holds the proof (RFC 8737 §3).
fn challenge(name: &str, authorization: &str) -> Result<Arc<CertifiedKey>, AcmeError> {
    let made = || -> Result<_, rcgen::Error> {
        let mut params = CertificateParams::new(vec![name.to_owned()])?;
        let proof = CustomExtension::new_acme_identifier(&Sha256::digest(authorization));
        params.custom_extensions = vec![proof];
        let pair = KeyPair::generate()?;
        Ok((params.self_signed(&pair)?, pair))
    };
    let (signed, pair) = made().map_err(|why| unmade(&why))?;
    let der = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(pair.serialize_der()));
    // The library would look into the certificate, and know no proof in one.
    let key = default_provider().key_provider.load_private_key(der);
    let key = key.map_err(|why| CertError::Unmade(why.to_string()))?;
    let key = CertifiedKey::new(vec![signed.der().clone()], key);
    Ok(Arc::new(key))
}

/// A new key, and what asks for a certificate of it.
fn request(names: &[String]) -> Result<(KeyPair, Vec<u8>), AcmeError> {
    let made = || -> Result<_, rcgen::Error> {
        let mut params = CertificateParams::new(names.to_vec())?;
        params.distinguished_name = DistinguishedName::new();
        let pair = KeyPair::generate()?;
        let csr = params.serialize_request(&pair)?;
        Ok((csr.der().to_vec(), pair))
    };
    let (csr, pair) = made().map_err(|why| unmade(&why))?;
    Ok((pair, csr))
}

fn account_key(folder: &Path) -> Result<AccountKey, AcmeError> {
    let file = folder.join("acme-account.key");
    let kept = fs::read_to_string(&file).ok();
    let kept = kept.and_then(|text| KeyPair::from_pem(&text).ok());
    let kept = kept.and_then(|pair| AccountKey::read(&pair.serialize_der()));
    if let Some(key) = kept {
        return Ok(key);
    }
    let pair = KeyPair::generate().map_err(|why| unmade(&why))?;
    write_secret(&file, &pair.serialize_pem())?;
    let key = AccountKey::read(&pair.serialize_der());
    Ok(key.ok_or_else(|| CertError::NoKey(file))?)
}

/// What cannot be read again together is not put in place of what was there.
fn keep(folder: &Path, chain: &str, pair: &KeyPair) -> Result<(), AcmeError> {
    let (certificate, key) = files(folder);
    let (new, new_key) = (folder.join("acme-new.pem"), folder.join("acme-new.key"));
    write_secret(&new, chain)?;
    write_secret(&new_key, &pair.serialize_pem())?;
    crate::files::read(&new, &new_key)?;
    for (from, to) in [(new_key, key), (new, certificate)] {
        fs::rename(&from, &to).map_err(|why| CertError::Unreadable(to, why))?;
    }
    Ok(())
}

fn unmade(why: &rcgen::Error) -> AcmeError {
    AcmeError::Unkept(CertError::Unmade(why.to_string()))
}

/// An order is looked at so often, two minutes in all.
const LOOKS: u32 = 60;
const LOOK_AGAIN: Duration = Duration::from_secs(2);
const NAMES_MAX: usize = 100;
const REASON_CHARS: usize = 300;
