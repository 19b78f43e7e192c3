//! baresip with keys in its descriptions: sound both ways, what is shown of it, and who is refused.

use std::time::Duration;

use conclave_interop::{Baresip, MediaSecrecy, PhoneCodec, Server, Voice, wait_for};

#[test]
#[ignore = "needs baresip: run `cargo xtask test`"]
fn secret_phones_and_a_plain_one_hear_each_other() {
    let server = Server::start();
    server.add_room(
        "Vault",
        &["--ext", "801", "--no-pin", "--set", "message=no"],
    );
    let uri = format!("sip:801@127.0.0.1:{}", server.sip_port);
    let cast = [
        (PhoneCodec::Pcmu, MediaSecrecy::SdesRequired, 500),
        (PhoneCodec::Opus, MediaSecrecy::SdesOffered, 900),
        (PhoneCodec::G722, MediaSecrecy::None, 1_400),
    ];
    let mut phones: Vec<Baresip> = Vec::new();
    for (count, (codec, secrecy, pitch_hz)) in cast.into_iter().enumerate() {
        let mut phone = Baresip::start_secret(codec, secrecy, &[Voice::new(pitch_hz)]);
        phone.call(&uri);
        wait_for("the phone is in the room", Duration::from_secs(8), || {
            (server.participants("801").len() == count + 1).then_some(())
        });
        phones.push(phone);
    }
    let shown: Vec<bool> = server
        .participants("801")
        .iter()
        .map(|one| {
            let how = one["encryption"].as_str().unwrap_or("no");
            how.starts_with("SDES A")
        })
        .collect();
    assert_eq!(shown, [true, true, false]);
    std::thread::sleep(TALK);
    assert_all_hear(&phones, &cast);
    // A new offer with the keys of before, and again.
    phones[0].hold();
    std::thread::sleep(Duration::from_secs(3));
    let ear = phones[2].heard();
    let held = ear.hears(500, ear.seconds() - 1.5, ear.seconds());
    assert!(held.share < 0.03, "{held:?}");
    phones[0].resume();
    std::thread::sleep(TALK);
    assert_all_hear(&phones, &cast);
    for phone in &mut phones {
        phone.hang_up();
    }
    let calls = wait_for("the calls are kept", Duration::from_secs(5), || {
        let calls = server.cli(&["calls", "ls"]);
        let calls = calls.as_array()?.clone();
        (calls.len() == 3).then_some(calls)
    });
    for call in &calls {
        let is_secret = call["codec"] != "G722";
        assert_eq!(call["encryption"].is_string(), is_secret, "{call}");
        // baresip opens its way through NAT with one report (PINGPONG) that it does not encrypt.
        assert!(call["packets_forged"].as_u64() <= Some(1), "{call}");
        let note = call["encryption_note"].as_str().unwrap_or_default();
        assert_eq!(note.contains("not encrypted (udp)"), is_secret, "{call}");
        let id = call["id"].as_str().unwrap_or_default();
        let trace = wait_for("the messages are kept", Duration::from_secs(8), || {
            let (code, trace, _) = server.cli_raw(&["calls", "trace", id]);
            (code == 0).then_some(trace)
        });
        assert!(trace.contains("a=rtpmap"), "{trace}");
        assert!(!trace.contains("inline:"), "{trace}");
    }
    assert!(!server.log_shows("inline:"));
}

#[test]
#[ignore = "needs baresip: run `cargo xtask test`"]
fn who_must_encrypt_and_does_not_is_refused_and_told_why() {
    let server = Server::start_with("srtp = \"required\"\n");
    server.add_room(
        "Vault",
        &["--ext", "801", "--no-pin", "--set", "message=no"],
    );
    let uri = format!("sip:801@127.0.0.1:{}", server.sip_port);
    let mut plain = Baresip::start(PhoneCodec::Pcmu, &[Voice::new(500)]);
    plain.dial(&uri);
    wait_for("the plain phone is refused", Duration::from_secs(8), || {
        let output = plain.output();
        (output.contains("SIP/2.0 488") && output.contains("Warning: 302")).then_some(())
    });
    let mut secret = Baresip::start_secret(
        PhoneCodec::Pcmu,
        MediaSecrecy::SdesOffered,
        &[Voice::new(500)],
    );
    secret.call(&uri);
    wait_for("the secret one is let in", Duration::from_secs(8), || {
        (server.participants("801").len() == 1).then_some(())
    });
}

#[test]
#[ignore = "needs baresip: run `cargo xtask test`"]
fn where_encryption_is_off_only_a_phone_that_insists_is_refused() {
    let server = Server::start_with("srtp = \"off\"\n");
    server.add_room(
        "Plain",
        &["--ext", "801", "--no-pin", "--set", "message=no"],
    );
    let uri = format!("sip:801@127.0.0.1:{}", server.sip_port);
    let voices = [Voice::new(500)];
    let mut stubborn = Baresip::start_secret(PhoneCodec::Pcmu, MediaSecrecy::SdesRequired, &voices);
    stubborn.dial(&uri);
    wait_for("it is refused", Duration::from_secs(8), || {
        stubborn.output().contains("SIP/2.0 488").then_some(())
    });
    let mut plain = Baresip::start(PhoneCodec::Pcmu, &voices);
    plain.call(&uri);
    wait_for("the plain one is let in", Duration::from_secs(8), || {
        (server.participants("801").len() == 1).then_some(())
    });
}

fn assert_all_hear(phones: &[Baresip], cast: &[(PhoneCodec, MediaSecrecy, u32)]) {
    for (phone, (codec, _, own_hz)) in phones.iter().zip(cast) {
        let ear = phone.heard();
        let (from_s, until_s) = (ear.seconds() - 4.0, ear.seconds());
        for (_, _, pitch_hz) in cast {
            let heard = ear.hears(*pitch_hz, from_s, until_s);
            if pitch_hz == own_hz {
                assert!(heard.share < 0.03, "{codec:?} hears itself: {heard:?}");
            } else {
                assert!(heard.share > 0.5, "{codec:?}, {pitch_hz} Hz: {heard:?}");
            }
        }
    }
}

/// Long enough for four seconds of complete recording behind the newest join's prompts.
const TALK: Duration = Duration::from_secs(9);
