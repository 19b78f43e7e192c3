//! A report in words; adds nothing to it.

use std::fmt;

use crate::report::{ChurnReport, Delay, MachineReport, Report, ServerCost, ToolReport};
use crate::spread::ms;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "Calls     {} of {} answered, {} in their room",
            self.answered, self.calls, self.inside
        )?;
        for (reason, count) in &self.failures {
            writeln!(f, "          {count} x {reason}")?;
        }
        writeln!(f, "Set-up    {}", self.setup)?;
        writeln!(f, "  sound   {}", self.first_audio)?;
        writeln!(
            f,
            "Packets   {} received, {} lost ({:.3} %), in {:.0} s; {:.3} % fewer than were due",
            self.packets_received,
            self.packets_lost,
            self.loss_percent(),
            self.measured.as_secs_f64(),
            self.missing_percent()
        )?;
        writeln!(
            f,
            "          {} sent, {} lost ({:.3} %) by what the server reported of {} calls",
            self.packets_sent,
            self.packets_lost_there,
            self.loss_there_percent(),
            self.legs_reported
        )?;
        if self.silent_legs > 0 {
            writeln!(f, "          {} legs received nothing", self.silent_legs)?;
        }
        writeln!(f, "Gaps      {}", self.gaps)?;
        writeln!(f, "  longest {}", self.gap)?;
        write!(f, "{}", self.delay)?;
        if let Some(cost) = &self.server {
            write!(f, "{cost}")?;
        }
        if let (Some((_, first)), Some((_, last))) = (self.memory.first(), self.memory.last()) {
            let most = self.memory.iter().map(|(_, bytes)| *bytes).max();
            let [first, most, last] = [*first, most.unwrap_or(0), *last].map(mib);
            writeln!(
                f,
                "          {first:.1} MiB at the begin, {most:.1} at most, {last:.1} at the end"
            )?;
        }
        if let Some(churn) = &self.churn {
            write!(f, "{churn}")?;
        }
        write!(f, "{}", self.tool)?;
        match &self.machine {
            Some(machine) => write!(f, "{machine}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Delay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            spread,
            expected,
            by_talker,
        } = self;
        writeln!(
            f,
            "Delay     {spread} ({} of {expected} markers heard)",
            spread.count
        )?;
        let medians = by_talker.iter().map(|(_, spread)| spread.p50);
        let (Some(least), Some(most)) = (medians.clone().min(), medians.max()) else {
            return Ok(());
        };
        let (least, most) = (ms(least), ms(most));
        writeln!(
            f,
            "  talkers {least:.1} ms half of the quickest, {most:.1} of the slowest"
        )
    }
}

impl fmt::Display for ServerCost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "Server    {:.0} ms CPU a second ({:.0} user, {:.0} system), {:.3} ms for each call",
            self.cpu_ms_per_second,
            self.user_ms_per_second,
            self.system_ms_per_second,
            self.cpu_ms_per_second_per_call,
        )?;
        writeln!(
            f,
            "          {:.1} MiB resident, {:.0} KiB more for each call",
            mib(self.resident_bytes),
            self.resident_bytes_per_call as f64 / 1_024.0
        )
    }
}

impl fmt::Display for ChurnReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "Churn     {} placed, {} answered, {} ended in their time; {} at once at most",
            self.placed, self.answered, self.completed, self.open_max
        )?;
        for (reason, count) in &self.failures {
            writeln!(f, "          {count} x {reason}")?;
        }
        writeln!(f, "  set-up  {}", self.setup)?;
        writeln!(f, "  sound   {}", self.first_audio)
    }
}

impl fmt::Display for ToolReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "Tool      {:.0} ms CPU a second; {} of {} slots and {} packets of speech more than 5 ms late",
            self.cpu_ms_per_second, self.late_slots, self.slots, self.late_speech
        )?;
        writeln!(f, "  late    {}", self.lateness)?;
        if self.refused > 0 {
            writeln!(
                f,
                "          {} packets not taken by its sockets",
                self.refused
            )?;
        }
        Ok(())
    }
}

impl fmt::Display for MachineReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "Machine   {:.0} % busy, {:.1} % stolen, others {:.0} ms CPU a second, load {:.1}",
            self.busy_percent, self.steal_percent, self.others_ms_per_second, self.load_average
        )
    }
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}
