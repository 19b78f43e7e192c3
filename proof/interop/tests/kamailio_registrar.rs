//! Kamailio as the telephone system that the server registers with, over UDP, TCP and TLS.

use std::time::Duration;

use conclave_interop::{
    Authority, Baresip, Exchange, Kamailio, MediaSecrecy, Papers, PhoneCodec, Server, Voice,
    low_port, wait_for,
};
use serde_json::Value;

fn registrar(ip: &'static str, tls: Option<Papers>) -> Kamailio {
    let exchange = Exchange {
        password: Some(PASSWORD.to_owned()),
        tls,
        ..Exchange::default()
    };
    Kamailio::start(ip, &exchange)
}

/// The server is the telephone `meeting` of Kamailio, and whoever calls that is in the room.
fn attach(server: &Server, host: &str, transport: &str, password: &str) {
    let transport = format!("transport={transport}");
    let secret = format!("secret={password}");
    let account = [
        "kind=registering",
        "user=meeting",
        "target=801",
        "expires_s=60",
    ];
    let place = ["trunks", "add", "PBX", "--host", host, &transport, &secret];
    server.cli(&[&place[..], &account].concat());
}

fn closed_server(settings: &str, doors: &[String]) -> Server {
    let settings = format!("guests = \"nobody\"\n{settings}");
    let server = Server::start_with_doors(&settings, doors);
    server.add_room(
        "Board",
        &["--ext", "801", "--no-pin", "--set", "message=no"],
    );
    server
}

fn status(server: &Server) -> Value {
    server.cli(&["trunks", "show", "PBX"])["status"].clone()
}

fn wait_until_registered(server: &Server) -> Value {
    wait_for("we are registered", PATIENCE, || {
        let status = status(server);
        let is_kept = status["registered_until"].is_string() && status["state"] == "up";
        is_kept.then_some(status)
    })
}

fn problem(server: &Server) -> String {
    wait_for("a problem is told", PATIENCE, || {
        status(server)["last_problem"].as_str().map(str::to_owned)
    })
}

fn wait_for_one(server: &Server) {
    wait_for("somebody is in the room", PATIENCE, || {
        (server.participants("801").len() == 1).then_some(())
    });
}

#[test]
#[ignore = "needs baresip and Kamailio: run `cargo xtask test`"]
fn a_call_to_the_telephone_that_we_are_reaches_the_room() {
    for transport in ["udp", "tcp"] {
        let kamailio = registrar("127.0.0.2", None);
        let mut server = closed_server("", &[]);
        attach(&server, &kamailio.place(), transport, PASSWORD);
        let registered = wait_until_registered(&server);
        let name = registered["server"].as_str().unwrap_or_default();
        assert!(name.contains("kamailio"), "{transport}: {registered}");
        let told = format!("[registered: meeting over {transport}");
        assert_eq!(kamailio.count(&told), 1, "{transport}");

        let mut phone = Baresip::start(PhoneCodec::Pcma, &[Voice::new(VOICE_HZ)]);
        phone.call(&format!("sip:meeting@{}", kamailio.place()));
        wait_for_one(&server);
        assert_eq!(kamailio.count("[call to what meeting registered"), 1);
        phone.hang_up();
        wait_for("nobody is in the room", PATIENCE, || {
            server.participants("801").is_empty().then_some(())
        });
        assert!(!server.log_shows(PASSWORD), "{transport}");
        // Whoever goes says so: Kamailio sends it no more calls.
        assert_eq!(server.terminate(PATIENCE), Some(0));
        assert_eq!(kamailio.count(&format!("{told}, for 0]")), 1, "{transport}");
    }
}

#[test]
#[ignore = "needs Kamailio: run `cargo xtask test`"]
fn a_wrong_password_is_told_in_plain_words_and_not_tried_again_and_again() {
    let kamailio = registrar("127.0.0.2", None);
    let server = closed_server("", &[]);
    attach(&server, &kamailio.place(), "udp", "notthepassword");
    assert_eq!(problem(&server), "it refused the password");
    let refused = status(&server);
    assert_eq!(refused["state"], "down", "{refused}");
    assert!(refused["registered_until"].is_null(), "{refused}");
    // Without credentials, and with the wrong ones.
    assert_eq!(kamailio.count("[not believed: meeting"), 2);
    for secret in ["notthepassword", PASSWORD] {
        assert!(!server.log_shows(secret));
    }
    server.cli(&["trunks", "set", "PBX", &format!("secret={PASSWORD}")]);
    wait_until_registered(&server);
}

/// Both prove who they are; Kamailio's certificate has a name and no address.
#[test]
#[ignore = "needs baresip, Kamailio and openssl: run `cargo xtask test`"]
fn both_prove_who_they_are_over_tls() {
    let authority = Authority::new();
    let ours = authority.issue("conclave", "IP:127.0.0.1");
    let kamailio = registrar(
        "127.0.0.1",
        Some(authority.issue("kamailio", "DNS:localhost")),
    );
    let tls_port = kamailio.port + 1;
    let settings = format!(
        "ca_file = \"{}\"\n[tls]\ncertificate = \"{}\"\nkey = \"{}\"\nnames = [\"127.0.0.1\"]\n",
        ours.authority, ours.certificate, ours.key
    );
    let door = || format!("--sip=tls:127.0.0.1:{}", low_port());
    let server = closed_server(&settings, &[door()]);
    attach(&server, &format!("localhost:{tls_port}"), "tls", PASSWORD);
    server.cli(&["trunks", "set", "PBX", "srtp=required"]);
    let registered = wait_until_registered(&server);
    let remote = format!("tls:127.0.0.1:{tls_port}");
    assert_eq!(registered["remote"], remote, "{registered}");
    assert!(kamailio.count("[registered: meeting over tls") > 0);

    let voices = [Voice::new(VOICE_HZ)];
    let secrecy = MediaSecrecy::SdesRequired;
    let mut phone = Baresip::start_secret(PhoneCodec::Pcma, secrecy, &voices);
    phone.call(&format!("sip:meeting@{}", kamailio.place()));
    wait_for_one(&server);
    phone.hang_up();
    wait_for("Kamailio carried the end over TLS", PATIENCE, || {
        server.participants("801").is_empty().then_some(())
    });

    // To whom the name matters, the address does not prove it.
    let other = closed_server(&settings, &[door()]);
    attach(&other, &format!("127.0.0.1:{tls_port}"), "tls", PASSWORD);
    let told = problem(&other);
    assert!(
        told.contains("the certificate is not one for 127.0.0.1"),
        "{told}"
    );
    // Nor does a certificate of an authority that nobody told it to believe.
    let stranger = closed_server("", &[door()]);
    attach(&stranger, &format!("localhost:{tls_port}"), "tls", PASSWORD);
    let told = problem(&stranger);
    assert!(
        told.contains("the certificate is not one for localhost"),
        "{told}"
    );
    assert!(other.log().contains("not valid for name"));
}

const PASSWORD: &str = "open-the-window-47";
const PATIENCE: Duration = Duration::from_secs(20);
const VOICE_HZ: u32 = 1_150;
