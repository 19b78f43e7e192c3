//! What this machine allows: addresses and open files; measures nothing.

use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};

use nix::sys::resource::{Resource, getrlimit, setrlimit};

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

pub(crate) fn allow_files(calls: u32) -> Result<(), BenchError> {
    let read = getrlimit(Resource::RLIMIT_NOFILE).map_err(io::Error::from);
    let (soft, hard) = read.map_err(doing("read the limit of open files"))?;
    let needed = u64::from(calls) + FILES_BESIDE;
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

/// Standard streams, SIP, epoll and some to spare.
const FILES_BESIDE: u64 = 32;
