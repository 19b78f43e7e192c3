//! Keeps the one certificate of this server fresh; shows it to nobody itself.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use conclave_fetch::Fetcher;
use conclave_model::{UnixMillis, limits};

use crate::files::{self, CertError, Loaded, day};
use crate::held::{ACME_TLS, Held};
use crate::{AcmeError, CertSettings, Facts, ServerTls, Source, acme, own};

/// The certificate of this server; cheap to clone, and all clones are the same.
#[derive(Clone)]
pub struct Certificate(Arc<Shared>);

struct Shared {
    settings: CertSettings,
    held: Arc<Held>,
    state: Mutex<State>,
}

struct State {
    facts: Facts,
    /// What is wrong with what is shown, or with what was to be shown in its place.
    problem: Option<String>,
    /// As the files were when they were read last.
    seen: Seen,
    /// Signed by ourselves, as the authority has not signed one yet.
    is_stand_in: bool,
    /// Of asking the authority, one after the other, and when it may be asked again.
    failures: u32,
    ask_again: UnixMillis,
}

/// When the two files were written, and how long they are.
type Seen = [Option<(SystemTime, u64)>; 2];

impl Certificate {
    /// Reads the certificate, or makes it. One whose time is over is better than none: calls are
    /// taken with it, and [`Certificate::problem`] says so.
    ///
    /// # Errors
    /// A sentence that names the file.
    pub fn open(settings: CertSettings, now: UnixMillis) -> Result<Self, CertError> {
        let seen = look(&settings);
        let loaded = load(&settings, now)?;
        let problem = problem(&settings, &loaded, now);
        if let Some(problem) = &problem {
            tracing::warn!("{problem}");
        }
        let state = State {
            is_stand_in: is_stand_in(&settings, &loaded.facts),
            facts: loaded.facts,
            problem,
            seen,
            failures: 0,
            ask_again: UnixMillis(0),
        };
        Ok(Self(Arc::new(Shared {
            settings,
            held: Arc::new(Held::new(loaded.key)),
            state: Mutex::new(state),
        })))
    }

    /// For SIP, over a stream or a WebSocket.
    #[must_use]
    pub fn for_sip(&self) -> ServerTls {
        ServerTls::new(Arc::clone(&self.0.held) as _, &[])
    }

    /// For HTTP/1.1, and for an authority that looks whether we are there.
    #[must_use]
    pub fn for_web(&self) -> ServerTls {
        let protocols: &[&[u8]] = match self.0.settings.source {
            Source::Acme { .. } => &[b"http/1.1", ACME_TLS],
            Source::Files { .. } | Source::SelfSigned => &[b"http/1.1"],
        };
        ServerTls::new(Arc::clone(&self.0.held) as _, protocols)
    }

    #[must_use]
    pub fn facts(&self) -> Facts {
        self.state().facts.clone()
    }

    /// Whether nobody whom browsers know vouches for what is shown now.
    #[must_use]
    pub fn is_self_signed(&self) -> bool {
        self.state().facts.is_self_signed
    }

    #[must_use]
    pub fn source(&self) -> &Source {
        &self.0.settings.source
    }

    /// What somebody has to do something about, in words.
    #[must_use]
    pub fn problem(&self, now: UnixMillis) -> Option<String> {
        let state = self.state();
        let is_over = state.facts.until <= now;
        let over = || {
            format!(
                "the certificate's time is over since {}",
                day(state.facts.until)
            )
        };
        state.problem.clone().or_else(|| is_over.then(over))
    }

    /// Reads the files again if they have changed, and renews what is made here when it is time.
    /// To be called every few seconds.
    pub fn look_after(&self, now: UnixMillis) {
        let has_changed = look(&self.0.settings) != self.state().seen;
        let is_ours = matches!(self.0.settings.source, Source::SelfSigned);
        if has_changed || (is_ours && own::is_due(&self.facts(), now)) {
            // Its reason is kept, and in the log.
            let _ = self.reload(now);
        }
    }

    /// Reads the files again whether they have changed or not. What cannot be used changes nothing.
    ///
    /// # Errors
    /// A sentence that says why what was there before stays.
    pub fn reload(&self, now: UnixMillis) -> Result<(), CertError> {
        let settings = &self.0.settings;
        // Before they are read: who writes them meanwhile is noticed the next time.
        let seen = look(settings);
        let loaded = load(settings, now).and_then(|loaded| {
            let file = certificate_file(settings);
            files::check_time(&loaded.facts, &file, now)?;
            Ok(loaded)
        });
        let mut state = self.state();
        state.seen = seen;
        match loaded {
            Ok(loaded) => {
                state.problem = problem(settings, &loaded, now);
                if state.facts != loaded.facts {
                    let until = day(loaded.facts.until);
                    let names = loaded.facts.names.join(", ");
                    tracing::info!("a new certificate is shown, for {names}, until {until}");
                }
                state.is_stand_in = is_stand_in(settings, &loaded.facts);
                state.facts = loaded.facts;
                self.0.held.put(loaded.key);
                Ok(())
            }
            Err(why) => {
                let problem = format!("the certificate of before stays: {why}");
                tracing::warn!("{problem}");
                state.problem = Some(problem);
                Err(why)
            }
        }
    }

