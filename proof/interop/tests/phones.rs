//! Real telephones with an account: they register over UDP and TCP, call, and are known.

use std::time::Duration;

use conclave_interop::{Baresip, Login, PhoneCodec, Server, Voice, wait_for};

const VOICE_HZ: u32 = 1_150;
const PATIENCE: Duration = Duration::from_secs(20);

/// A server that answers nobody without an account, and the password of Anna's. baresip 1.0 knows
/// MD5 alone, and gives up when it is asked for more.
fn closed_server() -> (Server, String) {
    let server = Server::start_with("guests = \"nobody\"\ndigest = [\"MD5\"]\n");
    server.add_room("Board", &["--ext", "801", "--pin", "627184"]);
    let anna = ["anna", "Anna Huber", "--number", "201", "--pin", "skipped"];
    let made = server.cli(&[&["phones", "add"], &anna[..]].concat());
    let password = made["password"].as_str().expect("a password");
    (server, password.to_owned())
}

fn registrations(server: &Server) -> u64 {
    let shown = server.cli(&["phones", "show", "anna"]);
    shown["registrations"].as_u64().expect("a number")
}

#[test]
#[ignore = "needs baresip: run `cargo xtask test`"]
fn a_registered_phone_calls_and_is_known_and_a_restart_finds_it_again() {
    for transport in ["udp", "tcp"] {
        let (mut server, password) = closed_server();
        let sip_port = server.sip_port;
        let login = Login {
            sip_port,
            transport,
            user: "anna",
            password: &password,
        };
        let voices = [Voice::new(VOICE_HZ)];
        let mut phone = Baresip::start_registered(PhoneCodec::Pcma, login, &voices);
        wait_for("the registration", PATIENCE, || {
            (registrations(&server) == 1).then_some(())
        });
        phone.call(&format!(
            "sip:801@127.0.0.1:{sip_port};transport={transport}"
        ));
        let people = wait_for("Anna in the room", PATIENCE, || {
            let people = server.participants("801");
            (people.len() == 1 && people[0]["name"] == "Anna Huber").then_some(people)
        });
        assert_eq!(people[0]["number"], "201", "{transport}: {people:?}");
        assert!(!server.log_shows(&password), "{transport}");
        phone.hang_up();
        server.crash_and_start_again();
        assert_eq!(registrations(&server), 1, "{transport}");
    }
}

#[test]
#[ignore = "needs baresip: run `cargo xtask test`"]
fn a_phone_with_a_wrong_password_and_one_without_any_reach_nobody() {
    let (server, _) = closed_server();
    let login = Login {
        sip_port: server.sip_port,
        transport: "udp",
        user: "anna",
        password: "notthepassword",
    };
    let voices = [Voice::new(VOICE_HZ)];
    let uri = format!("sip:801@127.0.0.1:{}", server.sip_port);
    let mut wrong = Baresip::start_registered(PhoneCodec::Pcma, login, &voices);
    let mut stranger = Baresip::start(PhoneCodec::Pcma, &voices);
    for phone in [&mut wrong, &mut stranger] {
        phone.dial(&uri);
        wait_for("the end of the call", PATIENCE, || {
            phone.has_ended().then_some(())
        });
    }
    assert_eq!(registrations(&server), 0);
    assert!(server.participants("801").is_empty());
    let calls = server.cli(&["calls", "ls"]);
    assert_eq!(calls.as_array().map(Vec::len), Some(0), "{calls}");
}
