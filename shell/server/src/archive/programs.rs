//! Programs that the server's own file allows, run on finished recordings: no shell, no secrets of
//! ours, and an end to each; takes no text of a form for more than a name.

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use conclave_api::{CommandOutcome, Happening, RecordingCommand, RecordingView};
use conclave_model::confbridge::ProgramName;
use conclave_model::limits;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use serde::Serialize;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;

/// One program of the operator's, by the path that the server's file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// From the root.
    pub path: PathBuf,
    /// What it gets before what is said of a recording.
    pub arguments: Vec<String>,
}

/// Runs them, a few at once. Clones share all.
#[derive(Clone)]
pub struct Programs {
    allowed: Arc<BTreeMap<ProgramName, Program>>,
    places: Arc<Semaphore>,
    /// How many run or wait for a place.
    taken: Arc<AtomicUsize>,
    patience: Duration,
    hurry: Arc<watch::Sender<bool>>,
}

/// What a program reads.
#[derive(Serialize)]
struct Told<'a> {
    path: &'a Path,
    media_type: &'static str,
    recording: &'a RecordingView,
}

struct Ended {
    outcome: CommandOutcome,
    exit_code: Option<i32>,
    said: String,
}

impl Programs {
    /// Each gets [`limits::RECORD_COMMAND_TIME`].
    #[must_use]
    pub fn new(allowed: BTreeMap<ProgramName, Program>) -> Self {
        Self::with_patience(allowed, limits::RECORD_COMMAND_TIME)
    }

    fn with_patience(allowed: BTreeMap<ProgramName, Program>, patience: Duration) -> Self {
        Self {
            allowed: Arc::new(allowed),
            places: Arc::new(Semaphore::new(limits::RECORD_COMMANDS_RUNNING)),
            taken: Arc::default(),
            patience,
            hurry: Arc::new(watch::Sender::new(false)),
        }
    }

    /// The server ends: whatever runs is given [`LAST_MOMENTS`].
    pub fn hurry(&self) {
        self.hurry.send_replace(true);
    }

    /// Runs one on a recording to its end, and says what came of it. Waits for a place.
    pub async fn run(
        &self,
        name: &ProgramName,
        path: &Path,
        recording: RecordingView,
    ) -> Happening {
        let began = Instant::now();
        let before = self.taken.fetch_add(1, Ordering::Relaxed);
        let ended = if before < limits::RECORD_COMMANDS {
            self.run_in_place(name, path, &recording).await
        } else {
            Ended::without(CommandOutcome::Dropped, "too many others wait to be run")
        };
        self.taken.fetch_sub(1, Ordering::Relaxed);
        let took = began.elapsed();
        log(name, &recording.id, &ended, took);
        Happening::RecordingCommandFinished(RecordingCommand {
            recording,
            command: name.to_string(),
            outcome: ended.outcome,
            exit_code: ended.exit_code,
            took_ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        })
    }

    async fn run_in_place(
        &self,
        name: &ProgramName,
        path: &Path,
        recording: &RecordingView,
    ) -> Ended {
        let Some(program) = self.allowed.get(name) else {
            let why = "conclave.toml does not allow it under record_commands";
            return Ended::without(CommandOutcome::NotStarted, why);
        };
        let Ok(_place) = self.places.acquire().await else {
            return Ended::without(CommandOutcome::NotStarted, "the server ends");
        };
        let told = Told {
            path,
            media_type: "audio/ogg",
            recording,
        };
        let told = serde_json::to_vec(&told).unwrap_or_default();
        match program.start(path, recording) {
            Ok(child) => self.wait(child, told).await,
            Err(why) => {
                let why = format!("{}: {why}", program.path.display());
                Ended::without(CommandOutcome::NotStarted, &why)
            }
        }
    }

    async fn wait(&self, mut child: Child, told: Vec<u8>) -> Ended {
        let group = child.id().and_then(|id| i32::try_from(id).ok());
        let telling = child.stdin.take().map(|mut input| {
            // Whoever does not read it does not want it.
            tokio::spawn(async move {
                let _ = input.write_all(&told).await;
            })
        });
        let out = child.stdout.take().map(|pipe| tokio::spawn(listen(pipe)));
        let errors = child.stderr.take().map(|pipe| tokio::spawn(listen(pipe)));
        let mut hurry = self.hurry.subscribe();
        let last_moments = async {
            let _ = hurry.wait_for(|hurry| *hurry).await;
            tokio::time::sleep(LAST_MOMENTS).await;
        };
        let status = tokio::select! {
            status = child.wait() => status.ok(),
            () = tokio::time::sleep(self.patience) => None,
            () = last_moments => None,
        };
        // Also what it has left behind.
        if let Some(group) = group {
            let _ = killpg(Pid::from_raw(group), Signal::SIGKILL);
        }
        let is_late = status.is_none();
        if is_late {
            let _ = child.wait().await;
        }
        if let Some(telling) = telling {
            telling.abort();
        }
        let said = format!("{}{}", heard(out).await, heard(errors).await);
        Ended::by(status, said)
    }
}

