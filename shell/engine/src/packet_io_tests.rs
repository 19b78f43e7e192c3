//! What every form of packet I/O must do, on real sockets; knows no form.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use conclave_media::Port;
use conclave_model::LegId;

use crate::arrivals::Arrivals;
use crate::clock::TICK;
use crate::leg_sockets::LegSockets;
use crate::packet_io::{PacketIo, RTCP_EVERY_TICKS};
use crate::ports::PortPool;

/// What came for whom, from where, and how old it was.
fn receive(io: &mut impl PacketIo) -> Vec<(LegId, Port, SocketAddr, Vec<u8>, Duration)> {
    let (now, mut all) = (Instant::now(), Vec::new());
    // What came before this program began is the oldest there is.
    let epoch = now.checked_sub(Duration::from_secs(1)).unwrap_or(now);
    let arrivals = Arrivals::of_tick(now, epoch);
    for _ in 0..RTCP_EVERY_TICKS {
        io.receive(arrivals, &mut |at, leg, port, from, packet| {
            all.push((
                leg,
                port,
                from,
                packet.to_vec(),
                arrivals.now.saturating_duration_since(at),
            ));
        });
    }
    all
}

pub fn both_families_are_served_and_packets_bear_the_time_they_came<Io: PacketIo>(
    make: fn(usize) -> Io,
) {
    let mut pool = PortPool::new(&(21_700..=21_799));
    let mut io = make(4);
    let phones: [IpAddr; 3] = [
        Ipv4Addr::LOCALHOST.into(),
        Ipv6Addr::LOCALHOST.into(),
        Ipv4Addr::LOCALHOST.into(),
    ];
    let binds: [IpAddr; 3] = [
        Ipv4Addr::LOCALHOST.into(),
        Ipv6Addr::LOCALHOST.into(),
        Ipv6Addr::UNSPECIFIED.into(),
    ];
    // The kernel begins to stamp packets a moment after the first socket asks for it.
    let first = LegSockets::open(Ipv4Addr::LOCALHOST.into(), &mut pool).unwrap();
    std::thread::sleep(Duration::from_millis(200));
    let mut expected = Vec::new();
    for (number, (phone, bind)) in (0..).zip(phones.into_iter().zip(binds)) {
        let Some(sockets) = LegSockets::open(bind, &mut pool) else {
            assert!(bind.is_ipv6(), "a machine without IPv6");
            continue;
        };
        let phone_socket = UdpSocket::bind((phone, 0)).unwrap();
        let from = phone_socket.local_addr().unwrap();
        let (leg, port) = (LegId(number), sockets.port);
        assert!(io.add(leg, sockets));
        for text in [b"one", b"two"] {
            phone_socket.send_to(text, (phone, port)).unwrap();
            expected.push((leg, Port::Rtp, from, text.to_vec()));
        }
        phone_socket.send_to(b"RTCP", (phone, port + 1)).unwrap();
        expected.push((leg, Port::Rtcp, from, b"RTCP".to_vec()));
        io.send(leg, Port::Rtp, from, b"back");
        let mut answer = [0; 4];
        assert_eq!(phone_socket.recv_from(&mut answer).unwrap().1.port(), port);
    }
    let waited = Duration::from_millis(30);
    std::thread::sleep(waited);
    let mut received = receive(&mut io);
    assert!(
        received.iter().all(|packet| packet.4 >= waited),
        "{received:?}"
    );
    received.sort_by_key(|packet| (packet.0, packet.1));
    let received = received
        .into_iter()
        .map(|packet| (packet.0, packet.1, packet.2, packet.3));
    assert_eq!(received.collect::<Vec<_>>(), expected);
    assert_eq!(io.health().send_failures, 0);
    drop(first);
}

pub fn a_removed_leg_is_neither_read_nor_written<Io: PacketIo>(make: fn(usize) -> Io) {
    let mut pool = PortPool::new(&(21_800..=21_809));
    let mut io = make(1);
    let ip = Ipv4Addr::LOCALHOST.into();
    let open = |pool: &mut PortPool| LegSockets::open(ip, pool).unwrap();
    assert!(io.add(LegId(1), open(&mut pool)));
    assert!(!io.add(LegId(2), open(&mut pool)), "there is room for one");
    assert!(io.remove(LegId(1)).is_some());
    assert!(io.remove(LegId(1)).is_none());
    io.send(LegId(1), Port::Rtp, SocketAddr::new(ip, 9), b"lost");
    assert_eq!(io.health().send_failures, 1);
    assert!(receive(&mut io).is_empty());
}

/// A leg and two who send to it; time goes on tick by tick, whatever the clock says.
struct Scene<Io> {
    io: Io,
    epoch: Instant,
    now: Instant,
    server: SocketAddr,
    phone: UdpSocket,
    stranger: UdpSocket,
}

