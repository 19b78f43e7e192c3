//! The process that is measured: ticks every 20 ms and tells what it used when asked; loads nobody.

use std::io::{self, BufRead, Write};
use std::net::UdpSocket;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::socket::setsockopt;
use nix::sys::socket::sockopt::ReceiveTimestampns;
use serde_json::json;
use socket2::{Domain, Protocol, Socket, Type};

use super::{Carrier, Counted, FloorArguments, Io, TICK, each, shared, uring};

/// Echoes until standard input ends; every line that comes in is answered with one of figures.
pub(super) fn echo(arguments: &FloorArguments) -> io::Result<()> {
    let (stop, counted) = (AtomicBool::new(false), Mutex::new(Counted::default()));
    let (mut carrier, port) = carrier_on_free_ports(arguments)?;
    println!("{port}");
    std::thread::scope(|scope| {
        scope.spawn(|| answer(&stop, &counted));
        let echoed = tick(&mut *carrier, &stop, &counted);
        stop.store(true, Ordering::Relaxed);
        echoed
    })
}

/// Another program may have some of the ports; then those above are tried.
fn carrier_on_free_ports(arguments: &FloorArguments) -> io::Result<(Box<dyn Carrier>, u16)> {
    let mut shifted = arguments.clone();
    loop {
        match carrier(&shifted) {
            Ok(carrier) => return Ok((carrier, shifted.port)),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            Err(error) => return Err(error),
        }
        let above = shifted.port.checked_add(PORTS_TO_SHIFT);
        shifted.port = above.ok_or(io::ErrorKind::AddrInUse)?;
    }
}

fn carrier(arguments: &FloorArguments) -> io::Result<Box<dyn Carrier>> {
    let sockets = sockets(arguments, 0)?;
    let io = arguments.first_io();
    Ok(match io {
        Io::Plain | Io::Connected | Io::Recvmmsg | Io::RecvmmsgConnected => {
            let rtcp = match arguments.rtcp {
                true => self::sockets(arguments, 1)?,
                false => Vec::new(),
            };
            Box::new(each::Each::new(io, sockets, rtcp))
        }
        Io::Shared => Box::new(shared::Shared::new(sockets)),
        Io::Segments => Box::new(shared::Segments::new(sockets)?),
        Io::Uring
        | Io::UringUnconnected
        | Io::UringArmed
        | Io::UringMultishot
        | Io::UringPolled => Box::new(uring::Uring::new(io, sockets)?),
    })
}

fn tick(carrier: &mut dyn Carrier, stop: &AtomicBool, shown: &Mutex<Counted>) -> io::Result<()> {
    let mut due = Instant::now() + TICK;
    let mut counted = Counted::default();
    while !stop.load(Ordering::Relaxed) {
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        carrier.tick(&mut counted)?;
        counted.ticks += 1;
        counted.late_ticks += u64::from(due.elapsed() > TICK);
        due += TICK;
        if let Ok(mut shown) = shown.try_lock() {
            *shown = counted;
        }
    }
    Ok(())
}

/// This thread sleeps but for two lines of a measurement.
fn answer(stop: &AtomicBool, shown: &Mutex<Counted>) {
    for line in io::stdin().lock().lines() {
        let (Ok(_), Ok(usage)) = (line, getrusage(UsageWho::RUSAGE_SELF)) else {
            break;
        };
        let counted = shown.lock().map(|counted| *counted).unwrap_or_default();
        let us = |time: nix::sys::time::TimeVal| time.tv_sec() * 1_000_000 + time.tv_usec();
        let figures = json!({
            "user_us": us(usage.user_time()),
            "system_us": us(usage.system_time()),
            "ticks": counted.ticks,
            "late_ticks": counted.late_ticks,
            "received": counted.received,
            "sent": counted.sent,
        });
        let mut out = io::stdout().lock();
        if writeln!(out, "{figures}")
            .and_then(|()| out.flush())
            .is_err()
        {
            break;
        }
    }
    stop.store(true, Ordering::Relaxed);
}

/// As the server's: one for each leg, the same options.
fn sockets(arguments: &FloorArguments, above: u16) -> io::Result<Vec<UdpSocket>> {
    let open = |number: u16| {
        let mut address = arguments.address(arguments.port, number);
        address.set_port(address.port() + above);
        let socket = Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::UDP))?;
        socket.set_nonblocking(true)?;
        let packets = usize::from(arguments.legs / arguments.sockets()) + PACKETS_TO_SPARE;
        socket.set_recv_buffer_size(packets * PACKET_COST_BYTES)?;
        socket.set_tos_v4(EXPEDITED)?;
        if arguments.stamps {
            setsockopt(&socket, ReceiveTimestampns, &true)?;
        }
        socket.bind(&address.into())?;
        Ok(UdpSocket::from(socket))
    };
    (0..arguments.sockets()).map(open).collect()
}

const PORTS_TO_SHIFT: u16 = 1_024;
/// What the kernel counts for a small packet.
const PACKET_COST_BYTES: usize = 1_024;
const PACKETS_TO_SPARE: usize = 63;
/// As the server marks its packets.
const EXPEDITED: u32 = 46 << 2;

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{Parser, ValueEnum};
    use std::time::Duration;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        arguments: FloorArguments,
    }

    /// Two rounds: the first packet of a leg says where it is, the second finds it known.
    fn carries(io: Io) {
        let words = ["floor", "--legs", "5", "--ports", "2", "--port", "17000"];
        let mut arguments = Line::try_parse_from(words).unwrap().arguments;
        arguments.io = vec![io];
        let (mut carrier, port) = match carrier_on_free_ports(&arguments) {
            Ok(opened) => opened,
            Err(error) if error.to_string().starts_with("io_uring") => return,
            Err(error) => panic!("{io:?}: {error}"),
        };
        let phone = |leg: u16| {
            let phone = UdpSocket::bind("127.0.0.1:0").unwrap();
            phone.connect(arguments.address(port, leg)).unwrap();
            phone
                .set_read_timeout(Some(Duration::from_secs(5)))
                .unwrap();
            phone
        };
        let legs = if io == Io::Segments { 1 } else { 5 };
        let phones: Vec<UdpSocket> = (0..legs).map(phone).collect();
        let mut counted = Counted::default();
        for round in 1..=2 {
            for (leg, phone) in phones.iter().enumerate() {
                phone.send(&[round, leg as u8, 0, 0]).unwrap();
            }
            carrier.tick(&mut counted).unwrap();
            for (leg, phone) in phones.iter().enumerate() {
                let mut back = [0; 16];
                assert_eq!(phone.recv(&mut back).unwrap(), 4, "{io:?}");
                assert_eq!(back[1], leg as u8, "{io:?} round {round}");
            }
            let expected = u64::from(round) * u64::from(legs);
            assert_eq!(
                (counted.received, counted.sent),
                (expected, expected),
                "{io:?}"
            );
        }
    }

    #[test]
    fn every_form_gives_each_leg_its_packet_back() {
        for io in Io::value_variants() {
            carries(*io);
        }
    }
}
