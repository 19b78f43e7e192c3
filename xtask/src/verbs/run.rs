//! The verb `run`: from a fresh clone to a server that can be dialled; knows no option but ports.

use std::os::unix::process::CommandExt;
use std::process::Command;

use super::console;
use crate::{Done, cargo, finished, ports, root, target_dir, tools};

/// Builds the server for release and becomes it, on `.run/`; further words go to `conclave serve`.
///
/// This process is replaced, so Ctrl-C and every other signal reach the server itself, and its
/// exit code is ours. The server says which room to dial, and where.
///
/// # Errors
/// What is missing, or why the server could not be started.
pub fn run(words: &[&str]) -> Done {
    tools::ensure(&tools::FOR_BUILD)?;
    println!("building; the first time takes some minutes");
    console::build()?;
    finished(cargo().args(["build", "--release", "--package", "conclave-server"]))?;
    let data = root().join(".run");
    std::fs::create_dir_all(&data).map_err(|error| format!("{}: {error}", data.display()))?;
    let sip = ports::free_sip(SIP).ok_or("no port from 5060 on is free for SIP")?;
    let http = ports::free_http(HTTP).ok_or("no port from 8080 on is free for HTTP")?;
    let program = target_dir().join("release/conclave");
    let error = Command::new(&program)
        .arg("serve")
        .arg("--data")
        .arg(&data)
        .args(["--sip", &format!("udp:0.0.0.0:{sip}")])
        .args(["--sip", &format!("tcp:0.0.0.0:{sip}")])
        .args(["--http", &format!("127.0.0.1:{http}")])
        .args(["--rtp-ports", RTP])
        // Whoever starts it this way is a person at a screen, and wants to see the PIN.
        .env("CONCLAVE_WELCOME", "1")
        .args(words)
        .exec();
    Err(format!("{}: {error}", program.display()))
}

const SIP: u16 = 5060;
const HTTP: u16 = 8080;
/// 300 legs of two ports each, below the range from which Linux takes ports for itself.
const RTP: &str = "16384-16983";