const LEG: LegId = LegId(7);
const RTP: [u8; 12] = [0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

impl<Io: PacketIo> Scene<Io> {
    fn new(io: Io, bind: IpAddr, pool: &mut PortPool) -> Self {
        let socket = || UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let (phone, stranger) = (socket(), socket());
        let mut sockets = LegSockets::open(bind, pool).unwrap();
        let server = SocketAddr::from((Ipv4Addr::LOCALHOST, sockets.port));
        sockets.expect(Some(phone.local_addr().unwrap()));
        let mut io = io;
        assert!(io.add(LEG, sockets));
        let now = Instant::now();
        Self {
            io,
            epoch: now,
            now,
            server,
            phone,
            stranger,
        }
    }

    /// Whether a packet that this one sends reaches the leg within two ticks.
    fn hears(&mut self, from_stranger: bool) -> bool {
        let sender = if from_stranger {
            &self.stranger
        } else {
            &self.phone
        };
        let address = sender.local_addr().unwrap();
        // Fails when the packet before found the port closed to it.
        let _ = sender.send_to(&RTP, self.server);
        (0..2).any(|_| self.tick().contains(&address))
    }

    /// A tick: who was heard. The phone is sent a packet.
    fn tick(&mut self) -> Vec<SocketAddr> {
        self.now += TICK;
        let mut heard = Vec::new();
        let mut each = |_, _, _, from, packet: &[u8]| {
            assert_eq!(packet, RTP);
            heard.push(from);
        };
        let arrivals = Arrivals::of_tick(self.now, self.epoch);
        self.io.receive(arrivals, &mut each);
        let to = self.phone.local_addr().unwrap();
        self.io.send(LEG, Port::Rtp, to, &RTP);
        self.io.flush();
        heard
    }

    /// More than a second of the phone alone.
    fn talk(&mut self) {
        let phone = self.phone.local_addr().unwrap();
        for _ in 0..60 {
            self.phone.send_to(&RTP, self.server).unwrap();
            assert_eq!(self.tick(), [phone]);
        }
    }

    fn packets_at_the_phone(&self) -> usize {
        self.phone.set_nonblocking(true).unwrap();
        let mut packet = [0; 100];
        let arrived = || self.phone.recv_from(&mut packet).ok();
        let arrived: Vec<_> = std::iter::from_fn(arrived).collect();
        assert!(arrived.iter().all(|(_, from)| *from == self.server));
        arrived.len()
    }
}

pub fn a_settled_peer_alone_is_heard_until_it_falls_silent<Io: PacketIo>(make: fn(usize) -> Io) {
    let mut pool = PortPool::new(&(21_820..=21_829));
    for bind in [Ipv4Addr::LOCALHOST, Ipv4Addr::UNSPECIFIED] {
        let mut scene = Scene::new(make(1), bind.into(), &mut pool);
        assert!(scene.hears(true), "the socket is open at first");
        scene.talk();
        assert_eq!(scene.packets_at_the_phone(), 61, "{bind}");
        assert_eq!(scene.io.health().connected, 1, "{bind}");
        assert!(!scene.hears(true), "a stranger is the kernel's to refuse");
        assert!(scene.hears(false));
        let silent_ticks = (0..100).find(|_| scene.hears(true));
        assert!(silent_ticks.is_some(), "{bind}: open again after silence");
        assert_eq!(scene.io.health().connected, 0, "{bind}");
        assert_eq!(scene.io.health().send_failures, 0);
    }
}

pub fn another_answer_opens_the_socket_at_once<Io: PacketIo>(make: fn(usize) -> Io) {
    let mut pool = PortPool::new(&(21_830..=21_839));
    let mut scene = Scene::new(make(1), Ipv4Addr::LOCALHOST.into(), &mut pool);
    scene.talk();
    assert!(!scene.hears(true));
    let elsewhere = scene.stranger.local_addr().unwrap();
    scene.io.expect(LEG, Some(elsewhere));
    assert!(scene.hears(true));
    assert!(scene.hears(false), "both, until the leg has decided");
}

pub fn sending_elsewhere_opens_the_socket_at_once<Io: PacketIo>(make: fn(usize) -> Io) {
    let mut pool = PortPool::new(&(21_840..=21_849));
    let mut scene = Scene::new(make(1), Ipv4Addr::LOCALHOST.into(), &mut pool);
    scene.talk();
    assert!(!scene.hears(true));
    let elsewhere = scene.stranger.local_addr().unwrap();
    scene.io.send(LEG, Port::Rtp, elsewhere, b"there");
    scene.io.flush();
    let mut packet = [0; 100];
    assert_eq!(
        scene.stranger.recv_from(&mut packet).unwrap(),
        (5, scene.server)
    );
    assert!(scene.hears(true));
}

pub fn a_phone_that_closes_its_port_costs_nothing_but_its_packets<Io: PacketIo>(
    make: fn(usize) -> Io,
) {
    let mut pool = PortPool::new(&(21_850..=21_859));
    let mut scene = Scene::new(make(1), Ipv4Addr::LOCALHOST.into(), &mut pool);
    scene.talk();
    let address = scene.phone.local_addr().unwrap();
    scene.phone = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    for _ in 0..5 {
        scene.io.send(LEG, Port::Rtp, address, &RTP);
        scene.io.flush();
    }
    scene.phone = UdpSocket::bind(address).unwrap();
    assert!(scene.hears(false));
    assert!(scene.hears(true), "the socket was opened");
}

/// After two packets that do not come at the pace of ticks, none is left behind for long.
pub fn a_burst_is_read_whole<Io: PacketIo>(make: fn(usize) -> Io) {
    let mut pool = PortPool::new(&(21_860..=21_869));
    let mut scene = Scene::new(make(1), Ipv4Addr::LOCALHOST.into(), &mut pool);
    scene.talk();
    scene.tick();
    for _ in 0..3 {
        scene.phone.send_to(&RTP, scene.server).unwrap();
    }
    assert_eq!(scene.tick().len(), 3, "a silent tick came before");
    for _ in 0..2 {
        for _ in 0..2 {
            scene.phone.send_to(&RTP, scene.server).unwrap();
        }
        assert_eq!(scene.tick().len(), 2, "more than one came before");
    }
}
