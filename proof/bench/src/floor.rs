//! The packet floor: a program that takes and sends one packet per leg and 20 ms and does nothing
//! else, which is what any server has to pay; mixes nothing.

mod buffer_ring;
mod each;
mod echo;
mod measure;
mod peer;
mod shared;
mod uring;
mod uring_memory;

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::arguments::CodecName;
use crate::{BenchError, Output};
pub use measure::FloorReport;

/// Measure what the packets alone cost on this machine.
///
/// Starts a second process that echoes, loads it from this one, and tells what the second used.
#[derive(Args, Clone, Debug)]
pub struct FloorArguments {
    /// How the packets go in and out; several are measured in turn.
    #[arg(long, value_enum, value_delimiter = ',', default_value = "plain,uring")]
    pub io: Vec<Io>,
    /// How many legs, each sending and receiving 50 packets a second.
    #[arg(long, default_value_t = 200)]
    pub legs: u16,
    /// What the packets hold; nobody decodes them.
    #[arg(long, value_enum, default_value = "pcmu")]
    pub codec: CodecName,
    /// Seconds that are measured.
    #[arg(long, default_value_t = 10)]
    pub seconds: u64,
    /// How often everything is measured, one after the other.
    #[arg(long, default_value_t = 1)]
    pub rounds: u32,
    /// Packets bear the time of their arrival (plain forms).
    #[arg(long)]
    pub stamps: bool,
    /// A second port for each leg, asked every 200 ms (plain forms).
    #[arg(long)]
    pub rtcp: bool,
    /// How many ports all legs share (shared forms).
    #[arg(long, default_value_t = 1)]
    pub ports: u16,
    /// The first port; every second one is taken. Where some are in use, others above.
    #[arg(long, default_value_t = 20_000)]
    pub port: u16,
    /// Only echo, and tell what was used for every line that comes in.
    #[arg(long, hide = true)]
    pub echo: bool,
    /// How the report is written.
    #[arg(short = 'o', long, value_enum, default_value_t = Output::Text)]
    pub output: Output,
}

impl Default for FloorArguments {
    fn default() -> Self {
        Self {
            io: vec![Io::Plain, Io::Uring],
            legs: 200,
            codec: CodecName::Pcmu,
            seconds: 10,
            rounds: 1,
            stamps: false,
            rtcp: false,
            ports: 1,
            port: 20_000,
            echo: false,
            output: Output::Text,
        }
    }
}

/// How packets go in and out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Io {
    /// `recvfrom` and `sendto` on a socket for each leg.
    Plain,
    /// `recv` and `send` on a connected socket for each leg.
    Connected,
    /// `recvmmsg` of up to four packets and `sendto`.
    Recvmmsg,
    /// `recvmmsg` of up to four packets and `send` on connected sockets.
    RecvmmsgConnected,
    /// Few ports for all legs, `recvmmsg` and `sendmmsg` of up to 64 packets.
    Shared,
    /// One port and one peer for all legs: trains of up to 64 packets (UDP_GRO and UDP_SEGMENT).
    Segments,
    /// io_uring: all `recv` in one call, all `send` in another, on connected sockets.
    Uring,
    /// io_uring as above on sockets that are not connected: `recvmsg`, and `send` with an address.
    UringUnconnected,
    /// io_uring: a `recv` waits on each socket all the time.
    UringArmed,
    /// io_uring: one `recv` for each socket once and for all, into buffers of a ring.
    UringMultishot,
    /// io_uring as in the first form, and a thread of the kernel that looks for work.
    UringPolled,
}

impl FloorArguments {
    /// Measures, or echoes, and gives the report as it was asked for.
    ///
    /// # Errors
    /// When this machine does not allow it: ports taken, too few files, no io_uring.
    pub fn run(&self) -> Result<String, BenchError> {
        if self.echo {
            echo::echo(self).map_err(crate::run::doing("echo"))?;
            return Ok(String::new());
        }
        let reports = self.measure()?;
        Ok(match self.output {
            Output::Text => measure::text(&reports),
            Output::Json => format!("{:#}\n", measure::json(&reports)),
        })
    }

    /// As [`Self::run`], but gives the figures.
    ///
    /// # Errors
    /// When this machine does not allow it.
    pub fn measure(&self) -> Result<Vec<FloorReport>, BenchError> {
        measure::measure(self)
    }

    /// How many sockets the echo has.
    fn sockets(&self) -> u16 {
        if self.has_one_peer() {
            1
        } else if self.is_shared() {
            self.ports.clamp(1, self.legs.max(1))
        } else {
            self.legs
        }
    }

    fn first_io(&self) -> Io {
        self.io.first().copied().unwrap_or(Io::Plain)
    }

    fn is_shared(&self) -> bool {
        matches!(self.first_io(), Io::Shared | Io::Segments)
    }

    fn has_one_peer(&self) -> bool {
        self.first_io() == Io::Segments
    }

    /// Where the packets of a leg go when the first of the ports is `port`.
    fn address(&self, port: u16, leg: u16) -> SocketAddr {
        let port = port.saturating_add(2 * (leg % self.sockets()));
        SocketAddr::from(([127, 0, 0, 1], port))
    }
}

/// What carries the packets of all legs.
trait Carrier {
    /// Takes one packet from each leg, then sends one to each that was ever heard.
    fn tick(&mut self, counted: &mut Counted) -> io::Result<()>;
}

/// What went in and out.
#[derive(Clone, Copy, Debug, Default)]
struct Counted {
    ticks: u64,
    received: u64,
    sent: u64,
    late_ticks: u64,
}

const TICK: Duration = Duration::from_millis(20);
const PACKET_BYTES: usize = 256;
/// 20 ms of G.711 in RTP.
const PACKET_OF_TRAIN_BYTES: u16 = 172;
