//! The load tool against a toy server on loopback, whose faults are known.

// A test may panic.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use conclave_bench::{Churn, Plan, Report, Room, run};
use conclave_model::{Chance, Codec, Moment};
use conclave_rtp::{EventReceiver, HEADER_BYTES, Header, RtpPacket, write_header};
use conclave_sdp::{Agreed, Author, Capabilities, Offer, answer};
use conclave_sip::{Event, Path, Refusal, SessionId, Transport, Ua, UaConfig};

/// What goes wrong on purpose.
#[derive(Clone, Copy, Default)]
struct Faults {
    /// Every nth packet is swallowed, but keeps its number.
    swallow_every: Option<u16>,
    delay: Duration,
    /// Calls to this extension get 486.
    busy: Option<&'static str>,
    /// Calls to this extension are hung up on after a second.
    hang_up: Option<&'static str>,
    /// Calls to this extension are never let in: they hear nobody.
    shut: Option<&'static str>,
}

/// Answers every call; the first of a room is heard by the others, the second by the first.
struct Toy {
    ua: Ua,
    sip: UdpSocket,
    faults: Faults,
    legs: Vec<ToyLeg>,
    /// When to send what to which leg.
    waiting: Vec<(Instant, usize, Vec<u8>, u32)>,
    digits: BTreeMap<usize, String>,
}

struct ToyLeg {
    session: SessionId,
    room: String,
    socket: UdpSocket,
    agreed: Agreed,
    keys: EventReceiver,
    sent: u16,
    answered: Instant,
}

struct Running {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    thread: JoinHandle<BTreeMap<usize, String>>,
}

fn start(faults: Faults) -> Running {
    let sip = UdpSocket::bind("127.0.0.1:0").unwrap();
    sip.set_read_timeout(Some(Duration::from_millis(1)))
        .unwrap();
    let address = sip.local_addr().unwrap();
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = Arc::clone(&stop);
    let mut toy = Toy {
        ua: Ua::new(UaConfig::default(), Chance::from_seed([5; 32])),
        sip,
        faults,
        legs: Vec::new(),
        waiting: Vec::new(),
        digits: BTreeMap::new(),
    };
    let thread = std::thread::spawn(move || {
        while !stopped.load(Ordering::Relaxed) {
            toy.turn();
        }
        toy.digits
    });
    Running {
        address,
        stop,
        thread,
    }
}

impl Running {
    /// Runs the plan, then gives its report and the digits each leg typed.
    fn bench(
        self,
        plan: impl FnOnce(&mut Plan),
        rooms: &[&str],
    ) -> (Report, BTreeMap<usize, String>) {
        let rooms: Vec<Room> = rooms.iter().map(|room| room.parse().unwrap()).collect();
        let mut own = Plan::new(self.address, rooms);
        own.calls_per_second = 100;
        own.talkers_per_room = 1;
        own.settle = Duration::from_millis(200);
        own.duration = Duration::from_secs(4);
        plan(&mut own);
        let report = run(&own).unwrap();
        self.stop.store(true, Ordering::Relaxed);
        (report, self.thread.join().unwrap())
    }
}

impl Toy {
    fn turn(&mut self) {
        let mut buffer = [0; 4_096];
        if let Ok((bytes, from)) = self.sip.recv_from(&mut buffer) {
            let path = Path {
                transport: Transport::Udp,
                local: self.sip.local_addr().unwrap(),
                remote: from,
                conn: None,
            };
            self.ua
                .handle_datagram(Instant::now(), path, &buffer[..bytes]);
        }
        let now = Instant::now();
        while self.ua.poll_timeout().is_some_and(|(due, _)| due <= now) {
            self.ua.handle_timeout(now);
        }
        while let Some(event) = self.ua.poll_event() {
            if let Event::Incoming { session, call } = event {
                self.incoming(now, session, &call.dialled, &call.offer.unwrap().0);
            }
        }
        for leg in 0..self.legs.len() {
            self.relay(now, leg);
            let impatient = self.faults.hang_up == Some(&*self.legs[leg].room);
            if impatient && now - self.legs[leg].answered > Duration::from_secs(1) {
                self.ua.bye(
                    now,
                    self.legs[leg].session,
                    Some("SIP ;cause=200 ;text=\"enough\""),
                );
            }
        }
        self.send_due(now);
        while let Some(transmit) = self.ua.poll_transmit() {
            self.sip
                .send_to(&transmit.bytes, transmit.path.remote)
                .unwrap();
        }
    }

    fn incoming(&mut self, now: Instant, session: SessionId, room: &str, offer: &[u8]) {
        if self.faults.busy == Some(room) {
            return self.ua.refuse(now, session, Refusal::new(486));
        }
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_nonblocking(true).unwrap();
        let local = socket.local_addr().unwrap();
        let agreed = answer(&Offer::parse(offer).unwrap(), &Capabilities::default()).unwrap();
        let sdp = Author::new(1, local.ip(), local.port()).answer(&agreed);
        self.ua.accept(now, session, sdp);
        self.legs.push(ToyLeg {
            session,
            room: room.to_owned(),
            socket,
            agreed,
            keys: EventReceiver::new(),
            sent: 0,
            answered: now,
        });
    }

