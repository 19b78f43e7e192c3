//! SIPp: plays a written scenario against the server and says whether it went as written.

use std::process::{Command, Stdio};
use std::time::Duration;

use crate::{Room, free_port};

/// One scenario and how to run it.
pub struct Scenario<'a> {
    /// The XML.
    pub xml: &'a str,
    /// What is dialled; `[service]` in the scenario.
    pub service: &'a str,
    pub calls: u32,
    pub calls_per_second: u32,
    /// `u1` (UDP), `t1` (TCP, one connection) or `tn` (TCP, one connection a call).
    pub transport: &'a str,
    pub patience: Duration,
}

/// A call that types the room's PIN when it is asked, stays, and hangs up.
///
/// # Panics
/// When the room has no PIN.
#[must_use]
pub fn call_with_pin(room: &Room, stay: Duration) -> String {
    include_str!("../scenarios/call_with_pin.xml")
        .replace("PIN", room.pin.as_deref().expect("a PIN"))
        .replace("STAY", &stay.as_millis().to_string())
}

/// Runs the scenario to its end.
///
/// # Errors
/// What SIPp printed, when a call did not go as written.
///
/// # Panics
/// When SIPp cannot be started.
pub fn run(port: u16, scenario: &Scenario<'_>) -> Result<(), String> {
    run_at(&format!("127.0.0.1:{port}"), scenario)
}

/// The same against another address of this machine.
///
/// # Errors
/// As of [`run`].
///
/// # Panics
/// As of [`run`].
pub fn run_at(place: &str, scenario: &Scenario<'_>) -> Result<(), String> {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let file = directory.path().join("scenario.xml");
    std::fs::write(&file, scenario.xml).expect("room on the disk");
    let output = Command::new("sipp")
        .arg(place)
        .arg("-sf")
        .arg(&file)
        .args([
            "-s",
            scenario.service,
            "-t",
            scenario.transport,
            "-i",
            "127.0.0.1",
        ])
        .args([
            "-p",
            &free_port().to_string(),
            "-mp",
            &free_port().to_string(),
        ])
        .args([
            "-m",
            &scenario.calls.to_string(),
            "-r",
            &scenario.calls_per_second.to_string(),
        ])
        .args([
            "-timeout",
            &format!("{}s", scenario.patience.as_secs()),
            "-timeout_error",
        ])
        .args([
            "-nostdin",
            "-trace_err",
            "-trace_screen",
            "-max_socket",
            "1000",
        ])
        .current_dir(directory.path())
        .stdin(Stdio::null())
        .output()
        .expect("SIPp is installed (`cargo xtask test` does it)");
    if output.status.success() {
        return Ok(());
    }
    let mut story = String::from_utf8_lossy(&output.stdout).into_owned();
    story.push_str(&String::from_utf8_lossy(&output.stderr));
    for entry in std::fs::read_dir(directory.path())
        .expect("our own directory")
        .flatten()
    {
        if entry.path().to_string_lossy().contains("_errors") {
            story.push_str(&std::fs::read_to_string(entry.path()).unwrap_or_default());
        }
    }
    Err(story)
}
