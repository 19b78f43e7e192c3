//! Three baresip phones with three codecs in one room: each hears the other two and not itself.

use std::time::Duration;

use conclave_interop::{Baresip, PhoneCodec, Server, Voice, wait_for};

#[test]
#[ignore = "needs baresip: run `cargo xtask test`"]
fn each_hears_the_other_two_and_not_itself() {
    let server = Server::start();
    let room = server.add_room("Three", &["--ext", "801", "--set", "message=no"]);
    let pin = room.pin.clone().expect("a generated PIN");
    let uri = format!("sip:801@127.0.0.1:{}", server.sip_port);
    let cast = [
        (PhoneCodec::Pcmu, 500),
        (PhoneCodec::G722, 900),
        (PhoneCodec::Opus, 1_400),
    ];
    let mut phones: Vec<Baresip> = Vec::new();
    for (count, (codec, pitch_hz)) in cast.into_iter().enumerate() {
        let mut phone = Baresip::start(codec, &[Voice::new(pitch_hz)]);
        phone.call(&uri);
        std::thread::sleep(Duration::from_secs(1));
        phone.press(&pin);
        wait_for("the phone is in the room", Duration::from_secs(8), || {
            (server.participants("801").len() == count + 1).then_some(())
        });
        phones.push(phone);
    }
    std::thread::sleep(TALK);
    let ears: Vec<_> = phones.iter().map(Baresip::heard).collect();
    for (ear, (codec, own_hz)) in ears.iter().zip(cast) {
        // The recording is written in blocks: the last stretch that is surely complete.
        let (from_s, until_s) = (ear.seconds() - 4.0, ear.seconds());
        for (_, pitch_hz) in cast {
            let heard = ear.hears(pitch_hz, from_s, until_s);
            if pitch_hz == own_hz {
                assert!(heard.share < 0.03, "{codec:?} hears itself: {heard:?}");
            } else {
                assert!(
                    heard.share > 0.5,
                    "{codec:?} does not hear {pitch_hz} Hz: {heard:?}"
                );
                assert!(
                    (0.08..0.4).contains(&heard.level),
                    "{codec:?} {pitch_hz} Hz: {heard:?}"
                );
            }
        }
    }
}

#[test]
#[ignore = "needs baresip: run `cargo xtask test`"]
fn pcma_over_tcp_meets_pcmu_over_udp() {
    let server = Server::start();
    server.add_room("Two", &["--ext", "802", "--no-pin", "--set", "message=no"]);
    let mut low = Baresip::start(PhoneCodec::Pcma, &[Voice::new(600)]);
    let mut high = Baresip::start(PhoneCodec::Pcmu, &[Voice::new(1_100)]);
    low.call(&format!(
        "sip:802@127.0.0.1:{};transport=tcp",
        server.sip_port
    ));
    high.call(&format!("sip:802@127.0.0.1:{}", server.sip_port));
    wait_for("both are in the room", Duration::from_secs(8), || {
        (server.participants("802").len() == 2).then_some(())
    });
    std::thread::sleep(TALK);
    for (phone, own_hz, other_hz) in [(&low, 600, 1_100), (&high, 1_100, 600)] {
        let ear = phone.heard();
        let (from_s, until_s) = (ear.seconds() - 4.0, ear.seconds());
        assert!(ear.hears(other_hz, from_s, until_s).share > 0.5);
        assert!(ear.hears(own_hz, from_s, until_s).share < 0.03);
    }
    // Held by one phone, heard by nobody: its music on hold never reaches the room.
    low.hold();
    std::thread::sleep(Duration::from_secs(4));
    let ear = high.heard();
    let held = ear.hears(600, ear.seconds() - 2.0, ear.seconds());
    assert!(held.share < 0.03, "a held phone is still heard: {held:?}");
    low.resume();
    std::thread::sleep(TALK);
    let ear = high.heard();
    let resumed = ear.hears(600, ear.seconds() - 2.0, ear.seconds());
    assert!(
        resumed.share > 0.4,
        "a resumed phone is not heard again: {resumed:?}"
    );
}

/// Long enough for four seconds of complete recording behind the newest join's prompts.
const TALK: Duration = Duration::from_secs(9);
