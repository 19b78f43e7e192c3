//! What the server says when it answers calls: the line `ready`, then how to reach it.

use std::io::{IsTerminal, Write, stdout};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::path::PathBuf;

use conclave_model::RoomRecord;
use conclave_net::Bind;
use conclave_sip::Transport;

/// Where the server really listens, with the ports that a 0 became, and where its token is.
pub struct Doors<'a> {
    pub sip: &'a [Bind],
    pub http: &'a [SocketAddr],
    pub https: &'a [SocketAddr],
    pub token: PathBuf,
}

/// Who reads it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reader {
    /// May see the PIN and the code.
    Person,
    /// A pipe, which may be a log.
    Program,
}

/// Prints to standard output.
pub fn print(doors: &Doors<'_>, room: Option<&RoomRecord>, code: Option<&str>) {
    let for_a_person = stdout().is_terminal() || std::env::var_os("CONCLAVE_WELCOME").is_some();
    let reader = if for_a_person {
        Reader::Person
    } else {
        Reader::Program
    };
    let text = text(doors, room, code, reader);
    // Whoever started us may not be listening any more.
    let _ = stdout()
        .write_all(text.as_bytes())
        .and_then(|()| stdout().flush());
}

fn text(
    doors: &Doors<'_>,
    room: Option<&RoomRecord>,
    code: Option<&str>,
    reader: Reader,
) -> String {
    let mut text = String::from("ready\n");
    if let Some(room) = room {
        let pin = match &room.pin {
            Some(pin) if reader == Reader::Person => format!("PIN {}", pin.reveal()),
            Some(_) => format!("PIN: conclave rooms pin {} --show", room.extension),
            None => "no PIN".to_owned(),
        };
        text += &format!(
            "  room  {} · extension {} · {pin}\n",
            room.title, room.extension
        );
        for bind in doors.sip {
            let address = reachable(bind.address);
            let extension = &room.extension;
            text += &match bind.transport {
                Transport::Udp => format!("  dial  sip:{extension}@{address}\n"),
                Transport::Tcp | Transport::Tls => {
                    let transport = bind.transport;
                    format!("  dial  sip:{extension}@{address};transport={transport}\n")
                }
                Transport::Ws | Transport::Wss => {
                    let transport = bind.transport;
                    format!("  dial  sip:{extension} over {transport}://{address}/ws\n")
                }
            };
        }
    }
    for address in doors.http {
        text += &format!("  open  http://{}/\n", reachable(*address));
        let token = doors.token.display();
        text += &format!("  api   http://{address}/api/v1 (token in {token})\n");
    }
    for address in doors.https {
        text += &format!("  open  https://{}/\n", reachable(*address));
    }
    if let Some(code) = code.filter(|_| reader == Reader::Person) {
        text += &format!("  code  {code} (to create the administrator from another machine)\n");
    }
    text
}

/// An address that a phone could dial: for a wildcard, the one of the default route.
fn reachable(bound: SocketAddr) -> SocketAddr {
    if !bound.ip().is_unspecified() {
        return bound;
    }
    let route = || {
        let probe = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
        // Picks a route and sends nothing; the address is one for documentation (RFC 5737).
        probe.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
        probe.local_addr().ok().map(|address| address.ip())
    };
    SocketAddr::new(
        route().unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        bound.port(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use conclave_model::{Chance, UnixMillis};

    #[test]
    fn what_is_listened_on_is_told_and_secrets_only_to_a_person() {
        let mut chance = Chance::from_seed([7; 32]);
        let room = crate::first_room::make(UnixMillis(0), &mut chance);
        let pin = room.pin.as_ref().unwrap().reveal().to_owned();
        let bind = |transport, port| Bind {
            transport,
            address: SocketAddr::from(([127, 0, 0, 1], port)),
        };
        let sip = [bind(Transport::Udp, 40_001), bind(Transport::Tcp, 40_002)];
        let http = [SocketAddr::from(([127, 0, 0, 1], 40_003))];
        let doors = Doors {
            sip: &sip,
            http: &http,
            https: &[],
            token: PathBuf::from("/data/token"),
        };
        let told = text(&doors, Some(&room), Some("K7QM-2XVB"), Reader::Program);
        for line in [
            "ready\n",
            "dial  sip:800@127.0.0.1:40001\n",
            "dial  sip:800@127.0.0.1:40002;transport=tcp\n",
            "open  http://127.0.0.1:40003/\n",
            "api   http://127.0.0.1:40003/api/v1 (token in /data/token)\n",
        ] {
            assert!(told.contains(line), "{line} is not in {told}");
        }
        assert!(!told.contains(&pin) && !told.contains("K7QM"), "{told}");
        let told = text(&doors, Some(&room), Some("K7QM-2XVB"), Reader::Person);
        assert!(told.contains(&pin) && told.contains("K7QM-2XVB"), "{told}");
    }
}
