//! The scenarios: a server of our own under load, and beside it what the packets alone cost on
//! the same machine in the same minute; judges nothing.

mod list;
mod row;
mod server;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use conclave_model::Codec;

use crate::arguments::CodecName;
use crate::floor::{FloorArguments, Io};
use crate::run::doing;
use crate::server_cost::usage;
use crate::{BenchError, Churn, FloorReport, Output, Plan, Quiet, Report, Room, run};
use list::{Length, SCENARIOS, Scenario};
use row::{Outcome, Row};
use server::Server;

/// Load servers with what was promised and print the figures beside the targets.
///
/// Each row has a server of its own, and the packet floor is measured before and after it.
#[derive(Args, Clone, Debug)]
pub struct ScenarioArguments {
    /// The server's program; without it, this one.
    #[arg(long, value_name = "PATH")]
    pub server: Option<PathBuf>,
    /// All scenarios: about a quarter of an hour.
    #[arg(long)]
    pub full: bool,
    /// Only those of these names, such as pcmu-200,opus-20x10.
    #[arg(long, value_name = "NAME", value_delimiter = ',', value_parser = list::NAMES)]
    pub only: Vec<String>,
    /// Seconds that each is measured.
    #[arg(long, default_value_t = 6)]
    pub seconds: u64,
    /// How the report is written.
    #[arg(short = 'o', long, value_enum, default_value_t = Output::Text)]
    pub output: Output,
}

impl ScenarioArguments {
    /// Carries out what was chosen; rows are told on standard error as they are done.
    ///
    /// # Errors
    /// When a server does not start, or this machine does not allow the load.
    pub fn run(&self) -> Result<String, BenchError> {
        let program = match &self.server {
            Some(program) => program.clone(),
            None => std::env::current_exe().map_err(doing("find this program"))?,
        };
        let mut rows = Vec::new();
        eprintln!("{}", row::HEAD);
        for scenario in SCENARIOS.iter().filter(|scenario| self.wants(scenario)) {
            let row = self.measure(&program, scenario)?;
            eprintln!("{row}");
            rows.push(row);
        }
        Ok(match self.output {
            Output::Text => row::text(&rows),
            Output::Json => format!("{:#}\n", row::json(&rows)),
        })
    }

    fn wants(&self, scenario: &Scenario) -> bool {
        let named = |name: &String| scenario.name == name;
        let in_time = self.full || scenario.length == Length::Short;
        match self.only.is_empty() {
            true => in_time,
            false => self.only.iter().any(named),
        }
    }

    fn measure(&self, program: &Path, scenario: &Scenario) -> Result<Row, BenchError> {
        let server = Server::start(program).map_err(doing("start the server"))?;
        let before = usage(server.pid()).map_err(doing("read what the server used"))?;
        let extensions = server
            .add_rooms(scenario.rooms + u32::from(scenario.churn_per_second > 0))
            .map_err(doing("make the rooms"))?;
        let mut floor = Floor::default();
        floor.measure(scenario, self.seconds)?;
        let outcome = if scenario.calls == 0 {
            let filled = usage(server.pid()).map_err(doing("read what the server used"))?;
            std::thread::sleep(Duration::from_secs(self.seconds));
            let after = usage(server.pid()).map_err(doing("read what the server used"))?;
            let cpu_ms = (after.cpu - filled.cpu).as_secs_f64() * 1_000.0;
            Outcome::Empty {
                rooms: scenario.rooms,
                cpu_ms_per_second: cpu_ms / self.seconds as f64,
                resident_bytes: after.resident_bytes,
                bytes_per_room: after.resident_bytes.saturating_sub(before.resident_bytes)
                    / u64::from(scenario.rooms),
            }
        } else {
            let plan = self.plan(scenario, &server, &extensions)?;
            let report: Report = run(&plan)?;
            Outcome::Calls(Box::new(report))
        };
        floor.measure(scenario, self.seconds)?;
        Ok(Row {
            scenario: *scenario,
            plain_ms_per_leg: FloorReport::median_of(&floor.plain),
            uring_ms_per_leg: FloorReport::median_of(&floor.uring),
            outcome,
        })
    }

    fn plan(
        &self,
        scenario: &Scenario,
        server: &Server,
        extensions: &[String],
    ) -> Result<Plan, BenchError> {
        let rooms: Result<Vec<Room>, _> = extensions.iter().map(|room| room.parse()).collect();
        let mut rooms = rooms?;
        let churn = (scenario.churn_per_second > 0).then(|| Churn {
            rooms: rooms.pop().into_iter().collect(),
            calls_per_second: scenario.churn_per_second,
            hold: Duration::from_secs(2),
        });
        Ok(Plan {
            calls: scenario.calls,
            calls_per_second: scenario.calls_per_second,
            talkers_per_room: scenario.talkers,
            quiet: match scenario.talkers {
                0 => Quiet::Nothing,
                _ => Quiet::Noise,
            },
            codecs: vec![scenario.codec],
            settle: SETTLE,
            duration: Duration::from_secs(self.seconds),
            churn,
            pid: Some(server.pid()),
            ..Plan::new(SocketAddr::from(([127, 0, 0, 1], server.sip_port)), rooms)
        })
    }
}

/// What the packets alone cost, before and after: windows of a second, of which the middle counts.
#[derive(Default)]
struct Floor {
    plain: Vec<FloorReport>,
    uring: Vec<FloorReport>,
}

impl Floor {
    fn measure(&mut self, scenario: &Scenario, seconds: u64) -> Result<(), BenchError> {
        let Some(legs) = scenario.floor_legs() else {
            return Ok(());
        };
        let arguments = |io| FloorArguments {
            io: vec![io],
            legs,
            codec: match scenario.codec {
                Codec::Pcmu => CodecName::Pcmu,
                Codec::Pcma => CodecName::Pcma,
                Codec::G722 => CodecName::G722,
                Codec::Opus => CodecName::Opus,
            },
            seconds: seconds.div_ceil(2),
            ..FloorArguments::default()
        };
        self.plain.extend(arguments(Io::Plain).measure()?);
        // A kernel or a container without io_uring is no reason to measure nothing.
        self.uring
            .extend(arguments(Io::Uring).measure().into_iter().flatten());
        Ok(())
    }
}

/// A server gives back every ten seconds what callers needed at the door; a conference is long.
const SETTLE: Duration = Duration::from_secs(12);
