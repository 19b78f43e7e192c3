//! What the server says when it answers calls: the line `ready`, then how to reach it.

use std::io::{IsTerminal, Write, stdout};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};

use conclave_model::RoomRecord;
use conclave_net::Bind;
use conclave_sip::Transport;

use crate::settings::Settings;

/// Prints to standard output. The PIN and the code are for a person's eyes: not for a pipe, which
/// may be a log.
pub fn print(settings: &Settings, bound: &[Bind], room: Option<&RoomRecord>, code: Option<&str>) {
    let mut text = String::from("ready\n");
    let for_a_person = stdout().is_terminal() || std::env::var_os("CONCLAVE_WELCOME").is_some();
    if let Some(room) = room {
        let pin = match &room.pin {
            Some(pin) if for_a_person => format!("PIN {}", pin.reveal()),
            Some(_) => format!("PIN: conclave rooms pin {} --show", room.extension),
            None => "no PIN".to_owned(),
        };
        text += &format!(
            "  room  {} · extension {} · {pin}\n",
            room.title, room.extension
        );
        for bind in bound {
            let address = reachable(bind.address);
            let tcp = if bind.transport == Transport::Tcp {
                ";transport=tcp"
            } else {
                ""
            };
            text += &format!("  dial  sip:{}@{address}{tcp}\n", room.extension);
        }
    }
    for address in &settings.http {
        text += &format!("  open  http://{}/\n", reachable(*address));
        let token = settings.data.join("token");
        text += &format!(
            "  api   http://{address}/api/v1 (token in {})\n",
            token.display()
        );
    }
    if let Some(code) = code.filter(|_| for_a_person) {
        text += &format!("  code  {code} (to create the administrator from another machine)\n");
    }
    // Whoever started us may not be listening any more.
    let _ = stdout()
        .write_all(text.as_bytes())
        .and_then(|()| stdout().flush());
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
