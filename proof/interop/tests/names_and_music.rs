//! A spoken name is heard when its owner comes and goes; music stops when the second one comes.

use std::time::Duration;

use conclave_interop::{Baresip, PhoneCodec, Server, Voice, wait_for};

#[test]
#[ignore = "needs baresip: run `cargo xtask test`"]
fn the_name_is_heard_on_entering_and_on_leaving() {
    let server = Server::start();
    server.add_room(
        "Names",
        &["--ext", "803", "--no-pin", "--set", "music=none"],
    );
    let uri = format!("sip:803@127.0.0.1:{}", server.sip_port);
    // The listener says nothing at all, so that whatever it hears is somebody else.
    let mut listener = Baresip::start(PhoneCodec::Pcmu, &[]);
    listener.call(&uri);
    wait_for(
        "the listener gives no name and is let in",
        Duration::from_secs(40),
        || (server.participants("803").len() == 1).then_some(()),
    );
    // The name is a high voice; in the room the same phone is silent.
    let name = Voice {
        until_s: 8,
        ..Voice::new(NAME_HZ)
    };
    let mut speaker = Baresip::start(PhoneCodec::Pcmu, &[name]);
    let before_s = listener.heard().seconds();
    speaker.call(&uri);
    wait_for(
        "the speaker is in the room",
        Duration::from_secs(20),
        || (server.participants("803").len() == 2).then_some(()),
    );
    let entry = wait_for("the name on entering", Duration::from_secs(10), || {
        let ear = listener.heard();
        let heard = ear.hears(NAME_HZ, before_s, ear.seconds());
        (heard.share * (ear.seconds() - before_s) > 0.4).then_some(ear.seconds())
    });
    // Nothing of the name is left over when the phone has fallen silent.
    std::thread::sleep(Duration::from_secs(7));
    let quiet = listener.heard();
    let between = quiet.hears(NAME_HZ, quiet.seconds() - 1.5, quiet.seconds());
    assert!(
        between.share < 0.1,
        "the name goes on and on: {between:?} after {entry} s"
    );
    speaker.hang_up();
    let left_s = quiet.seconds();
    wait_for("the name on leaving", Duration::from_secs(10), || {
        let ear = listener.heard();
        let heard = ear.hears(NAME_HZ, left_s, ear.seconds());
        (heard.share * (ear.seconds() - left_s) > 0.4).then_some(())
    });
}

#[test]
#[ignore = "needs baresip: run `cargo xtask test`"]
fn music_plays_for_whoever_is_alone_and_stops_for_the_second() {
    let server = Server::start();
    server.add_room(
        "Music",
        &["--ext", "804", "--no-pin", "--set", "message=no"],
    );
    let uri = format!("sip:804@127.0.0.1:{}", server.sip_port);
    let mut lonely = Baresip::start(PhoneCodec::G722, &[]);
    lonely.call(&uri);
    wait_for("music for the lone phone", Duration::from_secs(15), || {
        let ear = lonely.heard();
        (ear.seconds() > 6.0 && ear.loudness(ear.seconds() - 2.0, ear.seconds()) > MUSIC_RMS)
            .then_some(())
    });
    let mut second = Baresip::start(PhoneCodec::Pcmu, &[]);
    second.call(&uri);
    wait_for("both are in the room", Duration::from_secs(8), || {
        (server.participants("804").len() == 2).then_some(())
    });
    // Past the join tone there is nothing: neither phone says a word.
    wait_for("silence", Duration::from_secs(12), || {
        let ear = lonely.heard();
        (ear.loudness(ear.seconds() - 1.0, ear.seconds()) < MUSIC_RMS / 20.0).then_some(())
    });
    second.hang_up();
    wait_for("music again", Duration::from_secs(12), || {
        let ear = lonely.heard();
        (ear.loudness(ear.seconds() - 2.0, ear.seconds()) > MUSIC_RMS).then_some(())
    });
}

const NAME_HZ: u32 = 1_250;
/// The built-in music is levelled to about 0.06 of full scale; a quarter of it is surely music.
const MUSIC_RMS: f32 = 0.015;
