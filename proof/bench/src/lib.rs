//! The load tool: N calls over R rooms, what each leg heard and what it cost; knows no server's
//! inside but its process's CPU and memory.

mod arguments;
mod caller;
mod leg;
mod machine;
mod outcome;
mod plan;
mod probe;
mod report;
mod roll;
mod run;
mod server_cost;
mod signal;
mod traffic;

pub use arguments::{Arguments, Output};
pub use plan::{Pin, Plan, Quiet, Room};
pub use report::{Delay, LegReport, Report, ServerCost, Spread};
pub use run::{BenchError, run};
pub use traffic::{
    Counted, Far, Histogram, LegConfig, LegIndex, Measured, Sends, Traffic, TrafficConfig,
    TrafficEvent, TrafficLeg, TrafficStats,
};
