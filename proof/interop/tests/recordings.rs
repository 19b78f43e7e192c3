//! A recorded meeting: who is on the recording, who is told, and what a crash leaves of it.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use conclave_interop::{Baresip, Ear, PhoneCodec, Server, Voice, wait_for};
use serde_json::Value;

#[test]
#[ignore = "needs baresip: run `cargo xtask test`"]
fn a_recording_holds_whoever_speaks_and_everybody_is_told_of_it() {
    let server = Server::start();
    let room = ["--ext", "841", "--no-pin", "--set", "message=no"];
    server.add_room("../Minutes \"A\"", &room);
    let watch = server.watch();
    let uri = format!("sip:841@127.0.0.1:{}", server.sip_port);
    let mut low = Baresip::start(PhoneCodec::Pcmu, &[Voice::new(LOW_HZ)]);
    low.call(&uri);
    wait_inside(&server, "841", 1);
    let live = server.cli(&["live", "record", "start", "841"]);
    let id = live["recording"]["id"].as_str().expect("an id").to_owned();
    assert_eq!(live["recording"]["by"], "the command line", "{live}");
    let mut silent = Baresip::start(PhoneCodec::Pcma, &[]);
    silent.call(&uri);
    wait_inside(&server, "841", 2);
    // Nobody else says a word that is not told to this one alone.
    wait_for("a later joiner is told", Duration::from_secs(8), || {
        let ear = silent.heard();
        (ear.loudness(0.0, ear.seconds()) > 0.01).then_some(())
    });
    let mut high = Baresip::start(PhoneCodec::Opus, &[Voice::new(HIGH_HZ)]);
    high.call(&uri);
    wait_inside(&server, "841", 3);
    let mut muted = Baresip::start(PhoneCodec::G722, &[Voice::new(MUTED_HZ)]);
    muted.call(&uri);
    let last = wait_inside(&server, "841", 4);
    // Muted only after the first words, so that there is a lane of these.
    wait_for("the last one speaks", Duration::from_secs(10), || {
        let inside = server.participants("841");
        (inside.last()?["talking"] == true).then_some(())
    });
    server.cli(&["live", "mute", "841", &last]);
    std::thread::sleep(TALK);
    assert_eq!(server.cli(&["recordings", "ls"])[0]["state"], "running");
    let (code, _, refused) = server.cli_raw(&["recordings", "rm", &id]);
    assert!(code != 0 && refused.contains("stop it first"), "{refused}");
    let live = server.cli(&["live", "record", "stop", "841"]);
    assert!(live["recording"].is_null(), "{live}");

    let ready = finished(&server, "ready");
    assert_eq!(ready["id"], id.as_str());
    assert_eq!(ready["participants"], 4, "{ready}");
    let (ear, _directory) = fetched(&server, &id);
    let length_ms = ready["duration_ms"].as_u64().expect("a length");
    let difference_s = ear.seconds() - length_ms as f32 / 1_000.0;
    assert!(difference_s.abs() < 0.03, "{} s, {ready}", ear.seconds());
    let (from_s, until_s) = (ear.seconds() - 4.0, ear.seconds());
    for pitch_hz in [LOW_HZ, HIGH_HZ] {
        let heard = ear.hears(pitch_hz, from_s, until_s);
        assert!(heard.share > 0.5, "{pitch_hz} Hz: {heard:?}");
        assert!(
            (0.08..0.4).contains(&heard.level),
            "{pitch_hz} Hz: {heard:?}"
        );
    }
    let heard = ear.hears(MUTED_HZ, from_s, until_s);
    assert!(heard.share < 0.03, "who is muted is recorded: {heard:?}");
    // Whoever was alone is on it from the beginning.
    assert!(ear.hears(LOW_HZ, 0.5, 2.0).share > 0.3);

    let lanes = lanes(&server, &id);
    assert_eq!(lanes.len(), 3, "{lanes:?}");
    for lane in &lanes {
        let ends = lane["spans"].as_array().expect("spans").iter();
        let last_ms = ends.filter_map(|span| span[1].as_u64()).max();
        assert!(last_ms.is_some_and(|at| at <= length_ms), "{lane}");
    }
    for kind in ["recording.started", "recording.stopped", "recording.ready"] {
        wait_for(kind, Duration::from_secs(2), || {
            (watch.count(kind) == 1).then_some(())
        });
    }
    assert_eq!(server.cli_raw(&["recordings", "rm", &id]).0, 0);
    assert_eq!(server.cli(&["recordings", "ls"]), serde_json::json!([]));
    assert!(!server.data().join("recordings").join(&id).exists());
    assert!(!server.log().contains("panicked"), "{}", server.log());
}