impl Program {
    /// In a group of its own, so that nothing it starts outlives it.
    fn start(&self, path: &Path, recording: &RecordingView) -> std::io::Result<Child> {
        Command::new(&self.path)
            .args(&self.arguments)
            .arg(path)
            .arg(&recording.file_name)
            .arg(&recording.extension)
            .arg(&recording.room)
            .arg(&recording.id)
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("LANG", "C.UTF-8")
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
    }
}

impl Ended {
    fn without(outcome: CommandOutcome, why: &str) -> Self {
        Self {
            outcome,
            exit_code: None,
            said: why.to_owned(),
        }
    }

    /// Without a status it was ended by us.
    fn by(status: Option<ExitStatus>, said: String) -> Self {
        let exit_code = status.and_then(|status| status.code());
        let outcome = match (status, exit_code) {
            (None, _) => CommandOutcome::TimedOut,
            (Some(_), Some(0)) => CommandOutcome::Done,
            (Some(_), Some(_)) => CommandOutcome::Failed,
            (Some(status), None) => {
                debug_assert!(status.signal().is_some());
                CommandOutcome::Killed
            }
        };
        Self {
            outcome,
            exit_code,
            said,
        }
    }
}

/// The beginning of what it says; the rest is read and dropped, so that it does not wait for us.
async fn listen(mut pipe: impl AsyncRead + Unpin) -> String {
    let mut said = Vec::new();
    let mut chunk = [0; 4_096];
    while let Ok(count) = pipe.read(&mut chunk).await {
        if count == 0 {
            break;
        }
        let room = limits::RECORD_COMMAND_OUTPUT.saturating_sub(said.len());
        said.extend_from_slice(&chunk[..count.min(room)]);
    }
    String::from_utf8_lossy(&said).into_owned()
}

async fn heard(listening: Option<JoinHandle<String>>) -> String {
    let Some(mut listening) = listening else {
        return String::new();
    };
    // Something it left behind may hold the pipe open.
    match tokio::time::timeout(LAST_WORDS, &mut listening).await {
        Ok(said) => said.unwrap_or_default(),
        Err(_) => {
            listening.abort();
            String::new()
        }
    }
}

fn log(name: &ProgramName, recording: &str, ended: &Ended, took: Duration) {
    let Ended {
        outcome,
        exit_code,
        said,
    } = ended;
    let took = took.as_secs_f32();
    if *outcome == CommandOutcome::Done {
        tracing::info!("record_command {name} on {recording}: done in {took:.1} s: {said:?}");
    } else {
        let code = exit_code.map_or(String::new(), |code| format!(" with {code}"));
        tracing::warn!("record_command {name} on {recording}: {outcome:?}{code}: {said:?}");
    }
}