    /// Asks the authority for another certificate if it is time and the last try is long enough
    /// ago. To be called every few seconds; may take minutes.
    pub async fn renew(&self, fetcher: &Fetcher, now: UnixMillis) {
        let settings = &self.0.settings;
        let Source::Acme { directory, contact } = &settings.source else {
            return;
        };
        if !self.is_time_to_ask(now) {
            return;
        }
        let wish = acme::Wish {
            folder: &settings.folder,
            directory,
            contact: contact.as_deref(),
            names: &settings.names,
        };
        let obtained = acme::obtain(wish, fetcher, &self.0.held).await;
        match obtained {
            Ok(()) => {
                let mut state = self.state();
                (state.failures, state.ask_again) = (0, UnixMillis(0));
                drop(state);
                // Its reason is kept, and in the log.
                let _ = self.reload(now);
            }
            Err(why) => self.put_off(now, &why),
        }
    }

    fn is_time_to_ask(&self, now: UnixMillis) -> bool {
        let state = self.state();
        let facts = &state.facts;
        // The last third, as authorities advise: what they sign lasts for 90 days, or for six.
        let third = facts.until.0.saturating_sub(facts.from.0) / 3;
        let is_late = facts.until.0 <= now.0.saturating_add(third);
        let lacks = |name: &String| !facts.covers(name);
        let is_needed = is_late || state.is_stand_in || self.0.settings.names.iter().any(lacks);
        is_needed && now >= state.ask_again
    }

    fn put_off(&self, now: UnixMillis, why: &AcmeError) {
        let mut state = self.state();
        let wait = limits::ACME_AGAIN_AFTER * 2_u32.saturating_pow(state.failures);
        let wait = wait.min(limits::ACME_AGAIN_AFTER_MAX);
        state.failures = state.failures.saturating_add(1);
        let wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        state.ask_again = UnixMillis(now.0.saturating_add(wait_ms));
        let again = day(state.ask_again);
        let problem =
            format!("the authority has not signed a certificate: {why}; asked again {again}");
        tracing::warn!("{problem}");
        state.problem = Some(problem);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn load(settings: &CertSettings, now: UnixMillis) -> Result<Loaded, CertError> {
    match &settings.source {
        Source::Files { certificate, key } => files::read(certificate, key),
        Source::Acme { .. } => {
            let (certificate, key) = acme::files(&settings.folder);
            files::read(&certificate, &key).or_else(|_| load_own(settings, now))
        }
        Source::SelfSigned => load_own(settings, now),
    }
}

fn load_own(settings: &CertSettings, now: UnixMillis) -> Result<Loaded, CertError> {
    let both = settings.names.iter().chain(&settings.local_names);
    let mut names: Vec<String> = Vec::new();
    for name in both {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    own::load_or_make(&settings.folder, &names, now)
}

/// Whether what is shown is only there until the authority has signed another.
fn is_stand_in(settings: &CertSettings, facts: &Facts) -> bool {
    matches!(settings.source, Source::Acme { .. }) && facts.is_self_signed
}

fn certificate_file(settings: &CertSettings) -> PathBuf {
    match &settings.source {
        Source::Files { certificate, .. } => certificate.clone(),
        Source::Acme { .. } => acme::files(&settings.folder).0,
        Source::SelfSigned => own::files(&settings.folder).0,
    }
}

fn problem(settings: &CertSettings, loaded: &Loaded, now: UnixMillis) -> Option<String> {
    let file = certificate_file(settings);
    let mut said: Vec<String> = Vec::new();
    if let Err(why) = files::check_time(&loaded.facts, &file, now) {
        said.push(why.to_string());
    }
    let unnamed = |name: &&String| !loaded.facts.covers(name);
    for name in settings.names.iter().filter(unnamed) {
        let (file, names) = (file.display(), loaded.facts.names.join(", "));
        said.push(format!(
            "{file}: the certificate is not for {name}, but for {names}"
        ));
    }
    said.extend(loaded.remarks.iter().cloned());
    (!said.is_empty()).then(|| said.join("; "))
}

fn look(settings: &CertSettings) -> Seen {
    let stamp = |file: &Path| {
        let about = fs::metadata(file).ok()?;
        Some((about.modified().ok()?, about.len()))
    };
    match &settings.source {
        Source::Files { certificate, key } => [stamp(certificate), stamp(key)],
        Source::Acme { .. } | Source::SelfSigned => [None, None],
    }
}