#[test]
#[ignore = "needs baresip: run `cargo xtask test`"]
fn a_crash_leaves_a_recording_that_can_be_played_and_a_shutdown_a_whole_one() {
    let mut server = Server::start();
    let room = ["--ext", "842", "--no-pin", "--set", "message=no"];
    server.add_room("Crash", &room);
    let uri = format!("sip:842@127.0.0.1:{}", server.sip_port);
    let mut phone = Baresip::start(PhoneCodec::G722, &[Voice::new(LOW_HZ)]);
    phone.call(&uri);
    wait_inside(&server, "842", 1);
    server.cli(&["live", "record", "start", "842"]);
    std::thread::sleep(TALK);
    server.crash_and_start_again();

    let cut = finished(&server, "failed");
    let id = cut["id"].as_str().expect("an id");
    let length_s = cut["duration_ms"].as_u64().expect("a length") as f32 / 1_000.0;
    // Of what was said, at most the last second and what waited for the writer are lost.
    assert!(length_s > TALK.as_secs_f32() - 2.5, "{cut}");
    let (ear, _directory) = fetched(&server, id);
    assert!((ear.seconds() - length_s).abs() < 0.03, "{}", ear.seconds());
    assert!(ear.hears(LOW_HZ, 1.0, ear.seconds()).share > 0.4);
    assert_eq!(server.cli_raw(&["recordings", "rm", id]).0, 0);

    let mut phone = Baresip::start(PhoneCodec::Pcmu, &[Voice::new(HIGH_HZ)]);
    phone.call(&uri);
    wait_inside(&server, "842", 1);
    server.cli(&["live", "record", "start", "842"]);
    std::thread::sleep(TALK);
    assert_eq!(server.terminate(Duration::from_secs(10)), Some(0));
    server.crash_and_start_again();
    let whole = finished(&server, "ready");
    let (ear, _directory) = fetched(&server, whole["id"].as_str().expect("an id"));
    assert!(ear.hears(HIGH_HZ, 1.0, ear.seconds()).share > 0.4);
}

/// Waits until so many are in the room; the id of the one who came last.
fn wait_inside(server: &Server, extension: &str, count: usize) -> String {
    wait_for("the phone is in the room", Duration::from_secs(10), || {
        let inside = server.participants(extension);
        let last = inside.last().filter(|_| inside.len() == count)?;
        last["id"].as_str().map(str::to_owned)
    })
}

/// The only recording, once it is in this state.
fn finished(server: &Server, state: &str) -> Value {
    wait_for(state, Duration::from_secs(8), || {
        let mut recordings = server.cli(&["recordings", "ls"]);
        let first = recordings.get_mut(0)?.take();
        (first["state"] == state).then_some(first)
    })
}

/// What a program that is not ours makes of the file.
fn fetched(server: &Server, id: &str) -> (Ear, tempfile::TempDir) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let [opus, wav] = ["sound.opus", "sound.wav"].map(|name| directory.path().join(name));
    let got = server.cli_raw(&["recordings", "get", id, &opus.to_string_lossy()]);
    assert_eq!(got.0, 0, "{}", got.2);
    decode(&opus, &wav);
    (Ear::open(&wav), directory)
}

fn decode(opus: &Path, wav: &Path) {
    let decoded = Command::new("opusdec")
        .args(["--quiet", "--rate", "48000"])
        .args([opus, wav])
        .stdin(Stdio::null())
        .output()
        .expect("opusdec is installed (`cargo xtask test` does it)");
    let said = String::from_utf8_lossy(&decoded.stderr);
    assert!(
        decoded.status.success() && !said.contains("WARNING"),
        "{said}"
    );
}

/// Who speaks when, as it lies beside the sound.
fn lanes(server: &Server, id: &str) -> Vec<Value> {
    let folder = server.data().join("recordings").join(id);
    let json = std::fs::read(folder.join("waveform.json")).expect("a waveform");
    let drawn: Value = serde_json::from_slice(&json).expect("JSON");
    drawn["lanes"].as_array().cloned().unwrap_or_default()
}

/// Long enough for four seconds of speech behind the newest join's prompts.
const TALK: Duration = Duration::from_secs(9);
const LOW_HZ: u32 = 500;
const HIGH_HZ: u32 = 1_100;
const MUTED_HZ: u32 = 1_700;
