//! What an administrator does to a running conference, as its phones hear it.

use std::time::Duration;

use conclave_interop::{Baresip, PhoneCodec, Server, Voice, wait_for};
use serde_json::Value;

#[test]
#[ignore = "needs baresip: run `cargo xtask test`"]
fn mute_lock_remove_and_end_are_heard_at_once() {
    let server = Server::start();
    server.add_room("Live", &["--ext", "821", "--no-pin", "--set", "message=no"]);
    let uri = format!("sip:821@127.0.0.1:{}", server.sip_port);
    let watch = server.watch();
    let mut low = Baresip::start(PhoneCodec::Pcmu, &[Voice::new(LOW_HZ)]);
    low.call(&uri);
    let low_id = newest(&server, "821", 1);
    let mut high = Baresip::start(PhoneCodec::Pcmu, &[Voice::new(HIGH_HZ)]);
    high.call(&uri);
    let high_id = newest(&server, "821", 2);
    wait_until_heard(&high, LOW_HZ);

    // Muted: one second later nothing of the low voice comes any more.
    let muted = server.cli(&["live", "mute", "821", &low_id]);
    let muted_s = high.heard().seconds();
    assert_eq!(muted["muted"], true, "{muted}");
    std::thread::sleep(Duration::from_secs(4));
    let ear = high.heard();
    let heard = ear.hears(LOW_HZ, muted_s + 1.0 + BLOCK_S, ear.seconds());
    assert!(heard.share < 0.03, "muted and heard: {heard:?}");
    assert!(ear.seconds() - muted_s > 3.0, "nothing was recorded");
    server.cli(&["live", "unmute", "821", &low_id]);
    wait_until_heard(&high, LOW_HZ);

    server.cli(&["live", "lock", "821"]);
    assert_eq!(server.cli(&["live", "show", "821"])["locked"], true);
    let mut late = Baresip::start(PhoneCodec::Pcmu, &[]);
    late.call(&uri);
    wait_ended("the third phone is refused", &late);
    let ear = late.heard();
    assert!(
        ear.loudness(0.0, ear.seconds()) > 0.01,
        "refused without a word"
    );
    assert_eq!(
        server.finished_calls(1, Duration::from_secs(5))[0]["end"],
        "room_locked"
    );
    server.cli(&["live", "unlock", "821"]);

    let code = server.cli_raw(&["live", "remove", "821", &high_id]).0;
    assert_eq!(code, 0);
    wait_ended("the high phone is removed", &high);
    assert!(!low.has_ended());
    assert_eq!(server.cli_raw(&["live", "end", "821"]).0, 0);
    wait_ended("the conference is ended", &low);
    let calls = server.finished_calls(3, Duration::from_secs(5));
    let ends: Vec<&Value> = calls.iter().map(|call| &call["end"]).collect();
    assert_eq!(
        ends,
        ["room_locked", "removed", "room_ended"]
            .map(Value::from)
            .each_ref()
    );
    for call in &calls {
        assert_eq!(call["from_number"], "phone", "{call}");
        assert_eq!(call["dialled"], "821", "{call}");
        assert_eq!(call["room_title"], "Live", "{call}");
        assert!(
            call["started_at"].as_str() < call["ended_at"].as_str(),
            "{call}"
        );
    }
    for (kind, count) in [
        ("participant.joined", 2),
        ("participant.muted", 1),
        ("participant.unmuted", 1),
        ("session.locked", 1),
        ("participant.removed", 1),
        ("participant.left", 2),
        ("session.ended", 1),
        ("call.ended", 3),
    ] {
        wait_for(kind, Duration::from_secs(2), || {
            (watch.count(kind) == count).then_some(())
        });
    }
}

#[test]
#[ignore = "needs baresip: run `cargo xtask test`"]
fn a_change_counts_for_the_next_caller_and_disturbs_nobody_inside() {
    let server = Server::start();
    let room = ["--ext", "822", "--pin", OLD_PIN, "--set", "music=none"];
    server.add_room("Before", &room);
    server.cli(&["rooms", "set", "822", "message=no"]);
    let uri = format!("sip:822@127.0.0.1:{}", server.sip_port);
    let mut early = Baresip::start(PhoneCodec::Pcmu, &[Voice::new(LOW_HZ)]);
    early.call(&uri);
    std::thread::sleep(Duration::from_secs(1));
    early.press(OLD_PIN);
    newest(&server, "822", 1);

    server.cli(&["rooms", "set", "822", "title=After", "extension=823"]);
    let pin = server.cli(&["rooms", "pin", "823", "--new"])["pin"].clone();
    let pin = pin.as_str().expect("a new PIN");
    let live = server.cli(&["live", "show", "823"]);
    assert_eq!(live["title"], "After", "{live}");
    assert_eq!(
        live["participants"].as_array().map(Vec::len),
        Some(1),
        "{live}"
    );

    let mut next = Baresip::start(PhoneCodec::Pcmu, &[]);
    next.call(&uri.replace("822", "823"));
    std::thread::sleep(Duration::from_secs(1));
    next.press(OLD_PIN);
    // The old PIN is refused, and the next try with the new one is not.
    std::thread::sleep(Duration::from_secs(5));
    assert_eq!(
        server.participants("823").len(),
        1,
        "the old PIN still opens"
    );
    next.press(pin);
    newest(&server, "823", 2);
    wait_until_heard(&next, LOW_HZ);
    assert!(!early.has_ended());
    assert!(
        !server.log_shows(OLD_PIN) && !server.log_shows(pin),
        "a PIN is in the log"
    );
}

/// Waits until so many are in the room; the id of the one who came last.
fn newest(server: &Server, extension: &str, count: usize) -> String {
    wait_for("the phone is in the room", Duration::from_secs(10), || {
        let participants = server.participants(extension);
        let last = participants
            .last()
            .filter(|_| participants.len() == count)?;
        last["id"].as_str().map(str::to_owned)
    })
}

fn wait_until_heard(phone: &Baresip, pitch_hz: u32) {
    wait_for("the other is heard", Duration::from_secs(12), || {
        let ear = phone.heard();
        let heard = ear.hears(pitch_hz, ear.seconds() - 1.5, ear.seconds());
        (heard.share > 0.4).then_some(())
    });
}

fn wait_ended(what: &str, phone: &Baresip) {
    wait_for(what, Duration::from_secs(15), || {
        phone.has_ended().then_some(())
    });
}

const OLD_PIN: &str = "604217";
const LOW_HZ: u32 = 500;
const HIGH_HZ: u32 = 1_100;
/// A recording is written block by block, so its end is a little behind.
const BLOCK_S: f32 = 0.3;
