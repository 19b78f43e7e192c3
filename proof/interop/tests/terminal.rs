//! The terminal view on a pseudo-terminal, while a real phone is in the room.

use std::time::Duration;

use conclave_interop::{Baresip, PhoneCodec, Server, Voice, wait_for};

#[test]
#[ignore = "needs baresip: run `cargo xtask test`"]
fn a_room_is_watched_and_moderated_from_a_terminal_that_is_given_back() {
    let mut server = Server::start();
    server.add_room(
        "Terminal",
        &["--ext", "831", "--no-pin", "--set", "message=no"],
    );
    let mut view = server.top(&["--room", "831"]);
    view.wait_for_text("Terminal", 0);
    view.wait_for_text("nobody", 0);
    let mut phone = Baresip::start(PhoneCodec::Pcmu, &[Voice::new(500)]);
    let uri = format!("sip:831@127.0.0.1:{}", server.sip_port);
    phone.call(&uri);
    view.wait_for_text("phone", 0);
    // Whoever is alone is not listened to.
    let mut other = Baresip::start(PhoneCodec::Pcmu, &[]);
    other.call(&uri);
    view.wait_for_text("▮", 0);

    view.press("L");
    let state = |server: &Server| server.cli(&["live", "show", "831"]);
    let patience = Duration::from_secs(5);
    wait_for("the room is locked", patience, || {
        (state(&server)["locked"] == true).then_some(())
    });
    view.press(DOWN);
    view.press("m");
    wait_for("the phone is muted", patience, || {
        (state(&server)["participants"][0]["muted"] == true).then_some(())
    });
    view.wait_for_text("muted", 0);

    let before = view.length();
    server.crash_and_start_again();
    view.wait_for_text("nobody", before);
    let said = view.said(before);
    let (broken, again) = (said.find(['…', '○']), said.rfind('●'));
    assert!(broken.is_some() && again > broken, "{said:?}");

    view.press("q");
    assert_eq!(view.ended(), Some(0));
    given_back(&view.said(0));
}

#[test]
#[ignore = "needs the server: run `cargo xtask test`"]
fn the_terminal_is_given_back_at_ctrl_c_too() {
    let server = Server::start();
    let mut view = server.top(&[]);
    view.wait_for_text("Nobody", 0);
    view.press("\u{3}");
    assert_eq!(view.ended(), Some(0));
    given_back(&view.said(0));
    // A room that there is not is told on the terminal as it was.
    let mut view = server.top(&["--room", "999"]);
    assert_eq!(view.ended(), Some(3));
    assert!(!view.said(0).contains(ENTER), "{}", view.said(0));
}

fn given_back(said: &str) {
    let entered = said.rfind(ENTER).expect("the other screen was shown");
    for text in [LEAVE, SHOW_CURSOR] {
        assert!(
            said[entered..].contains(text),
            "{text:?} is not in {said:?}"
        );
    }
}

const DOWN: &str = "\u{1b}[B";
const ENTER: &str = "\u{1b}[?1049h";
const LEAVE: &str = "\u{1b}[?1049l";
const SHOW_CURSOR: &str = "\u{1b}[?25h";
