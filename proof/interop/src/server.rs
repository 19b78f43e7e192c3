//! One server of our own: started on free ports, asked by its command line, stopped by its pid.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::Value;

use crate::{TerminalView, Watch, free_port, wait_for};

/// A running `conclave serve` with an empty data directory, removed at the end.
pub struct Server {
    child: Child,
    directory: tempfile::TempDir,
    doors: Vec<String>,
    pub sip_port: u16,
    pub http_port: u16,
}

/// A room as the command line printed it.
#[derive(Debug, Clone)]
pub struct Room {
    pub extension: String,
    pub pin: Option<String>,
    pub json: Value,
}

impl Server {
    /// Starts the server and waits until it says `ready`.
    ///
    /// # Panics
    /// When it does not start within 20 s; what it printed is in the panic.
    #[must_use]
    pub fn start() -> Server {
        Self::start_with("")
    }

    /// The same with this `conclave.toml`.
    ///
    /// # Panics
    /// When it does not start within 20 s; what it printed is in the panic.
    #[must_use]
    pub fn start_with(settings: &str) -> Server {
        Self::start_with_doors(settings, &[])
    }

    /// The same, listening on these as well: `--sip=tls:127.0.0.1:5061` and its like.
    ///
    /// # Panics
    /// When it does not start within 20 s; what it printed is in the panic.
    #[must_use]
    pub fn start_with_doors(settings: &str, doors: &[String]) -> Server {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let data = directory.path().join("data");
        if !settings.is_empty() {
            std::fs::create_dir_all(&data).expect("room on the disk");
            std::fs::write(data.join("conclave.toml"), settings).expect("room on the disk");
        }
        let (sip_port, http_port) = (free_port(), free_port());
        let doors = doors.to_vec();
        let child = launch(&directory, sip_port, http_port, &doors);
        Server {
            child,
            directory,
            doors,
            sip_port,
            http_port,
        }
    }

    /// Ends the server without a warning (`kill -9`) and starts it again with the same data.
    ///
    /// # Panics
    /// When it does not start again within 20 s.
    pub fn crash_and_start_again(&mut self) {
        self.child.kill().expect("the server was alive");
        self.child.wait().expect("our own child");
        self.child = launch(&self.directory, self.sip_port, self.http_port, &self.doors);
    }

    /// Asks the server to end (SIGTERM) and waits; its exit code.
    ///
    /// # Panics
    /// When it is still there after `patience`.
    pub fn terminate(&mut self, patience: Duration) -> Option<i32> {
        let pid = self.pid().to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status();
        assert!(sent.is_ok_and(|status| status.success()), "kill -TERM");
        let ended = crate::wait_for("the server ends", patience, || {
            self.child.try_wait().expect("our own child")
        });
        ended.code()
    }

    /// Runs `conclave --data … -o json ARGS` and returns what it printed.
    ///
    /// # Panics
    /// When it fails; its error output is in the panic.
    pub fn cli(&self, args: &[&str]) -> Value {
        let (code, out, error) = self.cli_raw(args);
        assert!(
            code == 0,
            "conclave {args:?} ended with {code}: {error}\n{}",
            self.log()
        );
        serde_json::from_str(&out)
            .unwrap_or_else(|why| panic!("conclave {args:?} printed no JSON ({why}): {out}"))
    }

    /// The exit code and both outputs of `conclave --data … -o json ARGS`.
    ///
    /// # Panics
    /// When the program cannot be started.
    pub fn cli_raw(&self, args: &[&str]) -> (i32, String, String) {
        let output = Command::new(program())
            .arg("--data")
            .arg(self.data())
            .args(["-o", "json"])
            .args(args)
            .output()
            .expect("the program starts");
        (
            output.status.code().unwrap_or(-1),
            String::from_utf8_lossy(&output.stdout).into_owned(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    }

    /// Makes a room with `rooms add TITLE ARGS`.
    pub fn add_room(&self, title: &str, args: &[&str]) -> Room {
        let json = self.cli(&[&["rooms", "add", title], args].concat());
        let text = |field: &str| json[field].as_str().map(str::to_owned);
        Room {
            extension: text("extension").expect("a room has an extension"),
            pin: text("pin"),
            json,
        }
    }

    /// The participants of a live room, an empty list when nobody is in it.
    #[must_use]
    pub fn participants(&self, extension: &str) -> Vec<Value> {
        let (code, out, _) = self.cli_raw(&["live", "show", extension]);
        if code != 0 {
            return Vec::new();
        }
        let json: Value = serde_json::from_str(&out).unwrap_or_default();
        json["participants"].as_array().cloned().unwrap_or_default()
    }

    /// The call log, the call that began last first, once it has so many entries.
    ///
    /// # Panics
    /// When it has not in this time.
    pub fn finished_calls(&self, count: usize, patience: Duration) -> Vec<Value> {
        wait_for("the call log", patience, || {
            let calls = self.cli(&["calls", "ls"]).as_array()?.clone();
            (calls.len() == count).then_some(calls)
        })
    }

    /// `conclave live watch`, printing every event of the server until it is dropped.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn watch(&self) -> Watch {
        let file = self.directory.path().join("events");
        let out = std::fs::File::create(&file).expect("room on the disk");
        let mut command = Command::new(program());
        command.arg("--data").arg(self.data());
        command
            .args(["-o", "json", "live", "watch"])
            .stdout(out)
            .stdin(Stdio::null());
        Watch::start(command, file)
    }

    /// `conclave top ARGS` on a pseudo-terminal.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn top(&self, args: &[&str]) -> TerminalView {
        let data = format!("--data {} top", self.data().display());
        let args = [&[data.as_str()], args].concat().join(" ");
        TerminalView::start(&program().display().to_string(), &args)
    }

