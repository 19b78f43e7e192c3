//! What `conclave bench` can measure; measures nothing itself.

use clap::{Args, Subcommand};

use crate::{Arguments, BenchError, FloorArguments, ScenarioArguments};

/// Load a server with calls, measure what the packets alone would cost, or both side by side.
#[derive(Args, Clone, Debug)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Bench {
    #[command(subcommand)]
    measure: Option<Measure>,
    #[command(flatten)]
    load: Option<Arguments>,
}

#[derive(Subcommand, Clone, Debug)]
enum Measure {
    Floor(FloorArguments),
    Scenarios(ScenarioArguments),
}

impl Bench {
    /// Measures, and gives the report as it was asked for.
    ///
    /// # Errors
    /// When an argument is not accepted or this machine does not allow the run.
    pub fn run(&self) -> Result<String, BenchError> {
        match (&self.measure, &self.load) {
            (Some(Measure::Floor(floor)), _) => floor.run(),
            (Some(Measure::Scenarios(scenarios)), _) => scenarios.run(),
            (None, Some(load)) => load.run(),
            (None, None) => Err(BenchError::NothingToMeasure),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        bench: Bench,
    }

    fn bench(line: &str) -> Result<Bench, clap::Error> {
        let words = std::iter::once("bench").chain(line.split_whitespace());
        Line::try_parse_from(words).map(|line| line.bench)
    }

    #[test]
    fn the_load_is_measured_where_nothing_else_is_named() {
        let load = bench("--sip 127.0.0.1:5060 --room 801").unwrap();
        assert!(load.measure.is_none() && load.load.is_some());
        let floor = bench("floor --io plain,uring --legs 20").unwrap();
        assert!(floor.measure.is_some() && floor.load.is_none());
        assert!(bench("").is_err(), "a load needs a server and a room");
        assert!(bench("--room 801 floor").is_err());
    }
}
