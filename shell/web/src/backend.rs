//! Everything the web face leans on, handed over once.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use conclave_hooks::Courier;
use conclave_model::{UnixMillis, limits};
use conclave_oidc::SignInService;
use conclave_store::Store;
use tokio::sync::{Notify, Semaphore, watch};

use crate::audit::Refusals;
use crate::listeners::Listeners;
use crate::pace::Pace;
use crate::passwords::Passwords;
use crate::revocations::Revocations;
use crate::throttle::Throttle;
use crate::{BrainHandle, EventHub, Host, OneTimeCodes, Playlists, Prompts, Sounds};

/// The parts of the server that requests are answered from.
#[derive(Clone)]
pub struct Backend {
    pub brain: BrainHandle,
    pub store: Arc<Store>,
    pub playlists: Arc<dyn Playlists>,
    pub prompts: Arc<dyn Prompts>,
    pub sounds: Arc<dyn Sounds>,
    pub events: EventHub,
    pub host: Arc<dyn Host>,
    /// Where uploads wait until they were looked at; best on the playlists' own disk.
    pub upload_dir: PathBuf,
    /// Another service that signs people in.
    pub oidc: Option<Arc<SignInService>>,
    /// What the console shows to let somebody in.
    pub codes: OneTimeCodes,
    pub webhooks: Courier,
    /// Told when the server is to end its calls and start again with what was restored.
    pub restart: Arc<Notify>,
    /// Becomes true when event streams are to end.
    pub closing: watch::Receiver<bool>,
}

/// What the handlers share.
pub(crate) struct Shared {
    pub backend: Backend,
    /// Idempotency keys whose first request is not answered yet.
    pub in_flight: Mutex<BTreeSet<String>>,
    pub uploads: Semaphore,
    /// One place: a backup is made or restored.
    pub backups: Arc<Semaphore>,
    pub passwords: Passwords,
    pub throttle: Throttle,
    pub pace: Pace,
    pub refusals: Refusals,
    /// Held by whoever changes users or opens a session, so that neither overtakes the other.
    pub users_turn: tokio::sync::Mutex<()>,
    pub revocations: Revocations,
    pub listeners: Listeners,
    /// Answers by the first digit of their status: 1xx to 5xx.
    pub answers: [AtomicU64; 5],
    pub streams: AtomicU64,
    pub request_number: AtomicU64,
}

pub(crate) type Web = Arc<Shared>;

impl Shared {
    pub fn new(backend: Backend) -> Web {
        Arc::new(Shared {
            backend,
            in_flight: Mutex::default(),
            uploads: Semaphore::new(limits::UPLOADS),
            backups: Arc::new(Semaphore::new(1)),
            passwords: Passwords::new(),
            throttle: Throttle::default(),
            pace: Pace::default(),
            refusals: Refusals::default(),
            users_turn: tokio::sync::Mutex::default(),
            revocations: Revocations::default(),
            listeners: Listeners::default(),
            answers: Default::default(),
            streams: AtomicU64::new(0),
            request_number: AtomicU64::new(0),
        })
    }
}

/// Comes back when the server ends.
pub(crate) async fn closed(closing: &mut watch::Receiver<bool>) {
    // An error means that whoever would have said so is gone.
    let _ = closing.wait_for(|closing| *closing).await;
}

pub(crate) fn now() -> UnixMillis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let millis = since.map_or(0, |since| since.as_millis());
    UnixMillis(u64::try_from(millis).unwrap_or(u64::MAX))
}
