//! Compares what a live server answers with what `docs/openapi.json` says; knows no path of it.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::{Done, finished, ports, root, target_dir};

/// Has schemathesis send requests of every shape, good and bad, to a server of its own.
///
/// # Errors
/// What is missing, that an answer was not as described, or that the server did not live on.
pub fn compare() -> Done {
    let folder = target_dir().join("schemathesis");
    let program = installed(&folder)?;
    let mut server = Server::start(&folder)?;
    let done = finished(&mut asking(&program, &server)?);
    if !server.is_alive() {
        return Err("the server has ended".to_owned());
    }
    done
}

fn asking(program: &Path, server: &Server) -> Result<Command, String> {
    let mut ask = Command::new(program);
    ask.arg("run").arg(root().join("docs/openapi.json"));
    ask.args(["--url", &format!("http://127.0.0.1:{}", server.http_port)]);
    ask.args([
        "--header",
        &format!("Authorization: Bearer {}", server.token()?),
    ]);
    ask.args(["--checks", CHECKS, "--phases", "examples,coverage,fuzzing"]);
    ask.args(["--max-examples", EXAMPLES, "--seed", "1"]);
    ask.args(["--no-shrink", "--warnings", "off"]);
    ask.args(["--request-timeout", "5", "--suppress-health-check", "all"]);
    for path in ENDLESS {
        ask.args(["--exclude-path", path]);
    }
    // It keeps what it found beside it.
    ask.current_dir(&server.folder);
    Ok(ask)
}

/// In a folder of Python's own, of exactly this version.
fn installed(folder: &Path) -> Result<PathBuf, String> {
    let program = folder.join("bin/schemathesis");
    let kept = folder.join(format!("conclave-{VERSION}"));
    if kept.is_file() {
        return Ok(program);
    }
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut make = Command::new("python3");
    finished(make.args(["-m", "venv", "--clear"]).arg(folder))?;
    let mut install = Command::new(folder.join("bin/pip"));
    install.args(["install", "--quiet", "--disable-pip-version-check"]);
    finished(install.arg(format!("schemathesis=={VERSION}")))?;
    fs::write(kept, "").map_err(failed)?;
    Ok(program)
}

/// A server with an empty data directory, ended with this.
struct Server {
    process: Child,
    folder: PathBuf,
    http_port: u16,
}

impl Server {
    fn start(beside: &Path) -> Result<Self, String> {
        let folder = beside.join("server");
        let _ = fs::remove_dir_all(&folder);
        let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
        fs::create_dir_all(&folder).map_err(failed)?;
        let log = fs::File::create(folder.join("log")).map_err(failed)?;
        let sip = ports::free_sip(FIRST_SIP).ok_or("no port is free for SIP")?;
        let http_port = ports::free_http(FIRST_HTTP).ok_or("no port is free for HTTP")?;
        let program = target_dir().join("debug/conclave");
        let mut process = Command::new(&program)
            .args(["serve", "--data"])
            .arg(folder.join("data"))
            .args(["--sip", &format!("udp:127.0.0.1:{sip}")])
            .args(["--http", &format!("127.0.0.1:{http_port}")])
            .args(["--rtp-ports", RTP])
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .map_err(|error| format!("{}: {error}", program.display()))?;
        let out = process.stdout.take();
        let server = Self {
            process,
            folder,
            http_port,
        };
        let lines = out.into_iter().flat_map(|out| BufReader::new(out).lines());
        let mut lines = lines.map_while(Result::ok);
        if lines.any(|line| line.starts_with("ready")) {
            return Ok(server);
        }
        let said = fs::read_to_string(server.folder.join("log")).unwrap_or_default();
        Err(format!("the server ended before it was ready:\n{said}"))
    }

    fn token(&self) -> Result<String, String> {
        let path = self.folder.join("data/token");
        let text = fs::read_to_string(&path);
        let text = text.map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(text.trim().to_owned())
    }

    fn is_alive(&mut self) -> bool {
        matches!(self.process.try_wait(), Ok(None))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub const NAME: &str = "API as described";
const VERSION: &str = "4.32.5";
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
    response_schema_conformance";
/// With those of the other phases 1200 requests, 46 s on two busy processors.
const EXAMPLES: &str = "10";
/// A stream of events has no end to wait for.
const ENDLESS: [&str; 1] = ["/api/v1/events"];
const FIRST_SIP: u16 = 15_060;
const FIRST_HTTP: u16 = 18_080;
/// Nobody calls.
const RTP: &str = "19000-19099";
