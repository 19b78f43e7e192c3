//! The service as it was found not long ago, and when it may be asked anew; reads no token.

use std::time::Instant;

use conclave_fetch::Fetcher;
use conclave_model::{HttpUrl, limits};
use tokio::sync::Mutex;

use crate::SignInFailure;
use crate::provider::Provider;

/// What is known of the service. One asks; the others wait and take what came of it.
pub(crate) struct Known {
    fetcher: Fetcher,
    issuer: HttpUrl,
    found: Mutex<Option<Found>>,
}

struct Found {
    at: Instant,
    what: Result<Provider, SignInFailure>,
}

/// How new it has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    Usual,
    /// A token names a key that is not known.
    NewKeys,
}

impl Known {
    pub fn new(fetcher: Fetcher, issuer: HttpUrl) -> Self {
        Self {
            fetcher,
            issuer,
            found: Mutex::default(),
        }
    }

    /// The service as it describes itself.
    ///
    /// # Errors
    /// When it did not, just now or a moment ago.
    pub async fn service(&self, wanted: Wanted, now: Instant) -> Result<Provider, SignInFailure> {
        let mut found = self.found.lock().await;
        if let Some(found) = found.as_ref().filter(|found| found.is_fresh(wanted, now)) {
            return found.what.clone();
        }
        let what = Provider::ask(&self.fetcher, &self.issuer).await;
        let had = found.as_ref().is_some_and(|found| found.what.is_ok());
        // Whoever brings a strange token does not make it forgotten for the others.
        if what.is_ok() || !had || wanted == Wanted::Usual {
            let what = what.clone();
            *found = Some(Found { at: now, what });
        }
        what
    }
}

impl Found {
    fn is_fresh(&self, wanted: Wanted, now: Instant) -> bool {
        let most = match (&self.what, wanted) {
            (Err(_), _) => limits::SIGN_IN_SERVICE_PAUSE,
            (Ok(_), Wanted::NewKeys) => limits::SIGN_IN_KEYS_PAUSE,
            (Ok(_), Wanted::Usual) => limits::SIGN_IN_SERVICE_KNOWN,
        };
        now.saturating_duration_since(self.at) < most
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use conclave_fetch::{Networks, Trust};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
    use std::time::Duration;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    /// A service that counts how often it is asked, and may be down.
    #[derive(Default)]
    struct Service {
        asked: AtomicUsize,
        down: AtomicBool,
    }

    impl Service {
        async fn start(self: &Arc<Self>, description: &str) -> Known {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let port = listener.local_addr().expect("bound").port();
            let issuer = format!("http://127.0.0.1:{port}");
            let description = description.replace("HERE", &issuer);
            let this = Arc::clone(self);
            tokio::spawn(async move {
                while let Ok((mut stream, _)) = listener.accept().await {
                    let mut request = [0; 1_024];
                    let length = stream.read(&mut request).await.unwrap_or(0);
                    let for_keys = request[..length].starts_with(b"GET /keys");
                    let body = if for_keys {
                        r#"{"keys":[]}"#
                    } else {
                        &description
                    };
                    this.asked
                        .fetch_add(usize::from(!for_keys), Ordering::Relaxed);
                    let status = if this.down.load(Ordering::Relaxed) {
                        503
                    } else {
                        200
                    };
                    let length = body.len();
                    let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\n\r\n");
                    let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
                }
            });
            let patience = Duration::from_secs(20);
            let fetcher = Fetcher::new(Networks::Private, Trust::nobody(), patience);
            Known::new(fetcher, issuer.parse().expect("a url"))
        }

        fn asked(&self) -> usize {
            self.asked.load(Ordering::Relaxed)
        }
    }

    const GOOD: &str = r#"{"issuer": "HERE", "authorization_endpoint": "HERE/a",
        "token_endpoint": "HERE/t", "jwks_uri": "HERE/keys"}"#;
    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test]
    async fn a_service_is_asked_seldom_and_for_new_keys_not_more_often_than_is_said() {
        let service = Arc::<Service>::default();
        let (known, now) = (service.start(GOOD).await, Instant::now());
        assert!(known.service(Wanted::Usual, now).await.is_ok());
        let before = now + limits::SIGN_IN_KEYS_PAUSE - SECOND;
        for _ in 0..100 {
            assert!(known.service(Wanted::NewKeys, before).await.is_ok());
        }
        assert_eq!(service.asked(), 1);
        let at = now + limits::SIGN_IN_KEYS_PAUSE;
        assert!(known.service(Wanted::NewKeys, at).await.is_ok());
        assert!(known.service(Wanted::NewKeys, at + SECOND).await.is_ok());
        assert_eq!(service.asked(), 2);
        let before = at + limits::SIGN_IN_SERVICE_KNOWN - SECOND;
        assert!(known.service(Wanted::Usual, before).await.is_ok());
        assert_eq!(service.asked(), 2);
        assert!(known.service(Wanted::Usual, before + SECOND).await.is_ok());
        assert_eq!(service.asked(), 3);
    }

    #[tokio::test]
    async fn a_service_that_is_down_is_left_alone_for_a_moment() {
        let service = Arc::<Service>::default();
        let (known, now) = (service.start(GOOD).await, Instant::now());
        service.down.store(true, Ordering::Relaxed);
        for _ in 0..100 {
            let why = known.service(Wanted::Usual, now).await.err();
            assert!(matches!(why, Some(SignInFailure::Unusable(_))), "{why:?}");
        }
        assert_eq!(service.asked(), 1);
        service.down.store(false, Ordering::Relaxed);
        let later = now + limits::SIGN_IN_SERVICE_PAUSE;
        assert!(known.service(Wanted::Usual, later).await.is_ok());
        service.down.store(true, Ordering::Relaxed);
        let later = later + limits::SIGN_IN_KEYS_PAUSE;
        assert!(known.service(Wanted::NewKeys, later).await.is_err());
        assert!(known.service(Wanted::Usual, later).await.is_ok());
    }

    #[tokio::test]
    async fn a_description_of_another_or_of_addresses_in_clear_is_none() {
        for (part, wrong) in [
            (r#""issuer": "HERE""#, r#""issuer": "HERE/""#),
            (
                r#""issuer": "HERE""#,
                r#""issuer": "https://id.example.com""#,
            ),
            ("HERE/a", "http://id.example.com/a"),
            ("HERE/a", "javascript:alert(1)"),
            ("HERE/t", "http://10.0.0.1/t"),
            ("HERE/keys", "http://id.example.com/keys"),
            ("HERE/keys", "HERE/elsewhere"),
            (r#""token_endpoint""#, r#""another""#),
        ] {
            let service = Arc::<Service>::default();
            let known = service.start(&GOOD.replace(part, wrong)).await;
            let why = known.service(Wanted::Usual, Instant::now()).await.err();
            assert!(
                matches!(why, Some(SignInFailure::Unusable(_))),
                "{wrong}: {why:?}"
            );
        }
    }
}
