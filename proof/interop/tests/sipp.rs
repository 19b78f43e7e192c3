//! SIPp over UDP and TCP: many calls, right and wrong PINs, and a server that is well afterwards.

use std::time::Duration;

use conclave_interop::{Scenario, Server, call_with_pin, run_sipp, wait_for};

#[test]
#[ignore = "needs SIPp: run `cargo xtask test`"]
fn calls_with_a_pin_get_in_over_udp_and_tcp() {
    for transport in ["u1", "t1", "tn"] {
        let server = Server::start();
        let room = server.add_room("SIPp", &["--ext", "805", "--set", "message=no"]);
        let xml = call_with_pin(&room, Duration::from_secs(4));
        let scenario = Scenario {
            xml: &xml,
            service: "805",
            calls: CALLS,
            calls_per_second: 5,
            transport,
            patience: Duration::from_secs(60),
        };
        run_sipp(server.sip_port, &scenario).unwrap_or_else(|story| panic!("{transport}: {story}"));
        let calls = server.finished_calls(CALLS as usize, PATIENCE);
        for call in &calls {
            assert!(
                call["joined_at"].is_string(),
                "{transport}: never got in: {call}"
            );
            assert_eq!(call["end"], "hung_up", "{transport}: {call}");
        }
        wait_for("the room is closed", Duration::from_secs(5), || {
            server.participants("805").is_empty().then_some(())
        });
    }
}

#[test]
#[ignore = "needs SIPp: run `cargo xtask test`"]
fn three_wrong_pins_end_the_call_and_nobody_else_notices() {
    let server = Server::start();
    server.add_room("Wrong", &["--ext", "806", "--pin", "627184"]);
    let scenario = Scenario {
        xml: WRONG_PIN,
        service: "806",
        calls: 1,
        calls_per_second: 1,
        transport: "u1",
        patience: Duration::from_secs(40),
    };
    run_sipp(server.sip_port, &scenario).unwrap_or_else(|story| panic!("{story}"));
    let calls = server.finished_calls(1, PATIENCE);
    assert_eq!(calls[0]["end"], "wrong_pin", "{}", calls[0]);
    assert!(calls[0]["joined_at"].is_null(), "{}", calls[0]);
    for secret in ["627184", "1212", "3434", "5656"] {
        assert!(!server.log_shows(secret), "the log shows what was typed");
    }
}

/// The call log, once it has `count` entries.
const PATIENCE: Duration = Duration::from_secs(10);
const WRONG_PIN: &str = include_str!("../scenarios/wrong_pin.xml");
const CALLS: u32 = 20;
