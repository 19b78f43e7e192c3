//! Hashes and compares passwords (argon2id), a few at a time; keeps none.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use conclave_api::ProblemKind;
use conclave_model::{Password, limits};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::refusal::{Answered, Refusal};

/// The place where passwords are hashed.
pub(crate) struct Passwords {
    at_once: Semaphore,
}

impl Passwords {
    pub fn new() -> Self {
        Self {
            at_once: Semaphore::new(limits::PASSWORD_HASHES),
        }
    }

    /// The hash to keep, in PHC form.
    pub async fn hash(&self, password: Password) -> Answered<String> {
        let _place = self.at_once.acquire().await;
        let mut salt = [0_u8; 16];
        getrandom::fill(&mut salt).map_err(|_| failed())?;
        let hashed = spawn_blocking(move || {
            let password = password.reveal().as_bytes();
            let hash: Result<PasswordHash, _> = argon2().hash_password_with_salt(password, &salt);
            hash.ok().map(|hash| hash.to_string())
        });
        hashed.await.ok().flatten().ok_or_else(failed)
    }

    /// Whether this is the password of the hash. Without a hash it takes as long, and is not.
    pub async fn matches(&self, password: String, hash: Option<String>) -> bool {
        let _place = self.at_once.acquire().await;
        let compared = spawn_blocking(move || {
            let known = hash.is_some();
            let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
            let Ok(hash) = PasswordHash::new(&hash) else {
                return false;
            };
            let right = argon2().verify_password(password.as_bytes(), &hash);
            right.is_ok() && known
        });
        compared.await.unwrap_or(false)
    }
}

/// 19 MiB, two passes, one lane: the first choice of OWASP's Password Storage Cheat Sheet.
fn argon2() -> Argon2<'static> {
    let params = Params::new(19_456, 2, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn failed() -> Refusal {
    Refusal::new(ProblemKind::Internal, "the password could not be hashed")
}

/// Compared for names that nobody has, so that they cannot be told from those somebody has.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$Y29uY2xhdmVub2JvZHkh$\
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_opens() {
        let passwords = Passwords::new();
        let name = "anna".parse().expect("a name");
        let password = Password::new("seven trains to Passau", &name).expect("good");
        let hash = passwords.hash(password).await.expect("hashed");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        let kept = Some(hash);
        assert!(
            passwords
                .matches("seven trains to Passau".into(), kept.clone())
                .await
        );
        assert!(
            !passwords
                .matches("seven trains to Vienna".into(), kept)
                .await
        );
        assert!(!passwords.matches(String::new(), None).await);
        assert!(PasswordHash::new(NOBODY).is_ok());
    }
}
