//! The verb `run`: from a fresh clone to a server that can be dialled; knows no option but ports.

use std::path::Path;
use std::process::Command;

use crate::{Done, cargo, ports, root, tools};

/// Builds the server for release and runs it in the foreground on `.run/`; further words are passed
/// on to `conclave serve`.
///
/// # Errors
/// What is missing, or how the server ended.
pub fn run(rest: &[&str]) -> Done {
    tools::ensure(&tools::FOR_BUILD)?;
    println!("building; the first time takes some minutes");
    let mut build = cargo();
    build.args(["build", "--release", "--package", "conclave-server"]);
    if !build
        .status()
        .map_err(|error| format!("cargo: {error}"))?
        .success()
    {
        return Err(String::new());
    }
    let data = root().join(".run");
    std::fs::create_dir_all(&data).map_err(|error| format!("{}: {error}", data.display()))?;
    let sip = ports::free_sip(SIP).ok_or("no port from 5060 on is free for SIP")?;
    let http = ports::free_http(HTTP).ok_or("no port from 8080 on is free for HTTP")?;
    let program = target_dir().join("release/conclave");
    greet(&data, &program, sip, http);
    let status = Command::new(&program)
        .arg("serve")
        .arg("--data")
        .arg(&data)
        .arg("--sip")
        .arg(format!("udp:0.0.0.0:{sip}"))
        .arg("--sip")
        .arg(format!("tcp:0.0.0.0:{sip}"))
        .arg("--http")
        .arg(format!("127.0.0.1:{http}"))
        .args(rest)
        .status()
        .map_err(|error| format!("{}: {error}", program.display()))?;
    // Ctrl-C reaches the server as well; it ends its calls and says so itself.
    if status.success() || status.code().is_none() {
        Ok(())
    } else {
        Err(String::new())
    }
}

fn greet(data: &Path, program: &Path, sip: u16, http: u16) {
    let host = ports::own_address().map_or_else(|| "127.0.0.1".to_owned(), |ip| ip.to_string());
    let port = if sip == SIP {
        String::new()
    } else {
        format!(":{sip}")
    };
    println!(
        "\n  dial    sip:ROOM@{host}{port}   (UDP or TCP; the server names the room and its PIN)"
    );
    println!("  API     http://127.0.0.1:{http}/api/v1");
    println!(
        "  shell   {} --data {} rooms ls",
        program.display(),
        data.display()
    );
    println!("  stop    Ctrl-C\n");
}

/// Where cargo builds, which the environment may have moved.
pub fn target_dir() -> std::path::PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), Into::into)
}

const SIP: u16 = 5060;
const HTTP: u16 = 8080;
