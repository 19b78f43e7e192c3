//! Waiting for the leader and a locked door, on real telephones.

use std::time::Duration;

use conclave_interop::{Baresip, PhoneCodec, Server, Voice, wait_for};
use serde_json::Value;

#[test]
#[ignore = "needs baresip: run `cargo xtask test`"]
fn who_waits_has_music_until_the_leader_comes_and_again_when_the_leader_has_left() {
    let server = Server::start();
    server.add_room(
        "Leaders",
        &["--ext", "843", "--pin", PIN, "--set", "message=no"],
    );
    for setting in ["moderator_pin=394815", "wait_marked=yes"] {
        server.cli(&["rooms", "set", "843", setting]);
    }
    let uri = format!("sip:843@127.0.0.1:{}", server.sip_port);
    let mut caller = Baresip::start(PhoneCodec::G722, &[Voice::new(LOW_HZ)]);
    enter(&mut caller, &uri, PIN);
    until(&server, "the caller waits", |live| {
        (count(live, "waiting"), count(live, "participants")) == (1, 0)
    });
    wait_for("music for whoever waits", Duration::from_secs(15), || {
        let ear = caller.heard();
        let late = ear.seconds() > 6.0;
        (late && ear.loudness(ear.seconds() - 2.0, ear.seconds()) > MUSIC_RMS).then_some(())
    });

    let mut leader = Baresip::start(PhoneCodec::Pcmu, &[Voice::new(HIGH_HZ)]);
    enter(&mut leader, &uri, MODERATOR_PIN);
    until(&server, "both are in the room", |live| {
        (count(live, "waiting"), count(live, "participants")) == (0, 2)
    });
    until_heard(&caller, HIGH_HZ);
    until_heard(&leader, LOW_HZ);
    let spoken = caller.heard();
    let now_s = spoken.seconds();
    let [voice, all] = [
        spoken.hears(HIGH_HZ, now_s - 1.5, now_s).level,
        spoken.loudness(now_s - 1.5, now_s),
    ];
    assert!(
        all < 1.5 * voice,
        "music under the leader: {all} of {voice}"
    );

    leader.hang_up();
    until(&server, "the caller waits again", |live| {
        (count(live, "waiting"), count(live, "participants")) == (1, 0)
    });
    let left_s = caller.heard().seconds();
    wait_for("music again", Duration::from_secs(15), || {
        let ear = caller.heard();
        let late = ear.seconds() > left_s + 3.0;
        (late && ear.loudness(ear.seconds() - 2.0, ear.seconds()) > MUSIC_RMS).then_some(())
    });
    assert!(!caller.has_ended());
}

#[test]
#[ignore = "needs baresip: run `cargo xtask test`"]
fn a_locked_room_turns_a_caller_away_and_lets_a_moderator_in() {
    let server = Server::start();
    server.add_room(
        "Lock",
        &["--ext", "843", "--pin", PIN, "--set", "message=no"],
    );
    for setting in ["moderator_pin=394815", "moderator_keypad=asterisk"] {
        server.cli(&["rooms", "set", "843", setting]);
    }
    let uri = format!("sip:843@127.0.0.1:{}", server.sip_port);
    let mut host = Baresip::start(PhoneCodec::Pcma, &[Voice::new(LOW_HZ)]);
    enter(&mut host, &uri, MODERATOR_PIN);
    until(&server, "the host is in", |live| {
        count(live, "participants") == 1
    });
    host.press("2");
    until(&server, "the room is locked", |live| live["locked"] == true);

    let mut late = Baresip::start(PhoneCodec::Pcmu, &[]);
    enter(&mut late, &uri, PIN);
    wait_for("the caller is turned away", Duration::from_secs(20), || {
        late.has_ended().then_some(())
    });
    let told = late.heard();
    assert!(
        told.loudness(0.0, told.seconds()) > 0.005,
        "turned away without a word"
    );
    let mut second = Baresip::start(PhoneCodec::Pcmu, &[Voice::new(HIGH_HZ)]);
    enter(&mut second, &uri, MODERATOR_PIN);
    until_heard(&host, HIGH_HZ);
    let live = server.cli(&["live", "show", "843"]);
    assert_eq!(
        (count(&live, "participants"), &live["locked"]),
        (2, &true.into())
    );
}

fn enter(phone: &mut Baresip, uri: &str, pin: &str) {
    phone.call(uri);
    std::thread::sleep(Duration::from_secs(1));
    phone.press(pin);
}

/// How many people `what` of a live room lists.
fn count(live: &Value, what: &str) -> usize {
    live[what].as_array().map_or(0, Vec::len)
}

fn until(server: &Server, what: &str, holds: impl Fn(&Value) -> bool) {
    wait_for(what, Duration::from_secs(15), || {
        let (code, out, _) = server.cli_raw(&["live", "show", "843"]);
        let live: Value = serde_json::from_str(&out).unwrap_or_default();
        (code == 0 && holds(&live)).then_some(())
    });
}

fn until_heard(phone: &Baresip, pitch_hz: u32) {
    wait_for("the other is heard", Duration::from_secs(15), || {
        let ear = phone.heard();
        let heard = ear.hears(pitch_hz, ear.seconds() - 1.5, ear.seconds());
        (heard.share > 0.4).then_some(())
    });
}

const PIN: &str = "604217";
const MODERATOR_PIN: &str = "394815";
const LOW_HZ: u32 = 500;
const HIGH_HZ: u32 = 1_100;
/// The built-in music is levelled to about 0.06 of full scale; a quarter of it is surely music.
const MUSIC_RMS: f32 = 0.015;
