//! The load tool: N calls over R rooms, what each leg heard and what it cost; knows no server's
//! inside but its process's CPU and memory.

mod arguments;
mod caller;
mod churn;
mod command;
mod ears;
mod floor;
mod machine;
mod outcome;
mod phones;
mod plan;
mod probe;
mod report;
mod roll;
mod run;
mod scenario;
mod server_cost;
mod signal;
mod spread;
mod stamp;
mod traffic;
mod urgency;
mod words;

pub use arguments::{Arguments, Output};
pub use command::Bench;
pub use floor::{FloorArguments, FloorReport, Io};
pub use plan::{Churn, Pin, Plan, Quiet, Room};
pub use report::{ChurnReport, Delay, LegReport, MachineReport, Report, ServerCost, ToolReport};
pub use run::{BenchError, run};
pub use scenario::ScenarioArguments;
pub use spread::Spread;
pub use traffic::{
    Counted, Far, Histogram, LegConfig, LegIndex, Measured, Sends, Traffic, TrafficConfig,
    TrafficEvent, TrafficLeg, TrafficStats,
};
