//! Names that lead to SIP servers, against a name server written here by hand.

#![allow(clippy::unwrap_used, reason = "what fails here is a slip in the test")]

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use conclave_net::{Bind, Finder, Names};
use conclave_sip::{Findings, LookupFailure, Path, Place, Transport};
use tokio::net::UdpSocket;

const A: u16 = 1;
const SRV: u16 = 33;
const NAPTR: u16 = 35;

/// What one zone holds: the data of the records of each name and type.
#[derive(Clone, Default)]
struct Zone {
    records: BTreeMap<(String, u16), Vec<Vec<u8>>>,
    ttl_s: u32,
    /// Whoever asks for these gets no answer.
    silent: Vec<String>,
}

impl Zone {
    fn address(mut self, name: &str, address: [u8; 4]) -> Self {
        self.add(name, A, address.to_vec());
        self
    }

    fn srv(mut self, name: &str, priority: u16, weight: u16, port: u16, target: &str) -> Self {
        let mut data = Vec::new();
        for number in [priority, weight, port] {
            data.extend(number.to_be_bytes());
        }
        data.extend(wire_name(target));
        self.add(name, SRV, data);
        self
    }

    fn naptr(mut self, name: &str, order: u16, service: &str, replacement: &str) -> Self {
        let mut data = Vec::new();
        data.extend(order.to_be_bytes());
        data.extend(10_u16.to_be_bytes());
        for text in ["s", service, ""] {
            data.push(u8::try_from(text.len()).unwrap());
            data.extend(text.as_bytes());
        }
        data.extend(wire_name(replacement));
        self.add(name, NAPTR, data);
        self
    }

    fn add(&mut self, name: &str, kind: u16, data: Vec<u8>) {
        self.records
            .entry((name.to_owned(), kind))
            .or_default()
            .push(data);
    }

    /// RFC 1035 §4: the header, the question again, and every record that fits it.
    fn answer(&self, query: &[u8]) -> Option<Vec<u8>> {
        let (name, end) = read_name(query, 12)?;
        let kind = u16::from_be_bytes([*query.get(end)?, *query.get(end + 1)?]);
        if self.silent.contains(&name) {
            return None;
        }
        let empty = Vec::new();
        let found = self.records.get(&(name.clone(), kind)).unwrap_or(&empty);
        let exists = self.records.keys().any(|(known, _)| *known == name);
        let mut out = query[..2].to_vec();
        out.extend([0x81, if exists { 0x80 } else { 0x83 }]);
        out.extend([0, 1]);
        out.extend(u16::try_from(found.len()).unwrap().to_be_bytes());
        out.extend([0, 0, 0, 0]);
        out.extend(&query[12..end + 4]);
        for data in found {
            // The name is the one of the question.
            out.extend([0xc0, 0x0c]);
            out.extend(kind.to_be_bytes());
            out.extend([0, 1]);
            out.extend(self.ttl_s.to_be_bytes());
            out.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
            out.extend(data);
        }
        Some(out)
    }
}

fn wire_name(name: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for label in name.split('.').filter(|label| !label.is_empty()) {
        out.push(u8::try_from(label.len()).unwrap());
        out.extend(label.as_bytes());
    }
    out.push(0);
    out
}

fn read_name(bytes: &[u8], mut at: usize) -> Option<(String, usize)> {
    let mut labels = Vec::new();
    loop {
        let length = usize::from(*bytes.get(at)?);
        at += 1;
        if length == 0 {
            return Some((labels.join("."), at));
        }
        let label = bytes.get(at..at + length)?;
        labels.push(String::from_utf8_lossy(label).to_ascii_lowercase());
        at += length;
    }
}

/// A finder that asks this zone alone, and what it asked.
async fn finder(zone: Zone, transports: &[Transport]) -> (Finder, Arc<Mutex<Vec<String>>>) {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let server = socket.local_addr().unwrap();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&asked);
    tokio::spawn(async move {
        let mut buffer = [0; 1_500];
        while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
            let query = &buffer[..length];
            if let Some((name, _)) = read_name(query, 12) {
                heard.lock().unwrap().push(name);
            }
            if let Some(answer) = zone.answer(query) {
                socket.send_to(&answer, from).await.unwrap();
            }
        }
    });
    let bound: Vec<Bind> = transports
        .iter()
        .map(|transport| Bind {
            transport: *transport,
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 5060)),
        })
        .collect();
    (
        Finder::new(Names::with_servers(&[server]).unwrap(), &bound),
        asked,
    )
}

fn place(host: &str, port: Option<u16>, transport: Option<Transport>) -> Place {
    Place {
        host: host.to_owned(),
        port,
        transport,
    }
}

/// Transport, remote, rank and weight of every way.
fn ways(found: &Findings) -> Vec<String> {
    let shown = found.ways.iter().map(|way| {
        let Path {
            transport, remote, ..
        } = way.path;
        format!("{transport} {remote} {} {}", way.rank, way.weight)
    });
    shown.collect()
}