/// The server has eight seconds for its end, and recordings are written first.
const LAST_MOMENTS: Duration = Duration::from_secs(3);
const LAST_WORDS: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let name = format!("conclave-programs-{name}-{}", std::process::id());
            let folder = std::env::temp_dir().join(name);
            std::fs::create_dir_all(&folder).unwrap();
            Folder(folder)
        }

        /// Programs with one of this text, called `it`, with `fixed` as its own argument.
        fn programs(&self, text: &str, patience: Duration) -> Programs {
            let path = self.0.join("program.sh");
            std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
            std::fs::set_permissions(&path, PermissionsExt::from_mode(0o700)).unwrap();
            let program = Program {
                path,
                arguments: vec![self.0.display().to_string()],
            };
            Programs::with_patience([(name("it"), program)].into(), patience)
        }

        fn read(&self, file: &str) -> String {
            std::fs::read_to_string(self.0.join(file)).unwrap_or_default()
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    fn name(text: &str) -> ProgramName {
        text.parse().unwrap()
    }

    fn recording() -> RecordingView {
        RecordingView {
            id: "rc_1".into(),
            room: "ro_1".into(),
            room_title: "Board; reboot".into(),
            extension: "801".into(),
            state: "ready".into(),
            started_at: "2026-01-01T00:00:00Z".into(),
            ended_at: None,
            duration_ms: 1_000,
            bytes: 100,
            participants: 2,
            by: "Ann".into(),
            expires_at: None,
            file_name: "$(touch x) board.opus".into(),
        }
    }

    async fn run(programs: &Programs, called: &str) -> RecordingCommand {
        let path = Path::new("/recordings/rc_1/sound.opus");
        let what = programs.run(&name(called), path, recording()).await;
        let Happening::RecordingCommandFinished(command) = what else {
            panic!("{what:?}");
        };
        command
    }

    const LONG: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn a_program_gets_its_own_arguments_then_ours_json_to_read_and_none_of_our_environment() {
        let folder = Folder::new("arguments");
        let text =
            "cd \"$1\"; printf '%s\\n' \"$@\" >arguments; cat >input; env >environment; exit 3";
        let ended = run(&folder.programs(text, LONG), "it").await;
        assert_eq!(ended.outcome, CommandOutcome::Failed);
        assert_eq!(ended.exit_code, Some(3));
        assert_eq!(ended.command, "it");
        let own = folder.0.display().to_string();
        let arguments = folder.read("arguments");
        let arguments: Vec<&str> = arguments.lines().collect();
        let ours = ["$(touch x) board.opus", "801", "ro_1", "rc_1"];
        assert_eq!(arguments[..2], [&own, "/recordings/rc_1/sound.opus"]);
        assert_eq!(arguments[2..], ours);
        let input: serde_json::Value = serde_json::from_str(&folder.read("input")).unwrap();
        assert_eq!(input["path"], "/recordings/rc_1/sound.opus");
        assert_eq!(input["recording"]["room_title"], "Board; reboot");
        assert_eq!(input["recording"]["participants"], 2);
        let environment = folder.read("environment");
        let known = |line: &str| {
            let (name, _) = line.split_once('=').unwrap_or((line, ""));
            ["PATH", "LANG", "PWD", "OLDPWD", "SHLVL", "_"].contains(&name)
        };
        assert!(environment.lines().all(known), "{environment}");
    }

    #[tokio::test]
    async fn what_takes_too_long_is_ended_with_all_it_started() {
        let folder = Folder::new("late");
        let text = "(sleep 2; touch \"$1/survived\") & sleep 30";
        let began = Instant::now();
        let ended = run(&folder.programs(text, Duration::from_millis(200)), "it").await;
        assert_eq!(ended.outcome, CommandOutcome::TimedOut);
        assert!(began.elapsed() < Duration::from_secs(10));
        tokio::time::sleep(Duration::from_millis(2_300)).await;
        assert!(!folder.0.join("survived").exists());
    }

    #[tokio::test]
    async fn a_name_that_is_not_allowed_runs_nothing_and_what_is_missing_says_so() {
        let folder = Folder::new("missing");
        let programs = folder.programs("touch \"$1/ran\"", LONG);
        let ended = run(&programs, "other").await;
        assert_eq!(ended.outcome, CommandOutcome::NotStarted);
        assert!(!folder.0.join("ran").exists());
        std::fs::remove_file(folder.0.join("program.sh")).unwrap();
        let ended = run(&programs, "it").await;
        assert_eq!(ended.outcome, CommandOutcome::NotStarted);
    }

    #[tokio::test]
    async fn what_says_more_than_is_kept_is_not_held_up() {
        let folder = Folder::new("loud");
        let text = "head -c 1000000 /dev/zero; echo done >&2";
        let ended = run(&folder.programs(text, LONG), "it").await;
        assert_eq!(ended.outcome, CommandOutcome::Done);
    }

    #[tokio::test]
    async fn a_few_run_at_once_and_too_many_are_dropped() {
        let folder = Folder::new("many");
        let text = "mkdir \"$1/r.$$\"; ls -d \"$1\"/r.* | wc -l >>\"$1/counts\"; sleep 0.2; \
                    rmdir \"$1/r.$$\"";
        let programs = folder.programs(text, LONG);
        let wanted = limits::RECORD_COMMANDS_RUNNING * 2;
        let all: Vec<_> = (0..wanted).map(|_| run(&programs, "it")).collect();
        let mut all = std::pin::pin!(join(all));
        let ended = (&mut all).await;
        assert!(ended.iter().all(|it| it.outcome == CommandOutcome::Done));
        let counts = folder.read("counts");
        let most = counts
            .lines()
            .filter_map(|it| it.trim().parse::<usize>().ok());
        assert!(most.max().unwrap() <= limits::RECORD_COMMANDS_RUNNING);
        programs
            .taken
            .store(limits::RECORD_COMMANDS, Ordering::Relaxed);
        let ended = run(&programs, "it").await;
        assert_eq!(ended.outcome, CommandOutcome::Dropped);
    }

    async fn join<F: Future>(all: Vec<F>) -> Vec<F::Output> {
        let mut all: Vec<_> = all.into_iter().map(Box::pin).collect();
        let mut ended = Vec::new();
        std::future::poll_fn(|context| {
            all.retain_mut(|one| match one.as_mut().poll(context) {
                std::task::Poll::Ready(it) => {
                    ended.push(it);
                    false
                }
                std::task::Poll::Pending => true,
            });
            if all.is_empty() {
                std::task::Poll::Ready(())
            } else {
                std::task::Poll::Pending
            }
        })
        .await;
        ended
    }

    #[tokio::test]
    async fn what_runs_when_the_server_ends_has_a_few_moments() {
        let folder = Folder::new("hurry");
        let programs = folder.programs("sleep 30", LONG);
        let hurrying = programs.clone();
        let (ended, ()) = tokio::join!(run(&programs, "it"), async move {
            tokio::time::sleep(Duration::from_millis(100)).await;
            hurrying.hurry();
        });
        assert_eq!(ended.outcome, CommandOutcome::TimedOut);
        assert!(ended.took_ms < 10_000, "{ended:?}");
    }
}
