//! A server of our own: started on free ports with a directory of its own, stopped by its pid.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, UdpSocket};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};

pub(super) struct Server {
    process: Child,
    data: PathBuf,
    pub sip_port: u16,
}

impl Server {
    /// Returns when it says that it is ready.
    pub fn start(program: &Path) -> io::Result<Self> {
        let sip_port = UdpSocket::bind("127.0.0.1:0")?.local_addr()?.port();
        let http_port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let data = std::env::temp_dir().join(format!("conclave-scenario-{}-{sip_port}", own_id()));
        std::fs::create_dir_all(&data)?;
        let log = std::fs::File::create(data.join("log"))?;
        let mut process = Command::new(program)
            .args(["serve", "--data"])
            .arg(&data)
            .args(["--sip", &format!("udp:127.0.0.1:{sip_port}")])
            .args(["--http", &format!("127.0.0.1:{http_port}")])
            .args(["--rtp-ports", RTP_PORTS])
            .env("CONCLAVE_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()?;
        let out = process.stdout.take();
        let server = Self {
            process,
            data,
            sip_port,
        };
        let lines = BufReader::new(out.ok_or(io::ErrorKind::BrokenPipe)?).lines();
        let mut lines = lines.map_while(Result::ok);
        if lines.any(|line| line.starts_with("ready")) {
            // It has nothing more to say there that anybody reads.
            return Ok(server);
        }
        let said = std::fs::read_to_string(server.data.join("log")).unwrap_or_default();
        Err(io::Error::other(format!(
            "it ended before it was ready: {said}"
        )))
    }

    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// So many rooms without PIN, names and music; their extensions.
    pub fn add_rooms(&self, count: u32) -> io::Result<Vec<String>> {
        let mut connection = BufReader::new(UnixStream::connect(self.data.join("conclave.sock"))?);
        let mut extensions = Vec::new();
        for number in 0..count {
            let extension = (FIRST_EXTENSION + number).to_string();
            let room = json!({
                "title": format!("Load {extension}"),
                "extension": extension,
                "pin": null,
                "message": false,
                "music": null,
            });
            post(&mut connection, "/api/v1/rooms", &room)?;
            extensions.push(extension);
        }
        Ok(extensions)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let pid = i32::try_from(self.process.id()).unwrap_or(i32::MAX);
        let _ = kill(Pid::from_raw(pid), Signal::SIGTERM);
        let patience = Instant::now() + END_PATIENCE;
        while matches!(self.process.try_wait(), Ok(None)) && Instant::now() < patience {
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.data);
    }
}

/// One request on a connection that stays open.
fn post(connection: &mut BufReader<UnixStream>, path: &str, body: &Value) -> io::Result<()> {
    let body = body.to_string();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    connection.get_mut().write_all((head + &body).as_bytes())?;
    let (mut status, mut length) = (String::new(), 0);
    connection.read_line(&mut status)?;
    loop {
        let mut line = String::new();
        if connection.read_line(&mut line)? == 0 || line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().map_err(io::Error::other)?;
        }
    }
    let mut answer = vec![0; length];
    connection.read_exact(&mut answer)?;
    match status.split(' ').nth(1) {
        Some("201") => Ok(()),
        _ => Err(io::Error::other(format!(
            "{}: {}",
            status.trim(),
            String::from_utf8_lossy(&answer)
        ))),
    }
}

fn own_id() -> u32 {
    std::process::id()
}

/// Two for each leg; the floor's begin above.
const RTP_PORTS: &str = "10000-19999";
const FIRST_EXTENSION: u32 = 10_001;
/// Calls are hung up and the store is closed.
const END_PATIENCE: Duration = Duration::from_secs(15);
