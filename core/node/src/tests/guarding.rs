//! Strangers at the gate and guesses at the door, as the node passes them on.

use std::net::SocketAddr;
use std::time::Duration;

use conclave_model::{CallEnd, limits};
use conclave_sip::{Path, Transport};

use super::Town;
use crate::Input;

const SECOND: Duration = Duration::from_secs(1);

fn scanner_path() -> Path {
    Path {
        transport: Transport::Udp,
        local: SocketAddr::from(([192, 0, 2, 1], 5_060)),
        remote: SocketAddr::from(([198, 51, 100, 66], 5_061)),
        conn: None,
    }
}

fn options(user_agent: &str) -> String {
    format!(
        "OPTIONS sip:100@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 198.51.100.66:5061;branch=z9hG4bK-1\r\n\
         Max-Forwards: 70\r\nFrom: <sip:100@192.0.2.1>;tag=1\r\nTo: <sip:100@192.0.2.1>\r\n\
         Call-ID: 1\r\nCSeq: 1 OPTIONS\r\nUser-Agent: {user_agent}\r\nContent-Length: 0\r\n\r\n"
    )
}

fn answers(town: &mut Town, message: &str) -> usize {
    let before = town.wire.len();
    town.input(Input::Datagram {
        path: scanner_path(),
        bytes: message.as_bytes(),
    });
    town.wire.len() - before
}

#[test]
fn a_scanner_gets_no_answer_and_callers_do() {
    let mut town = Town::with_room();
    assert!(answers(&mut town, &options("A Phone")) > 0);
    assert_eq!(answers(&mut town, &options("friendly-scanner")), 0);
    assert_eq!(answers(&mut town, &options("A Phone")), 0, "not heard now");
    assert_eq!(town.node.blocks_count(), 1);
    let said = town.logs.join("\n");
    assert!(
        said.contains("198.51.100.66 is not heard any more"),
        "{said}"
    );
    let line = town.line("801");
    town.pass(3 * SECOND);
    town.press(line, "627184");
    assert!(town.studio.leg(line.leg).stage.is_some());
    town.pass(limits::BLOCK_FIRST);
    assert!(answers(&mut town, &options("A Phone")) > 0);
    assert_eq!(town.node.blocks_count(), 0);
}

#[test]
fn a_stream_of_a_blocked_source_is_closed() {
    let mut town = Town::with_room();
    answers(&mut town, &options("sipcli/v1.8"));
    let conn = conclave_sip::ConnId(7);
    let path = Path {
        transport: Transport::Tcp,
        conn: Some(conn),
        ..scanner_path()
    };
    town.node
        .handle_input(town.now, Input::StreamOpened { conn, path });
    let closed = std::iter::from_fn(|| town.node.poll_event());
    let closed = closed.filter(|event| matches!(event, crate::Event::CloseConn(_)));
    assert_eq!(closed.count(), 1);
}

#[test]
fn guesses_wait_longer_and_longer_and_the_right_pin_opens_after_all() {
    let mut town = Town::with_room();
    let mut waited = Vec::new();
    for _ in 0..4 {
        let line = town.line("801");
        town.pass(3 * SECOND);
        for _ in 0..2 {
            let (before, said) = (town.now, town.heard(line).len());
            town.press(line, "111111");
            while town.heard(line).len() == said {
                town.pass(Duration::from_millis(100));
                assert!(town.now - before < limits::GUESS_WAIT_MOST + 2 * SECOND);
            }
            waited.push((town.now - before).as_millis());
            town.pass(SECOND);
        }
        town.press(line, "111111");
        town.pass(limits::GUESS_WAIT_MOST + 10 * SECOND);
    }
    assert!(waited[0] < 2_000, "{waited:?}");
    assert!(waited[7] > 4 * waited[3], "{waited:?}");
    let wrong = |call: &conclave_model::CallRecord| call.end == CallEnd::WrongPin;
    assert!(town.records.iter().all(wrong) && town.records.len() == 4);

    let line = town.line("801");
    town.pass(3 * SECOND);
    town.press(line, "627184");
    assert!(town.studio.leg(line.leg).stage.is_none(), "not at once");
    town.pass(limits::GUESS_WAIT_MOST);
    assert!(town.studio.leg(line.leg).stage.is_some());
    town.hang_up(line);
    // The room knows this caller now.
    let line = town.line("801");
    town.pass(3 * SECOND);
    town.press(line, "627184");
    assert!(town.studio.leg(line.leg).stage.is_some(), "at once");
    town.hang_up(line);
    town.pass(40 * SECOND);
    town.assert_empty();
}

#[test]
fn who_hangs_up_while_an_answer_waits_leaves_nothing_behind() {
    let mut town = Town::with_room();
    for _ in 0..3 {
        let line = town.line("801");
        town.pass(3 * SECOND);
        for _ in 0..3 {
            town.press(line, "111111");
            town.pass(12 * SECOND);
        }
    }
    let line = town.line("801");
    town.pass(3 * SECOND);
    town.press(line, "627184");
    town.hang_up(line);
    town.pass(60 * SECOND);
    town.assert_empty();
}