#[tokio::test]
async fn an_address_needs_no_name_server() {
    let (finder, asked) = finder(Zone::default(), &[Transport::Udp]).await;
    let found = finder.find(&place("127.0.0.9", None, None)).await.unwrap();
    assert_eq!(ways(&found), ["udp 127.0.0.9:5060 0 0"]);
    assert_eq!(found.lifetime, None);
    assert_eq!(
        found.ways[0].path.local,
        SocketAddr::from((Ipv4Addr::LOCALHOST, 5060))
    );
    let tls = finder
        .find(&place("127.0.0.9", None, Some(Transport::Tls)))
        .await;
    assert_eq!(tls, Err(LookupFailure::NotSpoken(Transport::Tls)));
    assert!(asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn servers_are_found_in_their_order_with_a_second_to_fail_over_to() {
    let zone = Zone {
        ttl_s: 120,
        ..Zone::default()
    }
    .srv(
        "_sip._udp.carrier.example",
        20,
        0,
        5070,
        "b.carrier.example",
    )
    .srv(
        "_sip._udp.carrier.example",
        10,
        30,
        5060,
        "a1.carrier.example",
    )
    .srv(
        "_sip._udp.carrier.example",
        10,
        70,
        5060,
        "a2.carrier.example",
    )
    .srv(
        "_sip._udp.carrier.example",
        30,
        0,
        5060,
        "gone.carrier.example",
    )
    .address("a1.carrier.example", [127, 0, 0, 11])
    .address("a2.carrier.example", [127, 0, 0, 12])
    .address("b.carrier.example", [127, 0, 0, 13]);
    let (finder, _) = finder(zone, &[Transport::Udp]).await;
    let wanted = place("carrier.example", None, Some(Transport::Udp));
    let found = finder.find(&wanted).await.unwrap();
    assert_eq!(
        ways(&found),
        [
            "udp 127.0.0.11:5060 10 30",
            "udp 127.0.0.12:5060 10 70",
            "udp 127.0.0.13:5070 20 0",
        ],
        "a host without an address is left out"
    );
    let lifetime = found.lifetime.expect("a lifetime").as_secs();
    assert!((1..=120).contains(&lifetime), "{lifetime}");
}

#[tokio::test]
async fn what_a_name_prefers_comes_first_as_far_as_we_speak_it() {
    let zone = Zone {
        ttl_s: 60,
        ..Zone::default()
    }
    .naptr(
        "carrier.example",
        10,
        "SIPS+D2T",
        "_sips._tcp.carrier.example",
    )
    .naptr(
        "carrier.example",
        20,
        "SIP+D2T",
        "_sip._tcp.carrier.example",
    )
    .naptr(
        "carrier.example",
        30,
        "SIP+D2U",
        "_sip._udp.carrier.example",
    )
    .naptr("carrier.example", 5, "E2U+sip", "nonsense.example")
    .srv(
        "_sips._tcp.carrier.example",
        1,
        0,
        5061,
        "a.carrier.example",
    )
    .srv("_sip._tcp.carrier.example", 1, 0, 5060, "a.carrier.example")
    .srv("_sip._udp.carrier.example", 0, 0, 5060, "a.carrier.example")
    .address("a.carrier.example", [127, 0, 0, 11]);
    let (both, _) = finder(zone.clone(), &[Transport::Udp, Transport::Tcp]).await;
    let found = both
        .find(&place("carrier.example", None, None))
        .await
        .unwrap();
    assert_eq!(
        ways(&found),
        ["tcp 127.0.0.11:5060 1 0", "udp 127.0.0.11:5060 65536 0"]
    );
    let (tls, _) = finder(zone, &[Transport::Tls]).await;
    let found = tls
        .find(&place("carrier.example", None, None))
        .await
        .unwrap();
    assert_eq!(ways(&found), ["tls 127.0.0.11:5061 1 0"]);
}

#[tokio::test]
async fn a_name_with_an_address_alone_is_reached_at_the_usual_port() {
    let zone = Zone {
        ttl_s: 60,
        ..Zone::default()
    }
    .address("pbx.example", [127, 0, 0, 11])
    .address("pbx.example", [127, 0, 0, 12]);
    let (finder, asked) = finder(zone, &[Transport::Udp, Transport::Tcp]).await;
    let found = finder
        .find(&place("pbx.example", None, None))
        .await
        .unwrap();
    assert_eq!(found.ways.len(), 2);
    assert!(ways(&found)[0].starts_with("udp 127.0.0.1"));
    // A port says that only addresses are to be asked for (RFC 3263 §4.2).
    asked.lock().unwrap().clear();
    let found = finder
        .find(&place("pbx.example", Some(5080), Some(Transport::Tcp)))
        .await
        .unwrap();
    assert!(ways(&found)[0].contains(":5080"));
    assert!(
        !asked
            .lock()
            .unwrap()
            .iter()
            .any(|name| name.starts_with('_'))
    );
}

#[tokio::test]
async fn a_name_that_is_not_there_and_a_server_that_is_silent_are_told_apart() {
    let zone = Zone {
        silent: vec!["slow.example".to_owned()],
        ..Zone::default()
    };
    let (finder, _) = finder(zone, &[Transport::Udp]).await;
    let nowhere = place("nowhere.example", Some(5060), None);
    assert_eq!(finder.find(&nowhere).await, Err(LookupFailure::NoAddress));
    let slow = place("slow.example", Some(5060), None);
    assert_eq!(finder.find(&slow).await, Err(LookupFailure::NoAnswer));
}

#[tokio::test]
async fn a_service_that_leads_to_the_root_is_not_there() {
    let zone = Zone {
        ttl_s: 60,
        ..Zone::default()
    }
    .srv("_sip._udp.pbx.example", 1, 0, 5099, ".")
    .address("pbx.example", [127, 0, 0, 11]);
    let (finder, _) = finder(zone, &[Transport::Udp]).await;
    let found = finder
        .find(&place("pbx.example", None, Some(Transport::Udp)))
        .await
        .unwrap();
    assert_eq!(ways(&found), ["udp 127.0.0.11:5060 0 0"]);
}
