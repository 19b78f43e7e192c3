//! The load tool against the real server: sixty calls of three codecs in two rooms, and others that
//! come and go.

// A test may panic, and this is the world outside.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, UdpSocket};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use conclave_bench::{Churn, MachineReport, Plan, Report, Room, run};
use conclave_model::Codec;

#[test]
#[ignore = "needs the server: run `cargo xtask test`"]
fn sixty_calls_of_three_codecs_in_two_rooms_hear_each_other() {
    for attempt in 1..=ATTEMPTS {
        let server = Server::start();
        let report = run(&plan(&server)).unwrap();
        eprintln!("{report}");
        if was_crowded_out(&report) {
            eprintln!("attempt {attempt}: others left the server too little of the machine");
            continue;
        }
        expect_good(&report);
        expect_codecs(&report);
        let came = expect_churn(&report);
        server.expect_nothing_left(came);
        return;
    }
}

fn plan(server: &Server) -> Plan {
    for extension in EXTENSIONS {
        let message_off = ["--pin", PIN, "--set", "message=no"];
        let add = ["rooms", "add", extension, "--ext", extension];
        server.cli(&[&add[..], &message_off[..]].concat());
    }
    let add = ["rooms", "add", OPEN, "--ext", OPEN, "--no-pin"];
    server.cli(&[&add[..], &["--set", "message=no"]].concat());
    let rooms = EXTENSIONS.map(|extension| format!("{extension}:{PIN}").parse::<Room>().unwrap());
    Plan {
        calls: CALLS,
        talkers_per_room: 3,
        // Of six calls four are PCMU; the three talkers of a room have a codec each.
        codecs: [
            vec![Codec::Pcmu, Codec::G722, Codec::Opus],
            vec![Codec::Pcmu; 3],
        ]
        .concat(),
        settle: Duration::from_secs(2),
        duration: Duration::from_secs(10),
        churn: Some(Churn {
            rooms: vec![OPEN.parse().unwrap()],
            calls_per_second: 10,
            hold: Duration::from_secs(1),
        }),
        pid: Some(server.child.id()),
        ..Plan::new(server.sip, rooms.to_vec())
    }
}

/// The server refused calls because its ticks ran late, and it was not its own load that made them
/// so: all processors were busy, most of the time with something else. Nothing was measured then.
fn was_crowded_out(report: &Report) -> bool {
    let churn = report.churn.as_ref().unwrap();
    let mut reasons = report.failures.keys().chain(churn.failures.keys());
    let refused = reasons.any(|reason| reason.starts_with("refused: 503"));
    let late = report.tool.late_slots * 10 > report.tool.slots;
    let ours = report.server.unwrap().cpu_ms_per_second + report.tool.cpu_ms_per_second;
    let crowded = |machine: MachineReport| {
        let is_full = machine.busy_percent + machine.steal_percent > 90.0;
        is_full && machine.others_ms_per_second > 2.0 * ours
    };
    (refused || late) && report.machine.is_some_and(crowded)
}

fn expect_good(report: &Report) {
    assert_eq!(report.inside, CALLS, "{report}");
    assert_eq!(report.silent_legs, 0, "{report}");
    assert!(report.loss_percent() < 1.0, "{report}");
    assert!(report.loss_there_percent() < 1.0, "{report}");
    assert_eq!(report.first_audio.count, CALLS as usize, "{report}");
    // A packet each 20 ms on the average, and never a pause that a telephone would not bridge.
    assert!(report.gaps.p50 < Duration::from_millis(25), "{report}");
    assert!(report.gaps.p99 < GAP_MAX, "{report}");
    // Twenty-four timed listeners, four of each room and codec.
    let heard = report.delay.spread.count as u64;
    assert!(heard * 10 >= report.delay.expected * 9, "{report}");
    assert!(report.delay.expected >= 24 * 9, "{report}");
    assert!(report.delay.spread.p95 < DELAY_MAX, "{report}");
    let cost = report.server.unwrap();
    assert!(cost.cpu_ms_per_second > 0.0, "{report}");
    assert!(
        cost.cpu_ms_per_second_per_call < CPU_MS_PER_CALL_MAX,
        "{report}"
    );
    assert!(
        cost.resident_bytes_per_call < BYTES_PER_CALL_MAX,
        "{report}"
    );
}

/// How many calls came and went.
fn expect_churn(report: &Report) -> usize {
    let churn = report.churn.as_ref().unwrap();
    assert!(churn.failures.is_empty(), "{report}");
    assert!(churn.placed >= 90, "{report}");
    assert_eq!(churn.completed, churn.placed, "{report}");
    churn.placed as usize
}

