//! What is left after a crash, and how the server takes its leave.

use std::time::Duration;

use conclave_interop::{Baresip, PhoneCodec, Server, Voice, wait_for};

#[test]
#[ignore = "needs baresip: run `cargo xtask test`"]
fn a_crash_loses_no_room_and_no_finished_call_and_a_shutdown_says_goodbye() {
    let mut server = Server::start();
    let room = ["--ext", "831", "--no-pin", "--set", "message=no"];
    let made = server.add_room("Kept", &room).json;
    let uri = format!("sip:831@127.0.0.1:{}", server.sip_port);
    let mut first = Baresip::start(PhoneCodec::Pcmu, &[]);
    first.call(&uri);
    wait_inside(&server, 1);
    first.hang_up();
    let finished = wait_for("the call is in the log", Duration::from_secs(5), || {
        let calls = server.cli(&["calls", "ls"]);
        (calls.as_array()?.len() == 1).then_some(calls)
    });
    let mut cut_off = Baresip::start(PhoneCodec::Pcmu, &[Voice::new(500)]);
    cut_off.call(&uri);
    wait_inside(&server, 1);

    server.crash_and_start_again();
    // An id, a title, a time and a version survive, and so does every other setting.
    let mut kept = made.clone();
    kept["pin"].take();
    let mut shown = server.cli(&["rooms", "show", "831"]);
    shown["pin"].take();
    assert_eq!(shown, kept);
    assert_eq!(server.cli(&["calls", "ls"])[0]["id"], finished[0]["id"]);
    assert!(server.participants("831").is_empty());

    let mut phones = [600, 1_100].map(|pitch_hz| {
        let mut phone = Baresip::start(PhoneCodec::Pcmu, &[Voice::new(pitch_hz)]);
        phone.call(&uri);
        phone
    });
    wait_inside(&server, 2);
    let code = server.terminate(Duration::from_secs(10));
    assert_eq!(code, Some(0), "{}", server.log());
    for phone in &mut phones {
        wait_for("the phone is told", Duration::from_secs(2), || {
            phone.has_ended().then_some(())
        });
    }
    assert!(
        !server.data().join("conclave.sock").exists(),
        "the socket is left behind"
    );
    assert!(!server.log().contains("panicked"), "{}", server.log());
}

fn wait_inside(server: &Server, count: usize) {
    wait_for(
        "the phones are in the room",
        Duration::from_secs(10),
        || (server.participants("831").len() == count).then_some(()),
    );
}
