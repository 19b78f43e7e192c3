//! Starts the echo, loads it, and tells what it used; carries no packet.

use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use clap::ValueEnum;
use conclave_model::Chance;
use serde_json::{Value, json};

use super::peer::Peer;
use super::{FloorArguments, Io};
use crate::BenchError;
use crate::machine::allow_sockets;
use crate::run::doing;
use crate::server_cost::usage;

/// What one form of packet I/O cost.
#[derive(Clone, Debug)]
pub struct FloorReport {
    pub io: Io,
    pub legs: u16,
    /// Milliseconds of CPU a second and leg, in each second that was measured.
    pub windows_ms_per_leg: Vec<f64>,
    /// Milliseconds of CPU a second, all legs together, from first to last.
    pub user_ms_per_second: f64,
    pub system_ms_per_second: f64,
    /// Packets a second and leg: 50 when nothing was lost.
    pub received_per_leg: f64,
    pub sent_per_leg: f64,
    /// Packets that did not come back.
    pub lost: u64,
    /// Ticks that ended more than 20 ms after they were due.
    pub late_ticks: u64,
    /// How often the other side was late itself.
    pub late_slots: u64,
}

pub(super) fn measure(arguments: &FloorArguments) -> Result<Vec<FloorReport>, BenchError> {
    // The echo inherits what is allowed here.
    allow_sockets(arguments.legs.into(), u64::from(arguments.legs) * 2)?;
    let mut reports = Vec::new();
    for _ in 0..arguments.rounds {
        for io in &arguments.io {
            let one = FloorArguments {
                io: vec![*io],
                ..arguments.clone()
            };
            reports.push(measure_one(&one)?);
        }
    }
    Ok(reports)
}

fn measure_one(arguments: &FloorArguments) -> Result<FloorReport, BenchError> {
    let mut random = [0; 32];
    getrandom::fill(&mut random).map_err(|_| BenchError::NoRandomness)?;
    let floor = doing("measure the floor");
    let mut echo = Echo::start(arguments).map_err(&floor)?;
    let peer = Peer::new(arguments, echo.port, Chance::from_seed(random));
    let mut peer = peer.map_err(&floor)?;
    peer.run_until(Instant::now() + SETTLE);
    peer.begin_measuring();
    let before = echo.figures().map_err(&floor)?;
    let began = Instant::now();
    let mut windows_ms_per_leg = Vec::new();
    for _ in 0..arguments.seconds {
        let opened = Instant::now();
        let used = usage(echo.process.id()).map_err(&floor)?.cpu;
        peer.run_until(opened + WINDOW);
        let used = usage(echo.process.id()).map_err(&floor)?.cpu - used;
        let per_second = used.as_secs_f64() * 1_000.0 / opened.elapsed().as_secs_f64();
        windows_ms_per_leg.push(per_second / f64::from(arguments.legs));
    }
    let after = echo.figures().map_err(&floor)?;
    let (elapsed, heard) = (began.elapsed(), peer.heard());
    let grown = |name: &str| {
        let figure = |figures: &Value| figures[name].as_f64().unwrap_or_default();
        figure(&after) - figure(&before)
    };
    let each = |name: &str| grown(name) / elapsed.as_secs_f64() / f64::from(arguments.legs);
    Ok(FloorReport {
        io: arguments.first_io(),
        legs: arguments.legs,
        windows_ms_per_leg,
        user_ms_per_second: grown("user_us") / 1_000.0 / elapsed.as_secs_f64(),
        system_ms_per_second: grown("system_us") / 1_000.0 / elapsed.as_secs_f64(),
        received_per_leg: each("received"),
        sent_per_leg: each("sent"),
        lost: heard.lost,
        late_ticks: grown("late_ticks") as u64,
        late_slots: heard.late_slots,
    })
}

/// The process that is measured; ended when dropped.
struct Echo {
    process: Child,
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    /// The first of its ports.
    port: u16,
}

