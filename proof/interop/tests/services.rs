//! A real telephone at the echo test: dialled, and gone to by key from a room and back.

use std::time::Duration;

use conclave_interop::{Baresip, PhoneCodec, Server, Voice, wait_for};

const VOICE_HZ: u32 = 1_150;
const PATIENCE: Duration = Duration::from_secs(20);

/// What a phone heard of its own voice since then, in seconds.
fn heard_itself(phone: &Baresip, since_s: f32) -> f32 {
    let ear = phone.heard();
    let heard = ear.hears(VOICE_HZ, since_s, ear.seconds());
    heard.share * (ear.seconds() - since_s)
}

#[test]
#[ignore = "needs baresip: run `cargo xtask test`"]
fn a_phone_hears_itself_until_it_presses_the_key() {
    for codec in [PhoneCodec::Pcmu, PhoneCodec::G722, PhoneCodec::Opus] {
        let server = Server::start();
        let mut phone = Baresip::start(codec, &[Voice::new(VOICE_HZ)]);
        phone.call(&format!("sip:899@127.0.0.1:{}", server.sip_port));
        wait_for("its own voice", PATIENCE, || {
            (heard_itself(&phone, 0.0) > 2.0).then_some(())
        });
        phone.press("#");
        wait_for("the goodbye and the end", PATIENCE, || {
            phone.has_ended().then_some(())
        });
        let call = wait_for("the call in the log", PATIENCE, || {
            server.cli(&["calls", "ls"])[0].as_object().cloned()
        });
        assert_eq!(call["verdict"]["outcome"], "echo_tested", "{call:?}");
        // How good it was is a matter of the machine, that it is judged is not.
        let sound = call["quality"]["from_caller"]["sound"].as_str();
        assert!(
            !matches!(sound, None | Some("unknown" | "nothing")),
            "{call:?}"
        );
        assert_eq!(call["end"], "left_by_key");
    }
}

#[test]
#[ignore = "needs baresip: run `cargo xtask test`"]
fn from_a_room_a_key_leads_there_and_another_back() {
    let server = Server::start();
    let keys = server.data().join("ways.conf");
    std::fs::write(&keys, "1=dialplan_exec(default,899,1)\n").expect("room on the disk");
    let keys = keys.to_str().expect("a plain path");
    server.cli(&["menus", "add", "ways", keys]);
    let set = ["message=no", "music=none", "keypad=ways"].map(|one| ["--set", one]);
    let args = [&["--ext", "806", "--no-pin"], set.as_flattened()].concat();
    server.add_room("Ways", &args);
    let uri = format!("sip:806@127.0.0.1:{}", server.sip_port);
    let mut phone = Baresip::start(PhoneCodec::Pcma, &[Voice::new(VOICE_HZ)]);
    phone.call(&uri);
    let is_away = |away: bool| {
        let people = server.participants("806");
        (people.len() == 1 && people[0]["away"] == away).then_some(())
    };
    wait_for("the phone is in the room", PATIENCE, || is_away(false));
    assert!(heard_itself(&phone, 0.0) < 0.5);
    phone.press("1");
    wait_for("it is away", PATIENCE, || is_away(true));
    wait_for("its own voice", PATIENCE, || {
        (heard_itself(&phone, 0.0) > 2.0).then_some(())
    });
    phone.press("#");
    wait_for("it is back", PATIENCE, || is_away(false));
    let back_s = phone.heard().seconds();
    wait_for("some seconds there", PATIENCE, || {
        (phone.heard().seconds() > back_s + 3.0).then_some(())
    });
    assert!(heard_itself(&phone, back_s + 1.0) < 0.5);
    assert!(!phone.has_ended());
}
