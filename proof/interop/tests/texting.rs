//! Two SIPp in one room: what the one writes, the other receives as it was written.

use std::time::Duration;

use conclave_interop::{Scenario, Server, run_sipp, wait_for};

#[test]
#[ignore = "needs SIPp: run `cargo xtask test`"]
fn what_one_phone_writes_another_receives_intact_over_udp_and_tcp() {
    for transport in ["u1", "t1"] {
        let server = Server::start();
        server.add_room(
            "Texts",
            &["--ext", "805", "--pin", "627184", "--set", "message=no"],
        );
        let scenario = |xml| Scenario {
            xml,
            service: "805*627184",
            calls: 1,
            calls_per_second: 1,
            transport,
            patience: Duration::from_secs(30),
        };
        std::thread::scope(|scope| {
            let reader = scope.spawn(|| run_sipp(server.sip_port, &scenario(READER)));
            wait_for("the reader is in", Duration::from_secs(10), || {
                (server.participants("805").len() == 1).then_some(())
            });
            let written = run_sipp(server.sip_port, &scenario(WRITER));
            written.unwrap_or_else(|story| panic!("{transport}: {story}"));
            let read = reader.join().expect("SIPp has an end");
            read.unwrap_or_else(|story| panic!("{transport}: {story}"));
        });
        assert!(
            !server.log_shows("an alle"),
            "the log shows what was written"
        );
    }
}

const READER: &str = include_str!("../scenarios/text_reader.xml");
const WRITER: &str = include_str!("../scenarios/text_writer.xml");
