//! Keeps the one certificate of this server fresh; shows it to nobody itself.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use conclave_model::UnixMillis;

use crate::files::{self, CertError, Loaded, day};
use crate::held::Held;
use crate::{CertSettings, Facts, ServerTls, Source, own};

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
            facts: loaded.facts,
            problem,
            seen,
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

    /// For HTTP/1.1.
    #[must_use]
    pub fn for_web(&self) -> ServerTls {
        ServerTls::new(Arc::clone(&self.0.held) as _, &[b"http/1.1"])
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

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn load(settings: &CertSettings, now: UnixMillis) -> Result<Loaded, CertError> {
    match &settings.source {
        Source::Files { certificate, key } => files::read(certificate, key),
        Source::SelfSigned => {
            let both = settings.names.iter().chain(&settings.local_names);
            let mut names: Vec<String> = Vec::new();
            for name in both {
                if !names.contains(name) {
                    names.push(name.clone());
                }
            }
            own::load_or_make(&settings.folder, &names, now)
        }
    }
}

fn certificate_file(settings: &CertSettings) -> PathBuf {
    match &settings.source {
        Source::Files { certificate, .. } => certificate.clone(),
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
        Source::SelfSigned => [None, None],
    }
}