impl Echo {
    /// The same program once more, with the words that brought us here.
    fn start(arguments: &FloorArguments) -> io::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args([
            "bench",
            "floor",
            "--echo",
            "--io",
            &name(arguments.first_io()),
        ]);
        for (option, value) in [
            ("--legs", arguments.legs),
            ("--ports", arguments.ports),
            ("--port", arguments.port),
        ] {
            command.args([option, &value.to_string()]);
        }
        command.args(arguments.stamps.then_some("--stamps"));
        command.args(arguments.rtcp.then_some("--rtcp"));
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn()?;
        let orders = process.stdin.take();
        let answers = process.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let mut echo = Self {
            process,
            orders,
            answers: BufReader::new(answers),
            port: 0,
        };
        echo.port = echo.line()?.trim().parse().map_err(io::Error::other)?;
        Ok(echo)
    }

    fn figures(&mut self) -> io::Result<Value> {
        let orders = self.orders.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        writeln!(orders)?;
        Ok(serde_json::from_str(&self.line()?)?)
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        match self.answers.read_line(&mut line)? {
            0 => Err(io::Error::other("the echo ended; it has said why")),
            _ => Ok(line),
        }
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        // Its input ends, and so does it.
        drop(self.orders.take());
        let _ = self.process.wait();
    }
}

impl FloorReport {
    /// Milliseconds of CPU a second and leg: the middle one of all windows.
    #[must_use]
    pub fn ms_per_leg(&self) -> f64 {
        Self::median_of(std::slice::from_ref(self)).unwrap_or_default()
    }

    /// The middle one of all windows of all reports; `None` if there is no window.
    #[must_use]
    pub fn median_of(reports: &[Self]) -> Option<f64> {
        let windows = reports.iter().flat_map(|report| &report.windows_ms_per_leg);
        let mut sorted: Vec<f64> = windows.copied().collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let upper = *sorted.get(sorted.len() / 2)?;
        let lower = sorted[(sorted.len() - 1) / 2];
        Some(f64::midpoint(lower, upper))
    }
}

pub(super) fn text(reports: &[FloorReport]) -> String {
    let mut text = format!(
        "{:<20} {:>5} {:>9} {:>9} {:>9} {:>8} {:>8} {:>6} {:>5} {:>5}\n",
        "io", "legs", "user ms/s", "sys ms/s", "ms/s/leg", "in/s", "out/s", "lost", "late", "noise"
    );
    for report in reports {
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "{:<20} {:>5} {:>9.1} {:>9.1} {:>9.4} {:>8.2} {:>8.2} {:>6} {:>5} {:>5}",
            name(report.io),
            report.legs,
            report.user_ms_per_second,
            report.system_ms_per_second,
            report.ms_per_leg(),
            report.received_per_leg,
            report.sent_per_leg,
            report.lost,
            report.late_ticks,
            report.late_slots,
        );
    }
    text
}

pub(super) fn json(reports: &[FloorReport]) -> Value {
    let each = reports.iter().map(|report| {
        json!({
            "io": name(report.io),
            "legs": report.legs,
            "user_ms_per_second": report.user_ms_per_second,
            "system_ms_per_second": report.system_ms_per_second,
            "ms_per_second_per_leg": report.ms_per_leg(),
            "received_per_leg": report.received_per_leg,
            "sent_per_leg": report.sent_per_leg,
            "lost": report.lost,
            "late_ticks": report.late_ticks,
            "late_slots": report.late_slots,
        })
    });
    each.collect()
}

/// As it is typed.
fn name(io: Io) -> String {
    let value = io.to_possible_value();
    value.map_or_else(String::new, |value| value.get_name().to_owned())
}

const SETTLE: Duration = Duration::from_secs(1);
/// What disturbs the machine for a moment spoils one of them.
const WINDOW: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_second_that_was_disturbed_does_not_count() {
        let report = |windows: &[f64]| FloorReport {
            io: Io::Plain,
            legs: 1,
            windows_ms_per_leg: windows.to_vec(),
            user_ms_per_second: 0.0,
            system_ms_per_second: 0.0,
            received_per_leg: 0.0,
            sent_per_leg: 0.0,
            lost: 0,
            late_ticks: 0,
            late_slots: 0,
        };
        let reports = [report(&[0.25, 9.0, 0.26]), report(&[0.24, 0.25])];
        assert_eq!(FloorReport::median_of(&reports), Some(0.25));
        assert_eq!(FloorReport::median_of(&[report(&[1.0, 3.0])]), Some(2.0));
        assert_eq!(FloorReport::median_of(&[]), None);
    }
}
