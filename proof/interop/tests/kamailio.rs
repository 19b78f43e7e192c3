//! Kamailio between telephones and the server: every word of a call goes over it.

use std::time::Duration;

use conclave_interop::{
    Baresip, Exchange, Kamailio, PhoneCodec, Scenario, Server, Voice, call_with_pin, run_sipp_at,
    wait_for,
};
use serde_json::Value;

/// A server that takes calls from Kamailio alone, and Kamailio, which is another machine to it.
fn behind(transport: &str) -> (Server, Kamailio) {
    let server = Server::start_with("guests = \"nobody\"\n");
    server.add_room(
        "Board",
        &["--ext", "801", "--no-pin", "--set", "message=no"],
    );
    let exchange = Exchange {
        calls_to: Some(format!(
            "127.0.0.1:{};transport={transport}",
            server.sip_port
        )),
        ..Exchange::default()
    };
    let kamailio = Kamailio::start("127.0.0.2", &exchange);
    let transport = format!("transport={transport}");
    let place = kamailio.place();
    let host = ["--host", &place, &transport, "options_s=10"];
    server.cli(&[&["trunks", "add", "PBX"], &host[..]].concat());
    (server, kamailio)
}

fn status(server: &Server) -> Value {
    server.cli(&["trunks", "show", "PBX"])["status"].clone()
}

fn wait_until(server: &Server, state: &str, patience: Duration) -> Value {
    wait_for(state, patience, || {
        let status = status(server);
        (status["state"] == state).then_some(status)
    })
}

#[test]
#[ignore = "needs baresip and Kamailio: run `cargo xtask test`"]
fn whatever_is_said_in_a_call_follows_its_route_over_udp_and_tcp() {
    for transport in ["udp", "tcp"] {
        let (server, kamailio) = behind(transport);
        let up = wait_until(&server, "up", PATIENCE);
        let name = up["server"].as_str().unwrap_or_default();
        assert!(name.contains("kamailio"), "{transport}: {up}");
        let uri = format!("sip:801@{}", kamailio.place());
        let mut low = Baresip::start(PhoneCodec::Pcma, &[Voice::new(LOW_HZ)]);
        low.call(&uri);
        let mut high = Baresip::start(PhoneCodec::G722, &[Voice::new(HIGH_HZ)]);
        high.call(&uri);
        wait_until_heard(&high, LOW_HZ, true);
        assert_eq!(status(&server)["calls"], 2, "{transport}");

        low.hold();
        wait_until_heard(&high, LOW_HZ, false);
        low.resume();
        wait_until_heard(&high, LOW_HZ, true);
        let said =
            |method: &str, by: &str| kamailio.count(&format!("[in the dialog: {method} from {by}"));
        assert_eq!(said("INVITE", "phone"), 2, "{transport}: held and resumed");

        low.hang_up();
        wait_for("one has left", PATIENCE, || {
            (server.participants("801").len() == 1).then_some(())
        });
        assert_eq!(said("BYE", "phone"), 1, "{transport}");
        assert_eq!(said("BYE", "801"), 0, "{transport}");
        assert_eq!(server.cli_raw(&["live", "end", "801"]).0, 0);
        wait_for("the other is sent away", PATIENCE, || {
            high.has_ended().then_some(())
        });
        assert_eq!(said("BYE", "801"), 1, "{transport}");
        assert_eq!(kamailio.count("[without a route:"), 0, "{transport}");
        let calls = server.finished_calls(2, PATIENCE);
        assert!(
            calls.iter().all(|call| call["dialled"] == "801"),
            "{calls:?}"
        );
    }
}

/// The same address but not Kamailio's: it is a stranger, and the call of many is not its.
#[test]
#[ignore = "needs SIPp and Kamailio: run `cargo xtask test`"]
fn many_calls_come_over_one_connection_and_nobody_comes_past_kamailio() {
    let (server, kamailio) = behind("tcp");
    let room = server.add_room("SIPp", &["--ext", "805", "--set", "message=no"]);
    let xml = call_with_pin(&room, Duration::from_secs(4));
    let scenario = Scenario {
        xml: &xml,
        service: "805",
        calls: CALLS,
        calls_per_second: 5,
        transport: "u1",
        patience: Duration::from_secs(60),
    };
    run_sipp_at(&kamailio.place(), &scenario).unwrap_or_else(|story| panic!("{story}"));
    let calls = server.finished_calls(CALLS as usize, PATIENCE);
    for call in &calls {
        assert!(call["joined_at"].is_string(), "never got in: {call}");
        assert_eq!(call["end"], "hung_up", "{call}");
    }
    let past = run_sipp_at(&format!("127.0.0.1:{}", server.sip_port), &scenario);
    let story = past.expect_err("nobody but Kamailio may call");
    assert!(story.contains("401"), "{story}");
    assert_eq!(
        server.finished_calls(CALLS as usize, PATIENCE).len(),
        CALLS as usize
    );
}

#[test]
#[ignore = "lasts a minute, needs Kamailio: run `cargo xtask test`"]
fn a_kamailio_that_is_away_is_down_and_one_that_is_back_is_up() {
    let (server, mut kamailio) = behind("tcp");
    let watch = server.watch();
    wait_until(&server, "up", PATIENCE);
    kamailio.stop();
    let down = wait_until(&server, "down", Duration::from_secs(60));
    let problem = down["last_problem"].as_str().unwrap_or_default();
    assert_eq!(problem, format!("no connection to {}", kamailio.place()));
    kamailio.start_again();
    let up = wait_until(&server, "up", Duration::from_secs(45));
    assert!(up["latency_ms"].is_u64(), "{up}");
    for kind in ["trunk.down", "trunk.up"] {
        wait_for(kind, PATIENCE, || (watch.count(kind) > 0).then_some(()));
    }
    assert_eq!(watch.count("trunk.down"), 1);
}

/// In the last second of what the phone recorded.
fn wait_until_heard(phone: &Baresip, pitch_hz: u32, wanted: bool) {
    let what = if wanted { "heard" } else { "not heard" };
    wait_for(&format!("{pitch_hz} Hz is {what}"), PATIENCE, || {
        let ear = phone.heard();
        let share = ear
            .hears(pitch_hz, ear.seconds() - 1.0, ear.seconds())
            .share;
        (if wanted { share > 0.5 } else { share < 0.03 }).then_some(())
    });
}

const PATIENCE: Duration = Duration::from_secs(20);
const LOW_HZ: u32 = 500;
const HIGH_HZ: u32 = 1_400;
const CALLS: u32 = 10;
