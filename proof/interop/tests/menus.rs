//! Menus of keys on real telephones: a moderator's and one of one's own.

use std::time::Duration;

use conclave_interop::{Baresip, PhoneCodec, Server, Voice, wait_for};
use serde_json::Value;

#[test]
#[ignore = "needs baresip: run `cargo xtask test`"]
fn a_moderator_locks_mutes_and_removes_by_the_keys_of_asterisk() {
    let server = Server::start();
    server.add_room(
        "Keys",
        &["--ext", "841", "--pin", PIN, "--set", "message=no"],
    );
    let settings = [
        "moderator_pin=394815",
        "keypad=asterisk",
        "moderator_keypad=asterisk",
    ];
    for setting in settings {
        server.cli(&["rooms", "set", "841", setting]);
    }
    let uri = format!("sip:841@127.0.0.1:{}", server.sip_port);
    let mut host = Baresip::start(PhoneCodec::Pcmu, &[Voice::new(LOW_HZ)]);
    enter(&server, &mut host, &uri, MODERATOR_PIN, 1);
    let mut guest = Baresip::start(PhoneCodec::Pcmu, &[Voice::new(HIGH_HZ)]);
    enter(&server, &mut guest, &uri, PIN, 2);
    wait_until_heard(&host, HIGH_HZ);

    guest.press("2");
    guest.press("1");
    until(
        &server,
        "the guest has muted themselves, and locked nothing",
        |live| live["participants"][1]["muted"] == true && live["locked"] == false,
    );
    guest.press("*1");
    until(&server, "and can be heard again", |live| {
        live["participants"][1]["muted"] == false
    });
    host.press("2");
    until(&server, "the moderator locks", |live| {
        live["locked"] == true
    });
    host.press("*2");
    until(&server, "and unlocks", |live| live["locked"] == false);

    host.press("3");
    wait_for("the guest is removed", Duration::from_secs(15), || {
        guest.has_ended().then_some(())
    });
    host.press("3");
    host.press("8");
    until(
        &server,
        "the moderator is alone, and 8 does nothing",
        |live| {
            live["participants"]
                .as_array()
                .is_some_and(|all| all.len() == 1)
        },
    );
    assert!(!host.has_ended());
    let calls = server.cli(&["calls", "ls"]);
    assert_eq!(calls[0]["end"], "removed", "{calls}");
}

#[test]
#[ignore = "needs baresip: run `cargo xtask test`"]
fn who_presses_the_key_to_leave_has_left_by_key() {
    let server = Server::start();
    server.add_room("Keys", &["--ext", "842", "--no-pin", "--set", "message=no"]);
    let file = server.data().join("desk.menu");
    std::fs::write(
        &file,
        "; ours\n#8=no_op\n#89=playback(beep),leave_conference\n",
    )
    .expect("written");
    let file = file.to_str().expect("a path");
    server.cli(&["menus", "add", "desk", file]);
    server.cli(&["rooms", "set", "842", "keypad=desk"]);
    let uri = format!("sip:842@127.0.0.1:{}", server.sip_port);
    let mut phone = Baresip::start(PhoneCodec::Pcmu, &[Voice::new(LOW_HZ)]);
    phone.call(&uri);
    wait_for("the phone is in", Duration::from_secs(10), || {
        (server.participants("842").len() == 1).then_some(())
    });
    phone.press("#89");
    wait_for("the phone has left", Duration::from_secs(15), || {
        phone.has_ended().then_some(())
    });
    let calls = wait_for("the call log", Duration::from_secs(5), || {
        let calls = server.cli(&["calls", "ls"]);
        calls[0]["end"].is_string().then_some(calls)
    });
    assert_eq!(calls[0]["end"], "left_by_key", "{calls}");
}

fn enter(server: &Server, phone: &mut Baresip, uri: &str, pin: &str, count: usize) {
    phone.call(uri);
    std::thread::sleep(Duration::from_secs(1));
    phone.press(pin);
    wait_for("the phone is in the room", Duration::from_secs(15), || {
        (server.participants("841").len() == count).then_some(())
    });
}

fn until(server: &Server, what: &str, holds: impl Fn(&Value) -> bool) {
    wait_for(what, Duration::from_secs(10), || {
        holds(&server.cli(&["live", "show", "841"])).then_some(())
    });
}

fn wait_until_heard(phone: &Baresip, pitch_hz: u32) {
    wait_for("the other is heard", Duration::from_secs(12), || {
        let ear = phone.heard();
        let heard = ear.hears(pitch_hz, ear.seconds() - 1.5, ear.seconds());
        (heard.share > 0.4).then_some(())
    });
}

const PIN: &str = "604217";
const MODERATOR_PIN: &str = "394815";
const LOW_HZ: u32 = 500;
const HIGH_HZ: u32 = 1_100;
