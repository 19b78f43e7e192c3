//! A real phone with stereo Opus in a binaural room hears each voice from a place of its own.

use std::time::Duration;

use conclave_interop::{Baresip, PhoneCodec, Server, Voice, wait_for};

#[test]
#[ignore = "needs baresip: run `cargo xtask test`"]
fn two_voices_come_from_the_left_and_from_the_right() {
    let server = Server::start();
    let options = "options=binaural_active=yes";
    let room = [
        "--ext",
        "801",
        "--no-pin",
        "--set",
        "message=no",
        "--set",
        options,
    ];
    server.add_room("Round table", &room);
    let uri = format!("sip:801@127.0.0.1:{}", server.sip_port);
    let mut listener = Baresip::start_with_two_ears(&[]);
    let mut plain = Baresip::start(PhoneCodec::Opus, &[]);
    // One after the other, so that the first has the first place.
    let first = Voice {
        until_s: 8,
        ..Voice::new(2_600)
    };
    let second = Voice {
        from_s: 8,
        ..Voice::new(3_000)
    };
    let mut first = Baresip::start(PhoneCodec::G722, &[first]);
    let mut second = Baresip::start(PhoneCodec::G722, &[second]);
    for (count, phone) in [&mut listener, &mut plain, &mut first, &mut second]
        .into_iter()
        .enumerate()
    {
        phone.call(&uri);
        wait_for("the phone is in the room", Duration::from_secs(8), || {
            (server.participants("801").len() == count + 1).then_some(())
        });
    }
    std::thread::sleep(TALK);
    let [left, right] = listener.heard_by_each_ear();
    let until_s = left.seconds();
    let level = |ear: &conclave_interop::Ear, hz| ear.hears(hz, 0.0, until_s).level;
    let (first_left, first_right) = (level(&left, 2_600), level(&right, 2_600));
    let (second_left, second_right) = (level(&left, 3_000), level(&right, 3_000));
    let heard = [first_left, first_right, second_left, second_right];
    assert!(
        first_left > 1.3 * first_right && first_right > 0.0,
        "{heard:?}"
    );
    assert!(
        second_right > 1.3 * second_left && second_left > 0.0,
        "{heard:?}"
    );
    // Who has one ear hears both, and was offered nothing else.
    let ear = plain.heard();
    assert!(ear.hears(3_000, ear.seconds() - 3.0, ear.seconds()).share > 0.5);
    assert!(
        listener.output().contains("sprop-stereo=1"),
        "told that two channels may come"
    );
    assert!(
        !plain.output().contains("a=fmtp:")
            || !plain.output().contains("useinbandfec=1;sprop-stereo=1")
    );
}

/// Eight seconds of each, and what baresip has not written yet.
const TALK: Duration = Duration::from_secs(16);
