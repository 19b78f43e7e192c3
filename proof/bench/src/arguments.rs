//! The command line of `conclave bench`; runs nothing.

use std::net::SocketAddr;
use std::time::Duration;

use clap::{Args, ValueEnum};
use conclave_model::{Codec, FieldError};

use crate::{BenchError, Churn, Plan, Quiet, Room, run};

/// Load a server with calls and say what each of them heard.
///
/// Rooms should have Message off, so that nobody is asked for a name.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// Where the server takes SIP over UDP.
    #[arg(long, value_name = "IP:PORT")]
    pub sip: SocketAddr,
    /// A room as EXTENSION or EXTENSION:PIN; give several to spread the calls.
    #[arg(long = "room", value_name = "EXT[:PIN]", required = true)]
    pub rooms: Vec<String>,
    /// How many calls in all.
    #[arg(long, default_value_t = 10)]
    pub calls: u32,
    /// How many new calls a second.
    #[arg(long, default_value_t = 20)]
    pub rate: u32,
    /// How many speak in each room.
    #[arg(long, default_value_t = 2)]
    pub talkers: u32,
    /// The others send nothing, in place of a quiet room's noise.
    #[arg(long)]
    pub silent: bool,
    /// Several, such as pcmu,pcmu,opus, are taken in turn by the calls of each room.
    #[arg(long, value_enum, value_delimiter = ',', default_value = "pcmu")]
    pub codec: Vec<CodecName>,
    /// Seconds from the last PIN to the measurement.
    #[arg(long, default_value_t = 5)]
    pub settle: u64,
    /// Seconds that are measured.
    #[arg(long, default_value_t = 20)]
    pub seconds: u64,
    /// So many calls a second come and go beside, while is measured.
    #[arg(long, value_name = "CALLS_PER_SECOND")]
    pub churn: Option<u32>,
    /// Where they go; without it to the measured rooms.
    #[arg(long = "churn-room", value_name = "EXT[:PIN]", requires = "churn")]
    pub churn_rooms: Vec<String>,
    /// Seconds from the answer to one of them to its end.
    #[arg(long, default_value_t = 2, requires = "churn")]
    pub churn_hold: u64,
    /// How many legs share one of our sockets; with 1 each has a port of its own.
    #[arg(long, default_value_t = 500)]
    pub legs_per_socket: u32,
    /// In how many batches the packets of each 20 ms are sent.
    #[arg(long, default_value_t = 10)]
    pub slots: u32,
    /// The server's process id, to learn what it costs (same machine only).
    #[arg(long)]
    pub pid: Option<u32>,
    /// How the report is written.
    #[arg(short = 'o', long, value_enum, default_value_t = Output::Text)]
    pub output: Output,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Output {
    Text,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CodecName {
    Pcmu,
    Pcma,
    G722,
    Opus,
}

impl CodecName {
    pub(crate) fn codec(self) -> Codec {
        match self {
            CodecName::Pcmu => Codec::Pcmu,
            CodecName::Pcma => Codec::Pcma,
            CodecName::G722 => Codec::G722,
            CodecName::Opus => Codec::Opus,
        }
    }
}

impl Arguments {
    /// Runs the plan and gives the report as it was asked for.
    ///
    /// # Errors
    /// When an argument is not accepted or this machine does not allow the run.
    pub fn run(&self) -> Result<String, BenchError> {
        let report = run(&self.plan()?)?;
        Ok(match self.output {
            Output::Text => report.to_string(),
            Output::Json => format!("{:#}\n", report.to_json()),
        })
    }

    /// # Errors
    /// Names the argument that is not accepted.
    pub fn plan(&self) -> Result<Plan, FieldError> {
        let parse = |rooms: &[String]| rooms.iter().map(|room| room.parse()).collect();
        let rooms: Result<Vec<Room>, FieldError> = parse(&self.rooms);
        let rooms = rooms?;
        let churn_rooms: Result<Vec<Room>, FieldError> = parse(&self.churn_rooms);
        let mut churn_rooms = churn_rooms?;
        if churn_rooms.is_empty() {
            churn_rooms.clone_from(&rooms);
        }
        let plan = Plan {
            churn: self.churn.map(|calls_per_second| Churn {
                rooms: churn_rooms,
                calls_per_second,
                hold: Duration::from_secs(self.churn_hold),
            }),
            legs_per_socket: self.legs_per_socket,
            slots_per_tick: self.slots,
            calls: self.calls,
            calls_per_second: self.rate,
            talkers_per_room: self.talkers,
            quiet: if self.silent {
                Quiet::Nothing
            } else {
                Quiet::Noise
            },
            codecs: self.codec.iter().map(|name| name.codec()).collect(),
            settle: Duration::from_secs(self.settle),
            duration: Duration::from_secs(self.seconds),
            pid: self.pid,
            ..Plan::new(self.sip, rooms)
        };
        plan.check()?;
        Ok(plan)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        arguments: Arguments,
    }

    fn plan(line: &str) -> Result<Plan, FieldError> {
        let words = std::iter::once("bench").chain(line.split(' '));
        Line::try_parse_from(words).unwrap().arguments.plan()
    }

    fn plan_of(line: &str) -> Plan {
        plan(line).unwrap()
    }

    #[test]
    fn rooms_come_with_and_without_a_pin() {
        let plan = plan("--sip 127.0.0.1:5060 --room 801:4839 --room 802 --codec opus").unwrap();
        assert_eq!(plan.rooms[0].pin.as_ref().unwrap().reveal(), "4839");
        assert!(plan.rooms[1].pin.is_none());
        assert_eq!(plan.codecs, [Codec::Opus]);
        assert!(!format!("{plan:?}").contains("4839"));
        let mixed = plan_of("--sip 127.0.0.1:5060 --room 801 --codec g722,opus,opus");
        let codecs: Vec<Codec> = (0..4).map(|call| mixed.codec_of(call)).collect();
        assert_eq!(codecs, [Codec::G722, Codec::Opus, Codec::Opus, Codec::G722]);
        let churned = plan_of("--sip 127.0.0.1:5060 --room 801 --churn 50 --churn-room 9:1234");
        assert_eq!(churned.churn.unwrap().rooms[0].extension, "9");
    }

    #[test]
    fn timed_listeners_are_spread_over_each_room_and_codec() {
        let timed = |line: &str| {
            let timed = plan_of(&format!("--sip 127.0.0.1:5060 {line}")).timed_calls();
            let timed = timed.into_iter().enumerate().filter(|(_, timed)| *timed);
            timed.map(|(call, _)| call).collect::<Vec<usize>>()
        };
        assert_eq!(timed("--room 801 --calls 4"), [2, 3]);
        assert!(timed("--room 801 --calls 2").is_empty());
        assert!(timed("--room 801 --calls 4 --talkers 0").is_empty());
        let many = timed("--room 801 --calls 1000");
        assert_eq!((many.len(), many[0], many[23]), (24, 2, 999));
        let mixed = timed("--room 801 --room 802 --calls 400 --codec opus,pcmu");
        assert_eq!((mixed.len(), mixed[0], mixed[23]), (24, 4, 399));
    }

    #[test]
    fn what_is_out_of_bounds_is_named() {
        for (line, field) in [
            ("--sip 127.0.0.1:5060 --room 8:x", "pin"),
            ("--sip 127.0.0.1:5060 --room 8@h", "room"),
            ("--sip 127.0.0.1:5060 --room 8 --calls 0", "calls"),
            ("--sip 127.0.0.1:5060 --room 8 --seconds 90000", "seconds"),
            ("--sip 0.0.0.0:5060 --room 8", "server"),
            ("--sip 127.0.0.1:5060 --room 8 --churn 0", "churn rate"),
            ("--sip 127.0.0.1:5060 --room 8 --slots 0", "slots"),
        ] {
            assert_eq!(plan(line).unwrap_err().field, field, "{line}");
        }
    }
}