    fn relay(&mut self, now: Instant, from: usize) {
        let mut buffer = [0; 2_048];
        while let Ok((bytes, _)) = self.legs[from].socket.recv_from(&mut buffer) {
            let packet = RtpPacket::parse(&buffer[..bytes]).unwrap();
            let leg = &mut self.legs[from];
            let keypad = leg.agreed.keypad.iter().copied();
            let keypad = keypad
                .into_iter()
                .find(|pad| pad.payload_type == packet.payload_type);
            if let Some(keypad) = keypad {
                let now = Moment::of(now, leg.answered);
                let digit = leg.keys.receive(now, &packet, keypad.clock_rate_hz);
                let typed = self.digits.entry(from).or_default();
                typed.extend(digit.map(|digit| digit.to_char()));
                continue;
            }
            for to in self.listeners_of(from) {
                let due = now + self.faults.delay;
                self.waiting
                    .push((due, to, packet.payload.to_vec(), packet.timestamp));
            }
        }
    }

    fn listeners_of(&self, from: usize) -> Vec<usize> {
        let room = &self.legs[from].room;
        if self.faults.shut == Some(room.as_str()) {
            return Vec::new();
        }
        let mates: Vec<usize> = (0..self.legs.len())
            .filter(|leg| self.legs[*leg].room == *room)
            .collect();
        match mates.iter().position(|leg| *leg == from) {
            Some(0) => mates[1..].to_vec(),
            Some(1) => vec![mates[0]],
            _ => Vec::new(),
        }
    }

    fn send_due(&mut self, now: Instant) {
        let (due, waiting) = self.waiting.drain(..).partition(|(at, ..)| *at <= now);
        self.waiting = waiting;
        let due: Vec<(Instant, usize, Vec<u8>, u32)> = due;
        for (_, to, payload, timestamp) in due {
            let leg = &mut self.legs[to];
            leg.sent = leg.sent.wrapping_add(1);
            if self
                .faults
                .swallow_every
                .is_some_and(|every| leg.sent.is_multiple_of(every))
            {
                continue;
            }
            let mut datagram = vec![0; HEADER_BYTES];
            let header = Header {
                payload_type: leg.agreed.send.payload_type,
                marker: false,
                sequence: leg.sent,
                timestamp,
                ssrc: 9,
            };
            write_header(datagram.first_chunk_mut().unwrap(), &header);
            datagram.extend(payload);
            let _ = leg.socket.send_to(&datagram, leg.agreed.remote.unwrap());
        }
    }
}

#[test]
fn every_leg_is_heard_and_the_pin_is_typed() {
    let faults = Faults {
        delay: Duration::from_millis(30),
        ..Faults::default()
    };
    let plan = |plan: &mut Plan| {
        plan.calls = 6;
        plan.pid = Some(std::process::id());
    };
    let (report, digits) = start(faults).bench(plan, &["801:4839", "802"]);
    assert_eq!(report.answered, 6, "{report}");
    assert!(report.failures.is_empty(), "{report}");
    assert_eq!(report.inside, 6, "{report}");
    assert_eq!(report.packets_lost, 0, "{report}");
    assert_eq!(report.silent_legs, 0);
    // 4 s at 50 packets a second, and a little for the edges.
    assert!(
        report
            .legs
            .iter()
            .all(|leg| (185..=215).contains(&leg.received)),
        "{report}"
    );
    // Legs of room 801 are the 1st, 3rd and 5th.
    let typed: Vec<(&usize, &String)> = digits.iter().collect();
    assert_eq!(typed.len(), 3);
    assert!(
        typed
            .iter()
            .all(|(leg, keys)| *leg % 2 == 0 && *keys == "4839")
    );
    // Two rooms, two listeners each, a marker a second.
    assert!((14..=18).contains(&report.delay.expected), "{report}");
    assert!(report.delay.spread.count >= 12, "{report}");
    let delay_ms = report.delay.spread.p50.as_millis();
    assert!((29..=60).contains(&delay_ms), "{report}");
    assert!(report.gap.p50 >= Duration::from_millis(19), "{report}");
    assert!(report.gaps.count >= 6 * 185, "{report}");
    assert!(report.gaps.p50 <= report.gap.p50, "{report}");
    assert_eq!(report.first_audio.count, 6, "{report}");
    assert!(report.first_audio.p50 >= report.setup.p50, "{report}");
    assert!(report.server.unwrap().resident_bytes > 0);
    let json = report.to_json();
    assert_eq!(json["answered"], 6);
    assert_eq!(json["legs"].as_array().unwrap().len(), 6);
    assert!(!says(&json, "4839"), "{json}");
}