    /// The token that opens the API over TCP.
    ///
    /// # Panics
    /// When the server has written none.
    #[must_use]
    pub fn token(&self) -> String {
        let text = std::fs::read_to_string(self.data().join("token")).expect("a token");
        text.trim().to_owned()
    }

    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What the process has in memory now.
    ///
    /// # Panics
    /// When the system does not say it.
    #[must_use]
    pub fn resident_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid()));
        let status = status.expect("the process lives");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let figure = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        figure.expect("a figure in KiB")
    }

    /// What the server wrote to its log so far.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.directory.path().join("log")).unwrap_or_default()
    }

    /// Whether the log shows `secret`. The times and the ids in front of what is told are made of
    /// digits too, and would now and then hold a short secret by chance.
    #[must_use]
    pub fn log_shows(&self, secret: &str) -> bool {
        let told = |line: &str| {
            let words = line.split_whitespace().skip(1);
            let words: Vec<&str> = words.filter(|word| !is_id(word)).collect();
            words.join(" ")
        };
        self.log().lines().any(|line| told(line).contains(secret))
    }

    /// Whether the process is still there.
    pub fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("--- the server's log ---\n{}", self.log());
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts the server in `directory` and waits until it says `ready`.
fn launch(directory: &tempfile::TempDir, sip_port: u16, http_port: u16, doors: &[String]) -> Child {
    let rtp_low = 20_000 + (sip_port % 200) * 100;
    let log = directory.path().join("log");
    let mut child = Command::new(program())
        .args(["serve", "--data"])
        .arg(directory.path().join("data"))
        .args(["--sip", &format!("udp:127.0.0.1:{sip_port}")])
        .args(["--sip", &format!("tcp:127.0.0.1:{sip_port}")])
        .args(["--http", &format!("127.0.0.1:{http_port}")])
        .args(doors)
        .args(["--rtp-ports", &format!("{rtp_low}-{}", rtp_low + 199)])
        .stdout(Stdio::piped())
        .stderr(open_log(&log))
        .spawn()
        .unwrap_or_else(|error| panic!("cannot start {}: {error}", program().display()));
    let stdout = child.stdout.take().expect("standard output is piped");
    let (tell, ready) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            if line.starts_with("ready") {
                let _ = tell.send(());
            }
        }
    });
    if ready.recv_timeout(START_TIME_MAX).is_err() {
        let _ = child.kill();
        let _ = child.wait();
        let said = std::fs::read_to_string(&log).unwrap_or_default();
        panic!("not ready:\n{said}");
    }
    child
}

/// A second start goes on where the first one's log ended.
fn open_log(path: &Path) -> std::fs::File {
    let mut options = std::fs::OpenOptions::new();
    let log = options.create(true).append(true).open(path);
    log.expect("a log file")
}

/// `ca_` or `rm_` or another such, and 32 hexadecimal digits.
fn is_id(word: &str) -> bool {
    let word = word.trim_end_matches([',', '.', ';', ':']);
    let tail = word.split_once('_').map(|(_, tail)| tail);
    tail.is_some_and(|tail| tail.len() == 32 && tail.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// The program under test: `CONCLAVE_BIN`, else where cargo puts it.
fn program() -> PathBuf {
    if let Some(path) = std::env::var_os("CONCLAVE_BIN") {
        return PathBuf::from(path);
    }
    let test = std::env::current_exe().unwrap_or_default();
    let debug = test
        .parent()
        .and_then(Path::parent)
        .unwrap_or(Path::new("target/debug"));
    debug.join("conclave")
}

const START_TIME_MAX: Duration = Duration::from_secs(20);
