//! What this machine allows and how busy it is; knows neither server nor call.

use std::fs;
use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::time::Duration;

use nix::sys::resource::{Resource, UsageWho, getrlimit, getrusage, setrlimit};
use nix::sys::time::TimeVal;

use crate::plan::Plan;
use crate::run::{BenchError, doing};

/// Our address on the way to `server`; nothing is sent to find it.
pub(crate) fn local_address(server: SocketAddr) -> io::Result<IpAddr> {
    let any: IpAddr = match server.ip() {
        IpAddr::V4(_) => std::net::Ipv4Addr::UNSPECIFIED.into(),
        IpAddr::V6(_) => std::net::Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = UdpSocket::bind(SocketAddr::new(any, 0))?;
    socket.connect(server)?;
    Ok(socket.local_addr()?.ip())
}

pub(crate) fn allow_files(plan: &Plan) -> Result<(), BenchError> {
    let calls = plan.calls
        + plan
            .churn
            .as_ref()
            .map_or(0, crate::plan::Churn::open_calls);
    let pairs = u64::from(calls.div_ceil(plan.legs_per_socket));
    allow_sockets(calls, pairs * 2)
}

/// So many sockets for so many calls.
pub(crate) fn allow_sockets(calls: u32, sockets: u64) -> Result<(), BenchError> {
    let read = getrlimit(Resource::RLIMIT_NOFILE).map_err(io::Error::from);
    let (soft, hard) = read.map_err(doing("read the limit of open files"))?;
    let needed = sockets + FILES_BESIDE;
    if needed > hard {
        return Err(BenchError::TooFewFiles {
            calls,
            needed,
            allowed: hard,
        });
    }
    if needed > soft {
        let raised = setrlimit(Resource::RLIMIT_NOFILE, needed, hard).map_err(io::Error::from);
        raised.map_err(doing("raise the limit of open files"))?;
    }
    Ok(())
}

/// What the processors have done since the machine started, and this process since it did.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Load {
    /// All processors together.
    pub busy: Duration,
    pub idle: Duration,
    /// Taken by other guests of the same host.
    pub stolen: Duration,
    /// How many wanted to run, averaged over a minute.
    pub average: f64,
    pub own: Duration,
}

/// Reads it; `None` where there is no such thing to be read.
pub(crate) fn load() -> Option<Load> {
    let stat = fs::read_to_string("/proc/stat").ok()?;
    let average = fs::read_to_string("/proc/loadavg").ok()?;
    let own = getrusage(UsageWho::RUSAGE_SELF).ok()?;
    Some(Load {
        own: duration(own.user_time()) + duration(own.system_time()),
        ..parse(&stat, &average)?
    })
}

fn parse(stat: &str, average: &str) -> Option<Load> {
    let line = stat.lines().next()?.strip_prefix("cpu ")?;
    let ticks: Vec<u64> = line
        .split_ascii_whitespace()
        .map_while(|field| field.parse().ok())
        .collect();
    // user nice system idle iowait irq softirq steal
    let &[user, nice, system, idle, wait, irq, softirq, steal, ..] = ticks.as_slice() else {
        return None;
    };
    let time = |ticks| Duration::from_millis(ticks * MS_PER_TICK);
    Some(Load {
        busy: time(user + nice + system + irq + softirq),
        idle: time(idle + wait),
        stolen: time(steal),
        average: average.split_ascii_whitespace().next()?.parse().ok()?,
        own: Duration::ZERO,
    })
}

fn duration(time: TimeVal) -> Duration {
    let us = time.tv_sec() * 1_000_000 + time.tv_usec();
    Duration::from_micros(u64::try_from(us).unwrap_or(0))
}

/// Standard streams, SIP and some to spare.
const FILES_BESIDE: u64 = 32;
/// USER_HZ is 100 on every Linux.
const MS_PER_TICK: u64 = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_counts_all_processors() {
        let stat = "cpu  10 20 30 400 50 6 7 8 0 0\ncpu0 1 2 3 4 5 6 7 8 0 0\n";
        let load = parse(stat, "1.25 0.5 0.1 2/300 4000\n").unwrap();
        assert_eq!(load.busy, Duration::from_millis(730));
        assert_eq!(load.idle, Duration::from_millis(4_500));
        assert_eq!(load.stolen, Duration::from_millis(80));
        assert!((load.average - 1.25).abs() < 1e-9);
        assert_eq!(parse("cpu  1 2 3\n", "1"), None);
    }
}
