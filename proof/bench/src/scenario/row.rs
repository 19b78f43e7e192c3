//! A row of the table and its figures in JSON; measures nothing.

use std::fmt::{self, Write as _};

use serde_json::{Value, json};

use super::list::Scenario;
use crate::Report;
use crate::spread::ms;

pub(super) struct Row {
    pub scenario: Scenario,
    /// Milliseconds of CPU a second and leg; `None` where nothing is compared, or not to be had.
    pub plain_ms_per_leg: Option<f64>,
    pub uring_ms_per_leg: Option<f64>,
    pub outcome: Outcome,
}

pub(super) enum Outcome {
    Calls(Box<Report>),
    Empty {
        rooms: u32,
        cpu_ms_per_second: f64,
        resident_bytes: u64,
        bytes_per_room: u64,
    },
}

pub(super) const HEAD: &str = "\
scenario      inside  ms/s/call  floor    x  uring    x  lost %  gap 99.9  delay 50/95  \
KiB/call  audio 50  steal  others  late  target";

impl Row {
    fn ms_per_call(&self) -> Option<f64> {
        match &self.outcome {
            Outcome::Calls(report) => report.server.map(|cost| cost.cpu_ms_per_second_per_call),
            Outcome::Empty { .. } => None,
        }
    }

    fn ratio(&self, floor: Option<f64>) -> Option<f64> {
        Some(self.ms_per_call()? / floor?)
    }

    fn json(&self) -> Value {
        let figures = match &self.outcome {
            Outcome::Calls(report) => {
                let mut figures = report.to_json();
                if let Some(figures) = figures.as_object_mut() {
                    // A line for each leg helps nobody here.
                    figures.remove("legs");
                }
                figures
            }
            Outcome::Empty {
                rooms,
                cpu_ms_per_second,
                resident_bytes,
                bytes_per_room,
            } => json!({
                "rooms": rooms,
                "cpu_ms_per_second": cpu_ms_per_second,
                "resident_bytes": resident_bytes,
                "resident_bytes_per_room": bytes_per_room,
            }),
        };
        json!({
            "scenario": self.scenario.name,
            "target": self.scenario.target,
            "floor_plain_ms_per_second_per_leg": self.plain_ms_per_leg,
            "floor_uring_ms_per_second_per_leg": self.uring_ms_per_leg,
            "ratio_plain": self.ratio(self.plain_ms_per_leg),
            "ratio_uring": self.ratio(self.uring_ms_per_leg),
            "figures": figures,
        })
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<12}", self.scenario.name)?;
        match &self.outcome {
            Outcome::Calls(report) => self.calls(f, report)?,
            Outcome::Empty {
                rooms,
                cpu_ms_per_second,
                resident_bytes,
                bytes_per_room,
            } => write!(
                f,
                "  {rooms} rooms: {cpu_ms_per_second:.1} ms/s, {:.1} MiB, {bytes_per_room} bytes each",
                *resident_bytes as f64 / f64::from(1 << 20),
            )?,
        }
        write!(f, "  {}", self.scenario.target)?;
        if let Outcome::Calls(report) = &self.outcome {
            let came_and_went = report.churn.iter().flat_map(|churn| &churn.failures);
            for (reason, count) in report.failures.iter().chain(came_and_went) {
                write!(f, "\n{:<12}{count:>8} x {reason}", "")?;
            }
        }
        Ok(())
    }
}

impl Row {
    fn calls(&self, f: &mut fmt::Formatter<'_>, report: &Report) -> fmt::Result {
        let figure = |figure: Option<f64>, digits: usize| {
            figure.map_or("-".to_owned(), |figure| format!("{figure:.digits$}"))
        };
        let machine = report.machine;
        let cost = report.server;
        // With calls that come and go, theirs is the sound that is waited for.
        let audio = match &report.churn {
            Some(churn) => churn.first_audio,
            None => report.first_audio,
        };
        write!(
            f,
            "{:>8}  {:>9}  {:>5}  {:>3}  {:>5}  {:>3}  {:>6.3}  {:>8.1}  {:>11}  {:>8}  {:>8.1}  \
             {:>5}  {:>6}  {:>4}",
            report.inside,
            figure(self.ms_per_call(), 3),
            figure(self.plain_ms_per_leg, 3),
            figure(self.ratio(self.plain_ms_per_leg), 1),
            figure(self.uring_ms_per_leg, 3),
            figure(self.ratio(self.uring_ms_per_leg), 1),
            report.loss_percent(),
            ms(report.gaps.p999),
            format!(
                "{:.1}/{:.1}",
                ms(report.delay.spread.p50),
                ms(report.delay.spread.p95)
            ),
            figure(
                cost.map(|cost| cost.resident_bytes_per_call as f64 / 1_024.0),
                0
            ),
            ms(audio.p50),
            figure(machine.map(|machine| machine.steal_percent), 1),
            figure(machine.map(|machine| machine.others_ms_per_second), 0),
            report.tool.late_slots,
        )
    }
}

pub(super) fn text(rows: &[Row]) -> String {
    let mut text = format!("{HEAD}\n");
    for row in rows {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{row}");
    }
    text + LEGEND
}

pub(super) fn json(rows: &[Row]) -> Value {
    rows.iter().map(Row::json).collect()
}

const LEGEND: &str = "
ms/s/call  CPU of the server, milliseconds a second and call
floor, x   the same of a program that takes and sends one packet per leg and 20 ms, and how many
           times that the server needs; uring: the same through io_uring
gap 99.9   what one in a thousand gaps between two packets of a leg exceeds, in ms
audio 50   median from INVITE to the first packet of sound, in ms
steal      percent of the machine that other guests took; others: ms a second that other
           programs here took; late: how often the load tool was late itself
";