/// Whether a text in it says this, or a number is it; digits within a measured figure are chance.
fn says(json: &serde_json::Value, wanted: &str) -> bool {
    match json {
        serde_json::Value::Array(all) => all.iter().any(|one| says(one, wanted)),
        serde_json::Value::Object(all) => all.values().any(|one| says(one, wanted)),
        serde_json::Value::String(text) => text.contains(wanted),
        serde_json::Value::Number(number) => number.to_string() == wanted,
        serde_json::Value::Null | serde_json::Value::Bool(_) => false,
    }
}

#[test]
fn faults_of_the_server_are_found() {
    let faults = Faults {
        swallow_every: Some(20),
        busy: Some("802"),
        hang_up: Some("803"),
        ..Faults::default()
    };
    let plan = |plan: &mut Plan| {
        plan.calls = 6;
        plan.codecs = vec![Codec::G722];
        // The room that hangs up does so before the measurement.
        plan.settle = Duration::from_secs(1);
    };
    let (report, _) = start(faults).bench(plan, &["801", "802", "803"]);
    assert_eq!(report.answered, 4, "{report}");
    let reasons: Vec<(&str, u32)> = report
        .failures
        .iter()
        .map(|(reason, count)| (reason.as_str(), *count))
        .collect();
    assert_eq!(reasons.len(), 2, "{report}");
    assert!(
        reasons[0].0.starts_with("hung up by the server: SIP"),
        "{report}"
    );
    assert_eq!(reasons[1], ("refused: 486 Busy Here", 2));
    let loss = report.loss_percent();
    assert!((4.0..6.0).contains(&loss), "{report}");
    assert!(report.gap.max >= Duration::from_millis(35), "{report}");
}

#[test]
fn calls_come_and_go_beside_those_that_are_measured() {
    let plan = |plan: &mut Plan| {
        plan.calls = 2;
        plan.churn = Some(Churn {
            rooms: vec!["803".parse().unwrap(), "802".parse().unwrap()],
            calls_per_second: 20,
            hold: Duration::from_secs(1),
        });
    };
    let faults = Faults {
        busy: Some("802"),
        ..Faults::default()
    };
    let (report, _) = start(faults).bench(plan, &["801"]);
    assert_eq!((report.inside, report.packets_lost), (2, 0), "{report}");
    let churn = report.churn.as_ref().unwrap();
    assert!((75..=81).contains(&churn.placed), "{report}");
    let failed = |why: &str| churn.failures.get(why).copied().unwrap_or(0).into();
    let busy: u64 = failed("refused: 486 Busy Here");
    assert_eq!(busy + churn.answered, churn.placed, "{report}");
    assert!(busy.abs_diff(churn.answered) <= 2, "{report}");
    // The toy lets the first of a room be heard; when it is gone, the others hear nobody.
    let silent: u64 = failed("answered, but no sound came");
    assert!(churn.completed >= 5 && silent >= 5, "{report}");
    assert_eq!(churn.completed + silent, churn.answered, "{report}");
    assert!((5..=40).contains(&churn.open_max), "{report}");
    assert_eq!(churn.first_audio.count as u64, churn.completed, "{report}");
    // Only those that stay are measured.
    assert!(report.packets_received < 2 * 220, "{report}");
    assert_eq!(report.to_json()["churn"]["placed"], churn.placed);
}

#[test]
fn a_call_that_is_answered_and_not_let_in_is_found() {
    let faults = Faults {
        shut: Some("802"),
        ..Faults::default()
    };
    let plan = |plan: &mut Plan| {
        plan.calls = 6;
        plan.duration = Duration::from_secs(1);
    };
    let (report, _) = start(faults).bench(plan, &["801", "802"]);
    assert_eq!((report.answered, report.inside), (6, 3), "{report}");
    let failures: Vec<(&String, &u32)> = report.failures.iter().collect();
    assert_eq!(failures.len(), 1, "{report}");
    assert!(
        failures[0].0.contains("not let in") && *failures[0].1 == 3,
        "{report}"
    );
    // Also the talker whom nobody hears.
    assert!(report.legs[1].failure.is_some() && report.legs[0].failure.is_none());
}

#[test]
fn what_cannot_be_done_is_said_before_the_first_call() {
    let nobody = UdpSocket::bind("127.0.0.1:0").unwrap();
    nobody
        .set_read_timeout(Some(Duration::from_millis(1)))
        .unwrap();
    let mut plan = Plan::new(nobody.local_addr().unwrap(), vec!["801".parse().unwrap()]);
    let error = |plan: &Plan| run(plan).unwrap_err().to_string();
    plan.calls = 0;
    assert!(
        error(&plan).starts_with("calls: \"0\" is not accepted"),
        "{}",
        error(&plan)
    );
    plan.calls = 1;
    plan.pid = Some(u32::MAX);
    assert!(error(&plan).starts_with("cannot read what the server's process used"));
    assert!(nobody.recv_from(&mut [0; 9]).is_err(), "nothing was sent");
}