fn expect_codecs(report: &Report) {
    for (codec, calls) in [(Codec::Pcmu, 40), (Codec::G722, 10), (Codec::Opus, 10)] {
        let legs = report.legs.iter().filter(|leg| leg.codec == codec);
        assert_eq!(legs.count(), calls, "{codec}");
    }
}

struct Server {
    child: Child,
    sip: SocketAddr,
    directory: PathBuf,
}

impl Server {
    fn start() -> Self {
        let directory = std::env::temp_dir().join(format!("conclave-load-{}", std::process::id()));
        std::fs::create_dir(&directory).unwrap();
        let sip = free_address();
        let mut child = Command::new(program())
            .args(["serve", "--data"])
            .arg(directory.join("data"))
            .args(["--sip", &format!("udp:{sip}")])
            .args(["--http", &free_address().to_string()])
            .args(["--rtp-ports", "17000-17399"])
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(directory.join("log")).unwrap())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let server = Self {
            child,
            sip,
            directory,
        };
        assert!(line.starts_with("ready"), "{line}\n{}", server.log());
        // The pipe stays open: the server may have more to say.
        std::thread::spawn(move || stdout.lines().for_each(drop));
        server
    }

    fn cli(&self, arguments: &[&str]) -> serde_json::Value {
        let output = Command::new(program())
            .arg("--data")
            .arg(self.directory.join("data"))
            .args(["-o", "json"])
            .args(arguments)
            .output()
            .unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {error}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Every call is in the log as the callers ended it, no packet of theirs was lost, and the
    /// server counts none any more; `came` calls came and went beside those that were measured.
    fn expect_nothing_left(&self, came: usize) {
        let deadline = Instant::now() + Duration::from_secs(10);
        let calls = loop {
            let calls = self.cli(&["calls", "ls", "--limit", "1000"]);
            let calls = calls.as_array().unwrap().clone();
            if calls.len() == CALLS as usize + came {
                break calls;
            }
            assert!(
                Instant::now() < deadline,
                "{} calls in the log",
                calls.len()
            );
            std::thread::sleep(Duration::from_millis(100));
        };
        let number = |call: &serde_json::Value, field: &str| call[field].as_u64().unwrap();
        for call in &calls {
            assert_eq!(call["end"], "hung_up", "{call}");
            let is_measured = EXTENSIONS
                .iter()
                .any(|extension| call["dialled"] == *extension);
            assert!(call["joined_at"].is_string() || !is_measured, "{call}");
            let lost = number(call, "packets_lost");
            let is_good = lost * 100 <= number(call, "packets_received");
            // One packet is more than a hundredth of a call of a second.
            assert!(is_good || !is_measured && lost <= 1, "{call}");
        }
        let counts = &self.cli(&["status"]);
        assert_eq!(counts["calls"], 0, "{counts}");
        assert_eq!(counts["participants"], 0, "{counts}");
        let live = self.cli(&["live", "ls"]);
        assert_eq!(live["items"].as_array().map(Vec::len), Some(0), "{live}");
        assert!(!self.log().contains(PIN), "the log shows the PIN");
        assert!(!self.log().contains("panicked"), "{}", self.log());
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.directory.join("log")).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

/// `CONCLAVE_BIN`, else where cargo puts it.
fn program() -> PathBuf {
    let built = || {
        let test = std::env::current_exe().unwrap();
        test.parent().unwrap().with_file_name("conclave")
    };
    std::env::var_os("CONCLAVE_BIN").map_or_else(built, PathBuf::from)
}

fn free_address() -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.local_addr().unwrap()
}

const EXTENSIONS: [&str; 2] = ["841", "842"];
/// Whoever dials it is inside at once.
const OPEN: &str = "843";
const PIN: &str = "482913";
const CALLS: u32 = 60;
/// Of a quarter of a minute each, for compilers to finish.
const ATTEMPTS: usize = 3;
/// An unoptimised build on a busy machine; on a quiet one half of it is left.
const DELAY_MAX: Duration = Duration::from_millis(60);
/// One in a hundred may be longer where compilers take the processors away.
const GAP_MAX: Duration = Duration::from_millis(120);
/// Five percent of a core for one call would be a fault, in whatever build.
const CPU_MS_PER_CALL_MAX: f64 = 50.0;
const BYTES_PER_CALL_MAX: u64 = 2 << 20;
